"""Penalties of parameters, summed over their entries."""

from mpmath import mpf

from .arith import Sample, Term, sign


def l1(theta):
    """|x|;  sign x."""
    return Sample(Term(abs(theta)), {'theta': Term(sign(theta))})


def l2(theta, half=False):
    """x^2;  2x; halved with half."""
    c = mpf(1) / 2 if half else mpf(1)
    return Sample(Term(c * theta * theta), {'theta': Term(2 * c * theta)})


def elastic_net(theta, l1_ratio=mpf(1) / 2):
    """r |x| + (1-r) x^2/2;  r sign x + (1-r) x."""
    value = (l1_ratio * abs(theta) if l1_ratio else 0) + ((1 - l1_ratio) * theta * theta / 2 if l1_ratio < 1 else 0)
    grad = (l1_ratio * sign(theta) if l1_ratio else 0) + ((1 - l1_ratio) * theta if l1_ratio < 1 else 0)
    return Sample(Term(mpf(value)), {'theta': Term(mpf(grad))})
