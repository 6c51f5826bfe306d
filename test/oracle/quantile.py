"""The oracle of quantile: its formula, its cases, and hard ones."""

from mpmath import mpf

from lib import hard
from lib.arith import ZERO, sign
from lib.case import Case
from lib.evaluate import Loss
from lib.residual import of_residual
from lib.residual_cases import common, edges, huge, lengths

LOSS = Loss(grads=('pred',))


def formula(pred, target, q=mpf('0.5')):
    """w |e|, w = 1 - q for e > 0, else q;  w sign e;  0."""
    e = pred - target
    w = 1 - q if e > 0 else q
    return of_residual(w * abs(e), w * sign(e), ZERO)


def cases(dtype, rng):
    for own in ({}, {'q': 0.9}):
        yield from common(dtype, rng, **own)
        yield from edges(dtype, rng, **own)
        yield huge(dtype, **own)
    yield from lengths(dtype, rng)
    for q in (0.1, 0.25, 1e-3, 0.999):
        yield Case(dtype, 'q', {'pred': rng.normals(12, 2.0), 'target': rng.normals(12)}, options={'q': q})


hard_cases = hard.pointwise(hard.pairs, q=[0.5, 0.1, 0.97])
