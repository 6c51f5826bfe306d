"""The oracle of supCon: its formula, its cases."""

from mpmath import mpf

from lib.case import Case
from lib.contrast import Rows, Similarities, anchor, both
from lib.evaluate import Loss

LOSS = Loss(grads=('z',), hess=False, batch=True)


def formula(z, dim, labels, temperature=mpf(0.1), normalize=True):
    """-1/|P| sum_{p in P} [s(i,p)/t - ln sum_{k != i} e^(s(i,k)/t)] of each embedding i, P the others of its class: a list
    of N Terms, 0 for an embedding without others, the gradient of their sum in z, and the derivative in t. The mean is over those with
    others.

    With Q the softmax of row i over k != i, d/ds(i,k) = (Q_ik - [k in P]/|P|)/t; d/dt is -sum_ik s(i,k)/t d/ds(i,k).
    """
    rows = Rows(z, dim, normalize)
    n = len(rows)
    sims = Similarities(rows, rows)
    of_class = [[k for k in range(n) if k != i and labels[k] == labels[i]] for i in range(n)]
    values, pulls = zip(*(anchor(sims, i, [k for k in range(n) if k != i], of_class[i], temperature) for i in range(n)))
    anchors = sum(1 for others in of_class if others)
    return (list(values), {'z': rows.gradient(both(pulls), rows, sims.grant)},
            {'temperature': sims.slope(pulls, -1 / temperature)}, anchors)


def cases(dtype, rng):
    def case(note, z, labels, smooth=True, reduction='mean', **options):
        return Case(dtype, note, {'z': z}, labels=labels, width=len(z) // len(labels), options=options, smooth=smooth,
                    reduction=reduction)

    def draw(labels, k, spread=1.0):
        centres = {c: rng.normals(k, spread) for c in labels}
        return [x + rng.normal(0.7 * spread) for c in labels for x in centres[c]], labels

    pairs, many, alone = [0, 1, 1, 0], [2, 2, 0, 2, 0, 0, 2], [5, 3, 5, 9, 0, 3, 5]
    for labels in (pairs, many, alone, [0, 0, 0], [1, 1], [7, 7, 2], [4, 0] * 6):
        for k in (3, 8):
            yield from case('ordinary', *draw(labels, k)).reduced('mean', 'sum', 'none')
    for k in (1, 2, 17, 64):
        yield from case('width', *draw(many, k)).reduced('mean', 'none')
    for temperature in (0.07, 0.5, 1.0, 5.0, 0.01, 1e-3):
        for labels in (pairs, many, alone):
            yield from case('temperature', *draw(labels, 4), temperature=temperature).reduced('mean', 'none')
    for labels in (pairs, many, alone):
        for k in (3, 17):
            yield from case('dot', *draw(labels, k, 0.5), normalize=False, temperature=1.0).reduced('mean', 'sum', 'none')
            yield from case('dot-temperature', *draw(labels, k, 0.5), normalize=False).reduced('mean', 'none')
    yield from case('large-labels', *draw([2**31 - 1, 1000000, 2**31 - 1, 1000000, 0], 3)).reduced('mean', 'none')
    for own in ({}, {'temperature': 1e-3}, {'normalize': False, 'temperature': 1.0}):
        yield from case('nobody-has-others', *draw([0, 1, 2], 3), smooth=False, **own).reduced('mean', 'sum', 'none')
        yield from case('one-embedding', *draw([0], 3), smooth=False, **own).reduced('mean', 'sum', 'none')
        yield from case('one-pair', *draw([3, 3], 4), smooth=False, **own).reduced('mean', 'sum', 'none')
        yield from case('all-equal', [1.0, 2.0, -2.0] * 4, [0, 0, 0, 1], smooth=False, **own).reduced('mean', 'none')
        yield from case('class-equal', [1.0, 2.0] * 3 + [2.0, -1.0] * 3, [0, 0, 0, 1, 1, 1], smooth=False, **own
                        ).reduced('mean', 'none')
        yield from case('zero-vector', [0.0, 0.0, 1.0, 0.5, 1.0, 0.25], [0, 0, 1], smooth=False, **own).reduced('mean', 'none')
        yield case('all-zero', [0.0] * 6, [0, 0, 1], smooth=False, **own)
    yield from case('lengths', [1e3, 2e3, -1e-3, 2e-3, 1.0, 3.0], [0, 1, 0], smooth=False).reduced('mean', 'none')
