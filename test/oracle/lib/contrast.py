"""Losses of a batch as a whole: similarities of all with all, softmaxes over them, and gradients through directions.

A `Pull` is the derivative of the sum of losses in one similarity, with what is granted for computing it.
"""

from dataclasses import dataclass

from mpmath import mp

from .arith import ONE, ZERO, Term, largest, row_ulps
from .distances import norm


@dataclass(frozen=True)
class Pull:
    value: object = ZERO
    error: object = ZERO  # carried, in base bounds of 1
    soft: object = ZERO   # in ULPs of 1

    def __add__(self, other):
        return Pull(self.value + other.value, self.error + other.error, self.soft + other.soft)

    def times(self, c):
        return Pull(self.value * c, self.error * abs(c), self.soft * abs(c))


class Rows:
    """Embeddings, their lengths and what is compared of them: directions, or themselves."""

    def __init__(self, z, dim, normalize):
        self.z = [z[i * dim:(i + 1) * dim] for i in range(len(z) // dim)]
        self.dim, self.normalize = dim, normalize
        self.norms = [norm(v) if normalize else ONE for v in self.z]
        self.u = [[x / m if m else ZERO for x in v] for v, m in zip(self.z, self.norms)]

    def __len__(self):
        return len(self.z)

    def gradient(self, pulls, others, grant):
        """Terms of the gradient: `pulls[i]` has the Pull of row i and each row of `others` where there is one."""
        out = []
        for i, row in enumerate(pulls):
            both = [(c, others.u[k]) for k, c in row.items()]
            g = [sum((c.value * v[e] for c, v in both), ZERO) for e in range(self.dim)]
            error = [sum(((abs(c.value) + c.error) * abs(v[e]) for c, v in both), ZERO) for e in range(self.dim)]
            soft = [sum((c.soft * abs(v[e]) for c, v in both), ZERO) for e in range(self.dim)]
            if not self.normalize:
                out += [Term(x, ulps=grant, carried=ce, soft=cs) for x, ce, cs in zip(g, error, soft)]
                continue
            if not self.norms[i]:
                out += [Term(ZERO)] * self.dim
                continue
            # through u = z/|z|: (g - (g.u) u)/|z|
            u, m = self.u[i], self.norms[i]
            along = sum(x * y for x, y in zip(g, u))
            along_error = sum((abs(x) + ce) * abs(y) for x, ce, y in zip(g, error, u))
            along_soft = sum(cs * abs(y) for cs, y in zip(soft, u))
            out += [Term((x - along * y) / m, ulps=grant,
                         carried=(abs(x) + ce + (abs(along) + along_error) * abs(y)) / m,
                         soft=(cs + along_soft * abs(y)) / m)
                    for x, ce, cs, y in zip(g, error, soft, u)]
        return out


class Similarities:
    """Similarities of rows with others, and their error bounds."""

    def __init__(self, rows, others):
        self.s = [[sum(x * y for x, y in zip(a, b)) for b in others.u] for a in rows.u]
        self.error = [[sum(abs(x * y) for x, y in zip(a, b)) for b in others.u] for a in rows.u]
        self.grant = row_ulps(max(len(rows), len(others))) + row_ulps(rows.dim)

    def transposed(self):
        out = object.__new__(Similarities)
        out.s, out.error = [list(x) for x in zip(*self.s)], [list(x) for x in zip(*self.error)]
        out.grant = self.grant
        return out

    def slope(self, pulls, factor):
        """The Term of factor * sum of pulls times similarities."""
        each = [(c, self.s[i][k], self.error[i][k]) for i, row in enumerate(pulls) for k, c in row.items()]
        return Term(factor * sum((c.value * s for c, s, _ in each), ZERO), ulps=self.grant,
                    carried=abs(factor) * sum(((abs(c.value) + c.error) * (abs(s) + e) for c, s, e in each), ZERO),
                    soft=abs(factor) * sum((c.soft * abs(s) for c, s, _ in each), ZERO))


def anchor(sims, i, others, positives, t):
    """The mean over the positives of -ln p, p the softmax of s/t over the others, and its pulls: p_k/t, less 1/|P|t of a
    positive; of a single one -sum_{k != j} p_k/t."""
    s, error = sims.s[i], sims.error[i]
    if not positives:
        return Term(ZERO), {}
    top = max(s[k] for k in others)
    gap = {k: (top - s[k]) / t for k in others}
    e = {k: mp.exp(-gap[k]) for k in others}
    total = sum(e.values())
    p = {k: e[k] / total for k in others}
    first = next(k for k in others if gap[k] == 0)
    log = mp.log1p(sum((e[k] for k in others if k != first), ZERO))
    soft = {k: p[k] * gap[k] for k in others}

    def p_error(k):  # of p_k, relative: sum over m != k of p_m (error_k + error_m)/t
        return sum((p[m] * (error[k] + error[m]) for m in others if m != k), ZERO) / t

    count = len(positives)
    mean = sum(s[k] for k in positives) / count / t
    scale = largest(mean, top / t + log) if count > 1 else ZERO
    value = Term(sum(gap[k] for k in positives) / count + log, scale=scale, ulps=sims.grant, soft=sum(soft.values()),
                 carried=sum(p_error(k) for k in positives) / count)
    pulls = {k: Pull(p[k] / t, p[k] * (1 + p_error(k)) / t, soft[k] / t) for k in others}
    if count == 1:
        j = positives[0]
        rest = [c for k, c in pulls.items() if k != j]
        pulls[j] = Pull(-sum((c.value for c in rest), ZERO), sum((c.error for c in rest), ZERO),
                        sum((c.soft for c in rest), ZERO))
    else:
        share = 1 / (count * t)
        for k in positives:
            c = pulls[k]
            pulls[k] = Pull(c.value - share, c.error + share, c.soft)
    return value, pulls


def transposed(pulls, n):
    out = [{} for _ in range(n)]
    for i, row in enumerate(pulls):
        for k, c in row.items():
            out[k][i] = c
    return out


def both(pulls):
    """Of a set compared with itself: the pulls of i and k are those of both anchors."""
    back = transposed(pulls, len(pulls))
    return [{k: pulls[i].get(k, Pull()) + back[i].get(k, Pull()) for k in {**pulls[i], **back[i]}}
            for i in range(len(pulls))]
