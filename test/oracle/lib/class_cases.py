"""What the cases of rows of classes share."""

from itertools import product

from mpmath import mp, mpf

from .case import INF, NAN, Case

WIDTHS = (1, 2, 3, 5, 10, 17, 64, 130)


def class_rows(k):
    return max(1, min(4, 24 // k))


def logs(xs):
    return [float(mp.log(mpf(x))) if x else -INF for x in xs]


def one_hot(labels, k):
    return [1.0 if j == y else 0.0 for y in labels for j in range(k)]


class Maker:
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
                yield self.dense('combination-one-hot', self.draw(n, k), one_hot(labels, k), k, weight=sw,
                                 reduction='mean', **options)

    def common(self, smoothing=(0.0, 0.1)):
        rng = self.rng
        for k in WIDTHS:
            yield self.random_labels('ordinary', class_rows(k), k)
            yield self.random_dense('soft-targets', class_rows(k) if k < 64 else 1, k)
        for k in (3, 10, 40):
            yield from self.random_labels('ordinary', 2, k).reduced('mean', 'sum')
        yield from self.random_dense('soft-targets', 3, 3).reduced('mean', 'sum')
        yield from self.combinations(smoothing)
        # the same rows in both forms
        x, labels = self.draw(4, 5), rng.labels(4, 5)
        for options in ({}, {'classWeight': [0.5, 2.0, 1.0, 3.0, 0.25]}):
            for reduction in ('none', 'mean'):
                yield self.labels('both-forms', x, labels, reduction=reduction, **options)
                yield self.dense('both-forms', x, one_hot(labels, 5), 5, reduction=reduction, **options)
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


def logit_draw(rng, spread=3.0):
    return lambda n, k: rng.normals(n * k, spread)


def logit_edges(dtype, rng):
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
