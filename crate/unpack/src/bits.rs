//! The range coder of LZMA: one bit at a time, each by the odds that bits like it had before.

/// Room for all odds: so many that any place, cut to 13 bits, is within them.
const ODDS: usize = 1 << 13;

/// What is left of the packed bytes, with the odds so far.
pub struct Bits<'a> {
    packed: core::slice::Iter<'a, u8>,
    width: u32,
    code: u32,
    /// In 2048ths.
    odds: [u16; ODDS],
}

impl<'a> Bits<'a> {
    /// The first byte is always 0, the next four start the code.
    pub fn new(packed: &'a [u8]) -> Self {
        let mut bits = Bits { packed: packed.iter(), width: u32::MAX, code: 0, odds: [1024; ODDS] };
        for _ in 0..5 {
            bits.shift();
        }
        bits
    }

    /// Takes a byte; after the last one there are zeros.
    fn shift(&mut self) {
        self.code = self.code << 8 | u32::from(*self.packed.next().unwrap_or(&0));
    }

    fn widen(&mut self) {
        if self.width < 1 << 24 {
            self.width <<= 8;
            self.shift();
        }
    }

    /// A bit with the odds at a place.
    pub fn bit(&mut self, at: usize) -> usize {
        let odds = &mut self.odds[at % ODDS];
        let bound = (self.width >> 11) * u32::from(*odds);
        let one = self.code >= bound;
        if one {
            self.width -= bound;
            self.code -= bound;
            *odds -= *odds >> 5;
        } else {
            self.width = bound;
            *odds += (2048 - *odds) >> 5;
        }
        self.widen();
        usize::from(one)
    }

    /// So many bits, the highest first, each with odds for those before it.
    pub fn tree(&mut self, at: usize, bits: usize) -> usize {
        let mut node = 1;
        for _ in 0..bits {
            node = 2 * node + self.bit(at + node);
        }
        node - (1 << bits)
    }

    /// The same, the lowest first.
    pub fn reversed(&mut self, at: usize, bits: usize) -> usize {
        let (mut node, mut value) = (1, 0);
        for i in 0..bits {
            let bit = self.bit(at + node);
            node = 2 * node + bit;
            value |= bit << i;
        }
        value
    }

    /// So many bits that are 0 as often as 1.
    pub fn even(&mut self, bits: usize) -> usize {
        let mut value = 0;
        for _ in 0..bits {
            self.width >>= 1;
            let one = self.code >= self.width;
            if one {
                self.code -= self.width;
            }
            value = 2 * value + usize::from(one);
            self.widen();
        }
        value
    }
}
