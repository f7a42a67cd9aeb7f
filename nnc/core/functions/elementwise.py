"""Functions of one number, each beside its derivative, in forms that keep their digits over the whole of float64.

Every function takes z of any shape and returns that shape. Those of comparisons and fractions alone also take object
arrays of ``Fraction`` and stay exact.
"""

from math import factorial
from typing import Any

import numpy as np

from nnc.core.arrays import Array, indicator
from nnc.core.functions.compensated import exp_of_sum, in_float64, two_product


def pick(condition: Array, one: Any, other: Any, like: Array) -> Array:
    """``one`` where the condition holds, else ``other``, both of which may be parameters; in the dtype of ``like``."""
    return np.where(condition, one, other).astype(like.dtype)


def relu(z: Array) -> Array:
    """max(0, z)."""
    return np.maximum(z, 0)


def relu_derivative(z: Array) -> Array:
    """1 right of 0, else 0."""
    return indicator(z > 0, z)


def leaky_relu(z: Array, negative_slope: Any) -> Array:
    """The identity right of 0, negative_slope · z left of it."""
    return np.where(z > 0, z, z * negative_slope)


def leaky_relu_derivative(z: Array, negative_slope: Any) -> Array:
    """1 right of 0, else negative_slope."""
    return pick(z > 0, 1, negative_slope, z)


def clip(z: Array, low: Any, high: Any) -> Array:
    """The number from low to high that is nearest to z."""
    return np.minimum(np.maximum(z, low), high)


def inside(z: Array, low: Any, high: Any) -> Array:
    """1 between low and high, 0 at both and beyond: the derivative of ``clip``."""
    return indicator((z > low) & (z < high), z)


def hardsigmoid(z: Array) -> Array:
    """(z + 3) / 6, held from 0 to 1."""
    return clip((z + 3) / 6, 0, 1)


def hardswish(z: Array) -> Array:
    """Z times hardsigmoid(z)."""
    return z * hardsigmoid(z)


def hardswish_derivative(z: Array) -> Array:
    """(2 z + 3) / 6 between −3 and 3, 0 up to −3, 1 from 3 on."""
    return np.where(z <= -3, 0, np.where(z >= 3, 1, (2 * clip(z, -3, 3) + 3) / 6))


def softshrink(z: Array, lambd: Any) -> Array:
    """Z moved towards 0 by lambd, 0 where it would pass it."""
    return np.maximum(z - lambd, 0) + np.minimum(z + lambd, 0)


def shrink_derivative(z: Array, lambd: Any) -> Array:
    """1 outside of [−lambd, lambd], 0 in it."""
    return indicator(np.abs(z) > lambd, z)


def softsign_derivative(z: Array) -> Array:
    """1 / (1 + |z|)², the square last so that it does not overflow."""
    return (1 / (1 + np.abs(z))) ** 2


def elu(z: Array, alpha: Any) -> Array:
    """The identity right of 0, alpha (eᶻ − 1) left of it."""
    return np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0)))


def elu_derivative(z: Array, alpha: Any) -> Array:
    """1 right of 0, else alpha eᶻ."""
    return np.where(z > 0, 1, alpha * np.exp(np.minimum(z, 0)))


SELU_SCALE = 1.0507009873554804934
SELU_SLOPE = 1.7580993408473768600
"""The paper's λ, and λ α as one rounded number."""


def selu(z: Array) -> Array:
    """λ z right of 0, λ α (eᶻ − 1) left of it."""
    return np.where(z > 0, SELU_SCALE * z, SELU_SLOPE * np.expm1(np.minimum(z, 0)))


def selu_derivative(z: Array) -> Array:
    """Λ right of 0, else λ α eᶻ."""
    return pick(z > 0, SELU_SCALE, SELU_SLOPE * np.exp(np.minimum(z, 0)), z)


@in_float64
def celu(z: Array, alpha: Any) -> Array:
    """The identity right of 0, alpha (e^(z/alpha) − 1) left of it."""
    x, rest = _quotient(np.minimum(z, 0), alpha)
    return np.where(z > 0, z, alpha * (np.expm1(x) + np.exp(x) * rest))


@in_float64
def celu_derivative(z: Array, alpha: Any) -> Array:
    """1 right of 0, else e^(z/alpha)."""
    return np.where(z > 0, 1, exp_of_sum(*_quotient(np.minimum(z, 0), alpha)))


def _quotient(z: Array, alpha: Any) -> tuple[Array, Array]:
    """Z / alpha, and what rounding took from it."""
    x = z / alpha
    product, error = two_product(x, alpha)
    rest = ((z - product) - error) / alpha
    return x, np.where(np.isfinite(rest), rest, 0)


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


def softplus(z: Array) -> Array:
    """log(1 + eᶻ), which is −log(1 − sigmoid(z))."""
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))


@in_float64
def scaled_softplus(z: Array, beta: Any) -> Array:
    """log(1 + e^(beta z)) / beta, where beta z itself may be infinite."""
    _, e = _scaled_exp(z, beta)
    return np.maximum(z, 0) + np.log1p(e) / beta


@in_float64
def scaled_sigmoid(z: Array, beta: Any) -> Array:
    """1 / (1 + e^(−beta z)), the derivative of ``scaled_softplus``."""
    x, e = _scaled_exp(z, beta)
    return np.where(x >= 0, 1, e) / (1 + e)


def _scaled_exp(z: Array, beta: Any) -> tuple[Array, Array]:
    """Beta z, and e^−|beta z| without the rounding error of that product."""
    x, rest = two_product(z, beta)
    return x, exp_of_sum(-np.abs(x), np.where(x > 0, -rest, rest))


def logsigmoid(z: Array) -> Array:
    """log sigmoid(z) = −softplus(−z)."""
    return -softplus(-z)


def silu(z: Array) -> Array:
    """Z sigmoid(z)."""
    return z * sigmoid(z)


def silu_derivative(z: Array) -> Array:
    """σ(z) (1 + z σ(−z)) as one fraction in e^−|z|; its only difference is 1 + z, which is exact around the root."""
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 + e * (1 + z), e * ((1 + z) + e)) / (1 + e) ** 2


def mish(z: Array) -> Array:
    """Z tanh(softplus(z)), tanh being a fraction in e^−|z| without a difference."""
    e = np.exp(-np.abs(z))
    return z * (np.where(z >= 0, 1 + 2 * e, e * (2 + e)) / _mish_denominator(z, e))


def mish_derivative(z: Array) -> Array:
    """Tanh(s) + z (1 − tanh²(s)) σ(z) with s = softplus(z), as one fraction in e^−|z|, for the reason of silu's."""
    e = np.exp(-np.abs(z))
    denominator = _mish_denominator(z, e)
    near = np.where(e == 0, 0, z)  # its products with e are 0 there, but 4 z may be infinite
    right = (1 + 2 * e) * denominator + 4 * near * (1 + e) * e**2
    left = e * (4 * (1 + near) + e * ((4 * near + 6) + e * (4 + e)))
    return np.where(z >= 0, right, left) / denominator**2


def _mish_denominator(z: Array, e: Array) -> Array:
    """(1 + eᶻ)² + 1, over e^2z right of 0."""
    return np.where(z >= 0, 1 + 2 * e * (1 + e), 2 + e * (2 + e))


_TANHSHRINK = tuple(2 * n / factorial(2 * n + 1) for n in range(1, 12))
"""z cosh z − sinh z = Σ 2n z^(2n+1) / (2n+1)!; all terms have one sign, and 11 are enough up to 1."""


def tanhshrink(z: Array) -> Array:
    """Z − tanh z: up to 1 as (z cosh z − sinh z) / cosh z by the series, beyond as (z − 1) + 2 / (1 + e^2z)."""
    near = clip(z, -1, 1)
    square = near * near
    series = np.zeros_like(near)
    for coefficient in reversed(_TANHSHRINK):
        series = series * square + coefficient
    e = np.exp(-2 * np.abs(z))
    far = np.copysign((np.abs(z) - 1) + 2 * e / (1 + e), z)
    return np.where(np.abs(z) <= 1, series * square * near / np.cosh(near), far)
