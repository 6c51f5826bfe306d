"""The oracle of ntXent: its formula, its cases."""

from mpmath import mp, mpf

from lib.arith import ONE, ZERO, Term, row_ulps
from lib.case import Case
from lib.distances import norm
from lib.evaluate import Loss
from lib.softmax import softmax

LOSS = Loss(grads=('za', 'zb'), hess=False, batch=True)


def formula(za, zb, dim, temperature=mpf(0.5), normalize=True):
    """-s(i,j)/t + ln sum_{k != i} e^(s(i,k)/t) for each of the 2N views i, j its partner: a list of 2N Terms, and the
    gradient of their sum in za and zb.

    With P the softmax of row i over k != i, d/ds(i,k) = (P_ik - [k = j])/t, -sum_{k != j} P_ik at the partner.
    """
    n = len(za) // dim
    views = [za[i * dim:(i + 1) * dim] for i in range(n)] + [zb[i * dim:(i + 1) * dim] for i in range(n)]
    count, t = 2 * n, temperature
    grant = row_ulps(count) + row_ulps(dim)
    norms = [norm(v) if normalize else ONE for v in views]
    u = [[x / m if m else ZERO for x in v] for v, m in zip(views, norms)]
    sim = [[sum(x * y for x, y in zip(u[i], u[k])) for k in range(count)] for i in range(count)]
    sim_error = [[sum(abs(x * y) for x, y in zip(u[i], u[k])) for k in range(count)] for i in range(count)]
    values = []
    # coefficient of s(i,k), its carried error (base bounds of 1) and its softmax grant (ULPs of 1)
    coef, coef_error, coef_soft = ([[ZERO] * count for _ in range(count)] for _ in range(3))
    for i in range(count):
        j = (i + n) % count
        others = [k for k in range(count) if k != i]
        top = max(sim[i][k] for k in others)
        gap = {k: (top - sim[i][k]) / t for k in others}
        e = {k: mp.exp(-gap[k]) for k in others}
        total = sum(e.values())
        p = {k: e[k] / total for k in others}
        first = next(k for k in others if gap[k] == 0)
        tail = sum((e[k] for k in others if k != first), ZERO)
        soft = {k: p[k] * gap[k] for k in others}

        def p_error(k):  # of p_k, relative: sum over m != k of p_m (error_k + error_m)/t
            return sum(p[m] * (sim_error[i][k] + sim_error[i][m]) for m in others if m != k) / t

        values.append(Term(
            (top - sim[i][j]) / t + mp.log1p(tail), ulps=grant, soft=sum(soft.values()),
            carried=p_error(j)))
        for k in others:
            if k != j:
                coef[i][k] = p[k] / t
                coef_error[i][k] = p[k] * (1 + p_error(k)) / t
                coef_soft[i][k] = soft[k] / t
        coef[i][j] = -sum(coef[i])
        coef_error[i][j] = sum(coef_error[i])
        coef_soft[i][j] = sum(coef_soft[i])
    grads = []
    for i in range(count):
        both = [(coef[i][k] + coef[k][i], coef_error[i][k] + coef_error[k][i], coef_soft[i][k] + coef_soft[k][i], u[k])
                for k in range(count) if k != i]
        g = [sum(c * v[e] for c, _, _, v in both) for e in range(dim)]
        error = [sum((abs(c) + ce) * abs(v[e]) for c, ce, _, v in both) for e in range(dim)]
        soft = [sum(cs * abs(v[e]) for _, _, cs, v in both) for e in range(dim)]
        if not normalize:
            grads.append([Term(x, ulps=grant, carried=ce, soft=cs) for x, ce, cs in zip(g, error, soft)])
        elif not norms[i]:
            grads.append([Term(ZERO)] * dim)
        else:  # through u = z/|z|: (g - (g.u) u)/|z|
            along = sum(x * y for x, y in zip(g, u[i]))
            along_error = sum((abs(x) + ce) * abs(y) for x, ce, y in zip(g, error, u[i]))
            along_soft = sum(cs * abs(y) for cs, y in zip(soft, u[i]))
            grads.append([
                Term((x - along * y) / norms[i], ulps=grant,
                     carried=(abs(x) + ce + (abs(along) + along_error) * abs(y)) / norms[i],
                     soft=(cs + along_soft * abs(y)) / norms[i])
                for x, ce, cs, y in zip(g, error, soft, u[i])])
    flat = [t for row in grads for t in row]
    return values, {'za': flat[:len(za)], 'zb': flat[len(za):]}


def cases(dtype, rng):
    def case(note, za, zb, k, smooth=True, reduction='mean', **options):
        return Case(dtype, note, {'za': za, 'zb': zb}, width=k, options=options, smooth=smooth, reduction=reduction)

    def draw(n, k, spread=1.0):
        za = rng.normals(n * k, spread)
        return za, [x + rng.normal(0.7 * spread) for x in za], k

    for n, k in ((2, 3), (3, 4), (4, 2), (5, 8), (2, 17), (2, 64), (9, 3), (3, 1), (12, 2)):
        yield from case('ordinary', *draw(n, k)).reduced('mean', 'sum', 'none')
    for temperature in (0.07, 0.1, 1.0, 5.0, 0.01, 1e-3):
        for n, k in ((2, 3), (4, 5)):
            yield from case('temperature', *draw(n, k), temperature=temperature).reduced('mean', 'none')
    for n, k in ((2, 3), (4, 5), (3, 17)):
        yield from case('dot', *draw(n, k), normalize=False).reduced('mean', 'sum', 'none')
        yield from case('dot-temperature', *draw(n, k), normalize=False, temperature=0.1).reduced('mean', 'none')
    for own in ({}, {'temperature': 1e-3}, {'normalize': False}):
        yield from case('one-pair', *draw(1, 4), smooth=False, **own).reduced('mean', 'sum', 'none')
        z = rng.normals(12)
        yield from case('positives-equal', z, list(z), 4, smooth=False, **own).reduced('mean', 'none')
        yield from case('all-equal', [1.0, 2.0, -2.0] * 3, [1.0, 2.0, -2.0] * 3, 3, smooth=False, **own).reduced('mean', 'none')
        yield from case('duplicates', [1.0, 0.5, 1.0, 0.5, -1.0, 2.0], [0.5, 1.0, 1.0, 0.5, -1.0, 2.0], 2, smooth=False, **own
                        ).reduced('mean', 'none')
        yield from case('zero-vector', [0.0, 0.0, 1.0, 0.5], [1.0, 0.25, 0.5, 1.0], 2, smooth=False, **own).reduced('mean', 'none')
        yield case('all-zero', [0.0] * 4, [0.0] * 4, 2, smooth=False, **own)
        yield case('opposite', [1.0, 2.0, 3.0, -1.0], [-1.0, -2.0, -3.0, 1.0], 2, smooth=False, **own)
    yield from case('lengths', [1e3, 2e3, -1e-3, 2e-3], [1.0, 3.0, 5.0, 0.25], 2, smooth=False).reduced('mean', 'none')
    yield case('nearly-parallel', [1.0, 2.0, 3.0] * 2, [1.0, 2.0, 3.0009765625, 1.0009765625, 2.0, 3.0], 3, smooth=False)
