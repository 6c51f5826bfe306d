//! The shipped pointwise kernels differentiate themselves: their value on dual numbers must have their own gradient as its
//! derivative, and their gradient their own second derivative. Away from kinks, over every parameter worth varying.

#[path = "support/dual.rs"]
mod dual_numbers;

use dual_numbers::Dual;
use losskit_kernels::loops::element::Pointwise;
use losskit_kernels::losses::{
    binary::binary_cross_entropy::BinaryCrossEntropy,
    binary::binary_cross_entropy_with_logits::BinaryCrossEntropyWithLogits, binary::binary_focal::BinaryFocal,
    binary::binary_focal_with_logits::BinaryFocalWithLogits, binary::hinge::Hinge, binary::squared_hinge::SquaredHinge,
    divergence::entropy::Entropy, divergence::kl_divergence::Term, gaussian::gaussian_kl::GaussianKl,
    gaussian::gaussian_nll::GaussianNll, gaussian::gaussian_reconstruction::GaussianReconstruction,
    penalties::elastic_net::ElasticNet, penalties::l1::L1, penalties::l2::L2, regression::huber::Huber,
    regression::log_cosh::LogCosh, regression::mae::Mae, regression::mse::Mse, regression::smooth_l1::SmoothL1,
};
use losskit_kernels::simd::Vector;

/// Asserts that derivatives agree at `x`. `differentiable[g]` is the input that gradient `g` is with respect to.
fn check<L: Pointwise<I, G>, const I: usize, const G: usize>(
    name: &str,
    loss: &L,
    x: [f64; I],
    differentiable: [usize; G],
) {
    for (g, input) in differentiable.into_iter().enumerate() {
        let seeded = std::array::from_fn(|i| Dual::new(x[i], if i == input { 1.0 } else { 0.0 }));
        let staged = (0..L::STEPS.len()).fold([Dual::zero(); 2], |staged, step| loss.step(step, seeded, staged));
        let terms = loss.eval(seeded, staged);
        let (derivative, gradient) = (terms.value.eps.lane(0), terms.grad[g].re.lane(0) * loss.factor());
        let (second, hess) = (terms.grad[g].eps.lane(0), terms.hess[g].re.lane(0));
        let close = |a: f64, b: f64| (a - b).abs() <= 1e-9 * (1.0 + a.abs().max(b.abs()));
        assert!(close(derivative, gradient), "{name} at {x:?}: dvalue = {derivative}, gradient {g} = {gradient}");
        assert!(close(second, hess), "{name} at {x:?}: dgradient = {second}, second derivative {g} = {hess}");
    }
}

const REALS: [f64; 13] = [-30.0, -7.3, -2.2, -1.01, -0.4, -0.02, -1e-5, 3e-4, 0.3, 0.77, 1.9, 5.5, 24.0];
const UNITS: [f64; 7] = [1e-6, 0.01, 0.2, 0.49, 0.63, 0.97, 0.999_99];

/// Every pair of a prediction and a target.
fn grid<const A: usize, const B: usize>(a: [f64; A], b: [f64; B]) -> impl Iterator<Item = [f64; 2]> {
    a.into_iter().flat_map(move |x| b.into_iter().map(move |y| [x, y]))
}

#[test]
fn regression() {
    for x in grid(REALS, [0.1, -3.0]) {
        check("mse", &Mse, x, [0]);
        check("mae", &Mae, x, [0]);
        check("log_cosh", &LogCosh, x, [0]);
        check("gaussian_reconstruction", &GaussianReconstruction { variance: 0.3 }, x, [0]);
        for delta in [0.35, 1.2, 8.0] {
            check("huber", &Huber { delta }, x, [0]);
            check("smooth_l1", &SmoothL1 { beta: delta }, x, [0]);
        }
        check("smooth_l1", &SmoothL1 { beta: 0.0 }, x, [0]);
    }
}

#[test]
fn margins() {
    for x in grid(REALS, [-1.0, 1.0]) {
        for margin in [0.0, 0.5, 1.3] {
            check("hinge", &Hinge { margin }, x, [0]);
            check("squared_hinge", &SquaredHinge { margin }, x, [0]);
        }
    }
}

#[test]
fn binary() {
    for (pos_weight, label_smoothing) in [(1.0, 0.0), (3.5, 0.0), (0.2, 0.3)] {
        for [x, y] in grid(REALS, [0.0, 0.3, 1.0]) {
            check("bce with logits", &BinaryCrossEntropyWithLogits { pos_weight, label_smoothing }, [x, y, 1.7], [0]);
        }
        for [p, y] in grid(UNITS, [0.0, 0.3, 1.0]) {
            check("bce", &BinaryCrossEntropy { pos_weight, label_smoothing, eps: 0.0 }, [p, y, 1.7], [0]);
        }
    }
    for (gamma, alpha1, alpha0) in [(2.0, 1.0, 1.0), (0.0, 0.25, 0.75), (0.5, 0.3, 0.7), (2.7, 0.6, 0.4)] {
        for x in grid(REALS, [0.0, 1.0]) {
            check("focal with logits", &BinaryFocalWithLogits { gamma, alpha1, alpha0 }, x, [0]);
        }
        for x in grid(UNITS, [0.0, 1.0]) {
            check("focal", &BinaryFocal { gamma, alpha1, alpha0 }, x, [0]);
        }
    }
}

#[test]
fn several_inputs_and_penalties() {
    for [mean, log_var] in grid(REALS, [-3.0, 0.2, 4.0]) {
        check("gaussian_nll", &GaussianNll { full: 1.0 }, [mean, 0.4, log_var], [0, 2]);
    }
    for theta in REALS {
        check("l1", &L1, [theta], [0]);
        check("l2", &L2 { half: 1.0 }, [theta], [0]);
        check("l2", &L2 { half: 0.0 }, [theta], [0]);
        check("elastic_net", &ElasticNet { l1_ratio: 0.3 }, [theta], [0]);
    }
}

#[test]
fn terms_of_rows() {
    for x in grid(REALS, REALS) {
        check("gaussian_kl", &GaussianKl, x, [0, 1]);
    }
    for [q, p] in grid(UNITS, UNITS) {
        check("entropy", &Entropy, [p], [0]);
        for (log_model, log_target) in [(false, false), (false, true), (true, false), (true, true)] {
            let given = |is_log: bool, x: f64| if is_log { x.ln() } else { x };
            check("kl_divergence", &Term { log_model, log_target }, [given(log_model, q), given(log_target, p)], [0]);
        }
    }
}

/// The check itself: a wrong gradient is caught.
#[test]
#[should_panic(expected = "gradient 0")]
fn a_wrong_gradient_is_caught() {
    struct Wrong;
    impl Pointwise<1, 1> for Wrong {
        fn eval<V: Vector>(&self, [x]: [V; 1], _: [V; 2]) -> losskit_kernels::loops::element::Terms<V, 1> {
            losskit_kernels::loops::element::Terms { value: x * x, grad: [x], hess: [V::c(1.0)] }
        }
    }
    check("wrong", &Wrong, [3.0], [0]);
}
