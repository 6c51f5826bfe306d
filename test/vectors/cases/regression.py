"""Regression losses and penalties."""

from .case import INF, NAN, Case


def _near(rng, dtype, n):
    """Pairs that differ in their last bits."""
    step = 2.0**-22 if dtype == 'float32' else 2.0**-50
    pred = rng.normals(n, 3.0)
    return pred, [x * (1 + rng.choice([1, 2, 3, 7, -1, -2, -5]) * step) for x in pred]


def _residuals(dtype, es, base=0.0):
    return {'pred': [e + base for e in es], 'target': [base] * len(es)}


def _common(dtype, rng, **options):
    """What every loss of a residual meets, for one setting of its options."""
    def case(note, pred, target, **more):
        return Case(dtype, note, {'pred': pred, 'target': target}, options=options, **more)

    yield case('ordinary', rng.normals(24, 2.0), rng.normals(24))
    yield from case('ordinary', rng.normals(10, 2.0), rng.normals(10)).reduced('mean', 'sum')
    weight = rng.uniforms(9, 0.1, 3.0)
    yield from case('weighted', rng.normals(9, 2.0), rng.normals(9), weight=weight).reduced('none', 'mean', 'sum')
    yield case('last-bits', *_near(rng, dtype, 16))


def _lengths(dtype, rng, **options):
    for n in (2, 3, 4, 5, 7, 8, 16, 17, 31):
        yield Case(dtype, 'length', {'pred': rng.normals(n), 'target': rng.normals(n)}, options=options, reduction='mean')


def _edges(dtype, rng, **options):
    def case(note, pred, target, **more):
        return Case(dtype, note, {'pred': pred, 'target': target}, options=options, **more)

    wide = (-60, 60) if dtype == 'float32' else (-500, 500)
    yield case('wide-range', rng.wides(24, *wide), rng.wides(24, *wide))
    yield case('wide-range-of-residual', rng.wides(24, *wide), [0.0] * 24)
    yield from case('wide-range', rng.wides(8, -30, 30), rng.wides(8, -30, 30)).reduced('mean', 'sum')
    yield case('equal', [0.0, -0.0, 0.0, 1.5, -2.0, 1e30], [0.0, 0.0, -0.0, 1.5, -2.0, 1e30], smooth=False)
    small = 2.0**-149 if dtype == 'float32' else 2.0**-1074
    yield case('subnormal', [small, -3 * small, 1000 * small, 77 * small, 0.0], [0.0, small, -500 * small, 1.0, 2 * small])
    yield case('tiny', [1e-30, -1e-30, 1e-20, 1e-10, -1e-8], [0.0, 1e-30, 0.0, 0.0, 1e-8], smooth=False)
    yield case('large', [1e30, -1e30, 1e10, 3e5, -7e15], [0.0, 1e25, -1e10, 1.0, 7e15])
    yield case('infinite', [INF, -INF, INF], [0.0, 1.0, -5.0], smooth=False)
    yield case('nan', [NAN, 1.0, 2.0], [0.0, NAN, 1.5], smooth=False)
    yield from case('nan-sum', [1.0, NAN, 2.0], [0.0, 1.0, 1.5], smooth=False).reduced('mean', 'sum')
    yield from case('weight-0-skips-nan', [1.0, NAN, INF, 2.5], [0.5, 1.0, NAN, 1.0], weight=[2.0, 0.0, 0.0, 0.5]
                    ).reduced('none', 'mean', 'sum')
    yield from case('all-weights-0', [1.0, NAN, 2.0], [0.0, 1.0, 1.5], weight=[0.0, 0.0, 0.0]).reduced('none', 'mean', 'sum')
    yield case('one-element', [0.75], [2.0], reduction='mean')


def mse(dtype, rng):
    yield from _common(dtype, rng)
    yield from _edges(dtype, rng)
    yield from _lengths(dtype, rng)
    # above the square root of the largest number
    big = 2e19 if dtype == 'float32' else 2e154
    yield Case(dtype, 'overflow', {'pred': [big, -big], 'target': [-big, big / 2]}, smooth=False)
    yield Case(dtype, 'overflow', {'pred': [big, 1.0], 'target': [-big, 0.0]}, smooth=False, reduction='mean')


def mae(dtype, rng):
    yield from _common(dtype, rng)
    yield from _lengths(dtype, rng)
    yield from _edges(dtype, rng)
    big = 3e38 if dtype == 'float32' else 1.7e308
    yield Case(dtype, 'overflow', {'pred': [big, big], 'target': [-big, big / 2]}, smooth=False)


def _kinks(dtype, at, **options):
    es = [at, -at, at * (1 + 2.0**-20), at * (1 - 2.0**-20), -at * (1 + 2.0**-20), 2 * at, at / 2]
    return Case(dtype, 'at-the-kink', _residuals(dtype, es), options=options, smooth=False)


def huber(dtype, rng):
    yield from _common(dtype, rng)
    yield from _edges(dtype, rng)
    yield _kinks(dtype, 1.0)
    yield Case(dtype, 'at-the-kink', {'pred': [1.5, 3.0, -0.25], 'target': [0.5, 4.0, 0.75]}, smooth=False)
    for delta in (0.5, 0.1, 2.5, 10.0, 1e-3, 1e3):
        yield Case(dtype, 'delta', {'pred': rng.normals(12, 2 * delta), 'target': rng.normals(12, delta)},
                   options={'delta': delta})
        yield _kinks(dtype, delta, delta=delta)
    yield from _common(dtype, rng, delta=0.3)
    yield from _edges(dtype, rng, delta=2.5)
    big = 2.2e19 if dtype == 'float32' else 1.5e154
    huge = 3e38 if dtype == 'float32' else 1.7e308
    yield Case(dtype, 'overflow-on-the-way-square', _residuals(dtype, [big, -big]), options={'delta': 2 * big})
    yield Case(dtype, 'overflow-on-the-way-residual', {'pred': [huge, -huge], 'target': [-huge, huge]}, options={'delta': 0.25})


def smooth_l1(dtype, rng):
    yield from _common(dtype, rng)
    yield from _edges(dtype, rng)
    yield _kinks(dtype, 1.0)
    yield Case(dtype, 'at-the-kink', {'pred': [1.5, 3.0, -0.25], 'target': [0.5, 4.0, 0.75]}, smooth=False)
    for beta in (0.5, 0.1, 2.5, 10.0, 1e-3, 1e3):
        yield Case(dtype, 'beta', {'pred': rng.normals(12, 2 * beta), 'target': rng.normals(12, beta)}, options={'beta': beta})
        yield _kinks(dtype, beta, beta=beta)
    yield from _common(dtype, rng, beta=0.3)
    yield from _edges(dtype, rng, beta=2.5)
    yield from _common(dtype, rng, beta=0.0)
    yield Case(dtype, 'beta-0-is-mae', {'pred': [0.0, -0.0, 1e-30, -1e-30, 2.0, 1e30], 'target': [0.0] * 6},
               options={'beta': 0.0}, smooth=False)
    low = 1e-25 if dtype == 'float32' else 1e-180
    yield Case(dtype, 'underflow-on-the-way-square', _residuals(dtype, [low, -low]), options={'beta': 16 * low})


def log_cosh(dtype, rng):
    yield from _common(dtype, rng)
    yield from _edges(dtype, rng)
    es = [1e-20, 1e-10, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 0.3, 0.5, 0.51, 0.7, 1.0, 2.0, 5.0, 10.0, 20.0, 44.0, 50.0, 100.0,
          1e3, 1e10, 1e30]
    yield Case(dtype, 'ladder', _residuals(dtype, es))
    yield Case(dtype, 'ladder', _residuals(dtype, [-e for e in es]))
    yield Case(dtype, 'medium', _residuals(dtype, rng.uniforms(32, -1.0, 1.0)))
    yield Case(dtype, 'medium', _residuals(dtype, rng.uniforms(32, -12.0, 12.0)))
    yield Case(dtype, 'small', _residuals(dtype, rng.wides(24, -30, -1)))
    yield Case(dtype, 'saturated', _residuals(dtype, rng.uniforms(24, -90.0, 90.0)))
    yield Case(dtype, 'offset', {'pred': rng.uniforms(16, 90.0, 110.0), 'target': rng.uniforms(16, 98.0, 102.0)})
    big = 3e38 if dtype == 'float32' else 1.7e308
    yield Case(dtype, 'largest', _residuals(dtype, [big, -big]))


def _penalty(dtype, rng, **options):
    def case(note, theta, **more):
        return Case(dtype, note, {'theta': theta}, options=options, reduction='sum', **more)

    yield case('ordinary', rng.normals(30))
    yield case('ordinary', rng.normals(5, 10.0))
    yield case('one', [-0.75])
    yield case('wide-range', rng.wides(24, -50, 50))
    yield case('tiny', rng.wides(12, -62, -50))
    yield case('zeros', [0.0, -0.0, 1.5, 0.0, -2.0], smooth=False)
    yield case('all-zero', [0.0, 0.0, -0.0], smooth=False)
    small = 2.0**-149 if dtype == 'float32' else 2.0**-1074
    yield case('subnormal', [small, -3 * small, 1000 * small])
    yield case('infinite', [1.0, -INF, 2.0], smooth=False)
    yield case('nan', [1.0, NAN, -2.0], smooth=False)


def l1(dtype, rng):
    yield from _penalty(dtype, rng)
    for n in (1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 40):
        yield Case(dtype, 'length', {'theta': rng.normals(n)}, reduction='sum')
    for spread in (1e-3, 10.0, 1e5):
        yield Case(dtype, 'spread', {'theta': rng.normals(12, spread)}, reduction='sum')
    yield Case(dtype, 'large', {'theta': [1e37, -1e37, 5e36]}, reduction='sum')


def l2(dtype, rng):
    for options in ({}, {'half': True}):
        yield from _penalty(dtype, rng, **options)
        for n in (1, 2, 3, 4, 5, 8, 9, 17, 33):
            yield Case(dtype, 'length', {'theta': rng.normals(n)}, options=options, reduction='sum')


def elastic_net(dtype, rng):
    for options in ({}, {'l1Ratio': 0.0}, {'l1Ratio': 1.0}, {'l1Ratio': 0.15}):
        yield from _penalty(dtype, rng, **options)
    for ratio in (0.01, 0.3, 0.9, 0.99, 1e-6):
        for n in (3, 8, 17):
            yield Case(dtype, 'ratio', {'theta': rng.normals(n)}, options={'l1Ratio': ratio}, reduction='sum')


CASES = {
    'mse': mse, 'mae': mae, 'huber': huber, 'smoothL1': smooth_l1, 'logCosh': log_cosh,
    'l1': l1, 'l2': l2, 'elasticNet': elastic_net,
}
