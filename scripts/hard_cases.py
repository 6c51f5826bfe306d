"""Writes crate/kernels/tests/math/hard_cases.tsv: `python3 scripts/hard_cases.py`. Needs mpmath.

One line each: function, the bits of a double x, the bits of the double nearest to the exact f(x), and of the double
nearest to what that lacks. The inputs are where a formula changes or cancels, the worst that wide sampling found, and
random ones at every scale.
"""

import os
import random
import struct

from mpmath import exp, expm1, ln, log1p, mp, mpf, sech, sinh, tanh

mp.prec = 300

MAX = 1.7976931348623157e308
TINY = 2.0**-1022


def log_cosh(x):
    return log1p(2 * sinh(x / 2) ** 2) if abs(x) < 1000 else abs(x) - ln(2)


# name: (exact function, least and largest input, inputs of special interest, the worst found among them)
TABLE = {
    "exp": (exp, -708.39, 709.78, [0.40225766601706026, 0.34860379896257854]),
    "exp_nonpositive": (exp, -708.39, 0, [-286.60690816784023, -4.476100737112125, -11.42409270311222]),
    "exp_short": (exp, -708.39, 0, [-286.60690816784023, -4.476100737112125, -11.42409270311222]),
    "expm1": (expm1, -MAX, 709.78, [0.3842783470380411, 1.0124766837290409]),
    "exp_minus_1_minus": (lambda x: expm1(x) - x, -MAX, 709.78, [-0.35591602302130454, 0.12235475110239635]),
    "ln": (ln, 5e-324, MAX, [2.6677643769506982, 5e-324, 1e-310, TINY, 1 - 2.0**-53, 1 + 2.0**-52, 0.7006999081650062]),
    "ln_unit": (ln, 5e-324, 1, [0.6264532313220381, 5e-324, 1e-310, TINY, 1 - 2.0**-53]),
    "log1p": (log1p, 2.0**-53 - 1, MAX, [0.4503531605198999, 2.0**-53 - 1, 0.5676928663884782]),
    "log1p_positive": (log1p, 0, MAX, [0.4622274561333604, 0.4560423847882357]),
    "log1p_unit": (log1p, 0, 1, [0.9999247691784039, 0.9945024699353067]),
    "tanh": (tanh, -MAX, MAX, [-6.856218735078798, 3.47808018468659]),
    "log_cosh": (log_cosh, -MAX, MAX, [0.735370220589465, -0.7138116113677776]),
    "sech2": (lambda x: sech(x) ** 2, -354.8, 354.8, [1.367776812913231, -1.3243922756524524]),
}

# Where the reduced argument or the formula changes: multiples of ½ ln 2, √½, √2 and these less 1, ½, ¾, the ends.
SEAMS = [0.34657359027997264, 0.17328679513998632, 1.0397207708399179, 0.7071067811865476, 1.4142135623730951]
SEAMS += [0.41421356237309515, 0.29289321881345254, 0.5, 0.75, 1.0, 2.0, 19.06, 37.5, 354.4, 708.3, 0.3333333333333333]


def inputs(name):
    _, least, most, special = TABLE[name]
    rng = random.Random(name)
    candidates = special + [s * k * d for s in SEAMS for k in (1, -1) for d in (1, 1 - 2.0**-40)]
    candidates += [rng.choice((1, -1)) * 2 ** rng.uniform(-70, 12) for _ in range(12)]
    candidates += [rng.uniform(-3, 3) for _ in range(12)]
    return [x for x in dict.fromkeys(candidates) if least <= x <= most]


def bits(x):
    return struct.pack(">d", x).hex()


if __name__ == "__main__":
    path = os.path.join(os.path.dirname(__file__), "..", "crate", "kernels", "tests", "math", "hard_cases.tsv")
    with open(path, "w", encoding="ascii") as file:
        for name, (f, *_) in TABLE.items():
            for x in inputs(name):
                exact = f(mpf(x))
                if not exact or abs(exact) >= TINY:
                    near = float(exact)
                    print(name, bits(x), bits(near), bits(float(exact - mpf(near))), sep="\t", file=file)
