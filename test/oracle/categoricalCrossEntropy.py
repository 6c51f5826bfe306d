"""The oracle of categoricalCrossEntropy: its formula, its cases, and hard ones."""

from mpmath import mp, mpf

from lib import hard
from lib.arith import INF, ZERO, Sample, Term, row_ulps
from lib.class_cases import Maker
from lib.evaluate import Loss
from lib.softmax import skipped, target_weights

LOSS = Loss(grads=('p',), rowwise=True)


def formula(p, target, class_weight=None, label_smoothing=ZERO):
    """-sum_k t_k ln p_k;  -t_k/p_k;  t_k/p_k^2."""
    k = len(p)
    t, den = target_weights(target, k, class_weight, label_smoothing)
    if class_weight and den == 0:
        return skipped('p', k)
    inverse = [1 / x if x else INF for x in p]
    value = sum(a * (-mp.log(x) if x else INF) for a, x in zip(t, p) if a)
    grad = [Term(-a * r if a else ZERO) for a, r in zip(t, inverse)]
    hess = [Term(a * r * r if a else ZERO) for a, r in zip(t, inverse)]
    return Sample(Term(mpf(value), ulps=row_ulps(k)), {'p': grad}, {'p': hess}, den)


def cases(dtype, rng):
    make = Maker(dtype, rng, 'p', lambda n, k: rng.simplexes(n, k))
    yield from make.common()
    for s in (0.1, 0.5, 1.0, 1e-3):
        yield make.random_labels('smoothing', 2, 6, labelSmoothing=s)
        yield make.random_dense('smoothing', 2, 3, labelSmoothing=s)
    peaked = rng.simplexes(3, 5, sharp=12)
    yield make.labels('peaked', peaked, [0, 1, 2])
    yield make.dense('peaked', peaked, rng.simplexes(3, 5), 5)
    yield make.labels('not-normalised', [0.5, 0.9, 1.0, 0.1, 0.2, 0.05], [0, 2])
    last = 24 if dtype == 'float32' else 53
    yield make.labels('close-to-1', [1 - 2.0**-last, 2.0**-last, 1 - 2.0**-10, 2.0**-10, 1 - 2.0**-5, 2.0**-5], [0, 0, 0])
    low = [-120, -60, -126] if dtype == 'float32' else [-1000, -300, -1022]
    yield make.labels('close-to-0', [x for e in low for x in (2.0**e, 1.0)], [0, 0, 0])
    small = 2.0**-149 if dtype == 'float32' else 2.0**-1074
    yield make.labels('subnormal', [small, 1.0, 99 * small, 0.5], [0, 0])
    yield make.labels('exactly-0-and-1', [1.0, 0.0, 0.0, 0.0, 1.0, 0.0], [0, 0], smooth=False)
    yield make.dense('exactly-0-and-1', [1.0, 0.0, 0.0, 0.0, 0.5, 0.5, 0.0, 1.0, 0.0],
                     [1.0, 0.0, 0.0, 0.0, 0.5, 0.5, 0.5, 0.5, 0.0], 3, smooth=False)
    yield make.labels('exactly-0-and-1-smoothing', [1.0, 0.0, 0.25, 0.75], [0, 1], smooth=False, labelSmoothing=0.1)
    yield make.labels('exactly-0-smoothing-class-weight-0', [1.0, 0.0, 0.25, 0.75], [0, 0], smooth=False,
                      labelSmoothing=0.1, classWeight=[2.0, 0.0])
    yield from make.labels('wrong-with-certainty', [0.0, 1.0, 0.25, 0.75], [0, 1], smooth=False).reduced('mean', 'sum')


def hard_cases(r):
    return hard.labelled(r, hard.PER_CASE, 'p', hard.units)
