"""``nnc forward``: the forward pass."""

from nnc.cli.options import NetworkOptions, QuantityOptions, SampleStepsOptions


def forward(network: NetworkOptions, steps: SampleStepsOptions, output: QuantityOptions) -> None:
    """Print x, z and a of every layer, and y_hat."""
    from nnc.cli import calculation
    from nnc.cli.problem import Inputs

    calculation.show_calculation(calculation.forward(Inputs(network)), steps, output)
