"""The oracle of infoNce: its formula, its cases."""

from mpmath import mpf

from lib.arith import Term
from lib.case import Case
from lib.contrast import Pull, Rows, Similarities, anchor, transposed
from lib.evaluate import Loss

LOSS = Loss(grads=('queries', 'keys'), hess=False, batch=True)


def formula(queries, keys, dim, temperature=mpf(0.07), normalize=True, symmetric=False):
    """-s(i,i)/t + ln sum_j e^(s(i,j)/t) for each of the N queries i over M keys j: a list of N Terms, the gradient of their
    sum in queries and keys, and the derivative in t. symmetric: half the sum with the loss of key i over the queries.

    With P the softmax of row i, d/ds(i,j) = (P_ij - [j = i])/t, -sum_{j != i} P_ij at the key; d/dt is
    -sum_ij s(i,j)/t d/ds(i,j).
    """
    q, k = Rows(queries, dim, normalize), Rows(keys, dim, normalize)
    sims = Similarities(q, k)
    values, pulls = zip(*(anchor(sims, i, range(len(k)), [i], temperature) for i in range(len(q))))
    if symmetric:
        others, back = zip(*(anchor(sims.transposed(), i, range(len(q)), [i], temperature) for i in range(len(k))))
        half = mpf(1) / 2
        values = [Term((a.value + b.value) * half, ulps=a.ulps, soft=(a.soft + b.soft) * half,
                       carried=(a.carried + b.carried) * half) for a, b in zip(values, others)]
        back = transposed(back, len(q))
        pulls = [{j: (pulls[i].get(j, Pull()) + back[i].get(j, Pull())).times(half) for j in {**pulls[i], **back[i]}}
                 for i in range(len(q))]
    grads = {'queries': q.gradient(pulls, k, sims.grant),
             'keys': k.gradient(transposed(pulls, len(k)), q, sims.grant)}
    return list(values), grads, {'temperature': sims.slope(pulls, -1 / temperature)}


def cases(dtype, rng):
    def case(note, queries, keys, k, smooth=True, reduction='mean', **options):
        return Case(dtype, note, {'queries': queries, 'keys': keys}, width=k, options=options, smooth=smooth,
                    reduction=reduction)

    def draw(n, k, more=0, spread=1.0):
        queries = rng.normals(n * k, spread)
        return queries, [x + rng.normal(0.7 * spread) for x in queries] + rng.normals(more * k, spread), k

    for n, k, more in ((2, 3, 0), (3, 4, 2), (4, 2, 0), (5, 8, 3), (2, 17, 1), (2, 64, 0), (9, 3, 0), (3, 1, 1), (12, 2, 20)):
        yield from case('ordinary', *draw(n, k, more)).reduced('mean', 'sum', 'none')
        if not more:
            yield from case('symmetric', *draw(n, k), symmetric=True).reduced('mean', 'sum', 'none')
    for temperature in (0.05, 0.1, 0.5, 1.0, 5.0, 0.01, 1e-3):
        for n, k, more in ((2, 3, 0), (4, 5, 3)):
            yield from case('temperature', *draw(n, k, more), temperature=temperature).reduced('mean', 'none')
        yield from case('symmetric-temperature', *draw(4, 5), temperature=temperature, symmetric=True).reduced('mean', 'none')
    for own in ({}, {'symmetric': True}):
        for n, k in ((2, 3), (4, 5), (3, 17)):
            yield from case('dot', *draw(n, k), normalize=False, **own).reduced('mean', 'sum', 'none')
            yield from case('dot-temperature', *draw(n, k), normalize=False, temperature=0.5, **own).reduced('mean', 'none')
        for settings in (own, {'temperature': 1e-3, **own}, {'normalize': False, **own}):
            yield from case('one-pair', *draw(1, 4), smooth=False, **settings).reduced('mean', 'sum', 'none')
            z = rng.normals(12)
            yield from case('positives-equal', z, list(z), 4, smooth=False, **settings).reduced('mean', 'none')
            yield from case('all-equal', [1.0, 2.0, -2.0] * 3, [1.0, 2.0, -2.0] * 3, 3, smooth=False, **settings
                            ).reduced('mean', 'none')
            yield from case('zero-vector', [0.0, 0.0, 1.0, 0.5], [1.0, 0.25, 0.5, 1.0], 2, smooth=False, **settings
                            ).reduced('mean', 'none')
            yield case('all-zero', [0.0] * 4, [0.0] * 4, 2, smooth=False, **settings)
            yield case('opposite', [1.0, 2.0, 3.0, -1.0], [-1.0, -2.0, -3.0, 1.0], 2, smooth=False, **settings)
    yield from case('one-query', *draw(1, 4, 3)).reduced('mean', 'none')
    yield from case('key-twice', [1.0, 0.5, -1.0, 2.0], [0.5, 1.0, -1.0, 2.0, 0.5, 1.0], 2, smooth=False).reduced('mean', 'none')
    yield from case('lengths', [1e3, 2e3, -1e-3, 2e-3], [1.0, 3.0, 5.0, 0.25], 2, smooth=False).reduced('mean', 'none')
    yield case('nearly-parallel', [1.0, 2.0, 3.0] * 2, [1.0, 2.0, 3.0009765625, 1.0009765625, 2.0, 3.0], 3, smooth=False)
