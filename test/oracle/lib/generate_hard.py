#!/usr/bin/env python3
"""Writes hard float64 cases in the form of the golden vectors: `generate_hard.py FOLDER [--seed 1] [--elements 4000] [name ...]`.

`npm run test:exhaustive -- doubles` makes and checks them. The expectations are those of the losses' oracles.
"""

import argparse
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parent.parent))

from mpmath import mpf

from lib.case import Case, Rng
from lib.evaluate import evaluate, names, oracle
from lib.generate import line
from lib.hard import PER_CASE


def main():
    known = [name for name in names() if oracle(name).hard_cases]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('folder', type=Path)
    parser.add_argument('names', nargs='*', metavar='name', help=f'losses; all by default: {", ".join(known)}')
    parser.add_argument('--seed', default='1')
    parser.add_argument('--elements', type=int, default=6000, help='elements a loss')
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    for name in args.names or known:
        found, rng, lines = oracle(name), Rng('hard', args.seed, name), []
        for _ in range(max(1, args.elements // PER_CASE)):
            case = Case('float64', 'hard', **found.hard_cases(rng))
            data = {key: [mpf(x) for x in xs] for key, xs in case.inputs.items()}
            lines.append(line(case, evaluate(found, case, data)))
        (args.folder / f'{name}.txt').write_text('\n'.join(lines) + '\n')
        print(f'{name}: {args.elements} elements', flush=True)


if __name__ == '__main__':
    main()
