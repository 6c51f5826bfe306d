"""The oracle of focal: its formula, its cases, and hard ones."""

from itertools import product

from mpmath import mpf

from lib import hard
from lib.arith import EXACT_ZERO, INF, NAN, ONE, ZERO, Sample, Term, largest, row_ulps
from lib.binary import power_factor
from lib.binary_cases import GAMMAS
from lib.class_cases import WIDTHS, Maker, class_rows, logit_draw, logit_edges
from lib.evaluate import Loss
from lib.softmax import softmax, undefined

LOSS = Loss(grads=('logits',), rowwise=True)


def formula(logits, target, gamma=mpf(2), alpha=None):
    """a q^g s with p = p_y, q = sum_{k != y} p_k, s = -ln p. Gradient: p_k h for k != y, and -q^g (q + g p s), where

    h = q^g (1 + g p s/q). Hessian: p_k h (1-p_k) + p_k^2 g p q^(g-2) ((g-1) p s + 2q - q s), and
    q^g p [q(1+2g) + g s(g p - q)].
    """
    k, y, g = len(logits), target, gamma
    a = ONE if alpha is None else alpha[y] if isinstance(alpha, list) else alpha
    if a == 0:
        return Sample(EXACT_ZERO, {'logits': [EXACT_ZERO] * k}, {'logits': [EXACT_ZERO] * k})
    sm = softmax(logits)
    if sm is None:
        return undefined('logits', k)
    p, q, s = sm.p[y], sm.rest[y], sm.nll[y]
    grant = row_ulps(k)
    if q == 0:  # one class, or all others masked
        one = [Term(ZERO) for _ in range(k)]
        return Sample(EXACT_ZERO, {'logits': one}, {'logits': one})
    power, ps = q ** g, p * s if p else ZERO
    f = power_factor(g, q)
    soft_q = sm.spread - sm.soft[y]       # of q, absolute
    soft_p = sm.soft[y]                   # of p, absolute
    soft_power = g * soft_q / q           # of q^g, relative
    soft_s = sm.spread                    # of s, absolute
    h = power * (1 + g * ps / q)
    value = Term(power * s, ulps=grant, factor=f, soft=power * (soft_power * s + soft_s) if p else ZERO)
    grad, hess = [], []
    for j, (pj, rest, soft) in enumerate(zip(sm.p, sm.rest, sm.soft)):
        if j == y:
            relative = soft_power + (soft_q + g * (soft_p * s + p * soft_s if p else ZERO)) / (q + g * ps)
            v = -power * (q + g * ps)
            grad.append(Term(v, ulps=grant, factor=f, soft=abs(v) * relative))
            parts = [power * p * q * (1 + 2 * g), g * g * power * ps * p, -g * power * ps * q]
            at_y = soft_p / p if p else ZERO
        else:
            own = soft / pj if pj else ZERO
            relative = own + soft_power + g * (soft_p * s + p * soft_s + ps * soft_q / q if p else ZERO) / (q + g * ps)
            v = pj * h
            grad.append(Term(v, ulps=grant, factor=f, soft=v * relative))
            c = pj * pj * g * p * power / (q * q)
            parts = [pj * h * rest] + ([c * (g - 1) * ps, 2 * c * q, -c * q * s] if c else [])
            at_y = 2 * own
        size = largest(*parts)
        relative = at_y + soft_power + 2 * soft_q / q + (2 * soft_p / p + soft_s / s if p else ZERO)
        hess.append(Term(sum(parts), scale=size if g else ZERO, ulps=grant, factor=f, soft=size * relative))
    return Sample(value.times(a), {'logits': [t.times(a) for t in grad]}, {'logits': [t.times(a) for t in hess]})


def cases(dtype, rng):
    make = Maker(dtype, rng, 'logits', logit_draw(rng, 2.0))
    for k in WIDTHS:
        yield make.random_labels('ordinary', class_rows(k), k)
    for gamma in GAMMAS:
        own = {} if gamma == 2.0 else {'gamma': gamma}
        yield make.random_labels('gamma', 4, 4, **own)
        yield make.random_labels('gamma', 2, 20, **own)
        yield make.random_labels('alpha', 2, 4, alpha=0.25, **own)
        yield make.random_labels('alpha-per-class', 3, 4, alpha=[0.25, 0.0, 3.0, 1.5],
                                 reduction=rng.choice(['none', 'mean', 'sum']), **own)
        if gamma <= 2:
            yield make.labels('masked', [1.0, -INF, 2.0, -INF, -INF, 0.5, 3.0, -INF, -1.0], [0, 2, 0], smooth=False, **own)
            yield make.labels('masked-target', [1.0, -INF, 2.0, 0.5, 1.0, 0.0], [1, 0], smooth=False, **own)
            yield make.labels('one-plus-inf', [1.0, INF, 2.0, 1.0, INF, 2.0], [1, 0], smooth=False, **own)
        yield make.labels('confident', [20.0, 0.0, 0.0, 50.0, 0.0, 1.0, 100.0, 0.0, -3.0], [0, 0, 0], **own)
        yield make.labels('confident-and-wrong', [20.0, 0.0, 0.0, 50.0, 0.0, 1.0, 100.0, 0.0, -3.0], [1, 2, 1], **own)
    for note, x, labels, k in logit_edges(dtype, rng):
        yield make.labels(note, x, labels, smooth=note in ('wide', 'wide-range'))
        yield make.labels(note, x[:2 * k], labels[:2], smooth=False, gamma=0.5) if len(labels) > 1 else \
            make.labels(note, x, labels, smooth=False, gamma=1.0)
    for gamma in (0.1, 1e-3, 10.0):
        yield make.random_labels('gamma', 2, 3, gamma=gamma)
    for ignore, sw, alpha in product((None, -100), (None, [1.5, 0.25, 2.0, 0.0]), (None, 0.25, [0.5, 1.0, 2.0])):
        labels = rng.labels(4, 3)
        if ignore is not None:
            labels[1] = ignore
        options = {**({'ignoreIndex': ignore} if ignore is not None else {}), **({'alpha': alpha} if alpha else {})}
        yield make.labels('combination', make.draw(4, 3), labels, weight=sw, gamma=1.5,
                          reduction=rng.choice(['mean', 'mean', 'sum', 'none']), **options)
    x = make.draw(4, 3)
    x[0:3] = [NAN, INF, NAN]
    x[6:9] = [NAN, NAN, NAN]
    for reduction in ('none', 'mean', 'sum'):
        yield make.labels('ignored-nan', x, [-100, 1, -100, 2], reduction=reduction, ignoreIndex=-100)
        yield make.labels('weight-0-skips-nan', x, [0, 1, 2, 2], weight=[0.0, 1.5, 0.0, 0.5], reduction=reduction)
        yield make.labels('all-ignored', x, [-1, -1, -1, -1], reduction=reduction, ignoreIndex=-1)
        yield make.labels('all-weights-0', x, [0, 1, 2, 2], weight=[0.0] * 4, reduction=reduction)
        yield make.labels('nan', [1.0, NAN, 0.0, 1.0, 2.0, 3.0], [0, 1], smooth=False, reduction=reduction)
    yield make.labels('one-class', [5.0, -1e4, 0.0], [0, 0, 0], k=1, smooth=False)
    yield make.labels('no-limit', [-INF, -INF, -INF, 1.0, 2.0, 3.0, INF, 0.0, INF], [0, 1, 0], smooth=False)
    huge = 3e38 if dtype == 'float32' else 1.7e308
    yield make.labels('huge', [huge, -huge, 0.0, -huge, huge, 0.0], [0, 2], smooth=False)


def hard_cases(r):
    return {**hard.labelled(r, hard.PER_CASE, 'logits', hard.logits), 'options': hard.options(r, gamma=[2.0, 0.5, 1.7])}
