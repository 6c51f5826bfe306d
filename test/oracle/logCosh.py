"""The oracle of logCosh: its formula, its cases, and hard ones."""

from mpmath import mp

from lib import hard
from lib.arith import INF, ZERO, Term, sign
from lib.case import Case
from lib.evaluate import Loss
from lib.residual import of_residual
from lib.residual_cases import common, edges, residuals

LOSS = Loss(grads=('pred',))


def formula(pred, target):
    """ln cosh e = ln(1 + sinh^2 e) / 2 = |e| + ln(1 + e^(-2|e|)) - ln 2;  tanh e;  4E/(1+E)^2 with E = e^(-2|e|).

    The Hessian's relative condition in e is 2|e|, so it is granted the half ULP by which e = pred - target is rounded.
    """
    e = pred - target
    a = abs(e)
    value = mp.log1p(mp.sinh(a) ** 2) / 2 if a < 1 else a + mp.log1p(mp.exp(-2 * a)) - mp.log(2)
    E = mp.exp(-2 * a)
    hess = 4 * E / (1 + E) ** 2
    rounding = a * hess if hess and target != 0 else ZERO
    tanh = sign(e) if a == INF else sign(e) * -mp.expm1(-2 * a) / (1 + E)
    return of_residual(value, tanh, Term(hess, soft=rounding))


def cases(dtype, rng):
    yield from common(dtype, rng)
    yield from edges(dtype, rng)
    es = [1e-20, 1e-10, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 0.3, 0.5, 0.51, 0.7, 1.0, 2.0, 5.0, 10.0, 20.0, 44.0, 50.0, 100.0,
          1e3, 1e10, 1e30]
    yield Case(dtype, 'ladder', residuals(dtype, es))
    yield Case(dtype, 'ladder', residuals(dtype, [-e for e in es]))
    yield Case(dtype, 'medium', residuals(dtype, rng.uniforms(32, -1.0, 1.0)))
    yield Case(dtype, 'medium', residuals(dtype, rng.uniforms(32, -12.0, 12.0)))
    yield Case(dtype, 'small', residuals(dtype, rng.wides(24, -30, -1)))
    yield Case(dtype, 'saturated', residuals(dtype, rng.uniforms(24, -90.0, 90.0)))
    yield Case(dtype, 'offset', {'pred': rng.uniforms(16, 90.0, 110.0), 'target': rng.uniforms(16, 98.0, 102.0)})
    big = 3e38 if dtype == 'float32' else 1.7e308
    yield Case(dtype, 'largest', residuals(dtype, [big, -big]))


hard_cases = hard.pointwise(hard.pairs)
