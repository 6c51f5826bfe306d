"""Divergences between distributions and Gaussian likelihoods."""

from mpmath import mp, mpf

from .arith import INF, NAN_TERM, ONE, ZERO, Sample, Term, expm1_minus, largest, row_ulps
from .binary import binary_cross_entropy_with_logits
from .softmax import softmax, softmax_grad


def kl_divergence(q, p, input='probabilities', target='probabilities'):
    """sum_k p_k (ln p_k - ln q_k), granted the larger of the two sums that it subtracts. With respect to q:

    -p_k/q_k;  p_k/q_k^2  (probabilities),  -p_k;  0  (log-probabilities), cross-entropy's (logits).
    """
    k, grant = len(q), row_ulps(len(q))
    if target == 'logProbabilities':
        weights, log_p = [mp.exp(x) for x in p], p
    else:
        weights, log_p = p, [mp.log(x) if x else -INF for x in p]
    soft = ZERO
    if input == 'logits':
        s = softmax(q)
        if s is None:
            return Sample(NAN_TERM, {'q': [NAN_TERM] * k}, {'q': [NAN_TERM] * k})
        log_q, soft = [-x for x in s.nll], sum(weights) * s.spread
        grad, hess = softmax_grad(s, weights)
    elif input == 'logProbabilities':
        log_q = q
        grad, hess = [Term(-w) for w in weights], [Term(ZERO)] * k
    else:
        log_q = [mp.log(x) if x else -INF for x in q]
        grad = [Term(-w / x if x else -INF) if w else Term(ZERO) for w, x in zip(weights, q)]
        hess = [Term(w / x ** 2 if x else INF) if w else Term(ZERO) for w, x in zip(weights, q)]
    kept = [(w, a, b) for w, a, b in zip(weights, log_p, log_q) if w]
    value = sum((w * (a - b) for w, a, b in kept), ZERO)
    size = max(sum((w * abs(a) for w, a, b in kept), ZERO), sum((w * abs(b) for w, a, b in kept), ZERO))
    return Sample(Term(value, scale=size, ulps=grant, soft=soft), {'q': grad}, {'q': hess})


def entropy(p):
    """-sum p_k ln p_k;  -(1 + ln p_k);  -1/p_k."""
    log_p = [mp.log(x) if x else -INF for x in p]
    value = sum((-x * a for x, a in zip(p, log_p) if x), ZERO)
    return Sample(
        Term(value, ulps=row_ulps(len(p))),
        {'p': [Term(-(1 + a), scale=ZERO if a == -INF else largest(1, a)) for a in log_p]},
        {'p': [Term(-1 / x if x else -INF) for x in p]},
    )


def gaussian_kl(mu, log_var):
    """sum (mu^2 + e^lv - 1 - lv) / 2;  mu, (e^lv - 1)/2;  1, e^lv/2."""
    value = sum((m * m + expm1_minus(v)) / 2 for m, v in zip(mu, log_var))
    return Sample(
        Term(mpf(value), ulps=row_ulps(len(mu))),
        {'mu': [Term(m) for m in mu], 'logVar': [Term(mp.expm1(v) / 2) for v in log_var]},
        {'mu': [Term(ONE) for _ in mu], 'logVar': [Term(mp.exp(v) / 2) for v in log_var]},
    )


def elbo(recon, target, mu, log_var, likelihood='bernoulli', variance=ONE, beta=ONE):
    """Reconstruction + beta KL: binary cross-entropy with logits, or (target - recon)^2 / (2 variance)."""
    if likelihood == 'bernoulli':
        each = [binary_cross_entropy_with_logits(z, x) for z, x in zip(recon, target)]
        values = [s.value.value for s in each]
        grad, hess = [s.grad['logits'] for s in each], [s.hess['logits'] for s in each]
    else:
        values = [(x - r) ** 2 / (2 * variance) for r, x in zip(recon, target)]
        grad, hess = [Term((r - x) / variance) for r, x in zip(recon, target)], [Term(1 / variance)] * len(recon)
    reconstruction, kl = sum(values, ZERO), gaussian_kl(mu, log_var)
    value = reconstruction + (beta * kl.value.value if beta else ZERO)
    scaled = {name: [t.times(beta) for t in terms] for name, terms in kl.grad.items()}
    scaled_hess = {name: [t.times(beta) for t in terms] for name, terms in kl.hess.items()}
    return Sample(
        Term(value, ulps=row_ulps(len(recon) + len(mu))),
        {'recon': grad, **scaled},
        {'recon': hess, **scaled_hess},
        parts={'reconstruction': Term(reconstruction, ulps=row_ulps(len(recon))), 'kl': kl.value},
    )


def gaussian_nll(mean, target, log_var, full=False):
    """(lv + d^2 e^-lv [+ ln 2 pi]) / 2, d = mean - target;  d e^-lv, (1 - d^2 e^-lv)/2;  e^-lv, d^2 e^-lv / 2."""
    d = mean - target
    quadratic = d * d * mp.exp(-log_var) / 2 if d else ZERO
    constant = mp.log(2 * mp.pi) / 2 if full else ZERO
    return Sample(
        Term(log_var / 2 + quadratic + constant, scale=largest(log_var / 2, quadratic, constant)),
        {'mean': Term(d * mp.exp(-log_var) if d else ZERO),
         'logVar': Term(mpf(1) / 2 - quadratic, scale=largest(0.5, quadratic))},
        {'mean': Term(mp.exp(-log_var)), 'logVar': Term(quadratic)},
    )
