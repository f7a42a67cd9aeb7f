"""Numbers as people and programs read them."""

from fractions import Fraction
from typing import Any

import numpy as np

from nnc.core.arrays import EXACT, FLOAT32

PRECISION = 6
"""Significant digits in tables where nobody said."""


def shown(value: Any, precision: int | None) -> str:
    """A number to ``precision`` significant digits, without trailing zeros; to its own shortest digits where None.

    A negative zero is 0; text stays as it is.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, Fraction | int | np.integer):
        return str(value)
    number = float(value)
    if precision is None:
        return str(value + 0).removesuffix(".0")
    if np.isinf(number):
        return "∞" if number > 0 else "-∞"
    return f"{number + 0:.{precision}g}"


def plain(array: Any) -> Any:
    """An array as nested lists that JSON can hold: floats in full precision, fractions as text, class indices as ints.

    float32 keeps its own shortest digits: 0.1, not the 0.10000000149011612 that float64 would show.
    """
    values = np.asarray(array)
    if values.dtype == FLOAT32:
        return values.astype(str).astype(float).tolist()
    if values.dtype == EXACT:
        return np.vectorize(str, otypes=[object])(values).tolist()
    return values.tolist()
