"""The oracle of ntXent: its formula, its cases."""

from mpmath import mpf

from lib.case import Case
from lib.contrast import Rows, Similarities, anchor, both
from lib.evaluate import Loss

LOSS = Loss(grads=('za', 'zb'), hess=False, batch=True)


def formula(za, zb, dim, temperature=mpf(0.5), normalize=True):
    """-s(i,j)/t + ln sum_{k != i} e^(s(i,k)/t) for each of the 2N views i, j its partner: a list of 2N Terms, the
    gradient of their sum in za and zb, and the derivative in t.

    With P the softmax of row i over k != i, d/ds(i,k) = (P_ik - [k = j])/t, -sum_{k != j} P_ik at the partner; d/dt is
    -sum_ik s(i,k)/t d/ds(i,k).
    """
    views = Rows(za + zb, dim, normalize)
    count = len(views)
    sims = Similarities(views, views)
    partner = [(i + count // 2) % count for i in range(count)]
    values, pulls = zip(*(anchor(sims, i, [k for k in range(count) if k != i], [partner[i]], temperature)
                          for i in range(count)))
    flat = views.gradient(both(pulls), views, sims.grant)
    grads = {'za': flat[:len(za)], 'zb': flat[len(za):]}
    return list(values), grads, {'temperature': sims.slope(pulls, -1 / temperature)}


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
