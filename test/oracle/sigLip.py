"""The oracle of sigLip: its formula, its cases."""

from mpmath import mpf

from lib.arith import ZERO, Term, sigmoid, softplus
from lib.case import Case
from lib.contrast import Pull, Rows, Similarities, transposed
from lib.evaluate import Loss

LOSS = Loss(grads=('za', 'zb'), hess=False, batch=True)


def formula(za, zb, dim, scale=mpf(10), bias=mpf(-10), normalize=True):
    """-sum_j ln sigma(l(i,j) x(i,j)) for each of the N rows i of za, x = scale s(i,j) + bias, l = 1 for j = i and else -1: a
    list of N Terms, the gradient of their sum in za and zb, and the derivatives in scale and bias.

    d/dx(i,j) = sigma(x), -sigma(-x) for j = i.
    """
    a, b = Rows(za, dim, normalize), Rows(zb, dim, normalize)
    sims = Similarities(a, b)
    values, pulls = [], []
    for i in range(len(a)):
        row, terms = {}, []
        for j in range(len(b)):
            sign = -1 if i == j else 1
            x, error = sign * (scale * sims.s[i][j] + bias), scale * sims.error[i][j]
            terms.append((softplus(x), sigmoid(x) * error))
            row[j] = Pull(sign * sigmoid(x), sigmoid(x) * (1 + sigmoid(-x) * error))
        values.append(Term(sum(x for x, _ in terms), ulps=sims.grant, carried=sum(e for _, e in terms)))
        pulls.append(row)
    scaled = [{j: c.times(scale) for j, c in row.items()} for row in pulls]
    all_pulls = [c for row in pulls for c in row.values()]
    grads = {'za': a.gradient(scaled, b, sims.grant), 'zb': b.gradient(transposed(scaled, len(b)), a, sims.grant)}
    return values, grads, {
        'scale': sims.slope(pulls, mpf(1)),
        'bias': Term(sum((c.value for c in all_pulls), ZERO), ulps=sims.grant,
                     carried=sum((abs(c.value) + c.error for c in all_pulls), ZERO))}


def cases(dtype, rng):
    def case(note, za, zb, k, smooth=True, reduction='mean', **options):
        return Case(dtype, note, {'za': za, 'zb': zb}, width=k, options=options, smooth=smooth, reduction=reduction)

    def draw(n, k, spread=1.0):
        za = rng.normals(n * k, spread)
        return za, [x + rng.normal(0.7 * spread) for x in za], k

    for n, k in ((2, 3), (3, 4), (4, 2), (5, 8), (2, 17), (2, 64), (9, 3), (3, 1), (12, 2)):
        yield from case('ordinary', *draw(n, k)).reduced('mean', 'sum', 'none')
    settings = [{'scale': s, 'bias': b} for s in (1.0, 10.0, 100.0, 1e4) for b in (-10.0, 0.0, 2.5)]
    settings += [{'bias': b} for b in (-40.0, -60.0, 60.0, -1e6, 1e6, 1e-3)] + [{'scale': 1e-3}, {'scale': 1e-20}]
    for own in settings:
        for n, k in ((2, 3), (4, 5)):
            yield from case('settings', *draw(n, k), **own).reduced('mean', 'none')
    for n, k in ((2, 3), (4, 5), (3, 17)):
        yield from case('dot', *draw(n, k), normalize=False).reduced('mean', 'sum', 'none')
        yield from case('dot-settings', *draw(n, k), normalize=False, scale=0.5, bias=-1.5).reduced('mean', 'none')
    for own in ({}, {'scale': 1e4}, {'normalize': False, 'bias': 1.0}):
        yield from case('one-pair', *draw(1, 4), **own).reduced('mean', 'sum', 'none')
        z = rng.normals(12)
        yield from case('positives-equal', z, list(z), 4, **own).reduced('mean', 'none')
        yield from case('zero-vector', [0.0, 0.0, 1.0, 0.5], [1.0, 0.25, 0.5, 1.0], 2, smooth=False, **own).reduced('mean', 'none')
        yield case('all-zero', [0.0] * 4, [0.0] * 4, 2, smooth=False, **own)
        yield case('opposite', [1.0, 2.0, 3.0, -1.0], [-1.0, -2.0, -3.0, 1.0], 2, smooth=False, **own)
        yield from case('orthogonal', [1.0, 0.0, 0.0, 3.0], [0.0, 2.0, 1.0, 0.0], 2, smooth=False, **own).reduced('mean', 'none')
    yield from case('lengths', [1e3, 2e3, -1e-3, 2e-3], [1.0, 3.0, 5.0, 0.25], 2).reduced('mean', 'none')
