"""The oracle of elbo: its formula, its cases."""

from itertools import product

from binaryCrossEntropyWithLogits import formula as bernoulli
from gaussianKl import formula as divergence
from lib.arith import INF, NAN, ONE, ZERO, Sample, Term, row_ulps
from lib.case import Case
from lib.evaluate import Loss

LOSS = Loss(grads=('recon', 'mu', 'logVar'), rowwise=True)


def formula(recon, target, mu, log_var, likelihood='bernoulli', variance=ONE, beta=ONE):
    """Reconstruction + beta KL: binary cross-entropy with logits, or (target - recon)^2 / (2 variance)."""
    if likelihood == 'bernoulli':
        each = [bernoulli(z, x) for z, x in zip(recon, target)]
        values = [s.value.value for s in each]
        grad, hess = [s.grad['logits'] for s in each], [s.hess['logits'] for s in each]
    else:
        values = [(x - r) ** 2 / (2 * variance) for r, x in zip(recon, target)]
        grad, hess = [Term((r - x) / variance) for r, x in zip(recon, target)], [Term(1 / variance)] * len(recon)
    reconstruction, kl = sum(values, ZERO), divergence(mu, log_var)
    value = reconstruction + (beta * kl.value.value if beta else ZERO)
    scaled = {name: [t.times(beta) for t in terms] for name, terms in kl.grad.items()}
    scaled_hess = {name: [t.times(beta) for t in terms] for name, terms in kl.hess.items()}
    return Sample(
        Term(value, ulps=row_ulps(len(recon) + len(mu))),
        {'recon': grad, **scaled},
        {'recon': hess, **scaled_hess},
        parts={'reconstruction': Term(reconstruction, ulps=row_ulps(len(recon))), 'kl': kl.value},
    )


def cases(dtype, rng):
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
