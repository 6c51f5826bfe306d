//! Same input, same bits: the host against `test/bits/hashes.txt`, which WebAssembly in Node, Bun and browsers has to reproduce too.

#[path = "bits/mod.rs"]
mod bits;
#[path = "support/call.rs"]
mod call;
#[path = "support/record.rs"]
mod record;

use bits::{Arrays, Line, PIXELS, SPELT, STEPS, lines};
use call::{call, entry, kernel};
use losskit_kernels::loops::region::{phase::ALL, work_size as region_work_size};
use losskit_kernels::losses::ranking::work_size as list_work_size;
use losskit_kernels::losses::sequences::ctc::CtcCall;
use losskit_kernels::simd::Float;
use record::{Given, numbered, outputs, record, slopes, work_size};
use std::iter::repeat_n;
use std::ptr::{null, null_mut};

/// The hash of what the kernel of a line gives.
fn hash<T: Float>(line: &Line) -> String {
    let entry = entry(&line.kernel);
    let elements = line.elements();
    let values = match line.shape.as_str() {
        // Only the sum.
        "regularizer" => 0,
        "pointwise" => elements,
        "rowwise" | "list" | "sequence" => line.rows,
        "region" => line.rows * line.width,
        // Of NT-Xent both views.
        "batch" if line.kernel.starts_with("nt_xent") => 2 * line.rows,
        "batch" => line.rows,
        other => panic!("no shape is called {other}"),
    };
    let written = outputs(entry).filter(|name| line.has_hess || !name.starts_with("hess")).count();
    let mut arrays = Arrays::<T>::new(line, values, written);
    // Of pointwise losses a number a class is repeated for every row.
    let copies = if line.shape == "pointwise" { line.rows } else { 1 };
    let vector = arrays.vector.repeat(copies);
    let labels = if line.shape == "batch" { numbered(&arrays.labels) } else { arrays.labels.clone() };
    let mut given = Given {
        rows: line.rows,
        width: line.width,
        columns: line.rows,
        scale: 1.0,
        values: if values == 0 { null_mut() } else { arrays.values.as_mut_ptr() },
        weight: null(),
        inputs: arrays.inputs.iter().map(|x| x.as_ptr()).collect(),
        labels: labels.as_ptr(),
        steps: STEPS,
        count: if line.shape == "region" { PIXELS } else { SPELT },
        lengths: [null(); 2],
        vector: if vector.is_empty() { null() } else { vector.as_ptr() },
        outputs: arrays
            .outputs
            .iter_mut()
            .map(|x| x.as_mut_ptr())
            .chain(repeat_n(null_mut(), outputs(entry).count() - written))
            .collect(),
        work: 0,
        states: 0,
        phases: ALL,
        params: line.params.clone(),
    };
    let bytes = match line.shape.as_str() {
        "batch" => work_size(entry, &given),
        "list" => list_work_size::<T>(line.width),
        "region" => region_work_size::<T>(line.width),
        "sequence" => CtcCall::<T>::work_size(STEPS, line.width, SPELT, true),
        _ => 0,
    };
    let mut area = vec![0u64; bytes.div_ceil(8) + 8];
    // At a cache line, where the facade's is too.
    given.work = area.as_mut_ptr().expose_provenance().next_multiple_of(64);
    let mut states = vec![[f64::NAN; 6]; if line.shape == "region" { values } else { 0 }];
    given.states = states.as_mut_ptr().expose_provenance();
    let mut record = record(entry, &given);
    // SAFETY: every array has the length that the kernel's shape says, and none overlaps another.
    let sum = unsafe { call(kernel(&line.kernel), &mut record) }.expect("inputs within their domains");
    arrays.hash(&slopes(entry, &record), sum)
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
