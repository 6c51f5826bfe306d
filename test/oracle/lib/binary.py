"""What binary losses share: smoothed targets, terms that a weight of 0 removes, and the condition of a power."""

from mpmath import mp

from .arith import INF, ONE, ZERO, Term, largest


def smoothed(target, s):
    """Weights of the two classes: y(1-s) + s/2, and one minus it without cancellation."""
    return target * (1 - s) + s / 2, (1 - target) * (1 - s) + s / 2


def two_terms(minus, plus):
    """plus - minus, each 0 or positive; only a true difference is granted its largest term."""
    return Term(plus - minus, scale=largest(minus, plus) if minus and plus else ZERO)


def weighted(w, x):
    """w * x() where a weight of 0 removes the term."""
    return w * x() if w else ZERO


def reciprocal(x):
    return 1 / x if x else INF


def power_factor(gamma, q):
    """Condition of q^gamma: 1 + gamma (1 + |ln q|)."""
    return 1 + gamma * (1 + abs(mp.log(q))) if gamma and q else ONE


def alpha_t(target, alpha):
    return ONE if alpha is None else alpha if target == 1 else 1 - alpha
