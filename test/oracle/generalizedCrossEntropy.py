"""The oracle of generalizedCrossEntropy: its formula and its cases."""

from mpmath import mp, mpf

from lib.arith import INF, ONE, ZERO, Sample, Term, largest, row_ulps
from lib.class_cases import WIDTHS, Maker, class_rows, logit_draw, logit_edges
from lib.evaluate import Loss
from lib.softmax import skipped, softmax, undefined

LOSS = Loss(grads=('logits',), rowwise=True)


def formula(logits, target, q=mpf(0.7), class_weight=None):
    """cw (1 - p^q)/q with p = p_y. Gradient: p^q p_k for k != y, and -p^q (1-p). Hessian: p^q (p_k (1-p_k) - q p_k^2), and
    p^q (1-p)(p - q (1-p)).
    """
    k, y = len(logits), target
    weight = ONE if class_weight is None else class_weight[y]
    if weight == 0:
        return skipped('logits', k)
    sm = softmax(logits)
    if sm is None:
        return undefined('logits', k, weight)
    s, grant = sm.nll[y], row_ulps(k)
    with mp.extraprec(400):
        value = -mp.expm1(-q * s) / q if s != INF else 1 / q
    power = mp.exp(-q * s) if s != INF else ZERO
    factor = 1 + q * (1 + (s if s != INF else ZERO))
    soft_s = q * sm.spread
    grad, hess = [], []
    for j, (p, rest, soft) in enumerate(zip(sm.p, sm.rest, sm.soft)):
        other = sm.spread - soft
        if j == y:
            grad.append(Term(-power * rest, ulps=grant, factor=factor, soft=power * (rest * soft_s + other)))
            parts = [power * rest * p, -power * q * rest * rest]
            off = power * (rest * soft + p * other + 2 * q * rest * other)
        else:
            grad.append(Term(power * p, ulps=grant, factor=factor, soft=power * (p * soft_s + soft)))
            parts = [power * p * rest, -power * q * p * p]
            off = power * (rest * soft + p * other + 2 * q * p * soft)
        hess.append(Term(sum(parts), scale=largest(*parts), ulps=grant, factor=factor, soft=off + largest(*parts) * soft_s))
    loss = Term(value, ulps=grant, factor=factor, soft=power * sm.spread)
    return Sample(loss.times(weight), {'logits': [t.times(weight) for t in grad]},
                  {'logits': [t.times(weight) for t in hess]}, weight)


def cases(dtype, rng):
    make = Maker(dtype, rng, 'logits', logit_draw(rng, 2.0))
    for k in WIDTHS:
        yield make.random_labels('ordinary', class_rows(k), k)
    for q in (0.7, 1.0, 0.5, 0.3, 1e-3, 1e-30, 2.0 ** -140):
        own = {} if q == 0.7 else {'q': q}
        yield make.random_labels('q', 4, 4, **own)
        yield make.random_labels('q', 2, 20, **own)
        yield make.random_labels('class-weights', 4, 4, classWeight=[0.25, 0.0, 3.0, 1.5],
                                 reduction=rng.choice(['none', 'mean', 'sum']), **own)
        yield make.random_labels('weighted', 3, 4, weight=[0.5, 0.0, 2.0], reduction='mean', **own)
        yield make.labels('masked', [1.0, -INF, 2.0, -INF, -INF, 0.5, 3.0, -INF, -1.0], [0, 2, 0], smooth=False, **own)
        yield make.labels('masked-target', [1.0, -INF, 2.0, 0.5, 1.0, 0.0], [1, 0], smooth=False, **own)
        yield make.labels('one-plus-inf', [1.0, INF, 2.0, 1.0, INF, 2.0], [1, 0], smooth=False, **own)
        yield make.labels('confident', [50.0, 0.0, -1.0, 0.0, 104.0, 0.0], [0, 1], smooth=False, **own)
        yield make.labels('wrong', [30.0, 0.0, -1.0, 0.0, 60.0, 0.0], [1, 2], smooth=False, **own)
        yield make.labels('no-limit', [-INF, -INF, 1.0, 2.0], [0, 1], smooth=False, **own)
        yield make.labels('ignored', make.draw(3, 4), [0, -100, 2], smooth=False, ignoreIndex=-100, reduction='mean', **own)
    for note, x, labels, k in logit_edges(dtype, rng):
        yield make.labels(note, x, labels, smooth=False)
