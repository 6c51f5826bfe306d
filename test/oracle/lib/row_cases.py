"""What the cases of rows that are summed share."""

from mpmath import mp, mpf

from .case import INF


def rows(k):
    return max(1, min(4, 20 // k))


def logs(xs):
    return [float(mp.log(mpf(x))) if x else -INF for x in xs]


def log_var_edges(dtype):
    return [80.0, -80.0, -100.0, 1e-30, -1e-30, 1e-8, -1e-8, 1e-4, -1e-4, 1e-3, -1e-3, 0.01, -0.01, 0.0, 0.5, -0.5, 5.0]
