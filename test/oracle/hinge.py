"""The oracle of hinge: its formula, its cases, and hard ones."""

from lib import hard
from lib.arith import EXACT_ZERO, ONE, ZERO, Sample, Term
from lib.binary_cases import hinge_cases
from lib.case import Case
from lib.evaluate import Loss

LOSS = Loss(grads=('pred',))


def formula(pred, target, margin=ONE):
    """max(0, m - y f);  -y;  0."""
    h = margin - target * pred
    return Sample(Term(max(h, ZERO)), {'pred': Term(-target if h > 0 else ZERO)}, {'pred': EXACT_ZERO})


def cases(dtype, rng):
    yield from hinge_cases(dtype, rng)
    huge = 3e38 if dtype == 'float32' else 1.7e308
    yield Case(dtype, 'huge', {'pred': [huge, -huge], 'target': [-1.0, 1.0]})


hard_cases = hard.pointwise(lambda r, n: hard.classified(r, n, {'pred': [hard.real(r) for _ in range(n)]}, hard.SIGNS))
