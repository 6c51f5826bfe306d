"""The oracle of gaussianKl: its formula, its cases, and hard ones."""

from mpmath import mp, mpf

from lib import hard
from lib.arith import INF, NAN, ONE, Sample, Term, expm1_minus, row_ulps
from lib.case import Case
from lib.class_cases import WIDTHS
from lib.evaluate import Loss
from lib.row_cases import log_var_edges, rows

LOSS = Loss(grads=('mu', 'logVar'), rowwise=True)


def formula(mu, log_var):
    """sum (mu^2 + e^lv - 1 - lv) / 2;  mu, (e^lv - 1)/2;  1, e^lv/2."""
    value = sum((m * m + expm1_minus(v)) / 2 for m, v in zip(mu, log_var))
    return Sample(
        Term(mpf(value), ulps=row_ulps(len(mu))),
        {'mu': [Term(m) for m in mu], 'logVar': [Term(mp.expm1(v) / 2) for v in log_var]},
        {'mu': [Term(ONE) for _ in mu], 'logVar': [Term(mp.exp(v) / 2) for v in log_var]},
    )


def cases(dtype, rng):
    def case(note, mu, log_var, k, smooth=True, weight=None, reduction='none'):
        return Case(dtype, note, {'mu': mu, 'logVar': log_var}, width=k, smooth=smooth, weight=weight, reduction=reduction)

    def draw(n, k):
        return rng.normals(n * k), rng.normals(n * k)

    for k in WIDTHS:
        yield case('ordinary', *draw(rows(k), k), k)
        yield case('near-0', rng.wides(min(k, 20), -20, -5), rng.wides(min(k, 20), -20, -5), min(k, 20))
    for k in (1, 2, 3, 5, 8, 30):
        yield from case('ordinary', *draw(3, k) if k < 30 else draw(1, k), k).reduced('mean', 'sum')
    for k in (1, 3):
        yield from case('weighted', *draw(3, k), k, weight=[0.5, 0.0, 2.0]).reduced('none', 'mean', 'sum')
    edges = log_var_edges(dtype)
    yield case('log-var-ladder', [0.0] * len(edges), edges, 1, smooth=False)
    yield case('log-var-ladder', [0.5] * len(edges), edges, 1, smooth=False)
    ladder = [s * 2.0**-e for e in range(1, 16) for s in (1.0, -1.0)]
    yield case('log-var-powers', [0.0] * len(ladder), ladder, 1)
    yield case('log-var-small', [0.0] * 20, rng.wides(20, -40, 0), 1)
    yield case('log-var-row', rng.normals(10), rng.uniforms(10, -80.0, 40.0), 5)
    yield case('all-zero', [0.0, -0.0, 0.0], [0.0, 0.0, -0.0], 3, smooth=False)
    yield case('standard-normal', [0.0] * 3, [0.0] * 3, 1, smooth=False, reduction='mean')
    small = 2.0**-149 if dtype == 'float32' else 2.0**-1074
    yield case('subnormal', [small, 0.0, 0.0, 50 * small], [0.0, small, -9 * small, 0.0], 1)
    yield case('mu-large', [1e4, -1e15, 3e18], [0.0, 1.0, -1.0], 1)
    yield case('mu-tiny', [1e-10, -1e-15, 1e-18], [0.0, 0.0, 0.0], 1)
    big, top = (2.2e19, 89.0) if dtype == 'float32' else (1.5e154, 710.0)
    yield case('overflow-on-the-way-mu', [big, 0.0], [0.0, 0.0], 1, smooth=False)
    yield case('overflow-on-the-way-log-var', [0.0], [top], 1, smooth=False)
    yield case('overflow', [0.0, 0.0], [top + 2, 2 * top], 1, smooth=False)
    yield case('infinite', [INF, 0.0, 0.0, -INF], [0.0, INF, -INF, 1.0], 1, smooth=False)
    mu, log_var = draw(3, 2)
    mu[2:4] = log_var[2:4] = [NAN, NAN]
    for reduction in ('none', 'mean', 'sum'):
        yield case('nan-row', mu, log_var, 2, smooth=False, reduction=reduction)
        yield case('weight-0-skips-nan', mu, log_var, 2, weight=[1.0, 0.0, 0.5], reduction=reduction)
        yield case('all-weights-0', mu, log_var, 2, weight=[0.0] * 3, reduction=reduction)


def hard_cases(r):
    return {'inputs': {'mu': [hard.real(r) for _ in range(hard.PER_CASE)], 'logVar': [
        r.choice([r.wide(-60, 2), r.uniform(-800, 709), r.normal(1)]) for _ in range(hard.PER_CASE)]}, 'width': 5}
