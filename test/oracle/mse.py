"""The oracle of mse: its formula, its cases, and hard ones."""

from mpmath import mpf

from lib import hard
from lib.arith import largest
from lib.case import Case
from lib.evaluate import Loss
from lib.residual import of_residual
from lib.residual_cases import common, edges, lengths

LOSS = Loss(grads=('pred',))


def formula(pred, target):
    """e^2;  2e;  2."""
    e = pred - target
    return of_residual(e * e, 2 * e, mpf(2))


def cases(dtype, rng):
    yield from common(dtype, rng)
    yield from edges(dtype, rng)
    yield from lengths(dtype, rng)
    # above the square root of the largest number
    big = 2e19 if dtype == 'float32' else 2e154
    yield Case(dtype, 'overflow', {'pred': [big, -big], 'target': [-big, big / 2]}, smooth=False)
    yield Case(dtype, 'overflow', {'pred': [big, 1.0], 'target': [-big, 0.0]}, smooth=False, reduction='mean')


hard_cases = hard.pointwise(hard.pairs)
