//! The module's allocator, and what a panic does: without the standard library, whose own would be a tenth of the module.
//!
//! Free blocks are kept in a list, in the order of their addresses. The facade asks for few and large ones: an arena for its calls,
//! and resident buffers.

use core::alloc::{GlobalAlloc, Layout};
use core::cell::UnsafeCell;
use core::ptr::null_mut;

/// Blocks start at, and are, multiples of a cache line.
const LINE: usize = 64;
/// Memory grows by pages.
const PAGE: usize = 65536;

/// What is written at the start of a free block.
struct Free {
    bytes: usize,
    next: *mut Free,
}

/// The first free block.
struct Heap(UnsafeCell<*mut Free>);

// SAFETY: the module has one thread.
unsafe impl Sync for Heap {}

#[global_allocator]
static HEAP: Heap = Heap(UnsafeCell::new(null_mut()));

/// The size of a block for so many bytes.
fn whole(bytes: usize) -> usize {
    bytes.max(1).div_ceil(LINE) * LINE
}

impl Heap {
    /// The first block that is large enough, cut to size; null if there is none.
    fn find(&self, bytes: usize) -> *mut u8 {
        let mut link = self.0.get();
        // SAFETY: links are null or free blocks, which nobody else uses.
        unsafe {
            while let Some(block) = (*link).as_mut() {
                if block.bytes >= bytes {
                    let rest = (*link).byte_add(bytes);
                    *link = match block.bytes - bytes {
                        0 => block.next,
                        left => {
                            rest.write(Free { bytes: left, next: block.next });
                            rest
                        }
                    };
                    return (&raw mut *block).cast();
                }
                link = &raw mut block.next;
            }
        }
        null_mut()
    }

    /// Puts a block into the list, joined with its neighbours.
    ///
    /// # Safety
    /// - The block is a multiple of a line at a multiple of a line, and nobody's.
    unsafe fn give(&self, block: *mut Free, bytes: usize) {
        let (mut link, mut before) = (self.0.get(), null_mut::<Free>());
        // SAFETY: as in `find`; the block is ours now.
        unsafe {
            while !(*link).is_null() && *link < block {
                before = *link;
                link = &raw mut (*before).next;
            }
            block.write(Free { bytes, next: *link });
            *link = block;
            for first in [block, before] {
                if let Some(first) = first.as_mut()
                    && (&raw mut *first).byte_add(first.bytes) == first.next
                {
                    first.bytes += (*first.next).bytes;
                    first.next = (*first.next).next;
                }
            }
        }
    }
}

// SAFETY: blocks don't overlap; they are at least as large, and aligned to a line.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let bytes = whole(layout.size());
        let found = self.find(bytes);
        if !found.is_null() || layout.align() > LINE {
            return found;
        }
        let pages = bytes.div_ceil(PAGE);
        match crate::simd::grow(pages) {
            None => null_mut(),
            Some(start) => {
                // SAFETY: the pages are new.
                unsafe { self.give((start * PAGE) as *mut Free, pages * PAGE) };
                self.find(bytes)
            }
        }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the block came from `alloc`.
        unsafe { self.give(pointer.cast(), whole(layout.size())) };
    }
}

/// Stops: a kernel that panics has a mistake, of which no message would reach anyone.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    crate::simd::stop()
}
