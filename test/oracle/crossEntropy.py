"""The oracle of crossEntropy: its formula, its cases, and hard ones."""

from itertools import product

from mpmath import mpf

from lib import hard
from lib.arith import INF, NAN, ONE, ZERO, Sample, Term, largest, row_ulps
from lib.class_cases import Maker, logit_draw, logit_edges
from lib.evaluate import Loss
from lib.softmax import bend, bend_slope, skipped, softmax, softmax_grad, target_weights, undefined

LOSS = Loss(grads=('logits',), rowwise=True)


def formula(logits, target, class_weight=None, label_smoothing=ZERO, temperature=ONE, softcap=None, z_loss=ZERO):
    """sum_k t_k (-ln p_k) + zeta l^2 with p = softmax(x), x = c tanh(z/c)/T, l = ln sum e^x. Gradient:

    (p_k (sum t + 2 zeta l) - t_k) sech^2(z_k/c)/T. Hessian, without c and zeta: sum t p_k (1-p_k)/T^2.
    """
    k = len(logits)
    t, den = target_weights(target, k, class_weight, label_smoothing)
    bent = softcap is not None or z_loss  # then there is no Hessian
    if class_weight and den == 0:
        row = skipped('logits', k)
        return Sample(row.value, row.grad, None, row.den, row.skip) if bent else row
    s = softmax(logits, temperature, softcap)
    if s is None:
        row = undefined('logits', k, den)
        return Sample(row.value, row.grad, None, den) if bent else row
    cross_entropy = sum(a * b for a, b in zip(t, s.nll) if a)
    grad, hess = softmax_grad(s, t)
    top = bend(max(logits), temperature, softcap)
    log_rest = min(s.nll)
    log_sum = top + log_rest
    size = largest(top, log_rest)
    if z_loss:
        more = 2 * z_loss * log_sum
        grad = [Term(g.value + p * more, scale=largest(g.scale, g.value, 2 * z_loss * p * size), ulps=g.ulps,
                     soft=g.soft + abs(more) * soft + 2 * z_loss * p * s.spread) for g, p, soft in zip(grad, s.p, s.soft)]
    slopes = [bend_slope(z, temperature, softcap) for z in logits]
    grad = [g.times(slope) for g, slope in zip(grad, slopes)]
    value = Term(mpf(cross_entropy + z_loss * log_sum ** 2 if z_loss else cross_entropy),
                 scale=z_loss * size ** 2 if z_loss else ZERO, ulps=row_ulps(k),
                 soft=sum(t) * s.spread + 2 * z_loss * abs(log_sum) * s.spread if z_loss else sum(t) * s.spread)
    if bent:
        return Sample(value, {'logits': grad}, None, den)
    return Sample(value, {'logits': grad}, {'logits': [h.times(1 / temperature ** 2) for h in hess]}, den)


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
    for own in ({'temperature': 0.4}, {'temperature': 2.5}, {'softcap': 2.5}, {'softcap': 30.0}, {'zLoss': 0.7}, {'zLoss': 1e-4},
                {'temperature': 2.5, 'softcap': 2.5, 'zLoss': 0.7}):
        for k in (1, 2, 5, 10, 130):
            smooth = dtype == 'float64' and k < 6
            yield make.random_labels('adjusted', 2 if k < 130 else 1, k, smooth=smooth, **own)
            yield make.random_dense('adjusted-soft', 2 if k < 130 else 1, k, smooth=smooth, **own)
        yield make.labels('adjusted-long', rng.uniforms(530, -30.0, 30.0), [3], smooth=False, **own)
        for smoothing, cw, sw in product((0.0, 0.1), (None, [0.5, 2.0, 0.0, 1.25]), (None, [1.5, 0.25, 2.0])):
            options = {**own, **({'labelSmoothing': smoothing} if smoothing else {}), **({'classWeight': cw} if cw else {})}
            yield make.random_labels('adjusted-combination', 3, 4, weight=sw, reduction='mean', smooth=False, **options)
            yield make.random_dense('adjusted-combination', 3, 4, weight=sw, reduction='mean', smooth=False, **options)
        yield make.labels('adjusted-wide', [100.0, -100.0, 3.0, 99.5, 100.0, 101.0], [0, 2], smooth=False, **own)
        yield make.labels('adjusted-near', [1e4, 1e4 + 0.0078125, 1e4 - 1.5, 1.0, 1.0, 1.0], [1, 2], smooth=False, **own)
        yield make.labels('adjusted-tiny', [1e-30, -1e-30, 0.0, 1e-20, 2e-20, -3e-20], [1, 2], smooth=False, **own)
        yield make.labels('adjusted-masked', [1.0, n, 2.0, n, n, 0.5, 3.0, n, -1.0], [0, 2, 0], smooth=False, **own)
        yield make.labels('adjusted-masked-target', [1.0, n, 2.0, n, n, 0.5], [1, 0], smooth=False, **own)
        yield make.labels('adjusted-no-limit', [n, n, n, 1.0, NAN, 3.0], [0, 1], smooth=False, **own)
        yield make.labels('adjusted-ignored', [NAN, n, 2.0, 1.0, 2.0, 0.5], [-100, 0], smooth=False, reduction='mean',
                          ignoreIndex=-100, **own)
    yield make.labels('temperature-infinite', [1.0, INF, 2.0, INF, n, 0.0], [1, 0], smooth=False, temperature=2.5)
    yield make.labels('softcap-infinite', [1.0, INF, 2.0, INF, INF, 0.0], [1, 0], smooth=False, softcap=2.5)
    yield make.labels('temperature-huge', [huge, -huge, 0.0], [0], smooth=False, temperature=1e30)
    yield make.labels('softcap-saturated', [400.0, 500.0, -300.0, 90.0, 80.0, 85.0], [0, 2], smooth=False, softcap=5.0)


def hard_cases(r):
    return hard.labelled(r, hard.PER_CASE, 'logits', hard.logits)
