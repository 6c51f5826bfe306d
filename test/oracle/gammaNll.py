"""The oracle of gammaNll: its formula, its cases, and hard ones."""

from mpmath import mp

from lib import hard
from lib.arith import INF, ONE, ZERO, Sample, Term, largest
from lib.count_cases import hard_logs, log_cases
from lib.evaluate import Loss

LOSS = Loss(grads=('pred',))


def formula(pred, target):
    """f + y e^-f;  1 - y e^-f;  y e^-f."""
    ratio = target * mp.exp(-pred) if target else ZERO
    value = Term(INF) if ratio == INF else Term(pred + ratio, scale=largest(pred, ratio) if pred < 0 and ratio else ZERO)
    return Sample(value, {'pred': Term(ONE - ratio, scale=largest(ONE, ratio) if ratio and ratio != INF else ZERO)}, {'pred': Term(ratio)})


def cases(dtype, rng):
    yield from log_cases(dtype, rng)


hard_cases = hard.pointwise(lambda rng, n: hard_logs(rng, n, hard.real))
