"""``nnc losses``: the list, and one loss in full."""

from typing import Annotated

import typer

from nnc.cli.options import OutputOptions


def losses(
    name: Annotated[str | None, typer.Argument(help="One loss, as in huber:delta=0.5.")] = None,
    *,
    output: OutputOptions,
) -> None:
    """Print all losses with their formulas; or one in full. For values: nnc loss --y-hat 0.3 -y 1 -l bce."""
    from nnc.cli.output import show
    from nnc.core.arrays import FLOAT64
    from nnc.core.functions.losses import LOSSES
    from nnc.io.values.choices import read_choice
    from nnc.render.functions import FunctionReport, FunctionsReport

    if name is None:
        show(FunctionsReport("losses"), output)
    else:
        show(FunctionReport(read_choice(name, LOSSES, "loss", FLOAT64)), output)
