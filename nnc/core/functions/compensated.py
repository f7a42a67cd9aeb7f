"""Sums, products and exponentials that keep the digits which rounding drops.

An error of half a unit in the last place of x is one of hundreds of units in e^x at x = −700. So arguments are carried
as two numbers: the rounded one, and what rounding took from it.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from nnc.core.arrays import FLOAT64, Array

_SPLIT = 2.0**27 + 1  # splits the 53 bits of a float64 into two halves whose products are exact


def two_sum(a: Array, b: Array) -> tuple[Array, Array]:
    """The rounded sum and its rounding error: together they are a + b exactly (Knuth, TAOCP vol. 2, 4.2.2)."""
    total = a + b
    of_b = total - a
    return total, (a - (total - of_b)) + (b - of_b)


def two_product(a: Array, b: Any) -> tuple[Array, Array]:
    """The rounded product of float64 numbers and its rounding error: together they are a · b (Dekker 1971).

    The error is not a number where a factor is beyond 1e300, for the split overflows.
    """
    product = a * b
    a1, a2 = _halves(a)
    b1, b2 = _halves(b)
    return product, a2 * b2 - (((product - a1 * b1) - a2 * b1) - a1 * b2)


def exp_of_sum(x: Array, rest: Array) -> Array:
    """e^(x + rest), where rest is small beside 1; a rest that is not finite counts as 0."""
    e = np.exp(x)
    return e + np.where(np.isfinite(e) & np.isfinite(rest), e * rest, 0)


def in_float64(function: Callable[..., Array]) -> Callable[..., Array]:
    """The function calculated in float64, and rounded once to the dtype of its first array: ``_SPLIT`` is for float64.

    Positional arguments are arrays.
    """

    @wraps(function)
    def wide(*arrays: Array, **parameters: Any) -> Array:
        exact = (array.astype(FLOAT64, copy=False) for array in arrays)
        return function(*exact, **parameters).astype(arrays[0].dtype, copy=False)

    return wide


def _halves(a: Any) -> tuple[Any, Any]:
    shifted = _SPLIT * a
    high = shifted - (shifted - a)
    return high, a - high
