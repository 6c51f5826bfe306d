//! Transposition through the kernels' entries: every element of matrices of all small shapes, with and without gaps, and nothing beside them.

#[path = "support/call.rs"]
mod call;

use call::{call, count, kernel, pointer};
use losskit_kernels::simd::Float;

/// A number for each place.
fn filled<T: Float>(n: usize) -> Vec<T> {
    (0..n).map(|i| T::from_f64(i as f64 + 1.0)).collect()
}

fn check<T: Float + std::fmt::Debug>(name: &str, rows: usize, columns: usize, gaps: [usize; 2], count_of: usize) {
    let (from_stride, to_stride) = (columns + gaps[0], rows + gaps[1]);
    let from: Vec<T> = filled(count_of * rows * from_stride);
    let mut to = vec![T::from_f64(0.0); count_of * columns * to_stride];
    let to_pointer = to.as_mut_ptr();
    let mut arguments = [
        0.0,
        0.0,
        pointer(from.as_ptr()),
        count(from_stride),
        pointer(to_pointer),
        count(to_stride),
        count(rows),
        count(columns),
        count(count_of),
    ];
    // SAFETY: the arrays have the sizes that the arguments say; there are gaps only in single matrices.
    unsafe { call(kernel(name), &mut arguments) }.expect("no fault");
    for (place, x) in to.iter().enumerate() {
        let (k, rest) = (place / (columns * to_stride), place % (columns * to_stride));
        let (c, r) = (rest / to_stride, rest % to_stride);
        let expected = if r < rows { from[k * rows * from_stride + r * from_stride + c].to_f64() } else { 0.0 };
        assert_eq!(x.to_f64(), expected, "{name} {rows}x{columns}, gaps {gaps:?}, matrix {k}, row {r}, column {c}");
    }
}

fn check_all<T: Float + std::fmt::Debug>(name: &str) {
    let sizes = [1, 2, 3, 4, 5, 7, 8, 21, 130, 257];
    for rows in sizes {
        for columns in sizes {
            for gaps in [[0, 0], [3, 0], [0, 5], [300, 0], [0, 300]] {
                check::<T>(name, rows, columns, gaps, 1);
            }
            check::<T>(name, rows, columns, [0, 0], 3);
        }
    }
}

#[test]
fn floats_change_places() {
    check_all::<f32>("transpose_f32");
}

#[test]
fn doubles_change_places() {
    check_all::<f64>("transpose_f64");
}
