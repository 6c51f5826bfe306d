//! The rowwise losses in double precision, written from their formulas, with what section 4 of the specification grants: each
//! function takes a row and returns the value, and the derivatives of every element.

use crate::pointwise::oracle::Term;

/// A row: its inputs, its label (0 without labels), and the parameters.
pub struct Row<'a> {
    pub inputs: [&'a [f32]; 2],
    pub label: usize,
    pub params: &'a [f64],
}

/// The value alone, then the gradients, then the second derivatives.
pub type Exact = Vec<Vec<Term>>;
pub type Oracle = fn(&Row) -> Exact;

/// The bound for rows of `width` terms, over that for one.
fn rows(width: usize) -> f64 {
    1.0 + (width as f64 / 16.0).log2().max(0.0) / 4.0
}

/// What the terms of a softmax are at least measured in: an exponential below the normal range counts as 0, so that a sum may
/// miss as many of them as it has terms.
fn flushed(width: usize, total: f64) -> f64 {
    width as f64 * total * f64::from(f32::MIN_POSITIVE) / (4.0 * f64::from(f32::EPSILON))
}

fn term(exact: f64, scale: f64, factor: f64) -> Term {
    Term { exact, scale, factor }
}

/// Softmax of the first input.
struct Softmax {
    /// max z − z_k
    gap: Vec<f64>,
    p: Vec<f64>,
    /// 1 − p_k
    q: Vec<f64>,
    /// −ln p_k
    nll: Vec<f64>,
    /// What is granted to Σ e and to Σ e without the largest: an ULP per unit of each gap.
    sum_factor: f64,
    rest_factor: f64,
    rows: f64,
}

impl Softmax {
    fn new(z: &[f32]) -> Softmax {
        let top = (0..z.len()).fold(0, |best, k| if z[k] > z[best] { k } else { best });
        let gap: Vec<f64> = z.iter().map(|&x| f64::from(z[top]) - f64::from(x)).collect();
        let e: Vec<f64> = gap.iter().map(|g| (-g).exp()).collect();
        let others = |f: &dyn Fn(usize) -> f64| (0..z.len()).filter(|&k| k != top).map(f).sum::<f64>();
        let (rest, spread) = (others(&|k| e[k]), others(&|k| if e[k] == 0.0 { 0.0 } else { e[k] * gap[k] }));
        let sum = 1.0 + rest;
        Softmax {
            p: e.iter().map(|e| e / sum).collect(),
            q: (0..z.len()).map(|k| if k == top { rest / sum } else { (sum - e[k]) / sum }).collect(),
            nll: gap.iter().map(|g| g + rest.ln_1p()).collect(),
            gap,
            sum_factor: spread / sum / 4.0,
            rest_factor: if rest == 0.0 { 0.0 } else { spread / rest / 4.0 },
            rows: rows(z.len()),
        }
    }
    /// What is granted to p_k, and to what is made from it.
    fn factor(&self, k: usize) -> f64 {
        self.rows + self.sum_factor + self.gap[k] / 4.0
    }
    /// What is granted to 1 − p_k and −ln p_k.
    fn others(&self, k: usize) -> f64 {
        self.rows + self.sum_factor + if self.gap[k] == 0.0 { self.rest_factor } else { 0.0 }
    }
}

/// t_k = (1−ε) y_k + ε/K
fn smoothed(row: &Row, epsilon: f64) -> Vec<f64> {
    let width = row.inputs[0].len();
    (0..width).map(|k| epsilon / width as f64 + if k == row.label { 1.0 - epsilon } else { 0.0 }).collect()
}

/// Of softmax and weights t: value, gradient and second derivative of −Σ t_k ln p_k.
fn cross(s: &Softmax, t: &[f64]) -> Exact {
    let total: f64 = t.iter().sum();
    let products = |k: usize| if t[k] == 0.0 { 0.0 } else { t[k] * s.nll[k] };
    let value: f64 = (0..t.len()).map(products).sum();
    let others = (0..t.len()).filter(|&k| t[k] != 0.0).map(|k| s.others(k)).fold(0.0, f64::max);
    let least = flushed(t.len(), total);
    let is_only = |k: usize| (0..t.len()).all(|j| j == k || t[j] == 0.0);
    let slope = |k: usize| {
        if t[k] != 0.0 && is_only(k) {
            return term(-total * s.q[k], least, s.others(k));
        }
        let (a, b) = (s.p[k] * total, t[k]);
        term(a - b, if b == 0.0 { least } else { a.max(b).max(least) }, s.factor(k))
    };
    let curvature = |k: usize| {
        // T p_k less T p_k², but at the largest, whose 1 − p is a sum.
        let size = if s.gap[k] == 0.0 { 0.0 } else { total * s.p[k] };
        term(total * s.p[k] * s.q[k], size.max(least), s.factor(k).max(s.others(k)))
    };
    vec![vec![term(value, least, others)], (0..t.len()).map(slope).collect(), (0..t.len()).map(curvature).collect()]
}

pub fn cross_entropy(row: &Row) -> Exact {
    cross(&Softmax::new(row.inputs[0]), &smoothed(row, row.params[1]))
}

pub fn focal(row: &Row) -> Exact {
    let (s, y, gamma) = (Softmax::new(row.inputs[0]), row.label, row.params[1]);
    let (p, q, nll) = (s.p[y], s.q[y], s.nll[y]);
    let ps = if p == 0.0 { 0.0 } else { p * nll };
    let power = q.powf(gamma);
    let condition = if q == 0.0 { 1.0 } else { 1.0 + gamma * (1.0 + q.ln().abs()) };
    let h = power * (1.0 + gamma * if q == 0.0 { 1.0 } else { ps / q });
    let parts = [(gamma - 1.0) * ps, 2.0 * q, -q * if p == 0.0 { 0.0 } else { nll }];
    let c = power * gamma * p * parts.iter().sum::<f64>();
    let label = [q * (1.0 + 2.0 * gamma), gamma * gamma * ps, -gamma * if p == 0.0 { 0.0 } else { nll } * q];
    let largest = |parts: &[f64; 3]| parts.iter().fold(0.0f64, |most, x| most.max(x.abs()));
    let least = flushed(s.p.len(), 1.0);
    let factor = |k: usize| condition * (s.factor(k).max(s.others(y)) + s.gap[y] / 4.0);
    let slope = |k: usize| if k == y { -power * (q + gamma * ps) } else { s.p[k] * h };
    let curvature = |k: usize| {
        if k == y {
            return term(power * p * label.iter().sum::<f64>(), (power * p * largest(&label)).max(least), factor(k));
        }
        let (own, share) = (s.p[k] * s.q[k] * h, if s.p[k] == 0.0 { 0.0 } else { (s.p[k] / q).powi(2) });
        term(own + share * c, own.max(share * power * gamma * p * largest(&parts)).max(least), factor(k))
    };
    vec![
        vec![term(power * nll, least, condition * s.others(y))],
        (0..s.p.len()).map(|k| term(slope(k), least, factor(k))).collect(),
        (0..s.p.len()).map(curvature).collect(),
    ]
}

/// Σ p ln p, which is at most 0.
fn negative_entropy(p: &[f64]) -> f64 {
    p.iter().map(|&p| if p == 0.0 { 0.0 } else { p * p.ln() }).sum()
}

fn doubles(x: &[f32]) -> Vec<f64> {
    x.iter().map(|&x| f64::from(x)).collect()
}

pub fn kl_from_logits(row: &Row) -> Exact {
    let t = doubles(row.inputs[1]);
    let mut exact = cross(&Softmax::new(row.inputs[0]), &t);
    let (of_p, of_q) = (negative_entropy(&t), exact[0][0]);
    exact[0][0] = term(of_p + of_q.exact, of_p.abs().max(of_q.exact).max(of_q.scale), of_q.factor);
    exact
}

pub fn kl_divergence(row: &Row) -> Exact {
    let (q, p) = (doubles(row.inputs[0]), doubles(row.inputs[1]));
    let of_p = negative_entropy(&p);
    let products = |k: usize| if p[k] == 0.0 { 0.0 } else { p[k] * -q[k].ln() };
    let of_q: f64 = (0..q.len()).map(products).sum();
    vec![
        vec![term(of_p + of_q, of_p.abs().max(of_q), rows(q.len()))],
        (0..q.len()).map(|k| term(-p[k] / q[k], 0.0, 1.0)).collect(),
        (0..q.len()).map(|k| term(p[k] / q[k] / q[k], 0.0, 1.0)).collect(),
    ]
}

pub fn entropy(row: &Row) -> Exact {
    let p = doubles(row.inputs[0]);
    vec![
        vec![term(-negative_entropy(&p), 0.0, rows(p.len()))],
        p.iter().map(|p| term(-p.ln() - 1.0, p.ln().abs().max(1.0), 1.0)).collect(),
        p.iter().map(|p| term(-1.0 / p, 0.0, 1.0)).collect(),
    ]
}

pub fn categorical(row: &Row) -> Exact {
    let (p, t) = (doubles(row.inputs[0]), smoothed(row, row.params[1]));
    let value: f64 = (0..p.len()).map(|k| if t[k] == 0.0 { 0.0 } else { t[k] * -p[k].ln() }).sum();
    vec![
        vec![term(value, 0.0, rows(p.len()))],
        (0..p.len()).map(|k| term(-t[k] / p[k], 0.0, 1.0)).collect(),
        (0..p.len()).map(|k| term(t[k] / p[k] / p[k], 0.0, 1.0)).collect(),
    ]
}

pub fn multiclass_hinge(row: &Row) -> Exact {
    let (z, y) = (doubles(row.inputs[0]), row.label);
    let wrong = (0..z.len()).filter(|&k| k != y).fold(None, |best: Option<usize>, k| match best {
        Some(best) if z[k] <= z[best] => Some(best),
        _ => Some(k),
    });
    let slack = wrong.map_or(0.0, |k| (row.params[0] + (z[k] - z[y])).max(0.0));
    let slope =
        |k: usize| f64::from(u8::from(slack > 0.0 && wrong == Some(k))) - f64::from(u8::from(slack > 0.0 && k == y));
    let zeros = vec![term(0.0, 0.0, 1.0); z.len()];
    vec![vec![term(slack, 0.0, 1.0)], (0..z.len()).map(|k| term(slope(k), 0.0, 1.0)).collect(), zeros]
}

pub fn gaussian_kl(row: &Row) -> Exact {
    let (mu, log_var) = (doubles(row.inputs[0]), doubles(row.inputs[1]));
    // e^v − 1 − v, by its series where it would cancel.
    let excess = |v: f64| if v.abs() < 1e-4 { v * v * (0.5 + v / 6.0 + v * v / 24.0) } else { v.exp_m1() - v };
    let value: f64 = (0..mu.len()).map(|k| 0.5 * (mu[k] * mu[k] + excess(log_var[k]))).sum();
    let each = |f: &dyn Fn(usize) -> f64| (0..mu.len()).map(|k| term(f(k), 0.0, 1.0)).collect::<Vec<Term>>();
    vec![
        vec![term(value, 0.0, rows(mu.len()))],
        each(&|k| mu[k]),
        each(&|k| 0.5 * log_var[k].exp_m1()),
        each(&|_| 1.0),
        each(&|k| 0.5 * log_var[k].exp()),
    ]
}
