//! Arrays between pages that can't be touched: what reads or writes beyond them ends the program.

use std::ptr::NonNull;

/// Which end of its pages an array lies at. At their end it begins at any multiple of an element; at their start, at a page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Side {
    Start,
    End,
}

/// What is in the rest of the pages.
const FILL: u8 = 0xa5;

/// A copy of a list, at an end of pages of its own.
pub struct Guarded<T> {
    pages: Pages,
    at: NonNull<T>,
    n: usize,
}

impl<T: Copy> Guarded<T> {
    pub fn new(list: &[T], side: Side) -> Self {
        let bytes = size_of_val(list);
        let pages = Pages::new(bytes);
        let offset = if side == Side::Start { 0 } else { pages.bytes - bytes };
        // SAFETY: the pages have room for `bytes` from `offset` on, which is a multiple of an element, as pages are.
        let at = unsafe {
            pages.at.write_bytes(FILL, pages.bytes);
            let at = pages.at.add(offset).cast::<T>();
            at.copy_from_nonoverlapping(NonNull::from(list).cast(), list.len());
            at
        };
        Guarded { pages, at, n: list.len() }
    }

    pub fn as_ptr(&self) -> *const T {
        self.at.as_ptr()
    }

    pub fn as_mut_ptr(&mut self) -> *mut T {
        self.at.as_ptr()
    }

    pub fn list(&self) -> &[T] {
        // SAFETY: `n` elements were written.
        unsafe { std::slice::from_raw_parts(self.at.as_ptr(), self.n) }
    }

    /// Panics if the rest of the pages was written to.
    pub fn check(&self) {
        // SAFETY: all of the pages was filled.
        let all = unsafe { std::slice::from_raw_parts(self.pages.at.as_ptr(), self.pages.bytes) };
        let start = self.at.addr().get() - self.pages.at.addr().get();
        let (before, after) = (&all[..start], &all[start + self.n * size_of::<T>()..]);
        assert!(before.iter().chain(after).all(|byte| *byte == FILL), "something was written beside an array");
    }
}

/// Whole pages, with one on each side that can't be touched. Miri, which has no such pages, sees by itself what goes beyond memory.
struct Pages {
    at: NonNull<u8>,
    bytes: usize,
}

#[cfg(all(unix, not(miri)))]
mod system {
    use super::Pages;
    use std::ffi::c_void;
    use std::ptr::{NonNull, null_mut};

    const PAGE: usize = 1 << 14;
    const NONE: i32 = 0;
    const READ_WRITE: i32 = 3;
    const PRIVATE: i32 = 2;
    const ANONYMOUS: i32 = if cfg!(target_os = "linux") { 0x20 } else { 0x1000 };

    unsafe extern "C" {
        fn mmap(at: *mut c_void, n: usize, protection: i32, flags: i32, file: i32, offset: i64) -> *mut c_void;
        fn mprotect(at: *mut c_void, n: usize, protection: i32) -> i32;
        fn munmap(at: *mut c_void, n: usize) -> i32;
    }

    impl Pages {
        pub fn new(bytes: usize) -> Pages {
            let bytes = bytes.next_multiple_of(PAGE).max(PAGE);
            // SAFETY: new pages, of which those between the first and the last are opened.
            unsafe {
                let whole = mmap(null_mut(), bytes + 2 * PAGE, NONE, PRIVATE | ANONYMOUS, -1, 0);
                assert_ne!(whole.addr(), usize::MAX, "there is no memory");
                let at = whole.byte_add(PAGE);
                assert_eq!(mprotect(at, bytes, READ_WRITE), 0);
                Pages { at: NonNull::new_unchecked(at.cast()), bytes }
            }
        }
    }

    impl Drop for Pages {
        fn drop(&mut self) {
            // SAFETY: these pages are nobody else's.
            unsafe { munmap(self.at.as_ptr().byte_sub(PAGE).cast(), self.bytes + 2 * PAGE) };
        }
    }
}

#[cfg(not(all(unix, not(miri))))]
mod system {
    use super::Pages;
    use std::alloc::{Layout, alloc, dealloc};
    use std::ptr::NonNull;

    fn layout(bytes: usize) -> Layout {
        Layout::from_size_align(bytes, 64).expect("a size")
    }

    impl Pages {
        pub fn new(bytes: usize) -> Pages {
            let bytes = bytes.max(1);
            // SAFETY: the size isn't 0.
            Pages { at: NonNull::new(unsafe { alloc(layout(bytes)) }).expect("memory"), bytes }
        }
    }

    impl Drop for Pages {
        fn drop(&mut self) {
            // SAFETY: it was allocated so.
            unsafe { dealloc(self.at.as_ptr(), layout(self.bytes)) };
        }
    }
}
