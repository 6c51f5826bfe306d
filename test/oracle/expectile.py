"""The oracle of expectile: its formula, its cases, and hard ones."""

from mpmath import mpf

from lib import hard
from lib.case import Case
from lib.evaluate import Loss
from lib.residual import of_residual
from lib.residual_cases import common, edges, huge, lengths, residuals

LOSS = Loss(grads=('pred',))


def formula(pred, target, tau=mpf('0.5')):
    """w e^2, w = 1 - tau for e > 0, else tau;  2 w e;  2 w."""
    e = pred - target
    w = 1 - tau if e > 0 else tau
    return of_residual(w * e * e, 2 * w * e, 2 * w)


def cases(dtype, rng):
    for own in ({}, {'tau': 0.9}):
        yield from common(dtype, rng, **own)
        yield from edges(dtype, rng, **own)
        yield huge(dtype, smooth=False, **own)
    yield from lengths(dtype, rng)
    for tau in (0.1, 0.25, 1e-3, 0.999):
        yield Case(dtype, 'tau', {'pred': rng.normals(12, 2.0), 'target': rng.normals(12)}, options={'tau': tau})
    # above the square root of the largest number
    big = 3e19 if dtype == 'float32' else 3e154
    yield Case(dtype, 'overflow-on-the-way-square', residuals(dtype, [big, -big / 4]), options={'tau': 0.9})
    yield Case(dtype, 'overflow-on-the-way-residual', {'pred': [3.0 * big * big / 10], 'target': [-1.5 * big * big / 10]},
               options={'tau': 0.999}, smooth=False)


hard_cases = hard.pointwise(hard.pairs, tau=[0.5, 0.1, 0.97])
