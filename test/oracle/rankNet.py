"""The oracle of rankNet: its formula, its cases."""

from lib.arith import EXACT_ZERO, INF, NAN, NAN_TERM, ZERO, Sample, Term, row_ulps, sigmoid, softplus
from lib.evaluate import Loss
from lib.list_cases import common, list_case
from lib.softmax import undefined

LOSS = Loss(grads=('scores',), rowwise=True, lists=True, hess=False)


def formula(scores, relevance):
    """The mean of ln(1 + e^-(s_i - s_j)) over the pairs with y_i > y_j. Gradient: the mean of -sigmoid(s_j - s_i) in s_i, and of the
    opposite in s_j. Without a pair: 0, of weight 0.
    """
    n = len(scores)
    if any(y != y for y in relevance):
        return undefined('scores', n)
    pairs = [(i, j) for i in range(n) for j in range(n) if relevance[i] > relevance[j]]
    if not pairs:
        return Sample(EXACT_ZERO, {'scores': [EXACT_ZERO] * n}, den=ZERO)
    if any(x != x for x in scores) or any(abs(scores[i]) == INF and scores[i] == scores[j] for i, j in pairs):
        return undefined('scores', n)
    value, up, down, soft = ZERO, [ZERO] * n, [ZERO] * n, [ZERO] * n
    for i, j in pairs:
        d = scores[j] - scores[i]
        share = sigmoid(d)
        value += softplus(d)
        down[i] += share
        up[j] += share
    grant = row_ulps(len(pairs))
    grad = [Term((u - d) / len(pairs), scale=max(u, d) / len(pairs), ulps=grant) for u, d in zip(up, down)]
    return Sample(Term(value / len(pairs), ulps=grant), {'scores': grad})


def cases(dtype, rng):
    yield from common(dtype, rng, lambda n: [float(rng.integer(4)) - 1.5 for _ in range(n)])
    for weight in (None, [2.0, 1.0, 3.0]):
        yield from list_case(dtype, 'no-pairs', rng.normals(4) + [NAN, 1.0], [1.0, 2.0, 0.0, 1.0, 1.0, 1.0], 2, weight=weight,
                             smooth=False).reduced('mean', 'sum', 'none')
    yield from list_case(dtype, 'no-pairs-at-all', rng.normals(4), [1.0] * 4, 2, smooth=False).reduced('mean', 'none')
    # About as far apart as scores may be whose exponentials are compared, and a little farther.
    for spread in (31.0, 33.0, 79.0, 81.0):
        ends = [spread * (rng.integer(1025) / 1024) for _ in range(22)] + [0.0, spread]
        yield list_case(dtype, 'wide', ends, [float(rng.integer(4)) for _ in ends], 24, smooth=False)
    yield list_case(dtype, 'right', [60.0, 40.0, 20.0, 0.0], [3.0, 2.0, 1.0, 0.0], 4, smooth=False)
    yield list_case(dtype, 'wrong', [60.0, 40.0, 20.0, 0.0], [0.0, 1.0, 2.0, 3.0], 4, smooth=False)
    yield list_case(dtype, 'right', [90.0, 60.0, 30.0, 0.0], [3.0, 2.0, 1.0, 0.0], 4, smooth=False)
    yield list_case(dtype, 'wrong', [90.0, 60.0, 30.0, 0.0], [0.0, 1.0, 2.0, 3.0], 4, smooth=False)
    yield list_case(dtype, 'infinite', [INF, 1.0, -INF], [3.0, 2.0, 1.0], 3, smooth=False)
    yield list_case(dtype, 'infinite-and-wrong', [INF, 1.0, -INF], [1.0, 2.0, 3.0], 3, smooth=False)
    yield list_case(dtype, 'two-infinite', [INF, 1.0, INF], [1.0, 2.0, 3.0], 3, smooth=False)
