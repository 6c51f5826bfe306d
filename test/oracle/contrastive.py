"""The oracle of contrastive: its formula, its cases, and hard ones."""

import math

from lib import hard
from lib.arith import NAN, ONE, ZERO, Sample, Term, row_ulps
from lib.case import Case
from lib.class_cases import WIDTHS
from lib.distances import euclidean_distance
from lib.embedding_cases import GAP, distance_of, rows
from lib.evaluate import Loss

LOSS = Loss(grads=('z1', 'z2'), rowwise=True, hess=False, scalars=('target',))


def formula(z1, z2, target, margin=ONE):
    """y d^2 + (1-y) max(0, m - d)^2 with d = |z1 - z2|. In z1: 2 (z1 - z2), or -2 h (z1 - z2)/d with h = m - d."""
    grant = row_ulps(len(z1))
    d = euclidean_distance(z1, z2)
    if target == 1:
        grad = [Term(2 * (x - y)) for x, y in zip(z1, z2)]
        value = Term(d.value ** 2, ulps=grant)
    else:
        h = max(margin - d.value, ZERO)
        error = max(margin, d.value) if h else ZERO
        value = Term(h * h, ulps=grant, carried=2 * h * error)
        grad = [Term(-2 * h * g, ulps=grant, carried=2 * abs(g) * error) for g in d.grad[0]]
    return Sample(value, {'z1': grad, 'z2': [t.times(-1) for t in grad]})


def cases(dtype, rng):
    def case(note, z1, z2, target, k, smooth=True, weight=None, reduction='none', **options):
        return Case(dtype, note, {'z1': z1, 'z2': z2, 'target': target}, width=k, options=options, smooth=smooth,
                    weight=weight, reduction=reduction)

    def draw(n, k, margin=1.0, inside=0.7):
        """Pairs of either kind; most of the different ones closer than the margin."""
        z1, z2, y = [], [], []
        while len(y) < n:
            a = rng.normals(k)
            spread = margin / math.sqrt(k) * (0.8 if rng.unit() < inside else 3.0)
            b = [x + rng.normal(spread) for x in a]
            if abs(distance_of('euclidean', a, b) - margin) > GAP * margin:
                z1 += a
                z2 += b
                y.append(float(rng.integer(2)))
        return z1, z2, y, k

    for k in WIDTHS:
        yield case('ordinary', *draw(rows(k), k))
    for k in (2, 5, 24):
        yield from case('ordinary', *draw(3, k) if k < 24 else draw(2, k)).reduced('mean', 'sum')
    for k in (1, 2, 8):
        yield from case('weighted', *draw(3, k), weight=[0.5, 0.0, 2.0]).reduced('none', 'mean', 'sum')
    for margin in (0.1, 0.5, 2.0, 10.0):
        yield case('margin', *draw(4, 3, margin), margin=margin)
        yield from case('margin', *draw(3, 2, margin), margin=margin).reduced('mean', 'sum')
    yield case('margin-0', *draw(3, 3, 1.0), margin=0.0)
    yield case('equal', [1.0, 2.0, 1.0, 2.0, 0.0, 0.0], [1.0, 2.0, 1.0, 2.0, 0.0, -0.0], [1.0, 0.0, 0.0], 2, smooth=False)
    yield case('equal', [1.0, 2.0, 1.0, 2.0], [1.0, 2.0, 1.0, 2.0], [1.0, 0.0], 2, smooth=False, reduction='mean')
    yield case('at-the-margin', [3.0, 4.0, 3.0, 4.0], [0.0, 0.0, 0.0, 0.0], [0.0, 1.0], 2, smooth=False, margin=5.0)
    yield case('at-the-margin', [1.0, 0.0, 0.0, 0.0, 5.0, 1.0], [0.0, 0.0, 0.0, -1.0, 5.0, 0.0], [0.0, 0.0, 0.0], 2, smooth=False)
    yield case('margin-0-equal', [1.0, 2.0], [1.0, 2.0], [0.0], 2, smooth=False, margin=0.0)
    step = 2.0**-20 if dtype == 'float32' else 2.0**-48
    near = rng.normals(9, 3.0)
    yield case('last-bits', near, [x * (1 + (rng.integer(15) + 1) * step) for x in near], [1.0, 0.0, 1.0], 3)
    yield case('small', rng.normals(9, 1e-6), rng.normals(9, 1e-6), [1.0, 0.0, 0.0], 3)
    yield case('large', rng.normals(9, 1e6), rng.normals(9, 1e6), [1.0, 0.0, 1.0], 3, smooth=False)
    yield case('offset', [1e4 + x for x in rng.uniforms(9, 0.0, 0.3)], [1e4 + x for x in rng.uniforms(9, 0.0, 0.3)],
               [1.0, 0.0, 0.0], 3)
    z1, z2, y, k = draw(2, 2)
    yield case('nan-target', z1, z2, [NAN, 1.0], 2, smooth=False)
    z1, z2, y, k = draw(3, 2)
    z1[2:4] = z2[2:4] = [NAN, NAN]
    for reduction in ('none', 'mean', 'sum'):
        yield case('nan-row', z1, z2, y, 2, smooth=False, reduction=reduction)
        yield case('weight-0-skips-nan', z1, z2, y, 2, weight=[1.0, 0.0, 0.5], reduction=reduction)
        yield case('all-weights-0', z1, z2, y, 2, weight=[0.0] * 3, reduction=reduction)


def hard_cases(rng):
    while True:
        k = rng.choice([2, 3, 7, 16])
        count = hard.PER_CASE // k
        inputs, size = hard.embeddings(rng, count, k, ('z1', 'z2'))
        margin = size * rng.choice([0.5, 2.0, 8.0])
        distances = [math.dist(hard.row_of(inputs['z1'], r, k), hard.row_of(inputs['z2'], r, k)) for r in range(count)]
        if hard.clear((margin - d, margin + d) for d in distances):
            target = [float(rng.integer(2)) for _ in range(count)]
            return {'inputs': {**inputs, 'target': target}, 'width': k, 'options': {'margin': margin}}
