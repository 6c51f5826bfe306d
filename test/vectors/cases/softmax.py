"""Losses of rows of classes."""

from itertools import product

from mpmath import mp, mpf

from .case import INF, NAN, Case

WIDTHS = (1, 2, 3, 5, 10, 17, 64, 130)


def _rows(k):
    return max(1, min(4, 24 // k))


def _log(xs):
    return [float(mp.log(mpf(x))) if x else -INF for x in xs]


def _one_hot(labels, k):
    return [1.0 if j == y else 0.0 for y in labels for j in range(k)]


class _Maker:
    """Cases of one loss whose first input is called name and drawn by draw(n, k)."""

    def __init__(self, dtype, rng, name, draw):
        self.dtype, self.rng, self.name, self.draw = dtype, rng, name, draw

    def labels(self, note, x, labels, k=None, smooth=True, weight=None, reduction='none', **options):
        return Case(self.dtype, note, {self.name: x}, labels=labels, width=k or len(x) // len(labels), options=options,
                    smooth=smooth, weight=weight, reduction=reduction)

    def dense(self, note, x, target, k, smooth=True, weight=None, reduction='none', **options):
        return Case(self.dtype, note, {self.name: x, 'target': target}, width=k, options=options, smooth=smooth,
                    weight=weight, reduction=reduction)

    def random_labels(self, note, n, k, **more):
        return self.labels(note, self.draw(n, k), self.rng.labels(n, k), **more)

    def random_dense(self, note, n, k, **more):
        return self.dense(note, self.draw(n, k), self.rng.simplexes(n, k), k, **more)

    def combinations(self, smoothing):
        """labelSmoothing x classWeight x ignoreIndex x sampleWeight x reduction."""
        rng, k, n = self.rng, 4, 4
        class_weight = [0.5, 2.0, 0.0, 1.25]
        for s, cw, ignore, sw in product(smoothing, (None, class_weight), (None, -100), (None, [1.5, 0.25, 2.0, 0.75])):
            options = {**({'labelSmoothing': s} if s else {}), **({'classWeight': cw} if cw else {}),
                       **({'ignoreIndex': ignore} if ignore is not None else {})}
            labels = [rng.choice([0, 1, 3]) for _ in range(n)]
            if ignore is not None:
                labels[2] = ignore
            if cw:
                labels[1] = 2  # of class weight 0
            for reduction in ('mean', rng.choice(['sum', 'none']))[:1 if ignore is None else 2]:
                yield self.labels('combination', self.draw(n, k), labels, weight=sw, reduction=reduction, **options)
            if ignore is None:
                yield self.dense('combination-dense', self.draw(3, k), rng.simplexes(3, k), k, weight=sw and sw[:3],
                                 reduction=rng.choice(['mean', 'sum', 'none']), **options)
                yield self.dense('combination-one-hot', self.draw(n, k), _one_hot(labels, k), k, weight=sw,
                                 reduction='mean', **options)

    def common(self, smoothing=(0.0, 0.1)):
        rng = self.rng
        for k in WIDTHS:
            yield self.random_labels('ordinary', _rows(k), k)
            yield self.random_dense('soft-targets', _rows(k) if k < 64 else 1, k)
        for k in (3, 10, 40):
            yield from self.random_labels('ordinary', 2, k).reduced('mean', 'sum')
        yield from self.random_dense('soft-targets', 3, 3).reduced('mean', 'sum')
        yield from self.combinations(smoothing)
        # the same rows in both forms
        x, labels = self.draw(4, 5), rng.labels(4, 5)
        for options in ({}, {'classWeight': [0.5, 2.0, 1.0, 3.0, 0.25]}):
            for reduction in ('none', 'mean'):
                yield self.labels('both-forms', x, labels, reduction=reduction, **options)
                yield self.dense('both-forms', x, _one_hot(labels, 5), 5, reduction=reduction, **options)
        # rows that aren't read
        x = self.draw(4, 3)
        x[0:3] = [NAN, INF, NAN]
        x[6:9] = [NAN, NAN, NAN]
        for reduction in ('mean', rng.choice(['none', 'sum'])):
            yield self.labels('ignored-nan', x, [-100, 1, -100, 2], reduction=reduction, ignoreIndex=-100)
            yield self.labels('ignored-nan', x, [255, 1, 255, 2], reduction=reduction, ignoreIndex=255)
            yield self.labels('ignored-class-0', x, [0, 1, 0, 2], reduction=reduction, ignoreIndex=0)
            yield self.labels('weight-0-skips-nan', x, [0, 1, 2, 2], weight=[0.0, 1.5, 0.0, 0.5], reduction=reduction)
            yield self.labels('class-weight-0-skips-nan', x, [0, 1, 0, 2], reduction=reduction, classWeight=[0.0, 1.5, 0.5])
            yield self.labels('all-ignored', x, [-1, -1, -1, -1], reduction=reduction, ignoreIndex=-1)
            yield self.labels('all-weights-0', x, [0, 1, 2, 2], weight=[0.0] * 4, reduction=reduction)
        yield self.dense('weight-0-skips-nan', x, rng.simplexes(4, 3), 3, weight=[0.0, 1.5, 0.0, 0.5], reduction='mean')
        yield self.labels('all-class-weights-0', self.draw(2, 3), [0, 1], reduction='mean', classWeight=[0.0, 0.0, 0.0])
        x = self.draw(3, 2)
        x[2:4] = [NAN, NAN]
        yield from self.dense('nan-row', x, rng.simplexes(3, 2), 2, smooth=False).reduced('none', 'mean', 'sum')
        yield self.dense('nan-target-row', self.draw(2, 2), [NAN, NAN, 0.25, 0.75], 2, smooth=False)
        yield from self.labels('weights-of-any-size', self.draw(4, 3), rng.labels(4, 3), weight=[1e-3, 1e4, 0.0, 7.0]
                               ).reduced('none', 'mean')
        yield self.dense('unnormalised-targets', self.draw(3, 4), [1.0, 1.0, 0.0, 0.0, 0.5, 1.0, 0.25, 0.0, 0.0, 0.0, 0.0, 0.0],
                         4)
        yield self.dense('unnormalised-targets', self.draw(2, 4), [1.0, 0.75, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0], 4, reduction='mean')


def _logit_draw(rng, spread=3.0):
    return lambda n, k: rng.normals(n * k, spread)


def _logit_edges(dtype, rng):
    """Edges of softmax for label targets, as (note, logits, labels, width)."""
    yield 'offset-1e4', [10001.0, 10000.0, 10000.0, 10001.0, 9999.5, 10000.0], [0, 1, 1], 2
    yield 'offset-minus-1e4', [-10001.0, -10000.0, -10000.0, -10001.0], [0, 1], 2
    yield 'equal', [0.0] * 4 + [1e4] * 4 + [-7.5] * 4 + [1e-30] * 4, [0, 3, 1, 2], 4
    yield 'ties', [1.0, 3.0, 3.0, 3.0, 1.0, 3.0], [1, 0], 3
    yield 'confident', [20.0, 0.0, 0.0, 50.0, 0.0, 1.0, 80.0, 0.0, -3.0, 104.0, 0.0, 0.0], [0, 0, 0, 0], 3
    yield 'confident-and-wrong', [20.0, 0.0, 0.0, 50.0, 0.0, 1.0, 80.0, 0.0, -3.0, 104.0, 0.0, 0.0], [1, 2, 1, 2], 3
    yield '1e4', [1e4, -1e4, 0.0, -1e4, 1e4, 0.0, -1e4, -1e4, 1e4], [0, 0, 1], 3
    yield 'tiny', [1e-30, -1e-30, 2e-30, 0.0, 1e-8, -1e-8], [0, 1, 0], 2
    small = 2.0**-149 if dtype == 'float32' else 2.0**-1074
    yield 'subnormal', [small, -9 * small, 1000 * small], [1], 3
    yield 'wide', rng.uniforms(20, -60.0, 60.0), [0, 1, 2, 3], 5
    yield 'wide-range', rng.wides(20, -30, 8), [3, 2, 1, 0], 5


def cross_entropy(dtype, rng):
    make = _Maker(dtype, rng, 'logits', _logit_draw(rng))
    yield from make.common()
    for note, x, labels, k in _logit_edges(dtype, rng):
        yield make.labels(note, x, labels, smooth=note in ('wide', 'wide-range'))
        yield make.dense(note + '-soft', x[:3 * k], rng.simplexes(min(3, len(labels)), k), k, smooth=False)
    for s in (0.1, 0.5, 1.0, 1e-3):
        yield make.random_labels('smoothing', 2, 6, labelSmoothing=s)
        yield make.random_dense('smoothing', 2, 3, labelSmoothing=s)
        yield make.labels('smoothing-confident', [30.0, 0.0, -1.0, 0.0, 90.0, 0.0, 1e4, -1e4, 0.0], [0, 1, 2], labelSmoothing=s)
    for k in (17, 64, 130):
        yield make.random_labels('smoothing', 1, k, labelSmoothing=0.1)
    yield make.labels('smoothing-1-class', [3.0, -2.0], [0, 0], labelSmoothing=0.1)
    for k in (64, 130):
        yield make.labels('wide', rng.uniforms(k, -30.0, 30.0), [rng.integer(k)])
    huge = 3e38 if dtype == 'float32' else 1.7e308
    half = huge / 2.5
    yield make.labels('huge', [huge, -huge, 0.0, -huge, huge, 0.0], [0, 1], smooth=False)
    yield make.labels('huge', [half, -half, 0.0, -half, half, 0.0], [1, 0], smooth=False)
    yield make.labels('huge-overflow', [huge, -huge, -huge, huge], [1, 0], smooth=False)
    yield make.labels('huge-equal', [huge, huge, -huge, -huge], [1, 0], smooth=False)
    yield make.labels('overflow-on-the-way-smoothing', [huge, -huge], [0], smooth=False, labelSmoothing=0.1)
    n = -INF
    yield make.labels('masked', [1.0, n, 2.0, n, n, 0.5, 3.0, n, -1.0], [0, 2, 0], smooth=False)
    yield from make.labels('masked', [1.0, n, 2.0, n, n, 0.5, 3.0, n, -1.0], [0, 2, 0], smooth=False).reduced('mean', 'sum')
    yield make.labels('masked-target', [1.0, n, 2.0, n, n, 0.5], [1, 0], smooth=False)
    yield from make.labels('masked-target', [1.0, n, 2.0, 0.5], [1, 0], smooth=False).reduced('mean', 'sum')
    yield make.dense('masked-soft', [1.0, n, 2.0, n, 3.0, 0.5], [0.25, 0.0, 0.75, 0.0, 1.0, 0.0], 3, smooth=False)
    yield make.dense('masked-soft-target', [1.0, n, 2.0], [0.25, 0.25, 0.5], 3, smooth=False)
    yield make.labels('masked-smoothing', [1.0, n, 2.0], [0], smooth=False, labelSmoothing=0.1)
    yield make.labels('masked-smoothing-class-weight-0', [1.0, n, 2.0], [0], smooth=False, labelSmoothing=0.1,
                      classWeight=[1.0, 0.0, 0.5])
    yield make.labels('one-plus-inf', [1.0, INF, 2.0, 1.0, INF, 2.0, INF, n, 0.0], [1, 0, 0], smooth=False)
    yield make.dense('one-plus-inf-soft', [1.0, INF, 2.0, 1.0, INF, 2.0], [0.0, 1.0, 0.0, 0.5, 0.5, 0.0], 3, smooth=False)
    yield make.labels('one-plus-inf-mean', [1.0, INF, 2.0, 0.5], [1, 0], smooth=False, reduction='mean')
    yield make.labels('no-limit', [n, n, n, 1.0, 2.0, 3.0, INF, 0.0, INF], [0, 1, 0], smooth=False)
    yield make.labels('no-limit', [n, n, n, 1.0, 2.0, 3.0], [0, 1], smooth=False, reduction='mean')
    yield from make.labels('nan', [1.0, NAN, 0.0, 1.0, 2.0, 3.0], [0, 1], smooth=False).reduced('none', 'mean', 'sum')
    yield make.labels('one-class', [5.0, -1e4, 0.0], [0, 0, 0], k=1, smooth=False)
    yield make.labels('class-weights', make.draw(3, 6), [0, 3, 5], classWeight=rng.uniforms(6, 0.0, 3.0), reduction='mean')
    yield make.labels('class-weights-130', make.draw(1, 130), [77], classWeight=rng.uniforms(130, 0.0, 3.0),
                      labelSmoothing=0.2)


def categorical_cross_entropy(dtype, rng):
    make = _Maker(dtype, rng, 'p', lambda n, k: rng.simplexes(n, k))
    yield from make.common()
    for s in (0.1, 0.5, 1.0, 1e-3):
        yield make.random_labels('smoothing', 2, 6, labelSmoothing=s)
        yield make.random_dense('smoothing', 2, 3, labelSmoothing=s)
    peaked = rng.simplexes(3, 5, sharp=12)
    yield make.labels('peaked', peaked, [0, 1, 2])
    yield make.dense('peaked', peaked, rng.simplexes(3, 5), 5)
    yield make.labels('not-normalised', [0.5, 0.9, 1.0, 0.1, 0.2, 0.05], [0, 2])
    last = 24 if dtype == 'float32' else 53
    yield make.labels('close-to-1', [1 - 2.0**-last, 2.0**-last, 1 - 2.0**-10, 2.0**-10, 1 - 2.0**-5, 2.0**-5], [0, 0, 0])
    low = [-120, -60, -126] if dtype == 'float32' else [-1000, -300, -1022]
    yield make.labels('close-to-0', [x for e in low for x in (2.0**e, 1.0)], [0, 0, 0])
    small = 2.0**-149 if dtype == 'float32' else 2.0**-1074
    yield make.labels('subnormal', [small, 1.0, 99 * small, 0.5], [0, 0])
    yield make.labels('exactly-0-and-1', [1.0, 0.0, 0.0, 0.0, 1.0, 0.0], [0, 0], smooth=False)
    yield make.dense('exactly-0-and-1', [1.0, 0.0, 0.0, 0.0, 0.5, 0.5, 0.0, 1.0, 0.0],
                     [1.0, 0.0, 0.0, 0.0, 0.5, 0.5, 0.5, 0.5, 0.0], 3, smooth=False)
    yield make.labels('exactly-0-and-1-smoothing', [1.0, 0.0, 0.25, 0.75], [0, 1], smooth=False, labelSmoothing=0.1)
    yield make.labels('exactly-0-smoothing-class-weight-0', [1.0, 0.0, 0.25, 0.75], [0, 0], smooth=False,
                      labelSmoothing=0.1, classWeight=[2.0, 0.0])
    yield from make.labels('wrong-with-certainty', [0.0, 1.0, 0.25, 0.75], [0, 1], smooth=False).reduced('mean', 'sum')


def nll(dtype, rng):
    make = _Maker(dtype, rng, 'logp', lambda n, k: _log(rng.simplexes(n, k)))
    yield from make.common(smoothing=(0.0,))
    yield make.labels('impossible-class', [0.0, -INF, -INF, 0.0, -1.0, -INF], [0, 1, 0], smooth=False)
    yield make.labels('impossible-target', [0.0, -INF, -0.5, -1.0], [1, 0], smooth=False)
    yield from make.labels('impossible-target', [0.0, -INF, -0.5, -1.0], [1, 0], smooth=False).reduced('mean', 'sum')
    yield make.dense('impossible-class-soft', [-1.0, -INF, -0.5, 0.0, -INF, -INF], [0.25, 0.0, 0.75, 1.0, 0.0, 0.0], 3,
                     smooth=False)
    yield make.dense('impossible-target-soft', [-1.0, -INF, -0.5], [0.25, 0.25, 0.5], 3, smooth=False)
    yield make.labels('large', [-1e4, -1e30, 0.0, -3e38, -1.0, -2.0], [0, 0])
    yield make.labels('tiny', [-1e-30, -70.0, -1e-8, -20.0], [0, 0])
    small = 2.0**-149 if dtype == 'float32' else 2.0**-1074
    yield make.labels('subnormal', [-small, -100.0, -77 * small, -100.0], [0, 0])
    yield make.labels('zeros', [0.0, -1.0, -0.0, -1.0], [0, 0], smooth=False)
    yield make.labels('nan', [NAN, -0.5], [0, 0], k=1, smooth=False)
    yield make.labels('class-weights', make.draw(3, 6), [0, 3, 5], classWeight=rng.uniforms(6, 0.0, 3.0), reduction='mean')


GAMMAS = (0.0, 0.5, 1.0, 2.0, 5.0, 2.7)


def focal(dtype, rng):
    make = _Maker(dtype, rng, 'logits', _logit_draw(rng, 2.0))
    for k in WIDTHS:
        yield make.random_labels('ordinary', _rows(k), k)
    for gamma in GAMMAS:
        own = {} if gamma == 2.0 else {'gamma': gamma}
        yield make.random_labels('gamma', 4, 4, **own)
        yield make.random_labels('gamma', 2, 20, **own)
        yield make.random_labels('alpha', 2, 4, alpha=0.25, **own)
        yield make.random_labels('alpha-per-class', 3, 4, alpha=[0.25, 0.0, 3.0, 1.5],
                                 reduction=rng.choice(['none', 'mean', 'sum']), **own)
        if gamma <= 2:
            yield make.labels('masked', [1.0, -INF, 2.0, -INF, -INF, 0.5, 3.0, -INF, -1.0], [0, 2, 0], smooth=False, **own)
            yield make.labels('masked-target', [1.0, -INF, 2.0, 0.5, 1.0, 0.0], [1, 0], smooth=False, **own)
            yield make.labels('one-plus-inf', [1.0, INF, 2.0, 1.0, INF, 2.0], [1, 0], smooth=False, **own)
        yield make.labels('confident', [20.0, 0.0, 0.0, 50.0, 0.0, 1.0, 100.0, 0.0, -3.0], [0, 0, 0], **own)
        yield make.labels('confident-and-wrong', [20.0, 0.0, 0.0, 50.0, 0.0, 1.0, 100.0, 0.0, -3.0], [1, 2, 1], **own)
    for note, x, labels, k in _logit_edges(dtype, rng):
        yield make.labels(note, x, labels, smooth=note in ('wide', 'wide-range'))
        yield make.labels(note, x[:2 * k], labels[:2], smooth=False, gamma=0.5) if len(labels) > 1 else \
            make.labels(note, x, labels, smooth=False, gamma=1.0)
    for gamma in (0.1, 1e-3, 10.0):
        yield make.random_labels('gamma', 2, 3, gamma=gamma)
    for ignore, sw, alpha in product((None, -100), (None, [1.5, 0.25, 2.0, 0.0]), (None, 0.25, [0.5, 1.0, 2.0])):
        labels = rng.labels(4, 3)
        if ignore is not None:
            labels[1] = ignore
        options = {**({'ignoreIndex': ignore} if ignore is not None else {}), **({'alpha': alpha} if alpha else {})}
        yield make.labels('combination', make.draw(4, 3), labels, weight=sw, gamma=1.5,
                          reduction=rng.choice(['mean', 'mean', 'sum', 'none']), **options)
    x = make.draw(4, 3)
    x[0:3] = [NAN, INF, NAN]
    x[6:9] = [NAN, NAN, NAN]
    for reduction in ('none', 'mean', 'sum'):
        yield make.labels('ignored-nan', x, [-100, 1, -100, 2], reduction=reduction, ignoreIndex=-100)
        yield make.labels('weight-0-skips-nan', x, [0, 1, 2, 2], weight=[0.0, 1.5, 0.0, 0.5], reduction=reduction)
        yield make.labels('all-ignored', x, [-1, -1, -1, -1], reduction=reduction, ignoreIndex=-1)
        yield make.labels('all-weights-0', x, [0, 1, 2, 2], weight=[0.0] * 4, reduction=reduction)
        yield make.labels('nan', [1.0, NAN, 0.0, 1.0, 2.0, 3.0], [0, 1], smooth=False, reduction=reduction)
    yield make.labels('one-class', [5.0, -1e4, 0.0], [0, 0, 0], k=1, smooth=False)
    yield make.labels('no-limit', [-INF, -INF, -INF, 1.0, 2.0, 3.0, INF, 0.0, INF], [0, 1, 0], smooth=False)
    huge = 3e38 if dtype == 'float32' else 1.7e308
    yield make.labels('huge', [huge, -huge, 0.0, -huge, huge, 0.0], [0, 2], smooth=False)


def multiclass_hinge(dtype, rng):
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
            yield case('ordinary', *draw(_rows(k), k, 1.0), k=k, **v)
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


CASES = {
    'crossEntropy': cross_entropy,
    'categoricalCrossEntropy': categorical_cross_entropy,
    'nll': nll,
    'focal': focal,
    'multiclassHinge': multiclass_hinge,
}
