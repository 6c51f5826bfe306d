"""The oracle of entropy: its formula, its cases, and hard ones."""

from mpmath import mp

from lib import hard
from lib.arith import INF, NAN, ZERO, Sample, Term, largest, row_ulps
from lib.case import Case
from lib.class_cases import WIDTHS
from lib.evaluate import Loss
from lib.row_cases import rows

LOSS = Loss(grads=('p',), rowwise=True)


def formula(p):
    """-sum p_k ln p_k;  -(1 + ln p_k);  -1/p_k."""
    log_p = [mp.log(x) if x else -INF for x in p]
    value = sum((-x * a for x, a in zip(p, log_p) if x), ZERO)
    return Sample(
        Term(value, ulps=row_ulps(len(p))),
        {'p': [Term(-(1 + a), scale=ZERO if a == -INF else largest(1, a)) for a in log_p]},
        {'p': [Term(-1 / x if x else -INF) for x in p]},
    )


def cases(dtype, rng):
    def case(note, p, k, smooth=True, weight=None, reduction='none'):
        return Case(dtype, note, {'p': p}, width=k, smooth=smooth, weight=weight, reduction=reduction)

    for k in WIDTHS:
        for sharp in (1, 3):
            yield case('ordinary', rng.simplexes(rows(k), k, sharp), k)
    for k in (2, 3, 4, 7, 30):
        yield from case('ordinary', rng.simplexes(2, k), k).reduced('mean', 'sum')
        yield from case('weighted', rng.simplexes(2, k), k, weight=[0.25, 3.0]).reduced('none', 'mean', 'sum')
    yield case('peaked', rng.simplexes(3, 5, sharp=12), 5)
    yield case('uniform', [0.25] * 4 + [0.5, 0.5, 0.0, 0.0], 4, smooth=False)
    yield from case('zeros-and-ones', [1.0, 0.0, 0.0, 0.0, 0.5, 0.5, 0.0, 1.0, 0.0], 3, smooth=False).reduced('none', 'mean')
    yield case('gradient-vanishes', [0.36787944117144233, 0.6321205588285577, 0.3678, 0.6322], 2)
    last = 24 if dtype == 'float32' else 53
    yield case('close-to-1', [1 - 2.0**-last, 2.0**-last, 1 - 2.0**-10, 2.0**-10], 2)
    small = 2.0**-149 if dtype == 'float32' else 2.0**-1074
    yield case('subnormal', [small, 1.0, 99 * small, 0.5], 2, smooth=False)
    low = [-120, -60] if dtype == 'float32' else [-1000, -300]
    yield case('tiny', [x for e in low for x in (2.0**e, 1.0)], 2, smooth=False)
    yield case('not-normalised', [0.5, 0.9, 1.0, 0.1, 0.2, 0.05], 3, smooth=False)
    p = rng.simplexes(3, 3)
    p[3:6] = [NAN] * 3
    yield from case('nan-row', p, 3, smooth=False).reduced('none', 'mean', 'sum')
    for reduction in ('none', 'mean', 'sum'):
        yield case('weight-0-skips-nan', p, 3, weight=[1.0, 0.0, 0.5], reduction=reduction)
        yield case('all-weights-0', p, 3, weight=[0.0] * 3, reduction=reduction)


def hard_cases(r):
    return dict(zip(('width', 'inputs'), (lambda k, _, x: (k, {'p': x}))(*hard.rows(r, hard.PER_CASE, hard.units))))
