"""How often ``--verify`` is wrong, and how much it leaves out.

    python benchmarks/verifying.py [--seed 1] [--networks 1000] [--faults 60]

Random networks of all activations and losses, with 1 to 3 layers of up to 6 units, in all layouts, of one
sample or a batch.
"""

import argparse
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "core"))

from faults import FAULTS, draw, draw_fault


def differing(rng: np.random.Generator, networks: int) -> int:
    """How many of so many right networks, of weights of scale 0.5 to 8 and inputs up to 1e6, are said to differ."""
    problems = (draw(rng, 2 ** rng.uniform(-1, 3), 10 ** rng.uniform(-1, 6)) for _ in range(networks))
    return sum(not all(check.holds for check in problem.check()) for problem in problems)


def left_out(rng: np.random.Generator, networks: int) -> tuple[int, int]:
    """How many entries of so many networks of weights and inputs of scale 1 are left out, and how many there are."""
    checks = [check for _ in range(networks) for check in draw(rng, 1, 1).check()]
    entries = sum(check.entries for check in checks)
    return entries - sum(check.checked for check in checks), entries


def caught(rng: np.random.Generator, kind: str, faults: int) -> int:
    """How many of so many faults of a kind are found."""
    drawn = (draw_fault(rng, kind) for _ in range(faults))
    return sum(not all(check.holds for check in problem.check_of(wrong)) for problem, wrong in drawn)


def main() -> None:
    """Prints a line for each rate."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1, help="(1)")
    parser.add_argument("--networks", type=int, default=1000, help="right networks of each sort (1000)")
    parser.add_argument("--faults", type=int, default=60, help="faults of each kind (60)")
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    print(f'right networks called "differs": {differing(rng, options.networks)} of {options.networks}')
    out, entries = left_out(rng, options.networks)
    print(f"entries left out at weights of scale 1: {out} of {entries}, {out / entries:.2%}")
    for kind in FAULTS:
        print(f"caught, {kind}: {caught(rng, kind, options.faults)} of {options.faults}")


if __name__ == "__main__":
    main()
