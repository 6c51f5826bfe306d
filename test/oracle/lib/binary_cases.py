"""What the cases of binary losses share."""

from .case import INF, NAN, Case


def bits(rng, n):
    return [float(rng.integer(2)) for _ in range(n)]


def signs(rng, n):
    return [rng.choice([1.0, -1.0]) for _ in range(n)]


def grid(xs, ys):
    """Every x with every y."""
    return [x for x in xs for _ in ys], [y for _ in xs for y in ys]


def powers(exponents):
    return [2.0**e for e in exponents]


def close(dtype):
    """Probabilities next to 0 and 1."""
    last = 24 if dtype == 'float32' else 53
    lowest = [-126, -100, -60, -30, -10] if dtype == 'float32' else [-1022, -500, -100, -30, -10]
    return powers(lowest) + [1 - 2.0**-e for e in (3, 10, last - 1, last)] + [1e-7, 0.25, 0.5, 0.75]


def weights(dtype, rng, draw, a, **options):
    """Sample weights and reductions of a pointwise loss with inputs named a and target, drawn by draw(n)."""
    def case(note, n, weight=None, **more):
        x, y = draw(n)
        return Case(dtype, note, {a: x, 'target': y}, weight=weight, options=options, **more)

    yield from case('ordinary', 10).reduced('mean', 'sum')
    yield from case('weighted', 9, rng.uniforms(9, 0.1, 3.0)).reduced('none', 'mean', 'sum')
    x, y = draw(5)
    x[1], x[3] = NAN, NAN
    yield from Case(dtype, 'weight-0-skips-nan', {a: x, 'target': y}, options=options, weight=[1.0, 0.0, 2.0, 0.0, 0.5]
                    ).reduced('none', 'mean', 'sum')
    yield from Case(dtype, 'all-weights-0', {a: x, 'target': y}, options=options, weight=[0.0] * 5).reduced('none', 'mean', 'sum')
    yield from Case(dtype, 'nan', {a: x, 'target': y}, options=options, smooth=False).reduced('none', 'mean')
    x, y = draw(4)
    yield from Case(dtype, 'nan-target', {a: x, 'target': y[:3] + [NAN]}, options=options, smooth=False).reduced('none', 'sum')
    yield case('one-element', 1, reduction='mean')


GAMMAS = (0.0, 0.5, 1.0, 2.0, 5.0, 2.7)


def focal_options():
    for gamma in GAMMAS:
        for alpha in (None, 0.25):
            yield {**({} if gamma == 2.0 else {'gamma': gamma}), **({} if alpha is None else {'alpha': alpha})}


def hinge_cases(dtype, rng):
    def draw(n):
        return rng.normals(n, 2.0), signs(rng, n)

    def case(note, pair, smooth=True, reduction='none', **options):
        return Case(dtype, note, {'pred': pair[0], 'target': pair[1]}, options=options, smooth=smooth, reduction=reduction)

    yield case('ordinary', draw(32))
    yield from weights(dtype, rng, draw, 'pred')
    yield from weights(dtype, rng, draw, 'pred', margin=0.3)
    for margin in (0.0, 0.3, 0.5, 2.0, 10.0, 1e-3):
        yield case('margin', draw(12), margin=margin)
        edge = grid([margin, -margin, margin * (1 + 2.0**-20), margin * (1 - 2.0**-20)], [1.0, -1.0])
        yield case('at-the-margin', edge, smooth=False, margin=margin)
    yield case('at-the-margin', grid([1.0, -1.0, 1 - 2.0**-24, 1 + 2.0**-23], [1.0, -1.0]), smooth=False)
    yield case('zeros', grid([0.0, -0.0], [1.0, -1.0]), smooth=False)
    small = 2.0**-149 if dtype == 'float32' else 2.0**-1074
    yield case('tiny', grid([small, 1e-30, -1e-30], [1.0, -1.0]), smooth=False)
    yield case('tiny-margin-0', grid([small, 1e-30, -1e-30], [1.0, -1.0]), margin=0.0)
    yield case('large', grid([1e15, -1e15, 3e18], [1.0, -1.0]))
    yield case('wide-range', (rng.wides(20, -40, 40), signs(rng, 20)))
    yield case('infinite', grid([INF, -INF], [1.0, -1.0]), smooth=False)
    yield from case('infinite', ([INF, -INF, 0.5], [1.0, -1.0, 1.0]), smooth=False).reduced('mean', 'sum')
    yield from case('all-beyond-the-margin', ([3.0, -2.0, 1.0], [1.0, -1.0, 1.0]), smooth=False).reduced('mean', 'sum')
