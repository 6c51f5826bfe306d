"""The oracle of msle: its formula, its cases, and hard ones."""

from mpmath import mp

from lib import hard
from lib.arith import INF, ONE, ZERO, Sample, Term, largest
from lib.case import NAN, Case
from lib.evaluate import Loss

LOSS = Loss(grads=('pred',))


def formula(pred, target):
    """d^2, d = ln(1 + pred) - ln(1 + target);  2 d/(1 + pred);  2 (1 - d)/(1 + pred)^2."""
    if pred == INF:
        return Sample(Term(INF), {'pred': Term(ZERO)}, {'pred': Term(ZERO)})
    d, up = mp.log1p(pred) - mp.log1p(target), 1 + pred
    hess = Term(2 * (1 - d) / up ** 2, scale=2 * largest(ONE, d) / up ** 2)
    return Sample(Term(d * d), {'pred': Term(2 * d / up)}, {'pred': hess})


def cases(dtype, rng):
    def case(note, pred, target, **more):
        return Case(dtype, note, {'pred': pred, 'target': target}, **more)

    def above(n, spread=1.0):
        return [abs(x) - 0.99 for x in rng.normals(n, spread)]

    def sizes(n, low, high):
        return [abs(x) for x in rng.wides(n, low, high)]

    yield case('ordinary', above(24, 2.0), above(24))
    yield from case('ordinary', above(10), above(10, 3.0)).reduced('mean', 'sum')
    yield from case('weighted', above(9), above(9, 3.0), weight=rng.uniforms(9, 0.1, 3.0)).reduced('none', 'mean', 'sum')
    yield case('counts', [float(rng.integer(50)) for _ in range(24)], [float(rng.integer(50)) for _ in range(24)], smooth=False)
    yield case('amounts', sizes(32, -3, 30), sizes(32, -3, 30))
    step = 2.0**-22 if dtype == 'float32' else 2.0**-50
    for spread in (1e-3, 1.0, 1e4):
        near = above(16, spread)
        yield case('last-bits', near, [x * (1 + rng.choice([1, 2, 3, 7, -1, -2, -5]) * step) for x in near])
    wide = (-60, 60) if dtype == 'float32' else (-500, 500)
    yield case('wide-range', sizes(32, *wide), sizes(32, *wide))
    yield case('tiny', rng.wides(24, -80, -10), rng.wides(24, -80, -10))
    last = [2.0**-e - 1.0 for e in (3, 10, 20, 24)] + ([2.0**-e - 1.0 for e in (30, 40, 53)] if dtype == 'float64' else [])
    for other in (0.0, 1.0, -0.5, 1e10):
        yield case('near-minus-1', last, [other] * len(last))
        yield case('near-minus-1', [other] * len(last), last)
    big = 3e38 if dtype == 'float32' else 1.7e308
    yield case('huge', [big, big, 0.0, last[-1], big], [0.0, last[-1], big, big, big / 2])
    yield case('equal', [0.0, -0.0, 1.5, -0.5, big], [0.0, 0.0, 1.5, -0.5, big], smooth=False)
    yield case('factor-e', [1.718281828459045, 5.43656365691809, 53.598150033144236], [0.0, 1.0, 19.085536923187668])
    small = 2.0**-149 if dtype == 'float32' else 2.0**-1074
    yield case('subnormal', [small, -3 * small, 1000 * small, 77 * small], [0.0, small, -500 * small, 1.0], smooth=False)
    yield case('infinite', [INF, 1.0], [0.0, INF], smooth=False)
    yield case('nan', [NAN, 1.0, 2.0], [0.0, NAN, 1.5], smooth=False)
    yield from case('nan-sum', [1.0, NAN, 2.0], [0.0, 1.0, 1.5], smooth=False).reduced('mean', 'sum')
    yield from case('weight-0-skips-bad', [1.0, NAN, -2.0, 2.5], [0.5, -1.0, NAN, 1.0], weight=[2.0, 0.0, 0.0, 0.5]
                    ).reduced('none', 'mean', 'sum')
    yield from case('all-weights-0', [1.0, -7.0, 2.0], [0.0, 1.0, -1.0], weight=[0.0, 0.0, 0.0]).reduced('none', 'mean', 'sum')
    yield case('one-element', [0.75], [2.0], reduction='mean')
    # From here on 1 is less than a last bit.
    whole = 2.0**24 if dtype == 'float32' else 2.0**53
    yield case('large-neighbours', [whole - 2, whole - 1, whole, whole, whole + 2, 8 * whole + 16, whole / 2],
               [whole + 4, whole + 2, whole + 2, whole - 3, whole, 8 * whole, whole / 2 + 1], smooth=False)


def above_minus_one(rng, n):
    """Amounts of any size, or beside −1, and what is near to them."""
    def one():
        return rng.choice([abs(hard.real(rng)), -1 + abs(rng.wide(-53, -1)), rng.wide(-60, -1)])

    pred = [one() for _ in range(n)]
    return {'pred': pred, 'target': [max(rng.choice([one(), hard.near(rng, x)]), -1 + 2.0**-53) for x in pred]}


hard_cases = hard.pointwise(above_minus_one)
