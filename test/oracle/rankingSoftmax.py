"""The oracle of rankingSoftmax: its formula, its cases."""

from lib.arith import EXACT_ZERO, INF, NAN, Sample, Term, row_ulps
from lib.evaluate import Loss
from lib.list_cases import common, list_case
from lib.softmax import softmax, softmax_grad, undefined

LOSS = Loss(grads=('scores',), rowwise=True, lists=True, hess=False)


def formula(scores, relevance):
    """-sum y_i ln p_i with p = softmax(s). Gradient: p_i sum(y) - y_i."""
    n = len(scores)
    if all(y == 0 for y in relevance):
        return Sample(EXACT_ZERO, {'scores': [EXACT_ZERO] * n})
    s = softmax(scores)
    if s is None or any(y != y for y in relevance):
        return undefined('scores', n)
    value = sum(y * x for y, x in zip(relevance, s.nll) if y)
    return Sample(Term(value, ulps=row_ulps(n), soft=sum(relevance) * s.spread), {'scores': softmax_grad(s, relevance)[0]})


def cases(dtype, rng):
    yield from common(dtype, rng, lambda n: [rng.choice([0.0, 0.0, 1.0, 2.0, 0.5, 3.0]) for _ in range(n)])
    yield list_case(dtype, 'one-relevant', [30.0, 0.0, 1.0, 0.0, 90.0, 0.0], [2.0, 0.0, 0.0, 0.0, 0.25, 0.0], 3)
    yield from list_case(dtype, 'nothing-relevant', [1.0, 2.0, NAN, 4.0], [0.0] * 4, 2, smooth=False).reduced('mean', 'none')
    yield list_case(dtype, 'left-out', [1.0, -INF, 2.0, -INF, 0.5, 0.0], [1.0, 0.0, 2.0, 0.0, 0.0, 1.5], 3, smooth=False)
    yield list_case(dtype, 'left-out-though-relevant', [1.0, -INF, 2.0], [1.0, 1.0, 2.0], 3, smooth=False)
    yield list_case(dtype, 'one-plus-inf', [1.0, INF, 2.0, INF, 0.0, 1.0], [0.0, 1.0, 0.0, 1.0, 1.0, 0.0], 3, smooth=False)
    yield list_case(dtype, 'large-relevance', rng.normals(8), [1e6, 2e6, 0.0, 1e-6, 1e30, 1e30, 1e29, 0.0], 4)
