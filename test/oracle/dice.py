"""The oracle of dice: its formula, its cases."""

from mpmath import mpf

from lib.evaluate import Loss
from lib.region_cases import cases as region_cases
from lib.region_cases import regions_of

LOSS = Loss(grads=('pred',), regions=True, hess=False)


def formula(pred, target, labels, width, images, weight, smooth=mpf(1e-5), **options):
    """1 - (2I + s)/(A + B + s) of each region, with A = sum p, B = sum y and I = sum min(p, y) over its pixels. It is

    N/(I + N + s/2) with N = (A - I)/2 + (B - I)/2. The slope of I is 1 where p < y, 0 where p > y; where p = y it is y for targets of
    0 and 1, and 1/2 between.
    """
    half = mpf(1) / 2
    return regions_of(pred, target, labels, width, images, weight, half, half, mpf(1), smooth / 2, **options)


def cases(dtype, rng):
    yield from region_cases(dtype, rng, [{}])
