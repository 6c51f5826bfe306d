"""The oracle of ctc: its formula, its cases."""

from itertools import groupby, product

from mpmath import mp, mpf

from lib.arith import EXACT_ZERO, INF, NAN, NAN_TERM, ONE, ZERO, Sample, Term
from lib.case import Case
from lib.evaluate import Loss

LOSS = Loss(grads=('logits',), rowwise=True, sequence=True, hess=False)


def softmax(z):
    """The softmax of a step; None where it has no limit."""
    top = max(z)
    if any(mp.isnan(x) for x in z) or top == -INF or z.count(INF) > 1:
        return None
    e = [ONE if x == top else ZERO if top == INF or x == -INF else mp.exp(x - top) for x in z]
    return [x / sum(e) for x in e]


def by_enumeration(p, labels, blank):
    """The sum over all paths one by one, for the few that there are in short sequences."""
    total = ZERO
    for path in product(range(len(p[0])), repeat=len(p)):
        if [k for k, _ in groupby(path) if k != blank] == labels:
            total += mp.fprod(step[k] for step, k in zip(p, path))
    return total


def formula(logits, labels, width, blank=0, infeasible='infinity'):
    """-ln Z, Z = sum over the paths that spell the labels of prod_t p_t(path_t), p_t = softmax(logits_t). With a_t(s) the
    probability of the paths that are in state s after step t, and b_t(s) that of what follows, the occupancy of a class is
    the sum of a_t(s) b_t(s)/Z over its states; the gradient is p_t(k) less that.
    """
    steps = len(logits) // width
    none = Sample(EXACT_ZERO if infeasible == 'zero' else Term(INF), {'logits': [EXACT_ZERO] * len(logits)})
    if len(labels) + sum(x == y for x, y in zip(labels, labels[1:])) > steps:
        return none
    p = [softmax(logits[t * width:(t + 1) * width]) for t in range(steps)]
    if any(step is None for step in p):
        return Sample(NAN_TERM, {'logits': [NAN_TERM] * len(logits)})
    states = [blank]
    for label in labels:
        states += [label, blank]
    n = len(states)
    into = [[s] + [s - 1] * (s > 0) + [s - 2] * (s > 1 and states[s] not in (blank, states[s - 2])) for s in range(n)]
    a = [[ONE] + [ZERO] * (n - 1)]
    for step in p:
        a.append([step[states[s]] * sum(a[-1][r] for r in into[s]) for s in range(n)])
    b = [[ONE if s >= n - 2 else ZERO for s in range(n)]]
    for step in reversed(p):
        after = [step[states[s]] * b[0][s] for s in range(n)]
        b.insert(0, [sum(after[s] for s in range(n) if r in into[s]) for r in range(n)])
    z = sum(a[-1][-2:])
    if z == 0:
        return none
    if steps > 0 and width ** steps < 300:
        assert abs(z - by_enumeration(p, list(labels), blank)) < mpf(10) ** -60 * z
    grad = []
    for t, step in enumerate(p):
        occupancy = [ZERO] * width
        for s in range(n):
            occupancy[states[s]] += a[t + 1][s] * b[t + 1][s] / z
        for x, y in zip(step, occupancy):
            size = max(x, y)
            grad.append(Term(x - y, scale=size, absolute=size * mpf(10) ** -11) if size else EXACT_ZERO)
    value = -mp.log(z)
    return Sample(Term(value, absolute=max(ONE, value) * mpf(10) ** -12), {'logits': grad})


def cases(dtype, rng):
    def case(note, logits, labels, k, n=1, smooth=True, weight=None, reduction='mean', **options):
        return Case(dtype, note, {'logits': logits}, labels=labels, width=k, batch=n, options=options, smooth=smooth,
                    weight=weight, reduction=reduction)

    def spell(count, k, blank=0):
        return [(blank + 1 + rng.integer(k - 1)) % k for _ in range(count)]

    def draw(n, steps, k, count, spread=1.5, blank=0):
        return rng.normals(n * steps * k, spread), spell(n * count, k, blank), k, n

    for n, steps, k, count in ((1, 1, 2, 1), (2, 2, 2, 1), (1, 3, 3, 2), (2, 5, 3, 2), (3, 4, 5, 2), (1, 7, 2, 3), (2, 8, 4, 3),
                               (1, 12, 21, 5), (1, 40, 3, 12), (1, 70, 2, 9), (1, 66, 5, 31)):
        yield from case('ordinary', *draw(n, steps, k, count)).reduced('mean', 'none')
    for n, steps, k, count in ((2, 3, 3, 1), (1, 6, 4, 3)):
        for blank in range(k):
            yield case('blank', *draw(n, steps, k, count, blank=blank), **({'blank': blank} if blank else {}))
    yield from case('no-labels', rng.normals(2 * 3 * 3), [], 3, 2).reduced('mean', 'sum', 'none')
    yield from case('only-the-blank', rng.normals(2 * 3), [], 1, 2, smooth=False).reduced('mean', 'none')
    # Equal labels need a blank between them.
    yield case('repeats', rng.normals(5 * 3), [1, 1, 2], 3)
    yield case('repeats', rng.normals(6 * 2), [1, 1, 1], 2)
    yield case('one-path', rng.normals(5 * 2), [1, 1, 1], 2)
    yield case('one-path', rng.normals(3 * 4), [1, 2, 3], 4)
    for mode in ({}, {'infeasible': 'zero'}):
        for weight in (None, [0.5, 2.0, 1.5]):
            yield from case('infeasible', rng.normals(3 * 4 * 3), [1, 1, 1, 1, 2, 1, 2, 2, 2], 3, 3, smooth=False, weight=weight,
                            **mode).reduced('mean', 'sum', 'none')
        yield case('infeasible-nan-unread', [NAN] * 6, [1, 1, 1], 3, smooth=False, **mode)
        masked = rng.normals(4 * 3)
        masked[1::3] = [-INF] * 4
        yield case('masked-label', masked, [1, 2], 3, smooth=False, **mode)
        yield case('no-steps', rng.normals(2 * 2 * 2), [1, 1], 2, 2, smooth=False, inputLengths=[0, 1], **mode)
    # Lengths: what lies beyond them isn't read.
    logits, labels, k, n = draw(4, 6, 4, 3)
    for i, used in enumerate((6, 3, 4, 5)):
        logits[(i * 6 + used) * 4:(i + 1) * 24] = [NAN] * (6 - used) * 4
    for i, used in enumerate((3, 1, 2, 0)):
        labels[i * 3 + used:(i + 1) * 3] = [-1, 99, -100][:3 - used]
    both = {'inputLengths': [6, 3, 4, 5], 'labelLengths': [3, 1, 2, 0]}
    for weight in (None, [1.0, 0.25, 3.0, 0.5]):
        yield from case('lengths', logits, labels, k, n, weight=weight, **both).reduced('mean', 'sum', 'none')
    yield from case('nothing-used', [NAN] * 12, [9, 9], 3, 2, smooth=False, inputLengths=[0, 0], labelLengths=[0, 0]
                    ).reduced('mean', 'none')
    # Weights: a sequence of weight 0 isn't read.
    bad = rng.normals(3 * 4 * 3)
    bad[12:24] = [NAN] * 12
    for reduction in ('mean', 'sum', 'none'):
        yield case('weight-0-skips', bad, [1, 2, 7, 0, 2, 1], 3, 3, weight=[1.5, 0.0, 0.5], reduction=reduction)
        yield case('all-weights-0', bad, [1, 2, 7, 0, 2, 1], 3, 3, weight=[0.0] * 3, reduction=reduction)
        yield case('nan', bad, [1, 2, 1, 2, 2, 1], 3, 3, smooth=False, reduction=reduction)
    for note, step in (('masked', [-INF, 0.5, 1.0]), ('masked', [0.5, -INF, 1.0]), ('one-plus-inf', [INF, 1.0, 2.0]),
                       ('one-plus-inf', [1.0, 2.0, INF]), ('two-plus-inf', [INF, 1.0, INF]), ('no-limit', [-INF] * 3),
                       ('nan', [NAN, INF, 0.0])):
        yield case(note, rng.normals(6) + step + rng.normals(6), [1, 2], 3, smooth=False)
    # Confident, right and wrong.
    peaked = [30.0 if k == want else 0.0 for want in (0, 1, 1, 0, 2, 0) for k in range(3)]
    yield from case('confident', peaked, [1, 2], 3, smooth=False).reduced('mean', 'none')
    yield case('confident-and-wrong', peaked, [2, 1], 3, smooth=False)
    yield case('equal', [0.25] * 24, [1, 2], 4)
    yield case('tiny', rng.wides(15, -110, -90), [1, 2], 3, smooth=False)
    yield case('1e4', [rng.choice([1e4, -1e4, 0.0, 5e3]) for _ in range(30)], [1, 2], 3, smooth=False)
    huge = 2e37 if dtype == 'float32' else 1e280
    yield case('huge', [huge, 0.0, 0.0, -huge, huge, 0.0, 0.0, 0.0, huge, 1.0, 0.0, -huge], [1, 2], 3, smooth=False)
    yield case('huge-and-wrong', [huge, 0.0, 0.0, huge, 0.0, 0.0, huge, 0.0, 0.0], [1, 2], 3, smooth=False)
    # The only path there is goes where no step wants to: probabilities far below the smallest double, one by one and together.
    yield case('against-the-grain', [rng.choice([700.0, 650.0, 0.0]) if k else 900.0 for _ in range(9) for k in range(3)],
               [1, 2, 1, 2, 1, 2, 1, 2, 1], 3, smooth=False)
    late = [x for t in range(60) for x in (0.0, 90.0 if t < 50 else -90.0, -90.0 if t < 50 else 90.0)]
    yield case('late', late, [1, 2, 1, 2, 1, 2], 3, smooth=False)
    # Every path goes through logits so far below the others that only differences between paths are small, in one step or in another.
    for far, step in ((-1e17, 32.0), (-1e12, 0.5), (-3e7, 2.0), (-1e17, 0.0)):
        for rows in ([[0.0, 1.0, -1.0, 0.5], [far, far + step, far + 2 * step, 0.0], [0.25, far + step, 1.0, 0.0], [0.5, far, 0.0, 1.0]],
                     [[far, 0.0, far, 1.0], [far + step, far, 0.5, 0.25], [far, far + step, far, 2.0], [1.0, far, far, 0.0]]):
            yield case('deep', [x for row in rows for x in row], [1, 2], 4, smooth=False)
    for far in (-1e17, -1e20, -1e30):
        yield case('deep', [0.25, far, 1.0, -0.5, far, 0.75], [1], 3, smooth=False)
    yield case('deep', [-1e17, -1e17, 0.0] * 5, [1], 3, smooth=False)
    yield case('deep-equal-labels', [-1e17, -1e17, 0.0] * 5, [1, 1], 3, smooth=False)
