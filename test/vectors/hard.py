#!/usr/bin/env python3
"""Writes hard float64 cases in the form of the golden vectors: `hard.py FOLDER [--seed 1] [--elements 4000] [name ...]`.

Inputs are near kinks, near cancellations, in the tails and at every scale down to subnormal numbers; `npm run test:exhaustive -- doubles`
makes and checks them. The expectations are those of the oracle beside this file.
"""

import argparse
import math
import sys
from pathlib import Path

sys.dont_write_bytecode = True

from mpmath import mpf

from cases.case import Case, Rng
from generate import line
from oracle.catalogue import LOSSES, evaluate

EPSILON = 2.0**-52
PER_CASE = 100


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


def divergence(rng):
    """A model in any of its three forms, and a target that may have zeros."""
    kind = rng.choice(['probabilities', 'logProbabilities', 'logits'])
    entry = {'probabilities': units, 'logProbabilities': logs, 'logits': logits}[kind]
    k, count, q = rows(rng, PER_CASE, entry)
    p = [rng.choice([0.0, unit(rng), unit(rng)]) for _ in q]
    return {'inputs': {'q': q, 'p': p}, 'width': k, 'options': {'input': kind}}


def embeddings(rng, count, k, names):
    """Rows of any size that leaves room for squares: beside each other or far apart, and far away from 0 or not."""
    base, apart, size = rng.choice([0.0, 1.0, 1e6]), rng.choice([1.0, 1e-6]), 2.0 ** rng.uniform(-200, 200)
    return {name: [size * (base + apart * rng.normal()) for _ in range(count * k)] for name in names}, size * apart


def row_of(x, r, k):
    return x[r * k:(r + 1) * k]


def clear(values):
    """Whether none is so near to a kink at 0 that rounding decides on the side; each is given with its size."""
    return all(abs(x) > 1e-3 * size for x, size in values)


def close_pairs(rng):
    while True:
        k = rng.choice([2, 3, 7, 16])
        count = PER_CASE // k
        inputs, size = embeddings(rng, count, k, ('z1', 'z2'))
        margin = size * rng.choice([0.5, 2.0, 8.0])
        distances = [math.dist(row_of(inputs['z1'], r, k), row_of(inputs['z2'], r, k)) for r in range(count)]
        if clear((margin - d, margin + d) for d in distances):
            target = [float(rng.integer(2)) for _ in range(count)]
            return {'inputs': {**inputs, 'target': target}, 'width': k, 'options': {'margin': margin}}


def triplets(rng):
    while True:
        k, distance = rng.choice([2, 3, 7, 16]), rng.choice(['squaredEuclidean', 'euclidean', 'cosine'])
        count = PER_CASE // k
        inputs, size = embeddings(rng, count, k, ('anchor', 'positive', 'negative'))
        measure = {'squaredEuclidean': lambda a, b: math.dist(a, b) ** 2, 'euclidean': math.dist, 'cosine': cosine}[distance]
        margin = {'squaredEuclidean': size ** 2, 'euclidean': size, 'cosine': 1.0}[distance] * rng.choice([0.5, 2.0, 8.0])
        triples = ([row_of(inputs[name], r, k) for name in inputs] for r in range(count))
        pairs = [(measure(a, p), measure(a, n)) for a, p, n in triples]
        if clear((near - far + margin, near + far + margin) for near, far in pairs):
            return {'inputs': inputs, 'width': k, 'options': {'distance': distance, 'margin': margin}}


def cosine(a, b):
    return 1 - sum(x * y for x, y in zip(a, b)) / math.hypot(*a) / math.hypot(*b)


def gaussian(rng, n):
    """A residual that e^-logVar brings near to 1, or anything."""
    log_var = [rng.choice([rng.normal(3), rng.uniform(-1400, 1400)]) for _ in range(n)]
    mean = [real(rng) if rng.integer(2) else 2.0 ** max(-1070, min(1020, v / 1.386)) for v in log_var]
    return {'mean': mean, 'target': [rng.choice([0.0, near(rng, m)]) for m in mean], 'logVar': log_var}


def options(rng, **choices):
    return {name: rng.choice(values) for name, values in choices.items()}


def pointwise(inputs, **choices):
    return lambda rng: {'inputs': inputs(rng, PER_CASE), 'options': options(rng, **choices)}


SIGNS, BITS = [-1.0, 1.0], [0.0, 1.0]

HARD = {
    'mse': pointwise(pairs),
    'mae': pointwise(pairs),
    'huber': pointwise(pairs, delta=[1.0, 0.1]),
    'smoothL1': pointwise(pairs, beta=[1.0, 0.1]),
    'logCosh': pointwise(pairs),
    'hinge': pointwise(lambda r, n: classified(r, n, {'pred': [real(r) for _ in range(n)]}, SIGNS)),
    'squaredHinge': pointwise(lambda r, n: classified(r, n, {'pred': [real(r) for _ in range(n)]}, SIGNS)),
    'binaryCrossEntropy': pointwise(lambda r, n: {'p': units(r, n), 'target': [r.choice([0.0, 1.0, 0.3]) for _ in range(n)]},
                                    posWeight=[1.0, 3.0]),
    'binaryCrossEntropyWithLogits': pointwise(
        lambda r, n: classified(r, n, {'logits': [real(r) for _ in range(n)]}, [0.0, 1.0, 0.3]), posWeight=[1.0, 1e6]),
    'binaryFocal': pointwise(lambda r, n: classified(r, n, {'p': units(r, n)}, BITS), gamma=[2.0, 0.5, 1.7]),
    'binaryFocalWithLogits': pointwise(
        lambda r, n: classified(r, n, {'logits': [real(r) for _ in range(n)]}, BITS), gamma=[2.0, 0.5, 1.7]),
    'gaussianNll': pointwise(gaussian, full=[False, True]),
    'crossEntropy': lambda r: labelled(r, PER_CASE, 'logits', logits),
    'categoricalCrossEntropy': lambda r: labelled(r, PER_CASE, 'p', units),
    'focal': lambda r: {**labelled(r, PER_CASE, 'logits', logits), 'options': options(r, gamma=[2.0, 0.5, 1.7])},
    'nll': lambda r: labelled(r, PER_CASE, 'logp', logs),
    'klDivergence': divergence,
    'contrastive': close_pairs,
    'triplet': triplets,
    'multiclassHinge': lambda r: labelled(r, PER_CASE, 'logits', logits),
    'entropy': lambda r: dict(zip(('width', 'inputs'), (lambda k, _, x: (k, {'p': x}))(*rows(r, PER_CASE, units)))),
    'gaussianKl': lambda r: {'inputs': {'mu': [real(r) for _ in range(PER_CASE)], 'logVar': [
        r.choice([r.wide(-60, 2), r.uniform(-800, 709), r.normal(1)]) for _ in range(PER_CASE)]}, 'width': 5},
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('folder', type=Path)
    parser.add_argument('names', nargs='*', metavar='name', help=f'losses; all by default: {", ".join(HARD)}')
    parser.add_argument('--seed', default='1')
    parser.add_argument('--elements', type=int, default=6000, help='elements a loss')
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    for name in args.names or HARD:
        rng, lines = Rng('hard', args.seed, name), []
        for _ in range(max(1, args.elements // PER_CASE)):
            case = Case('float64', 'hard', **HARD[name](rng))
            data = {key: [mpf(x) for x in xs] for key, xs in case.inputs.items()}
            lines.append(line(case, evaluate(LOSSES[name], case, data)))
        (args.folder / f'{name}.txt').write_text('\n'.join(lines) + '\n')
        print(f'{name}: {args.elements} elements', flush=True)


if __name__ == '__main__':
    main()
