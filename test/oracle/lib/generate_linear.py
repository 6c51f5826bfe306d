#!/usr/bin/env python3
"""Writes the golden vectors of losses with a linear layer before them, test/vectors/linear.txt: `generate_linear.py [--check]`.

The scores are exact: hidden, weight and bias are sixteenths, whose products and sums every float holds. The loss on them is that of its own
oracle; the gradients of the layer are exact sums of what comes of that, and are granted (8 + log2 n) ULP of the sum of n products, and the
loss's own tolerances times what they are multiplied by.
"""

import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parent.parent))

from mpmath import mp, mpf

from lib.arith import FORMATS, ZERO
from lib.case import Case, Rng
from lib.evaluate import evaluate, oracle, printed
from lib.generate import VECTORS, join, number, result, tolerance

HEADER = """\
# Golden vectors of losses with a linear layer before them. Written by `python3 test/oracle/lib/generate_linear.py`; don't edit.
# z = hidden weight^T + bias goes into `loss` as its first input, whose oracle is in test/oracle/.
# One case per line, as in the other files; width: classes K; dim: D; bias: one number a class."""


def sixteenths(rng, n, most=24):
    return [(rng.integer(2 * most + 1) - most) / 16 for _ in range(n)]


def products(pairs, fmt):
    """The exact sum of (value, tolerance) times exact numbers, and its tolerance."""
    total = sum((v * x for (v, _), x in pairs), ZERO)
    carried = sum((tol * abs(x) for (_, tol), x in pairs), ZERO)
    size = sum((abs(v * x) for (v, _), x in pairs), ZERO) + carried
    return fmt.round_to_double(total), carried + (8 + mp.log(max(len(pairs), 2), 2)) * fmt.ulp(size)


def line(name, case, hidden, weight, bias, dim):
    """A case of the loss, whose first input is computed here."""
    found, fmt, k = oracle(name), FORMATS[case.dtype], case.width
    (score, z), *others = case.inputs.items()
    data = {key: [mpf(x) for x in xs] for key, xs in case.inputs.items()}
    res = evaluate(found, case, data)
    n = len(z) // k
    g = [printed(t, fmt) for t in res.grad[score]]
    w = [mpf(x) for x in weight]
    x = [mpf(v) for v in hidden]
    counts = [any(g[r * k + c] != (0, 0) for c in range(k)) for r in range(n)]
    grads = {'hidden': [products([(g[r * k + c], w[c * dim + d]) for c in range(k)], fmt) for r in range(n) for d in range(dim)]}
    if case.reduction != 'none':
        rows = [r for r in range(n) if counts[r]]
        grads['weight'] = [products([(g[r * k + c], x[r * dim + d]) for r in rows], fmt) for c in range(k) for d in range(dim)]
        if bias is not None:
            grads['bias'] = [products([(g[r * k + c], mpf(1)) for r in rows], fmt) for c in range(k)]
    fields = [f'dtype={case.dtype}', f'note={case.note}', f'loss={name}', f'width={k}', f'dim={dim}']
    fields += [f'opt.{key}={join(v) if isinstance(v, list) else number(v)}' for key, v in case.options.items()]
    fields += [f'in.hidden={join(hidden)}', f'in.weight={join(weight)}']
    if bias is not None:
        fields.append(f'bias={join(bias)}')
    fields += [f'in.{key}={join(v)}' for key, v in others]
    if case.labels is not None:
        fields.append(f'labels={join(case.labels)}')
    if case.weight is not None:
        fields.append(f'weight={join(case.weight)}')
    fields.append(f'reduction={case.reduction}')

    def add(key, pairs, dtype):
        fields.append(f'{key}={",".join(result(v, dtype) for v, _ in pairs)}')
        fields.append(f'{key}.tol={",".join(tolerance(tol) for _, tol in pairs)}')

    values = [printed(t, fmt) for t in res.value]
    add('value', values, 'float64' if case.reduction != 'none' else case.dtype)
    for key, pairs in grads.items():
        add(f'grad.{key}', pairs, case.dtype)
    return ' '.join(fields)


def shaped(dtype, rng, name, n, dim, k, target, biased, note, **more):
    """A random case of a shape."""
    hidden, weight = sixteenths(rng, n * dim), sixteenths(rng, k * dim)
    bias = sixteenths(rng, k) if biased else None
    z = [sum(hidden[r * dim + d] * weight[c * dim + d] for d in range(dim)) + (bias[c] if biased else 0.0)
         for r in range(n) for c in range(k)]
    first, *others = oracle(name).inputs
    inputs, labels = {first: z}, None
    if target == 'labels':
        labels = rng.labels(n, k)
    else:
        inputs[others[0]] = target(rng, n, k)
    case = Case(dtype, note, inputs, labels=labels, width=k, **more)
    return line(name, case, hidden, weight, bias, dim)


def dense(rng, n, k):
    return rng.simplexes(n, k)


def signs(rng, n, k):
    return [rng.choice([1.0, -1.0]) for _ in range(n * k)]


def units(rng, n, k):
    return rng.uniforms(n * k)


def counts(rng, n, k):
    return [float(rng.integer(5)) for _ in range(n * k)]


def numbers(rng, n, k):
    return rng.normals(n * k, 3.0)


LOSSES = [
    ('crossEntropy', 'labels', [{}, {'labelSmoothing': 0.1}, {'temperature': 2.0}, {'softcap': 4.0}]),
    ('crossEntropy', dense, [{}]),
    ('multiclassHinge', 'labels', [{}]),
    ('binaryCrossEntropyWithLogits', units, [{}, {'posWeight': 2.5}]),
    ('squaredHinge', signs, [{}]),
    ('mse', numbers, [{}]),
    ('huber', numbers, [{'delta': 1.5}]),
    ('poissonNll', counts, [{}]),
    ('klDivergence', dense, [{'input': 'logits'}]),
]
SHAPES = [(1, 1, 1), (1, 3, 4), (5, 7, 3), (9, 17, 10), (3, 40, 2), (17, 2, 5)]


def cases():
    for dtype in FORMATS:
        rng = Rng('linear', dtype)
        for name, target, options in LOSSES:
            for i, (n, dim, k) in enumerate(SHAPES):
                if k == 1 and target in ('labels', dense):
                    continue
                own = options[i % len(options)]
                for reduction in ('mean', 'sum', 'none')[i % 3:i % 3 + 1] if n > 1 else ('mean', 'none'):
                    yield shaped(dtype, rng, name, n, dim, k, target, i % 2 == 0, 'shape', options=own, reduction=reduction)
        weights = [0.5, 0.0, 2.0, 0.0, 1.25]
        for name, target, _ in LOSSES[:2] + LOSSES[5:6]:
            for reduction in ('mean', 'sum', 'none'):
                yield shaped(dtype, rng, name, 5, 6, 4, target, True, 'weights', weight=weights, reduction=reduction)
        for reduction in ('mean', 'none'):
            yield shaped(dtype, rng, 'crossEntropy', 8, 5, 3, 'labels', True, 'ignored', reduction=reduction,
                         options={'ignoreIndex': 1, 'classWeight': [0.5, 3.0, 1.5]})


def main():
    text = '\n'.join([HEADER, *cases()]) + '\n'
    path = VECTORS / 'linear.txt'
    if '--check' in sys.argv and path.read_text() != text:
        sys.exit('out of date: linear')
    path.write_text(text)
    print(f'linear: {text.count(chr(10)) - 3} cases, {len(text) // 1024} KB')


if __name__ == '__main__':
    main()
