"""The oracle of hingeEmbedding: its formula, its cases, and hard ones."""

from lib import hard
from lib.arith import EXACT_ZERO, ONE, ZERO, Sample, Term
from lib.binary_cases import grid, signs, weights
from lib.case import INF, Case
from lib.evaluate import Loss

LOSS = Loss(grads=('x',))


def formula(x, target, margin=ONE):
    """x for y = 1, max(0, m - x) for y = -1;  1; -1 where m - x > 0;  0."""
    if target == 1:
        return Sample(Term(x), {'x': Term(ONE)}, {'x': EXACT_ZERO})
    h = margin - x
    return Sample(Term(max(h, ZERO)), {'x': Term(-ONE if h > 0 else ZERO)}, {'x': EXACT_ZERO})


def cases(dtype, rng):
    def draw(n):
        return [abs(x) for x in rng.normals(n)], signs(rng, n)

    def case(note, pair, smooth=True, reduction='none', **options):
        return Case(dtype, note, {'x': pair[0], 'target': pair[1]}, options=options, smooth=smooth, reduction=reduction)

    yield case('ordinary', draw(32))
    yield case('ordinary', (rng.normals(16, 3.0), signs(rng, 16)))
    yield from weights(dtype, rng, draw, 'x')
    yield from weights(dtype, rng, draw, 'x', margin=0.3)
    for margin in (0.0, 0.3, 2.0, 10.0, 1e-3):
        yield case('margin', draw(12), margin=margin)
        yield case('at-the-margin', grid([margin, margin * (1 + 2.0**-20), margin * (1 - 2.0**-20)], [1.0, -1.0]), smooth=False,
                   margin=margin)
    yield case('zeros', grid([0.0, -0.0], [1.0, -1.0]), smooth=False)
    small = 2.0**-149 if dtype == 'float32' else 2.0**-1074
    yield case('tiny', grid([small, 1e-30, -1e-30], [1.0, -1.0]), smooth=False)
    huge = 3e38 if dtype == 'float32' else 1.7e308
    yield case('large', grid([1e15, -1e15, huge, -huge], [1.0, -1.0]), smooth=False)
    yield case('infinite', grid([INF, -INF], [1.0, -1.0]), smooth=False)


hard_cases = hard.pointwise(lambda r, n: hard.classified(r, n, {'x': [hard.real(r) for _ in range(n)]}, hard.SIGNS))
