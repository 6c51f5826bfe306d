"""The oracle of mape: its formula, its cases, and hard ones."""

from mpmath import mpf

from lib import hard
from lib.arith import ZERO, sign
from lib.case import Case
from lib.evaluate import Loss
from lib.residual import of_residual
from lib.residual_cases import common, edges, huge, lengths

LOSS = Loss(grads=('pred',))


def formula(pred, target, eps=mpf(1e-7)):
    """|e|/m, m = max(|target|, eps);  sign(e)/m;  0."""
    e, m = pred - target, max(abs(target), eps)
    return of_residual(abs(e) / m, sign(e) / m, ZERO)


def cases(dtype, rng):
    for own in ({'eps': 0.25}, {'eps': 1e-7}):
        yield from common(dtype, rng, **own)
        yield from edges(dtype, rng, **own)
        yield huge(dtype, **own)
    yield from lengths(dtype, rng)
    big, small = (3e38, 1e-38) if dtype == 'float32' else (1.7e308, 1e-308)
    for eps in (1e-3, 2.0, 1e20, small / 100):
        yield Case(dtype, 'eps', {'pred': rng.normals(12, 2.0), 'target': rng.normals(12)}, options={'eps': eps})
        yield Case(dtype, 'near-eps', {'pred': rng.normals(8), 'target': [eps * x for x in rng.normals(8, 2.0)]},
                   options={'eps': eps}, smooth=False)
    yield Case(dtype, 'target-0', {'pred': [1.0, -3e-8, 0.0, 5e-3], 'target': [0.0, -0.0, 0.0, 0.0]}, smooth=False)
    yield Case(dtype, 'large-target', {'pred': [0.3 * big, 0.9 * big, -big, 1.0], 'target': [big, big, big, 0.4 * big]})
    yield Case(dtype, 'tiny', {'pred': [3 * small, small, 0.0], 'target': [small, 2 * small, 0.0]},
               options={'eps': small / 8}, smooth=False)


hard_cases = hard.pointwise(hard.pairs, eps=[1e-7, 0.5])
