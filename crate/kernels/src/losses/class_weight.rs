//! What a target weighs in the mean: the weight of its class, or of its classes.

use crate::loops::row::Invalid;
use crate::loops::softmax::short::lanes::{LANES, gather};
use crate::loops::walk::{each_singly, load};
use crate::losses::unit::check_unit;
use crate::simd::{Float, Vector};

/// The class weight of a label; 1 without class weights.
///
/// # Safety
/// - `class_weight` is null or valid for reads of more than `label` elements.
pub unsafe fn label_weight<T: Float>(class_weight: *const T, label: usize) -> f64 {
    // SAFETY: the caller's guarantee.
    if class_weight.is_null() { 1.0 } else { unsafe { *class_weight.add(label) }.to_f64() }
}

/// The class weights of the labels of rows that are computed together; 1 without class weights.
///
/// # Safety
/// - `class_weight` is null or has an element for each label.
pub unsafe fn label_weights<T: Float>(class_weight: *const T, labels: [usize; LANES]) -> T::Four {
    // SAFETY: the caller's guarantee.
    if class_weight.is_null() { T::Four::c(1.0) } else { unsafe { gather(labels.map(|y| class_weight.add(y))) } }
}

/// The class weight of a dense target, Σ y_k·cw_k; 1 without class weights. Invalid if a y isn't in [0, 1].
///
/// # Safety
/// - `y` is valid for reads of `width` elements; so is `class_weight`, or it is null.
#[inline(never)]
pub unsafe fn dense_weight<T: Float>(y: *const T, class_weight: *const T, width: usize) -> Result<f64, Invalid> {
    // SAFETY: the caller's guarantee.
    unsafe { check_unit(y, width)? };
    if class_weight.is_null() {
        return Ok(1.0);
    }
    let mut sum = [<T::Vec as Vector>::Wide::zero(); 2];
    each_singly::<T::Vec>(width, |at, n| {
        // SAFETY: at + n ≤ width; what is beyond is 0.
        let (y, class_weight): (T::Vec, T::Vec) = unsafe { (load(y, at, n), load(class_weight, at, n)) };
        (y * class_weight).accumulate(&mut sum);
    });
    Ok((sum[0] + sum[1]).total())
}
