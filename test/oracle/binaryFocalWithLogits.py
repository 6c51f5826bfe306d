"""The oracle of binaryFocalWithLogits: its formula, its cases, and hard ones."""

from mpmath import mpf

from lib import hard
from lib.arith import INF, ONE, ZERO, Sample, Term, largest, sigmoid, softplus
from lib.binary import alpha_t, power_factor
from lib.binary_cases import GAMMAS, bits, focal_options, grid, weights
from lib.case import Case
from lib.evaluate import Loss

LOSS = Loss(grads=('logits',))


def formula(logits, target, gamma=mpf(2), alpha=None):
    """a q^g s with z signed towards the target, q = s(-z), p = s(z), s = sp(-z). With respect to that z:

    -q^g (g p s + q);  q^g p [q(1+2g) + g s(g p - q)].
    """
    g = gamma
    up = ONE if target == 1 else -ONE
    z = up * logits
    p, q, s = sigmoid(z), sigmoid(-z), softplus(-z)
    power = q ** g if g else ONE
    ps = p * s if p else ZERO  # z e^z -> 0 at z = -inf
    value = power * s if power else ZERO
    parts = [power * p * q * (1 + 2 * g), g * g * power * ps * p, -g * power * ps * q]
    a, f = alpha_t(target, alpha), power_factor(g, q)
    return Sample(
        Term(value, factor=f).times(a),
        {'logits': Term(-up * power * (g * ps + q), factor=f).times(a)},
        {'logits': Term(sum(parts), scale=largest(*parts) if g else ZERO, factor=f).times(a)},
    )


def cases(dtype, rng):
    def certain(n):
        return rng.normals(n, 3.0), bits(rng, n)

    def case(note, pair, smooth=True, reduction='none', weight=None, **options):
        return Case(dtype, note, {'logits': pair[0], 'target': pair[1]}, options=options, smooth=smooth,
                    reduction=reduction, weight=weight)

    yield from weights(dtype, rng, certain, 'logits')
    yield from weights(dtype, rng, certain, 'logits', gamma=1.5, alpha=0.75)
    for options in focal_options():
        yield case('ordinary', certain(16), **options)
    ladder = [s * x for x in (0.0, 1e-30, 1e-3, 0.5, 5.0, 17.0, 40.0, 100.0, 1e4) for s in (1.0, -1.0)]
    for gamma in GAMMAS:
        own = {} if gamma == 2.0 else {'gamma': gamma}
        yield case('ladder', grid(ladder, [0.0, 1.0]), smooth=False, **own)
        yield case('infinite', grid([INF, -INF], [0.0, 1.0]), smooth=False, **own)
        yield case('saturated', (rng.uniforms(8, -60.0, 60.0), bits(rng, 8)), **own)
    for gamma in (0.1, 1e-3, 10.0):
        yield case('gamma', certain(8), gamma=gamma)
    for alpha in (0.0, 1.0, 0.9):
        yield case('alpha', certain(8), alpha=alpha)
    huge = 3e38 if dtype == 'float32' else 1.7e308
    yield case('huge', grid([huge, -huge], [0.0, 1.0]))
    yield from case('infinite-and-right', ([INF, -INF, 1.0], [1.0, 0.0, 1.0]), smooth=False).reduced('mean', 'sum')


hard_cases = hard.pointwise(
        lambda r, n: hard.classified(r, n, {'logits': [hard.real(r) for _ in range(n)]}, hard.BITS), gamma=[2.0, 0.5, 1.7])
