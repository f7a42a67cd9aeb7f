"""How long and how much memory a forward pass of a large network file takes, against reading the numbers alone.

    python benchmarks/large_network.py [--runs 5]

Three layers of 1001 × 1000 weights, 62 MB of JSON. Both are whole processes, run in turn: ``nnc forward --json``, and a
script that decodes the file with msgspec and turns it into arrays.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

import msgspec
import numpy as np

READ_ALONE = """
import sys, msgspec, numpy
class Layer(msgspec.Struct): W: list[list[float]]
class File(msgspec.Struct): layers: list[Layer]
with open(sys.argv[1], "rb") as file:
    arrays = [numpy.array(layer.W) for layer in msgspec.json.decode(file.read(), type=File).layers]
"""


def write_network(path: Path) -> None:
    """A network of three layers of random weights, scaled so that activations neither grow nor vanish."""
    rng = np.random.default_rng(0)
    layers = [{"W": rng.normal(0, 0.03, (1001, 1000)).tolist(), "activation": "tanh"} for _ in range(3)]
    path.write_bytes(msgspec.json.encode({"layers": layers, "x": rng.normal(0, 1, 1000).tolist()}))


def seconds(command: list[str]) -> float:
    """The time of one run of the command, start to end."""
    start = perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return perf_counter() - start


def main() -> None:
    """Prints both medians, their ratio, and the most memory that any of the processes took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5, help="runs of each command (5)")
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "large.json")
        write_network(path)
        reading = [sys.executable, "-c", READ_ALONE, str(path)]
        forward = [sys.executable, "-m", "nnc", "forward", "-w", str(path), "--json"]
        times = [(seconds(reading), seconds(forward)) for _ in range(runs)]
        size = path.stat().st_size / 1e6
    alone, whole = (median(column) for column in zip(*times, strict=True))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"{size:.0f} MB: reading alone {alone:.2f} s, nnc forward {whole:.2f} s, ratio {whole / alone:.2f}")
    print(f"most memory of a process: {peak:.0f} MiB")


if __name__ == "__main__":
    main()
