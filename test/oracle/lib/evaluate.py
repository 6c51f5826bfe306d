"""A loss's oracle, found by its name, and its evaluation over a batch: weights, ignored rows, reductions."""

import inspect
import math
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path

from mpmath import mp, mpf

from .arith import EXACT_ZERO, FORMATS, NAN_TERM, ONE, ZERO, Sample

FOLDER = Path(__file__).parent.parent


@dataclass(frozen=True)
class Loss:
    """What a loss's file says beside its formula, whose arguments without a default are the inputs."""

    grads: tuple           # names of the differentiable inputs
    rowwise: bool = False  # the formula takes a row at a time, not an element
    scalars: tuple = ()    # inputs that have one number a row
    batch: bool = False    # the formula takes all rows at once, their width and their labels, if there are any
    lists: bool = False    # rows may be groups of lengths of their own
    sequence: bool = False # a row is a sequence of steps; the formula takes what is used of it, its labels, and the width
    regions: bool = False  # the formula takes whole images, a region being a class of one
    hess: bool = True


@dataclass(frozen=True)
class Oracle:
    """A file of this folder: `formula` gives the Sample of one element or row, `cases` the cases of a dtype."""

    name: str
    loss: Loss
    formula: object
    cases: object
    hard_cases: object     # inputs and options of one hard case; None where there are no hard ones
    inputs: tuple          # argument names, in the order of the formula's


def names():
    """All losses that have an oracle."""
    return sorted(path.stem for path in FOLDER.glob('*.py'))


@cache
def oracle(name):
    module = import_module(name)
    parameters = inspect.signature(module.formula).parameters.values()
    inputs = tuple(_camel(p.name) for p in parameters if p.default is p.empty)
    return Oracle(name, module.LOSS, module.formula, module.cases, getattr(module, 'hard_cases', None), inputs)


def _camel(name):
    first, *others = name.split('_')
    return first + ''.join(part.capitalize() for part in others)


@dataclass
class Result:
    """Terms as they are returned: one value (reduced) or one per sample, and flat gradients by input name."""

    value: list
    grad: dict
    hess: dict | None
    parts: dict
    has_nan: bool  # some sample that is read holds NaN
    slopes: dict = field(default_factory=dict)  # derivatives by parameters


def _snake(name):
    return ''.join('_' + c.lower() if c.isupper() else c for c in name)


def _exact(value):
    if isinstance(value, list):
        return [mpf(v) for v in value]
    return mpf(value) if isinstance(value, float) else value


def count(found, case):
    """Elements, or rows of a rowwise loss."""
    first = len(next(iter(case.inputs.values())))
    if 'groups' in case.options:
        return len(case.options['groups'])
    if not (found.loss.rowwise or found.loss.batch):
        return first
    return case.batch if case.batch is not None else first // case.width


def row_weights(found, case):
    """The sample weight of each element or row; a pointwise loss with a width may have one per row."""
    n = count(found, case)
    if case.weight is None:
        return [mpf(1)] * n
    per_weight = n // len(case.weight)
    return [mpf(case.weight[i // per_weight]) for i in range(n)]


def samples(found, case, data):
    """Evaluate every element or row. `data` holds the inputs as lists of mpf."""
    if found.loss.sequence:
        return _sequences(found, case, data)
    if found.loss.lists:
        return _lists(found, case, data)
    loss, n, weights = found.loss, count(found, case), row_weights(found, case)
    options = {_snake(k): _exact(v) for k, v in case.options.items() if k not in ('ignoreIndex', 'reduction')}
    ignore = case.options.get('ignoreIndex')
    out = []
    for i in range(n):
        args, bad = [], False
        for name in found.inputs:
            if name == 'target' and case.labels is not None:
                args.append(case.labels[i])
                continue
            width = len(data[name]) // n
            part = data[name][i * width:(i + 1) * width]
            bad = bad or any(mp.isnan(x) for x in part)
            args.append(part[0] if not loss.rowwise or name in loss.scalars else part)
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
            out.append((found.formula(*args, **own), False))
    return out


def _sequences(found, case, data):
    """Evaluate every sequence, as far as it is used: the rest of its gradient is 0."""
    n, weights, width = case.batch, row_weights(found, case), case.width
    room, spelt = len(data['logits']) // n, len(case.labels) // n
    used = [case.options.get(name) or [most] * n
            for name, most in (('inputLengths', room // width), ('labelLengths', spelt))]
    options = {k: v for k, v in case.options.items() if not k.endswith('Lengths')}
    out = []
    for i, (w, steps, labels) in enumerate(zip(weights, *used)):
        if w == 0:
            out.append((Sample(EXACT_ZERO, {'logits': [EXACT_ZERO] * room}, den=ZERO, skip=True), False))
            continue
        sample = found.formula(data['logits'][i * room:i * room + steps * width],
                               case.labels[i * spelt:i * spelt + labels], width, **options)
        sample.grad['logits'] += [EXACT_ZERO] * (room - steps * width)
        out.append((sample, mp.isnan(sample.value.value)))
    return out


def _lists(found, case, data):
    """Evaluate every list: rows of the width, or groups. An empty one has no weight."""
    n, weights = count(found, case), row_weights(found, case)
    sizes, start, out = case.options.get('groups') or [case.width] * n, 0, []
    for size, w in zip(sizes, weights):
        args = [data[name][start:start + size] for name in found.inputs]
        start += size
        if w == 0 or size == 0:
            out.append((Sample(EXACT_ZERO, {name: [EXACT_ZERO] * size for name in found.loss.grads}, den=ZERO, skip=True), False))
            continue
        sample = found.formula(*args)
        out.append((sample, mp.isnan(sample.value.value)))
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
        self.in_doubles = any(t.absolute for t in terms)

    def printed(self, fmt):
        double = FORMATS['float64']
        if any(not math.isfinite(fmt.round(t.value)) for t in self.terms):
            return sum(fmt.round(t.value) for t in self.terms), ZERO
        # What is computed in double precision is rounded to the dtype only where each sample's is returned.
        tolerance = sum(((double if t.absolute else fmt).tolerance(t) for t in self.terms), ZERO)
        return double.round(self.value), tolerance / self.divisor


def evaluate(found, case, data):
    loss = found.loss
    if loss.batch:
        return _evaluate_batch(found, case, data)
    if loss.regions:
        return _evaluate_regions(found, case, data)
    pairs = samples(found, case, data)
    each = [s for s, _ in pairs]
    own = [ZERO if s.skip else w for s, w in zip(each, row_weights(found, case))]
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
    has_hess = loss.hess and all(s.hess is not None for s in each)  # some have none with some options
    hess = {name: _flat([s.hess for s in each], name, weights, loss.rowwise) for name in names} if has_hess else None
    return Result(values, grad, hess, parts, any(bad for _, bad in pairs))


def _evaluate_batch(found, case, data):
    options = {_snake(k): _exact(v) for k, v in case.options.items()}
    labels = [] if case.labels is None else [case.labels]
    # The last is the denominator of the mean, where that isn't the number of values.
    values, grad, slopes, *total = found.formula(*data.values(), case.width, *labels, **options)
    if case.reduction == 'none':
        return Result(values, {}, None, {}, False)
    scale = mpf(1) / ((total or [len(values)])[0] or 1) if case.reduction == 'mean' else mpf(1)
    grad = {name: [t.times(scale) for t in terms] for name, terms in grad.items()}
    slopes = {name: [Reduced([t], 1 / scale)] for name, t in slopes.items()}
    return Result([Reduced(values, 1 / scale)], grad, None, {}, False, slopes)


def _evaluate_regions(found, case, data):
    options = {_snake(k): _exact(v) for k, v in case.options.items() if k != 'ignoreIndex'}
    options['ignore_index'] = case.options.get('ignoreIndex')
    weight = None if case.weight is None else _exact(case.weight)
    losses, weights, gradient = found.formula(data['pred'], data.get('target'), case.labels, case.width, case.batch, weight, **options)
    total = sum(weights, ZERO)
    divisor = (total or mpf(1)) if case.reduction == 'mean' else mpf(1)
    scale = (ONE / divisor if total else ZERO) if case.reduction == 'mean' else ONE
    values = [t.times(w) for t, w in zip(losses, weights)]
    return Result(values if case.reduction == 'none' else [Reduced(values, divisor)], {'pred': gradient(scale)}, None, {}, False)


def printed(t, fmt):
    """The value as an exact double and its absolute tolerance, of a Term or a reduced value."""
    if isinstance(t, Reduced):
        return t.printed(fmt)
    return fmt.round_to_double(t.value), fmt.tolerance(t)
