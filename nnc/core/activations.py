"""Every activation function: its value, its derivative, its formula, one row each."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nnc.core.arrays import Array, indicator, require_finite
from nnc.core.rows import Chosen, Parameter, Row, by_name


class Activation(Row, frozen=True, kw_only=True, eq=False):
    """An activation a = f(z).

    A function that treats each unit alone gives ``derivative(z, **parameters)``, f′ of the shape of z. One that does
    not (softmax) gives ``backward(da, z, a, **parameters)``, which is dz; units are the last axis. Formulas are
    templates: ``{z}`` and the parameters' names stand where the numbers go.
    """

    f: Callable[..., Array]
    derivative: Callable[..., Array] | None = None
    backward: Callable[..., Array] | None = None
    formula: str
    latex: str
    derivative_formula: str
    derivative_latex: str
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
    """The backward rule: dz from da, both of the shape of z."""
    row = activation.row
    if row.backward is not None:
        return row.backward(da, z, a, **activation.parameters)
    assert row.derivative is not None, row.name
    return da * row.derivative(z, **activation.parameters)


@np.errstate(all="ignore")
def sample(activation: Chosen[Activation], z: Array) -> tuple[Array, Array | None, Array | None]:
    """f (n,) at points z (n,), with f′ (n,) or, where units depend on each other, the Jacobian (n, n), ∂f_k/∂z_j."""
    a = apply(activation, z)
    require_finite("f", a)
    slopes = derivative(activation, z)
    if slopes is not None:
        return a, slopes, None
    units = np.identity(len(z), dtype=z.dtype)
    return a, None, backward(activation, units, np.broadcast_to(z, units.shape), np.broadcast_to(a, units.shape))


def relu(z: Array) -> Array:
    """max(0, z)."""
    return np.maximum(z, 0)


def relu_derivative(z: Array) -> Array:
    """1 right of 0, else 0: at the kink as PyTorch."""
    return indicator(z > 0, z)


def leaky_relu(z: Array, negative_slope: Any) -> Array:
    """The identity right of 0, negative_slope · z left of it."""
    return np.where(z > 0, z, z * negative_slope)


def leaky_relu_derivative(z: Array, negative_slope: Any) -> Array:
    """1 right of 0, else negative_slope."""
    return np.where(z > 0, indicator(z > 0, z), z * 0 + negative_slope)


def sigmoid(z: Array) -> Array:
    """1 / (1 + e⁻ᶻ), from the exponential that cannot overflow."""
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 + e)


def sigmoid_derivative(z: Array) -> Array:
    """e⁻ᶻ / (1 + e⁻ᶻ)²: a (1 − a) loses its digits where a rounds to 1, this does not."""
    e = np.exp(-np.abs(z))
    return e / (1 + e) ** 2


def tanh_derivative(z: Array) -> Array:
    """1 / cosh² z, written so that it neither overflows nor cancels as 1 − a² does."""
    e = np.exp(-2 * np.abs(z))
    return 4 * e / (1 + e) ** 2


def softmax(z: Array) -> Array:
    """e^z_k / Σ e^z_j over the last axis."""
    e = _exp_shifted(z)
    return e / e.sum(axis=-1, keepdims=True)


def softmax_backward(da: Array, z: Array, a: Array) -> Array:
    """dz_k = a_k (da_k − Σ a_j da_j)."""
    return a * (da - (a * da).sum(axis=-1, keepdims=True))


def log_softmax(z: Array) -> Array:
    """z_k − log Σ e^z_j over the last axis.

    The largest term is 1 after the shift and log1p takes the others, so that a probability next to 1 keeps the digits
    of its distance from 1.
    """
    e = _exp_shifted(z)
    largest = np.argmax(z, axis=-1, keepdims=True)
    np.put_along_axis(e, largest, 0, axis=-1)
    return (z - np.max(z, axis=-1, keepdims=True)) - np.log1p(e.sum(axis=-1, keepdims=True))


def _exp_shifted(z: Array) -> Array:
    """e^(z − max z) to the last digits: the rounding error of the difference, times e^…, is given back."""
    largest = np.max(z, axis=-1, keepdims=True)
    difference = z - largest
    subtracted = difference - z
    rest = (z - (difference - subtracted)) - (largest + subtracted)
    e = np.exp(difference)
    return e + e * rest


ACTIVATIONS = by_name(
    Activation(
        name="identity",
        aliases=("linear",),
        f=lambda z: z,
        derivative=lambda z: indicator(z == z, z),
        formula="{z}",
        latex="{z}",
        derivative_formula="1",
        derivative_latex="1",
        rational=True,
        source="torch.nn.Identity",
    ),
    Activation(
        name="relu",
        f=relu,
        derivative=relu_derivative,
        formula="max(0, {z})",
        latex=r"\max(0, {z})",
        derivative_formula="1 if {z} > 0, else 0",
        derivative_latex=r"[{z} > 0]",
        kinks=lambda: (0,),
        rational=True,
        source="Nair & Hinton 2010, Rectified Linear Units Improve Restricted Boltzmann Machines; torch.nn.ReLU",
    ),
    Activation(
        name="leaky_relu",
        parameters={"negative_slope": Parameter("0.01")},
        f=leaky_relu,
        derivative=leaky_relu_derivative,
        formula="max(0, {z}) + {negative_slope} min(0, {z})",
        latex=r"\max(0, {z}) + {negative_slope} \min(0, {z})",
        derivative_formula="1 if {z} > 0, else {negative_slope}",
        derivative_latex=r"[{z} > 0] + {negative_slope} [{z} \le 0]",
        kinks=lambda negative_slope: () if negative_slope == 1 else (0,),
        rational=True,
        source="Maas et al. 2013, Rectifier Nonlinearities Improve Neural Network Acoustic Models; torch.nn.LeakyReLU",
    ),
    Activation(
        name="sigmoid",
        f=sigmoid,
        derivative=sigmoid_derivative,
        formula="1 / (1 + exp(−({z})))",
        latex=r"\frac{{1}}{{1 + e^{{-({z})}}}}",
        derivative_formula="σ({z}) (1 − σ({z}))",
        derivative_latex=r"\sigma({z}) (1 - \sigma({z}))",
        source="torch.nn.Sigmoid",
    ),
    Activation(
        name="tanh",
        f=np.tanh,
        derivative=tanh_derivative,
        formula="tanh({z})",
        latex=r"\tanh({z})",
        derivative_formula="1 − tanh²({z})",
        derivative_latex=r"1 - \tanh^2({z})",
        source="torch.nn.Tanh",
    ),
    Activation(
        name="softmax",
        f=softmax,
        backward=softmax_backward,
        formula="exp({z}) / Σ exp(z_j)",
        latex=r"\frac{{e^{{{z}}}}}{{\sum_j e^{{z_j}}}}",
        derivative_formula="∂a_k/∂z_j = a_k ([k = j] − a_j)",
        derivative_latex=r"\partial a_k / \partial z_j = a_k ([k = j] - a_j)",
        source="Bridle 1990, Probabilistic Interpretation of Feedforward Network Outputs; torch.nn.Softmax",
    ),
)
"""name -> row. A new row is all that a new activation takes."""
