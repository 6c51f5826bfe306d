"""The oracle of squaredHinge: its formula, its cases, and hard ones."""

from mpmath import mpf

from lib import hard
from lib.arith import ONE, ZERO, Sample, Term
from lib.binary_cases import hinge_cases
from lib.case import Case
from lib.evaluate import Loss

LOSS = Loss(grads=('pred',))


def formula(pred, target, margin=ONE):
    """h^2 with h = max(0, m - y f);  -2 y h;  2 where h > 0."""
    h = max(margin - target * pred, ZERO)
    return Sample(Term(h * h), {'pred': Term(-2 * target * h)}, {'pred': Term(mpf(2) if h > 0 else ZERO)})


def cases(dtype, rng):
    yield from hinge_cases(dtype, rng)
    huge = 3e19 if dtype == 'float32' else 3e154
    yield Case(dtype, 'overflow', {'pred': [huge, -huge], 'target': [-1.0, 1.0]}, smooth=False)


hard_cases = hard.pointwise(lambda r, n: hard.classified(r, n, {'pred': [hard.real(r) for _ in range(n)]}, hard.SIGNS))
