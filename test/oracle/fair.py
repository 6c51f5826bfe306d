"""The oracle of fair: its formula, its cases, and hard ones."""

from mpmath import mp

from lib import hard
from lib.arith import INF, ONE, ZERO, sign
from lib.case import Case
from lib.evaluate import Loss
from lib.residual import of_residual
from lib.residual_cases import common, edges, huge, ladder, scales

LOSS = Loss(grads=('pred',))


def less_log1p(a):
    """a - ln(1 + a), at a precision that survives its cancellation near 0."""
    if a == 0:
        return ZERO
    with mp.extraprec(max(0, -4 * mp.mag(a))):
        return a - mp.log1p(a)


def formula(pred, target, c=ONE):
    """c^2 (a - ln(1 + a)), a = |e|/c;  c e/(c + |e|);  (c/(c + |e|))^2."""
    e = pred - target
    if abs(e) == INF:
        return of_residual(INF, c * sign(e), ZERO)
    return of_residual(c * c * less_log1p(abs(e) / c), c * e / (c + abs(e)), (c / (c + abs(e))) ** 2)


def cases(dtype, rng):
    yield from common(dtype, rng)
    yield from edges(dtype, rng)
    yield from ladder(dtype, rng)
    yield from scales(dtype, rng, 'c')
    yield from common(dtype, rng, c=0.3)
    yield from edges(dtype, rng, c=2.5)
    yield huge(dtype)
    yield huge(dtype, c=0.25)


hard_cases = hard.pointwise(hard.pairs, c=[1.0, 0.1, 2.0 ** 60, 2.0 ** -300])
