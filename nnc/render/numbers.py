"""Numbers as people and programs read them."""

from decimal import Context, Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from nnc.core.arrays import EXACT, FLOAT32

PRECISION = 6
"""Significant digits in tables where nobody said."""
LONGEST_FRACTION = 23
"""Characters of the longest fraction that a table spells out; JSON and plain values always do."""


def shown(value: Any, precision: int | None) -> str:
    """A number to ``precision`` significant digits, without trailing zeros; to its own shortest digits where None.

    A negative zero is 0; text stays as it is.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, int | np.integer):
        return str(value)
    if isinstance(value, Fraction):
        return str(value) if precision is None else _shown_exactly(value, precision)
    number = float(value)
    if precision is None:
        return str(value + 0).removesuffix(".0")
    if np.isinf(number):
        return "∞" if number > 0 else "-∞"
    return f"{number + 0:.{precision}g}"


def _shown_exactly(value: Fraction, precision: int) -> str:
    """The decimal where it ends within ``precision`` digits, else the fraction and the rounded decimal."""
    try:
        rounded = f"{float(value):.{precision}g}"
    except OverflowError:
        quotient = Context(prec=precision).divide(Decimal(value.numerator), Decimal(value.denominator))
        rounded = f"{quotient.normalize():g}"
    if Fraction(rounded) == value:
        return rounded
    whole = str(value)
    return f"{whole} ≈ {rounded}" if len(whole) <= LONGEST_FRACTION else f"≈ {rounded}"


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
