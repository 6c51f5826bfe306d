"""The oracle of tweedie: its formula, its cases, and hard ones."""

from mpmath import mp, mpf

from lib import hard
from lib.arith import INF, ZERO, Sample, Term, largest
from lib.case import Case
from lib.count_cases import amounts, hard_logs, log_cases
from lib.evaluate import Loss

LOSS = Loss(grads=('pred',))


def formula(pred, target, power=mpf('1.5')):
    """y e^-af/a + e^bf/b, a = p - 1, b = 2 - p;  e^bf - y e^-af;  a y e^-af + b e^bf."""
    a, b = power - 1, 2 - power
    past, mean = target * mp.exp(-a * pred) if target else ZERO, mp.exp(b * pred)
    scale = largest(mean, past) if past and INF not in (mean, past) else ZERO
    return Sample(Term(past / a + mean / b), {'pred': Term(mean - past, scale=scale)}, {'pred': Term(a * past + b * mean)})


def cases(dtype, rng):
    for own in ({}, {'power': 1.25}, {'power': 1.9}):
        yield from log_cases(dtype, rng, **own)
    step = 2.0**-23 if dtype == 'float32' else 2.0**-52
    for power in (1.1, 1.01, 1.4, 1.6, 1.99, 1 + step, 2 - step):
        yield Case(dtype, 'power', {'pred': rng.normals(16, 3.0), 'target': amounts(rng, 16)}, options={'power': power})
        logs = rng.normals(8, 3.0)
        yield Case(dtype, 'power', {'pred': rng.normals(16, 40.0), 'target': [abs(x) for x in rng.wides(16, -80, 80)]},
                   options={'power': power}, smooth=False)
        yield Case(dtype, 'near-the-target', {'pred': logs, 'target': [2.718281828459045**x for x in logs]}, options={'power': power})


hard_cases = hard.pointwise(lambda rng, n: hard_logs(rng, n, hard.real), power=[1.5, 1.1, 1.7])
