"""The oracle of triplet: its formula, its cases, and hard ones."""

import math
from itertools import product

from lib import hard
from lib.arith import NAN, ONE, ZERO, Sample, Term, largest, row_ulps
from lib.case import Case
from lib.class_cases import WIDTHS
from lib.distances import DISTANCES, cosine
from lib.embedding_cases import GAP, distance_of, rows
from lib.evaluate import Loss

LOSS = Loss(grads=('anchor', 'positive', 'negative'), rowwise=True, hess=False)


def formula(anchor, positive, negative, margin=ONE, distance='squaredEuclidean', swap=False):
    """max(0, d(a,p) - d(a,n) + m); with swap the smaller of d(a,n) and d(p,n), d(a,n) on a tie.

    Of squared distances the gradients telescope: 2(n-p), 2(p-a), 2(a-n); with the swapped one 2(a-p), 2(n-a), 2(p-n).
    """
    between = DISTANCES[distance]
    k, grant = len(anchor), row_ulps(len(anchor))
    near, far = between(anchor, positive), between(anchor, negative)
    swapped = False
    if swap:
        other = between(positive, negative)
        swapped = other.value < far.value
        far = other if swapped else far
    value = near.value - far.value + margin
    names = ('anchor', 'positive', 'negative')
    if value <= 0:
        return Sample(Term(ZERO), {n: [Term(ZERO)] * k for n in names})
    # each input's part in d(a,p) and in the far distance
    parts = {'anchor': (0, None if swapped else 0), 'positive': (1, 0 if swapped else None), 'negative': (None, 1)}
    grad = {}
    for name, (i, j) in parts.items():
        terms = []
        for e in range(k):
            g = (near.grad[i][e] if i is not None else ZERO) - (far.grad[j][e] if j is not None else ZERO)
            scale = largest(near.size[i][e] if i is not None else ZERO, far.size[j][e] if j is not None else ZERO)
            carried = (near.carried[i][e] if i is not None else ZERO) + (far.carried[j][e] if j is not None else ZERO)
            if distance == 'squaredEuclidean':
                terms.append(Term(g))
            else:
                terms.append(Term(g, scale=scale, ulps=grant, carried=carried))
        grad[name] = terms
    scale = largest(near.value, far.value, margin)
    return Sample(Term(value, scale=scale, ulps=grant, carried=near.error + far.error), grad)


def cases(dtype, rng):
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
            near, far, other = (distance_of(distance, apn[i], apn[j]) for i, j in ((0, 1), (0, 2), (1, 2)))
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
            yield case('ordinary', draw(rows(k), k, distance, swap), k, **own)
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


def cosine(a, b):
    return 1 - sum(x * y for x, y in zip(a, b)) / math.hypot(*a) / math.hypot(*b)


def hard_cases(rng):
    while True:
        k, distance = rng.choice([2, 3, 7, 16]), rng.choice(['squaredEuclidean', 'euclidean', 'cosine'])
        count = hard.PER_CASE // k
        inputs, size = hard.embeddings(rng, count, k, ('anchor', 'positive', 'negative'))
        measure = {'squaredEuclidean': lambda a, b: math.dist(a, b) ** 2, 'euclidean': math.dist, 'cosine': cosine}[distance]
        margin = {'squaredEuclidean': size ** 2, 'euclidean': size, 'cosine': 1.0}[distance] * rng.choice([0.5, 2.0, 8.0])
        triples = ([hard.row_of(inputs[name], r, k) for name in inputs] for r in range(count))
        pairs = [(measure(a, p), measure(a, n)) for a, p, n in triples]
        if hard.clear((near - far + margin, near + far + margin) for near, far in pairs):
            return {'inputs': inputs, 'width': k, 'options': {'distance': distance, 'margin': margin}}
