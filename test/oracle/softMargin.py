"""The oracle of softMargin: its formula, its cases, and hard ones."""

from lib import hard
from lib.arith import INF, Sample, Term, sigmoid, softplus
from lib.binary_cases import grid, signs, weights
from lib.case import Case
from lib.evaluate import Loss

LOSS = Loss(grads=('pred',))


def formula(pred, target):
    """ln(1 + e^(-y z));  -y s(-y z);  s(z) s(-z)."""
    z = target * pred
    return Sample(Term(softplus(-z)), {'pred': Term(-target * sigmoid(-z))}, {'pred': Term(sigmoid(z) * sigmoid(-z))})


def cases(dtype, rng):
    def draw(n):
        return rng.normals(n, 3.0), signs(rng, n)

    def case(note, pair, **more):
        return Case(dtype, note, {'pred': pair[0], 'target': pair[1]}, **more)

    yield case('ordinary', draw(32))
    yield from weights(dtype, rng, draw, 'pred')
    ladder = [s * x for x in (0.0, 1e-30, 1e-8, 1e-3, 0.5, 5.0, 17.0, 40.0, 87.0, 88.5, 100.0, 700.0, 1e4) for s in (1.0, -1.0)]
    yield case('ladder', grid(ladder, [1.0, -1.0]), smooth=False)
    yield case('saturated', (rng.uniforms(24, -90.0, 90.0), signs(rng, 24)))
    yield case('infinite', grid([INF, -INF], [1.0, -1.0]), smooth=False)
    huge = 3e38 if dtype == 'float32' else 1.7e308
    yield case('huge', grid([huge, -huge], [1.0, -1.0]), smooth=False)


hard_cases = hard.pointwise(lambda r, n: hard.classified(r, n, {'pred': [hard.real(r) for _ in range(n)]}, hard.SIGNS))
