"""Functions of one number beside their derivatives, in forms that keep their digits over the whole of float64.

Every function takes z of any shape and returns that shape. ``pick``, ``clip`` and ``inside`` are exact on fractions.
"""

from math import factorial
from typing import Any

import numpy as np

from nnc.core.arrays import Array, indicator
from nnc.core.functions.compensated import exp_of_sum, in_float64, two_product


def pick(condition: Array, one: Any, other: Any, like: Array) -> Array:
    """``one`` where the condition holds, else ``other``, in the dtype of ``like``; both may be parameters."""
    return np.where(condition, one, other).astype(like.dtype)


def clip(z: Array, low: Any, high: Any) -> Array:
    """The number from low to high that is nearest to z."""
    return np.minimum(np.maximum(z, low), high)


def inside(z: Array, low: Any, high: Any) -> Array:
    """1 between low and high, 0 at both and beyond: the derivative of ``clip``."""
    return indicator((z > low) & (z < high), z)


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
    """The quotient z / alpha, and what rounding took from it."""
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
    """The product beta z, and e^−|beta z| without the rounding error of that product."""
    x, rest = two_product(z, beta)
    return x, exp_of_sum(-np.abs(x), np.where(x > 0, -rest, rest))


def silu_derivative(z: Array) -> Array:
    """σ(z) (1 + z σ(−z)) as one fraction in e^−|z|; its only difference is 1 + z, which is exact around the root."""
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 + e * (1 + z), e * ((1 + z) + e)) / (1 + e) ** 2


def mish(z: Array) -> Array:
    """``z tanh(softplus(z))``; here tanh is a fraction in e^−|z| without a difference."""
    e = np.exp(-np.abs(z))
    return z * (np.where(z >= 0, 1 + 2 * e, e * (2 + e)) / _mish_denominator(z, e))


def mish_derivative(z: Array) -> Array:
    """``tanh(s) + z (1 − tanh²(s)) σ(z)`` with s = softplus(z), as one fraction in e^−|z|, as for silu."""
    e = np.exp(-np.abs(z))
    denominator = _mish_denominator(z, e)
    near = np.where(e == 0, 0, z)  # its products with e are 0 there, but 4 z may be infinite
    right = (1 + 2 * e) * denominator + 4 * near * (1 + e) * e**2
    left = e * (4 * (1 + near) + e * ((4 * near + 6) + e * (4 + e)))
    return np.where(z >= 0, right, left) / denominator**2


def _mish_denominator(z: Array, e: Array) -> Array:
    """(1 + eᶻ)² + 1; right of 0, that divided by e^2z."""
    return np.where(z >= 0, 1 + 2 * e * (1 + e), 2 + e * (2 + e))


_TANHSHRINK = tuple(2 * n / factorial(2 * n + 1) for n in range(1, 12))
"""z cosh z − sinh z = Σ 2n z^(2n+1) / (2n+1)!; all terms have one sign, and 11 are enough up to 1."""


def tanhshrink(z: Array) -> Array:
    """``z − tanh z``: up to 1 as (z cosh z − sinh z) / cosh z by the series, beyond as (z − 1) + 2 / (1 + e^2z)."""
    near = clip(z, -1, 1)
    square = near * near
    series = np.zeros_like(near)
    for coefficient in reversed(_TANHSHRINK):
        series = series * square + coefficient
    e = np.exp(-2 * np.abs(z))
    far = np.copysign((np.abs(z) - 1) + 2 * e / (1 + e), z)
    return np.where(np.abs(z) <= 1, series * square * near / np.cosh(near), far)
