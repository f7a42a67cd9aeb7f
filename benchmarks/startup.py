"""How long a call of nnc takes, against importing NumPy alone and against the same pass as a PyTorch script.

    python benchmarks/startup.py [--runs 15]

Whole processes, run in turn so that a machine that slows down slows all of them; medians, and their ratio to the first
row. Run it on an installed nnc (``pip install .``), whose modules are compiled.
"""

import argparse
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from statistics import median
from time import perf_counter

ROOT = Path(__file__).parents[1]
NETWORK = str(ROOT / "samples" / "two_layer_relu.json")

TORCH_SCRIPT = """
import torch
first, second = torch.nn.Linear(2, 2).double(), torch.nn.Linear(2, 2).double()
with torch.no_grad():
    first.weight.copy_(torch.tensor([[-0.1, 0.3], [0.2, -0.4]]))
    first.bias.copy_(torch.tensor([0.1, 0.1]))
    second.weight.copy_(torch.tensor([[0.5, 0.7], [-0.6, -0.8]]))
    second.bias.copy_(torch.tensor([0.1, 0.1]))
    print(torch.relu(second(torch.relu(first(torch.tensor([2.0, 3.0], dtype=torch.float64))))).tolist())
"""


def commands() -> dict[str, list[str]]:
    """name -> command line; PyTorch's only where it is installed."""
    nnc = which("nnc", path=str(Path(sys.executable).parent)) or which("nnc") or "nnc"
    forward = [nnc, "forward", "-w", NETWORK, "-x", "2,3"]
    found = {
        "python -c 'import numpy'": [sys.executable, "-c", "import numpy"],
        "nnc --help": [nnc, "--help"],
        "nnc forward --json": [*forward, "--json"],
        "nnc forward (table)": forward,
    }
    if find_spec("torch"):
        found["the same pass in PyTorch"] = [sys.executable, "-c", TORCH_SCRIPT]
    return found


def seconds(command: list[str], folder: str) -> float:
    """The time of one run of the command, start to end."""
    start = perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder)
    return perf_counter() - start


def main() -> None:
    """Prints a row a command: median time, and its ratio to the first."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=15, help="runs of each command (15)")
    runs = parser.parse_args().runs
    times: dict[str, list[float]] = {name: [] for name in commands()}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(runs + 1):
            for name, command in commands().items():
                taken = seconds(command, folder)
                if number:  # the first round warms the disk's cache
                    times[name].append(taken)
    base = median(next(iter(times.values())))
    print(f"{'command':<28}{'median':>10}{'ratio':>8}")
    for name, taken_by_run in times.items():
        print(f"{name:<28}{median(taken_by_run):>8.3f} s{median(taken_by_run) / base:>8.2f}")


if __name__ == "__main__":
    main()
