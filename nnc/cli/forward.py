"""``nnc forward``: the forward pass."""

from nnc.cli import options


def forward(
    weights: options.Weights = None,
    x: options.X = None,
    activations: options.Activations = None,
    dtype: options.Dtype = "float64",
    show: options.Show = None,
    steps: options.Steps = False,
    sample: options.Sample = None,
    full: options.Full = False,
    standalone: options.Standalone = False,
    precision: options.Precision = None,
    format: options.Format = None,
    json: options.Json = False,
) -> None:
    """Print x, every z and a of each layer, and y_hat."""
    from nnc.cli.calculation import show_calculation
    from nnc.cli.problem import Inputs
    from nnc.cli.steps import StepOptions
    from nnc.core import passes

    step_options = StepOptions(steps, sample, full, standalone)
    inputs = Inputs(dtype, weights=weights, activations=activations, x=x)
    problem = inputs.problem()
    calculation = passes.forward(problem.network, inputs.inputs(problem))
    show_calculation(calculation, step_options, names=show, precision=precision, format=format, json=json)
