"""The oracle of pseudoHuber: its formula, its cases, and hard ones."""

from mpmath import mp

from lib import hard
from lib.arith import INF, ONE, ZERO, sign
from lib.case import Case
from lib.evaluate import Loss
from lib.residual import of_residual
from lib.residual_cases import common, edges, huge, ladder, scales

LOSS = Loss(grads=('pred',))


def formula(pred, target, delta=ONE):
    """d^2 (sqrt(1 + (e/d)^2) - 1) = e^2 d/(d + k), k = sqrt(d^2 + e^2);  e d/k;  (d/k)^3."""
    e = pred - target
    if abs(e) == INF:
        return of_residual(INF, delta * sign(e), ZERO)
    k = mp.sqrt(delta * delta + e * e)
    return of_residual(e * e * delta / (delta + k), e * delta / k, (delta / k) ** 3)


def cases(dtype, rng):
    yield from common(dtype, rng)
    yield from edges(dtype, rng)
    yield from ladder(dtype, rng)
    yield from scales(dtype, rng, 'delta')
    yield from common(dtype, rng, delta=0.3)
    yield from edges(dtype, rng, delta=2.5)
    yield huge(dtype)
    yield huge(dtype, delta=0.25)


hard_cases = hard.pointwise(hard.pairs, delta=[1.0, 0.1, 2.0 ** 60, 2.0 ** -300])
