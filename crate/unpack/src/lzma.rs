//! The decoder of LZMA, by Igor Pavlov's specification of the format (lzma-specification.txt of the LZMA SDK, in the public domain), for
//! streams without a header that were packed with lc = 3, lp = 0 and pb = 2, which are every packer's defaults.

use crate::bits::Bits;

/// What is likely depends on the place within four bytes (2^pb) and on the last steps, of which there are this many kinds.
const POSITIONS: usize = 4;
const STATES: usize = 12;
/// From here on, the last step was a match.
const MATCHED: usize = 7;

/// Trees of a length: 8 lengths for each position, the next 8 likewise, then 256; before them, two choices between the three.
const LOW: usize = 2;
const MIDDLE: usize = LOW + 8 * POSITIONS;
const HIGH: usize = MIDDLE + 8 * POSITIONS;
const LENGTH: usize = HIGH + 256;

// Where the odds of each kind of bit start.
const IS_MATCH: usize = 0;
const IS_LONG: usize = IS_MATCH + STATES * POSITIONS;
const IS_RECENT: usize = IS_LONG + STATES * POSITIONS;
const IS_NOT_FIRST: usize = IS_RECENT + STATES;
const IS_NOT_SECOND: usize = IS_NOT_FIRST + STATES;
const IS_NOT_THIRD: usize = IS_NOT_SECOND + STATES;
const NEW_LENGTH: usize = IS_NOT_THIRD + STATES;
const RECENT_LENGTH: usize = NEW_LENGTH + LENGTH;
const SLOTS: usize = RECENT_LENGTH + LENGTH;
const MIDDLE_BITS: usize = SLOTS + 4 * 64;
const LOW_BITS: usize = MIDDLE_BITS + 128;
const LITERALS: usize = LOW_BITS + 16;

/// Unpacks as many bytes as `out` takes.
pub fn unpack_into(packed: &[u8], out: &mut [u8]) {
    let mut unpacking = Unpacking { bits: Bits::new(packed), out, done: 0, state: 0, recent: [0; 4] };
    while unpacking.done < unpacking.out.len() {
        unpacking.step();
    }
}

struct Unpacking<'a> {
    bits: Bits<'a>,
    out: &'a mut [u8],
    /// Bytes written.
    done: usize,
    /// What the last steps were.
    state: usize,
    /// The last four distances, less one, the latest first.
    recent: [usize; 4],
}

impl Unpacking<'_> {
    /// A literal or a match.
    fn step(&mut self) {
        let position = self.done % POSITIONS;
        if self.bits.bit(IS_MATCH + POSITIONS * self.state + position) == 0 {
            let byte = self.literal();
            self.put(byte);
        } else {
            for _ in 0..self.length_of_match(position) {
                self.put(self.back(self.recent[0]));
            }
        }
    }

    fn put(&mut self, byte: u8) {
        if let Some(place) = self.out.get_mut(self.done) {
            *place = byte;
            self.done += 1;
        }
    }

    /// The byte at a distance, less one; before the first, 0.
    fn back(&self, distance: usize) -> u8 {
        *self.out.get(self.done.wrapping_sub(distance + 1)).unwrap_or(&0)
    }

    /// A byte; the three highest bits of the one before it tell which odds it has.
    fn literal(&mut self) -> u8 {
        let at = LITERALS + 0x300 * usize::from(self.back(0) >> 5);
        let mut node = 1;
        if self.state >= MATCHED {
            // The byte that would have continued the match is a hint, up to the first bit that differs.
            let mut hint = usize::from(self.back(self.recent[0]));
            while node < 0x100 {
                let guess = hint >> 7 & 1;
                let bit = self.bits.bit(at + 0x100 * (1 + guess) + node);
                node = 2 * node + bit;
                hint *= 2;
                if bit != guess {
                    break;
                }
            }
        }
        while node < 0x100 {
            node = 2 * node + self.bits.bit(at + node);
        }
        self.state = match self.state {
            0..4 => 0,
            4..10 => self.state - 3,
            _ => self.state - 6,
        };
        node as u8
    }

    /// Puts the distance of a match first, and returns its length.
    fn length_of_match(&mut self, position: usize) -> usize {
        let (state, [first, second, third, fourth]) = (self.state, self.recent);
        // What the state will be: the first number after a literal, the second after a match.
        let after = |literal, matched| if state < MATCHED { literal } else { matched };
        if self.bits.bit(IS_RECENT + state) == 0 {
            self.state = after(7, 10);
            let length = self.length(NEW_LENGTH, position);
            self.recent = [self.distance(length), first, second, third];
            return 2 + length;
        }
        self.state = after(8, 11);
        if self.bits.bit(IS_NOT_FIRST + state) == 0 {
            if self.bits.bit(IS_LONG + POSITIONS * state + position) == 0 {
                self.state = after(9, 11);
                return 1;
            }
        } else if self.bits.bit(IS_NOT_SECOND + state) == 0 {
            self.recent = [second, first, third, fourth];
        } else if self.bits.bit(IS_NOT_THIRD + state) == 0 {
            self.recent = [third, first, second, fourth];
        } else {
            self.recent = [fourth, first, second, third];
        }
        2 + self.length(RECENT_LENGTH, position)
    }

    fn length(&mut self, at: usize, position: usize) -> usize {
        if self.bits.bit(at) == 0 {
            self.bits.tree(at + LOW + 8 * position, 3)
        } else if self.bits.bit(at + 1) == 0 {
            8 + self.bits.tree(at + MIDDLE + 8 * position, 3)
        } else {
            16 + self.bits.tree(at + HIGH, 8)
        }
    }

    /// A distance less one: its two highest bits and where they stand, then the others.
    fn distance(&mut self, length: usize) -> usize {
        let slot = self.bits.tree(SLOTS + 64 * length.min(3), 6);
        if slot < 4 {
            return slot;
        }
        let bits = slot / 2 - 1;
        let highest = (2 + slot % 2) << bits;
        if slot < 14 {
            return highest + self.bits.reversed(MIDDLE_BITS + highest - slot, bits);
        }
        highest + 16 * self.bits.even(bits - 4) + self.bits.reversed(LOW_BITS, 4)
    }
}
