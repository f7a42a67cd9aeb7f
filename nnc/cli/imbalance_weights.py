"""``nnc imbalance-weights``: weights that make up for classes of unequal size."""

from collections import Counter
from typing import Annotated, Literal

import typer

from nnc.cli.options import Exact, OutputOptions, StepsOptions


def imbalance_weights(
    counts: Annotated[
        str | None, typer.Option(metavar="VALUE", help="Samples in each class: 100,1000 or A=100,B=1000.")
    ] = None,
    labels: Annotated[
        str | None, typer.Option(metavar="VALUE", help="The class of each sample, to be counted: 1,1,0 or @y.csv.")
    ] = None,
    method: Annotated[
        str,
        typer.Option(metavar="METHOD", help="balanced, inverse, sqrt, effective or pos-weight."),
    ] = "balanced",
    beta: Annotated[str | None, typer.Option(metavar="B", help="β of --method effective; 0.999 if not given.")] = None,
    normalize: Annotated[
        Literal["none", "mean", "sum", "max"], typer.Option(help="Scale the weights so that this of them is 1.")
    ] = "none",
    exact: Exact = False,
    *,
    steps: StepsOptions,
    output: OutputOptions,
) -> None:
    """Print one weight a class, from class sizes or labels."""
    from nnc.cli.output import show
    from nnc.core.arrays import EXACT, FLOAT64
    from nnc.core.imbalance import METHODS
    from nnc.core.imbalance import imbalance_weights as weigh
    from nnc.errors import InputError, blame
    from nnc.io.choices import read_choice
    from nnc.render.weighting import WeightingReport

    dtype = EXACT if exact else FLOAT64
    if beta is not None and method != "effective":
        raise InputError("--beta belongs to --method effective")
    with blame("--method"):
        named = method if beta is None else f"{method}:beta={beta}"
        chosen = read_choice(named, METHODS, "method", dtype)
    weighting = weigh(_counts(counts, labels), chosen, normalize, dtype)
    if steps.steps:
        from nnc.cli.steps import show_steps
        from nnc.core.steps.weighting import derive_weighting

        show_steps(derive_weighting(weighting), steps, output)
    else:
        show(WeightingReport(weighting), output)


def _counts(counts: str | None, labels: str | None) -> dict[str, int]:
    """The number of samples of each class: as given, or counted, classes sorted (as numbers where they all are)."""
    from nnc.core.arrays import EXACT
    from nnc.errors import InputError, blame
    from nnc.io.sources import StandardInput
    from nnc.io.values import read_classes, read_labels

    if (counts is None) == (labels is None):
        raise InputError("give the classes with either --counts 100,1000 or --labels 1,1,0")
    if labels is not None:
        counted = Counter(read_labels(labels, "--labels", stdin=StandardInput()))
        with blame("--labels"):
            return {name: counted[name] for name in _sorted(counted)}
    assert counts is not None  # one of the two is given
    given = read_classes(counts, "--counts", EXACT, key="counts", stdin=StandardInput())
    for name, count in given.items():
        if count != int(count):
            raise InputError(f"--counts: class {name} has a count of {float(count):g}, expected a whole number")
    return {name: int(count) for name, count in given.items()}


def _sorted(names: Counter[str]) -> list[str]:
    from nnc.io.numbers import is_number, to_number

    if all(is_number(name) for name in names):
        return sorted(names, key=to_number)
    return sorted(names)
