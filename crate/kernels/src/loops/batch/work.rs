//! The memory that a batch works in, cut into arrays: O((N + M)·D) for each
//! thread, and [64 tiles](super::order) at least for several, whatever the number of scores.

/// Memory that arrays are cut from, one after another; without memory it only counts what they would take.
pub struct Room {
    /// Where it begins, aligned for doubles.
    memory: *mut u8,
    /// Bytes that are taken; `usize::MAX` or nearly so if that is too large a number.
    pub used: usize,
}

impl Room {
    /// Room in `memory`; null if bytes are only to be counted.
    pub fn new(memory: *mut u8) -> Self {
        Room { memory, used: 0 }
    }

    /// An array of `count` elements, which lies in the memory if there is enough of it.
    pub fn take<X>(&mut self, count: usize) -> *mut X {
        self.take_of(size_of::<X>(), count).cast()
    }

    /// The same for elements of so many bytes: one function for all arrays.
    #[inline(never)]
    fn take_of(&mut self, size: usize, count: usize) -> *mut u8 {
        let at = self.memory.wrapping_add(self.used);
        let bytes = count.saturating_mul(size).saturating_add(15) & !15;
        self.used = self.used.saturating_add(bytes);
        at
    }
}
