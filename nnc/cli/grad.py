"""``nnc grad``: the forward and the backward pass."""

from typing import Annotated

from nnc.cli.options import (
    ExpectOptions,
    LossOptions,
    NetworkOptions,
    QuantityOptions,
    SampleStepsOptions,
    Text,
    option,
)
from nnc.errors import InputError


def grad(
    network: NetworkOptions,
    loss: LossOptions,
    of: Annotated[Text, option("--of", "Differentiate this number, not the loss, as in y_hat[1].", "PART")] = None,
    verify: Annotated[
        bool, option("--verify", "Compare every gradient with finite differences; exit 1 if one differs.")
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
    return calculation.answer(inputs, None, expected, steps, output)
