"""The oracle of binaryCrossEntropyWithLogits: its formula, its cases, and hard ones."""

from lib import hard
from lib.arith import INF, ONE, ZERO, Sample, Term, sigmoid, softplus
from lib.binary import smoothed, two_terms, weighted
from lib.binary_cases import bits, grid, weights
from lib.case import Case
from lib.evaluate import Loss

LOSS = Loss(grads=('logits',))


def formula(logits, target, pos_weight=ONE, label_smoothing=ZERO):
    """c y sp(-z) + (1-y) sp(z);  (1-y) s(z) - c y s(-z);  (c y + 1-y) s(z) s(-z), with sp = ln(1+e^z), s = sigmoid."""
    z = logits
    y, n = smoothed(target, label_smoothing)
    y *= pos_weight
    value = weighted(y, lambda: softplus(-z)) + weighted(n, lambda: softplus(z))
    grad = two_terms(y * sigmoid(-z), n * sigmoid(z))
    return Sample(Term(value), {'logits': grad}, {'logits': Term((y + n) * sigmoid(z) * sigmoid(-z))})


def cases(dtype, rng):
    def certain(n):
        return rng.normals(n, 3.0), bits(rng, n)

    def soft(n):
        return rng.normals(n, 3.0), rng.uniforms(n)

    def case(note, pair, smooth=True, width=None, reduction='none', weight=None, **options):
        return Case(dtype, note, {'logits': pair[0], 'target': pair[1]}, options=options, smooth=smooth, width=width,
                    reduction=reduction, weight=weight)

    yield case('ordinary', certain(32))
    yield case('soft-targets', soft(32))
    yield from weights(dtype, rng, certain, 'logits')
    yield from weights(dtype, rng, soft, 'logits', labelSmoothing=0.1, posWeight=3.0)
    ladder = [s * x for x in (0.0, 1e-30, 1e-8, 1e-3, 0.5, 5.0, 17.0, 40.0, 80.0, 104.0, 1e4) for s in (1.0, -1.0)]
    yield case('ladder', grid(ladder, [0.0, 1.0]), smooth=False)
    yield case('ladder-soft', grid(ladder, [0.3]), smooth=False)
    huge = [3e38, -3e38] if dtype == 'float32' else [1.7e308, -1.7e308, 3e38]
    yield case('huge', grid(huge, [0.0, 0.25, 1.0]))
    yield case('infinite', grid([INF, -INF], [0.0, 0.3, 1.0]), smooth=False)
    yield from case('infinite-and-right', ([INF, -INF, 1.0], [1.0, 0.0, 1.0]), smooth=False).reduced('mean', 'sum')
    yield case('saturated', (rng.uniforms(24, -120.0, 120.0), bits(rng, 24)))
    if dtype == 'float64':
        yield case('saturated-deep', (rng.uniforms(20, -760.0, 760.0), bits(rng, 20)))
    small = 2.0**-149 if dtype == 'float32' else 2.0**-1074
    yield case('subnormal', grid([small, -9 * small], [0.0, 1.0]))
    yield case('wide-range', (rng.wides(24, -40, 12), bits(rng, 24)))
    yield case('gradient-vanishes', ([0.0, 0.0, 1.0, -1.0], [0.5, 0.25, 0.731, 0.269]))
    for s in (0.1, 0.3, 1.0, 1e-3):
        yield case('smoothing', certain(12), labelSmoothing=s)
        yield case('smoothing-soft-targets', soft(8), labelSmoothing=s)
    yield case('smoothing-ladder', grid([0.0, 17.0, -17.0, 104.0, -104.0, 1e4, -1e4], [0.0, 1.0]), smooth=False,
               labelSmoothing=0.1)
    for c in (0.25, 2.0, 10.0, 1e4):
        yield case('pos-weight', certain(12), posWeight=c)
        yield case('pos-weight-soft-targets', soft(8), posWeight=c)
    yield case('pos-weight-0', certain(10), posWeight=0.0)
    yield case('pos-weight-ladder', grid([0.0, 40.0, -40.0, 1e4, -1e4], [0.0, 0.3, 1.0]), smooth=False, posWeight=100.0)
    yield case('pos-weight-0-infinite', grid([INF, -INF], [0.0, 1.0]), smooth=False, posWeight=0.0)
    yield case('pos-weight-and-smoothing', soft(12), posWeight=2.5, labelSmoothing=0.2)
    per_class = [0.5, 2.0, 1.0, 7.5, 0.0]
    yield from case('pos-weight-per-class', certain(15), width=5, posWeight=per_class).reduced('none', 'mean', 'sum')
    yield from case('pos-weight-per-class-weight-per-row', soft(15), width=5, posWeight=per_class, labelSmoothing=0.1,
                    weight=[0.5, 2.0, 1.25]).reduced('none', 'mean', 'sum')
    yield from case('multi-label-weight-per-row', certain(12), width=4, weight=[0.5, 0.0, 1.25]).reduced('none', 'mean', 'sum')
    yield case('pos-weight-per-class-weight-per-element', certain(6), width=3, posWeight=[1.5, 0.25, 3.0],
               weight=rng.uniforms(6), reduction='mean')


hard_cases = hard.pointwise(
        lambda r, n: hard.classified(r, n, {'logits': [hard.real(r) for _ in range(n)]}, [0.0, 1.0, 0.3]), posWeight=[1.0, 1e6])
