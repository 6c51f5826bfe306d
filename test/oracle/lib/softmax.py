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
    soft: list   # p_k |x_k - max x|: the granted rounding of p_k, in ULPs of 1; x are the logits, or what was made of them

    @property
    def spread(self):
        return sum(self.soft)


def bend(z, temperature=ONE, softcap=None):
    """c tanh(z/c)/T; a mask of -inf stays one."""
    return (z if softcap is None or z == -INF else softcap * mp.tanh(z / softcap)) / temperature


def bend_slope(z, temperature=ONE, softcap=None):
    """Its derivative."""
    return (ONE if softcap is None or z == -INF else mp.sech(z / softcap) ** 2) / temperature


def softmax(z, temperature=ONE, softcap=None):
    """Of the bent logits. None where no limit exists: NaN, all -inf, or two +inf without a bound."""
    if any(mp.isnan(x) for x in z) or all(x == -INF for x in z):
        return None
    if softcap is None and z.count(INF) > 1:
        return None
    top = z.index(max(z))
    x = [bend(each, temperature, softcap) for each in z]
    gap = [ZERO if k == top else INF if x[top] == INF or each == -INF else x[top] - each for k, each in enumerate(x)]
    # A difference of bounded logits is a product of a few computed terms, each rounded.
    rounded = 1 if softcap is None else 8
    e = [mp.exp(-d) for d in gap]
    others = sum(each for k, each in enumerate(e) if k != top)
    total = 1 + others
    p = [each / total for each in e]
    rest = [(others if k == top else total - each) / total for k, each in enumerate(e)]
    soft = [rounded * each * d if each else ZERO for each, d in zip(p, gap)]
    return Softmax(p, rest, [d + mp.log1p(others) for d in gap], soft)


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
