//! Calls that are cut into parts: threads take one after another, in any order.
//!
//! A part is some of a call's chunks. Each chunk is run as a call of its own, whose sum begins at 0 and goes to a place of its own; added up
//! in the order of the chunks, these sums have the bits of the whole call, whoever ran which part.

use super::{Arguments, run};
use core::mem::MaybeUninit;

/// Arguments in a record, at most.
const MOST: usize = 24;

/// The number of samples in a record, after `sum, excess, scale`.
const SAMPLES: usize = 3;

/// A call, and how it is cut: read from memory, eight bytes each, in this order.
struct Cut {
    /// The kernel, and the record of the whole call.
    handle: usize,
    record: *const u64,
    samples: usize,
    /// Samples of a chunk, chunks of a part, and the chunk with which the first part begins.
    chunk: usize,
    chunks: usize,
    first: usize,
    /// For each argument the bytes by which it moves on from sample to sample: 0 for what isn't an array with something for each.
    strides: *const u64,
    /// For each argument the bytes of an element, where samples have lengths of their own, and how many elements come before each chunk.
    /// Null where there are none such.
    sizes: *const u64,
    starts: *const u32,
    /// Where each chunk's sum, excess and outcome go, from the first part's on: three doubles each.
    sums: *mut [f64; 3],
    /// Which argument is scratch memory, 0 for none, and the bytes of it that each thread has.
    scratch: usize,
    scratch_bytes: usize,
}

impl Cut {
    /// Reads it.
    ///
    /// # Safety
    /// - It is there.
    unsafe fn read(mut list: Arguments) -> Self {
        // SAFETY: the caller's guarantee.
        unsafe {
            Cut {
                handle: list.next(),
                record: list.next(),
                samples: list.next(),
                chunk: list.next(),
                chunks: list.next(),
                first: list.next(),
                strides: list.next(),
                sizes: list.next(),
                starts: list.next(),
                sums: list.next(),
                scratch: list.next(),
                scratch_bytes: list.next(),
            }
        }
    }

    /// Writes the record of chunk `k`, as thread number `thread` runs it.
    ///
    /// # Safety
    /// - That of [`run_part`]; there is such a chunk, and room for a record.
    unsafe fn write(&self, k: usize, thread: usize, record: *mut u64) {
        let start = k * self.chunk;
        // SAFETY: the kernel takes so many arguments, of which there are as many strides.
        unsafe {
            for i in 0..self.handle >> (usize::BITS - 8) {
                let mut moved = *self.strides.add(i) * start as u64;
                if !self.starts.is_null() {
                    moved += *self.sizes.add(i) * u64::from(*self.starts.add(k));
                }
                let given = *self.record.add(i);
                // A pointer of nothing stays one. Where addresses have 32 bits, what is above them is no part of them.
                *record.add(i) = if given as usize == 0 { given } else { given.wrapping_add(moved) };
            }
            *record = 0;
            *record.add(1) = 0;
            *record.add(SAMPLES) = self.chunk.min(self.samples - start) as u64;
            if self.scratch != 0 {
                *record.add(self.scratch) += (thread * self.scratch_bytes) as u64;
            }
        }
    }
}

/// Runs a part of a call, as thread number `thread`: the outcome of each chunk, which is that of [`run`] and follows its sum, is −1 or says
/// which sample of it is out of its domain; after such a chunk the part ends.
///
/// # Safety
/// - `cut` is as [`Cut`] says, and the chunk isn't empty.
/// - The record meets the kernel's conditions, for every chunk as well as for the whole.
/// - Scratch memory is there for as many threads, and nobody else runs a part as the same one.
pub unsafe fn run_part(cut: *const f64, part: usize, thread: usize) {
    let mut record = MaybeUninit::<[u64; MOST]>::uninit();
    let record: *mut u64 = record.as_mut_ptr().cast();
    // SAFETY: the caller's guarantees; chunks begin before the call's end.
    unsafe {
        let cut = Cut::read(Arguments(cut));
        for place in part * cut.chunks..(part + 1) * cut.chunks {
            let k = cut.first + place;
            if k * cut.chunk >= cut.samples {
                break;
            }
            cut.write(k, thread, record);
            let outcome = run(cut.handle, record.cast());
            let [sum, excess] = *record.cast::<[f64; 2]>();
            *cut.sums.add(place) = [sum, excess, f64::from(outcome)];
            if outcome != -1 {
                break;
            }
        }
    }
}
