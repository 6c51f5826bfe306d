//! Same input, same bits: the host against `test/bits/hashes.txt`, which WebAssembly in Node, Bun and browsers has to reproduce too.

#[path = "bits/mod.rs"]
mod bits;
#[path = "support/call.rs"]
mod call;

use bits::{Arrays, Line, lines};
use call::{call, count, pointer};
use losskit_kernels::losses::batch::nt_xent::work_size;
use losskit_kernels::simd::Float;
use std::ptr::null_mut;

/// What follows the inputs.
#[derive(Clone, Copy, PartialEq)]
enum Extra {
    Nothing,
    /// A stream that is left out.
    Absent,
    Labels,
    /// One number a class, or null.
    Vector,
    LabelsAndVector,
}
use Extra::*;

/// The name of a line's kernel, how many derivatives it writes, and what follows the inputs.
fn kernel(line: &Line) -> (String, usize, Extra) {
    let (base, variant) = line.name.split_once('/').unwrap_or((&line.name, ""));
    let dense = variant == "dense";
    let (outputs, extra) = match base {
        "binaryCrossEntropy" | "binaryCrossEntropyWithLogits" => (2, Absent),
        "crossEntropy" | "categoricalCrossEntropy" | "nll" if dense => (2, Vector),
        "crossEntropy" | "categoricalCrossEntropy" | "nll" | "focal" => (2, LabelsAndVector),
        "multiclassHinge" => (2, Labels),
        "l1" | "l2" | "elasticNet" => (1, Nothing),
        "gaussianNll" | "gaussianKl" => (4, Nothing),
        "triplet" => (3, Nothing),
        _ => (2, Nothing),
    };
    let snake: String =
        base.chars().flat_map(|c| c.is_uppercase().then_some('_').into_iter().chain(c.to_lowercase())).collect();
    let suffixes = (if dense { "_dense" } else { "" }, if line.double { "_f64" } else { "_f32" });
    (format!("{snake}{}{}", suffixes.0, suffixes.1), outputs, extra)
}

/// The hash of what the kernel of a line gives.
fn hash<T: Float>(line: &Line) -> String {
    let (kernel, outputs, extra) = kernel(line);
    let batch = line.name.starts_with("ntXent");
    let penalty = ["l1", "l2", "elasticNet"].contains(&line.name.as_str());
    let values = if penalty { 0 } else { line.rows * if batch { 2 } else { 1 } };
    let mut arrays = Arrays::<T>::new(line, values, outputs);
    let mut area = vec![0u64; if batch { work_size::<T>(line.rows, line.width).div_ceil(8) + 8 } else { 0 }];

    let mut record = vec![0.0, 0.0, 1.0, count(line.rows)];
    if line.width > 1 {
        record.push(count(line.width));
    }
    record.push(pointer(if penalty { null_mut() } else { arrays.values.as_mut_ptr() }));
    if !batch {
        record.push(0.0);
    }
    record.extend(arrays.inputs.iter().map(|x| pointer(x.as_ptr())));
    if matches!(extra, Labels | LabelsAndVector) {
        record.push(pointer(arrays.labels.as_ptr()));
    }
    if matches!(extra, Vector | LabelsAndVector) {
        record.push(if arrays.vector.is_empty() { 0.0 } else { pointer(arrays.vector.as_ptr()) });
    }
    if extra == Absent {
        record.push(0.0);
    }
    record.extend(arrays.outputs.iter_mut().map(|x| pointer(x.as_mut_ptr())));
    if batch {
        // At a cache line, where the facade's is too.
        record.push(count(area.as_mut_ptr().expose_provenance().next_multiple_of(64)));
    }
    record.extend(&line.params);
    // SAFETY: every array has the length that the kernel's shape says, and none overlaps another.
    let sum = unsafe { call(call::kernel(&kernel), &mut record) }.expect("inputs within their domains");
    arrays.hash(sum)
}

#[test]
fn the_host_gives_the_bits_of_webassembly() {
    let lines = lines();
    assert!(lines.len() > 100);
    let differs = |line: &&Line| {
        let got = if line.double { hash::<f64>(line) } else { hash::<f32>(line) };
        got != line.bits
    };
    let wrong: Vec<&str> = lines.iter().filter(differs).map(|line| line.text.as_str()).collect();
    let counts = format!("{} of {} hashes differ", wrong.len(), lines.len());
    assert!(
        wrong.is_empty(),
        "{counts}; after a change of the arithmetic, `npm run bits` writes them anew:\n{}",
        wrong.join("\n")
    );
}
