"""``nnc loss``: the forward pass and the loss."""

from nnc.cli import options


def loss(
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
    exact: options.Exact = False,
    show: options.Show = None,
    precision: options.Precision = None,
    format: options.Format = None,
    json: options.Json = False,
) -> None:
    """Print the forward pass and the loss.

    Also without a network: nnc loss --y-hat 0.3 -y 1 -l bce.
    """
    from nnc.cli import calculation
    from nnc.cli.problem import Inputs

    inputs = Inputs(
        dtype,
        exact,
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
    report = calculation.loss(inputs)
    calculation.show_calculation(report, names=show, precision=precision, format=format, json=json)
