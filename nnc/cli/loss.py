"""``nnc loss``: the forward pass and the loss."""

from nnc.cli.options import ExpectOptions, LossOptions, NetworkOptions, QuantityOptions, SampleStepsOptions


def loss(
    network: NetworkOptions,
    loss: LossOptions,
    expected: ExpectOptions,
    steps: SampleStepsOptions,
    output: QuantityOptions,
) -> int:
    """Print the forward pass and the loss.

    Also without a network: nnc loss --y-hat 0.3 -y 1 -l bce.
    """
    from nnc.cli import calculation
    from nnc.cli.problem import Inputs

    return calculation.answer(Inputs(network, loss, "loss"), "loss", expected, steps, output)
