"""The oracle of jensenShannon: its formula and its cases."""

from itertools import product

from mpmath import mp, mpf

from lib.arith import INF, NAN, NAN_TERM, ONE, ZERO, Sample, Term, largest, row_ulps
from lib.case import Case
from lib.class_cases import WIDTHS
from lib.evaluate import Loss
from lib.row_cases import logs, rows
from lib.softmax import softmax

LOSS = Loss(grads=('q',), rowwise=True)


def formula(q, p, beta=mpf(0.5), input='probabilities', target='probabilities', temperature=ONE):
    """sum_k beta p ln(p/m) + (1-beta) q ln(q/m), m = beta p + (1-beta) q. With respect to q, u = (1-beta) ln(q/m) and

    v = (1-beta) beta p/m: u; v/q  (probabilities),  w = q u; s = q (u + v)  (log-probabilities),
    [w (1-q) - q sum_{j != k} w_j]/T; [s (1-q)^2 - q (1-q) sum w + q^2 sum_{j != k} s_j]/T^2  (logits).
    """
    k, grant, other = len(q), row_ulps(len(q)), 1 - beta

    def shares(given, form):
        if form == 'logits':
            s = softmax(given, temperature)
            return (None, None) if s is None else (s.p, s)
        return [mp.exp(x) for x in given] if form == 'logProbabilities' else given, None

    (share_q, soft_q), (share_p, soft_p) = shares(q, input), shares(p, target)
    if share_q is None or share_p is None:
        return Sample(NAN_TERM, {'q': [NAN_TERM] * k}, {'q': [NAN_TERM] * k})
    # Shares that are computed are rounded, and their difference from the mixture carries it.
    spread = sum(s.spread if s else ZERO for s in (soft_q, soft_p))
    spread += sum(sum(given) / 2 if form == 'logProbabilities' else ZERO for given, form in ((share_q, input), (share_p, target)))
    parts, u, v, w = [], [], [], []
    for a, b in zip(share_q, share_p):
        m = beta * b + other * a
        ln_p, ln_q = (mp.log(b / m) if b else ZERO, mp.log(a / m) if a else -INF if m else ZERO)
        if not m:
            ln_q = ZERO
        u.append(other * ln_q)
        v.append(other * beta * b / m if b else ZERO)
        w.append(a * other * ln_q if a else ZERO)
        parts += [beta * b * ln_p if b else ZERO, w[-1]]
    value = Term(sum(parts), scale=largest(*parts), ulps=grant + (ONE if k > 1 else ZERO), soft=2 * spread)
    second = [x + a * y for x, a, y in zip(w, share_q, v)]
    if input == 'probabilities':
        given = target == 'probabilities'
        off = [ZERO if given or not b else 2 + (soft / b if soft_p else 0)
               for b, soft in zip(share_p, soft_p.soft if soft_p else share_p)]  # of p, relative
        grad = [Term(x, soft=y * e) for x, y, e in zip(u, v, off)]
        hess = [Term(y / a if a else INF) if b else Term(ZERO) for y, a, b in zip(v, share_q, share_p)]
    elif input == 'logProbabilities':
        grad = [Term(x, soft=a) for x, a in zip(w, share_q)]
        hess = [Term(s, scale=largest(x, s - x), soft=a) for s, x, a in zip(second, w, share_q)]
    else:
        grad, hess = [], []
        for j, (a, rest) in enumerate(zip(share_q, soft_q.rest)):
            others_w = sum(x for i, x in enumerate(w) if i != j)
            others_s = sum(x for i, x in enumerate(second) if i != j)
            slopes = [w[j] * rest, -a * others_w]
            bends = [second[j] * rest * rest, -a * rest * sum(w), a * a * others_s]
            size = max(abs(a * x) for x in w + second) if k else ZERO
            grad.append(Term(sum(slopes), scale=largest(*slopes, a * max(map(abs, w))), ulps=grant, soft=2 * spread).times(1 / temperature))
            hess.append(Term(sum(bends), scale=largest(*bends, size), ulps=grant, soft=4 * spread).times(1 / temperature ** 2))
    return Sample(value, {'q': grad}, {'q': hess})


def cases(dtype, rng):
    def case(note, q, p, k, smooth=True, weight=None, reduction='none', **options):
        return Case(dtype, note, {'q': q, 'p': p}, width=k, options=options, smooth=smooth, weight=weight, reduction=reduction)

    def draw(kind, n, k):
        return {'probabilities': lambda: rng.simplexes(n, k), 'logProbabilities': lambda: logs(rng.simplexes(n, k)),
                'logits': lambda: rng.normals(n * k, 2.0)}[kind]()

    words = ('probabilities', 'logProbabilities', 'logits')
    for q_kind, p_kind in product(words, words):
        own = {**({'input': q_kind} if q_kind != 'probabilities' else {}),
               **({'target': p_kind} if p_kind != 'probabilities' else {})}

        def as_kind(kind, xs):
            return xs if kind == 'probabilities' else logs(xs)

        for k in WIDTHS if not own else (2, 5, 17, 64):
            yield case('ordinary', draw(q_kind, rows(k), k), draw(p_kind, rows(k), k), k, smooth=1 < k < 20, **own)
        for beta in (0.3, 0.9, 1e-3):
            yield case('beta', draw(q_kind, 2, 4), draw(p_kind, 2, 4), 4, beta=beta, **own)
        if 'logits' in (q_kind, p_kind):
            for temperature in (0.4, 2.5):
                yield case('temperature', draw(q_kind, 2, 4), draw(p_kind, 2, 4), 4, temperature=temperature, **own)
            yield case('long', draw(q_kind, 1, 530), draw(p_kind, 1, 530), 530, smooth=False, **own)
        yield from case('ordinary', draw(q_kind, 3, 3), draw(p_kind, 3, 3), 3, **own).reduced('mean', 'sum')
        yield case('weighted', draw(q_kind, 3, 3), draw(p_kind, 3, 3), 3, weight=[0.5, 0.0, 2.0], reduction='mean', **own)
        zeros = as_kind(p_kind, [0.0, 0.25, 0.75, 1.0, 0.0, 0.0, 0.5, 0.0, 0.5])
        yield case('zero-target', as_kind(q_kind, [0.25, 0.25, 0.5, 0.5, 0.25, 0.25, 0.125, 0.25, 0.625]), zeros, 3, smooth=False, **own)
        yield case('zero-model', as_kind(q_kind, [0.0, 0.5, 0.5, 0.5, 0.0, 0.5]), as_kind(p_kind, [0.25, 0.25, 0.5, 0.25, 0.5, 0.25]),
                   3, smooth=False, **own)
        yield case('nan-row', [NAN] * 3 + draw(q_kind, 1, 3), draw(p_kind, 2, 3), 3, smooth=False, **own)
        same = rng.simplexes(2, 4)
        yield case('equal', as_kind(q_kind, same), as_kind(p_kind, same), 4, smooth=False, **own)
        near = [x * (1 + 2.0 ** -12) for x in same]
        yield case('near', as_kind(q_kind, same), as_kind(p_kind, near), 4, smooth=False, **own)
