"""The oracle of tversky: its formula, its cases."""

from mpmath import mpf

from lib.case import Case
from lib.evaluate import Loss
from lib.region_cases import cases as region_cases
from lib.region_cases import regions_of

LOSS = Loss(grads=('pred',), regions=True, hess=False)


def formula(pred, target, labels, width, images, weight, alpha=mpf(0.5), beta=mpf(0.5), gamma=mpf(1), smooth=mpf(1e-5), **options):
    """x^gamma of each region, with x = N/(I + N + s) and N = alpha (A - I) + beta (B - I), A = sum p, B = sum y and I = sum min(p, y)

    over its pixels. The slope of I is 1 where p < y, 0 where p > y; where p = y it is y for targets of 0 and 1, and 1/2 between.
    With x = 0 and gamma < 1 the derivative is 0.
    """
    return regions_of(pred, target, labels, width, images, weight, alpha, beta, gamma, smooth, **options)


def cases(dtype, rng):
    yield from region_cases(dtype, rng, [{}, {'alpha': 0.3, 'beta': 0.7}, {'gamma': 2.0}, {'alpha': 1.0, 'beta': 0.0, 'gamma': 0.75}])
    large = 1e30 if dtype == 'float32' else 1e300
    for own in ({'alpha': 0.0, 'beta': 0.0}, {'alpha': 0.0}, {'beta': 0.0}, {'gamma': 0.0}, {'gamma': 0.5}, {'gamma': 1.25}, {'gamma': 4.0},
                {'gamma': 20.0}, {'alpha': large, 'beta': 1.0}, {'alpha': large, 'beta': large}, {'alpha': 1 / large, 'beta': 1 / large},
                {'smooth': large}, {'alpha': 1.5, 'beta': 2.5, 'smooth': 0.0}):
        for activation in ('none', 'sigmoid', 'softmax') if 'gamma' in own else ('none', 'softmax'):
            options = {**own, **({} if activation == 'none' else {'activation': activation})}
            pred = rng.uniforms(16) if activation == 'none' else rng.normals(16, 2.0)
            for labels in (rng.labels(8, 2), [0] * 8):
                yield Case(dtype, 'own', {'pred': pred}, labels=labels, width=2, batch=1, options=options, smooth=False)
            targets = [rng.choice([0.0, 1.0, 0.25, 0.5]) for _ in range(16)]
            yield Case(dtype, 'own-soft', {'pred': pred, 'target': targets}, width=2, batch=2, options=options, smooth=False, reduction='mean')
        for pred, target in (([0.0] * 4, [0.0] * 4), ([1.0, 0.0, 0.0, 1.0], [1.0, 0.0, 0.0, 1.0]), ([0.5, 0.25, 0.0, 1.0], [0.0] * 4)):
            yield Case(dtype, 'own-edges', {'pred': pred, 'target': target}, width=1, batch=1, options=own, smooth=False)
