"""``nnc grad``: the forward and the backward pass."""

from nnc.cli import options
from nnc.errors import InputError


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
    of: options.Of = None,
    verify: options.Verify = False,
    dtype: options.Dtype = "float64",
    exact: options.Exact = False,
    show: options.Show = None,
    precision: options.Precision = None,
    format: options.Format = None,
    json: options.Json = False,
) -> int:
    """Print the forward pass, the loss, and the derivatives of the loss by every weight and input."""
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
    if verify:
        for option, given in {"--of": of, "--show": show}.items():
            if given is not None:
                raise InputError(f"--verify checks every gradient of the loss; it excludes {option}")
        return calculation.verify(inputs, precision=precision, format=format, json=json)
    report = calculation.loss(inputs, gradient=True) if of is None else calculation.grad_of(inputs, of)
    calculation.show_calculation(report, names=show, precision=precision, format=format, json=json)
    return 0
