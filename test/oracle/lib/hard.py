"""Hard inputs for float64: near kinks, near cancellations, in the tails and at every scale down to subnormal numbers.
"""

from mpmath import mpf

EPSILON = 2.0**-52
PER_CASE = 100
SIGNS, BITS = [-1.0, 1.0], [0.0, 1.0]


def near(rng, x):
    """x to within a few units of the last place, or to within a wider relative distance."""
    return x * (1 + EPSILON * (rng.integer(9) - 4)) if rng.integer(2) else x * (1 + rng.wide(-50, -2))


def real(rng, at=0.0, kinks=(1.0,)):
    """A number that is hard beside `at`: beside it, beside a kink, in the exponential's tails, or of any size."""
    kind = rng.integer(6)
    if kind == 0:
        return near(rng, at)
    if kind == 1:
        return at + near(rng, rng.choice([-1.0, 1.0]) * rng.choice(kinks))
    if kind == 2:
        return at + rng.choice([-1.0, 1.0]) * rng.uniform(300, 760)
    if kind == 3:
        return rng.wide(-1074, 1000)
    return at + (rng.normal(3) if kind == 4 else rng.wide(-40, 10))


def unit(rng):
    """A probability near 0, 1, ½ or between."""
    kind = rng.integer(4)
    small = abs(rng.wide(-1060, -1))
    return (small, 1 - abs(rng.wide(-53, -1)), min(near(rng, 0.5), 1.0), rng.unit())[kind]


def pair(rng, kinks):
    """A prediction and its target. Which side of a kink a difference that rounds to it is on is left open."""
    while True:
        target = rng.choice([0.0, 0.3, rng.normal(3), rng.wide(-1000, 900)])
        pred = real(rng, target, kinks)
        if abs(pred - target) not in kinks or mpf(pred) - mpf(target) == pred - target:
            return pred, target


def pairs(rng, n, kinks=(1.0, 0.1)):
    pred, target = zip(*(pair(rng, kinks) for _ in range(n)))
    return {'pred': list(pred), 'target': list(target)}


def classified(rng, n, x, values):
    return {**x, 'target': [rng.choice(values) for _ in range(n)]}


def logits(rng, k):
    """A row: alike, apart, with one that towers, or near to equal."""
    spread, base = rng.choice([1e-9, 1.0, 30.0, 700.0]), rng.choice([0.0, 5.0, rng.wide(-20, 30)])
    row = [base + rng.normal(spread) for _ in range(k)]
    if rng.integer(4) == 0:
        row[rng.integer(k)] += rng.uniform(20, 740)
    return row


def rows(rng, n, entry):
    """Rows of a random width with about n entries in all."""
    k = rng.choice([2, 3, 7, 16])
    count = max(1, n // k)
    return k, count, [x for _ in range(count) for x in entry(rng, k)]


def labelled(rng, n, name, entry):
    k, count, x = rows(rng, n, entry)
    return {'inputs': {name: x}, 'labels': rng.labels(count, k), 'width': k}


def units(rng, k):
    return [unit(rng) for _ in range(k)]


def logs(rng, k):
    return [rng.choice([-abs(real(rng)), -abs(rng.wide(-60, 9))]) for _ in range(k)]


def embeddings(rng, count, k, names):
    """Rows of any size that leaves room for squares: beside each other or far apart, and far away from 0 or not."""
    base, apart, size = rng.choice([0.0, 1.0, 1e6]), rng.choice([1.0, 1e-6]), 2.0 ** rng.uniform(-200, 200)
    return {name: [size * (base + apart * rng.normal()) for _ in range(count * k)] for name in names}, size * apart


def row_of(x, r, k):
    return x[r * k:(r + 1) * k]


def clear(values):
    """Whether none is so near to a kink at 0 that rounding decides on the side; each is given with its size."""
    return all(abs(x) > 1e-3 * size for x, size in values)


def options(rng, **choices):
    return {name: rng.choice(values) for name, values in choices.items()}


def pointwise(inputs, **choices):
    return lambda rng: {'inputs': inputs(rng, PER_CASE), 'options': options(rng, **choices)}
