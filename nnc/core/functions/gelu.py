"""GELU and its tanh approximation. NumPy has no erf, so the normal distribution is here.

Left of 0 both are e to a power as low as −745, times z. An error of that power is a relative error of the result, so
powers carry their rounding errors (see ``compensated``).
"""

from typing import Any

import numpy as np

from nnc.core.arrays import Array
from nnc.core.functions.compensated import exp_of_sum, in_float64, two_product, two_sum

_DENSITY_AT_0 = 0.3989422804014327  # 1 / √(2π)
_SATURATED = 50  # where e^(−z²/2) and both tails are 0

_TAIL = (
    0.6724080048926824, -0.33140444238878103, 0.028797360345361254, 0.03671836096892353,
    -0.0004695968342587892, -0.0067249070782433645, -0.0019511241651022813, 0.0007851181590139335,
    0.0008271990141344316, 0.0002069916929309449, -0.0001156933360492962, -0.000128551543860349,
    -4.605286248103878e-05, 9.679386068618735e-06, 2.1696694605188695e-05, 1.257949924937401e-05,
    2.056649764823822e-06, -2.8744825958893366e-06, -3.046803214215813e-06, -1.3269278999085915e-06,
    1.1414435439657112e-08, 2.8667498900413924e-07, 2.54538969269688e-07, 4.023909060697679e-07,
    2.62490422133977e-07, -1.790532314002732e-07, -2.739151036124918e-07, -1.9836091463400147e-08,
    9.42738260630051e-08, 2.7924410895846166e-08, -1.219727545953943e-08, -5.185072617609759e-09,
)  # fmt: skip
"""(t + 2) e^(t²/2) Φ(−t) as a polynomial in s = (t − 2) / (t + 2), for every t from 0 up.

The Chebyshev series in s (80 nodes, mpmath at 50 digits) cut off below 1.5e-18 and written out in powers of s.
"""


@in_float64
def gelu(z: Array, approximate: Any) -> Array:
    """``z Φ(z)``, with the normal distribution Φ, or its approximation by tanh.

    A million numbers take about 0.4 s: a polynomial of degree 31 and one exponential each.
    """
    if approximate == "tanh":
        x, e = _logistic(z)
        return z * (np.where(x >= 0, 1, e) / (1 + e))
    t = np.minimum(np.abs(z), _SATURATED)
    scaled, lost = _scaled_tail(t)
    tail = _gaussian(t, lost) * scaled
    return z * np.where(z < 0, tail, 1 - tail)


@in_float64
def gelu_derivative(z: Array, approximate: Any) -> Array:
    """Φ(z) + z φ(z), or the derivative of the approximation."""
    if approximate == "tanh":
        x, e = _logistic(z)
        near = np.clip(z, -_SATURATED, _SATURATED)
        slope = near * (_LINEAR[0] + 3 * _CUBIC[0] * near * near)
        return np.where(x >= 0, 1 + e * (1 + slope), e * ((1 + slope) + e)) / (1 + e) ** 2
    t = np.minimum(np.abs(z), _SATURATED)
    left = _gaussian(t, 0) * (_scaled_tail(t)[0] - t * _DENSITY_AT_0)
    return np.where(z < 0, left, 1 - left)


def _gaussian(t: Array, lost: Any) -> Array:
    """e^(−t²/2 + lost)."""
    square, rest = two_product(t, t)
    return exp_of_sum(-square / 2, lost - rest / 2)


def _scaled_tail(t: Array) -> tuple[Array, Array]:
    """e^(t²/2) Φ(−t) for t from 0 up, and the relative error that rounding leaves in it."""
    denominator, lost = two_sum(t, np.full_like(t, 2))
    s = (t - 2) / denominator
    slope = np.zeros_like(t)
    for coefficient in reversed(_TAIL[1:]):
        slope = slope * s + coefficient
    product, error = two_product(slope, s)
    numerator, rest = two_sum(np.full_like(t, _TAIL[0]), product)
    return numerator / denominator, (rest + error) / numerator - lost / denominator


Pair = tuple[Any, Any]
"""A number as two: rounded, and what rounding took."""

_LINEAR: Pair = (1.5957691216057308, -9.96930880911092e-17)  # 2 √(2/π)
_CUBIC: Pair = (0.07135481627260025, -6.175149918155315e-19)  # 0.044715 times that


def _exponent(z: Array) -> tuple[Array, Array]:
    """2 √(2/π) (z + 0.044715 z³)."""
    near = np.clip(z, -_SATURATED, _SATURATED)
    cubic = _multiply(_CUBIC, two_product(near, near))
    total, error = two_sum(np.full_like(near, _LINEAR[0]), cubic[0])
    return _multiply((total, error + _LINEAR[1] + cubic[1]), (near, 0))


def _multiply(a: Pair, b: Pair) -> Pair:
    product, error = two_product(a[0], b[0])
    return product, error + a[0] * b[1] + a[1] * b[0]


def _logistic(z: Array) -> tuple[Array, Array]:
    """The pair x = 2 √(2/π) (z + 0.044715 z³) and e^−|x|; the approximation is z sigmoid(x)."""
    x, rest = _exponent(z)
    return x, exp_of_sum(-np.abs(x), np.where(x > 0, -rest, rest))
