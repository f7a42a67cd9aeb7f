"""``nnc forward``: the forward pass."""

from nnc.cli import options


def forward(
    weights: options.Weights = None,
    x: options.X = None,
    activations: options.Activations = None,
    dtype: options.Dtype = "float64",
    exact: options.Exact = False,
    show: options.Show = None,
    precision: options.Precision = None,
    format: options.Format = None,
    json: options.Json = False,
) -> None:
    """Print x, z and a of every layer, and y_hat."""
    from nnc.cli import calculation
    from nnc.cli.problem import Inputs

    inputs = Inputs(dtype, exact, weights=weights, activations=activations, x=x)
    report = calculation.forward(inputs)
    calculation.show_calculation(report, names=show, precision=precision, format=format, json=json)
