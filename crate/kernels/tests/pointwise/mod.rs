//! What the tests of pointwise float32 losses share: calls of a kernel over one swept input, and the measure.

// Each test program uses a part of it.
#![allow(dead_code)]

#[path = "../support/call.rs"]
pub mod call;
pub mod oracle;
pub mod table;

use oracle::{Oracle, Term};
use std::ptr::{null, null_mut};

/// Elements of one call of a kernel.
pub const BLOCK: usize = 4096;

/// The bound of the specification, in ULP.
pub const BOUND: f64 = 4.0;

/// Calls a kernel: the number of elements, the values, inputs, derivatives and parameters.
pub type Kernel = fn(usize, *mut f32, &[*const f32], &[*mut f32], &[f64]) -> f64;

/// A loss with all but one of its inputs fixed.
#[derive(Clone)]
pub struct Case {
    pub loss: &'static str,
    pub kernel_name: &'static str,
    pub kernel: Kernel,
    pub oracle: Oracle,
    /// The inputs; NaN stands for the one that is swept.
    pub inputs: Vec<f32>,
    /// Inputs of the kernel that are left out, after these.
    pub absent: usize,
    pub params: Vec<f64>,
    pub outputs: &'static [&'static str],
    /// Whether the swept input is a probability.
    pub unit: bool,
    /// What it must be above; −∞ if it may be anything.
    pub above: f32,
    /// Whether these parameters are the first of their list, with which every float is taken.
    pub usual: bool,
}

/// The largest error found in an output, and the bits of the input.
pub type Worst = Vec<(f64, u32)>;

/// A kernel's arrays for one block.
pub struct Arrays {
    inputs: Vec<Vec<f32>>,
    outputs: Vec<Vec<f32>>,
}

impl Case {
    /// The loss, the inputs (`_` for the swept one) and the parameters.
    pub fn name(&self) -> String {
        let input = |x: &f32| if x.is_nan() { "_".into() } else { format!("{x:e}") };
        let inputs: Vec<String> = self.inputs.iter().map(input).collect();
        let params: Vec<String> = self.params.iter().map(|p| format!("{p}")).collect();
        format!("{}({}){}", self.loss, inputs.join(" "), params.join(" "))
    }

    pub fn arrays(&self) -> Arrays {
        Arrays {
            inputs: self.inputs.iter().map(|&x| vec![x; BLOCK]).collect(),
            outputs: vec![vec![0.0; BLOCK]; self.outputs.len()],
        }
    }

    pub fn start(&self) -> (Arrays, Worst) {
        (self.arrays(), vec![(0.0, 0); self.outputs.len()])
    }

    fn in_domain(&self, x: f32) -> bool {
        let anything = self.above == f32::NEG_INFINITY;
        x.is_nan() || (!self.unit || (0.0..=1.0).contains(&x)) && (anything || self.above < x)
    }

    /// Runs the kernel for these floats; for the gradients alone, or for everything.
    fn call(&self, arrays: &mut Arrays, bits: &[u32], everything: bool) {
        let swept = self.inputs.iter().position(|x| x.is_nan()).expect("a swept input");
        for (to, x) in arrays.inputs[swept].iter_mut().zip(bits.iter().map(|&bits| f32::from_bits(bits))) {
            *to = if self.in_domain(x) { x } else { 0.5 };
        }
        let mut inputs: Vec<*const f32> = arrays.inputs.iter().map(|x| x.as_ptr()).collect();
        inputs.resize(inputs.len() + self.absent, null());
        let wanted = |name: &str| everything || name.starts_with("grad");
        let outputs = self.outputs.iter().zip(&mut arrays.outputs);
        let outputs: Vec<*mut f32> =
            outputs.map(|(name, x)| if wanted(name) { x.as_mut_ptr() } else { null_mut() }).collect();
        (self.kernel)(bits.len(), outputs[0], &inputs, &outputs[1..], &self.params);
    }

    /// The bits of the gradients at these floats, computed alone or with everything else; any NaN has the same.
    pub fn gradients(&self, bits: &[u32], everything: bool) -> Vec<u32> {
        let mut arrays = self.arrays();
        self.call(&mut arrays, bits, everything);
        let gradients = self.outputs.iter().zip(&arrays.outputs).filter(|(name, _)| name.starts_with("grad"));
        let canonical = |x: &f32| if x.is_nan() { f32::NAN.to_bits() } else { x.to_bits() };
        gradients.flat_map(|(_, x)| x[..bits.len()].iter().map(canonical)).collect()
    }

    /// Runs the kernel for these floats and raises `worst` where an error is larger.
    pub fn measure(&self, arrays: &mut Arrays, bits: &[u32], worst: &mut Worst) {
        let x = |i: usize| f32::from_bits(bits[i]);
        if !(0..bits.len()).any(|i| self.in_domain(x(i))) {
            return;
        }
        let swept = self.inputs.iter().position(|x| x.is_nan()).expect("a swept input");
        self.call(arrays, bits, true);
        let mut exact: Vec<f64> = self.inputs.iter().map(|&x| f64::from(x)).collect();
        for i in (0..bits.len()).filter(|&i| self.in_domain(x(i))) {
            exact[swept] = f64::from(x(i));
            let mut terms = (self.oracle)(&exact, &self.params);
            if x(i).is_nan() {
                terms.iter_mut().for_each(|term| term.exact = f64::NAN);
            }
            for (k, worst) in worst.iter_mut().enumerate() {
                // The second derivative of an element that isn't a number is left open.
                let open = x(i).is_nan() && self.outputs[k].starts_with("hess");
                let error = if open { 0.0 } else { ulps(arrays.outputs[k][i], &terms[k]) };
                if error > worst.0 {
                    *worst = (error, bits[i]);
                }
            }
        }
    }
}

pub fn merge(a: (Arrays, Worst), b: (Arrays, Worst)) -> (Arrays, Worst) {
    let worst = a.1.into_iter().zip(b.1).map(|(a, b)| if b.0 > a.0 { b } else { a }).collect();
    (a.0, worst)
}

/// The error in ULP of the exact result, or of the largest term that is subtracted, over the condition of a power. What is below
/// the normal range may be flushed to 0; infinity counts as the first number that overflows.
pub fn ulps(got: f32, term: &Term) -> f64 {
    let Term { exact, scale, factor } = *term;
    if exact.is_nan() || got.is_nan() {
        return if exact.is_nan() && got.is_nan() { 0.0 } else { f64::INFINITY };
    }
    let top = 2f64.powi(128);
    let (got, exact) = (f64::from(got).clamp(-top, top), exact.clamp(-top, top));
    let error = (got - exact).abs();
    if exact.abs() < f64::from(f32::MIN_POSITIVE) && error <= exact.abs() {
        return 0.0;
    }
    let size = exact.abs().max(scale).clamp(f64::from(f32::MIN_POSITIVE), f64::from(f32::MAX));
    let exponent = ((size.to_bits() >> 52) & 0x7ff) as i32 - 1023;
    error * 2f64.powi(23 - exponent) / factor
}
