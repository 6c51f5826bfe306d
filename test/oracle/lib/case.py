"""A test case and the generator's own random numbers (exact IEEE arithmetic only, so that they never change)."""

import math
import struct
from dataclasses import dataclass, field, replace

NAN, INF = math.nan, math.inf


def to_float32(x):
    try:
        return struct.unpack('<f', struct.pack('<f', x))[0]
    except OverflowError:
        return math.copysign(INF, x)


@dataclass
class Case:
    """One call. Numbers are rounded to the dtype here, so formulas get exactly what the kernels get."""

    dtype: str
    note: str
    inputs: dict                 # argument name -> flat list of floats
    labels: list | None = None
    options: dict = field(default_factory=dict)
    weight: list | None = None   # sampleWeight
    reduction: str = 'none'
    width: int | None = None     # K or D
    batch: int | None = None     # number of rows, where the inputs differ in width
    smooth: bool = True          # differentiable at these inputs: numerical differentiation applies

    def __post_init__(self):
        self.inputs = {k: self._round(v) for k, v in self.inputs.items()}
        self.options = {k: self._round(v) for k, v in self.options.items()}
        if self.weight is not None:
            self.weight = self._round(self.weight)

    def _round(self, v):
        if isinstance(v, list):
            return [self._round(x) for x in v]
        if not isinstance(v, float):
            return v
        return to_float32(v) if self.dtype == 'float32' else v

    def reduced(self, *reductions):
        """The same call with each of the reductions."""
        return [replace(self, reduction=r) for r in reductions]


class Rng:
    """SplitMix64 and what the cases draw from it."""

    def __init__(self, *seed):
        self.state = 0x9E3779B97F4A7C15
        for byte in '/'.join(map(str, seed)).encode():
            self.state = (self.state ^ byte) * 0x100000001B3 % 2**64

    def bits(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) % 2**64
        z = self.state
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 % 2**64
        z = (z ^ z >> 27) * 0x94D049BB133111EB % 2**64
        return z ^ z >> 31

    def unit(self):
        """In (0, 1)."""
        return ((self.bits() >> 12) + 0.5) * 2.0**-52

    def uniform(self, low, high):
        return low + (high - low) * self.unit()

    def integer(self, n):
        return self.bits() % n

    def choice(self, xs):
        return xs[self.integer(len(xs))]

    def normal(self, spread=1.0):
        return spread * (sum(self.unit() for _ in range(12)) - 6.0)

    def normals(self, n, spread=1.0):
        return [self.normal(spread) for _ in range(n)]

    def uniforms(self, n, low=0.0, high=1.0):
        return [self.uniform(low, high) for _ in range(n)]

    def wide(self, low, high):
        """Either sign, magnitude 2^low to 2^high."""
        return math.ldexp(self.uniform(1.0, 2.0), low + self.integer(high - low)) * self.choice([1.0, -1.0])

    def wides(self, n, low, high):
        return [self.wide(low, high) for _ in range(n)]

    def labels(self, n, k):
        return [self.integer(k) for _ in range(n)]

    def simplex(self, k, sharp=1):
        """A probability vector; sharp > 1 makes it peaked."""
        x = [self.unit() for _ in range(k)]
        for _ in range(sharp - 1):
            x = [a * self.unit() for a in x]
        total = sum(x)
        return [a / total for a in x]

    def simplexes(self, n, k, sharp=1):
        return [x for _ in range(n) for x in self.simplex(k, sharp)]
