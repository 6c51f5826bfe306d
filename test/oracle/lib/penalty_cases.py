"""What the cases of penalties share."""

from .case import INF, NAN, Case


def penalty(dtype, rng, **options):
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
