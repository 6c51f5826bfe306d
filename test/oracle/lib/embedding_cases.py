"""What the cases of embeddings share: random data keeps away from kinks and ties by more than any rounding."""

import math

GAP = 1e-2


def rows(k):
    return max(1, min(4, 16 // k))


def distance_of(kind, a, b):
    if kind == 'cosine':
        na, nb = (math.sqrt(sum(x * x for x in v)) for v in (a, b))
        return 1.0 - (sum(x * y for x, y in zip(a, b)) / (na * nb) if na and nb else 0.0)
    squared = sum((x - y) ** 2 for x, y in zip(a, b))
    return math.sqrt(squared) if kind == 'euclidean' else squared
