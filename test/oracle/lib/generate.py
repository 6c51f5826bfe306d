#!/usr/bin/env python3
"""Writes the golden test vectors, test/vectors/<loss>.txt, each computed by the oracle of the loss, test/oracle/<loss>.py.

    generate.py [name ...]     write the files (all losses without a name)
    generate.py --check [...]  regenerate in memory and fail on any difference

Before a case is written, its gradients and Hessians are compared with numerical derivatives of its values.
"""

import argparse
import difflib
import inspect
import sys
from dataclasses import replace
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parent.parent))

import mpmath
from mpmath import mp, mpf

from lib.arith import DIGITS, FORMATS
from lib.case import Rng
from lib.evaluate import Reduced, evaluate, names, oracle, printed

VECTORS = Path(__file__).parent.parent.parent / 'vectors'
CHECK_DIGITS = 240
CHECKS_PER_CASE = 4

FIELDS = """\
One case per line: fields key=value separated by single spaces, lists separated by commas (an empty list is empty text).
  dtype      float32 or float64: the type of every input; note: what the case is about
  width      classes K or dimensions D of a row; batch: number of rows, where inputs differ in width
  opt.NAME   option, only where it isn't the default; in.NAME: flat input; labels: class labels (in place of in.target)
  weight     sampleWeight, one per element, or per row (also of a pointwise loss with a width when it has that length)
  reduction  none, mean or sum; value: one per element or row with none, else one number
  grad.NAME  gradient of the value (with none: of each sample's own); hess.NAME: diagonal second derivative of the value
  slope.NAME derivative of the value by a parameter
  *.tol      absolute tolerance of each entry of the field before it; 0: exactly equal, where nan equals nan
Numbers are shortest round-trip float64. Inputs and options are exact in the dtype. Expected float32 results are given to
12 digits, and are inf where they overflow float32."""


def number(x):
    """Shortest round-trip text, without a trailing .0."""
    if isinstance(x, bool):
        return 'true' if x else 'false'
    if isinstance(x, (int, str)):
        return str(x)
    text = repr(float(x))
    return text[:-2] if text.endswith('.0') else text


def result(x, dtype):
    return number(float(f'{x:.12g}') if dtype == 'float32' else x)


def tolerance(x):
    """Three significant digits, rounded up."""
    if x == 0:
        return '0'
    exponent = int(mp.floor(mp.log10(x)))
    digits = int(mp.ceil(x / mpf(10) ** (exponent - 2)))
    if digits >= 1000:
        digits, exponent = digits // 10, exponent + 1
    mantissa = f'{digits / 100:.2f}'.rstrip('0').rstrip('.')
    return f'{mantissa}e{exponent}'


def join(xs):
    return ','.join(number(x) for x in xs)


def line(case, res):
    fmt = FORMATS[case.dtype]
    fields = [f'dtype={case.dtype}', f'note={case.note}']
    if case.width is not None:
        fields.append(f'width={case.width}')
    if case.batch is not None:
        fields.append(f'batch={case.batch}')
    for name, v in case.options.items():
        fields.append(f'opt.{name}={join(v) if isinstance(v, list) else number(v)}')
    fields += [f'in.{name}={join(v)}' for name, v in case.inputs.items()]
    if case.labels is not None:
        fields.append(f'labels={join(case.labels)}')
    if case.weight is not None:
        fields.append(f'weight={join(case.weight)}')
    fields.append(f'reduction={case.reduction}')

    def add(key, terms):
        pairs = [printed(t, fmt) for t in terms]
        dtype = 'float64' if any(isinstance(t, Reduced) and t.in_doubles for t in terms) else case.dtype
        fields.append(f'{key}={",".join(result(v, dtype) for v, _ in pairs)}')
        fields.append(f'{key}.tol={",".join(tolerance(tol) for _, tol in pairs)}')

    add('value', res.value)
    for name, terms in res.grad.items():
        add(f'grad.{name}', terms)
    if res.hess is not None and not res.has_nan:  # a constant second derivative of a NaN element is left open
        for name, terms in res.hess.items():
            add(f'hess.{name}', terms)
    for name, terms in res.slopes.items():
        add(f'slope.{name}', terms)
    for name, terms in res.parts.items():
        add(name, terms)
    return ' '.join(fields)


def self_check(found, case, res, data):
    """Compare gradients and Hessians with central differences of the values, at a few entries of the case."""
    name = found.name
    rng = Rng('check', name, case.dtype, case.note)
    if not case.smooth:
        return 0
    with mp.workdps(CHECK_DIGITS):
        def total(moved):
            values = [v.value for v in evaluate(found, case, moved).value]
            return sum(v for v in values if mp.isfinite(v))

        center, done = None, 0
        for key, terms in res.grad.items():
            for _ in range(CHECKS_PER_CASE):
                if not terms:
                    break
                i = rng.integer(len(terms))
                x = data[key][i]
                if not mp.isfinite(x) or x == 0 or not mp.isfinite(terms[i].value):
                    continue
                if key == 'p' and x == 1 or any(not mp.isfinite(v.value) for v in res.value):
                    continue
                h = abs(x) * mpf(10) ** -40

                def at(offset):
                    moved = dict(data)
                    moved[key] = data[key][:i] + [x + offset] + data[key][i + 1:]
                    return total(moved)

                center = total(data) if center is None else center
                up, down = at(h), at(-h)
                checks = [('gradient', terms[i], (up - down) / (2 * h))]
                if res.hess is not None:
                    checks.append(('Hessian', res.hess[key][i], (up - 2 * center + down) / (h * h)))
                for kind, term, numeric in checks:
                    noise = mpf(10) ** (20 - CHECK_DIGITS) * (abs(center) + 1) / h ** (1 if kind == 'gradient' else 2)
                    allowed = mpf(10) ** -25 * max(abs(term.value), abs(numeric), term.scale) + noise
                    if not abs(term.value - numeric) <= allowed:
                        sys.exit(f'{name} [{case.dtype} {case.note} {case.reduction}]: {kind} in {key}[{i}] is '
                                 f'{mp.nstr(term.value, 20)}, numerically {mp.nstr(numeric, 20)}')
                    done += 1
        return done + check_slopes(found, case, res, data)


def check_slopes(found, case, res, data):
    """Compare derivatives by parameters with central differences of the values."""
    defaults = {p.name: p.default for p in inspect.signature(found.formula).parameters.values()}
    for name, (slope,) in res.slopes.items():
        x = mpf(case.options.get(name, defaults[name]))
        h = (abs(x) or 1) * mpf(10) ** -40

        def at(y):
            moved = replace(case, options={**case.options})
            moved.options[name] = y
            return evaluate(found, moved, data).value[0].value

        numeric = (at(x + h) - at(x - h)) / (2 * h)
        allowed = mpf(10) ** -25 * max(abs(numeric), slope.terms[0].carried) + mpf(10) ** (20 - CHECK_DIGITS) / h
        if not abs(slope.value - numeric) <= allowed:
            sys.exit(f'{found.name} [{case.dtype} {case.note} {case.reduction}]: the slope in {name} is '
                     f'{mp.nstr(slope.value, 20)}, numerically {mp.nstr(numeric, 20)}')
    return len(res.slopes)


def header(found):
    return '\n'.join('# ' + text if text else '#' for text in (
        f'Golden vectors of {found.name}. Written by `npm run vectors -- {found.name}`; don\'t edit.',
        f'Oracle: mpmath {mpmath.__version__}, {DIGITS} digits; the formula is in '
        f'test/oracle/{found.name}.py:',
        *('  ' + text.strip() if text.strip() else '' for text in found.formula.__doc__.strip().splitlines()),
        *FIELDS.splitlines(),
    ))


def build(name):
    """The text of a loss's file, and how many derivatives were checked."""
    found = oracle(name)
    lines, checked = [header(found)], 0
    for dtype in FORMATS:
        for case in found.cases(dtype, Rng(name, dtype)):
            data = {key: [mpf(x) for x in xs] for key, xs in case.inputs.items()}
            res = evaluate(found, case, data)
            checked += self_check(found, case, res, data)
            lines.append(line(case, res))
    return '\n'.join(lines) + '\n', len(lines) - 1, checked


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('names', nargs='*', metavar='name', help='losses; all by default')
    parser.add_argument('--check', action='store_true', help='compare with the files instead of writing them')
    args = parser.parse_args()
    unknown = [n for n in args.names if n not in names()]
    if unknown:
        parser.error(f'test/oracle/{unknown[0]}.py is missing; there are {", ".join(names())}')
    stale = []
    for name in args.names or names():
        text, count, checked = build(name)
        path = VECTORS / f'{name}.txt'
        if args.check:
            old = path.read_text() if path.exists() else ''
            if old != text:
                stale.append(name)
                for row in list(difflib.unified_diff(old.splitlines(), text.splitlines(), path.name, 'generated', n=0))[:6]:
                    print(row[:200])
        else:
            path.write_text(text)
        print(f'{name}: {count} cases, {checked} derivatives checked, {len(text) // 1024} KB', flush=True)
    if stale:
        sys.exit(f'out of date: {", ".join(stale)}')


if __name__ == '__main__':
    main()
