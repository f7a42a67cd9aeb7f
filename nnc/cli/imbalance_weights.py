"""``nnc imbalance-weights``: weights that make up for classes of unequal size."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from nnc.cli.options import Exact, ExpectOptions, OutputOptions, StepsOptions
from nnc.core.names import Normalization

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    from nnc.core.imbalance import ClassWeighting


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
    normalize: Annotated[Normalization, typer.Option(help="Scale the weights so that this of them is 1.")] = "none",
    exact: Exact = False,
    *,
    expected: ExpectOptions,
    steps: StepsOptions,
    output: OutputOptions,
) -> int:
    """Print one weight a class, from class sizes or labels."""
    from nnc.cli.output import show
    from nnc.core.arrays import EXACT, FLOAT64
    from nnc.render.weighting import WeightingReport

    option, given = ("--counts", counts) if labels is None else ("--labels", labels)
    source = f"{option} {given}" if given and given[0] in "@-" else option
    weigh = _weigher(_counts(counts, labels, source), source, method, beta, normalize)
    dtype = EXACT if exact else FLOAT64
    if expected.expect:
        from nnc.cli.expect import show_comparison
        from nnc.core.results import of_weighting

        return show_comparison(of_weighting(weigh, dtype), "weights", expected, steps, output, exact=exact)
    if steps.steps:
        from nnc.cli.steps import show_steps
        from nnc.core.steps.weighting import derive_weighting

        show_steps(derive_weighting(weigh(dtype)), steps, output)
    else:
        show(WeightingReport(weigh(dtype)), output)
    return 0


def _weigher(
    counts: dict[str, int], source: str, method: str, beta: str | None, normalize: Normalization
) -> "Callable[[np.dtype[Any]], ClassWeighting]":
    """What makes the weights in numbers of a dtype; ``source`` is where the counts come from."""
    from nnc.core.imbalance import METHODS, imbalance_weights
    from nnc.errors import InputError, attributed, blame
    from nnc.io.choices import read_choice

    if beta is not None and method != "effective":
        raise InputError("--beta belongs to --method effective")

    def weigh(dtype: "np.dtype[Any]") -> "ClassWeighting":
        with blame("--method"):
            named = method if beta is None else f"{method}:beta={beta}"
            chosen = read_choice(named, METHODS, "method", dtype)
        with attributed({"counts": source}):
            return imbalance_weights(counts, chosen, normalize, dtype)

    return weigh


def _counts(counts: str | None, labels: str | None, source: str) -> dict[str, int]:
    """The number of samples of each class: as given, or counted. ``source`` is where they are given."""
    from nnc.core.arrays import EXACT
    from nnc.core.imbalance import read_counts
    from nnc.errors import InputError, blame
    from nnc.io.classes import count_labels
    from nnc.io.sources import StandardInput
    from nnc.io.values import read_classes, read_labels

    if (counts is None) == (labels is None):
        raise InputError("give the classes with either --counts 100,1000 or --labels 1,1,0")
    if labels is not None:
        with blame(source):
            return count_labels(read_labels(labels, "--labels", stdin=StandardInput()))
    assert counts is not None  # one of the two is given
    with blame(source):
        return read_counts(read_classes(counts, "--counts", EXACT, key="counts", stdin=StandardInput()))
