//! Same input, same bits: the host against `test/bits/hashes.txt`, which WebAssembly in Node, Bun and browsers has to reproduce too.

#[path = "bits/mod.rs"]
mod bits;
#[path = "support/call.rs"]
mod call;

use bits::{Arrays, Line, lines};
use call::{call, count, entry, pointer};
use losskit_kernels::losses::batch::nt_xent::work_size;
use losskit_kernels::simd::Float;

/// The hash of what the kernel of a line gives: its arguments are found by their names.
fn hash<T: Float>(line: &Line) -> String {
    let entry = entry(&line.kernel);
    let (names, own) = entry.arguments.split_at(entry.count - line.params.len());
    assert_eq!(own.len(), line.params.len(), "{}", line.text);
    let has = |name: &str| names.contains(&name);
    let is_output = |name: &&&str| name.starts_with("grad") || name.starts_with("hess");
    let batch = line.shape == "batch";
    let values = match line.shape.as_str() {
        // Only the sum.
        "regularizer" => 0,
        "pointwise" => line.rows * line.width,
        "rowwise" => line.rows,
        // Both views.
        "batch" => 2 * line.rows,
        other => panic!("no shape is called {other}"),
    };
    let mut arrays = Arrays::<T>::new(line, values, names.iter().filter(is_output).count());
    let mut area = vec![0u64; if batch { work_size::<T>(line.rows, line.width).div_ceil(8) + 8 } else { 0 }];
    // Of pointwise losses a number a class is a stream of its own, repeated for every row.
    let stream: Vec<T> = arrays.vector.iter().copied().cycle().take(line.rows * line.width).collect();

    let mut inputs = arrays.inputs.iter();
    let mut outputs = arrays.outputs.iter_mut();
    let mut record: Vec<f64> = Vec::new();
    for &name in names {
        record.push(match name {
            "sum" | "excess" | "weight" => 0.0,
            "scale" => 1.0,
            "n" if !batch => count(line.rows * line.width),
            "n" | "rows" => count(line.rows),
            "width" | "dim" => count(line.width),
            "values" => {
                if values == 0 {
                    0.0
                } else {
                    pointer(arrays.values.as_mut_ptr())
                }
            }
            "labels" => pointer(arrays.labels.as_ptr()),
            // At a cache line, where the facade's is too.
            "work" => count(area.as_mut_ptr().expose_provenance().next_multiple_of(64)),
            _ if is_output(&&name) => pointer(outputs.next().expect("an output").as_mut_ptr()),
            _ => match inputs.next() {
                Some(input) => pointer(input.as_ptr()),
                None if stream.is_empty() => 0.0,
                None => pointer(if has("width") { arrays.vector.as_ptr() } else { stream.as_ptr() }),
            },
        });
    }
    record.extend(&line.params);
    // SAFETY: every array has the length that the kernel's shape says, and none overlaps another.
    let sum = unsafe { call(call::kernel(&line.kernel), &mut record) }.expect("inputs within their domains");
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
