"""The oracle of poly1: its formula and its cases."""

from mpmath import mpf

from lib.arith import INF, ONE, ZERO, Sample, Term, largest, row_ulps
from lib.class_cases import Maker, logit_draw, logit_edges
from lib.evaluate import Loss
from lib.softmax import skipped, softmax, softmax_grad, target_weights, undefined

LOSS = Loss(grads=('logits',), rowwise=True)


def formula(logits, target, epsilon=ONE, class_weight=None):
    """sum_k t_k (-ln p_k + eps (1-p_k)). With a = sum t_k p_k, gradient: p_k (T + eps (a - t_k)) - t_k; Hessian:

    T p_k (1-p_k) + eps p_k (a - t_k)(1 - 2p_k). a - t_k = sum_{j != k} t_j p_j - t_k (1-p_k).
    """
    k, grant = len(logits), row_ulps(len(logits))
    t, den = target_weights(target, k, class_weight)
    if class_weight and den == 0:
        return skipped('logits', k)
    s = softmax(logits)
    if s is None:
        return undefined('logits', k, den)
    total = sum(t)
    value = sum(a * b for a, b in zip(t, s.nll) if a) + epsilon * sum(a * b for a, b in zip(t, s.rest))
    grad, hess = softmax_grad(s, t)
    a = sum(x * p for x, p in zip(t, s.p))
    slopes, bends = [], []
    for j, (g, h, p, rest, soft) in enumerate(zip(grad, hess, s.p, s.rest, s.soft)):
        others = a - t[j] * p
        rise = others - t[j] * rest
        size = largest(others, t[j] * rest)
        other = s.spread - soft
        # An exponential below the normal range may count as 0, whatever multiplies it: 2^-126, in ULPs of 1.
        flushed = (1 + epsilon) * mpf(2) ** -103 if 0 < p < mpf(2) ** -120 else ZERO
        slopes.append(Term(g.value + epsilon * p * rise, scale=largest(g.scale, g.value, epsilon * p * size), ulps=grant,
                           soft=g.soft + flushed + epsilon * (soft * size + p * other * max(t))))
        bends.append(Term(h.value + epsilon * p * rise * (rest - p),
                          scale=largest(h.value, epsilon * p * size * largest(rest, p)), ulps=grant,
                          soft=h.soft + flushed + 3 * epsilon * (soft * size + p * other * max(t))))
    loss = Term(mpf(value), ulps=grant, soft=(total + epsilon * total) * s.spread)
    return Sample(loss, {'logits': slopes}, {'logits': bends}, den)


def cases(dtype, rng):
    make = Maker(dtype, rng, 'logits', logit_draw(rng))
    yield from make.common(smoothing=(0.0,))
    for note, x, labels, k in logit_edges(dtype, rng):
        yield make.labels(note, x, labels, smooth=False)
        yield make.dense(note + '-soft', x[:3 * k], rng.simplexes(min(3, len(labels)), k), k, smooth=False)
    for epsilon in (0.0, 0.7, 2.0, 100.0):
        for k in (2, 4, 20, 130):
            yield make.random_labels('epsilon', 2 if k < 130 else 1, k, smooth=k < 10, epsilon=epsilon)
            yield make.random_dense('epsilon', 2 if k < 130 else 1, k, smooth=k < 10, epsilon=epsilon)
        yield make.labels('confident', [50.0, 0.0, -1.0, 0.0, 104.0, 0.0], [0, 1], smooth=False, epsilon=epsilon)
        yield make.dense('confident', [50.0, 0.0, -1.0, 0.0, 104.0, 0.0], [1.0, 0.0, 0.0, 0.0, 1.0, 0.0], 3, smooth=False,
                         epsilon=epsilon)
        yield make.dense('confident-soft', [50.0, 0.0, -1.0, 0.0, 20.0, 0.0], [0.875, 0.125, 0.0, 0.25, 0.75, 0.0], 3,
                         smooth=False, epsilon=epsilon)
        yield make.labels('masked', [1.0, -INF, 2.0, -INF, -INF, 0.5], [0, 2], smooth=False, epsilon=epsilon)
        yield make.labels('one-plus-inf', [1.0, INF, 2.0], [1], smooth=False, epsilon=epsilon)
    yield make.dense('epsilon-long', rng.uniforms(2100, -5.0, 5.0), rng.simplexes(1, 2100), 2100, smooth=False, epsilon=0.7)
