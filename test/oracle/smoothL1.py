"""The oracle of smoothL1: its formula, its cases, and hard ones."""

from mae import formula as absolute
from lib import hard
from lib.arith import ONE, ZERO, sign
from lib.case import Case
from lib.evaluate import Loss
from lib.residual import of_residual
from lib.residual_cases import common, edges, kinks, residuals

LOSS = Loss(grads=('pred',))


def formula(pred, target, beta=ONE):
    """huber(delta = beta) / beta;  beta = 0 is mae."""
    e = pred - target
    if beta == 0:
        return absolute(pred, target)
    if abs(e) <= beta:
        return of_residual(e * e / (2 * beta), e / beta, 1 / beta)
    return of_residual(abs(e) - beta / 2, sign(e), ZERO)


def cases(dtype, rng):
    yield from common(dtype, rng)
    yield from edges(dtype, rng)
    yield kinks(dtype, 1.0)
    yield Case(dtype, 'at-the-kink', {'pred': [1.5, 3.0, -0.25], 'target': [0.5, 4.0, 0.75]}, smooth=False)
    for beta in (0.5, 0.1, 2.5, 10.0, 1e-3, 1e3):
        yield Case(dtype, 'beta', {'pred': rng.normals(12, 2 * beta), 'target': rng.normals(12, beta)}, options={'beta': beta})
        yield kinks(dtype, beta, beta=beta)
    yield from common(dtype, rng, beta=0.3)
    yield from edges(dtype, rng, beta=2.5)
    yield from common(dtype, rng, beta=0.0)
    yield Case(dtype, 'beta-0-is-mae', {'pred': [0.0, -0.0, 1e-30, -1e-30, 2.0, 1e30], 'target': [0.0] * 6},
               options={'beta': 0.0}, smooth=False)
    low = 1e-25 if dtype == 'float32' else 1e-180
    yield Case(dtype, 'underflow-on-the-way-square', residuals(dtype, [low, -low]), options={'beta': 16 * low})


hard_cases = hard.pointwise(hard.pairs, beta=[1.0, 0.1])
