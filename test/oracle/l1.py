"""The oracle of l1: its formula, its cases."""

from lib.arith import Sample, Term, sign
from lib.case import Case
from lib.evaluate import Loss
from lib.penalty_cases import penalty

LOSS = Loss(grads=('theta',), hess=False)


def formula(theta):
    """|x|;  sign x."""
    return Sample(Term(abs(theta)), {'theta': Term(sign(theta))})


def cases(dtype, rng):
    yield from penalty(dtype, rng)
    for n in (1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 40):
        yield Case(dtype, 'length', {'theta': rng.normals(n)}, reduction='sum')
    for spread in (1e-3, 10.0, 1e5):
        yield Case(dtype, 'spread', {'theta': rng.normals(12, spread)}, reduction='sum')
    yield Case(dtype, 'large', {'theta': [1e37, -1e37, 5e36]}, reduction='sum')
