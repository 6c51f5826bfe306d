"""The oracle of elasticNet: its formula, its cases."""

from mpmath import mpf

from lib.arith import Sample, Term, sign
from lib.case import Case
from lib.evaluate import Loss
from lib.penalty_cases import penalty

LOSS = Loss(grads=('theta',), hess=False)


def formula(theta, l1_ratio=mpf(1) / 2):
    """r |x| + (1-r) x^2/2;  r sign x + (1-r) x."""
    value = (l1_ratio * abs(theta) if l1_ratio else 0) + ((1 - l1_ratio) * theta * theta / 2 if l1_ratio < 1 else 0)
    grad = (l1_ratio * sign(theta) if l1_ratio else 0) + ((1 - l1_ratio) * theta if l1_ratio < 1 else 0)
    return Sample(Term(mpf(value)), {'theta': Term(mpf(grad))})


def cases(dtype, rng):
    for options in ({}, {'l1Ratio': 0.0}, {'l1Ratio': 1.0}, {'l1Ratio': 0.15}):
        yield from penalty(dtype, rng, **options)
    for ratio in (0.01, 0.3, 0.9, 0.99, 1e-6):
        for n in (3, 8, 17):
            yield Case(dtype, 'ratio', {'theta': rng.normals(n)}, options={'l1Ratio': ratio}, reduction='sum')
