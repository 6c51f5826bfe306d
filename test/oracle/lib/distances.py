"""Distances of two vectors.

The error of a distance or dot product is granted relative to the sum of its |products|, and carried to first order:
`carried` counts base bounds of 1.
"""

from dataclasses import dataclass

from mpmath import mp, mpf

from .arith import ZERO, largest


@dataclass
class Distance:
    """A distance of two vectors, its error bound, and its gradient in each with that gradient's terms and errors."""

    value: mpf
    error: mpf        # in base bounds
    grad: tuple       # (with respect to a, with respect to b): lists
    size: tuple       # largest computed term of each entry
    carried: tuple    # error of the scalars in each entry


def squared_distance(a, b):
    value = sum((x - y) ** 2 for x, y in zip(a, b))
    grad = [2 * (x - y) for x, y in zip(a, b)]
    size, none = [abs(g) for g in grad], [ZERO] * len(a)
    return Distance(value, value, (grad, [-g for g in grad]), (size, size), (none, none))


def euclidean_distance(a, b):
    value = mp.sqrt(sum((x - y) ** 2 for x, y in zip(a, b)))
    grad = [(x - y) / value if value else ZERO for x, y in zip(a, b)]
    size = [abs(g) for g in grad]
    return Distance(value, value, (grad, [-g for g in grad]), (size, size), (size, size))


def norm(a):
    return mp.sqrt(sum(x * x for x in a))


def cosine(a, b):
    """Cosine, its error bound, and its gradient (b/|b| - cos a/|a|)/|a| in a; all 0 for a zero vector."""
    k, na, nb = len(a), norm(a), norm(b)
    none = [ZERO] * k
    if not na or not nb:
        return Distance(ZERO, ZERO, (none, none), (none, none), (none, none))
    ua, ub = [x / na for x in a], [x / nb for x in b]
    value = sum(x * y for x, y in zip(ua, ub))
    error = sum(abs(x * y) for x, y in zip(ua, ub))

    def side(u, v, n):
        return ([(y - value * x) / n for x, y in zip(u, v)],
                [largest(y, value * x) / n for x, y in zip(u, v)],
                [error * abs(x) / n for x in u])

    (ga, sa, ca), (gb, sb, cb) = side(ua, ub, na), side(ub, ua, nb)
    return Distance(value, error, (ga, gb), (sa, sb), (ca, cb))


def cosine_distance(a, b):
    c = cosine(a, b)
    return Distance(1 - c.value, c.error, tuple([-g for g in side] for side in c.grad), c.size, c.carried)


DISTANCES = {'squaredEuclidean': squared_distance, 'euclidean': euclidean_distance, 'cosine': cosine_distance}
