"""The oracle of binaryFocal: its formula, its cases, and hard ones."""

from mpmath import mp, mpf

from lib import hard
from lib.arith import INF, ONE, ZERO, Sample, Term, largest
from lib.binary import alpha_t, power_factor
from lib.binary_cases import GAMMAS, bits, close, focal_options, grid, weights
from lib.case import Case
from lib.evaluate import Loss

LOSS = Loss(grads=('p',))


def formula(p, target, gamma=mpf(2), alpha=None):
    """-a q^g ln t, t = p or 1-p the probability of the target, q = 1-t, s = -ln t. With respect to t:

    -q^(g-1) (g s + q/t);  g(g-1) q^(g-2) s + 2g q^(g-1)/t + q^g/t^2, and their limits at q = 0 (s ~ q) and t = 0.
    """
    g, y = gamma, target == 1
    t, q = (p, 1 - p) if y else (1 - p, p)
    s = (-mp.log(t) if t else INF) if t < 0.5 else -mp.log1p(-q)
    up = ONE if y else -ONE
    scale = ZERO
    if q == 0:
        value = ZERO
        d1 = -ONE if g == 0 else ZERO
        d2 = ONE if g == 0 else mpf(2) if g == 1 else ZERO if g > 1 else INF
    elif t == 0:
        value, d1, d2 = INF, -INF, INF
    else:
        value = q ** g * s
        d1 = -q ** g * (g * s / q + 1 / t)
        parts = [g * (g - 1) * q ** (g - 2) * s, 2 * g * q ** (g - 1) / t, q ** g / t ** 2]
        d2 = sum(parts)
        scale = largest(*parts) if g < 1 else ZERO
    a, f = alpha_t(target, alpha), power_factor(g, q)
    return Sample(
        Term(value, factor=f).times(a),
        {'p': Term(up * d1, factor=f).times(a)},
        {'p': Term(d2, scale=scale, factor=f).times(a)},
    )


def cases(dtype, rng):
    def certain(n):
        return rng.uniforms(n), bits(rng, n)

    def case(note, pair, smooth=True, reduction='none', weight=None, **options):
        return Case(dtype, note, {'p': pair[0], 'target': pair[1]}, options=options, smooth=smooth, reduction=reduction,
                    weight=weight)

    yield from weights(dtype, rng, certain, 'p')
    yield from weights(dtype, rng, certain, 'p', gamma=1.5, alpha=0.75)
    for options in focal_options():
        yield case('ordinary', certain(16), **options)
    for gamma in GAMMAS:
        own = {} if gamma == 2.0 else {'gamma': gamma}
        yield case('close-to-0-and-1', grid(close(dtype), [0.0, 1.0]), **own)
        yield case('exactly-0-and-1', grid([0.0, 1.0], [0.0, 1.0]), smooth=False, **own)
    for gamma in (0.1, 1e-3, 10.0):
        yield case('gamma', certain(8), gamma=gamma)
    for alpha in (0.0, 1.0, 0.9):
        yield case('alpha', certain(8), alpha=alpha)
    small = 2.0**-149 if dtype == 'float32' else 2.0**-1074
    yield case('subnormal', ([small, 1000 * small], [1.0, 1.0]))
    yield from case('wrong-with-certainty', ([0.0, 0.5], [1.0, 1.0]), smooth=False).reduced('mean', 'sum')


hard_cases = hard.pointwise(lambda r, n: hard.classified(r, n, {'p': hard.units(r, n)}, hard.BITS), gamma=[2.0, 0.5, 1.7])
