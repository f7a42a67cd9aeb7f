"""``nnc forward``: the forward pass."""

from nnc.cli import options


def forward(
    weights: options.Weights = None,
    x: options.X = None,
    activations: options.Activations = None,
    dtype: options.Dtype = "float64",
    show: options.Show = None,
    precision: options.Precision = None,
    format: options.Format = None,
    json: options.Json = False,
) -> None:
    """Print x, z and a of every layer, and y_hat."""
    from nnc.cli import calculation
    from nnc.cli.problem import Inputs

    report = calculation.forward(Inputs(dtype, weights=weights, activations=activations, x=x))
    calculation.show_calculation(report, names=show, precision=precision, format=format, json=json)
