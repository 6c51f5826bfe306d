"""What the cases of losses of counts and amounts share: predictions on a log scale, and targets of 0 or more."""

from .case import INF, NAN, Case


def amounts(rng, n):
    """Counts, amounts and zeros."""
    return [rng.choice([float(rng.integer(12)), abs(rng.normal(3.0)), 0.0]) for _ in range(n)]


def limits(dtype):
    return (87.0, 3e38, 2.0**-149) if dtype == 'float32' else (709.0, 1.7e308, 2.0**-1074)


def log_cases(dtype, rng, largest=None, **options):
    """Predictions that are logarithms, for one setting of the options, with targets up to the largest."""
    def case(note, pred, target, **more):
        return Case(dtype, note, {'pred': pred, 'target': target}, options=options, **more)

    top, huge, small = limits(dtype)
    yield case('ordinary', rng.normals(24, 2.0), amounts(rng, 24))
    yield from case('ordinary', rng.normals(10, 2.0), amounts(rng, 10)).reduced('mean', 'sum')
    weight = rng.uniforms(9, 0.1, 3.0)
    yield from case('weighted', rng.normals(9), amounts(rng, 9), weight=weight).reduced('none', 'mean', 'sum')
    yield case('spread', rng.normals(24, 8.0), [abs(x) for x in rng.wides(24, -20, 20)])
    logs = rng.normals(12, 3.0)
    yield case('near-the-target', logs, [2.718281828459045**x * (1 + rng.normal(1e-4)) for x in logs])
    ladder = [s * x for x in (0.0, 1e-30, 1e-3, 0.5, 5.0, 20.0, 0.5 * top, 0.9 * top) for s in (1.0, -1.0)]
    for y in (0.0, 1.0, 7.0, 1e-6, 1e10):
        yield case('ladder', ladder, [y] * len(ladder), smooth=False)
    far = [0.99 * top, -0.99 * top, top, -top, 1.01 * top, -1.01 * top, 1.2 * top, -1.2 * top, 2.5 * top, -2.5 * top, 1e5, -1e5]
    for y in (0.0, 3.0, huge / 100 if largest is None else largest, 1e-30, small):
        yield case('tails', far, [y] * len(far), smooth=False)
    yield case('infinite', [INF, -INF, INF, -INF], [0.0, 0.0, 2.5, 2.5], smooth=False)
    yield case('huge', [huge, -huge, huge, -huge], [0.0, 0.0, 2.5, 2.5], smooth=False)
    yield from bad_cases(case)


def bad_cases(case):
    yield case('nan', [NAN, 1.0, 2.0], [0.0, NAN, 1.5], smooth=False)
    yield from case('nan-sum', [1.0, NAN, 2.0], [0.0, 1.0, 1.5], smooth=False).reduced('mean', 'sum')
    yield from case('weight-0-skips-bad', [1.0, NAN, 0.3, 2.5], [0.5, -1.0, NAN, 1.0], weight=[2.0, 0.0, 0.0, 0.5]
                    ).reduced('none', 'mean', 'sum')
    yield from case('all-weights-0', [1.0, NAN, 2.0], [0.0, 1.0, -1.5], weight=[0.0, 0.0, 0.0]).reduced('none', 'mean', 'sum')
    yield case('one-element', [0.75], [2.0], reduction='mean')


def hard_logs(rng, n, real):
    """Logarithms of any size, with targets of any size or near to their exponentials."""
    pred = [real(rng) for _ in range(n)]
    near = [2.718281828459045 ** max(-700.0, min(700.0, x)) for x in pred]
    return {'pred': pred, 'target': [rng.choice([0.0, y, abs(rng.wide(-1000, 1000)), float(rng.integer(20))]) for y in near]}
