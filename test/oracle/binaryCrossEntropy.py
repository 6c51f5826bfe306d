"""The oracle of binaryCrossEntropy: its formula, its cases, and hard ones."""

from mpmath import mp

from lib import hard
from lib.arith import INF, ONE, ZERO, Sample, Term
from lib.binary import reciprocal, smoothed, two_terms, weighted
from lib.binary_cases import bits, close, grid, weights
from lib.case import Case
from lib.evaluate import Loss

LOSS = Loss(grads=('p',))


def formula(p, target, pos_weight=ONE, label_smoothing=ZERO, eps=ZERO):
    """-[c y ln p + (1-y) ln(1-p)];  (1-y)/(1-p) - c y/p;  (1-y)/(1-p)^2 + c y/p^2, at p clamped to [eps, 1-eps]."""
    p = min(max(p, eps), 1 - eps)
    y, n = smoothed(target, label_smoothing)
    y *= pos_weight
    value = weighted(y, lambda: -mp.log(p) if p else INF) + weighted(n, lambda: -mp.log1p(-p) if p < 1 else INF)
    grad = two_terms(weighted(y, lambda: reciprocal(p)), weighted(n, lambda: reciprocal(1 - p)))
    hess = weighted(y, lambda: reciprocal(p) ** 2) + weighted(n, lambda: reciprocal(1 - p) ** 2)
    return Sample(Term(value), {'p': grad}, {'p': Term(hess)})


def cases(dtype, rng):
    def certain(n):
        return rng.uniforms(n), bits(rng, n)

    def soft(n):
        return rng.uniforms(n), rng.uniforms(n)

    def case(note, pair, smooth=True, reduction='none', weight=None, **options):
        return Case(dtype, note, {'p': pair[0], 'target': pair[1]}, options=options, smooth=smooth, reduction=reduction,
                    weight=weight)

    yield case('ordinary', certain(32))
    yield case('soft-targets', soft(32))
    yield from weights(dtype, rng, certain, 'p')
    yield from weights(dtype, rng, soft, 'p', labelSmoothing=0.1, posWeight=3.0)
    yield case('close-to-0-and-1', grid(close(dtype), [0.0, 1.0]))
    yield case('close-to-0-and-1-soft', grid(close(dtype), [0.3]))
    yield case('exactly-0-and-1', grid([0.0, 1.0], [0.0, 0.3, 1.0]), smooth=False)
    yield from case('wrong-with-certainty', ([0.0, 0.5, 0.25], [1.0, 1.0, 0.0]), smooth=False).reduced('mean', 'sum')
    yield from case('right-with-certainty', ([0.0, 1.0, 0.25], [0.0, 1.0, 0.0]), smooth=False).reduced('mean', 'sum')
    small = 2.0**-149 if dtype == 'float32' else 2.0**-1074
    yield case('subnormal', grid([small, 9 * small, 1000 * small], [0.0, 1.0]))
    for s in (0.1, 0.3, 1.0, 1e-3):
        yield case('smoothing', certain(12), labelSmoothing=s)
        yield case('smoothing-soft-targets', soft(8), labelSmoothing=s)
    yield case('smoothing-at-0-and-1', grid([0.0, 1.0], [0.0, 1.0]), smooth=False, labelSmoothing=0.1)
    for c in (0.25, 2.0, 10.0, 1e4):
        yield case('pos-weight', certain(12), posWeight=c)
        yield case('pos-weight-soft-targets', soft(8), posWeight=c)
    yield case('pos-weight-0', certain(10), posWeight=0.0)
    yield case('pos-weight-0-at-0-and-1', grid([0.0, 1.0], [0.0, 1.0]), smooth=False, posWeight=0.0)
    yield case('pos-weight-and-smoothing', soft(12), posWeight=2.5, labelSmoothing=0.2)
    for eps in (1e-7, 1e-3, 0.1):
        inside = rng.uniforms(8, eps, 1 - eps)
        yield case('eps-inside', (inside, bits(rng, 8)), eps=eps)
        edge = grid([0.0, 1.0, eps / 2, 1 - eps / 2, 1e-30, 1 - 2.0**-24], [0.0, 0.4, 1.0])
        yield case('eps-clamped', edge, smooth=False, eps=eps)
        yield from case('eps-clamped', grid([0.0, 1.0, 0.5], [0.0, 1.0]), smooth=False, eps=eps, posWeight=2.0,
                        labelSmoothing=0.05).reduced('none', 'mean', 'sum')


hard_cases = hard.pointwise(lambda r, n: {'p': hard.units(r, n), 'target': [r.choice([0.0, 1.0, 0.3]) for _ in range(n)]},
                                    posWeight=[1.0, 3.0])
