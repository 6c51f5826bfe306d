"""Numbers of the oracle: exact results, the rounding they are allowed, and the two floating-point formats.

A `Term` is an exact result together with the error that is granted for computing it. Formulas build Terms; only
`Format` turns one into a printed value and an absolute tolerance.
"""

import math
from dataclasses import dataclass

from mpmath import mp, mpf

DIGITS = 80
mp.dps = DIGITS

INF, NAN, ZERO, ONE = mp.inf, mp.nan, mpf(0), mpf(1)


@dataclass(frozen=True)
class Term:
    """An exact result and its grants.

    tolerance = (base + ulps) * factor * ulp(max(|value|, scale)) + (soft + (base + ulps) * carried) * eps
    """

    value: mpf
    scale: mpf = ZERO    # largest of the computed terms that the formula subtracts
    ulps: mpf = ZERO     # ULPs on top of the base of 4 or 8 (rows of K terms)
    factor: mpf = ONE    # condition number of a power
    soft: mpf = ZERO     # absolute, in ULPs of 1: the rounding of z_k - max z, carried to first order
    carried: mpf = ZERO  # absolute, in base bounds of 1: the error of a distance or dot product, carried to first order
    absolute: mpf = ZERO # at least this much, whatever the dtype: of what is computed in double precision for all of them

    def __post_init__(self):
        if abs(self.value) < mpf(10) ** -60 * max(self.scale, self.carried):  # cancelled: exactly 0
            object.__setattr__(self, 'value', ZERO)

    def times(self, w):
        """The term multiplied by a weight; weight 0 gives exactly 0, whatever the term holds."""
        if w == 0:
            return EXACT_ZERO
        a = abs(w)
        return Term(self.value * w, self.scale * a, self.ulps, self.factor, self.soft * a, self.carried * a,
                    self.absolute * a)


EXACT_ZERO = Term(ZERO)
NAN_TERM = Term(NAN)


@dataclass
class Sample:
    """One element or row: its loss, gradients and diagonal Hessians (by input name; a Term or one Term per entry)."""

    value: Term
    grad: dict
    hess: dict | None = None
    den: mpf = ONE       # its share of the denominator of the mean, before the sample weight
    skip: bool = False   # contributes nothing, and isn't read
    parts: dict | None = None  # further values, reduced like the loss


def largest(*xs):
    return max(abs(x) for x in xs)


def row_ulps(k):
    """One ULP for each doubling of the row length above 16."""
    return mp.log(mpf(k) / 16, 2) if k > 16 else ZERO


@dataclass(frozen=True)
class Format:
    name: str
    precision: int
    min_exponent: int  # of the smallest normal number
    max_exponent: int  # of the first power of two that overflows
    base: int          # ULPs that every result is granted

    @property
    def eps(self):
        return mpf(2) ** (1 - self.precision)

    @property
    def tiny(self):
        return mpf(2) ** self.min_exponent

    def quantum(self, x):
        """Exponent of the ULP in the binade of x."""
        lowest = self.min_exponent - self.precision + 1
        return lowest if x == 0 else max(mp.frexp(abs(x))[1] - self.precision, lowest)

    def round(self, x):
        """x correctly rounded (ties to even), as an exact double; +-inf on overflow."""
        x = mpf(x)
        if not mp.isfinite(x):
            return float(x)
        q = self.quantum(x)
        n = int(mp.nint(mp.ldexp(x, -q)))
        if abs(n) >= 2 ** self.precision:
            n, q = n // 2, q + 1
        if q + self.precision > self.max_exponent:
            return math.copysign(math.inf, n)
        return math.ldexp(n, q)

    def round_to_double(self, x):
        """The exact result as a double; one that overflows this format is +-inf."""
        rounded = self.round(x)
        return rounded if not math.isfinite(rounded) else FORMATS['float64'].round(x)

    def ulp(self, x):
        return mpf(2) ** self.quantum(mpf(self.round(x)))

    def tolerance(self, t):
        if not math.isfinite(self.round(t.value)):
            return ZERO
        # A term may overflow where the result doesn't.
        size = min(max(abs(t.value), t.scale), mpf(2) ** self.max_exponent * (1 - mpf(2) ** -self.precision))
        if size == 0 and t.soft == 0 and t.carried == 0:
            return t.absolute
        bound = self.base + t.ulps
        tol = bound * t.factor * self.ulp(size) + (t.soft + bound * t.carried) * self.eps
        return max(tol, t.absolute, abs(t.value)) if abs(t.value) < self.tiny else max(tol, t.absolute)


FORMATS = {
    'float32': Format('float32', 24, -126, 128, 4),
    'float64': Format('float64', 53, -1022, 1024, 8),
}


# Functions that the formulas share.

def sigmoid(x):
    return 1 / (1 + mp.exp(-x))


def softplus(x):
    """ln(1 + e^x)."""
    if x == INF:
        return INF
    return max(x, ZERO) + mp.log1p(mp.exp(-abs(x)))


def expm1_minus(x):
    """e^x - 1 - x, at a precision that survives its cancellation near 0."""
    if not mp.isfinite(x):
        return INF
    if x == 0:
        return ZERO
    with mp.extraprec(max(0, -4 * mp.mag(x))):
        return mp.exp(x) - 1 - x


def sign(x):
    return mpf((x > 0) - (x < 0))
