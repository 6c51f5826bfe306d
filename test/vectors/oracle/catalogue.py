"""The losses by public name, and their evaluation over a batch: weights, ignored rows, reductions (SPEC section 3)."""

import math
from dataclasses import dataclass
from typing import Callable

from mpmath import mp, mpf

from . import binary, margin, metric, probabilistic, regression, regularizers, softmax
from .arith import EXACT_ZERO, FORMATS, NAN_TERM, ZERO, Sample


@dataclass(frozen=True)
class Loss:
    formula: Callable   # one element or row -> Sample
    inputs: tuple       # argument names, in the order of the formula's arguments
    grads: tuple        # names of the differentiable inputs
    rowwise: bool = False
    hess: bool = True


LOSSES = {
    'binaryCrossEntropy': Loss(binary.binary_cross_entropy, ('p', 'target'), ('p',)),
    'binaryCrossEntropyWithLogits': Loss(binary.binary_cross_entropy_with_logits, ('logits', 'target'), ('logits',)),
    'crossEntropy': Loss(softmax.cross_entropy, ('logits', 'target'), ('logits',), rowwise=True),
    'categoricalCrossEntropy': Loss(softmax.categorical_cross_entropy, ('p', 'target'), ('p',), rowwise=True),
    'nll': Loss(softmax.nll, ('logp', 'target'), ('logp',), rowwise=True),
    'binaryFocal': Loss(binary.binary_focal, ('p', 'target'), ('p',)),
    'binaryFocalWithLogits': Loss(binary.binary_focal_with_logits, ('logits', 'target'), ('logits',)),
    'focal': Loss(softmax.focal, ('logits', 'target'), ('logits',), rowwise=True),
    'hinge': Loss(margin.hinge, ('pred', 'target'), ('pred',)),
    'squaredHinge': Loss(margin.squared_hinge, ('pred', 'target'), ('pred',)),
    'multiclassHinge': Loss(margin.multiclass_hinge, ('logits', 'target'), ('logits',), rowwise=True),
    'mse': Loss(regression.mse, ('pred', 'target'), ('pred',)),
    'mae': Loss(regression.mae, ('pred', 'target'), ('pred',)),
    'huber': Loss(regression.huber, ('pred', 'target'), ('pred',)),
    'smoothL1': Loss(regression.smooth_l1, ('pred', 'target'), ('pred',)),
    'logCosh': Loss(regression.log_cosh, ('pred', 'target'), ('pred',)),
    'klDivergence': Loss(probabilistic.kl_divergence, ('q', 'p'), ('q',), rowwise=True),
    'entropy': Loss(probabilistic.entropy, ('p',), ('p',), rowwise=True),
    'gaussianKl': Loss(probabilistic.gaussian_kl, ('mu', 'logVar'), ('mu', 'logVar'), rowwise=True),
    'elbo': Loss(probabilistic.elbo, ('recon', 'target', 'mu', 'logVar'), ('recon', 'mu', 'logVar'), rowwise=True),
    'gaussianNll': Loss(probabilistic.gaussian_nll, ('mean', 'target', 'logVar'), ('mean', 'logVar')),
    'contrastive': Loss(metric.contrastive, ('z1', 'z2', 'target'), ('z1', 'z2'), rowwise=True, hess=False),
    'triplet': Loss(metric.triplet, ('anchor', 'positive', 'negative'), ('anchor', 'positive', 'negative'), rowwise=True,
                    hess=False),
    'ntXent': Loss(metric.nt_xent, ('za', 'zb'), ('za', 'zb'), rowwise=True, hess=False),
    'l1': Loss(regularizers.l1, ('theta',), ('theta',), hess=False),
    'l2': Loss(regularizers.l2, ('theta',), ('theta',), hess=False),
    'elasticNet': Loss(regularizers.elastic_net, ('theta',), ('theta',), hess=False),
}


@dataclass
class Result:
    """Terms as they are returned: one value (reduced) or one per sample, and flat gradients by input name."""

    value: list
    grad: dict
    hess: dict | None
    parts: dict
    has_nan: bool  # some sample that is read holds NaN


def _snake(name):
    return ''.join('_' + c.lower() if c.isupper() else c for c in name)


def _exact(value):
    if isinstance(value, list):
        return [mpf(v) for v in value]
    return mpf(value) if isinstance(value, float) else value


def count(loss, case):
    """Elements, or rows of a rowwise loss."""
    first = len(next(iter(case.inputs.values())))
    if not loss.rowwise:
        return first
    return case.batch if case.batch is not None else first // case.width


def row_weights(loss, case):
    """The sample weight of each element or row; a pointwise loss with a width may have one per row."""
    n = count(loss, case)
    if case.weight is None:
        return [mpf(1)] * n
    per_weight = n // len(case.weight)
    return [mpf(case.weight[i // per_weight]) for i in range(n)]


def samples(loss, case, data):
    """Evaluate every element or row. `data` holds the inputs as lists of mpf."""
    n, weights = count(loss, case), row_weights(loss, case)
    options = {_snake(k): _exact(v) for k, v in case.options.items() if k not in ('ignoreIndex', 'reduction')}
    ignore = case.options.get('ignoreIndex')
    out = []
    for i in range(n):
        args, bad = [], False
        for name in loss.inputs:
            if name == 'target' and case.labels is not None:
                args.append(case.labels[i])
                continue
            width = len(data[name]) // n
            part = data[name][i * width:(i + 1) * width]
            bad = bad or any(mp.isnan(x) for x in part)
            scalar = not loss.rowwise or (loss.formula is metric.contrastive and name == 'target')
            args.append(part[0] if scalar else part)
        lengths = {name: len(data[name]) // n for name in loss.grads}
        zeros = {name: [EXACT_ZERO] * k if loss.rowwise else EXACT_ZERO for name, k in lengths.items()}
        if case.labels is not None and case.labels[i] == ignore or weights[i] == 0:
            out.append((Sample(EXACT_ZERO, zeros, zeros, ZERO, skip=True), False))
            continue
        own = {k: v[i % case.width] if k == 'pos_weight' and isinstance(v, list) else v for k, v in options.items()}
        if bad and not _weightless(case, i):
            nans = {name: [NAN_TERM] * k if loss.rowwise else NAN_TERM for name, k in lengths.items()}
            out.append((Sample(NAN_TERM, nans, nans), True))
        else:
            out.append((loss.formula(*args, **own), False))
    return out


def _weightless(case, i):
    """A label of class weight 0: the row is skipped."""
    weights = case.options.get('classWeight')
    return bool(weights) and case.labels is not None and weights[case.labels[i]] == 0


def _flat(terms_by_sample, name, weights, rowwise):
    flat = []
    for terms, w in zip(terms_by_sample, weights):
        each = terms[name] if rowwise else [terms[name]]
        flat += [t.times(w) for t in each]
    return flat


class Reduced:
    """A reduced value: the exact sum of its samples over a divisor, whose tolerance is the sum of theirs."""

    def __init__(self, terms, divisor=mpf(1)):
        self.terms, self.divisor = terms, divisor
        self.value = sum((t.value for t in terms), ZERO) / divisor

    def printed(self, fmt):
        double = FORMATS['float64']
        if any(not math.isfinite(fmt.round(t.value)) for t in self.terms):
            return sum(fmt.round(t.value) for t in self.terms), ZERO
        return double.round(self.value), sum((fmt.tolerance(t) for t in self.terms), ZERO) / self.divisor


def evaluate(loss, case, data):
    if loss.formula is metric.nt_xent:
        return _evaluate_nt_xent(case, data)
    pairs = samples(loss, case, data)
    each = [s for s, _ in pairs]
    own = [ZERO if s.skip else w for s, w in zip(each, row_weights(loss, case))]
    scale = mpf(1)
    if case.reduction == 'mean':
        total = sum((w * s.den for w, s in zip(own, each)), ZERO)
        scale = 1 / total if total else ZERO
    weights = [w * scale for w in own]
    values = [s.value.times(w) for s, w in zip(each, own)]
    parts = {}
    if each and each[0].parts or any(s.parts for s in each):
        for name in ('reconstruction', 'kl'):
            terms = [(s.parts or {}).get(name, s.value).times(w) for s, w in zip(each, own)]
            parts[name] = terms if case.reduction == 'none' else [Reduced(terms, 1 / scale if scale else mpf(1))]
    if case.reduction != 'none':
        values = [Reduced(values, 1 / scale if scale else mpf(1))]
    names = loss.grads
    grad = {name: _flat([s.grad for s in each], name, weights, loss.rowwise) for name in names}
    hess = {name: _flat([s.hess for s in each], name, weights, loss.rowwise) for name in names} if loss.hess else None
    return Result(values, grad, hess, parts, any(bad for _, bad in pairs))


def _evaluate_nt_xent(case, data):
    options = {_snake(k): _exact(v) for k, v in case.options.items()}
    values, grad = metric.nt_xent(data['za'], data['zb'], case.width, **options)
    if case.reduction == 'none':
        return Result(values, {}, None, {}, False)
    scale = mpf(1) / len(values) if case.reduction == 'mean' else mpf(1)
    grad = {name: [t.times(scale) for t in terms] for name, terms in grad.items()}
    return Result([Reduced(values, 1 / scale)], grad, None, {}, False)


def printed(t, fmt):
    """The value as an exact double and its absolute tolerance, of a Term or a reduced value."""
    if isinstance(t, Reduced):
        return t.printed(fmt)
    return fmt.round_to_double(t.value), fmt.tolerance(t)
