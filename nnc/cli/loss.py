"""``nnc loss``: the forward pass and the loss."""

from nnc.cli.options import LossOptions, NetworkOptions, QuantityOptions, SampleStepsOptions


def loss(network: NetworkOptions, loss: LossOptions, steps: SampleStepsOptions, output: QuantityOptions) -> None:
    """Print the forward pass and the loss.

    Also without a network: nnc loss --y-hat 0.3 -y 1 -l bce.
    """
    from nnc.cli import calculation
    from nnc.cli.problem import Inputs

    calculation.show_calculation(calculation.loss(Inputs(network, loss)), steps, output)
