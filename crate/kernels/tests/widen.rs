//! Numbers of other types as float32.

use losskit_kernels::abi::{find, run};
use losskit_kernels::loops::widen::TOGETHER;

/// Calls a kernel on these numbers, the last one as often as makes whole blocks.
fn widened<S: Copy>(name: &str, from: &[S]) -> Vec<f32> {
    let handle = find(&[], name.as_bytes());
    assert_ne!(handle, 0, "{name}");
    let whole: Vec<S> = (0..from.len().next_multiple_of(TOGETHER)).map(|i| from[i.min(from.len() - 1)]).collect();
    let mut to = vec![f32::NAN; whole.len()];
    let address = |x: usize| f64::from_bits(x as u64);
    let mut record = [address(whole.as_ptr() as usize), address(whole.len()), address(to.as_mut_ptr() as usize)];
    // SAFETY: as many numbers as it is told.
    assert_eq!(unsafe { run(handle, record.as_mut_ptr()) }, -1);
    to.truncate(from.len());
    to
}

/// The value of a half, from its parts.
fn half(bits: u16) -> f64 {
    let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f64::from(bits & 1023));
    match (exponent, fraction == 0.0) {
        (31, true) => sign * f64::INFINITY,
        (31, false) => f64::NAN,
        (0, _) => sign * fraction * 2f64.powi(-24),
        _ => sign * (1024.0 + fraction) * 2f64.powi(exponent - 25),
    }
}

#[test]
fn every_half_is_exact() {
    let all: Vec<u16> = (0..=u16::MAX).collect();
    for (bits, x) in all.iter().zip(widened("widen_float16", &all)) {
        let expected = half(*bits);
        assert!(f64::from(x).to_bits() == expected.to_bits() || (x.is_nan() && expected.is_nan()), "{bits:#x}: {x}");
    }
}

#[test]
fn long_integers_and_doubles_are_rounded_once() {
    let tie = (1i64 << 60) + (1 << 36);
    let long = [0, -1, 1, tie - 1, tie, tie + 1, i64::MAX, i64::MIN, (1 << 24) + 1, 5, -7];
    let up = (1i64 << 60) + (1 << 37);
    for n in 1..long.len() {
        let x = widened("widen_int64", &long[..n]);
        assert!(x.iter().zip(long).all(|(&x, y)| x == y as f32));
        if n > 5 {
            assert_eq!(x[3..6], [(1i64 << 60) as f32, (1i64 << 60) as f32, up as f32]);
        }
    }
    let edges = [
        i64::from(i32::MIN),
        i64::from(i32::MAX),
        i64::from(i32::MIN) - 1,
        1 << 31,
        1 << 32,
        -(1 << 32),
        (1 << 32) - 1,
    ];
    for x in edges {
        assert_eq!(widened("widen_int64", &[x]), [x as f32]);
        assert_eq!(widened("widen_uint64", &[x as u64]), [x as u64 as f32]);
    }
    assert_eq!(widened("widen_uint64", &[u64::MAX, 3]), [2f32.powi(64), 3.0]);
    let doubles = [0.1, -0.0, 1e300, f64::NEG_INFINITY, 1.0 + 2f64.powi(-24), 1e-46, 3.5, 1.0, 2.0];
    let singles = widened("widen_float64", &doubles);
    assert!(singles.iter().zip(doubles).all(|(x, y)| x.to_bits() == (y as f32).to_bits()));
}
