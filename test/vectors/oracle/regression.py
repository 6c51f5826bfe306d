"""Regression losses of the residual e = pred - target."""

from mpmath import mp, mpf

from .arith import ONE, ZERO, INF, Sample, Term, sign


def _of_residual(value, grad, hess):
    return Sample(Term(value), {'pred': Term(grad)}, {'pred': hess if isinstance(hess, Term) else Term(hess)})


def mse(pred, target):
    """e^2;  2e;  2."""
    e = pred - target
    return _of_residual(e * e, 2 * e, mpf(2))


def mae(pred, target):
    """|e|;  sign e;  0."""
    e = pred - target
    return _of_residual(abs(e), sign(e), ZERO)


def huber(pred, target, delta=ONE):
    """e^2/2;  e;  1  where |e| <= delta, else  delta (|e| - delta/2);  delta sign e;  0."""
    e = pred - target
    if abs(e) <= delta:
        return _of_residual(e * e / 2, e, ONE)
    return _of_residual(delta * (abs(e) - delta / 2), delta * sign(e), ZERO)


def smooth_l1(pred, target, beta=ONE):
    """huber(delta = beta) / beta;  beta = 0 is mae."""
    e = pred - target
    if beta == 0:
        return mae(pred, target)
    if abs(e) <= beta:
        return _of_residual(e * e / (2 * beta), e / beta, 1 / beta)
    return _of_residual(abs(e) - beta / 2, sign(e), ZERO)


def log_cosh(pred, target):
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
    return _of_residual(value, tanh, Term(hess, soft=rounding))
