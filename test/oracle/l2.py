"""The oracle of l2: its formula, its cases."""

from mpmath import mpf

from lib.arith import Sample, Term
from lib.case import Case
from lib.evaluate import Loss
from lib.penalty_cases import penalty

LOSS = Loss(grads=('theta',), hess=False)


def formula(theta, half=False):
    """x^2;  2x; halved with half."""
    c = mpf(1) / 2 if half else mpf(1)
    return Sample(Term(c * theta * theta), {'theta': Term(2 * c * theta)})


def cases(dtype, rng):
    for options in ({}, {'half': True}):
        yield from penalty(dtype, rng, **options)
        for n in (1, 2, 3, 4, 5, 8, 9, 17, 33):
            yield Case(dtype, 'length', {'theta': rng.normals(n)}, options=options, reduction='sum')
