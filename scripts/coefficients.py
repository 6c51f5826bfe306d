"""Derives the polynomial coefficients of crate/kernels/src/math: `python3 scripts/coefficients.py [name ...]`.

Each is the minimax polynomial of its function, found by Remez' exchange in 60 digits, then rounded to the element type
one coefficient at a time from the lowest power, the others being fitted again around those already rounded. What is
printed beside the name is the largest weighted error that remains. Needs mpmath.
"""

import struct
import sys

from mpmath import cos, cosh, exp, linspace, ln, log, loggamma, lu_solve, matrix, mp, mpf, pi

mp.dps = 60


def remez(f, weight, a, b, degree):
    """The polynomial p with the least max |weight·(f − p)| on [a, b], lowest power first, and that maximum."""
    n = degree + 1
    nodes = [(a + b) / 2 - (b - a) / 2 * cos(pi * (k + mpf('0.45')) / (n + 1)) for k in range(n + 1)]
    grid = [(a + b) / 2 - (b - a) / 2 * cos(pi * (2 * k + 1) / 1202) for k in range(601)]
    samples = [(x, f(x), abs(weight(x))) for x in grid]
    for _ in range(30):
        rows = [[x**k for k in range(n)] + [(-1) ** i / abs(weight(x))] for i, x in enumerate(nodes)]
        *c, level = lu_solve(matrix(rows), matrix([f(x) for x in nodes]))
        errors = [(w * (y - horner(c, x)), x) for x, y, w in samples]
        peaks = []
        for e in errors:
            if peaks and (peaks[-1][0] > 0) == (e[0] > 0):
                peaks[-1] = max(peaks[-1], e, key=lambda p: abs(p[0]))
            else:
                peaks.append(e)
        worst = max(abs(e) for e, _ in peaks)
        while len(peaks) > n + 1:
            peaks.pop(0 if abs(peaks[0][0]) < abs(peaks[-1][0]) else -1)
        if len(peaks) < n + 1 or worst <= abs(level) * mpf("1.0005"):
            break
        nodes = [x for _, x in peaks]
    return c, worst


def horner(c, x):
    y = mpf(0)
    for k in reversed(c):
        y = y * x + k
    return y


def rounded(x, double):
    return mpf(float(x)) if double else mpf(struct.unpack("f", struct.pack("f", float(x)))[0])


def fit(f, weight, a, b, degree, double):
    """As remez, with coefficients of the element type."""
    if a < 0:  # Around a fixed value at 0 the others' best fit has no alternation there; the rounding of all is small.
        fixed = [rounded(c, double) for c in remez(f, weight, a, b, degree)[0]]
    else:
        fixed = []
    for k in range(len(fixed), degree + 1):
        rest = lambda x: (f(x) - horner(fixed, x)) / x**k  # noqa: B023, E731
        c, _ = remez(rest, lambda x: weight(x) * x**k, a, b, degree - k)  # noqa: B023
        fixed.append(rounded(c[0], double))
    grid = linspace(a, b, 2001)
    return fixed, max(abs(weight(x) * (f(x) - horner(fixed, x))) for x in grid if x != 0)


# Half of ln 2 and a little: what range reduction leaves.
R = mpf("0.3467")
# s = (m − 1)/(m + 1) at m = √2, squared.
S2 = ((mp.sqrt(2) - 1) / (mp.sqrt(2) + 1)) ** 2 * mpf("1.001")


def exp_tail(r):
    """(e^r − 1 − r)/r²"""
    return sum(r**k / mp.factorial(k + 2) for k in range(60))


def atanh_tail(z):
    """(2·atanh(s) − 2s)/s³ with z = s²"""
    return sum(2 * z**k / (2 * k + 3) for k in range(60))


def log_cosh_tail(u):
    """ln cosh(x)/x² with u = x²"""
    if u < mpf("1e-12"):
        return mpf(1) / 2 - u / 12 + u**2 / 45
    return ln(cosh(mp.sqrt(u))) / u


def ln_gamma_tail(t):
    """ln Γ(1 + u)/(u (u − 1)) with t = u − ½"""
    u = t + mpf(1) / 2
    if u in (0, 1):
        return mp.euler if u == 0 else 1 - mp.euler
    return loggamma(1 + u) / (u * (u - 1))


# name: (function, weight, from, to, degree for f32 if there are floats, degree for f64)
TABLE = {
    "EXP": (exp_tail, lambda r: r**2 / exp(r), -R, R, 4, 9),
    "EXP_SHORT": (exp_tail, lambda r: r**2 / exp(r), -R, R, 3, 9),
    "LN": (atanh_tail, lambda z: z / 2, mpf(0), S2, 2, 6),
    "LOG1P_UNIT": (atanh_tail, lambda z: z / 2, mpf(0), mpf(1) / 9, 3, 9),
    "LOG1P_FAR": (atanh_tail, lambda z: z / 2, mpf(0), mpf("0.0101"), 1, 5),
    "LOG_COSH": (log_cosh_tail, lambda u: 1 / log_cosh_tail(u), mpf(0), mpf("0.5626"), 5, 12),
    "EXP_MINUS_1_MINUS": (exp_tail, lambda x: 1 / exp_tail(x), -mpf("0.5"), mpf("0.5"), 6, 11),
    "LN_GAMMA": (ln_gamma_tail, lambda t: 1 / ln_gamma_tail(t), -mpf("0.5"), mpf("0.5"), None, 20),
}

if __name__ == "__main__":
    for name in sys.argv[1:] or TABLE:
        f, weight, a, b, *degrees = TABLE[name]
        for double in (False, True):
            if degrees[double] is None:
                continue
            c, error = fit(f, weight, a, b, degrees[double], double)
            print(f"{name} f{64 if double else 32}: 2^{float(log(error, 2)):.1f}")
            for k in c:
                print(f"    {float(k)!r},")
