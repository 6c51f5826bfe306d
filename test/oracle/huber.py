"""The oracle of huber: its formula, its cases, and hard ones."""

from lib import hard
from lib.arith import ONE, ZERO, sign
from lib.case import Case
from lib.evaluate import Loss
from lib.residual import of_residual
from lib.residual_cases import common, edges, kinks, residuals

LOSS = Loss(grads=('pred',))


def formula(pred, target, delta=ONE):
    """e^2/2;  e;  1  where |e| <= delta, else  delta (|e| - delta/2);  delta sign e;  0."""
    e = pred - target
    if abs(e) <= delta:
        return of_residual(e * e / 2, e, ONE)
    return of_residual(delta * (abs(e) - delta / 2), delta * sign(e), ZERO)


def cases(dtype, rng):
    yield from common(dtype, rng)
    yield from edges(dtype, rng)
    yield kinks(dtype, 1.0)
    yield Case(dtype, 'at-the-kink', {'pred': [1.5, 3.0, -0.25], 'target': [0.5, 4.0, 0.75]}, smooth=False)
    for delta in (0.5, 0.1, 2.5, 10.0, 1e-3, 1e3):
        yield Case(dtype, 'delta', {'pred': rng.normals(12, 2 * delta), 'target': rng.normals(12, delta)},
                   options={'delta': delta})
        yield kinks(dtype, delta, delta=delta)
    yield from common(dtype, rng, delta=0.3)
    yield from edges(dtype, rng, delta=2.5)
    big = 2.2e19 if dtype == 'float32' else 1.5e154
    huge = 3e38 if dtype == 'float32' else 1.7e308
    yield Case(dtype, 'overflow-on-the-way-square', residuals(dtype, [big, -big]), options={'delta': 2 * big})
    yield Case(dtype, 'overflow-on-the-way-residual', {'pred': [huge, -huge], 'target': [-huge, huge]}, options={'delta': 0.25})


hard_cases = hard.pointwise(hard.pairs, delta=[1.0, 0.1])
