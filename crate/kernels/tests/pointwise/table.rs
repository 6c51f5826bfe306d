//! The pointwise losses, each with the targets and parameters that change its formula or strain it.

use super::call::{call, count, kernel, pointer};
use super::oracle::{self, Oracle};
use super::{Case, Kernel};

/// The input that is swept.
const X: f32 = f32::NAN;

/// The name of a kernel, and a call with so many inputs, derivatives and parameters.
macro_rules! kernel {
    ($name:ident; $($input:literal)*; $($output:literal)*; $($param:literal)*) => {
        (stringify!($name), |n, values, _inputs, _outputs, _params| {
            let mut arguments = [
                0.0, 0.0, 1.0, count(n), pointer(values), 0.0,
                $(pointer(_inputs[$input]),)* $(pointer(_outputs[$output]),)* $(_params[$param],)*
            ];
            // SAFETY: all arrays have n elements or are absent, and none overlaps another.
            unsafe { call(kernel(stringify!($name)), &mut arguments) }.unwrap_or(f64::NAN)
        })
    };
}

const PLAIN: &[&str] = &["value", "grad", "hess"];
const PENALTY: &[&str] = &["value", "grad"];
const RANKING: &[&str] = &["value", "grad.a", "grad.b"];
const GAUSSIAN: &[&str] = &["value", "grad.mean", "grad.logVar", "hess.mean", "hess.logVar"];

struct Loss {
    name: &'static str,
    kernel: (&'static str, Kernel),
    oracle: Oracle,
    outputs: &'static [&'static str],
    absent: usize,
    /// What the swept input must be above.
    above: f32,
    /// Whether its kernel of float32 has a use for parameters that aren't floats.
    exact: bool,
}

impl Loss {
    fn exact(self) -> Self {
        Loss { exact: true, ..self }
    }

    fn above(self, above: f32) -> Self {
        Loss { above, ..self }
    }

    /// One case for each choice of inputs and each of parameters, the usual ones first.
    fn cases(self, inputs: &[&[f32]], params: &[&[f64]]) -> Vec<Case> {
        let case = |inputs: &[f32], place: usize, params: &[f64]| Case {
            loss: self.name,
            kernel_name: self.kernel.0,
            kernel: self.kernel.1,
            oracle: self.oracle,
            inputs: inputs.to_vec(),
            absent: self.absent,
            // Kernels of float32 may round parameters.
            params: params.iter().map(|&p| if self.exact { p } else { f64::from(p as f32) }).collect(),
            outputs: self.outputs,
            above: self.above,
            unit: matches!(self.name, "binaryCrossEntropy" | "binaryFocal"),
            usual: place == 0,
        };
        inputs.iter().flat_map(|x| params.iter().enumerate().map(move |(place, p)| case(x, place, p))).collect()
    }
}

fn loss(name: &'static str, kernel: (&'static str, Kernel), oracle: Oracle, outputs: &'static [&'static str]) -> Loss {
    Loss { name, kernel, oracle, outputs, absent: 0, above: f32::NEG_INFINITY, exact: false }
}

/// Every case.
pub fn cases() -> Vec<Case> {
    [regression(), robust(), counts(), labels(), margins(), cross_entropies(), focals(), gaussians(), penalties()]
        .into_iter()
        .flatten()
        .collect()
}

fn regression() -> Vec<Case> {
    let targets: &[&[f32]] = &[&[X, 0.0], &[X, 0.3], &[X, -1e30], &[X, 3e38]];
    let near: &[&[f32]] = &[&[X, 0.0], &[X, 0.3], &[X, -7.3]];
    [
        loss("mse", kernel!(mse_f32; 0 1; 0 1;), oracle::mse, PLAIN).cases(targets, &[&[]]),
        loss("mae", kernel!(mae_f32; 0 1; 0 1;), oracle::mae, PLAIN).cases(targets, &[&[]]),
        loss("huber", kernel!(huber_f32; 0 1; 0 1; 0), oracle::huber, PLAIN).cases(near, &[&[1.0], &[0.1]]),
        loss("huber", kernel!(huber_f32; 0 1; 0 1; 0), oracle::huber, PLAIN).cases(&[&[X, 3e38]], &[&[1.0], &[1e30]]),
        loss("smoothL1", kernel!(smooth_l1_f32; 0 1; 0 1; 0), oracle::smooth_l1, PLAIN)
            .cases(near, &[&[1.0], &[0.1], &[0.0]]),
        loss("logCosh", kernel!(log_cosh_f32; 0 1; 0 1;), oracle::log_cosh, PLAIN).cases(near, &[&[]]),
        loss("logCosh", kernel!(log_cosh_f32; 0 1; 0 1;), oracle::log_cosh, PLAIN).cases(&[&[X, 1e5]], &[&[]]),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn robust() -> Vec<Case> {
    let targets: &[&[f32]] = &[&[X, 0.0], &[X, 0.3], &[X, -1e30], &[X, 3e38]];
    let shares: &[&[f64]] = &[&[0.5], &[0.9], &[0.01]];
    let scales: &[&[f64]] = &[&[1.0], &[0.1], &[30.0], &[1e-20], &[1e25]];
    let counts: &[&[f32]] = &[&[X, 0.0], &[X, 0.3], &[X, -0.999], &[X, 1e5], &[X, 3e38]];
    let relative: &[&[f32]] = &[&[X, 0.0], &[X, 0.3], &[X, -1e-9], &[X, 3e38]];
    [
        loss("quantile", kernel!(quantile_f32; 0 1; 0 1; 0), oracle::quantile, PLAIN).cases(targets, shares),
        loss("expectile", kernel!(expectile_f32; 0 1; 0 1; 0), oracle::expectile, PLAIN).cases(targets, shares),
        loss("pseudoHuber", kernel!(pseudo_huber_f32; 0 1; 0 1; 0), oracle::pseudo_huber, PLAIN).cases(targets, scales),
        loss("fair", kernel!(fair_f32; 0 1; 0 1; 0), oracle::fair, PLAIN).cases(targets, scales),
        loss("msle", kernel!(msle_f32; 0 1; 0 1;), oracle::msle, PLAIN).above(-1.0).cases(counts, &[&[]]),
        loss("mape", kernel!(mape_f32; 0 1; 0 1; 0), oracle::mape, PLAIN).cases(relative, &[&[1e-7], &[0.5], &[1e-40]]),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn counts() -> Vec<Case> {
    let targets: &[&[f32]] = &[&[X, 0.0], &[X, 1.0], &[X, 0.3], &[X, 1e-30], &[X, 7e5], &[X, 3e36]];
    let poisson = || loss("poissonNll", kernel!(poisson_nll_f32; 0 1; 0 1; 0 1), oracle::poisson_nll, PLAIN);
    [
        poisson().cases(targets, &[&[0.0, 0.0]]),
        poisson().above(-f32::from_bits(1)).cases(targets, &[&[1.0, 0.0]]),
        loss("gammaNll", kernel!(gamma_nll_f32; 0 1; 0 1;), oracle::gamma_nll, PLAIN).cases(targets, &[&[]]),
        loss("tweedie", kernel!(tweedie_f32; 0 1; 0 1; 0), oracle::tweedie, PLAIN)
            .cases(targets, &[&[1.5], &[1.3], &[1.9], &[1.0 + 2e-7]]),
    ]
    .concat()
}

fn labels() -> Vec<Case> {
    let (signs, bits): (&[&[f32]], &[&[f32]]) = (&[&[X, 1.0], &[X, -1.0]], &[&[X, 1.0], &[X, 0.0]]);
    let asymmetric = || loss("asymmetric", kernel!(asymmetric_f32; 0 1; 0 1; 0 1 2), oracle::asymmetric, PLAIN).exact();
    [
        loss("softMargin", kernel!(soft_margin_f32; 0 1; 0 1;), oracle::soft_margin, PLAIN).cases(signs, &[&[]]),
        loss("hingeEmbedding", kernel!(hinge_embedding_f32; 0 1; 0 1; 0), oracle::hinge_embedding, PLAIN)
            .cases(signs, &[&[1.0], &[0.3], &[0.0]]),
        asymmetric().cases(
            bits,
            &[
                &[1.0, 4.0, 0.05],
                &[1.0, 4.0, 0.05_f32.into()],
                &[0.0, 2.0, 0.2_f32.into()],
                &[2.0, 1.0, 0.0],
                &[0.7_f32.into(), 3.3_f32.into(), 0.9_f32.into()],
            ],
        ),
    ]
    .concat()
}

fn margins() -> Vec<Case> {
    let (targets, margins): (&[&[f32]], &[&[f64]]) = (&[&[X, 1.0], &[X, -1.0]], &[&[1.0], &[0.3], &[0.0]]);
    let hinge = loss("hinge", kernel!(hinge_f32; 0 1; 0 1; 0), oracle::hinge, PLAIN);
    let squared = loss("squaredHinge", kernel!(squared_hinge_f32; 0 1; 0 1; 0), oracle::squared_hinge, PLAIN);
    let ranking = loss("marginRanking", kernel!(margin_ranking_f32; 0 1 2; 0 1; 0), oracle::margin_ranking, RANKING);
    let orders: &[&[f32]] = &[&[X, 0.3, 1.0], &[X, 0.3, -1.0], &[X, -1e30, 1.0], &[3e38, X, -1.0]];
    [hinge.cases(targets, margins), squared.cases(targets, margins), ranking.cases(orders, &[&[0.0], &[1.0], &[0.3]])]
        .concat()
}

fn cross_entropies() -> Vec<Case> {
    let targets: &[&[f32]] = &[&[X, 1.0], &[X, 0.0], &[X, 0.3]];
    let mut p = loss(
        "binaryCrossEntropy",
        kernel!(binary_cross_entropy_f32; 0 1 2; 0 1; 0 1 2),
        oracle::binary_cross_entropy,
        PLAIN,
    );
    let mut logits = loss(
        "binaryCrossEntropyWithLogits",
        kernel!(binary_cross_entropy_with_logits_f32; 0 1 2; 0 1; 0 1),
        oracle::binary_cross_entropy_with_logits,
        PLAIN,
    );
    (p.absent, logits.absent) = (1, 1);
    let smooth: &[&[f64]] = &[&[1.0, 0.0, 0.0], &[3.0, 0.1, 0.0], &[1.0, 0.0, 1e-7], &[0.5, 0.2, 0.1]];
    [p.cases(targets, smooth), logits.cases(targets, &[&[1.0, 0.0], &[3.0, 0.1], &[1e6, 0.0], &[1e-6, 0.0]])].concat()
}

fn focals() -> Vec<Case> {
    let targets: &[&[f32]] = &[&[X, 1.0], &[X, 0.0]];
    let params: &[&[f64]] = &[
        &[2.0, 1.0, 1.0],
        &[2.0, 0.25, 0.75],
        &[1.5, 0.0, 1.0],
        &[0.0, 0.25, 0.75],
        &[0.5, 1.0, 1.0],
        &[1.0, 1.0, 1.0],
        &[3.7, 1.0, 1.0],
    ];
    let p = loss("binaryFocal", kernel!(binary_focal_f32; 0 1; 0 1; 0 1 2), oracle::binary_focal, PLAIN);
    let logits = loss(
        "binaryFocalWithLogits",
        kernel!(binary_focal_with_logits_f32; 0 1; 0 1; 0 1 2),
        oracle::binary_focal_with_logits,
        PLAIN,
    );
    [p.cases(targets, params), logits.cases(targets, params)].concat()
}

fn gaussians() -> Vec<Case> {
    let nll = || loss("gaussianNll", kernel!(gaussian_nll_f32; 0 1 2; 0 1 2 3; 0), oracle::gaussian_nll, GAUSSIAN);
    let means: &[&[f32]] =
        &[&[X, 0.3, 0.0], &[X, 0.0, -100.0], &[X, 0.3, 3.0], &[X, 1.0, 90.0], &[X, 0.0, f32::NEG_INFINITY]];
    let variances: &[&[f32]] = &[&[0.7, 0.3, X], &[1.0, 1.0, X], &[1e10, 0.0, X], &[1e-20, 0.0, X], &[3e38, -3e38, X]];
    let reconstruction = loss(
        "gaussianReconstruction",
        kernel!(gaussian_reconstruction_f32; 0 1; 0 1; 0),
        oracle::gaussian_reconstruction,
        PLAIN,
    );
    [
        nll().cases(means, &[&[0.0]]),
        nll().cases(variances, &[&[0.0], &[1.0]]),
        reconstruction.cases(&[&[X, 0.0], &[X, 0.3]], &[&[1.0], &[0.1]]),
    ]
    .concat()
}

fn penalties() -> Vec<Case> {
    [
        loss("l1", kernel!(l1_f32; 0; 0;), oracle::l1, PENALTY).cases(&[&[X]], &[&[]]),
        loss("l2", kernel!(l2_f32; 0; 0; 0), oracle::l2, PENALTY).cases(&[&[X]], &[&[0.0], &[1.0]]),
        loss("elasticNet", kernel!(elastic_net_f32; 0; 0; 0), oracle::elastic_net, PENALTY)
            .cases(&[&[X]], &[&[0.5], &[0.0], &[1.0], &[0.3]]),
    ]
    .into_iter()
    .flatten()
    .collect()
}
