//! Rowwise float32 losses on rows made from their number, against the oracle.

pub mod data;
mod oracle;

use crate::pointwise::call::{call, count, kernel, pointer};
use crate::pointwise::ulps;
use data::{Random, WIDTHS};
use oracle::{Oracle, Row};

/// Makes a row of one input.
type Make = fn(&mut Random, &mut [f32]);

/// What comes after the inputs.
#[derive(Clone, Copy, PartialEq)]
enum Extra {
    Nothing,
    Labels,
    /// And a vector of class weights that is left out.
    LabelsAndVector,
}
use Extra::*;

/// A loss with its parameters.
pub struct Case {
    pub name: &'static str,
    kernel: &'static str,
    oracle: Oracle,
    inputs: &'static [Make],
    extra: Extra,
    params: &'static [f64],
}

/// The label to ignore: none.
const NAN: f64 = f64::NAN;

const fn case(
    name: &'static str,
    kernel: &'static str,
    oracle: Oracle,
    inputs: &'static [Make],
    extra: Extra,
    params: &'static [f64],
) -> Case {
    Case { name, kernel, oracle, inputs, extra, params }
}

#[rustfmt::skip]
pub const CASES: &[Case] = &[
    case("crossEntropy", "cross_entropy_f32", oracle::cross_entropy, &[data::logits], LabelsAndVector, &[NAN, 0.0]),
    case("crossEntropy 0.1", "cross_entropy_f32", oracle::cross_entropy, &[data::logits], LabelsAndVector, &[NAN, 0.1]),
    case("focal 2", "focal_f32", oracle::focal, &[data::logits], LabelsAndVector, &[NAN, 2.0]),
    case("focal 0.5", "focal_f32", oracle::focal, &[data::logits], LabelsAndVector, &[NAN, 0.5]),
    case("categorical", "categorical_cross_entropy_f32", oracle::categorical, &[data::units], LabelsAndVector, &[NAN, 0.0]),
    case("categorical 0.1", "categorical_cross_entropy_f32", oracle::categorical, &[data::units], LabelsAndVector, &[NAN, 0.1]),
    case("multiclassHinge", "multiclass_hinge_f32", oracle::multiclass_hinge, &[data::logits], Labels, &[1.0, 0.0, 1.0]),
    case("kl", "kl_divergence_f32", oracle::kl_divergence, &[data::units, data::weights], Nothing, &[0.0, 0.0]),
    case("kl logits", "kl_divergence_logits_f32", oracle::kl_from_logits, &[data::logits, data::weights], Nothing, &[0.0]),
    case("entropy", "entropy_f32", oracle::entropy, &[data::units], Nothing, &[]),
    case("gaussianKl", "gaussian_kl_f32", oracle::gaussian_kl, &[data::any, data::any], Nothing, &[]),
];

impl Case {
    /// The outputs: the value, and the gradients and second derivatives of the differentiable inputs.
    pub fn outputs(&self) -> &'static [&'static str] {
        match self.name {
            "gaussianKl" => &["value", "grad.mu", "grad.logVar", "hess.mu", "hess.logVar"],
            _ => &["value", "grad", "hess"],
        }
    }

    /// Before any rows.
    pub fn start(&self) -> Worst {
        vec![(0.0, 0, 0); self.outputs().len()]
    }

    /// Runs the kernel on the rows with these numbers, of one width, and raises `worst` where an error is larger.
    pub fn measure(&self, numbers: &[u32], worst: &mut Worst) {
        let (rows, width) = (numbers.len(), WIDTHS[numbers[0] as usize % WIDTHS.len()]);
        let mut inputs = vec![vec![0.0f32; rows * width]; self.inputs.len()];
        let mut labels = vec![0i32; rows];
        for (r, &number) in numbers.iter().enumerate() {
            let mut random = Random::new(number);
            for (make, input) in self.inputs.iter().zip(&mut inputs) {
                make(&mut random, &mut input[r * width..][..width]);
            }
            labels[r] = random.below(width) as i32;
        }
        let outputs = self.run(&inputs, &labels, width);
        for (r, &number) in numbers.iter().enumerate() {
            let part = |i: usize| &inputs[i.min(inputs.len() - 1)][r * width..][..width];
            let label = if self.extra == Nothing { 0 } else { labels[r] as usize };
            let exact = (self.oracle)(&Row { inputs: [part(0), part(1)], label, params: self.params });
            for ((got, exact), worst) in outputs.iter().zip(exact).zip(worst.iter_mut()) {
                for (k, (&got, exact)) in got[r * exact.len()..].iter().zip(&exact).enumerate() {
                    let error = ulps(got, exact);
                    if error > worst.0 {
                        *worst = (error, number, k);
                    }
                }
            }
        }
    }

    /// The values, and the derivatives of all rows.
    fn run(&self, inputs: &[Vec<f32>], labels: &[i32], width: usize) -> Vec<Vec<f32>> {
        let rows = labels.len();
        let mut outputs = vec![vec![0.0f32; rows * width]; self.outputs().len()];
        outputs[0].truncate(rows);
        let mut record = vec![0.0, 0.0, 1.0, count(rows), count(width), pointer(outputs[0].as_mut_ptr()), 0.0];
        record.extend(inputs.iter().map(|x| pointer(x.as_ptr())));
        if self.extra != Nothing {
            record.push(pointer(labels.as_ptr()));
        }
        if self.extra == LabelsAndVector {
            record.push(0.0);
        }
        record.extend(outputs[1..].iter_mut().map(|x| pointer(x.as_mut_ptr())));
        record.extend(self.params);
        // SAFETY: every array has as many rows of this width as the record says, the labels are less, and none overlaps another.
        unsafe { call(kernel(self.kernel), &mut record) }.expect("inputs within their domains");
        outputs
    }
}

/// The largest error of each output over what is granted, in ULP; the number of the row, and the place in it.
pub type Worst = Vec<(f64, u32, usize)>;

pub fn merge(a: Worst, b: Worst) -> Worst {
    a.into_iter().zip(b).map(|(a, b)| if b.0 > a.0 { b } else { a }).collect()
}
