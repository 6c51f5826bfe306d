"""Binary losses: cross-entropy, focal and hinge."""

from .case import INF, NAN, Case


def _bits(rng, n):
    return [float(rng.integer(2)) for _ in range(n)]


def _signs(rng, n):
    return [rng.choice([1.0, -1.0]) for _ in range(n)]


def _grid(xs, ys):
    """Every x with every y."""
    return [x for x in xs for _ in ys], [y for _ in xs for y in ys]


def _powers(exponents):
    return [2.0**e for e in exponents]


def _close(dtype):
    """Probabilities next to 0 and 1."""
    last = 24 if dtype == 'float32' else 53
    lowest = [-126, -100, -60, -30, -10] if dtype == 'float32' else [-1022, -500, -100, -30, -10]
    return _powers(lowest) + [1 - 2.0**-e for e in (3, 10, last - 1, last)] + [1e-7, 0.25, 0.5, 0.75]


def _weights(dtype, rng, draw, a, **options):
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


def binary_cross_entropy(dtype, rng):
    def hard(n):
        return rng.uniforms(n), _bits(rng, n)

    def soft(n):
        return rng.uniforms(n), rng.uniforms(n)

    def case(note, pair, smooth=True, reduction='none', weight=None, **options):
        return Case(dtype, note, {'p': pair[0], 'target': pair[1]}, options=options, smooth=smooth, reduction=reduction,
                    weight=weight)

    yield case('ordinary', hard(32))
    yield case('soft-targets', soft(32))
    yield from _weights(dtype, rng, hard, 'p')
    yield from _weights(dtype, rng, soft, 'p', labelSmoothing=0.1, posWeight=3.0)
    yield case('close-to-0-and-1', _grid(_close(dtype), [0.0, 1.0]))
    yield case('close-to-0-and-1-soft', _grid(_close(dtype), [0.3]))
    yield case('exactly-0-and-1', _grid([0.0, 1.0], [0.0, 0.3, 1.0]), smooth=False)
    yield from case('wrong-with-certainty', ([0.0, 0.5, 0.25], [1.0, 1.0, 0.0]), smooth=False).reduced('mean', 'sum')
    yield from case('right-with-certainty', ([0.0, 1.0, 0.25], [0.0, 1.0, 0.0]), smooth=False).reduced('mean', 'sum')
    small = 2.0**-149 if dtype == 'float32' else 2.0**-1074
    yield case('subnormal', _grid([small, 9 * small, 1000 * small], [0.0, 1.0]))
    for s in (0.1, 0.3, 1.0, 1e-3):
        yield case('smoothing', hard(12), labelSmoothing=s)
        yield case('smoothing-soft-targets', soft(8), labelSmoothing=s)
    yield case('smoothing-at-0-and-1', _grid([0.0, 1.0], [0.0, 1.0]), smooth=False, labelSmoothing=0.1)
    for c in (0.25, 2.0, 10.0, 1e4):
        yield case('pos-weight', hard(12), posWeight=c)
        yield case('pos-weight-soft-targets', soft(8), posWeight=c)
    yield case('pos-weight-0', hard(10), posWeight=0.0)
    yield case('pos-weight-0-at-0-and-1', _grid([0.0, 1.0], [0.0, 1.0]), smooth=False, posWeight=0.0)
    yield case('pos-weight-and-smoothing', soft(12), posWeight=2.5, labelSmoothing=0.2)
    for eps in (1e-7, 1e-3, 0.1):
        inside = rng.uniforms(8, eps, 1 - eps)
        yield case('eps-inside', (inside, _bits(rng, 8)), eps=eps)
        edge = _grid([0.0, 1.0, eps / 2, 1 - eps / 2, 1e-30, 1 - 2.0**-24], [0.0, 0.4, 1.0])
        yield case('eps-clamped', edge, smooth=False, eps=eps)
        yield from case('eps-clamped', _grid([0.0, 1.0, 0.5], [0.0, 1.0]), smooth=False, eps=eps, posWeight=2.0,
                        labelSmoothing=0.05).reduced('none', 'mean', 'sum')


def binary_cross_entropy_with_logits(dtype, rng):
    def hard(n):
        return rng.normals(n, 3.0), _bits(rng, n)

    def soft(n):
        return rng.normals(n, 3.0), rng.uniforms(n)

    def case(note, pair, smooth=True, width=None, reduction='none', weight=None, **options):
        return Case(dtype, note, {'logits': pair[0], 'target': pair[1]}, options=options, smooth=smooth, width=width,
                    reduction=reduction, weight=weight)

    yield case('ordinary', hard(32))
    yield case('soft-targets', soft(32))
    yield from _weights(dtype, rng, hard, 'logits')
    yield from _weights(dtype, rng, soft, 'logits', labelSmoothing=0.1, posWeight=3.0)
    ladder = [s * x for x in (0.0, 1e-30, 1e-8, 1e-3, 0.5, 5.0, 17.0, 40.0, 80.0, 104.0, 1e4) for s in (1.0, -1.0)]
    yield case('ladder', _grid(ladder, [0.0, 1.0]), smooth=False)
    yield case('ladder-soft', _grid(ladder, [0.3]), smooth=False)
    huge = [3e38, -3e38] if dtype == 'float32' else [1.7e308, -1.7e308, 3e38]
    yield case('huge', _grid(huge, [0.0, 0.25, 1.0]))
    yield case('infinite', _grid([INF, -INF], [0.0, 0.3, 1.0]), smooth=False)
    yield from case('infinite-and-right', ([INF, -INF, 1.0], [1.0, 0.0, 1.0]), smooth=False).reduced('mean', 'sum')
    yield case('saturated', (rng.uniforms(24, -120.0, 120.0), _bits(rng, 24)))
    if dtype == 'float64':
        yield case('saturated-deep', (rng.uniforms(20, -760.0, 760.0), _bits(rng, 20)))
    small = 2.0**-149 if dtype == 'float32' else 2.0**-1074
    yield case('subnormal', _grid([small, -9 * small], [0.0, 1.0]))
    yield case('wide-range', (rng.wides(24, -40, 12), _bits(rng, 24)))
    yield case('gradient-vanishes', ([0.0, 0.0, 1.0, -1.0], [0.5, 0.25, 0.731, 0.269]))
    for s in (0.1, 0.3, 1.0, 1e-3):
        yield case('smoothing', hard(12), labelSmoothing=s)
        yield case('smoothing-soft-targets', soft(8), labelSmoothing=s)
    yield case('smoothing-ladder', _grid([0.0, 17.0, -17.0, 104.0, -104.0, 1e4, -1e4], [0.0, 1.0]), smooth=False,
               labelSmoothing=0.1)
    for c in (0.25, 2.0, 10.0, 1e4):
        yield case('pos-weight', hard(12), posWeight=c)
        yield case('pos-weight-soft-targets', soft(8), posWeight=c)
    yield case('pos-weight-0', hard(10), posWeight=0.0)
    yield case('pos-weight-ladder', _grid([0.0, 40.0, -40.0, 1e4, -1e4], [0.0, 0.3, 1.0]), smooth=False, posWeight=100.0)
    yield case('pos-weight-0-infinite', _grid([INF, -INF], [0.0, 1.0]), smooth=False, posWeight=0.0)
    yield case('pos-weight-and-smoothing', soft(12), posWeight=2.5, labelSmoothing=0.2)
    per_class = [0.5, 2.0, 1.0, 7.5, 0.0]
    yield from case('pos-weight-per-class', hard(15), width=5, posWeight=per_class).reduced('none', 'mean', 'sum')
    yield from case('pos-weight-per-class-weight-per-row', soft(15), width=5, posWeight=per_class, labelSmoothing=0.1,
                    weight=[0.5, 2.0, 1.25]).reduced('none', 'mean', 'sum')
    yield from case('multi-label-weight-per-row', hard(12), width=4, weight=[0.5, 0.0, 1.25]).reduced('none', 'mean', 'sum')
    yield case('pos-weight-per-class-weight-per-element', hard(6), width=3, posWeight=[1.5, 0.25, 3.0],
               weight=rng.uniforms(6), reduction='mean')


GAMMAS = (0.0, 0.5, 1.0, 2.0, 5.0, 2.7)


def _focal_options():
    for gamma in GAMMAS:
        for alpha in (None, 0.25):
            yield {**({} if gamma == 2.0 else {'gamma': gamma}), **({} if alpha is None else {'alpha': alpha})}


def binary_focal(dtype, rng):
    def hard(n):
        return rng.uniforms(n), _bits(rng, n)

    def case(note, pair, smooth=True, reduction='none', weight=None, **options):
        return Case(dtype, note, {'p': pair[0], 'target': pair[1]}, options=options, smooth=smooth, reduction=reduction,
                    weight=weight)

    yield from _weights(dtype, rng, hard, 'p')
    yield from _weights(dtype, rng, hard, 'p', gamma=1.5, alpha=0.75)
    for options in _focal_options():
        yield case('ordinary', hard(16), **options)
    for gamma in GAMMAS:
        own = {} if gamma == 2.0 else {'gamma': gamma}
        yield case('close-to-0-and-1', _grid(_close(dtype), [0.0, 1.0]), **own)
        yield case('exactly-0-and-1', _grid([0.0, 1.0], [0.0, 1.0]), smooth=False, **own)
    for gamma in (0.1, 1e-3, 10.0):
        yield case('gamma', hard(8), gamma=gamma)
    for alpha in (0.0, 1.0, 0.9):
        yield case('alpha', hard(8), alpha=alpha)
    small = 2.0**-149 if dtype == 'float32' else 2.0**-1074
    yield case('subnormal', ([small, 1000 * small], [1.0, 1.0]))
    yield from case('wrong-with-certainty', ([0.0, 0.5], [1.0, 1.0]), smooth=False).reduced('mean', 'sum')


def binary_focal_with_logits(dtype, rng):
    def hard(n):
        return rng.normals(n, 3.0), _bits(rng, n)

    def case(note, pair, smooth=True, reduction='none', weight=None, **options):
        return Case(dtype, note, {'logits': pair[0], 'target': pair[1]}, options=options, smooth=smooth,
                    reduction=reduction, weight=weight)

    yield from _weights(dtype, rng, hard, 'logits')
    yield from _weights(dtype, rng, hard, 'logits', gamma=1.5, alpha=0.75)
    for options in _focal_options():
        yield case('ordinary', hard(16), **options)
    ladder = [s * x for x in (0.0, 1e-30, 1e-3, 0.5, 5.0, 17.0, 40.0, 100.0, 1e4) for s in (1.0, -1.0)]
    for gamma in GAMMAS:
        own = {} if gamma == 2.0 else {'gamma': gamma}
        yield case('ladder', _grid(ladder, [0.0, 1.0]), smooth=False, **own)
        yield case('infinite', _grid([INF, -INF], [0.0, 1.0]), smooth=False, **own)
        yield case('saturated', (rng.uniforms(8, -60.0, 60.0), _bits(rng, 8)), **own)
    for gamma in (0.1, 1e-3, 10.0):
        yield case('gamma', hard(8), gamma=gamma)
    for alpha in (0.0, 1.0, 0.9):
        yield case('alpha', hard(8), alpha=alpha)
    huge = 3e38 if dtype == 'float32' else 1.7e308
    yield case('huge', _grid([huge, -huge], [0.0, 1.0]))
    yield from case('infinite-and-right', ([INF, -INF, 1.0], [1.0, 0.0, 1.0]), smooth=False).reduced('mean', 'sum')


def _hinge(dtype, rng):
    def draw(n):
        return rng.normals(n, 2.0), _signs(rng, n)

    def case(note, pair, smooth=True, reduction='none', **options):
        return Case(dtype, note, {'pred': pair[0], 'target': pair[1]}, options=options, smooth=smooth, reduction=reduction)

    yield case('ordinary', draw(32))
    yield from _weights(dtype, rng, draw, 'pred')
    yield from _weights(dtype, rng, draw, 'pred', margin=0.3)
    for margin in (0.0, 0.3, 0.5, 2.0, 10.0, 1e-3):
        yield case('margin', draw(12), margin=margin)
        edge = _grid([margin, -margin, margin * (1 + 2.0**-20), margin * (1 - 2.0**-20)], [1.0, -1.0])
        yield case('at-the-margin', edge, smooth=False, margin=margin)
    yield case('at-the-margin', _grid([1.0, -1.0, 1 - 2.0**-24, 1 + 2.0**-23], [1.0, -1.0]), smooth=False)
    yield case('zeros', _grid([0.0, -0.0], [1.0, -1.0]), smooth=False)
    small = 2.0**-149 if dtype == 'float32' else 2.0**-1074
    yield case('tiny', _grid([small, 1e-30, -1e-30], [1.0, -1.0]), smooth=False)
    yield case('tiny-margin-0', _grid([small, 1e-30, -1e-30], [1.0, -1.0]), margin=0.0)
    yield case('large', _grid([1e15, -1e15, 3e18], [1.0, -1.0]))
    yield case('wide-range', (rng.wides(20, -40, 40), _signs(rng, 20)))
    yield case('infinite', _grid([INF, -INF], [1.0, -1.0]), smooth=False)
    yield from case('infinite', ([INF, -INF, 0.5], [1.0, -1.0, 1.0]), smooth=False).reduced('mean', 'sum')
    yield from case('all-beyond-the-margin', ([3.0, -2.0, 1.0], [1.0, -1.0, 1.0]), smooth=False).reduced('mean', 'sum')


def hinge(dtype, rng):
    yield from _hinge(dtype, rng)
    huge = 3e38 if dtype == 'float32' else 1.7e308
    yield Case(dtype, 'huge', {'pred': [huge, -huge], 'target': [-1.0, 1.0]})


def squared_hinge(dtype, rng):
    yield from _hinge(dtype, rng)
    huge = 3e19 if dtype == 'float32' else 3e154
    yield Case(dtype, 'overflow', {'pred': [huge, -huge], 'target': [-1.0, 1.0]}, smooth=False)


CASES = {
    'binaryCrossEntropy': binary_cross_entropy,
    'binaryCrossEntropyWithLogits': binary_cross_entropy_with_logits,
    'binaryFocal': binary_focal,
    'binaryFocalWithLogits': binary_focal_with_logits,
    'hinge': hinge,
    'squaredHinge': squared_hinge,
}
