"""The oracle of jaccard: its formula, its cases."""

from mpmath import mpf

from lib.evaluate import Loss
from lib.region_cases import cases as region_cases
from lib.region_cases import regions_of

LOSS = Loss(grads=('pred',), regions=True, hess=False)


def formula(pred, target, labels, width, images, weight, smooth=mpf(1e-5), **options):
    """1 - (I + s)/(A + B - I + s) of each region, with A = sum p, B = sum y and I = sum min(p, y) over its pixels. It is

    N/(I + N + s) with N = (A - I) + (B - I). The slope of I is 1 where p < y, 0 where p > y; where p = y it is y for targets of
    0 and 1, and 1/2 between.
    """
    return regions_of(pred, target, labels, width, images, weight, mpf(1), mpf(1), mpf(1), smooth, **options)


def cases(dtype, rng):
    yield from region_cases(dtype, rng, [{}])
