//! The pointwise losses in double precision, written from their formulas, with what section 4 of the specification grants:
//! each function takes the inputs and the parameters and returns value, gradients and second derivatives.
//!
//! The inputs are float32, so a double carries 29 digits (bits) more than is measured; nothing below cancels more than that.

/// An exact result, and the units its error is measured in.
#[derive(Clone, Copy)]
pub struct Term {
    pub exact: f64,
    /// The largest of the computed terms that the formula subtracts.
    pub scale: f64,
    /// The condition of a power.
    pub factor: f64,
}

/// The value, the first and the second derivatives, as many as the loss has.
pub type Terms = [Term; 5];
/// An oracle: inputs and parameters.
pub type Oracle = fn(&[f64], &[f64]) -> Terms;

fn term(exact: f64) -> Term {
    Term { exact, scale: 0.0, factor: 1.0 }
}

fn difference(a: f64, b: f64) -> Term {
    // Only a true difference is granted its terms.
    let scale = if a == 0.0 || b == 0.0 { 0.0 } else { a.abs().max(b.abs()) };
    Term { exact: a - b, scale, factor: 1.0 }
}

fn sign(x: f64) -> f64 {
    if x == 0.0 { 0.0 } else { x.signum() }
}

/// w·x, where a weight of 0 removes even infinity.
fn times(w: f64, x: f64) -> f64 {
    if w == 0.0 { 0.0 } else { w * x }
}

/// x/y, where 0/0 is 0.
fn over(x: f64, y: f64) -> f64 {
    if x == 0.0 { 0.0 } else { x / y }
}

fn terms<const N: usize>(given: [Term; N]) -> Terms {
    std::array::from_fn(|i| given.get(i).copied().unwrap_or(term(0.0)))
}

fn plain(value: f64, grad: f64, hess: f64) -> Terms {
    terms([value, grad, hess].map(term))
}

pub fn mse(x: &[f64], _: &[f64]) -> Terms {
    let e = x[0] - x[1];
    plain(e * e, 2.0 * e, 2.0)
}

pub fn mae(x: &[f64], _: &[f64]) -> Terms {
    let e = x[0] - x[1];
    plain(e.abs(), sign(e), 0.0)
}

pub fn huber(x: &[f64], p: &[f64]) -> Terms {
    let (e, delta) = (x[0] - x[1], p[0]);
    if e.abs() <= delta {
        return plain(0.5 * e * e, e, 1.0);
    }
    plain(delta * (e.abs() - 0.5 * delta), delta * sign(e), 0.0)
}

pub fn smooth_l1(x: &[f64], p: &[f64]) -> Terms {
    let (e, beta) = (x[0] - x[1], p[0]);
    if beta == 0.0 {
        return mae(x, p);
    }
    if e.abs() <= beta {
        return plain(0.5 * e * e / beta, e / beta, 1.0 / beta);
    }
    plain(e.abs() - 0.5 * beta, sign(e), 0.0)
}

pub fn log_cosh(x: &[f64], _: &[f64]) -> Terms {
    let e = x[0] - x[1];
    let (a, power) = (e.abs(), (-2.0 * e.abs()).exp());
    let value = if a < 1.0 { 0.5 * a.sinh().powi(2).ln_1p() } else { a + power.ln_1p() - std::f64::consts::LN_2 };
    plain(value, e.tanh(), 4.0 * power / (1.0 + power).powi(2))
}

pub fn quantile(x: &[f64], p: &[f64]) -> Terms {
    let (e, q) = (x[0] - x[1], p[0]);
    let w = if e > 0.0 { 1.0 - q } else { q };
    plain(w * e.abs(), w * sign(e), 0.0)
}

pub fn expectile(x: &[f64], p: &[f64]) -> Terms {
    let (e, tau) = (x[0] - x[1], p[0]);
    let w = if e > 0.0 { 1.0 - tau } else { tau };
    plain(w * e * e, 2.0 * w * e, 2.0 * w)
}

pub fn pseudo_huber(x: &[f64], p: &[f64]) -> Terms {
    let (e, delta) = (x[0] - x[1], p[0]);
    let k = delta.hypot(e);
    if k == f64::INFINITY {
        return plain(k, delta * sign(e), 0.0);
    }
    plain(delta * (e / (delta + k)) * e, delta * e / k, (delta / k).powi(3))
}

/// a − ln(1 + a), by its series near 0.
fn less_log1p(a: f64) -> f64 {
    if a > 0.1 {
        return a - a.ln_1p();
    }
    (2..20).map(|n| if n % 2 == 0 { 1.0 } else { -1.0 } * a.powi(n) / f64::from(n)).sum()
}

pub fn fair(x: &[f64], p: &[f64]) -> Terms {
    let (e, c) = (x[0] - x[1], p[0]);
    let a = e.abs() / c;
    let value = if a < 1e-8 { e * e / 2.0 } else { c * c * less_log1p(a) };
    if a == f64::INFINITY {
        return plain(a, c * sign(e), 0.0);
    }
    plain(value, e / (1.0 + a), (1.0 + a).powi(-2))
}

pub fn msle(x: &[f64], _: &[f64]) -> Terms {
    let (pred, target) = (x[0], x[1]);
    let d = if pred > target {
        ((pred - target) / (1.0 + target)).ln_1p()
    } else {
        -((target - pred) / (1.0 + pred)).ln_1p()
    };
    if pred == f64::INFINITY {
        return plain(pred, 0.0, 0.0);
    }
    let up = 1.0 + pred;
    let curve = Term { exact: 2.0 * (1.0 - d) / up / up, scale: 2.0 * d.abs().max(1.0) / up / up, factor: 1.0 };
    terms([term(d * d), term(2.0 * d / up), curve])
}

pub fn mape(x: &[f64], p: &[f64]) -> Terms {
    let (e, m) = (x[0] - x[1], x[1].abs().max(p[0]));
    plain(e.abs() / m, sign(e) / m, 0.0)
}

/// From the logarithm of the rate, or the rate.
pub fn poisson_nll(x: &[f64], p: &[f64]) -> Terms {
    let (f, y) = (x[0], x[1]);
    if p[0] == 0.0 {
        let (rate, linear) = (f.exp(), times(y, f));
        let value = if rate == f64::INFINITY { term(rate) } else { difference(rate, linear) };
        return terms([value, difference(rate, y), term(rate)]);
    }
    let r = f + 0.0;
    if r == f64::INFINITY {
        return plain(r, 1.0, 0.0);
    }
    let over = if y == 0.0 { 0.0 } else { y / r };
    terms([difference(r, times(y, r.ln())), difference(1.0, over), term(if y == 0.0 { 0.0 } else { over / r })])
}

pub fn gamma_nll(x: &[f64], _: &[f64]) -> Terms {
    let (f, y) = (x[0], x[1]);
    let ratio = times(y, (-f).exp());
    let value = if ratio == f64::INFINITY { term(ratio) } else { difference(f, -ratio) };
    terms([value, difference(1.0, ratio), term(ratio)])
}

pub fn tweedie(x: &[f64], p: &[f64]) -> Terms {
    let (f, y, a, b) = (x[0], x[1], p[0] - 1.0, 2.0 - p[0]);
    let (past, mean) = (times(y, (-a * f).exp()), (b * f).exp());
    terms([term(past / a + mean / b), difference(mean, past), term(a * past + b * mean)])
}

pub fn soft_margin(x: &[f64], _: &[f64]) -> Terms {
    let (z, y) = (x[0], x[1]);
    plain(softplus(-y * z), -y * sigmoid(-y * z), sigmoid(z) * sigmoid(-z))
}

pub fn hinge_embedding(x: &[f64], p: &[f64]) -> Terms {
    let slack = p[0] - x[0];
    if x[1] > 0.0 {
        return plain(x[0], 1.0, 0.0);
    }
    plain(slack.max(0.0), if slack > 0.0 { -1.0 } else { 0.0 }, 0.0)
}

/// With the power's condition of u, which is P − s, and what rounding P costs it, to first order.
pub fn asymmetric(x: &[f64], p: &[f64]) -> Terms {
    let up = if x[1] == 1.0 { -1.0 } else { 1.0 };
    let (zeta, gamma, mu) = (up * x[0], if up < 0.0 { p[0] } else { p[1] }, if up < 0.0 { 0.0 } else { p[2] });
    let (wrong, right) = (sigmoid(zeta), sigmoid(-zeta));
    let u = (wrong - mu).max(0.0);
    if u == 0.0 {
        return plain(0.0, 0.0, 0.0);
    }
    let w = right + mu;
    let l = if mu == 0.0 { softplus(zeta) } else { -(-u).ln_1p() };
    let (a, b) = if mu == 0.0 { (right, wrong) } else { (wrong * right / u, wrong * right / w) };
    let (power, la) = (u.powf(gamma), if a == 0.0 { 0.0 } else { l * a });
    let tilt = if mu == 0.0 { 0.0 } else { right * mu / u };
    let parts = [
        gamma * la * gamma * a,
        -gamma * la * (wrong + tilt),
        2.0 * gamma * a * b,
        b * right * right / w.max(right),
        b * mu * (right - wrong) / w.max(right),
    ];
    let curve = granted(&if w == 0.0 { [0.0; 5] } else { parts.map(|part| power * part) });
    scaled([term(power * l), term(up * power * (gamma * la + b)), curve], 1.0, condition(gamma, u))
}

pub fn gaussian_reconstruction(x: &[f64], p: &[f64]) -> Terms {
    let e = x[0] - x[1];
    plain(0.5 * e * e / p[0], e / p[0], 1.0 / p[0])
}

pub fn hinge(x: &[f64], p: &[f64]) -> Terms {
    let slack = p[0] - x[1] * x[0];
    plain(slack.max(0.0), if slack > 0.0 { -x[1] } else { 0.0 }, 0.0)
}

pub fn squared_hinge(x: &[f64], p: &[f64]) -> Terms {
    let slack = (p[0] - x[1] * x[0]).max(0.0);
    plain(slack * slack, -2.0 * x[1] * slack, if slack > 0.0 { 2.0 } else { 0.0 })
}

pub fn margin_ranking(x: &[f64], p: &[f64]) -> Terms {
    let (a, b, y) = (x[0], x[1], x[2]);
    let gap = a - b;
    // What a double loses of the difference of floats (Knuth).
    let part = gap - a;
    let lost = (a - (gap - part)) - (b + part);
    let slack = (p[0] - y * gap) - if gap.is_finite() { y * lost } else { 0.0 };
    let slope = if slack > 0.0 { y } else { 0.0 };
    plain(slack.max(0.0), -slope, slope)
}

pub fn l1(x: &[f64], _: &[f64]) -> Terms {
    terms([term(x[0].abs()), term(sign(x[0]))])
}

pub fn l2(x: &[f64], p: &[f64]) -> Terms {
    let c = 1.0 - 0.5 * p[0];
    terms([term(c * x[0] * x[0]), term(2.0 * c * x[0])])
}

pub fn elastic_net(x: &[f64], p: &[f64]) -> Terms {
    let (ratio, rest) = (p[0], 1.0 - p[0]);
    let value = times(ratio, x[0].abs()) + times(rest, 0.5 * x[0] * x[0]);
    terms([term(value), term(ratio * sign(x[0]) + times(rest, x[0]))])
}

/// Without cancellation also where logVar is −∞: e^−logVar then wins over it.
pub fn gaussian_nll(x: &[f64], p: &[f64]) -> Terms {
    let (d, log_var) = (x[0] - x[1], x[2]);
    let precision = (-log_var).exp();
    let quadratic = times(d, d * precision) / 2.0;
    let constant = times(p[0], 0.5 * std::f64::consts::TAU.ln());
    let value = if quadratic == f64::INFINITY { quadratic } else { 0.5 * log_var + quadratic + constant };
    let scale = (0.5 * log_var).abs().max(quadratic).max(constant);
    let slope = Term { exact: 0.5 - quadratic, scale: quadratic.max(0.5), factor: 1.0 };
    terms([
        Term { exact: value, scale, factor: 1.0 },
        term(times(d, precision)),
        slope,
        term(precision),
        term(quadratic),
    ])
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

/// The weights of −ln p and −ln(1 − p).
fn sides(y: f64, c: f64, smoothing: f64) -> (f64, f64) {
    (c * (y * (1.0 - smoothing) + smoothing / 2.0), (1.0 - y) * (1.0 - smoothing) + smoothing / 2.0)
}

pub fn binary_cross_entropy(x: &[f64], p: &[f64]) -> Terms {
    let (a, b) = sides(x[1], p[0], p[1]);
    // −0 is 0.
    let t = x[0].max(p[2]).min(1.0 - p[2]) + 0.0;
    let value = times(a, -t.ln()) + times(b, -(-t).ln_1p());
    let (over_t, over_q) = (times(a, 1.0 / t), times(b, 1.0 / (1.0 - t)));
    terms([term(value), difference(over_q, over_t), term(over(over_t, t) + over(over_q, 1.0 - t))])
}

pub fn binary_cross_entropy_with_logits(x: &[f64], p: &[f64]) -> Terms {
    let (z, (a, b)) = (x[0], sides(x[1], p[0], p[1]));
    let value = times(a, softplus(-z)) + times(b, softplus(z));
    let grad = difference(b * sigmoid(z), a * sigmoid(-z));
    terms([term(value), grad, term((a + b) * sigmoid(z) * sigmoid(-z))])
}

/// The condition of q^gamma.
fn condition(gamma: f64, q: f64) -> f64 {
    if gamma == 0.0 || q == 0.0 { 1.0 } else { 1.0 + gamma * (1.0 + q.ln().abs()) }
}

fn alpha(y: f64, p: &[f64]) -> f64 {
    if y == 1.0 { p[1] } else { p[2] }
}

/// A sum, granted its largest part.
fn granted(parts: &[f64]) -> Term {
    Term { exact: parts.iter().sum(), scale: parts.iter().fold(0.0, |a, b| a.max(b.abs())), factor: 1.0 }
}

fn scaled(parts: [Term; 3], by: f64, factor: f64) -> Terms {
    self::terms(parts.map(|t| Term { exact: times(by, t.exact), scale: times(by, t.scale), factor }))
}

pub fn binary_focal(x: &[f64], p: &[f64]) -> Terms {
    let (g, up) = (p[0], if x[1] == 1.0 { 1.0 } else { -1.0 });
    let (t, q) = if up > 0.0 { (x[0], 1.0 - x[0]) } else { (1.0 - x[0], x[0]) };
    let s = if t < 0.5 { -t.ln() } else { -(-q).ln_1p() };
    let [value, slope, mut curve] = if q == 0.0 {
        let curve = if g == 1.0 { 2.0 } else { f64::from(g == 0.0) };
        [0.0, -f64::from(g == 0.0), if g > 0.0 && g < 1.0 { f64::INFINITY } else { curve }].map(term)
    } else if t == 0.0 {
        [f64::INFINITY, f64::NEG_INFINITY, f64::INFINITY].map(term)
    } else {
        let power = q.powf(g);
        let parts = [g * (g - 1.0) * power / (q * q) * s, 2.0 * g * power / (q * t), power / (t * t)];
        [term(power * s), term(-power * (g * s / q + 1.0 / t)), granted(&parts)]
    };
    if g >= 1.0 {
        curve.scale = 0.0;
    }
    scaled([value, Term { exact: up * slope.exact, ..slope }, curve], alpha(x[1], p), condition(g, q))
}

pub fn binary_focal_with_logits(x: &[f64], params: &[f64]) -> Terms {
    let (g, up) = (params[0], if x[1] == 1.0 { 1.0 } else { -1.0 });
    let z = up * x[0];
    let (p, q, s) = (sigmoid(z), sigmoid(-z), softplus(-z));
    let (power, ps) = (q.powf(g), times(p, s));
    let parts = [power * p * q * (1.0 + 2.0 * g), g * g * power * ps * p, -g * power * ps * q];
    let mut curve = granted(&parts);
    if g == 0.0 {
        curve.scale = 0.0;
    }
    let parts = [term(power * s), term(-up * power * (g * ps + q)), curve];
    scaled(parts, alpha(x[1], params), condition(g, q))
}
