"""The oracle of klDivergence: its formula, its cases, and hard ones."""

from itertools import product

from mpmath import mp

from lib import hard
from lib.arith import INF, NAN, NAN_TERM, ONE, ZERO, Sample, Term, row_ulps
from lib.case import Case
from lib.class_cases import WIDTHS
from lib.evaluate import Loss
from lib.row_cases import logs, rows
from lib.softmax import softmax, softmax_grad

LOSS = Loss(grads=('q',), rowwise=True)


def formula(q, p, input='probabilities', target='probabilities', temperature=ONE):
    """sum_k p_k (ln p_k - ln q_k), granted the larger of the two sums that it subtracts. With respect to q:

    -p_k/q_k;  p_k/q_k^2  (probabilities),  -p_k;  0  (log-probabilities), cross-entropy's (logits).
    """
    k, grant = len(q), row_ulps(len(q))
    if target == 'logProbabilities':
        weights, log_p = [mp.exp(x) for x in p], p
    else:
        weights, log_p = p, [mp.log(x) if x else -INF for x in p]
    soft, soft_p = ZERO, [ZERO] * k
    if target == 'logits':
        s = softmax(p, temperature)
        if s is None:
            return Sample(NAN_TERM, {'q': [NAN_TERM] * k}, {'q': [NAN_TERM] * k})
        weights, log_p, soft_p = s.p, [-x for x in s.nll], [s.spread * x + y for x, y in zip(s.p, s.soft)]
        soft = s.spread
    if input == 'logits':
        s = softmax(q, temperature)
        if s is None:
            return Sample(NAN_TERM, {'q': [NAN_TERM] * k}, {'q': [NAN_TERM] * k})
        log_q, soft = [-x for x in s.nll], soft + sum(weights) * s.spread
        grad, hess = softmax_grad(s, weights)
        grad, hess = [g.times(1 / temperature) for g in grad], [h.times(1 / temperature ** 2) for h in hess]
    elif input == 'logProbabilities':
        log_q = q
        grad, hess = [Term(-w) for w in weights], [Term(ZERO)] * k
    else:
        log_q = [mp.log(x) if x else -INF for x in q]
        grad = [Term(-w / x if x else -INF) if w else Term(ZERO) for w, x in zip(weights, q)]
        hess = [Term(w / x ** 2 if x else INF) if w else Term(ZERO) for w, x in zip(weights, q)]
    # What the weights' own rounding does to the derivatives, which are proportional to them.
    grad, hess = [[Term(x.value, x.scale, x.ulps, x.factor, x.soft + (abs(x.value / w) * off if w and mp.isfinite(x.value) else ZERO) + off)
                   if off else x for x, w, off in zip(xs, weights, soft_p)] for xs in (grad, hess)]
    kept = [(w, a, b) for w, a, b in zip(weights, log_p, log_q) if w]
    value = sum((w * (a - b) for w, a, b in kept), ZERO)
    size = max(sum((w * abs(a) for w, a, b in kept), ZERO), sum((w * abs(b) for w, a, b in kept), ZERO))
    return Sample(Term(value, scale=size, ulps=grant, soft=soft), {'q': grad}, {'q': hess})


def cases(dtype, rng):
    def case(note, q, p, k, smooth=True, weight=None, reduction='none', **options):
        return Case(dtype, note, {'q': q, 'p': p}, width=k, options=options, smooth=smooth, weight=weight, reduction=reduction)

    def draw(kind, n, k):
        return {'probabilities': lambda: rng.simplexes(n, k), 'logProbabilities': lambda: logs(rng.simplexes(n, k)),
                'logits': lambda: rng.normals(n * k, 2.0)}[kind]()

    kinds = list(product(('probabilities', 'logProbabilities', 'logits'), ('probabilities', 'logProbabilities')))
    for q_kind, p_kind in kinds:
        own = {**({'input': q_kind} if q_kind != 'probabilities' else {}),
               **({'target': p_kind} if p_kind != 'probabilities' else {})}

        def p_of(xs):
            return logs(xs) if p_kind == 'logProbabilities' else xs

        def q_of(xs):
            return xs if q_kind == 'probabilities' else logs(xs)

        for k in WIDTHS if not own else (2, 5, 17, 64) if p_kind == 'probabilities' else (3, 17):
            n = rows(k)
            yield case('ordinary', draw(q_kind, n, k), draw(p_kind, n, k), k, **own)
        weight = [0.5, 0.0, 2.0]
        yield from case('ordinary', draw(q_kind, 3, 3), draw(p_kind, 3, 3), 3, **own).reduced('mean', 'sum')
        yield case('weighted', draw(q_kind, 3, 3), draw(p_kind, 3, 3), 3, weight=weight, reduction='mean', **own)
        q = draw(q_kind, 3, 3)
        q[0:3] = [NAN] * 3
        yield case('weight-0-skips-nan', q, draw(p_kind, 3, 3), 3, weight=[0.0, 1.0, 2.0], reduction='mean', **own)
        yield case('all-weights-0', q, draw(p_kind, 3, 3), 3, weight=[0.0] * 3, reduction='mean', **own)
        yield from case('nan-row', q, draw(p_kind, 3, 3), 3, smooth=False, **own).reduced('none', 'mean')
        yield case('nan-target-row', draw(q_kind, 2, 2), [NAN, NAN] + draw(p_kind, 1, 2), 2, smooth=False, **own)
        zeros = p_of([0.0, 0.25, 0.75, 1.0, 0.0, 0.0, 0.5, 0.0, 0.5])
        yield from case('zero-target', q_of([0.25, 0.25, 0.5, 0.5, 0.25, 0.25, 0.125, 0.25, 0.625]), zeros, 3, smooth=False,
                        **own).reduced('none', 'mean')
        yield case('zero-target-and-model', q_of([0.0, 0.25, 0.75, 1.0, 0.0, 0.0, 0.5, 0.0, 0.5]), zeros, 3, smooth=False, **own)
        yield case('zero-model', q_of([0.0, 0.5, 0.5, 0.5, 0.0, 0.5]), p_of([0.25, 0.25, 0.5, 0.25, 0.5, 0.25]), 3,
                   smooth=False, **own)
        yield case('zero-model', q_of([0.0, 1.0, 0.5, 0.5]), p_of([0.25, 0.75, 0.5, 0.5]), 2, smooth=False, reduction='mean',
                   **own)
        same = rng.simplexes(2, 4)
        yield case('equal', q_of(same), p_of(same), 4, smooth=False, **own)
        yield case('uniform', q_of([0.25] * 8), p_of([0.25] * 8), 4, smooth=False, **own)
        peaked = rng.simplexes(2, 4, sharp=10)
        yield case('peaked', q_of(peaked), p_of(rng.simplexes(2, 4, sharp=10)), 4, **own)
        if q_kind == 'logits':
            yield case('infinite', [1.0, INF, 0.0, 1.0, INF, 0.0], p_of([0.0, 1.0, 0.0, 0.25, 0.5, 0.25]), 3, smooth=False, **own)
            yield case('no-limit', [-INF] * 3 + [INF, INF, 0.0], p_of([0.0, 1.0, 0.0, 0.25, 0.5, 0.25]), 3, smooth=False, **own)
            yield case('large', [1e4, -1e4, 0.0, 10001.0, 10000.0, 10000.5], p_of([0.5, 0.25, 0.25, 0.25, 0.5, 0.25]), 3, **own)
            yield case('not-normalised', [1.0, -0.5, 0.25, 0.0], p_of([0.75, 0.5, 0.125, 0.25]), 2, **own)
            yield case('confident', [50.0, 0.0, 0.0, 104.0, 1.0, 0.0], p_of([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]), 3, smooth=False, **own)
    for q_kind, temperature in product(('probabilities', 'logProbabilities', 'logits'), (1.0, 0.4, 2.5)):
        own = {**({'input': q_kind} if q_kind != 'probabilities' else {}),
               **({'temperature': temperature} if temperature != 1 else {})}
        for k in (2, 5, 17, 64):
            yield case('distilled', draw(q_kind, 2, k), draw('logits', 2, k), k, smooth=k < 10, target='logits', **own)
        yield from case('distilled', draw(q_kind, 3, 3), draw('logits', 3, 3), 3, target='logits', **own).reduced('mean', 'sum')
        yield case('distilled-masked', logs([0.5, 0.25, 0.25]) if q_kind != 'probabilities' else [0.5, 0.25, 0.25],
                   [1.0, -INF, 0.5], 3, smooth=False, target='logits', **own)
        yield case('distilled-no-limit', draw(q_kind, 1, 3), [-INF] * 3, 3, smooth=False, target='logits', **own)
        if q_kind == 'logits':
            for p_kind in ('probabilities', 'logProbabilities'):
                yield case('temperature', draw(q_kind, 3, 4), draw(p_kind, 3, 4), 4, target=p_kind, **own)
            yield case('distilled-long', draw(q_kind, 1, 530), draw('logits', 1, 530), 530, smooth=False, target='logits', **own)
            yield case('distilled-confident', [50.0, 0.0, 0.0, 104.0, 1.0, 0.0], [60.0, 0.0, 0.0, 104.0, 1.0, 0.0], 3, smooth=False,
                       target='logits', **own)
    yield case('not-normalised', [0.5, 0.9, 1.0, 0.25], [0.75, 0.5, 0.125, 1.0], 2)
    small = 2.0**-149 if dtype == 'float32' else 2.0**-1074
    yield case('subnormal', [small, 1.0, 0.5, 0.5], [0.5, 0.5, small, 1.0], 2)
    low = 2.0**-120 if dtype == 'float32' else 2.0**-1000
    yield case('tiny', [low, 1.0, 0.5, 0.5], [0.5, 0.5, low, 1.0], 2, smooth=False)


def hard_cases(rng):
    """A model in any of its three forms, and a target that may have zeros."""
    kind = rng.choice(['probabilities', 'logProbabilities', 'logits'])
    entry = {'probabilities': hard.units, 'logProbabilities': hard.logs, 'logits': hard.logits}[kind]
    k, count, q = hard.rows(rng, hard.PER_CASE, entry)
    p = [rng.choice([0.0, hard.unit(rng), hard.unit(rng)]) for _ in q]
    return {'inputs': {'q': q, 'p': p}, 'width': k, 'options': {'input': kind}}
