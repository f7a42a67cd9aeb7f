"""``nnc forward``: the forward pass."""

from nnc.cli.options import ExpectOptions, NetworkOptions, QuantityOptions, SampleStepsOptions


def forward(
    network: NetworkOptions, expected: ExpectOptions, steps: SampleStepsOptions, output: QuantityOptions
) -> int:
    """Print x, z and a of every layer, and y_hat."""
    from nnc.cli import calculation
    from nnc.cli.problem import Inputs

    return calculation.answer(Inputs(network), "y_hat", expected, steps, output)
