"""Measures every activation and loss against mpmath at 50 digits and writes the table of docs/accuracy.md.

Run it from the root of the repository: ``python benchmarks/accuracy.py [--count 1000] [--write]``. Without ``--write``
it prints the table.
"""

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "core"))

import reference  # noqa: E402 - the formulas live with the tests
import ulps  # noqa: E402

from nnc.core.functions.activations import ACTIVATIONS  # noqa: E402
from nnc.core.functions.losses import LOSSES  # noqa: E402

PAGE = ROOT / "docs" / "accuracy.md"


def table(head: str, rows: dict[str, tuple[ulps.Error, ulps.Error] | None]) -> list[str]:
    """The lines of a table: a row's worst errors, or a dash where it has no reference."""
    lines = [f"| {head} | value | derivative |", "| --- | ---: | ---: |"]
    for name, errors in rows.items():
        cells = ["–", "–"] if errors is None else [f"{error.units:.2f}" for error in errors]
        lines.append(f"| `{name}` | {' | '.join(cells)} |")
    return lines


def measured(count: int) -> list[str]:
    """Both tables."""
    known = reference.ACTIVATIONS.keys() | reference.OF_A_LAYER.keys()
    activations = {name: ulps.measure_activation(name, count) if name in known else None for name in ACTIVATIONS}
    losses = {name: ulps.measure_loss(name, count) if name in reference.LOSSES else None for name in LOSSES}
    return [*table("activation", activations), "", *table("loss", losses)]


def main() -> None:
    """Prints the tables, or writes them in the place of those that the page has."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1000, help="random numbers of each kind (default: 1000)")
    parser.add_argument("--write", action="store_true", help="write the tables into docs/accuracy.md")
    options = parser.parse_args()
    tables = measured(options.count)
    if not options.write:
        print("\n".join(tables))
        return
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    rows = [number for number, line in enumerate(lines) if line.startswith("|")]
    page = [*lines[: rows[0]], *tables, *lines[rows[-1] + 1 :]]
    PAGE.write_text("\n".join([*page, ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
