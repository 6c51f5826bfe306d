//! Every one of the 2³² floats through every pointwise loss, its gradient and its second derivative:
//! `cargo test --release --test pointwise_exhaustive -- --ignored --nocapture`.
//!
//! With other parameters than a loss usually has, every 61st float is taken. A case takes minutes; `support/exhaustive.rs` says how to
//! take a part. `EXHAUSTIVE_RECORD=1` writes the worst floats to `pointwise/worst.tsv`, which the fast test pins.

#[path = "support/exhaustive.rs"]
mod exhaustive;
mod pointwise;

use exhaustive::Plan;
use pointwise::{BOUND, merge, table};

#[test]
#[ignore = "takes hours"]
fn every_float() {
    let (every, some) = (Plan::new(1), Plan::new(61));
    let (mut failures, mut record) = (vec![], String::new());
    for case in table::cases().iter().filter(|case| every.wants(&case.name())) {
        let name = case.name();
        let measure = |state: &mut (pointwise::Arrays, pointwise::Worst), bits: &[u32; exhaustive::BLOCK]| {
            case.measure(&mut state.0, bits, &mut state.1);
        };
        let plan = if case.usual { &every } else { &some };
        let (_, worst) = plan.sweep(&name, || case.start(), measure, merge);
        for (output, (ulps, bits)) in case.outputs.iter().zip(worst) {
            let line = format!("{name}\t{output}\t{bits:08x}\t{ulps:.3}\t{:e}\n", f32::from_bits(bits));
            print!("{line}");
            // What is rounded once needs no pin.
            if ulps > 0.5 {
                record += &line;
            }
            if ulps > BOUND {
                failures.push(format!("{name} {output}: {ulps:.3} ULP at {:e}", f32::from_bits(bits)));
            }
        }
    }
    if std::env::var("EXHAUSTIVE_RECORD").is_ok() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/pointwise/worst.tsv");
        std::fs::write(path, record).expect("worst.tsv can be written");
    }
    assert!(failures.is_empty(), "beyond {BOUND} ULP:\n{}", failures.join("\n"));
}
