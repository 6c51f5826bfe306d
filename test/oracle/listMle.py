"""The oracle of listMle: its formula, its cases."""

from mpmath import mp

from lib.arith import INF, ONE, ZERO, Sample, Term, largest, row_ulps
from lib.evaluate import Loss
from lib.list_cases import common, list_case
from lib.softmax import undefined

LOSS = Loss(grads=('scores',), rowwise=True, lists=True, hess=False)


def formula(scores, relevance):
    """sum_i ln sum_{j >= i} e^(s_(j) - s_(i)) over the elements in the order of falling relevance, ties by index. Gradient in the
    k-th: sum_{i < k} e^s_(k)/S_i - S_(k+1)/S_k with S_i = sum_{j >= i} e^s_(j).
    """
    n = len(scores)
    if any(x != x for x in scores + relevance) or scores.count(INF) > 1:
        return undefined('scores', n)
    order = sorted(range(n), key=lambda i: (-relevance[i], i))
    top = max(x for x in scores + [-INF] if x < INF)
    gaps = [ZERO if scores[i] == INF else top - scores[i] if scores[i] > -INF else INF for i in order]
    infinite = next((k for k, i in enumerate(order) if scores[i] == INF), None)
    if any(g == INF for g in gaps[:-1]) and infinite is None:
        e = [mp.exp(-g) for g in gaps]
        if any(sum(e[k:]) == 0 for k in range(n - 1)):
            return undefined('scores', n)
    e = [mp.exp(-g) for g in gaps]
    grant, value, soft = row_ulps(n), ZERO, ZERO
    grad = [None] * n
    drawn, drawn_soft = ZERO, ZERO  # sum of 1/S_i, and its rounding
    for k, i in enumerate(order):
        if infinite is not None and k <= infinite:
            # Before the infinite one nothing is drawn but it.
            value = value + INF if k < infinite else value
            grad[i] = Term(-ONE) if k < infinite else Term(mp.mpf(infinite)) if k else Term(ZERO)
            continue
        rest = sum(e[k + 1:])
        s = e[k] + rest
        last = k == n - 1
        if not last:
            value += INF if e[k] == 0 else mp.log1p(rest / e[k])
            spread = sum(x * (g if x else 0) for x, g in zip(e[k:], gaps[k:])) / s
            soft += spread + (gaps[k] if e[k] else 0)
        left = ZERO if last else rest / s
        pulled = e[k] * drawn
        own = gaps[k] if e[k] else ZERO
        spread = (sum(x * (g if x else 0) for x, g in zip(e[k:], gaps[k:])) / s) if s else ZERO
        grad[i] = Term(pulled - left, scale=largest(pulled, left), ulps=grant,
                       soft=pulled * own + e[k] * drawn_soft + 2 * left * spread)
        if not last:
            drawn += 1 / s
            drawn_soft += spread / s
    return Sample(Term(value, ulps=grant, soft=soft), {'scores': grad})


def cases(dtype, rng):
    yield from common(dtype, rng, lambda n: [float(rng.integer(4)) - 1.5 for _ in range(n)])
    yield list_case(dtype, 'ties', rng.normals(10), [1.0] * 10, 5)
    # About as far apart as scores may be whose exponentials are compared, and a little farther.
    for spread in (31.0, 33.0, 79.0, 81.0):
        ends = [spread * (rng.integer(1025) / 1024) for _ in range(22)] + [0.0, spread]
        yield list_case(dtype, 'wide', ends, [float(rng.integer(4)) for _ in ends], 24, smooth=False)
    yield list_case(dtype, 'right', [60.0, 40.0, 20.0, 0.0], [3.0, 2.0, 1.0, 0.0], 4, smooth=False)
    yield list_case(dtype, 'wrong', [60.0, 40.0, 20.0, 0.0], [0.0, 1.0, 2.0, 3.0], 4, smooth=False)
    yield list_case(dtype, 'right', [90.0, 60.0, 30.0, 0.0], [3.0, 2.0, 1.0, 0.0], 4)
    yield list_case(dtype, 'wrong', [90.0, 60.0, 30.0, 0.0], [0.0, 1.0, 2.0, 3.0], 4)
    yield list_case(dtype, 'infinite-relevance', rng.normals(3), [-INF, 1.0, INF], 3)
    yield list_case(dtype, 'last-at-minus-inf', [1.0, -INF, 2.0], [1.0, -3.0, 2.0], 3, smooth=False)
    yield list_case(dtype, 'minus-inf', [1.0, -INF, 2.0], [1.0, 1.5, 2.0], 3, smooth=False)
    yield list_case(dtype, 'two-at-minus-inf', [1.0, -INF, -INF], [3.0, 1.5, 1.0], 3, smooth=False)
    yield list_case(dtype, 'first-at-inf', [INF, 1.0, 2.0], [3.0, 1.5, 2.0], 3, smooth=False)
    yield list_case(dtype, 'two-at-inf', [INF, INF, 2.0], [3.0, 1.5, 2.0], 3, smooth=False)
