"""The softmax of a row, and cross-entropies of it.

A target is a label (int) or a list of K weights.
"""

from dataclasses import dataclass

from mpmath import mp

from .arith import EXACT_ZERO, INF, NAN_TERM, ONE, ZERO, Sample, Term, largest, row_ulps
from .binary import weighted


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
