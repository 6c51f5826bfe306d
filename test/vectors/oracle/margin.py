"""Hinge losses. At the margin itself the loss, its gradient and its Hessian are 0."""

from mpmath import mp, mpf

from .arith import EXACT_ZERO, ONE, ZERO, Sample, Term, largest, row_ulps


def hinge(pred, target, margin=ONE):
    """max(0, m - y f);  -y;  0."""
    h = margin - target * pred
    return Sample(Term(max(h, ZERO)), {'pred': Term(-target if h > 0 else ZERO)}, {'pred': EXACT_ZERO})


def squared_hinge(pred, target, margin=ONE):
    """h^2 with h = max(0, m - y f);  -2 y h;  2 where h > 0."""
    h = max(margin - target * pred, ZERO)
    return Sample(Term(h * h), {'pred': Term(-2 * target * h)}, {'pred': Term(mpf(2) if h > 0 else ZERO)})


def multiclass_hinge(logits, target, margin=ONE, variant='crammerSinger', p=1):
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
