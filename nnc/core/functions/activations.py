"""The table of activation functions: value, derivative and formula, one row per activation."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nnc.core.arrays import Array, indicator, require_finite
from nnc.core.functions import elementwise as of
from nnc.core.functions.gelu import gelu, gelu_derivative
from nnc.core.functions.softmaxes import log_softmax, log_softmax_backward, softmax, softmax_backward
from nnc.core.rows import Chosen, Parameter, Row, by_name, not_negative, positive


class Activation(Row, kw_only=True):
    """An activation a = f(z).

    Where a unit's activation depends on its own z alone, ``derivative(z, **parameters)`` is f′, of the shape of z.
    Where it depends on the whole layer (softmax), ``backward(da, z, a, **parameters)`` is dz; units are the last axis.
    Formulas are texts that ``nnc.core.formula`` reads, in z and the parameters. With ``backward``,
    ``derivative_formula`` is ∂a_k/∂z_j.
    """

    kind = "activation"
    f: Callable[..., Array]
    derivative: Callable[..., Array] | None = None
    backward: Callable[..., Array] | None = None
    by_output: Callable[[Array], Array] | None = None
    """f′ as people take it from a = f(z), where that is usual."""
    formula: str
    derivative_formula: str
    kinks: Callable[..., tuple[Any, ...]] = lambda **parameters: ()
    """The z at which f has no derivative, or jumps."""


def apply(activation: Chosen[Activation], z: Array) -> Array:
    """The activation a = f(z), of the shape of z; units are the last axis."""
    return activation.row.f(z, **activation.parameters)


def derivative(activation: Chosen[Activation], z: Array) -> Array | None:
    """f′(z), of the shape of z; None where a unit's activation depends on the other units."""
    row = activation.row
    return None if row.derivative is None else row.derivative(z, **activation.parameters)


def backward(activation: Chosen[Activation], da: Array, z: Array, a: Array) -> Array:
    """dz from da, both of the shape of z."""
    row = activation.row
    if row.backward is not None:
        return row.backward(da, z, a, **activation.parameters)
    assert row.derivative is not None, row.name
    return da * row.derivative(z, **activation.parameters)


@np.errstate(all="ignore")
def sample(activation: Chosen[Activation], z: Array) -> tuple[Array, Array | None, Array | None]:
    """f (n,) at points z (n,), with f′ (n,); or with the Jacobian ∂f_k/∂z_j (n, n) where units depend on each other."""
    a = apply(activation, z)
    require_finite("f", a)
    slopes = derivative(activation, z)
    if slopes is not None:
        return a, slopes, None
    units = np.identity(len(z), dtype=z.dtype)
    return a, None, backward(activation, units, np.broadcast_to(z, units.shape), np.broadcast_to(a, units.shape))


SELU_SCALE = 1.0507009873554804934
SELU_SLOPE = 1.7580993408473768600
"""The paper's λ, and λ α as one rounded number."""

GELU_TANH = {
    "formula": "½ z (1 + tanh(√(2/π) (z + 0.044715 z³)))",
    "derivative_formula": "½ (1 + t) + ½ z (1 − t²) √(2/π) (1 + 0.134145 z²), with t = tanh(√(2/π) (z + 0.044715 z³))",
}
"""The formulas of gelu with approximate=tanh."""

ACTIVATIONS = by_name(
    Activation(
        name="identity",
        aliases=("linear",),
        f=lambda z: z,
        derivative=lambda z: indicator(z == z, z),
        formula="z",
        derivative_formula="1",
        rational=True,
        source="torch.nn.Identity",
    ),
    Activation(
        name="relu",
        f=lambda z: np.maximum(z, 0),
        derivative=lambda z: indicator(z > 0, z),
        formula="max(0, z)",
        derivative_formula="1 if z > 0, else 0",
        kinks=lambda: (0,),
        rational=True,
        source="Nair & Hinton 2010, Rectified Linear Units Improve Restricted Boltzmann Machines; torch.nn.ReLU",
    ),
    Activation(
        name="leaky_relu",
        parameters={"negative_slope": Parameter("0.01")},
        f=lambda z, negative_slope: np.where(z > 0, z, z * negative_slope),
        derivative=lambda z, negative_slope: of.pick(z > 0, 1, negative_slope, z),
        formula="max(0, z) + negative_slope min(0, z)",
        derivative_formula="1 if z > 0, else negative_slope",
        kinks=lambda negative_slope: () if negative_slope == 1 else (0,),
        rational=True,
        source="Maas et al. 2013, Rectifier Nonlinearities Improve Neural Network Acoustic Models; torch.nn.LeakyReLU",
    ),
    Activation(
        name="relu6",
        f=lambda z: of.clip(z, 0, 6),
        derivative=lambda z: of.inside(z, 0, 6),
        formula="min(max(0, z), 6)",
        derivative_formula="1 if 0 < z < 6, else 0",
        kinks=lambda: (0, 6),
        rational=True,
        source="Krizhevsky 2010, Convolutional Deep Belief Networks on CIFAR-10; torch.nn.ReLU6",
    ),
    Activation(
        name="elu",
        parameters={"alpha": Parameter("1")},
        f=lambda z, alpha: np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0))),
        derivative=lambda z, alpha: np.where(z > 0, 1, alpha * np.exp(np.minimum(z, 0))),
        formula="z if z > 0, else alpha (exp(z) − 1)",
        derivative_formula="1 if z > 0, else alpha exp(z)",
        kinks=lambda alpha: () if alpha == 1 else (0,),
        source="Clevert et al. 2016, Fast and Accurate Deep Network Learning by ELUs, eq. 13; torch.nn.ELU",
    ),
    Activation(
        name="selu",
        f=lambda z: np.where(z > 0, SELU_SCALE * z, SELU_SLOPE * np.expm1(np.minimum(z, 0))),
        derivative=lambda z: of.pick(z > 0, SELU_SCALE, SELU_SLOPE * np.exp(np.minimum(z, 0)), z),
        formula="λ z if z > 0, else λ α (exp(z) − 1), with λ = 1.0507009873554805, α = 1.6732632423543772",
        derivative_formula="λ if z > 0, else λ α exp(z)",
        kinks=lambda: (0,),
        source="Klambauer et al. 2017, Self-Normalizing Neural Networks, eq. 2 and 14; torch.nn.SELU",
    ),
    Activation(
        name="celu",
        parameters={"alpha": Parameter("1", takes="a number other than 0", holds=lambda value: value != 0)},
        f=of.celu,
        derivative=of.celu_derivative,
        formula="max(0, z) + min(0, alpha (exp(z / alpha) − 1))",
        derivative_formula="1 if z > 0, else exp(z / alpha)",
        source="Barron 2017, Continuously Differentiable Exponential Linear Units; torch.nn.CELU",
    ),
    Activation(
        name="gelu",
        parameters={"approximate": Parameter("none", words=("none", "tanh"))},
        f=gelu,
        derivative=gelu_derivative,
        formula="½ z (1 + erf(z / √2))",
        derivative_formula="½ (1 + erf(z / √2)) + z exp(−z² / 2) / √(2π)",
        wording=lambda approximate: GELU_TANH if approximate == "tanh" else {},
        source="Hendrycks & Gimpel 2016, Gaussian Error Linear Units, section 2; torch.nn.GELU",
    ),
    Activation(
        name="silu",
        aliases=("swish",),
        f=lambda z: z * of.sigmoid(z),
        derivative=of.silu_derivative,
        formula="z σ(z)",
        derivative_formula="σ(z) (1 + z (1 − σ(z)))",
        source="Elfwing et al. 2018, Sigmoid-Weighted Linear Units; Ramachandran et al. 2017 (swish); torch.nn.SiLU",
    ),
    Activation(
        name="mish",
        f=of.mish,
        derivative=of.mish_derivative,
        formula="z tanh(log(1 + exp(z)))",
        derivative_formula="tanh(s) + z (1 − tanh²(s)) σ(z), with s = log(1 + exp(z))",
        source="Misra 2019, Mish: A Self Regularized Non-Monotonic Activation Function; torch.nn.Mish",
    ),
    Activation(
        name="softplus",
        parameters={"beta": positive("1")},
        f=of.scaled_softplus,
        derivative=of.scaled_sigmoid,
        formula="log(1 + exp(beta z)) / beta",
        derivative_formula="σ(beta z)",
        source="Dugas et al. 2001, Incorporating Second-Order Functional Knowledge; torch.nn.Softplus, without its "
        "threshold, beyond which it is the identity",
    ),
    Activation(
        name="softsign",
        f=lambda z: z / (1 + np.abs(z)),
        derivative=lambda z: (1 / (1 + np.abs(z))) ** 2,  # the square last: it would overflow
        formula="z / (1 + |z|)",
        derivative_formula="1 / (1 + |z|)²",
        rational=True,
        source="Glorot & Bengio 2010, Understanding the Difficulty of Training Deep Networks; torch.nn.Softsign",
    ),
    Activation(
        name="sigmoid",
        f=of.sigmoid,
        derivative=of.sigmoid_derivative,
        by_output=lambda a: a * (1 - a),
        formula="1 / (1 + exp(−z))",
        derivative_formula="σ(z) (1 − σ(z))",
        source="torch.nn.Sigmoid",
    ),
    Activation(
        name="logsigmoid",
        f=lambda z: -of.softplus(-z),
        derivative=lambda z: of.sigmoid(-z),
        formula="log(1 / (1 + exp(−z)))",
        derivative_formula="1 − σ(z)",
        source="torch.nn.LogSigmoid",
    ),
    Activation(
        name="hardsigmoid",
        f=lambda z: of.clip((z + 3) / 6, 0, 1),
        derivative=lambda z: of.inside(z, -3, 3) / 6,
        formula="min(max(0, z + 3), 6) / 6",
        derivative_formula="1/6 if −3 < z < 3, else 0",
        kinks=lambda: (-3, 3),
        rational=True,
        source="torch.nn.Hardsigmoid (keras.activations.hard_sigmoid is the same)",
    ),
    Activation(
        name="tanh",
        f=np.tanh,
        derivative=of.tanh_derivative,
        by_output=lambda a: 1 - a * a,
        formula="tanh(z)",
        derivative_formula="1 − tanh²(z)",
        source="torch.nn.Tanh",
    ),
    Activation(
        name="hardtanh",
        parameters={"min_val": Parameter("-1"), "max_val": Parameter("1")},
        together=lambda min_val, max_val: (
            None if min_val < max_val else f"min_val is {min_val} and max_val {max_val}, expected min_val below max_val"
        ),
        f=lambda z, min_val, max_val: of.clip(z, min_val, max_val),
        derivative=lambda z, min_val, max_val: of.inside(z, min_val, max_val),
        formula="min(max(min_val, z), max_val)",
        derivative_formula="1 if min_val < z < max_val, else 0",
        kinks=lambda min_val, max_val: (min_val, max_val),
        rational=True,
        source="torch.nn.Hardtanh",
    ),
    Activation(
        name="hardswish",
        f=lambda z: z * of.clip((z + 3) / 6, 0, 1),
        derivative=lambda z: np.where(z <= -3, 0, np.where(z >= 3, 1, (2 * of.clip(z, -3, 3) + 3) / 6)),
        formula="z min(max(0, z + 3), 6) / 6",
        derivative_formula="0 if z ≤ −3, 1 if z ≥ 3, else (2 z + 3) / 6",
        kinks=lambda: (-3, 3),
        rational=True,
        source="Howard et al. 2019, Searching for MobileNetV3, section 5.2; torch.nn.Hardswish",
    ),
    Activation(
        name="tanhshrink",
        f=of.tanhshrink,
        derivative=lambda z: np.tanh(z) ** 2,
        formula="z − tanh(z)",
        derivative_formula="tanh²(z)",
        source="torch.nn.Tanhshrink",
    ),
    Activation(
        name="softshrink",
        parameters={"lambd": not_negative("0.5")},
        f=lambda z, lambd: np.maximum(z - lambd, 0) + np.minimum(z + lambd, 0),
        derivative=lambda z, lambd: indicator(np.abs(z) > lambd, z),
        formula="z − lambd if z > lambd, z + lambd if z < −lambd, else 0",
        derivative_formula="1 if |z| > lambd, else 0",
        kinks=lambda lambd: (-lambd, lambd),
        rational=True,
        source="Donoho 1995, De-Noising by Soft-Thresholding; torch.nn.Softshrink",
    ),
    Activation(
        name="hardshrink",
        parameters={"lambd": not_negative("0.5")},
        f=lambda z, lambd: np.where(np.abs(z) > lambd, z, 0),
        derivative=lambda z, lambd: indicator(np.abs(z) > lambd, z),
        formula="z if |z| > lambd, else 0",
        derivative_formula="1 if |z| > lambd, else 0",
        kinks=lambda lambd: (-lambd, lambd),
        rational=True,
        source="torch.nn.Hardshrink",
    ),
    Activation(
        name="threshold",
        parameters={"threshold": Parameter(), "value": Parameter()},
        f=lambda z, threshold, value: of.pick(z > threshold, z, value, z),
        derivative=lambda z, threshold, value: indicator(z > threshold, z),
        formula="z if z > threshold, else value",
        derivative_formula="1 if z > threshold, else 0",
        kinks=lambda threshold, value: (threshold,),
        rational=True,
        source="torch.nn.Threshold",
    ),
    Activation(
        name="softmax",
        f=softmax,
        backward=softmax_backward,
        formula="exp(z) / Σ exp(z_j)",
        derivative_formula="a_k ([k = j] − a_j)",
        source="Bridle 1990, Probabilistic Interpretation of Feedforward Network Outputs; torch.nn.Softmax",
    ),
    Activation(
        name="log_softmax",
        f=log_softmax,
        backward=log_softmax_backward,
        formula="z − log Σ exp(z_j)",
        derivative_formula="[k = j] − exp(a_j)",
        source="torch.nn.LogSoftmax",
    ),
    Activation(
        name="step",
        f=lambda z: indicator(z >= 0, z),
        derivative=lambda z: indicator(z != z, z),
        formula="1 if z ≥ 0, else 0",
        derivative_formula="0",
        kinks=lambda: (0,),
        rational=True,
        source="Rosenblatt 1958, The Perceptron; at 0 it is 1, as in Russell & Norvig, Artificial Intelligence: A "
        "Modern Approach, section on perceptrons, and MATLAB's hardlim; numpy.heaviside(z, 1)",
    ),
)
"""name -> row. A new row is all that a new activation takes."""
Activation.table = ACTIVATIONS
