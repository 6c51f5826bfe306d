"""The oracle of asymmetric: its formula, its cases, and hard ones."""

from mpmath import mp, mpf

from lib import hard
from lib.arith import EXACT_ZERO, INF, ONE, ZERO, Sample, Term, largest, sigmoid, softplus
from lib.binary import power_factor
from lib.binary_cases import bits, grid, weights
from lib.case import Case
from lib.evaluate import Loss

LOSS = Loss(grads=('logits',))


def formula(logits, target, gamma_positive=ONE, gamma_negative=mpf(4), shift=mpf('0.05')):
    """u^g l, l = -ln(1 - u), u = 1 - p for y = 1, max(0, p - s) for y = 0, p = s(z); with x signed away from the target, P = s(x),
    C = s(-x), A = P C/u, B = P C/(1 - u), m = 0 or s:

    u^g (g l A + B);  u^g [g l A (g A - P - C m/u) + 2 g A B + B (C^2 + m (C - P))/(1 - u)].
    """
    up, g, m = (-ONE, gamma_positive, ZERO) if target == 1 else (ONE, gamma_negative, shift)
    x = up * logits
    P, C = sigmoid(x), sigmoid(-x)
    u, w = (P - m, C + m)
    if m and u <= 0:
        return Sample(EXACT_ZERO, {'logits': EXACT_ZERO}, {'logits': EXACT_ZERO})
    f, power = power_factor(g, u), u**g if g else ONE
    if not m:
        l, la = softplus(x), C * softplus(x) if C else ZERO
        parts = [P * (1 + 2 * g) * C, g * la * g * C, -g * la * P]
        value, slope, bend = l, g * la + P, sum(parts)
    else:
        # What rounding P costs u, to first order.
        l, A, B = -mp.log(w), P * C / u, P * C / w
        parts = [g * l * A * g * A, -g * l * A * P, -g * l * A * C * m / u, 2 * g * A * B, B * C * C / w, B * m * C / w, -B * m * P / w]
        value, slope, bend = l, g * l * A + B, sum(parts)
    at_edge = P / u if m else ZERO
    size = power * largest(*parts)
    return Sample(
        Term(power * value if power else ZERO, factor=f, carried=(g + 1) * at_edge * power * value),
        {'logits': Term(up * power * slope, factor=f, carried=(g + 2) * at_edge * power * slope)},
        {'logits': Term(power * bend, scale=size if g or m else ZERO, factor=f, carried=(g + 3) * at_edge * size)},
    )


def cases(dtype, rng):
    def draw(n):
        return rng.normals(n, 3.0), bits(rng, n)

    def case(note, pair, smooth=True, reduction='none', **options):
        return Case(dtype, note, {'logits': pair[0], 'target': pair[1]}, options=options, smooth=smooth, reduction=reduction)

    # 0.05 isn't what it is in float32.
    shift = {'shift': 0.05}
    yield case('ordinary', draw(32), **shift)
    yield from weights(dtype, rng, draw, 'logits', **shift)
    yield from weights(dtype, rng, draw, 'logits', gammaPositive=0.5, gammaNegative=2.0, shift=0.2)
    ladder = [s * x for x in (0.0, 1e-30, 1e-3, 0.5, 2.0, 2.5, 3.0, 3.5, 5.0, 17.0, 40.0, 80.0, 87.5, 100.0, 1e4) for s in (1.0, -1.0)]
    for g in (0.0, 0.5, 1.0, 2.0, 4.0, 2.7):
        for s in (0.0, 0.05, 0.3, 0.9):
            own = {'gammaPositive': g, 'gammaNegative': g, 'shift': s}
            yield case('grid', draw(12), smooth=g >= 1, **own)
            yield case('ladder', grid(ladder, [0.0, 1.0]), smooth=False, **own)
            yield case('infinite', grid([INF, -INF], [0.0, 1.0]), smooth=False, **own)
    yield case('defaults', grid([x for x in ladder if abs(x) < 80], [0.0, 1.0]), smooth=False, **shift)
    for s, edge in ((0.05, -2.94443897916644), (0.3, -0.847297860387204), (0.9, 2.197224577336219), (1e-6, -13.81550955796427)):
        steps = [edge + d for d in (1e-6, 1e-4, 1e-2, 0.1, 0.45, 0.499, 0.501, 0.6, -1e-4, -0.3)]
        if dtype == 'float64':
            steps += [edge + d for d in (1e-9, 1e-8)]
        yield case('near-the-edge', (steps, [0.0] * len(steps)), smooth=False, shift=s)
    huge = 3e38 if dtype == 'float32' else 1.7e308
    yield case('huge', grid([huge, -huge], [0.0, 1.0]), smooth=False, **shift)


hard_cases = hard.pointwise(lambda r, n: hard.classified(r, n, {'logits': [hard.real(r) for _ in range(n)]}, hard.BITS),
                            gammaNegative=[4.0, 1.7], shift=[0.0])
