"""How the time of a call grows with the size of what it is given.

    python benchmarks/growth.py [WORD …] [--runs 3]

The calls of tests/growing.py at n, 2n and 4n, in one process and without its start; the best of the runs. The exponent
is that of the growth from n to 4n: 1 is linear, 2 quadratic. The status is 1 where one is above 1.2. A word chooses the
calls whose names hold it.
"""

import argparse
import gc
import math
import os
import sys
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from time import process_time

from nnc.cli.app import run

sys.path.append(str(Path(__file__).parents[1] / "tests"))
from growing import CALLS, Call

MOST = 1.2


def seconds(args: list[str]) -> float:
    """How long the processor takes for one call, whose words go nowhere."""
    gc.collect()  # what the call before has left is not this one's to clear
    with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        start = process_time()
        run(args)
        return process_time() - start


def times(size: int, call: Call, runs: int) -> list[float]:
    """The best time at n, 2n and 4n."""
    return [min(seconds(args) for _ in range(runs)) for args in map(call, (size, 2 * size, 4 * size))]


def main() -> int:
    """Prints a row for each call; 1 where one grows faster than it may."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("words", nargs="*", metavar="WORD", help="what the names of calls hold (all)")
    parser.add_argument("--runs", type=int, default=3, help="runs of each size (3)")
    options = parser.parse_args()
    chosen = [name for name in CALLS if not options.words or any(word in name for word in options.words)]
    worst = 0.0
    print(f"{'':<42}{'n':>8}{'t(n)':>9}{'t(2n)':>9}{'t(4n)':>9}{'exponent':>10}")
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for name in chosen:
            size, call = CALLS[name]
            found = times(size, call, options.runs)
            exponent = math.log(found[-1] / found[0], 4)
            worst = max(worst, exponent)
            print(f"{name:<42}{size:>8}" + "".join(f"{t:>8.3f}s" for t in found) + f"{exponent:>10.2f}", flush=True)
        os.chdir(Path(folder).parent)
    return 1 if worst > MOST else 0


if __name__ == "__main__":
    sys.exit(main())
