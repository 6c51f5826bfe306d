"""Binary losses: cross-entropy and focal, of a probability or of a logit."""

from mpmath import mp, mpf

from .arith import INF, ONE, ZERO, Sample, Term, largest, sigmoid, softplus


def _smoothed(target, s):
    """Weights of the two classes: y(1-s) + s/2, and one minus it without cancellation."""
    return target * (1 - s) + s / 2, (1 - target) * (1 - s) + s / 2


def _two_terms(minus, plus):
    """plus - minus, each 0 or positive; only a true difference is granted its largest term."""
    return Term(plus - minus, scale=largest(minus, plus) if minus and plus else ZERO)


def _weighted(w, x):
    """w * x() where a weight of 0 removes the term."""
    return w * x() if w else ZERO


def _reciprocal(x):
    return 1 / x if x else INF


def binary_cross_entropy(p, target, pos_weight=ONE, label_smoothing=ZERO, eps=ZERO):
    """-[c y ln p + (1-y) ln(1-p)];  (1-y)/(1-p) - c y/p;  (1-y)/(1-p)^2 + c y/p^2, at p clamped to [eps, 1-eps]."""
    p = min(max(p, eps), 1 - eps)
    y, n = _smoothed(target, label_smoothing)
    y *= pos_weight
    value = _weighted(y, lambda: -mp.log(p) if p else INF) + _weighted(n, lambda: -mp.log1p(-p) if p < 1 else INF)
    grad = _two_terms(_weighted(y, lambda: _reciprocal(p)), _weighted(n, lambda: _reciprocal(1 - p)))
    hess = _weighted(y, lambda: _reciprocal(p) ** 2) + _weighted(n, lambda: _reciprocal(1 - p) ** 2)
    return Sample(Term(value), {'p': grad}, {'p': Term(hess)})


def binary_cross_entropy_with_logits(logits, target, pos_weight=ONE, label_smoothing=ZERO):
    """c y sp(-z) + (1-y) sp(z);  (1-y) s(z) - c y s(-z);  (c y + 1-y) s(z) s(-z), with sp = ln(1+e^z), s = sigmoid."""
    z = logits
    y, n = _smoothed(target, label_smoothing)
    y *= pos_weight
    value = _weighted(y, lambda: softplus(-z)) + _weighted(n, lambda: softplus(z))
    grad = _two_terms(y * sigmoid(-z), n * sigmoid(z))
    return Sample(Term(value), {'logits': grad}, {'logits': Term((y + n) * sigmoid(z) * sigmoid(-z))})


def power_factor(gamma, q):
    """Condition of q^gamma: 1 + gamma (1 + |ln q|)."""
    return 1 + gamma * (1 + abs(mp.log(q))) if gamma and q else ONE


def _alpha_t(target, alpha):
    return ONE if alpha is None else alpha if target == 1 else 1 - alpha


def binary_focal(p, target, gamma=mpf(2), alpha=None):
    """-a q^g ln t, t = p or 1-p the probability of the target, q = 1-t, s = -ln t. With respect to t:

    -q^(g-1) (g s + q/t);  g(g-1) q^(g-2) s + 2g q^(g-1)/t + q^g/t^2, and their limits at q = 0 (s ~ q) and t = 0.
    """
    g, y = gamma, target == 1
    t, q = (p, 1 - p) if y else (1 - p, p)
    s = (-mp.log(t) if t else INF) if t < 0.5 else -mp.log1p(-q)
    up = ONE if y else -ONE
    scale = ZERO
    if q == 0:
        value = ZERO
        d1 = -ONE if g == 0 else ZERO
        d2 = ONE if g == 0 else mpf(2) if g == 1 else ZERO if g > 1 else INF
    elif t == 0:
        value, d1, d2 = INF, -INF, INF
    else:
        value = q ** g * s
        d1 = -q ** g * (g * s / q + 1 / t)
        parts = [g * (g - 1) * q ** (g - 2) * s, 2 * g * q ** (g - 1) / t, q ** g / t ** 2]
        d2 = sum(parts)
        scale = largest(*parts) if g < 1 else ZERO
    a, f = _alpha_t(target, alpha), power_factor(g, q)
    return Sample(
        Term(value, factor=f).times(a),
        {'p': Term(up * d1, factor=f).times(a)},
        {'p': Term(d2, scale=scale, factor=f).times(a)},
    )


def binary_focal_with_logits(logits, target, gamma=mpf(2), alpha=None):
    """a q^g s with z signed towards the target, q = s(-z), p = s(z), s = sp(-z). With respect to that z:

    -q^g (g p s + q);  q^g p [q(1+2g) + g s(g p - q)].
    """
    g = gamma
    up = ONE if target == 1 else -ONE
    z = up * logits
    p, q, s = sigmoid(z), sigmoid(-z), softplus(-z)
    power = q ** g if g else ONE
    ps = p * s if p else ZERO  # z e^z -> 0 at z = -inf
    value = power * s if power else ZERO
    parts = [power * p * q * (1 + 2 * g), g * g * power * ps * p, -g * power * ps * q]
    a, f = _alpha_t(target, alpha), power_factor(g, q)
    return Sample(
        Term(value, factor=f).times(a),
        {'logits': Term(-up * power * (g * ps + q), factor=f).times(a)},
        {'logits': Term(sum(parts), scale=largest(*parts) if g else ZERO, factor=f).times(a)},
    )
