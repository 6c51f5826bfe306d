"""All cases by public name: CASES[name](dtype, rng) yields them."""

from . import binary, metric, probabilistic, regression, softmax

CASES = {**binary.CASES, **softmax.CASES, **regression.CASES, **probabilistic.CASES, **metric.CASES}
