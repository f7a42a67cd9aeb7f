"""Throws random calls and mutated files at nnc and prints every one that ends as none may, with its number.

    python benchmarks/fuzz.py [--calls 60000] [--seed 1] [--first 0]

No call may end in a traceback, with a status but 0, 1 and 2, or with 1 where no verdict was asked for. The calls are
made in one process; tests/cli/fuzzing.py draws them.
"""

import argparse
import os
import sys
import tempfile
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "cli"))

import fuzzing


def main() -> None:
    """Prints the faults, then how often each status was met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=60_000, help="how many calls (60000)")
    parser.add_argument("--seed", type=int, default=1, help="another seed makes other calls (1)")
    parser.add_argument("--first", type=int, default=0, help="the number of the first call (0)")
    asked = parser.parse_args()
    known = fuzzing.commands()
    statuses: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for number in range(asked.first, asked.first + asked.calls):
            case = fuzzing.case(asked.seed, number, known)
            end = fuzzing.ending(case)
            fault = fuzzing.amiss(case, end)
            statuses[f"status {end.status}"] += 1
            if fault:
                statuses["faults"] += 1
                print(f"call {number} of seed {asked.seed}: {case.args}\n{fault}\n", flush=True)
        os.chdir("/")
    print(*(f"{name}: {count}" for name, count in sorted(statuses.items())), sep="\n")


if __name__ == "__main__":
    main()
