"""The oracle of crossEntropy: its formula, its cases, and hard ones."""

from mpmath import mpf

from lib import hard
from lib.arith import INF, NAN, ZERO, Sample, Term, row_ulps
from lib.class_cases import Maker, logit_draw, logit_edges
from lib.evaluate import Loss
from lib.softmax import skipped, softmax, softmax_grad, target_weights, undefined

LOSS = Loss(grads=('logits',), rowwise=True)


def formula(logits, target, class_weight=None, label_smoothing=ZERO):
    """sum_k t_k (-ln softmax(z)_k)."""
    k = len(logits)
    t, den = target_weights(target, k, class_weight, label_smoothing)
    if class_weight and den == 0:
        return skipped('logits', k)
    s = softmax(logits)
    if s is None:
        return undefined('logits', k, den)
    value = sum(a * b for a, b in zip(t, s.nll) if a)
    grad, hess = softmax_grad(s, t)
    return Sample(Term(mpf(value), ulps=row_ulps(k), soft=sum(t) * s.spread), {'logits': grad}, {'logits': hess}, den)


def cases(dtype, rng):
    make = Maker(dtype, rng, 'logits', logit_draw(rng))
    yield from make.common()
    for note, x, labels, k in logit_edges(dtype, rng):
        yield make.labels(note, x, labels, smooth=note in ('wide', 'wide-range'))
        yield make.dense(note + '-soft', x[:3 * k], rng.simplexes(min(3, len(labels)), k), k, smooth=False)
    for s in (0.1, 0.5, 1.0, 1e-3):
        yield make.random_labels('smoothing', 2, 6, labelSmoothing=s)
        yield make.random_dense('smoothing', 2, 3, labelSmoothing=s)
        yield make.labels('smoothing-confident', [30.0, 0.0, -1.0, 0.0, 90.0, 0.0, 1e4, -1e4, 0.0], [0, 1, 2], labelSmoothing=s)
    for k in (17, 64, 130):
        yield make.random_labels('smoothing', 1, k, labelSmoothing=0.1)
    yield make.labels('smoothing-1-class', [3.0, -2.0], [0, 0], labelSmoothing=0.1)
    for k in (64, 130):
        yield make.labels('wide', rng.uniforms(k, -30.0, 30.0), [rng.integer(k)])
    huge = 3e38 if dtype == 'float32' else 1.7e308
    half = huge / 2.5
    yield make.labels('huge', [huge, -huge, 0.0, -huge, huge, 0.0], [0, 1], smooth=False)
    yield make.labels('huge', [half, -half, 0.0, -half, half, 0.0], [1, 0], smooth=False)
    yield make.labels('huge-overflow', [huge, -huge, -huge, huge], [1, 0], smooth=False)
    yield make.labels('huge-equal', [huge, huge, -huge, -huge], [1, 0], smooth=False)
    yield make.labels('overflow-on-the-way-smoothing', [huge, -huge], [0], smooth=False, labelSmoothing=0.1)
    n = -INF
    yield make.labels('masked', [1.0, n, 2.0, n, n, 0.5, 3.0, n, -1.0], [0, 2, 0], smooth=False)
    yield from make.labels('masked', [1.0, n, 2.0, n, n, 0.5, 3.0, n, -1.0], [0, 2, 0], smooth=False).reduced('mean', 'sum')
    yield make.labels('masked-target', [1.0, n, 2.0, n, n, 0.5], [1, 0], smooth=False)
    yield from make.labels('masked-target', [1.0, n, 2.0, 0.5], [1, 0], smooth=False).reduced('mean', 'sum')
    yield make.dense('masked-soft', [1.0, n, 2.0, n, 3.0, 0.5], [0.25, 0.0, 0.75, 0.0, 1.0, 0.0], 3, smooth=False)
    yield make.dense('masked-soft-target', [1.0, n, 2.0], [0.25, 0.25, 0.5], 3, smooth=False)
    yield make.labels('masked-smoothing', [1.0, n, 2.0], [0], smooth=False, labelSmoothing=0.1)
    yield make.labels('masked-smoothing-class-weight-0', [1.0, n, 2.0], [0], smooth=False, labelSmoothing=0.1,
                      classWeight=[1.0, 0.0, 0.5])
    yield make.labels('one-plus-inf', [1.0, INF, 2.0, 1.0, INF, 2.0, INF, n, 0.0], [1, 0, 0], smooth=False)
    yield make.dense('one-plus-inf-soft', [1.0, INF, 2.0, 1.0, INF, 2.0], [0.0, 1.0, 0.0, 0.5, 0.5, 0.0], 3, smooth=False)
    yield make.labels('one-plus-inf-mean', [1.0, INF, 2.0, 0.5], [1, 0], smooth=False, reduction='mean')
    yield make.labels('no-limit', [n, n, n, 1.0, 2.0, 3.0, INF, 0.0, INF], [0, 1, 0], smooth=False)
    yield make.labels('no-limit', [n, n, n, 1.0, 2.0, 3.0], [0, 1], smooth=False, reduction='mean')
    yield from make.labels('nan', [1.0, NAN, 0.0, 1.0, 2.0, 3.0], [0, 1], smooth=False).reduced('none', 'mean', 'sum')
    yield make.labels('one-class', [5.0, -1e4, 0.0], [0, 0, 0], k=1, smooth=False)
    yield make.labels('class-weights', make.draw(3, 6), [0, 3, 5], classWeight=rng.uniforms(6, 0.0, 3.0), reduction='mean')
    yield make.labels('class-weights-130', make.draw(1, 130), [77], classWeight=rng.uniforms(130, 0.0, 3.0),
                      labelSmoothing=0.2)


def hard_cases(r):
    return hard.labelled(r, hard.PER_CASE, 'logits', hard.logits)
