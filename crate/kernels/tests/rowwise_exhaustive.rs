//! Millions of rows of every kind through every rowwise loss, its gradients and its second derivatives:
//! `cargo test --release --test rowwise_exhaustive -- --ignored --nocapture`.
//!
//! A row is made from its number, so that `support/exhaustive.rs` takes rows as it takes floats: by default every 1024th of 2³².

#[path = "support/exhaustive.rs"]
mod exhaustive;
mod pointwise;
mod rows;

use exhaustive::Plan;
use pointwise::BOUND;
use rows::{CASES, Case, Worst, data::WIDTHS, merge};

/// Sweeps over the rows that a plan takes, sorted by their widths.
fn sweep(plan: &Plan, case: &Case) -> Worst {
    let measure = |worst: &mut Worst, numbers: &[u32; exhaustive::BLOCK]| {
        for kind in 0..WIDTHS.len() {
            let same: Vec<u32> = numbers.iter().copied().filter(|&n| n as usize % WIDTHS.len() == kind).collect();
            if !same.is_empty() {
                case.measure(&same, worst);
            }
        }
    };
    plan.sweep(case.name, || case.start(), measure, merge)
}

/// Sweeps over the rows of every case that is wanted, prints the worst of each output, and fails where one is beyond the bound.
fn check(plan: &Plan) {
    let mut failures = vec![];
    for case in CASES.iter().filter(|case| plan.wants(case.name)) {
        for (output, (ulps, number, k)) in case.outputs().iter().zip(sweep(plan, case)) {
            let line = format!("{}\t{output}\trow {number} at {k}\t{ulps:.3} of {BOUND} granted", case.name);
            println!("{line}");
            if ulps > BOUND {
                failures.push(line);
            }
        }
    }
    assert!(failures.is_empty(), "beyond what is granted:\n{}", failures.join("\n"));
}

#[test]
fn a_few_thousand_rows() {
    check(&Plan::every(999_983));
}

#[test]
#[ignore = "takes minutes"]
fn millions_of_rows() {
    check(&Plan::new(1024));
}
