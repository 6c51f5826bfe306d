"""The oracle of poissonNll: its formula, its cases, and hard ones."""

from mpmath import mp

from lib import hard
from lib.arith import INF, ONE, ZERO, Sample, Term, largest
from lib.case import Case
from lib.count_cases import amounts, bad_cases, hard_logs, limits, log_cases
from lib.evaluate import Loss

LOSS = Loss(grads=('pred',))


def ln_factorial(y):
    """ln Gamma(1 + y), at a precision that survives 1 + y for small y."""
    with mp.extraprec(max(0, -4 * mp.mag(y)) if y else 0):
        return mp.loggamma(1 + y)


def formula(pred, target, input='log', full=False):
    """log: e^f - y f [+ ln Gamma(y + 1)];  e^f - y;  e^f.  rate: r - y ln r [+ ln Gamma(y + 1)];  1 - y/r;  y/r^2."""
    constant = ln_factorial(target) if full else ZERO
    if input == 'log':
        rate, linear, slope, hess = mp.exp(pred), target * pred if target else ZERO, target, mp.exp(pred)
        whole = rate
    else:
        rate, whole, slope = pred, ONE, ZERO
        linear = target * mp.log(pred) if target and pred else -INF if target else ZERO
        if pred == INF:
            linear = ZERO
        slope = target / pred if target and pred else INF if target else ZERO
        hess = target / pred**2 if target and pred else INF if target else ZERO
    if rate == INF:
        value = Term(INF)
    else:
        value = Term(rate - linear + constant, scale=largest(rate, linear, constant) if abs(linear) != INF else ZERO)
    grad = Term(whole - slope, scale=largest(whole, slope) if slope and slope != INF else ZERO)
    return Sample(value, {'pred': grad}, {'pred': Term(hess)})


def cases(dtype, rng):
    top, huge, small = limits(dtype)
    for own in ({}, {'full': True}):
        yield from log_cases(dtype, rng, largest=huge / 100 if not own else 1e30, **own)
        # e^f overflows, the differences don't
        if not own:
            logs, counts = ([88.73, 88.8, 88.0], [huge / 90, huge / 95, huge / 50]) if dtype == 'float32' else (
                [709.79, 709.8, 709.5], [huge / 720, huge / 730, huge / 400])
            yield Case(dtype, 'overflow-on-the-way', {'pred': logs, 'target': counts}, options=own, smooth=False)

        def case(note, pred, target, **more):
            return Case(dtype, note, {'pred': pred, 'target': target}, options={'input': 'rate', **own}, **more)

        yield case('ordinary', [abs(x) for x in rng.normals(24, 3.0)], amounts(rng, 24))
        yield from case('ordinary', [abs(x) for x in rng.normals(9, 3.0)], amounts(rng, 9)).reduced('mean', 'sum')
        yield from case('weighted', [abs(x) for x in rng.normals(8)], amounts(rng, 8), weight=rng.uniforms(8, 0.1, 3.0)
                        ).reduced('none', 'mean', 'sum')
        wide = (-60, 60) if dtype == 'float32' else (-500, 500)
        yield case('wide-range', [abs(x) for x in rng.wides(24, *wide)], [abs(x) for x in rng.wides(24, *wide)], smooth=False)
        rates = [abs(x) for x in rng.wides(12, -10, 10)]
        yield case('near-the-target', rates, [x * (1 + rng.normal(1e-5)) for x in rates])
        yield case('rate-0', [0.0, -0.0, 0.0, -0.0], [0.0, 0.0, 2.0, 0.5], smooth=False)
        yield case('ends', [small, 1000 * small, huge, INF, INF, 1.0], [1.0, 0.0, 1e30, 0.0, 3.0, 0.0], smooth=False)
        yield from bad_cases(case)
    counts = [0.0, 1.0, 2.0, 3.0, 7.0, 7.999, 8.0, 8.5, 20.0, 1e3, 1e6, 1e10]
    near = [s + d for s in (0.0, 1.0) for d in (1e-30, 1e-7, 1e-3, 0.1)] + [1 - 2.0**-20, 0.5, 0.9]
    for y in (counts, near, rng.uniforms(24, 0.0, 9.0), [abs(x) for x in rng.wides(16, -20, 60)]):
        yield Case(dtype, 'constant', {'pred': rng.normals(len(y)), 'target': y}, options={'full': True})


def logs(rng, n):
    return hard_logs(rng, n, hard.real)


hard_cases = hard.pointwise(logs, full=[False])
