"""The oracle of cosineEmbedding: its formula, its cases, and hard ones."""

import math

from lib import hard
from lib.arith import NAN, ONE, ZERO, Sample, Term, largest, row_ulps
from lib.binary_cases import signs
from lib.case import Case
from lib.class_cases import WIDTHS
from lib.distances import cosine
from lib.embedding_cases import GAP, rows
from lib.evaluate import Loss

LOSS = Loss(grads=('z1', 'z2'), rowwise=True, scalars=('target',), hess=False)


def formula(z1, z2, target, margin=ZERO):
    """1 - c for target 1, max(0, c - margin) for target -1, c the cosine, which of a zero vector is 0 with gradient 0."""
    k, grant, c = len(z1), row_ulps(len(z1)), cosine(z1, z2)
    value = 1 - c.value if target == 1 else c.value - margin
    if target == -1 and value <= 0:
        return Sample(Term(ZERO), {n: [Term(ZERO)] * k for n in ('z1', 'z2')})
    scale = largest(ONE, c.value) if target == 1 else largest(c.value, margin)
    grad = {name: [Term(-target * g, scale=s, ulps=grant, carried=e) for g, s, e in zip(c.grad[i], c.size[i], c.carried[i])]
            for i, name in enumerate(('z1', 'z2'))}
    return Sample(Term(value, scale=scale, ulps=grant, carried=c.error), grad)


def cases(dtype, rng):
    def case(note, z1, z2, target, k, smooth=True, weight=None, reduction='none', **options):
        return Case(dtype, note, {'z1': z1, 'z2': z2, 'target': target}, width=k, options=options, smooth=smooth,
                    weight=weight, reduction=reduction)

    def draw(n, k, margin=0.0):
        z1, z2 = [], []
        while len(z1) < n * k:
            a, b = rng.normals(k), rng.normals(k)
            if k > 1 and abs(1 - of(a, b) - margin) < GAP:
                continue
            z1, z2 = z1 + a, z2 + b
        return z1, z2, signs(rng, n), k

    def of(a, b):
        return 1 - sum(x * y for x, y in zip(a, b)) / math.hypot(*a) / math.hypot(*b)

    for k in WIDTHS:
        if k > 1:
            yield case('ordinary', *draw(rows(k), k))
    yield from case('ordinary', *draw(4, 3)).reduced('mean', 'sum')
    yield from case('weighted', *draw(3, 2), weight=[0.5, 0.0, 2.0]).reduced('none', 'mean')
    for margin in (-1.0, -0.5, 0.25, 0.5, 1.0):
        yield case('margin', *draw(5, 3, 1 - margin), margin=margin, smooth=False)
    a, o = [3.0, 4.0], [0.0, 0.0]
    for target in (1.0, -1.0):
        yield case('equal', a, a, [target], 2, smooth=False)
        yield case('opposite', a, [-3.0, -4.0], [target], 2, smooth=False)
        yield case('parallel', [1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [target], 3, smooth=False, margin=0.5)
        yield case('nearly-parallel', [1.0, 2.0, 3.0], [1.0, 2.0, 3.0009765625], [target], 3)
        yield case('zero-vectors', o + a + o, a + o + o, [target] * 3, 2, smooth=False)
        yield case('zero-vectors', o + a + o, a + o + o, [target] * 3, 2, smooth=False, margin=-0.5)
        yield case('lengths', rng.normals(3, 1e5), rng.normals(3, 1e-5), [target], 3, margin=-0.999)
        yield from case('nan-row', [NAN, 1.0] + a, [1.0, 2.0] + a, [target] * 2, 2, smooth=False).reduced('none', 'mean')
    yield case('nan-target', a, [1.0, 0.5], [NAN], 2, smooth=False)
    yield case('at-the-margin', [1.0, 0.0], [0.0, 1.0], [-1.0], 2, smooth=False)
    yield case('weight-0-skips-nan', [NAN, NAN] + a, [NAN, 1.0] + [1.0, 0.5], [1.0, 1.0], 2, weight=[0.0, 1.5], reduction='mean',
               smooth=False)
    yield case('all-weights-0', a, a, [1.0], 2, weight=[0.0], reduction='mean', smooth=False)


def hard_cases(rng):
    while True:
        k = rng.choice([2, 3, 7, 16])
        count = hard.PER_CASE // k
        inputs, _ = hard.embeddings(rng, count, k, ('z1', 'z2'))
        margin = rng.choice([0.0, 0.5, -0.5])
        pairs = [[hard.row_of(inputs[name], r, k) for name in ('z1', 'z2')] for r in range(count)]
        cosines = [sum(x * y for x, y in zip(a, b)) / math.hypot(*a) / math.hypot(*b) for a, b in pairs]
        if hard.clear((c - margin, 1.0) for c in cosines):
            return {'inputs': {**inputs, 'target': signs(rng, count)}, 'width': k, 'options': {'margin': margin}}
