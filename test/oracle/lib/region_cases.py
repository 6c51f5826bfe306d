"""Regions of images: what the oracles of dice, jaccard and tversky share, and their cases."""

from mpmath import mp, mpf

from .arith import EXACT_ZERO, INF, NAN, NAN_TERM, ONE, ZERO, Term, largest, row_ulps, sigmoid
from .case import Case
from .softmax import softmax


class Pixel:
    """What an activation makes of a pixel's predictions: p and 1 - p of its classes, and the rounding granted for p, in ULPs of 1."""

    def __init__(self, z, activation):
        self.p, self.rest = list(z), [1 - x for x in z]
        self.soft, self.ulps = [ZERO] * len(z), ZERO
        if activation == 'sigmoid':
            self.p, self.rest = [sigmoid(x) for x in z], [sigmoid(-x) for x in z]
        elif activation == 'softmax':
            s = softmax(z)
            self.p, self.rest, self.soft = (s.p, s.rest, s.soft) if s else ([NAN] * len(z), [NAN] * len(z), self.soft)
            self.ulps = row_ulps(len(z))

    def back(self, g, k, activation):
        """The derivative in prediction k, of those in p, which are Terms."""
        # What weighs nothing isn't read.
        if activation == 'none' or activation == 'sigmoid' and g[k] is EXACT_ZERO:
            return g[k]
        if activation == 'sigmoid':
            return g[k].times(self.p[k] * self.rest[k])
        shares = [self.rest[k] if j == k else -p for j, p in enumerate(self.p)]
        value = self.p[k] * sum(x.value * share for x, share in zip(g, shares))
        terms = [self.p[k] * max(abs(x.value), x.scale) * abs(share) for x, share in zip(g, shares)]
        # p_k and p_j are rounded, each by the distance of its logit to the largest; 1 - p_k is the sum of the others.
        others = [sum(self.soft[:k] + self.soft[k + 1:]) if j == k else soft for j, soft in enumerate(self.soft)]
        soft = sum(abs(x.value) * (self.soft[k] * abs(share) + self.p[k] * other) for x, share, other in zip(g, shares, others))
        return Term(value, scale=largest(*terms), ulps=self.ulps, factor=max(x.factor for x in g), soft=soft)


class Region:
    """The sums over the pixels of a class, and the loss that they make."""

    def __init__(self):
        self.shared = self.beyond = self.missing = self.soft = ZERO
        self.has_nan = False

    def add(self, p, y, soft, w):
        self.has_nan = self.has_nan or bool(mp.isnan(p) or mp.isnan(y))
        if self.has_nan:
            return
        self.shared += w * min(p, y)
        self.beyond += w * max(p - y, ZERO)
        self.missing += w * max(y - p, ZERO)
        self.soft += w * soft

    def terms(self, alpha, beta, gamma, smooth):
        """The loss x^gamma, x = N/(I + N + s), and its derivatives where p > y, p = y and p < y."""
        if self.has_nan:
            return NAN_TERM, [NAN_TERM] * 3
        n = alpha * self.beyond + beta * self.missing
        right = self.shared + smooth
        d = right + n
        x = n / d if n else ZERO
        # What a rounding of p by one ULP does to x.
        moved = self.soft * max(alpha, beta, ONE) / d if d else ZERO
        power = x ** gamma if gamma else ONE
        condition = 1 + gamma * (1 + abs(mp.log(x))) if x and gamma not in (0, 1) else ONE
        slope = gamma * x ** (gamma - 1) if x else ONE if gamma == 1 else ZERO
        if gamma == 0 or d == 0:
            slope = ZERO
        loss = Term(power, factor=condition, soft=moved * slope)
        if not slope:
            return loss, [EXACT_ZERO] * 3
        grads = []
        for i in (ZERO, ONE / 2, ONE):
            parts = [(1 - i) * alpha * right, -i * beta * right, -i * n]
            value = slope * sum(parts) / d ** 2
            scale = slope * largest(*parts) / d ** 2 if i == ONE / 2 else ZERO
            grads.append(Term(value, scale=scale, factor=condition, soft=abs(value) * moved * (2 + abs(gamma - 1) / x if x else 2)))
        return loss, grads


def regions_of(pred, target, labels, width, images, weight, alpha, beta, gamma, smooth, activation='none', ignore_index=None,
               over_batch=False, class_weight=None):
    """The regions' losses and weights, and a function that gives the gradient of their sum times a scale."""
    pixels = len(pred) // (images * width) if images * width else 0
    sw = weight or [ONE] * images
    cw = class_weight or [ONE] * width
    ignored = ignore_index if isinstance(ignore_index, list) else [ignore_index]

    def y_of(n, i, k):
        if labels is None:
            return target[(n * pixels + i) * width + k]
        return mpf(labels[n * pixels + i] == k + (width == 1))

    def is_out(n, i):
        return sw[n] == 0 or labels is not None and labels[n * pixels + i] in ignored

    def pixel(n, i):
        at = (n * pixels + i) * width
        return Pixel(pred[at:at + width], activation)

    regions = [[Region() for _ in range(width)] for _ in range(1 if over_batch else images)]
    for n in range(images):
        for i in range(pixels):
            if is_out(n, i):
                continue
            x = pixel(n, i)
            for k in range(width):
                regions[0 if over_batch else n][k].add(x.p[k], y_of(n, i, k), x.soft[k], sw[n] if over_batch else ONE)
    weights = [(ONE if over_batch else sw[n]) * cw[k] for n in range(len(regions)) for k in range(width)]
    terms = [region.terms(alpha, beta, gamma, smooth) for row in regions for region in row]

    def slope(n, k, p, y, scale):
        r = (0 if over_batch else n) * width + k
        over, even, under = terms[r][1]
        which = under if p < y or y == 1 else over if p > y or y == 0 else even
        if mp.isnan(p) or mp.isnan(y):
            which = over
        return which.times(weights[r] * scale * (sw[n] if over_batch else ONE))

    def gradient(scale):
        out = []
        for n in range(images):
            for i in range(pixels):
                if is_out(n, i):
                    out += [EXACT_ZERO] * width
                    continue
                x = pixel(n, i)
                g = [slope(n, k, x.p[k], y_of(n, i, k), scale) for k in range(width)]
                out += [x.back(g, k, activation) for k in range(width)]
        return out

    return [t[0] for t in terms], weights, gradient


def cases(dtype, rng, settings):
    """What every loss of regions meets, for some settings of its own options, of which the first are the defaults."""
    def case(note, pred, k, n=1, target=None, labels=None, smooth=True, weight=None, reduction='mean', **options):
        inputs = {'pred': pred} if target is None else {'pred': pred, 'target': target}
        return Case(dtype, note, inputs, labels=labels, width=k, batch=n, options=options, smooth=smooth, weight=weight, reduction=reduction)

    def predictions(count, activation):
        return rng.uniforms(count) if activation == 'none' else rng.normals(count, 2.0)

    def labels_of(count, k):
        return rng.labels(count, max(k, 2))

    def soft(count):
        return [rng.choice([0.0, 1.0, rng.unit()]) for _ in range(count)]

    activations = [{}, {'activation': 'sigmoid'}, {'activation': 'softmax'}]
    kind = lambda options: options.get('activation', 'none')
    for own in settings:
        for options in activations:
            for n, k, pixels in ((1, 1, 3), (2, 1, 17), (1, 2, 5), (2, 3, 4), (1, 5, 33), (1, 21, 4))[:6 if own is settings[0] else 3]:
                pred = predictions(n * pixels * k, kind(options))
                smooth = own is settings[0] and n * pixels * k < 40
                yield from case('ordinary', pred, k, n, labels=labels_of(n * pixels, k), smooth=smooth, **own, **options).reduced('none', 'mean')
                yield from case('soft-targets', pred, k, n, target=soft(n * pixels * k), smooth=smooth, **own, **options
                                ).reduced('none', 'mean')
    for options in activations:
        activation = kind(options)
        # Longer than what is added up together.
        for k, pixels in ((1, 150), (3, 131)):
            yield case('long', predictions(pixels * k, activation), k, labels=labels_of(pixels, k), smooth=False, **options)
            yield case('long-soft', predictions(pixels * k, activation), k, target=soft(pixels * k), smooth=False, **options)
        if activation == 'softmax':
            yield case('many-classes', predictions(2 * 300, activation), 300, labels=labels_of(2, 300), smooth=False, **options)
        for s in (0.0, 1.0, 1e-30, 7.5):
            yield Case(dtype, 'smooth', {'pred': predictions(12, activation)}, labels=labels_of(6, 2), width=2, batch=1,
                       options={'smooth': s, **options})
        for together, cw, sw in ((t, c, w) for t in (False, True) for c in (None, [0.5, 2.0, 0.0]) for w in (None, [1.5, 0.0, 0.25])):
            more = {**options, **({'overBatch': True} if together else {}), **({'classWeight': cw} if cw else {})}
            pred, labels = predictions(3 * 4 * 3, activation), labels_of(12, 3)
            for reduction in ('none', 'mean'):
                yield case('weights', pred, 3, 3, labels=labels, weight=sw, reduction=reduction, **more)
                yield case('weights-soft', pred, 3, 3, target=soft(36), weight=sw, reduction=reduction, **more)
        for ignored in (255, -1, 1, [255, 0], [2, -100, 7]):
            left_out = ignored if isinstance(ignored, list) else [ignored]
            labels = [rng.choice(left_out) if rng.unit() < 0.4 else rng.integer(3) for _ in range(10)]
            pred = predictions(30, activation)
            for i, label in enumerate(labels):
                if label in left_out:
                    pred[3 * i:3 * i + 3] = [NAN, INF, -2.0]
            for reduction in ('none', 'mean'):
                yield case('ignored', pred, 3, 2, labels=labels, reduction=reduction, smooth=False, ignoreIndex=ignored, **options)
                yield case('ignored-together', pred, 3, 2, labels=labels, reduction=reduction, smooth=False, ignoreIndex=ignored,
                           overBatch=True, **options)
        yield case('ignored-mask', predictions(6, activation), 1, 2, labels=[0, 255, 1, 1, 255, 0], ignoreIndex=255, **options)
        yield from case('all-ignored', [NAN] * 12, 3, 2, labels=[9] * 4, smooth=False, ignoreIndex=9, **options).reduced('none', 'mean')
        # An image, and a class, of weight 0 aren't read.
        pred = predictions(18, activation)
        pred[6:12] = [NAN] * 6
        for reduction in ('none', 'mean', 'sum'):
            yield case('weight-0-skips', pred, 3, 3, labels=[0, 1, 7, 99, 2, 1], weight=[1.0, 0.0, 2.0], reduction=reduction, **options)
            yield case('all-weights-0', pred, 3, 3, labels=[0, 1, 7, 99, 2, 1], weight=[0.0] * 3, reduction=reduction, **options)
        if activation != 'softmax':
            pred = predictions(12, activation)
            pred[1::3] = [NAN] * 4
            yield from case('class-weight-0-skips', pred, 3, 2, labels=labels_of(4, 3), smooth=False, classWeight=[1.0, 0.0, 0.5],
                            **options).reduced('none', 'mean')
        pred = predictions(24, activation)
        pred[4] = NAN
        for more in ({}, {'overBatch': True}):
            yield from case('nan', pred, 3, 2, labels=labels_of(8, 3), smooth=False, **options, **more).reduced('none', 'mean')
        targets = soft(24)
        targets[7] = NAN
        yield from case('nan-target', predictions(24, activation), 3, 2, target=targets, smooth=False, **options).reduced('none', 'mean')
    # Regions where there is nothing, or all is right, or wrong.
    for s in (None, 0.0, 1.0):
        more = {} if s is None else {'smooth': s}
        for note, pred, target in (('nothing', [0.0] * 4, [0.0] * 4), ('right', [1.0, 0.0, 1.0, 0.0], [1.0, 0.0, 1.0, 0.0]),
                                   ('wrong', [1.0, 0.0, 1.0, 0.0], [0.0, 1.0, 0.0, 1.0]), ('absent', [0.5, 0.25, 0.0, 1.0], [0.0] * 4),
                                   ('missed', [0.0] * 4, [1.0, 0.0, 0.5, 0.0]), ('minus-0', [-0.0] * 4, [0.0, -0.0, 1.0, 1.0])):
            c = Case(dtype, note, {'pred': pred, 'target': target}, width=1, batch=1, options=more, smooth=False)
            yield from c.reduced('none', 'mean')
            if all(y in (0.0, 1.0) for y in target):
                yield Case(dtype, note, {'pred': pred}, labels=[int(y) for y in target], width=1, batch=1, options=more, smooth=False)
    # As good as soft targets get: p = y is the best.
    even = [0.5, 0.25, 0.75, 1.0, 0.0, 0.125]
    yield case('equal', even, 1, target=even, smooth=False, reduction='none')
    yield case('equal', even, 2, target=[0.5, 0.5, 0.75, 0.0, 0.25, 0.125], smooth=False, reduction='none')
    yield case('equal', [0.0, 0.0], 1, target=[0.5, 0.5], smooth=False, reduction='none', activation='sigmoid')
    yield case('equal', [1.5] * 8, 4, target=[0.25] * 8, smooth=False, reduction='none', activation='softmax')
    # Confident, right and wrong: 1 - p keeps its digits.
    for activation in ('sigmoid', 'softmax'):
        for size in (8.0, 30.0, 80.0, 1e4):
            pred = [size if k == want else -size / 4 for want in (0, 1, 2, 1) for k in range(3)]
            for labels in ([0, 1, 2, 1], [0, 1, 2, 0], [1, 2, 0, 0]):
                yield case('confident', pred, 3, labels=labels, smooth=False, reduction='none', activation=activation)
            yield case('confident-soft', pred, 3, target=rng.simplexes(4, 3), smooth=False, reduction='none', activation=activation)
    n = -INF
    for note, z in (('masked', [1.0, n, 2.0]), ('one-plus-inf', [1.0, INF, 2.0]), ('one-plus-inf', [INF, n, 2.0]),
                    ('two-plus-inf', [INF, 1.0, INF]), ('no-limit', [n, n, n]), ('nan', [NAN, INF, 0.0])):
        for label in range(3):
            yield case(note, rng.normals(6) + z + rng.normals(3), 3, 2, labels=[0, 1, label, 2], smooth=False, reduction='none',
                       activation='softmax')
    yield case('infinite', [INF, -INF, 1.0, -INF, INF, 0.0], 1, labels=[1, 1, 0, 0, 1, 0], smooth=False, reduction='none', activation='sigmoid')
    huge = 3e38 if dtype == 'float32' else 1.7e308
    yield case('huge', [huge, -huge, 0.0, -huge, huge, huge], 3, labels=[0, 2], smooth=False, reduction='none', activation='softmax')
    yield case('huge', [huge, -huge, 0.0, -huge], 1, labels=[1, 1, 0, 0], smooth=False, reduction='none', activation='sigmoid')
    yield case('tiny', rng.wides(9, -110, -90), 3, labels=[0, 1, 2], smooth=False, reduction='none', activation='softmax')
    tiny = [abs(x) for x in rng.wides(6, -120, -100)]
    yield case('tiny', tiny, 1, labels=[0, 1, 0, 0, 0, 1], smooth=False, reduction='none')
    yield Case(dtype, 'tiny', {'pred': tiny}, labels=[0] * 6, width=1, batch=1, options={'smooth': 0.0}, smooth=False)
    # Nothing at all.
    for k, images in ((2, 0), (3, 2)):
        for reduction in ('mean', 'sum', 'none'):
            yield case('no-pixels', [], k, images, labels=[], smooth=False, reduction=reduction)
