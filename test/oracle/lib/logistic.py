#!/usr/bin/env python3
"""The optimum of multinomial logistic regression on demo/data/digits.csv, for docs/recipes/logistic-regression.md: `logistic.py [C]`.

What sklearn's LogisticRegression(C=C) minimises, over C n: the mean cross-entropy of softmax(W x + b), x pixels over 16, and |W|^2/(2 C n), b free.
By L-BFGS in plain Python, to a gradient of 1e-8: the strong convexity of the penalty leaves the value within 1e-13 of the optimum.
"""

import math
import sys
from collections import deque
from operator import mul
from pathlib import Path

DIGITS = Path(__file__).parent.parent.parent.parent / 'demo' / 'data' / 'digits.csv'
K, D = 10, 64


def dot(a, b):
    return sum(map(mul, a, b))


def objective(theta, rows, labels, penalty):
    """Value and gradient; theta has W row by row, then b."""
    n = len(rows)
    w, b = [theta[k * D:(k + 1) * D] for k in range(K)], theta[K * D:]
    grad, bias, losses = [[0.0] * D for _ in range(K)], [0.0] * K, []
    for x, y in zip(rows, labels):
        z = [dot(w[k], x) + b[k] for k in range(K)]
        most = max(z)
        e = [math.exp(v - most) for v in z]
        total = math.fsum(e)
        losses.append(most + math.log(total) - z[y])
        for k in range(K):
            g = (e[k] / total - (k == y)) / n
            bias[k] += g
            grad[k] = [a + g * v for a, v in zip(grad[k], x)]
    value = math.fsum(losses) / n + penalty / 2 * math.fsum(v * v for v in theta[:K * D])
    return value, [g + penalty * v for row, own in zip(grad, w) for g, v in zip(row, own)] + bias


def minimise(f, x, most=2000, memory=12):
    """L-BFGS with steps that are halved until the value falls."""
    value, grad = f(x)
    pairs = deque(maxlen=memory)
    for step in range(most):
        size = math.sqrt(dot(grad, grad))
        if size < 1e-8:
            break
        q, used = list(grad), []
        for s, y, rho in reversed(pairs):
            a = rho * dot(s, q)
            used.append(a)
            q = [u - a * v for u, v in zip(q, y)]
        scale = 1 / (pairs[-1][2] * dot(pairs[-1][1], pairs[-1][1])) if pairs else 1 / size
        q = [scale * u for u in q]
        for (s, y, rho), a in zip(pairs, reversed(used)):
            c = a - rho * dot(y, q)
            q = [u + c * v for u, v in zip(q, s)]
        length, slope = 1.0, dot(grad, q)
        while True:
            trial = [u - length * v for u, v in zip(x, q)]
            new, new_grad = f(trial)
            if new <= value - 1e-4 * length * slope or length < 1e-10:
                break
            length /= 2
        s, y = [a - b for a, b in zip(trial, x)], [a - b for a, b in zip(new_grad, grad)]
        if dot(s, y) > 0:
            pairs.append((s, y, 1 / dot(s, y)))
        x, value, grad = trial, new, new_grad
    return x, value, grad


def main():
    c = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    table = [[int(v) for v in line.split(',')] for line in DIGITS.read_text().split()]
    rows, labels = [[v / 16 for v in line[:D]] for line in table], [line[D] for line in table]
    n = len(rows)
    theta, value, grad = minimise(lambda t: objective(t, rows, labels, 1 / (c * n)), [0.0] * (K * D + K))
    right = sum(max(range(K), key=lambda k: dot(theta[k * D:(k + 1) * D], x) + theta[K * D + k]) == y
                for x, y in zip(rows, labels))
    print(f'C = {c}: {value:.12f}, {right} of {n} right, gradient {math.sqrt(dot(grad, grad)):.1e}')


if __name__ == '__main__':
    main()
