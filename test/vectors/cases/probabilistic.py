"""Divergences and Gaussian likelihoods."""

from itertools import product

from mpmath import mp, mpf

from .case import INF, NAN, Case

WIDTHS = (1, 2, 3, 5, 10, 17, 64, 130)


def _rows(k):
    return max(1, min(4, 20 // k))


def _log(xs):
    return [float(mp.log(mpf(x))) if x else -INF for x in xs]


def kl_divergence(dtype, rng):
    def case(note, q, p, k, smooth=True, weight=None, reduction='none', **options):
        return Case(dtype, note, {'q': q, 'p': p}, width=k, options=options, smooth=smooth, weight=weight, reduction=reduction)

    def draw(kind, n, k):
        return {'probabilities': lambda: rng.simplexes(n, k), 'logProbabilities': lambda: _log(rng.simplexes(n, k)),
                'logits': lambda: rng.normals(n * k, 2.0)}[kind]()

    kinds = list(product(('probabilities', 'logProbabilities', 'logits'), ('probabilities', 'logProbabilities')))
    for q_kind, p_kind in kinds:
        own = {**({'input': q_kind} if q_kind != 'probabilities' else {}),
               **({'target': p_kind} if p_kind != 'probabilities' else {})}

        def p_of(xs):
            return _log(xs) if p_kind == 'logProbabilities' else xs

        def q_of(xs):
            return xs if q_kind == 'probabilities' else _log(xs)

        for k in WIDTHS if not own else (2, 5, 17, 64) if p_kind == 'probabilities' else (3, 17):
            n = _rows(k)
            yield case('ordinary', draw(q_kind, n, k), draw(p_kind, n, k), k, **own)
        weight = [0.5, 0.0, 2.0]
        yield from case('ordinary', draw(q_kind, 3, 3), draw(p_kind, 3, 3), 3, **own).reduced('mean', 'sum')
        yield case('weighted', draw(q_kind, 3, 3), draw(p_kind, 3, 3), 3, weight=weight, reduction='mean', **own)
        q = draw(q_kind, 3, 3)
        q[0:3] = [NAN] * 3
        yield case('weight-0-skips-nan', q, draw(p_kind, 3, 3), 3, weight=[0.0, 1.0, 2.0], reduction='mean', **own)
        yield case('all-weights-0', q, draw(p_kind, 3, 3), 3, weight=[0.0] * 3, reduction='mean', **own)
        yield from case('nan-row', q, draw(p_kind, 3, 3), 3, smooth=False, **own).reduced('none', 'mean')
        yield case('nan-target-row', draw(q_kind, 2, 2), [NAN, NAN] + draw(p_kind, 1, 2), 2, smooth=False, **own)
        zeros = p_of([0.0, 0.25, 0.75, 1.0, 0.0, 0.0, 0.5, 0.0, 0.5])
        yield from case('zero-target', q_of([0.25, 0.25, 0.5, 0.5, 0.25, 0.25, 0.125, 0.25, 0.625]), zeros, 3, smooth=False,
                        **own).reduced('none', 'mean')
        yield case('zero-target-and-model', q_of([0.0, 0.25, 0.75, 1.0, 0.0, 0.0, 0.5, 0.0, 0.5]), zeros, 3, smooth=False, **own)
        yield case('zero-model', q_of([0.0, 0.5, 0.5, 0.5, 0.0, 0.5]), p_of([0.25, 0.25, 0.5, 0.25, 0.5, 0.25]), 3,
                   smooth=False, **own)
        yield case('zero-model', q_of([0.0, 1.0, 0.5, 0.5]), p_of([0.25, 0.75, 0.5, 0.5]), 2, smooth=False, reduction='mean',
                   **own)
        same = rng.simplexes(2, 4)
        yield case('equal', q_of(same), p_of(same), 4, smooth=False, **own)
        yield case('uniform', q_of([0.25] * 8), p_of([0.25] * 8), 4, smooth=False, **own)
        peaked = rng.simplexes(2, 4, sharp=10)
        yield case('peaked', q_of(peaked), p_of(rng.simplexes(2, 4, sharp=10)), 4, **own)
        if q_kind == 'logits':
            yield case('infinite', [1.0, INF, 0.0, 1.0, INF, 0.0], p_of([0.0, 1.0, 0.0, 0.25, 0.5, 0.25]), 3, smooth=False, **own)
            yield case('no-limit', [-INF] * 3 + [INF, INF, 0.0], p_of([0.0, 1.0, 0.0, 0.25, 0.5, 0.25]), 3, smooth=False, **own)
            yield case('large', [1e4, -1e4, 0.0, 10001.0, 10000.0, 10000.5], p_of([0.5, 0.25, 0.25, 0.25, 0.5, 0.25]), 3, **own)
            yield case('not-normalised', [1.0, -0.5, 0.25, 0.0], p_of([0.75, 0.5, 0.125, 0.25]), 2, **own)
            yield case('confident', [50.0, 0.0, 0.0, 104.0, 1.0, 0.0], p_of([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]), 3, smooth=False, **own)
    yield case('not-normalised', [0.5, 0.9, 1.0, 0.25], [0.75, 0.5, 0.125, 1.0], 2)
    small = 2.0**-149 if dtype == 'float32' else 2.0**-1074
    yield case('subnormal', [small, 1.0, 0.5, 0.5], [0.5, 0.5, small, 1.0], 2)
    low = 2.0**-120 if dtype == 'float32' else 2.0**-1000
    yield case('tiny', [low, 1.0, 0.5, 0.5], [0.5, 0.5, low, 1.0], 2, smooth=False)


def entropy(dtype, rng):
    def case(note, p, k, smooth=True, weight=None, reduction='none'):
        return Case(dtype, note, {'p': p}, width=k, smooth=smooth, weight=weight, reduction=reduction)

    for k in WIDTHS:
        for sharp in (1, 3):
            yield case('ordinary', rng.simplexes(_rows(k), k, sharp), k)
    for k in (2, 3, 4, 7, 30):
        yield from case('ordinary', rng.simplexes(2, k), k).reduced('mean', 'sum')
        yield from case('weighted', rng.simplexes(2, k), k, weight=[0.25, 3.0]).reduced('none', 'mean', 'sum')
    yield case('peaked', rng.simplexes(3, 5, sharp=12), 5)
    yield case('uniform', [0.25] * 4 + [0.5, 0.5, 0.0, 0.0], 4, smooth=False)
    yield from case('zeros-and-ones', [1.0, 0.0, 0.0, 0.0, 0.5, 0.5, 0.0, 1.0, 0.0], 3, smooth=False).reduced('none', 'mean')
    yield case('gradient-vanishes', [0.36787944117144233, 0.6321205588285577, 0.3678, 0.6322], 2)
    last = 24 if dtype == 'float32' else 53
    yield case('close-to-1', [1 - 2.0**-last, 2.0**-last, 1 - 2.0**-10, 2.0**-10], 2)
    small = 2.0**-149 if dtype == 'float32' else 2.0**-1074
    yield case('subnormal', [small, 1.0, 99 * small, 0.5], 2, smooth=False)
    low = [-120, -60] if dtype == 'float32' else [-1000, -300]
    yield case('tiny', [x for e in low for x in (2.0**e, 1.0)], 2, smooth=False)
    yield case('not-normalised', [0.5, 0.9, 1.0, 0.1, 0.2, 0.05], 3, smooth=False)
    p = rng.simplexes(3, 3)
    p[3:6] = [NAN] * 3
    yield from case('nan-row', p, 3, smooth=False).reduced('none', 'mean', 'sum')
    for reduction in ('none', 'mean', 'sum'):
        yield case('weight-0-skips-nan', p, 3, weight=[1.0, 0.0, 0.5], reduction=reduction)
        yield case('all-weights-0', p, 3, weight=[0.0] * 3, reduction=reduction)


def _log_var_edges(dtype):
    return [80.0, -80.0, -100.0, 1e-30, -1e-30, 1e-8, -1e-8, 1e-4, -1e-4, 1e-3, -1e-3, 0.01, -0.01, 0.0, 0.5, -0.5, 5.0]


def gaussian_kl(dtype, rng):
    def case(note, mu, log_var, k, smooth=True, weight=None, reduction='none'):
        return Case(dtype, note, {'mu': mu, 'logVar': log_var}, width=k, smooth=smooth, weight=weight, reduction=reduction)

    def draw(n, k):
        return rng.normals(n * k), rng.normals(n * k)

    for k in WIDTHS:
        yield case('ordinary', *draw(_rows(k), k), k)
        yield case('near-0', rng.wides(min(k, 20), -20, -5), rng.wides(min(k, 20), -20, -5), min(k, 20))
    for k in (1, 2, 3, 5, 8, 30):
        yield from case('ordinary', *draw(3, k) if k < 30 else draw(1, k), k).reduced('mean', 'sum')
    for k in (1, 3):
        yield from case('weighted', *draw(3, k), k, weight=[0.5, 0.0, 2.0]).reduced('none', 'mean', 'sum')
    edges = _log_var_edges(dtype)
    yield case('log-var-ladder', [0.0] * len(edges), edges, 1, smooth=False)
    yield case('log-var-ladder', [0.5] * len(edges), edges, 1, smooth=False)
    ladder = [s * 2.0**-e for e in range(1, 16) for s in (1.0, -1.0)]
    yield case('log-var-powers', [0.0] * len(ladder), ladder, 1)
    yield case('log-var-small', [0.0] * 20, rng.wides(20, -40, 0), 1)
    yield case('log-var-row', rng.normals(10), rng.uniforms(10, -80.0, 40.0), 5)
    yield case('all-zero', [0.0, -0.0, 0.0], [0.0, 0.0, -0.0], 3, smooth=False)
    yield case('standard-normal', [0.0] * 3, [0.0] * 3, 1, smooth=False, reduction='mean')
    small = 2.0**-149 if dtype == 'float32' else 2.0**-1074
    yield case('subnormal', [small, 0.0, 0.0, 50 * small], [0.0, small, -9 * small, 0.0], 1)
    yield case('mu-large', [1e4, -1e15, 3e18], [0.0, 1.0, -1.0], 1)
    yield case('mu-tiny', [1e-10, -1e-15, 1e-18], [0.0, 0.0, 0.0], 1)
    big, top = (2.2e19, 89.0) if dtype == 'float32' else (1.5e154, 710.0)
    yield case('overflow-on-the-way-mu', [big, 0.0], [0.0, 0.0], 1, smooth=False)
    yield case('overflow-on-the-way-log-var', [0.0], [top], 1, smooth=False)
    yield case('overflow', [0.0, 0.0], [top + 2, 2 * top], 1, smooth=False)
    yield case('infinite', [INF, 0.0, 0.0, -INF], [0.0, INF, -INF, 1.0], 1, smooth=False)
    mu, log_var = draw(3, 2)
    mu[2:4] = log_var[2:4] = [NAN, NAN]
    for reduction in ('none', 'mean', 'sum'):
        yield case('nan-row', mu, log_var, 2, smooth=False, reduction=reduction)
        yield case('weight-0-skips-nan', mu, log_var, 2, weight=[1.0, 0.0, 0.5], reduction=reduction)
        yield case('all-weights-0', mu, log_var, 2, weight=[0.0] * 3, reduction=reduction)


def elbo(dtype, rng):
    def case(note, n, d, latent, likelihood='bernoulli', weight=None, reduction='none', smooth=True, data=None, **options):
        gaussian = likelihood == 'gaussian'
        if data is None:
            recon = rng.normals(n * d, 2.0)
            target = rng.normals(n * d) if gaussian else rng.uniforms(n * d)
            data = recon, target, rng.normals(n * latent), rng.normals(n * latent)
        own = {**({'likelihood': likelihood} if gaussian else {}), **options}
        return Case(dtype, note, dict(zip(('recon', 'target', 'mu', 'logVar'), data)), batch=n, options=own, weight=weight,
                    reduction=reduction, smooth=smooth)

    for likelihood in ('bernoulli', 'gaussian'):
        def make(note, n, d, latent, **more):
            return case(note, n, d, latent, likelihood, **more)

        for n, d, latent in ((1, 1, 1), (2, 3, 2), (3, 5, 1), (2, 10, 3), (1, 17, 5), (1, 64, 4), (1, 5, 20)):
            yield make('ordinary', n, d, latent)
        yield from make('ordinary', 3, 4, 2).reduced('mean', 'sum')
        yield from make('weighted', 3, 3, 2, weight=[0.5, 0.0, 2.0]).reduced('none', 'mean', 'sum')
        for beta in (0.0, 0.1, 0.5, 4.0, 100.0):
            yield make('beta', 2, 3, 2, beta=beta, reduction=rng.choice(['none', 'mean']))
        for weight, beta, reduction in product((None, [0.25, 1.5]), (None, 0.3), ('mean', 'sum')):
            yield make('combination', 2, 3, 2, weight=weight, reduction=reduction, **({'beta': beta} if beta else {}))
        bits = [float(rng.integer(2)) for _ in range(6)]
        for data, smooth, note in (
            ((rng.normals(6, 3.0), bits, rng.normals(4), rng.normals(4)), True, 'binary-targets'),
            (([40.0, -40.0, 104.0, 0.0, 1e4, -17.0], [1.0, 0.0, 1.0, 0.5, 1.0, 0.0], [0.0, 1e-4, -1e-4, 0.0],
              [1e-4, 0.0, -1e-3, 1e-8]), False, 'near-perfect'),
            (([0.0] * 6, [0.5] * 6, [0.0] * 4, [0.0] * 4), False, 'all-equal'),
            (([1.0, 2.0, -3.0, 0.5, 0.25, 0.0], [0.25] * 6, [5.0, -5.0, 0.0, 100.0], [30.0, -30.0, 60.0, -60.0]), False,
             'log-var-extremes'),
        ):
            yield make(note, 2, 3, 2, data=data, smooth=smooth)
            yield make(note, 2, 3, 2, data=data, smooth=smooth, beta=0.25, reduction='mean')
        data = [rng.normals(4), rng.uniforms(4), rng.normals(2), rng.normals(2)]
        bad = [[NAN] * (len(xs) // 2) + xs[len(xs) // 2:] for xs in data]
        for reduction in ('none', 'mean', 'sum'):
            yield make('nan-row', 2, 2, 1, data=bad, smooth=False, reduction=reduction)
            yield make('weight-0-skips-nan', 2, 2, 1, data=bad, weight=[0.0, 2.0], reduction=reduction)
        yield make('all-weights-0', 2, 2, 1, data=bad, weight=[0.0, 0.0], reduction='mean')
    for variance in (0.01, 0.5, 2.0, 25.0):
        yield from case('variance', 2, 3, 2, 'gaussian', variance=variance).reduced('none', 'mean')
    yield case('variance-and-beta', 2, 3, 2, 'gaussian', variance=0.3, beta=2.5, weight=[0.5, 2.0], reduction='mean')
    yield case('infinite-logits', 2, 2, 1, data=([INF, -INF, INF, 0.0], [1.0, 0.0, 0.5, 0.5], [0.5, 1.0], [0.0, 0.5]),
               smooth=False)


def gaussian_nll(dtype, rng):
    def case(note, mean, target, log_var, smooth=True, weight=None, reduction='none', **options):
        return Case(dtype, note, {'mean': mean, 'target': target, 'logVar': log_var}, options=options, smooth=smooth,
                    weight=weight, reduction=reduction)

    def draw(n):
        return rng.normals(n, 2.0), rng.normals(n), rng.normals(n)

    edges = _log_var_edges(dtype)
    n = len(edges)
    low = 1e-20 if dtype == 'float32' else 1e-140
    for own in ({}, {'full': True}):
        yield case('ordinary', *draw(24), **own)
        yield case('ordinary', rng.normals(24, 5.0), rng.normals(24), rng.normals(24, 3.0), **own)
        yield case('positive-log-var', rng.normals(16), rng.normals(16), rng.uniforms(16, 0.0, 8.0), **own)
        for _ in range(3):
            yield from case('ordinary', *draw(9), **own).reduced('mean', 'sum')
        yield from case('weighted', *draw(8), weight=rng.uniforms(8, 0.0, 3.0), **own).reduced('none', 'mean', 'sum')
        for d in (1.0, 1e-10, 0.0, 3.0, -1e-18):
            yield case('log-var-ladder', [d] * n, [0.0] * n, edges, smooth=False, **own)
        yield case('log-var-ladder', [2.5] * n, [2.0] * n, edges, smooth=False, **own)
        deep = [100.0, -100.0, 170.0, -170.0] if dtype == 'float32' else [700.0, -700.0, 1400.0, -1400.0]
        yield case('overflow-on-the-way-log-var', [low, 3 * low, 1.0, low], [0.0] * 4, [deep[1]] * 2 + [deep[0], deep[1] / 2],
                   smooth=False, **own)
        yield case('large-log-var', [1e30, -1e30, 5.0], [0.0, 1e20, 2.0], [deep[0]] * 3, smooth=False, **own)
        yield case('gradient-vanishes', [1.0, -1.0, 2.0, 3.0], [0.0, 0.0, 0.0, 1.0],
                   [0.0, 1e-3, 1.3862943611198906, 1.3862943611198906], smooth=False, **own)
        yield case('value-vanishes', [0.25, 0.5, 0.125], [0.0, 0.0, 0.0], [-0.06691, -0.3574, -0.01588], smooth=False, **own)
        yield case('wide-range', rng.wides(16, -40, 30), rng.wides(16, -40, 30), rng.uniforms(16, -40.0, 40.0), smooth=False, **own)
        small = 2.0**-149 if dtype == 'float32' else 2.0**-1074
        yield case('subnormal', [small, 0.0, -9 * small], [0.0, 0.0, small], [0.0, small, 1.0], smooth=False, **own)
        step = 2.0**-22 if dtype == 'float32' else 2.0**-50
        near = rng.normals(12, 3.0)
        close = [x * (1 + rng.choice([1, 2, 3, 7, -1, -2, -5]) * step) for x in near]
        yield case('last-bits', near, close, rng.uniforms(12, -30.0, 2.0), **own)
        yield case('equal', [1.5, -0.0, 0.0], [1.5, 0.0, -0.0], [0.5, -2.0, 0.0], smooth=False, **own)
        yield case('infinite', [INF, -INF], [0.0, 1.0], [0.5, -0.5], smooth=False, **own)
        yield from case('nan', [NAN, 1.0, 2.0, 1.0], [0.0, NAN, 1.0, 0.5], [0.0, 1.0, NAN, 0.5], smooth=False, **own
                        ).reduced('none', 'mean')
        for reduction in ('none', 'mean', 'sum'):
            yield case('weight-0-skips-nan', [NAN, 1.0, 2.0], [0.0, INF, 1.0], [0.0, 1.0, 0.5], weight=[0.0, 0.0, 1.5],
                       reduction=reduction, **own)
            yield case('all-weights-0', [NAN, 1.0, 2.0], [0.0, INF, 1.0], [0.0, 1.0, 0.5], weight=[0.0] * 3,
                       reduction=reduction, **own)


CASES = {
    'klDivergence': kl_divergence, 'entropy': entropy, 'gaussianKl': gaussian_kl, 'elbo': elbo, 'gaussianNll': gaussian_nll,
}
