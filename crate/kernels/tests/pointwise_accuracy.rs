//! The pointwise losses in float32: a sample of the floats, and those where `pointwise_exhaustive.rs` found the largest errors.

mod pointwise;

use losskit_kernels::losses::REGISTRIES;
use pointwise::{BLOCK, BOUND, Case, table};

/// The largest error of each output over the floats with these bits.
fn worst(case: &Case, bits: impl Iterator<Item = u32>) -> pointwise::Worst {
    let (mut arrays, mut worst) = case.start();
    let bits: Vec<u32> = bits.collect();
    for block in bits.chunks(BLOCK) {
        case.measure(&mut arrays, block, &mut worst);
    }
    worst
}

#[test]
fn sampled_floats_are_within_the_bound() {
    let mut wrong = vec![];
    for case in table::cases() {
        // A step that is odd, so that mantissas vary; and −0.
        let worst = worst(&case, (0..u32::MAX).step_by(1_048_573).chain([1 << 31]));
        for (output, (ulps, bits)) in case.outputs.iter().zip(worst) {
            if ulps > BOUND {
                wrong.push(format!("{} {output}: {ulps:.3} ULP at {bits:08x}", case.name()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_kernel_of_elements_has_a_case() {
    let swept: Vec<&str> = table::cases().iter().map(|case| case.kernel_name).collect();
    // Batches have elements of a dimension.
    let of_elements =
        |arguments: &[&str]| ["n", "values", "dim"].map(|name| arguments.contains(&name)) == [true, true, false];
    let entries = REGISTRIES.iter().flat_map(|registry| registry.as_flattened());
    let kernels = entries.filter(|entry| entry.name.ends_with("_f32") && of_elements(entry.arguments));
    let missing: Vec<&str> = kernels.map(|entry| entry.name).filter(|name| !swept.contains(name)).collect();
    assert!(missing.is_empty(), "without a case in tests/pointwise/table.rs: {}", missing.join(", "));
}

#[test]
fn the_worst_floats_are_known() {
    let cases = table::cases();
    for line in include_str!("pointwise/worst.tsv").lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let [name, output, bits, known] = fields[..4] else { panic!("four fields: {line}") };
        let case = cases.iter().find(|case| case.name() == name).unwrap_or_else(|| panic!("no case {name}"));
        let at = case.outputs.iter().position(|o| *o == output).expect("an output of the loss");
        let (ulps, _) = worst(case, std::iter::once(u32::from_str_radix(bits, 16).unwrap()))[at];
        let known: f64 = known.parse().unwrap();
        assert!(
            ulps <= BOUND && (ulps - known).abs() < 0.01,
            "{name} {output} at {bits}: {ulps:.3} ULP, not {known}; after a change of the kernel, \
             `npm run test:exhaustive -- pointwise --record` finds the worst anew"
        );
    }
}

#[test]
fn gradients_have_the_same_bits_alone_and_with_all_else() {
    // Around the normal range, then everything. Alone, and where nothing overflows, light losses have a loop of their own.
    let tiny = (0..1 << 25).step_by(65_537).flat_map(|bits: u32| [bits, bits | 1 << 31]);
    let bits: Vec<u32> = tiny.chain((0..u32::MAX).step_by(1_048_573)).collect();
    for case in table::cases() {
        for block in bits.chunks(16) {
            let name = case.name();
            assert_eq!(case.gradients(block, false), case.gradients(block, true), "{name} from {:08x} on", block[0]);
        }
    }
}
