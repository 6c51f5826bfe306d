"""The oracle of marginRanking: its formula, its cases, and hard ones."""

from lib import hard
from lib.arith import ZERO, Sample, Term
from lib.binary_cases import signs
from lib.case import INF, NAN, Case
from lib.evaluate import Loss

LOSS = Loss(grads=('a', 'b'), hess=False)


def formula(a, b, target, margin=ZERO):
    """max(0, m - y (a - b));  -y, y where it isn't 0."""
    h = margin - target * (a - b)
    slope = target if h > 0 else ZERO
    return Sample(Term(max(h, ZERO)), {'a': Term(-slope), 'b': Term(slope)})


def cases(dtype, rng):
    def case(note, a, b, target, smooth=True, weight=None, reduction='none', **options):
        return Case(dtype, note, {'a': a, 'b': b, 'target': target}, options=options, smooth=smooth, weight=weight, reduction=reduction)

    def draw(n, spread=1.0):
        return rng.normals(n, spread), rng.normals(n, spread), signs(rng, n)

    for own in ({}, {'margin': 0.3}):
        yield case('ordinary', *draw(24), **own)
        yield from case('ordinary', *draw(9), **own).reduced('mean', 'sum')
        yield from case('weighted', *draw(9), weight=rng.uniforms(9, 0.1, 3.0), **own).reduced('none', 'mean', 'sum')
        yield from case('weight-0-skips-bad', [1.0, NAN, 2.0, 0.5], [0.5, 1.0, NAN, 0.75], [-1.0, 7.0, NAN, 1.0],
                        weight=[1.0, 0.0, 0.0, 2.0], **own).reduced('none', 'mean', 'sum')
        yield case('all-weights-0', [1.0, NAN], [0.0, 1.0], [0.0, 1.0], weight=[0.0, 0.0], reduction='mean', **own)
    for margin in (1.0, 2.5, 1e-3, 100.0):
        yield case('margin', *draw(12, margin), margin=margin)
    wide = (-60, 60) if dtype == 'float32' else (-500, 500)
    yield case('wide-range', rng.wides(24, *wide), rng.wides(24, *wide), signs(rng, 24))
    step = 2.0**-22 if dtype == 'float32' else 2.0**-50
    near = rng.normals(16, 3.0)
    close = [x * (1 + rng.choice([1, 2, 3, -1, -2]) * step) for x in near]
    yield case('last-bits', near, close, signs(rng, 16))
    # The rounded difference is the margin, the difference isn't; or both nearly cancel.
    tiny = step / 64
    yield case('beside-the-margin', [1.0, 1.0, 1.0, 1.0], [tiny, -tiny, 3 * tiny, 0.0], [1.0] * 4, smooth=False, margin=1.0)
    b = rng.normals(12, 0.3)
    yield case('cancelling', [1 + x + rng.normal(4 * step) for x in b], b, [1.0] * 12, smooth=False, margin=1.0)
    yield case('equal', [1.5, 0.0, -0.0, 1e30], [1.5, -0.0, 0.0, 1e30], [1.0, -1.0, 1.0, -1.0], smooth=False)
    big = 3e38 if dtype == 'float32' else 1.7e308
    yield case('huge', [big, -big, big, -big], [-big, big, 0.9 * big, 0.0], [1.0, 1.0, -1.0, -1.0], smooth=False)
    yield case('infinite', [INF, -INF, 1.0, 1.0], [0.0, 1.0, INF, -INF], [1.0, 1.0, 1.0, 1.0], smooth=False)
    yield from case('nan', [NAN, 1.0, 2.0, 1.0], [0.0, NAN, 1.5, 2.0], [1.0, 1.0, NAN, 1.0], smooth=False).reduced('none', 'mean')
    yield case('one-element', [0.75], [2.0], [1.0], reduction='mean')


def scores(rng, n):
    b = [hard.real(rng) for _ in range(n)]
    a = [rng.choice([hard.real(rng), hard.near(rng, x), x + 0.5 * (1 + rng.wide(-20, -2))]) for x in b]
    return {'a': a, 'b': b, 'target': [rng.choice(hard.SIGNS) for _ in range(n)]}


hard_cases = hard.pointwise(scores, margin=[0.0, 0.5])
