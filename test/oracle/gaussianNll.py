"""The oracle of gaussianNll: its formula, its cases, and hard ones."""

from mpmath import mp, mpf

from lib import hard
from lib.arith import INF, NAN, ZERO, Sample, Term, largest
from lib.case import Case
from lib.evaluate import Loss
from lib.row_cases import log_var_edges

LOSS = Loss(grads=('mean', 'logVar'))


def formula(mean, target, log_var, full=False):
    """(lv + d^2 e^-lv [+ ln 2 pi]) / 2, d = mean - target;  d e^-lv, (1 - d^2 e^-lv)/2;  e^-lv, d^2 e^-lv / 2."""
    d = mean - target
    quadratic = d * d * mp.exp(-log_var) / 2 if d else ZERO
    constant = mp.log(2 * mp.pi) / 2 if full else ZERO
    return Sample(
        Term(log_var / 2 + quadratic + constant, scale=largest(log_var / 2, quadratic, constant)),
        {'mean': Term(d * mp.exp(-log_var) if d else ZERO),
         'logVar': Term(mpf(1) / 2 - quadratic, scale=largest(0.5, quadratic))},
        {'mean': Term(mp.exp(-log_var)), 'logVar': Term(quadratic)},
    )


def cases(dtype, rng):
    def case(note, mean, target, log_var, smooth=True, weight=None, reduction='none', **options):
        return Case(dtype, note, {'mean': mean, 'target': target, 'logVar': log_var}, options=options, smooth=smooth,
                    weight=weight, reduction=reduction)

    def draw(n):
        return rng.normals(n, 2.0), rng.normals(n), rng.normals(n)

    edges = log_var_edges(dtype)
    n = len(edges)
    low = 1e-20 if dtype == 'float32' else 1e-140
    for own in ({}, {'full': True}):
        yield case('ordinary', *draw(24), **own)
        yield case('ordinary', rng.normals(24, 5.0), rng.normals(24), rng.normals(24, 3.0), **own)
        yield case('positive-log-var', rng.normals(16), rng.normals(16), rng.uniforms(16, 0.0, 8.0), **own)
        for _ in range(3):
            yield from case('ordinary', *draw(9), **own).reduced('mean', 'sum')
        yield from case('weighted', *draw(8), weight=rng.uniforms(8, 0.0, 3.0), **own).reduced('none', 'mean', 'sum')
        for d in (1.0, 1e-10, 0.0, 3.0, -1e-18):
            yield case('log-var-ladder', [d] * n, [0.0] * n, edges, smooth=False, **own)
        yield case('log-var-ladder', [2.5] * n, [2.0] * n, edges, smooth=False, **own)
        deep = [100.0, -100.0, 170.0, -170.0] if dtype == 'float32' else [700.0, -700.0, 1400.0, -1400.0]
        yield case('overflow-on-the-way-log-var', [low, 3 * low, 1.0, low], [0.0] * 4, [deep[1]] * 2 + [deep[0], deep[1] / 2],
                   smooth=False, **own)
        yield case('large-log-var', [1e30, -1e30, 5.0], [0.0, 1e20, 2.0], [deep[0]] * 3, smooth=False, **own)
        yield case('gradient-vanishes', [1.0, -1.0, 2.0, 3.0], [0.0, 0.0, 0.0, 1.0],
                   [0.0, 1e-3, 1.3862943611198906, 1.3862943611198906], smooth=False, **own)
        yield case('value-vanishes', [0.25, 0.5, 0.125], [0.0, 0.0, 0.0], [-0.06691, -0.3574, -0.01588], smooth=False, **own)
        yield case('wide-range', rng.wides(16, -40, 30), rng.wides(16, -40, 30), rng.uniforms(16, -40.0, 40.0), smooth=False, **own)
        small = 2.0**-149 if dtype == 'float32' else 2.0**-1074
        yield case('subnormal', [small, 0.0, -9 * small], [0.0, 0.0, small], [0.0, small, 1.0], smooth=False, **own)
        step = 2.0**-22 if dtype == 'float32' else 2.0**-50
        near = rng.normals(12, 3.0)
        close = [x * (1 + rng.choice([1, 2, 3, 7, -1, -2, -5]) * step) for x in near]
        yield case('last-bits', near, close, rng.uniforms(12, -30.0, 2.0), **own)
        yield case('equal', [1.5, -0.0, 0.0], [1.5, 0.0, -0.0], [0.5, -2.0, 0.0], smooth=False, **own)
        yield case('infinite', [INF, -INF], [0.0, 1.0], [0.5, -0.5], smooth=False, **own)
        yield from case('nan', [NAN, 1.0, 2.0, 1.0], [0.0, NAN, 1.0, 0.5], [0.0, 1.0, NAN, 0.5], smooth=False, **own
                        ).reduced('none', 'mean')
        for reduction in ('none', 'mean', 'sum'):
            yield case('weight-0-skips-nan', [NAN, 1.0, 2.0], [0.0, INF, 1.0], [0.0, 1.0, 0.5], weight=[0.0, 0.0, 1.5],
                       reduction=reduction, **own)
            yield case('all-weights-0', [NAN, 1.0, 2.0], [0.0, INF, 1.0], [0.0, 1.0, 0.5], weight=[0.0] * 3,
                       reduction=reduction, **own)


def gaussian(rng, n):
    """A residual that e^-logVar brings near to 1, or anything."""
    log_var = [rng.choice([rng.normal(3), rng.uniform(-1400, 1400)]) for _ in range(n)]
    mean = [hard.real(rng) if rng.integer(2) else 2.0 ** max(-1070, min(1020, v / 1.386)) for v in log_var]
    return {'mean': mean, 'target': [rng.choice([0.0, hard.near(rng, m)]) for m in mean], 'logVar': log_var}


hard_cases = hard.pointwise(gaussian, full=[False, True])
