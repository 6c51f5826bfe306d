//! What the exhaustive tests share: which floats to take, how to divide them among threads, and what to print.
//!
//! `EXHAUSTIVE_ONLY=exp,huber` takes the parts whose names contain one of these, `EXHAUSTIVE_RANGE=3f800000-40000000` the
//! floats with bits in a range (the end excluded), `EXHAUSTIVE_STRIDE=61` every 61st float, `EXHAUSTIVE_THREADS=1` as many threads.

use std::env::var;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{available_parallelism, scope};

/// Floats that are taken at once.
pub const BLOCK: usize = 4096;

/// Blocks from one sign of progress to the next.
const BEAT: u64 = 1 << 12;

/// Which floats to take.
pub struct Plan {
    from: u64,
    to: u64,
    stride: u64,
    threads: u64,
    only: String,
}

impl Plan {
    /// The plan that the environment describes; by default every float that is a multiple of `stride`, on all processors.
    pub fn new(stride: u64) -> Plan {
        let range = var("EXHAUSTIVE_RANGE").unwrap_or("0-100000000".into());
        let (from, to) = range.split_once('-').expect("EXHAUSTIVE_RANGE is from-to");
        let [from, to] = [from, to].map(|x| u64::from_str_radix(x, 16).expect("EXHAUSTIVE_RANGE is hexadecimal"));
        let number = |name: &str, default| var(name).map_or(default, |x| x.parse().expect("a whole number"));
        let processors = available_parallelism().map_or(1, |n| n.get() as u64);
        Plan {
            from,
            to,
            stride: number("EXHAUSTIVE_STRIDE", stride),
            threads: number("EXHAUSTIVE_THREADS", processors),
            only: var("EXHAUSTIVE_ONLY").unwrap_or_default(),
        }
    }

    /// Every float that is a multiple of `stride`.
    #[allow(dead_code)]
    pub fn every(stride: u64) -> Plan {
        Plan { from: 0, to: 1 << 32, stride, threads: 1, only: String::new() }
    }

    /// Whether a part is wanted.
    pub fn wants(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.split(',').any(|part| name.contains(part))
    }

    /// Calls `work` with blocks of bits, each thread with a state of its own, and merges the states.
    pub fn sweep<S: Send>(
        &self,
        name: &str,
        start: impl Fn() -> S + Sync,
        work: impl Fn(&mut S, &[u32; BLOCK]) + Sync,
        merge: impl Fn(S, S) -> S,
    ) -> S {
        let (count, next) = ((self.to - self.from).div_ceil(self.stride), AtomicU64::new(0));
        let blocks = count.div_ceil(BLOCK as u64);
        let run = || {
            let mut state = start();
            loop {
                let block = next.fetch_add(1, Ordering::Relaxed);
                if block >= blocks {
                    return state;
                }
                if block % BEAT == 0 && blocks > BEAT {
                    eprint!("\r{name}: {} %  ", 100 * block / blocks);
                }
                // The last block repeats the last float.
                let bits = |i| self.from + (block * BLOCK as u64 + i as u64).min(count - 1) * self.stride;
                work(&mut state, &std::array::from_fn(|i| bits(i) as u32));
            }
        };
        let states = scope(|scope| {
            let threads: Vec<_> = (0..self.threads).map(|_| scope.spawn(run)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<S>>()
        });
        eprint!("\r");
        states.into_iter().reduce(merge).expect("at least one thread")
    }
}
