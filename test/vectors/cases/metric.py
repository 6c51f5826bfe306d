"""Embedding losses. Random data keeps away from kinks and ties by more than any rounding; those are cases of their own."""

import math
from itertools import product

from .case import NAN, Case

WIDTHS = (1, 2, 3, 5, 10, 17, 64, 130)
GAP = 1e-2


def _rows(k):
    return max(1, min(4, 16 // k))


def _distance(kind, a, b):
    if kind == 'cosine':
        na, nb = (math.sqrt(sum(x * x for x in v)) for v in (a, b))
        return 1.0 - (sum(x * y for x, y in zip(a, b)) / (na * nb) if na and nb else 0.0)
    squared = sum((x - y) ** 2 for x, y in zip(a, b))
    return math.sqrt(squared) if kind == 'euclidean' else squared


def contrastive(dtype, rng):
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
            if abs(_distance('euclidean', a, b) - margin) > GAP * margin:
                z1 += a
                z2 += b
                y.append(float(rng.integer(2)))
        return z1, z2, y, k

    for k in WIDTHS:
        yield case('ordinary', *draw(_rows(k), k))
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


def triplet(dtype, rng):
    def case(note, apn, k, smooth=True, weight=None, reduction='none', **options):
        return Case(dtype, note, dict(zip(('anchor', 'positive', 'negative'), apn)), width=k, options=options, smooth=smooth,
                    weight=weight, reduction=reduction)

    def draw(n, k, distance='squaredEuclidean', swap=False, margin=1.0):
        out = [], [], []
        count, tries = 0, 0
        while count < n:
            tries += 1
            spread = 1.0 if distance == 'cosine' else 0.7 / math.sqrt(k)
            apn = [rng.normals(k, spread) for _ in range(3)]
            near, far, other = (_distance(distance, apn[i], apn[j]) for i, j in ((0, 1), (0, 2), (1, 2)))
            value = near - (min(far, other) if swap else far) + margin
            if abs(value) < GAP or swap and abs(far - other) < GAP and tries < 1000:
                continue
            count += 1
            for flat, v in zip(out, apn):
                flat += v
        return out

    settings = [{**({'distance': d} if d != 'squaredEuclidean' else {}), **({'swap': True} if s else {})}
                for d, s in product(('squaredEuclidean', 'euclidean', 'cosine'), (False, True))]
    for own in settings:
        distance, swap = own.get('distance', 'squaredEuclidean'), own.get('swap', False)
        for k in WIDTHS if not own else (2, 3, 17) if swap else (1, 3, 10, 64):
            if k == 1 and distance == 'cosine':
                continue
            yield case('ordinary', draw(_rows(k), k, distance, swap), k, **own)
        yield from case('ordinary', draw(3, 3, distance, swap), 3, **own).reduced('mean', 'sum')
        yield from case('weighted', draw(3, 2, distance, swap), 2, weight=[0.5, 0.0, 2.0], **own).reduced('none', 'mean')
        for margin in (0.0, 0.2, 3.0):
            yield case('margin', draw(3, 3, distance, swap, margin), 3, margin=margin, **own)
        a, b, c, o = [3.0, 4.0], [0.0, 0.0], [1.0, 0.0], [0.0, 1.0]
        yield case('all-equal', (a, a, a), 2, smooth=False, **own)
        yield case('anchor-is-positive', (a, a, [2.0, 4.5]), 2, smooth=False, **own)
        yield case('anchor-is-negative', (a, [2.0, 4.5], a), 2, smooth=False, **own)
        yield case('positive-is-negative', (a, [2.0, 4.5], [2.0, 4.5]), 2, smooth=False, **own)
        yield case('zero-vectors', (b + a + a + b, a + b + a + b, c + c + b + b), 2, smooth=False, margin=30.0, **own)
        yield case('zero-vectors', (b + a + b, a + b + b, c + c + b), 2, smooth=False, **own)
        # a right angle each: equal distances to the negative
        yield case('swap-tie', ([1.0, 0.0], [-1.0, 0.0], [0.0, 2.0]), 2, smooth=False, **own)
        yield case('swap-tie', (o, c, [-1.0, -1.0]), 2, smooth=False, margin=2.0, **own)
        yield from case('nan-row', ([NAN, NAN] + a, [NAN, NAN] + o, [NAN, NAN] + c), 2, smooth=False, **own).reduced('none', 'mean')
        yield case('weight-0-skips-nan', ([NAN, NAN] + a, [NAN, NAN] + o, [NAN, NAN] + c), 2, weight=[0.0, 1.5],
                   reduction='mean', **own)
        yield case('all-weights-0', ([NAN, NAN] + a, [NAN, NAN] + o, [NAN, NAN] + c), 2, weight=[0.0, 0.0], reduction='mean', **own)
    for distance, d in (('squaredEuclidean', 25.0), ('euclidean', 5.0)):
        own = {'distance': distance} if distance == 'euclidean' else {}
        yield case('at-the-margin', ([0.0, 0.0], [0.0, 0.0], [3.0, 4.0]), 2, smooth=False, margin=d, **own)
    yield case('at-the-margin', ([1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]), 2, smooth=False, distance='cosine')
    yield case('offset', [[1e4 + x for x in rng.uniforms(6)] for _ in range(3)], 3, margin=2.0)
    yield case('offset', [[1e4 + x for x in rng.uniforms(6)] for _ in range(3)], 3, margin=2.0, distance='euclidean')
    yield case('lengths', [rng.normals(6, s) for s in (1e5, 1e-5, 10.0)], 3, margin=2.5, distance='cosine')
    yield case('parallel', ([1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [-1.0, -2.0, -3.0]), 3, margin=2.5, distance='cosine', smooth=False)
    yield case('nearly-parallel', ([1.0, 2.0, 3.0], [1.0, 2.0, 3.0009765625], [1.0, 2.0009765625, 3.0]), 3, margin=0.5,
               distance='cosine')


def nt_xent(dtype, rng):
    def case(note, za, zb, k, smooth=True, reduction='mean', **options):
        return Case(dtype, note, {'za': za, 'zb': zb}, width=k, options=options, smooth=smooth, reduction=reduction)

    def draw(n, k, spread=1.0):
        za = rng.normals(n * k, spread)
        return za, [x + rng.normal(0.7 * spread) for x in za], k

    for n, k in ((2, 3), (3, 4), (4, 2), (5, 8), (2, 17), (2, 64), (9, 3), (3, 1), (12, 2)):
        yield from case('ordinary', *draw(n, k)).reduced('mean', 'sum', 'none')
    for temperature in (0.07, 0.1, 1.0, 5.0, 0.01, 1e-3):
        for n, k in ((2, 3), (4, 5)):
            yield from case('temperature', *draw(n, k), temperature=temperature).reduced('mean', 'none')
    for n, k in ((2, 3), (4, 5), (3, 17)):
        yield from case('dot', *draw(n, k), normalize=False).reduced('mean', 'sum', 'none')
        yield from case('dot-temperature', *draw(n, k), normalize=False, temperature=0.1).reduced('mean', 'none')
    for own in ({}, {'temperature': 1e-3}, {'normalize': False}):
        yield from case('one-pair', *draw(1, 4), smooth=False, **own).reduced('mean', 'sum', 'none')
        z = rng.normals(12)
        yield from case('positives-equal', z, list(z), 4, smooth=False, **own).reduced('mean', 'none')
        yield from case('all-equal', [1.0, 2.0, -2.0] * 3, [1.0, 2.0, -2.0] * 3, 3, smooth=False, **own).reduced('mean', 'none')
        yield from case('duplicates', [1.0, 0.5, 1.0, 0.5, -1.0, 2.0], [0.5, 1.0, 1.0, 0.5, -1.0, 2.0], 2, smooth=False, **own
                        ).reduced('mean', 'none')
        yield from case('zero-vector', [0.0, 0.0, 1.0, 0.5], [1.0, 0.25, 0.5, 1.0], 2, smooth=False, **own).reduced('mean', 'none')
        yield case('all-zero', [0.0] * 4, [0.0] * 4, 2, smooth=False, **own)
        yield case('opposite', [1.0, 2.0, 3.0, -1.0], [-1.0, -2.0, -3.0, 1.0], 2, smooth=False, **own)
    yield from case('lengths', [1e3, 2e3, -1e-3, 2e-3], [1.0, 3.0, 5.0, 0.25], 2, smooth=False).reduced('mean', 'none')
    yield case('nearly-parallel', [1.0, 2.0, 3.0] * 2, [1.0, 2.0, 3.0009765625, 1.0009765625, 2.0, 3.0], 3, smooth=False)


CASES = {'contrastive': contrastive, 'triplet': triplet, 'ntXent': nt_xent}
