"""``nnc imbalance-weights``: weights for classes of unequal size."""

from typing import TYPE_CHECKING, Annotated, Any

from nnc.cli.options import Exact, ExpectOptions, OutputOptions, StepsOptions, Text, option
from nnc.core.names import Normalization
from nnc.errors import InputError, attributed, blame

if TYPE_CHECKING:
    import numpy as np

    from nnc.core.imbalance import ClassWeighting, Weighing


def imbalance_weights(
    counts: Annotated[Text, option("--counts", "Samples in each class: 100,1000 or A=100,B=1000.", "VALUE")] = None,
    labels: Annotated[
        Text, option("--labels", "The class of each sample, to be counted: 1,1,0 or @y.csv.", "VALUE")
    ] = None,
    method: Annotated[
        str, option("--method", "balanced, inverse, sqrt, effective or pos-weight.", "METHOD")
    ] = "balanced",
    beta: Annotated[Text, option("--beta", "β of --method effective; 0.999 if not given.", "B")] = None,
    normalize: Annotated[
        Normalization, option("--normalize", "Scale the weights so that their mean, sum or maximum is 1.")
    ] = "none",
    exact: Exact = False,
    *,
    expected: ExpectOptions,
    steps: StepsOptions,
    output: OutputOptions,
) -> int:
    """Print one weight per class, from class sizes or labels."""
    from nnc.cli.output import show
    from nnc.core.arrays import EXACT, FLOAT64
    from nnc.render.weighting import WeightingReport

    source = _source("--counts", counts) if labels is None else _source("--labels", labels)
    weighing = _weighing(_counts(counts, labels, source), method, beta, normalize)
    dtype = EXACT if exact else FLOAT64
    weighting = _weigh(weighing, dtype, source)
    if expected.expect:
        from nnc.cli.expect import show_comparison
        from nnc.core.grading.truth import of_weighing

        return show_comparison(of_weighing(weighing, dtype), "weights", expected, steps, output, exact=exact)
    if steps.steps:
        from nnc.cli.steps import show_steps
        from nnc.core.steps.weighting import derive_weighting

        show_steps(derive_weighting(weighting), steps, output)
    else:
        show(WeightingReport(weighting), output)
    return 0


def _source(option: str, given: str | None) -> str:
    """What messages call an option: with its file, where it names one."""
    return f"{option} {given}" if given and given[0] in "@-" else option


def _weigh(weighing: "Weighing", dtype: "np.dtype[Any]", source: str) -> "ClassWeighting":

    with attributed({"counts": source, "method": "--method"}):
        return weighing.weigh(dtype)


def _weighing(counts: dict[str, int], method: str, beta: str | None, normalize: Normalization) -> "Weighing":
    from nnc.core.imbalance import METHODS, Weighing
    from nnc.io.values.choices import read_choice

    if beta is not None and method != "effective":
        raise InputError("--beta belongs to --method effective")
    with blame("--method"):
        named = method if beta is None else f"{method}:beta={beta}"
        return Weighing(counts, read_choice(named, METHODS, "method", None), normalize)


def _counts(counts: str | None, labels: str | None, source: str) -> dict[str, int]:
    """The number of samples of each class, as given or counted; ``source`` is where they come from."""
    from nnc.core.arrays import EXACT
    from nnc.core.imbalance import read_counts
    from nnc.io.text.sources import StandardInput
    from nnc.io.values.labels import count_labels, read_labels
    from nnc.io.values.option import read_value

    if (counts is None) == (labels is None):
        raise InputError("give the classes with either --counts 100,1000 or --labels 1,1,0")
    if labels is not None:
        with blame(source):
            return count_labels(read_labels(labels, "--labels", stdin=StandardInput()))
    assert counts is not None  # one of the two is given
    with blame(source):
        given = read_value(counts, "--counts", key="counts", stdin=StandardInput(), as_text=True, by_class=True)
        return read_counts(given.classes(EXACT))
