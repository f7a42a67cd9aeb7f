"""``nnc grad``: the forward and the backward pass."""

from nnc.cli import options


def grad(
    weights: options.Weights = None,
    x: options.X = None,
    y: options.Y = None,
    loss: options.LossName = None,
    y_hat: options.YHat = None,
    activations: options.Activations = None,
    class_weights: options.ClassWeights = None,
    sample_weights: options.SampleWeights = None,
    reduction: options.Reduction = None,
    l2: options.L2 = None,
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
    """Print everything of `nnc loss`, then the derivative of J by every quantity, weight and input."""
    from nnc.cli.calculation import calculate, show_calculation
    from nnc.cli.problem import Inputs
    from nnc.cli.steps import StepOptions

    step_options = StepOptions(steps, sample, full, standalone)
    inputs = Inputs(
        dtype,
        weights=weights,
        activations=activations,
        x=x,
        y=y,
        y_hat=y_hat,
        loss=loss,
        class_weights=class_weights,
        sample_weights=sample_weights,
        reduction=reduction,
        l2=l2,
    )
    calculation = calculate(inputs, gradient=True)
    show_calculation(calculation, step_options, names=show, precision=precision, format=format, json=json)
