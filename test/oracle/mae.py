"""The oracle of mae: its formula, its cases, and hard ones."""

from lib import hard
from lib.arith import ZERO, sign
from lib.case import Case
from lib.evaluate import Loss
from lib.residual import of_residual
from lib.residual_cases import common, edges, lengths

LOSS = Loss(grads=('pred',))


def formula(pred, target):
    """|e|;  sign e;  0."""
    e = pred - target
    return of_residual(abs(e), sign(e), ZERO)


def cases(dtype, rng):
    yield from common(dtype, rng)
    yield from lengths(dtype, rng)
    yield from edges(dtype, rng)
    big = 3e38 if dtype == 'float32' else 1.7e308
    yield Case(dtype, 'overflow', {'pred': [big, big], 'target': [-big, big / 2]}, smooth=False)


hard_cases = hard.pointwise(hard.pairs)
