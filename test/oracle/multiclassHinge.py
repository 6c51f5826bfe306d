"""The oracle of multiclassHinge: its formula, its cases, and hard ones."""

from mpmath import mp, mpf

from lib import hard
from lib.arith import EXACT_ZERO, INF, NAN, ONE, ZERO, Sample, Term, largest, row_ulps
from lib.case import Case
from lib.class_cases import WIDTHS, class_rows
from lib.evaluate import Loss
from lib.softmax import undefined

LOSS = Loss(grads=('logits',), rowwise=True)


def formula(logits, target, margin=ONE, variant='crammerSinger', p=1):
    """Crammer-Singer max(0, h_j), j the best wrong class; Weston-Watkins sum_{j != y} max(0, h_j)^p / K.

    h_j = m - z_y + z_j. Three inputs can't be added with one rounding: h_j is granted |z_j - z_y| and m as its terms.
    """
    k, y, z = len(logits), target, logits
    others = [j for j in range(k) if j != y]
    if variant == 'crammerSinger':
        others = sorted(others, key=lambda j: (-z[j], j))[:1]
        p, share = 1, ONE
    else:
        share = mpf(1) / k
    value, size, total, total_size, count = ZERO, ZERO, ZERO, ZERO, ZERO
    grad, hess = [EXACT_ZERO] * k, [EXACT_ZERO] * k
    grant = row_ulps(k)
    for j in others:
        h = margin + (z[j] - z[y])
        if mp.isnan(h):  # inf - inf
            value = h
            break
        if h > 0:
            terms = largest(z[j] - z[y], margin)
            slope = share * p * h ** (p - 1)
            value += share * h ** p
            size += slope * terms
            total += slope
            total_size += share * 2 * terms if p == 2 else ZERO
            count += 1
            grad[j] = Term(slope, scale=share * 2 * terms if p == 2 else ZERO)
            hess[j] = Term(2 * share if p == 2 else ZERO)
    if mp.isnan(value):
        undefined = [Term(value)] * k
        return Sample(Term(value), {'logits': undefined}, {'logits': undefined})
    grad[y] = Term(-total, scale=total_size, ulps=grant)
    hess[y] = Term(2 * share * count if p == 2 else ZERO, ulps=grant)
    return Sample(Term(value, scale=size, ulps=grant), {'logits': grad}, {'logits': hess})


def cases(dtype, rng):
    def case(note, x, labels, smooth=True, weight=None, reduction='none', k=None, **options):
        return Case(dtype, note, {'logits': x}, labels=labels, width=k or len(x) // len(labels), options=options,
                    smooth=smooth, weight=weight, reduction=reduction)

    def draw(n, k, margin):
        """Rows of which no z_j is closer to the margin of z_y, or to another, than rounding could turn over."""
        x, labels = [], []
        while len(labels) < n:
            z, y = rng.normals(k, 2.0), rng.integer(k)
            gaps = [margin - z[y] + z[j] for j in range(k) if j != y]
            best = sorted((z[j] for j in range(k) if j != y), reverse=True)[:2]
            if all(abs(g) > 1e-3 for g in gaps) and (len(best) < 2 or best[0] - best[1] > 1e-3):
                x += z
                labels.append(y)
        return x, labels

    variants = ({}, {'variant': 'westonWatkins'}, {'variant': 'westonWatkins', 'p': 2})
    for v in variants:
        for k in WIDTHS:
            yield case('ordinary', *draw(class_rows(k), k, 1.0), k=k, **v)
        for margin in (0.0, 0.5, 3.0, 0.1):
            yield case('margin', *draw(3, 4, margin), margin=margin, **v)
        yield from case('ordinary', *draw(3, 4, 1.0), **v).reduced('mean', 'sum')
        yield from case('weighted', *draw(3, 4, 1.0), weight=[0.5, 0.0, 2.0], **v).reduced('none', 'mean', 'sum')
        yield case('ties', [1.0, 2.0, 2.0, 0.5, 2.0, 1.0, 2.0, 2.0, 0.0, 0.0, 0.0, 0.0], [0, 1, 3], smooth=False, **v)
        yield case('at-the-margin', [2.0, 1.0, 1.0, 0.0, 1.0, 0.5, 2.0, 1.0, 0.25], [0, 1, 0], smooth=False, **v)
        yield case('at-the-margin', [0.5, 0.0, -1.0, 1.0, 1.5, 1.5], [0, 1], smooth=False, margin=0.5, **v)
        yield case('tie-at-margin-0', [1.0, 1.0, 0.0, 1.0, 1.0, 1.0], [0, 1], smooth=False, margin=0.0, **v)
        yield case('one-class', [5.0, -1e4, 0.0], [0, 0, 0], k=1, **v)
        yield case('large', [1e4, -1e4, 0.0, -1e4, 1e4, 1e4 + 4], [0, 1], **v)
        yield case('tiny', [1e-30, -1e-30, 3e-30], [0], **v)
        yield case('infinite', [INF, 1.0, 0.0, -INF, 1.0, 0.0, 1.0, -INF, 0.5], [0, 0, 0], smooth=False, **v)
        yield case('infinite', [1.0, INF, 0.5, -INF, 2.0, 0.5], [0, 1], smooth=False, **v)
        yield from case('nan', [NAN, NAN, NAN, 1.0, 0.5, 2.0], [0, 1], smooth=False, **v).reduced('none', 'mean')
        yield case('weight-0-skips-nan', [NAN, INF, NAN, 1.0, 0.5, 2.0], [0, 1], weight=[0.0, 2.0], reduction='mean', **v)
        yield case('all-weights-0', [NAN, INF, NAN, 1.0, 0.5, 2.0], [0, 1], weight=[0.0, 0.0], reduction='mean', **v)
        if v.get('p') != 2:
            huge = 3e38 if dtype == 'float32' else 1.7e308
            yield case('huge', [huge, 0.0, 0.0, 0.0, -huge, 0.0], [0, 0], **v)


def hard_cases(r):
    return hard.labelled(r, hard.PER_CASE, 'logits', hard.logits)
