//! Pointers that may be absent, moved along their arrays.

/// The pointer moved on by `n` elements; a null pointer stays null.
pub fn shift<T>(p: *const T, n: usize) -> *const T {
    if p.is_null() { p } else { p.wrapping_add(n) }
}

/// As [`shift`], for an output.
pub fn shift_mut<T>(p: *mut T, n: usize) -> *mut T {
    if p.is_null() { p } else { p.wrapping_add(n) }
}
