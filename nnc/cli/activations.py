"""``nnc activations``: the list, one activation in full, and its values."""

from typing import Annotated

import typer

from nnc.cli.options import OutputOptions, Text, option


def activations(
    name: Annotated[str | None, typer.Argument(help="One activation, as in leaky_relu:negative_slope=0.1.")] = None,
    x: Annotated[Text, option("--x -x", "Points at which to calculate f and f′.", "VALUE")] = None,
    *,
    output: OutputOptions,
) -> None:
    """Print all activations with their formulas; or one, and its value and derivative at points."""
    from nnc.cli.output import show
    from nnc.core.arrays import FLOAT64
    from nnc.core.functions.activations import ACTIVATIONS, sample
    from nnc.core.rows import Chosen
    from nnc.errors import InputError
    from nnc.io.text.sources import StandardInput
    from nnc.io.values.choices import read_choice
    from nnc.io.values.option import read_value
    from nnc.render.functions import ActivationValues, FunctionReport, FunctionsReport
    from nnc.render.report import Report

    report: Report
    if name is None:
        if x is not None:
            raise InputError("--x needs an activation to calculate: nnc activations sigmoid -x -2,0,2")
        report = FunctionsReport("activations")
    elif x is None and name in ACTIVATIONS:
        # Not as for a layer: threshold can be looked up without the parameters that it needs there.
        report = FunctionReport(Chosen(ACTIVATIONS[name]))
    else:
        chosen = read_choice(name, ACTIVATIONS, "activation", FLOAT64)
        if x is None:
            report = FunctionReport(chosen)
        else:
            points = read_value(x, "--x", key="x", stdin=StandardInput()).array(FLOAT64)
            if points.ndim == 2 and len(points) > 1 and chosen.row.derivative is None:
                raise InputError(f"--x has {len(points)} rows, but {chosen} is of one sample: -x 1,2,3")
            points = points.reshape(-1)
            report = ActivationValues(chosen, points, *sample(chosen, points))
    show(report, output)
