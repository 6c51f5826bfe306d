//! Runs a rowwise loss in every mode, and asserts that the modes agree to the bit.

use losskit_kernels::loops::element::Pointwise;
use losskit_kernels::loops::row::terms;
use losskit_kernels::loops::row::{RowCall, Rowwise};
use losskit_kernels::loops::{Outcome, Total};
use losskit_kernels::simd::Float;
use std::ptr::{null, null_mut};

/// A call's data.
pub struct Rows<T, const I: usize> {
    pub width: usize,
    pub inputs: [Vec<T>; I],
    pub labels: Option<Vec<i32>>,
    pub weight: Option<Vec<T>>,
    pub ignore_index: f64,
    pub scale: f64,
}

impl<T, const I: usize> Rows<T, I> {
    pub fn rows(&self) -> usize {
        self.inputs[0].len() / self.width
    }
}

/// What a call returned and wrote.
pub struct Computed<const G: usize> {
    pub sum: f64,
    pub values: Vec<f64>,
    pub grads: [Vec<f64>; G],
    pub hess: [Vec<f64>; G],
}

/// The loss of rows whose elements each add this term.
pub struct Rowed<L>(pub L);

impl<T: Float, L: Pointwise<I, G> + Copy, const I: usize, const G: usize> Rowwise<T, I, G> for Rowed<L> {
    unsafe fn rows(&self, call: &RowCall<T, I, G>, total: Total) -> Outcome {
        // SAFETY: the caller's guarantee.
        unsafe { terms::run(self.0, call, total) }
    }
}

/// Equal bits, or both NaN.
pub fn same(a: &[f64], b: &[f64]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan()))
}

fn doubles<T: Float>(x: &[T]) -> Vec<f64> {
    x.iter().map(|x| x.to_f64()).collect()
}

/// The loss of all rows with every output; again with less, in place of the input, row by row: all must agree.
pub fn run<T: Float, const I: usize, const G: usize>(
    loss: &impl Rowwise<T, I, G>,
    rows: &Rows<T, I>,
) -> Result<Computed<G>, usize> {
    let (n, len) = (rows.rows(), rows.inputs[0].len());
    let call = || RowCall::<T, I, G> {
        rows: n,
        width: rows.width,
        scale: rows.scale,
        values: null_mut(),
        weight: rows.weight.as_ref().map_or(null(), |x| x.as_ptr()),
        labels: rows.labels.as_ref().map_or(null(), |x| x.as_ptr()),
        ignore_index: rows.ignore_index,
        inputs: std::array::from_fn(|i| rows.inputs[i].as_ptr()),
        grads: [null_mut(); G],
        hess: [null_mut(); G],
    };
    let blank = T::from_f64(77.0);
    let mut values = vec![blank; n];
    let mut grads: [Vec<T>; G] = std::array::from_fn(|_| vec![blank; len]);
    let mut hess = grads.clone();
    let mut full = call();
    full.values = values.as_mut_ptr();
    full.grads = std::array::from_fn(|g| grads[g].as_mut_ptr());
    full.hess = std::array::from_fn(|g| hess[g].as_mut_ptr());
    // SAFETY: all pointers are of vectors of the right length.
    let sum = unsafe { loss.rows(&full, Total::default()) }?.value();
    let all =
        Computed { sum, values: doubles(&values), grads: grads.map(|x| doubles(&x)), hess: hess.map(|x| doubles(&x)) };

    // The value alone, and row by row with gradients.
    // SAFETY: as above.
    let alone = unsafe { loss.rows(&call(), Total::default()) }?.value();
    assert!(same(&[alone], &[sum]), "the value alone is {alone}, with derivatives {sum}");
    let mut folded = Total::default();
    let mut grads: [Vec<T>; G] = std::array::from_fn(|_| vec![blank; len]);
    for r in 0..n {
        let mut one = call();
        one.rows = 1;
        // SAFETY: r < n; as above.
        unsafe {
            one.inputs = one.inputs.map(|p| p.add(r * rows.width));
            one.grads = std::array::from_fn(|g| grads[g].as_mut_ptr().add(r * rows.width));
            one.weight = if one.weight.is_null() { one.weight } else { one.weight.add(r) };
            one.labels = if one.labels.is_null() { one.labels } else { one.labels.add(r) };
            folded = loss.rows(&one, folded)?;
        }
    }
    assert!(same(&[folded.value()], &[sum]), "row by row the value is {folded:?}, in one call {sum}");
    for (g, (one, all)) in grads.iter().zip(&all.grads).enumerate() {
        assert!(same(&doubles(one), all), "gradient {g} differs row by row");
    }

    // The gradient in place of its input.
    let mut inputs = rows.inputs.clone();
    let mut place = call();
    place.inputs = std::array::from_fn(|i| inputs[i].as_ptr());
    place.grads = std::array::from_fn(|g| inputs[g].as_mut_ptr());
    // SAFETY: as above.
    assert!(same(&[unsafe { loss.rows(&place, Total::default()) }?.value()], &[sum]), "the value differs in place");
    for (g, (place, all)) in inputs.iter().zip(&all.grads).enumerate() {
        assert!(same(&doubles(place), all), "gradient {g} differs in place");
    }

    // Second derivatives without gradients.
    let mut hess: [Vec<T>; G] = std::array::from_fn(|_| vec![blank; len]);
    let mut second = call();
    second.hess = std::array::from_fn(|g| hess[g].as_mut_ptr());
    // SAFETY: as above.
    unsafe { loss.rows(&second, Total::default()) }?;
    for (g, (alone, all)) in hess.iter().zip(&all.hess).enumerate() {
        assert!(same(&doubles(alone), all), "second derivative {g} differs without gradients");
    }
    Ok(all)
}
