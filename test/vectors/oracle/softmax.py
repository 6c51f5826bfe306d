"""Losses of a row of K classes: cross-entropy of logits, probabilities or log-probabilities, and softmax focal.

A target is a label (int) or a list of K weights.
"""

from dataclasses import dataclass

from mpmath import mp, mpf

from .arith import EXACT_ZERO, INF, NAN_TERM, ONE, ZERO, Sample, Term, largest, row_ulps
from .binary import power_factor


@dataclass
class Softmax:
    """Softmax of a row with its complements 1 - p_k and -ln p_k, all without cancellation."""

    p: list
    rest: list   # 1 - p_k, summed over the others
    nll: list    # -ln p_k
    soft: list   # p_k |z_k - max z|: the granted rounding of p_k, in ULPs of 1

    @property
    def spread(self):
        return sum(self.soft)


def softmax(z):
    """None where no limit exists: NaN, two +inf, or all -inf."""
    if any(mp.isnan(x) for x in z) or z.count(INF) > 1 or all(x == -INF for x in z):
        return None
    top = z.index(max(z))
    gap = [ZERO if k == top else INF if z[top] == INF or x == -INF else z[top] - x for k, x in enumerate(z)]
    e = [mp.exp(-d) for d in gap]
    others = sum(x for k, x in enumerate(e) if k != top)
    total = 1 + others
    p = [x / total for x in e]
    rest = [(others if k == top else total - x) / total for k, x in enumerate(e)]
    return Softmax(p, rest, [d + mp.log1p(others) for d in gap], [x * d if x else ZERO for x, d in zip(p, gap)])


def undefined(name, k, den=ONE):
    return Sample(NAN_TERM, {name: [NAN_TERM] * k}, {name: [NAN_TERM] * k}, den)


def skipped(name, k):
    return Sample(EXACT_ZERO, {name: [EXACT_ZERO] * k}, {name: [EXACT_ZERO] * k}, ZERO, skip=True)


def target_weights(target, k, class_weight=None, label_smoothing=ZERO):
    """Weights t_k = ((1-s) y_k + s/K) cw_k of -ln p_k, and the row's share of the denominator, sum y_k cw_k."""
    dense = not isinstance(target, int)
    y = list(target) if dense else [ONE if j == target else ZERO for j in range(k)]
    cw = class_weight or [ONE] * k
    den = ONE if dense and class_weight is None else sum(a * b for a, b in zip(y, cw))
    return [(a * (1 - label_smoothing) + label_smoothing / k) * b for a, b in zip(y, cw)], den


def softmax_grad(s, t):
    """Gradient and Hessian of sum_k t_k (-ln p_k) with T = sum t: p_k T - t_k;  T p_k (1-p_k).

    With one weighted class y: p_k T for k != y, and -T (1-p_y), summed over the others.
    """
    total, grant = sum(t), row_ulps(len(t))
    single = sum(x != 0 for x in t) == 1
    grad, hess = [], []
    for k, (p, rest, soft) in enumerate(zip(s.p, s.rest, s.soft)):
        other = s.spread - soft
        if single and t[k]:
            grad.append(Term(-total * rest, ulps=grant, soft=total * other))
        else:
            grad.append(Term(p * total - t[k], scale=largest(p * total, t[k]) if t[k] else ZERO,
                             ulps=grant, soft=total * soft))
        hess.append(Term(total * p * rest, ulps=grant, soft=total * (rest * soft + p * other)))
    return grad, hess


def cross_entropy(logits, target, class_weight=None, label_smoothing=ZERO):
    """sum_k t_k (-ln softmax(z)_k)."""
    k = len(logits)
    t, den = target_weights(target, k, class_weight, label_smoothing)
    if class_weight and den == 0:
        return skipped('logits', k)
    s = softmax(logits)
    if s is None:
        return undefined('logits', k, den)
    value = sum(a * b for a, b in zip(t, s.nll) if a)
    grad, hess = softmax_grad(s, t)
    return Sample(Term(mpf(value), ulps=row_ulps(k), soft=sum(t) * s.spread), {'logits': grad}, {'logits': hess}, den)


def categorical_cross_entropy(p, target, class_weight=None, label_smoothing=ZERO):
    """-sum_k t_k ln p_k;  -t_k/p_k;  t_k/p_k^2."""
    k = len(p)
    t, den = target_weights(target, k, class_weight, label_smoothing)
    if class_weight and den == 0:
        return skipped('p', k)
    inverse = [1 / x if x else INF for x in p]
    value = sum(a * (-mp.log(x) if x else INF) for a, x in zip(t, p) if a)
    grad = [Term(-a * r if a else ZERO) for a, r in zip(t, inverse)]
    hess = [Term(a * r * r if a else ZERO) for a, r in zip(t, inverse)]
    return Sample(Term(mpf(value), ulps=row_ulps(k)), {'p': grad}, {'p': hess}, den)


def nll(logp, target, class_weight=None):
    """-sum_k t_k logp_k;  -t_k;  0."""
    k = len(logp)
    t, den = target_weights(target, k, class_weight)
    if class_weight and den == 0:
        return skipped('logp', k)
    value = sum(-a * x for a, x in zip(t, logp) if a)
    return Sample(Term(mpf(value), ulps=row_ulps(k)), {'logp': [Term(-a) for a in t]}, {'logp': [EXACT_ZERO] * k}, den)


def focal(logits, target, gamma=mpf(2), alpha=None):
    """a q^g s with p = p_y, q = sum_{k != y} p_k, s = -ln p. Gradient: p_k h for k != y, and -q^g (q + g p s), where

    h = q^g (1 + g p s/q). Hessian: p_k h (1-p_k) + p_k^2 g p q^(g-2) ((g-1) p s + 2q - q s), and
    q^g p [q(1+2g) + g s(g p - q)].
    """
    k, y, g = len(logits), target, gamma
    a = ONE if alpha is None else alpha[y] if isinstance(alpha, list) else alpha
    if a == 0:
        return Sample(EXACT_ZERO, {'logits': [EXACT_ZERO] * k}, {'logits': [EXACT_ZERO] * k})
    sm = softmax(logits)
    if sm is None:
        return undefined('logits', k)
    p, q, s = sm.p[y], sm.rest[y], sm.nll[y]
    grant = row_ulps(k)
    if q == 0:  # one class, or all others masked
        one = [Term(ZERO) for _ in range(k)]
        return Sample(EXACT_ZERO, {'logits': one}, {'logits': one})
    power, ps = q ** g, p * s if p else ZERO
    f = power_factor(g, q)
    soft_q = sm.spread - sm.soft[y]       # of q, absolute
    soft_p = sm.soft[y]                   # of p, absolute
    soft_power = g * soft_q / q           # of q^g, relative
    soft_s = sm.spread                    # of s, absolute
    h = power * (1 + g * ps / q)
    value = Term(power * s, ulps=grant, factor=f, soft=power * (soft_power * s + soft_s) if p else ZERO)
    grad, hess = [], []
    for j, (pj, rest, soft) in enumerate(zip(sm.p, sm.rest, sm.soft)):
        if j == y:
            relative = soft_power + (soft_q + g * (soft_p * s + p * soft_s if p else ZERO)) / (q + g * ps)
            v = -power * (q + g * ps)
            grad.append(Term(v, ulps=grant, factor=f, soft=abs(v) * relative))
            parts = [power * p * q * (1 + 2 * g), g * g * power * ps * p, -g * power * ps * q]
            at_y = soft_p / p if p else ZERO
        else:
            own = soft / pj if pj else ZERO
            relative = own + soft_power + g * (soft_p * s + p * soft_s + ps * soft_q / q if p else ZERO) / (q + g * ps)
            v = pj * h
            grad.append(Term(v, ulps=grant, factor=f, soft=v * relative))
            c = pj * pj * g * p * power / (q * q)
            parts = [pj * h * rest] + ([c * (g - 1) * ps, 2 * c * q, -c * q * s] if c else [])
            at_y = 2 * own
        size = largest(*parts)
        relative = at_y + soft_power + 2 * soft_q / q + (2 * soft_p / p + soft_s / s if p else ZERO)
        hess.append(Term(sum(parts), scale=size if g else ZERO, ulps=grant, factor=f, soft=size * relative))
    return Sample(value.times(a), {'logits': [t.times(a) for t in grad]}, {'logits': [t.times(a) for t in hess]})
