"""``nnc grad``: the forward and the backward pass."""

from typing import Annotated

import typer

from nnc.cli.options import ExpectOptions, LossOptions, NetworkOptions, QuantityOptions, SampleStepsOptions
from nnc.errors import InputError


def grad(
    network: NetworkOptions,
    loss: LossOptions,
    of: Annotated[
        str | None,
        typer.Option("--of", metavar="PART", help="Differentiate this number, not the loss, as in y_hat[1]."),
    ] = None,
    verify: Annotated[
        bool, typer.Option("--verify", help="Compare every gradient with finite differences; exit 1 if one differs.")
    ] = False,
    *,
    expected: ExpectOptions,
    steps: SampleStepsOptions,
    output: QuantityOptions,
) -> int:
    """Print the forward pass, the loss, and the derivatives of the loss by every weight and input."""
    from nnc.cli import calculation
    from nnc.cli.problem import Inputs

    inputs = Inputs(network, loss, "backward", of)
    if verify:
        others = {"--of": of, "--show": output.show, "--steps": steps.steps, "--expect": expected.expect}
        for option, given in others.items():
            if given:
                raise InputError(f"--verify checks every gradient of the loss; it excludes {option}")
        return calculation.verify(inputs, output)
    if expected.expect:
        from nnc.cli.expect import compare

        return compare(inputs, None, expected, steps, output)
    calculation.show_calculation(calculation.calculate(inputs), steps, output)
    return 0
