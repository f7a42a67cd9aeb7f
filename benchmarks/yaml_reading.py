"""Compares nnc's reading of YAML with PyYAML's fastest loader, on 100,000 weights.

Run it from the root of the repository: ``python benchmarks/yaml_reading.py [--runs 7]``. For each way to lay the
weights out it prints both medians, of interleaved runs, and their ratio (nnc ÷ PyYAML; below 1 nnc is the faster).
"""

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np
import yaml

from nnc.io.text.yaml_document import decode_yaml


def flow_rows(weights: np.ndarray) -> str:
    """A row a line: ``- [0.1, 0.2]``."""
    return "W:\n" + "".join(f"  - [{', '.join(map(repr, row))}]\n" for row in weights.tolist())


def block_rows(weights: np.ndarray) -> str:
    """A number a line: ``- - 0.1`` and then ``  - 0.2``."""
    rows = ("\n    - ".join(map(repr, row)) for row in weights.tolist())
    return "W:\n" + "".join(f"  - - {row}\n" for row in rows)


def seconds(call: Callable[[], object]) -> float:
    """How long one call takes."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def main() -> None:
    """Prints one line for each layout."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=7, help="runs of each reader (default: 7)")
    runs = parser.parse_args().runs
    loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
    weights = np.random.default_rng(0).normal(size=(1000, 100))
    for name, text in (("flow", flow_rows(weights)), ("block", block_rows(weights))):
        pairs = [
            (seconds(lambda: decode_yaml(text)), seconds(lambda: yaml.load(text, Loader=loader)))  # noqa: B023 - called at once
            for _ in range(runs)
        ]
        ours, theirs = (statistics.median(times) for times in zip(*pairs, strict=True))
        print(f"{name:5}  nnc {ours:.3f} s  {loader.__name__} {theirs:.3f} s  ratio {ours / theirs:.2f}")


if __name__ == "__main__":
    main()
