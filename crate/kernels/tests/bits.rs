//! Same input, same bits: the host against `test/bits/hashes.txt`, which WebAssembly in Node, Bun and browsers has to reproduce too.

#[path = "bits/mod.rs"]
mod bits;
#[path = "support/call.rs"]
mod call;

use bits::{Arrays, Line, lines};
use call::{call, count, pointer};
use losskit_kernels::losses::{
    batch::*, binary::*, classes::*, divergence::*, gaussian::*, pairs::*, penalties::*, regression::*, softmax::*,
};
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

/// The functions that return the handles for float32 and float64.
type Handles = [fn() -> usize; 2];

/// The kernels of a line by its name, how many derivatives they write, and what follows the inputs.
fn kernel(name: &str) -> (Handles, usize, Extra) {
    let base = name.split('/').next().unwrap();
    match (name, base) {
        (_, "mse") => ([mse_f32, mse_f64], 2, Nothing),
        (_, "mae") => ([mae_f32, mae_f64], 2, Nothing),
        (_, "huber") => ([huber_f32, huber_f64], 2, Nothing),
        (_, "smoothL1") => ([smooth_l1_f32, smooth_l1_f64], 2, Nothing),
        (_, "logCosh") => ([log_cosh_f32, log_cosh_f64], 2, Nothing),
        (_, "hinge") => ([hinge_f32, hinge_f64], 2, Nothing),
        (_, "squaredHinge") => ([squared_hinge_f32, squared_hinge_f64], 2, Nothing),
        (_, "binaryCrossEntropy") => ([binary_cross_entropy_f32, binary_cross_entropy_f64], 2, Absent),
        (_, "binaryCrossEntropyWithLogits") => {
            ([binary_cross_entropy_with_logits_f32, binary_cross_entropy_with_logits_f64], 2, Absent)
        }
        (_, "binaryFocal") => ([binary_focal_f32, binary_focal_f64], 2, Nothing),
        (_, "binaryFocalWithLogits") => ([binary_focal_with_logits_f32, binary_focal_with_logits_f64], 2, Nothing),
        (_, "gaussianNll") => ([gaussian_nll_f32, gaussian_nll_f64], 4, Nothing),
        (_, "l1") => ([l1_f32, l1_f64], 1, Nothing),
        (_, "l2") => ([l2_f32, l2_f64], 1, Nothing),
        (_, "elasticNet") => ([elastic_net_f32, elastic_net_f64], 1, Nothing),
        ("crossEntropy/dense", _) => ([cross_entropy_dense_f32, cross_entropy_dense_f64], 2, Vector),
        (_, "crossEntropy") => ([cross_entropy_f32, cross_entropy_f64], 2, LabelsAndVector),
        ("categoricalCrossEntropy/dense", _) => {
            ([categorical_cross_entropy_dense_f32, categorical_cross_entropy_dense_f64], 2, Vector)
        }
        (_, "categoricalCrossEntropy") => {
            ([categorical_cross_entropy_f32, categorical_cross_entropy_f64], 2, LabelsAndVector)
        }
        ("nll/dense", _) => ([nll_dense_f32, nll_dense_f64], 2, Vector),
        (_, "nll") => ([nll_f32, nll_f64], 2, LabelsAndVector),
        (_, "focal") => ([focal_f32, focal_f64], 2, LabelsAndVector),
        (_, "multiclassHinge") => ([multiclass_hinge_f32, multiclass_hinge_f64], 2, Labels),
        (_, "klDivergence") => ([kl_divergence_f32, kl_divergence_f64], 2, Nothing),
        (_, "entropy") => ([entropy_f32, entropy_f64], 2, Nothing),
        (_, "gaussianKl") => ([gaussian_kl_f32, gaussian_kl_f64], 4, Nothing),
        (_, "contrastive") => ([contrastive_f32, contrastive_f64], 2, Nothing),
        (_, "triplet") => ([triplet_f32, triplet_f64], 3, Nothing),
        (_, "ntXent") => ([nt_xent_f32, nt_xent_f64], 2, Nothing),
        _ => panic!("no kernel is known for {name}"),
    }
}

/// The hash of what the kernel of a line gives; `work` is the size of NT-Xent's work area.
fn hash<T: Float>(line: &Line, handle: usize, outputs: usize, extra: Extra, work: fn(usize, usize) -> usize) -> String {
    let batch = line.name.starts_with("ntXent");
    let penalty = ["l1", "l2", "elasticNet"].contains(&line.name.as_str());
    let values = if penalty { 0 } else { line.rows * if batch { 2 } else { 1 } };
    let mut arrays = Arrays::<T>::new(line, values, outputs);
    let mut area = vec![0u64; if batch { work(line.rows, line.width).div_ceil(8) + 8 } else { 0 }];

    let mut record = vec![0.0, 1.0, count(line.rows)];
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
    let sum = unsafe { call(handle, &mut record) }.expect("inputs within their domains");
    arrays.hash(sum)
}

#[test]
fn the_host_gives_the_bits_of_webassembly() {
    let lines = lines();
    assert!(lines.len() > 100);
    let differs = |line: &&Line| {
        let ([single, double], outputs, extra) = kernel(&line.name);
        let got = match line.double {
            true => hash::<f64>(line, double(), outputs, extra, nt_xent_work_f64),
            false => hash::<f32>(line, single(), outputs, extra, nt_xent_work_f32),
        };
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
