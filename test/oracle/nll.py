"""The oracle of nll: its formula, its cases, and hard ones."""

from mpmath import mpf

from lib import hard
from lib.arith import EXACT_ZERO, INF, NAN, Sample, Term, row_ulps
from lib.class_cases import Maker, logs
from lib.evaluate import Loss
from lib.softmax import skipped, target_weights

LOSS = Loss(grads=('logp',), rowwise=True)


def formula(logp, target, class_weight=None):
    """-sum_k t_k logp_k;  -t_k;  0."""
    k = len(logp)
    t, den = target_weights(target, k, class_weight)
    if class_weight and den == 0:
        return skipped('logp', k)
    value = sum(-a * x for a, x in zip(t, logp) if a)
    return Sample(Term(mpf(value), ulps=row_ulps(k)), {'logp': [Term(-a) for a in t]}, {'logp': [EXACT_ZERO] * k}, den)


def cases(dtype, rng):
    make = Maker(dtype, rng, 'logp', lambda n, k: logs(rng.simplexes(n, k)))
    yield from make.common(smoothing=(0.0,))
    yield make.labels('impossible-class', [0.0, -INF, -INF, 0.0, -1.0, -INF], [0, 1, 0], smooth=False)
    yield make.labels('impossible-target', [0.0, -INF, -0.5, -1.0], [1, 0], smooth=False)
    yield from make.labels('impossible-target', [0.0, -INF, -0.5, -1.0], [1, 0], smooth=False).reduced('mean', 'sum')
    yield make.dense('impossible-class-soft', [-1.0, -INF, -0.5, 0.0, -INF, -INF], [0.25, 0.0, 0.75, 1.0, 0.0, 0.0], 3,
                     smooth=False)
    yield make.dense('impossible-target-soft', [-1.0, -INF, -0.5], [0.25, 0.25, 0.5], 3, smooth=False)
    yield make.labels('large', [-1e4, -1e30, 0.0, -3e38, -1.0, -2.0], [0, 0])
    yield make.labels('tiny', [-1e-30, -70.0, -1e-8, -20.0], [0, 0])
    small = 2.0**-149 if dtype == 'float32' else 2.0**-1074
    yield make.labels('subnormal', [-small, -100.0, -77 * small, -100.0], [0, 0])
    yield make.labels('zeros', [0.0, -1.0, -0.0, -1.0], [0, 0], smooth=False)
    yield make.labels('nan', [NAN, -0.5], [0, 0], k=1, smooth=False)
    yield make.labels('class-weights', make.draw(3, 6), [0, 3, 5], classWeight=rng.uniforms(6, 0.0, 3.0), reduction='mean')


def hard_cases(r):
    return hard.labelled(r, hard.PER_CASE, 'logp', hard.logs)
