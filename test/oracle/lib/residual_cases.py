"""What the cases of losses of a residual share."""

from .case import INF, NAN, Case


def near(rng, dtype, n):
    """Pairs that differ in their last bits."""
    step = 2.0**-22 if dtype == 'float32' else 2.0**-50
    pred = rng.normals(n, 3.0)
    return pred, [x * (1 + rng.choice([1, 2, 3, 7, -1, -2, -5]) * step) for x in pred]


def residuals(dtype, es, base=0.0):
    return {'pred': [e + base for e in es], 'target': [base] * len(es)}


def common(dtype, rng, **options):
    """What every loss of a residual meets, for one setting of its options."""
    def case(note, pred, target, **more):
        return Case(dtype, note, {'pred': pred, 'target': target}, options=options, **more)

    yield case('ordinary', rng.normals(24, 2.0), rng.normals(24))
    yield from case('ordinary', rng.normals(10, 2.0), rng.normals(10)).reduced('mean', 'sum')
    weight = rng.uniforms(9, 0.1, 3.0)
    yield from case('weighted', rng.normals(9, 2.0), rng.normals(9), weight=weight).reduced('none', 'mean', 'sum')
    yield case('last-bits', *near(rng, dtype, 16))


def lengths(dtype, rng, **options):
    for n in (2, 3, 4, 5, 7, 8, 16, 17, 31):
        yield Case(dtype, 'length', {'pred': rng.normals(n), 'target': rng.normals(n)}, options=options, reduction='mean')


def edges(dtype, rng, **options):
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


def kinks(dtype, at, **options):
    es = [at, -at, at * (1 + 2.0**-20), at * (1 - 2.0**-20), -at * (1 + 2.0**-20), 2 * at, at / 2]
    return Case(dtype, 'at-the-kink', residuals(dtype, es), options=options, smooth=False)


def ladder(dtype, rng, **options):
    """Residuals of every size, for losses that are quadratic near 0 and linear far out."""
    es = [1e-20, 1e-10, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 0.3, 0.4, 0.42, 0.5, 0.7, 0.99, 1.0, 2.0, 3.0, 5.0, 10.0, 44.0, 100.0, 1e3, 1e6,
          1e10, 1e13, 1e30]
    for sign in (1.0, -1.0):
        yield Case(dtype, 'ladder', residuals(dtype, [sign * e for e in es]), options=options)
    yield Case(dtype, 'medium', residuals(dtype, rng.uniforms(32, -1.0, 1.0)), options=options)
    yield Case(dtype, 'medium', residuals(dtype, rng.uniforms(32, -12.0, 12.0)), options=options)
    yield Case(dtype, 'small', residuals(dtype, rng.wides(24, -30, -1)), options=options)
    yield Case(dtype, 'offset', {'pred': rng.uniforms(16, 90.0, 110.0), 'target': rng.uniforms(16, 98.0, 102.0)}, options=options)


def huge(dtype, smooth=True, **options):
    """Residuals that overflow."""
    big = 3e38 if dtype == 'float32' else 1.7e308
    inputs = {'pred': [big, -big, 0.7 * big, big], 'target': [-big, big, -0.6 * big, 0.0]}
    return Case(dtype, 'overflow-on-the-way-residual', inputs, options=options, smooth=smooth)


def scales(dtype, rng, name):
    """A parameter that scales the residual, of every size, with residuals below, about and above it."""
    most = [1e-30, 1e-15, 1e15, 1e30, 1e37] if dtype == 'float32' else [1e-250, 1e-100, 1e-30, 1e30, 1e100, 1e250, 1e307]
    for scale in [0.5, 0.1, 2.5, 10.0, 1e-3, 1e3] + most:
        options = {name: scale}
        # Derivatives by differences need numbers of about one size.
        smooth = 1e-20 < scale < 1e20
        for spread in (1e-5, 0.5, 2.0, 1e5):
            inputs = {'pred': rng.normals(8, spread * scale), 'target': rng.normals(8, 0.3 * spread * scale)}
            yield Case(dtype, name, inputs, options=options, smooth=smooth)
        yield Case(dtype, name, {'pred': rng.normals(8, 2.0), 'target': rng.normals(8)}, options=options, smooth=smooth)
