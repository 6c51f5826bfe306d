"""Losses of embeddings: pairs, triplets and in-batch contrast.

The error of a distance or dot product is granted relative to the sum of its |products|, and carried to first order:
`carried` counts base bounds of 1.
"""

from dataclasses import dataclass

from mpmath import mp, mpf

from .arith import ONE, ZERO, Sample, Term, largest, row_ulps


@dataclass
class Distance:
    """A distance of two vectors, its error bound, and its gradient in each with that gradient's terms and errors."""

    value: mpf
    error: mpf        # in base bounds
    grad: tuple       # (with respect to a, with respect to b): lists
    size: tuple       # largest computed term of each entry
    carried: tuple    # error of the scalars in each entry


def _squared_distance(a, b):
    value = sum((x - y) ** 2 for x, y in zip(a, b))
    grad = [2 * (x - y) for x, y in zip(a, b)]
    size, none = [abs(g) for g in grad], [ZERO] * len(a)
    return Distance(value, value, (grad, [-g for g in grad]), (size, size), (none, none))


def _euclidean_distance(a, b):
    value = mp.sqrt(sum((x - y) ** 2 for x, y in zip(a, b)))
    grad = [(x - y) / value if value else ZERO for x, y in zip(a, b)]
    size = [abs(g) for g in grad]
    return Distance(value, value, (grad, [-g for g in grad]), (size, size), (size, size))


def _norm(a):
    return mp.sqrt(sum(x * x for x in a))


def _cosine(a, b):
    """Cosine, its error bound, and its gradient (b/|b| - cos a/|a|)/|a| in a; all 0 for a zero vector."""
    k, na, nb = len(a), _norm(a), _norm(b)
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


def _cosine_distance(a, b):
    c = _cosine(a, b)
    return Distance(1 - c.value, c.error, tuple([-g for g in side] for side in c.grad), c.size, c.carried)


def contrastive(z1, z2, target, margin=ONE):
    """y d^2 + (1-y) max(0, m - d)^2 with d = |z1 - z2|. In z1: 2 (z1 - z2), or -2 h (z1 - z2)/d with h = m - d."""
    grant = row_ulps(len(z1))
    d = _euclidean_distance(z1, z2)
    if target == 1:
        grad = [Term(2 * (x - y)) for x, y in zip(z1, z2)]
        value = Term(d.value ** 2, ulps=grant)
    else:
        h = max(margin - d.value, ZERO)
        error = max(margin, d.value) if h else ZERO
        value = Term(h * h, ulps=grant, carried=2 * h * error)
        grad = [Term(-2 * h * g, ulps=grant, carried=2 * abs(g) * error) for g in d.grad[0]]
    return Sample(value, {'z1': grad, 'z2': [t.times(-1) for t in grad]})


DISTANCES = {'squaredEuclidean': _squared_distance, 'euclidean': _euclidean_distance, 'cosine': _cosine_distance}


def triplet(anchor, positive, negative, margin=ONE, distance='squaredEuclidean', swap=False):
    """max(0, d(a,p) - d(a,n) + m); with swap the smaller of d(a,n) and d(p,n), d(a,n) on a tie.

    Of squared distances the gradients telescope: 2(n-p), 2(p-a), 2(a-n); with the swapped one 2(a-p), 2(n-a), 2(p-n).
    """
    between = DISTANCES[distance]
    k, grant = len(anchor), row_ulps(len(anchor))
    near, far = between(anchor, positive), between(anchor, negative)
    swapped = False
    if swap:
        other = between(positive, negative)
        swapped = other.value < far.value
        far = other if swapped else far
    value = near.value - far.value + margin
    names = ('anchor', 'positive', 'negative')
    if value <= 0:
        return Sample(Term(ZERO), {n: [Term(ZERO)] * k for n in names})
    # each input's part in d(a,p) and in the far distance
    parts = {'anchor': (0, None if swapped else 0), 'positive': (1, 0 if swapped else None), 'negative': (None, 1)}
    grad = {}
    for name, (i, j) in parts.items():
        terms = []
        for e in range(k):
            g = (near.grad[i][e] if i is not None else ZERO) - (far.grad[j][e] if j is not None else ZERO)
            scale = largest(near.size[i][e] if i is not None else ZERO, far.size[j][e] if j is not None else ZERO)
            carried = (near.carried[i][e] if i is not None else ZERO) + (far.carried[j][e] if j is not None else ZERO)
            if distance == 'squaredEuclidean':
                terms.append(Term(g))
            else:
                terms.append(Term(g, scale=scale, ulps=grant, carried=carried))
        grad[name] = terms
    scale = largest(near.value, far.value, margin)
    return Sample(Term(value, scale=scale, ulps=grant, carried=near.error + far.error), grad)


def nt_xent(za, zb, dim, temperature=mpf(0.5), normalize=True):
    """-s(i,j)/t + ln sum_{k != i} e^(s(i,k)/t) for each of the 2N views i, j its partner: a list of 2N Terms, and the
    gradient of their sum in za and zb.

    With P the softmax of row i over k != i, d/ds(i,k) = (P_ik - [k = j])/t, -sum_{k != j} P_ik at the partner.
    """
    n = len(za) // dim
    views = [za[i * dim:(i + 1) * dim] for i in range(n)] + [zb[i * dim:(i + 1) * dim] for i in range(n)]
    count, t = 2 * n, temperature
    grant = row_ulps(count) + row_ulps(dim)
    norms = [_norm(v) if normalize else ONE for v in views]
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
