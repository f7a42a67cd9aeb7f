"""Numbers as people and programs read them."""

from collections.abc import Sequence
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from nnc.core.arrays import EXACT, FLOAT32

PRECISION = 6
"""Significant digits in tables, unless a precision is asked for."""
LONGEST_FRACTION = 23
"""The most characters of a fraction in a table; JSON and plain values have fractions of any length."""
NOISE = 8
"""A number that is off its decimal by at most so many units in the last binary place counts as that decimal."""


def shown(value: Any, precision: int | None) -> str:
    """A number to ``precision`` significant digits; with None, the shortest digits that read back as the number.

    Zeros at the end are left out where the number ends there, apart from binary noise: 0.5 is all of the number,
    0.500000 goes on. A negative zero is 0, and text stays as it is. A fraction is written as a decimal if that is the
    whole of it, else as a fraction.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, int | np.integer):
        return str(value)
    if isinstance(value, Fraction):
        decimal = "" if precision is None else decimal_of(value, precision)
        return decimal if decimal and Fraction(decimal) == value else str(value)
    number = float(value)
    if precision is None:
        return str(value + 0).removesuffix(".0")
    if np.isinf(number):
        return "∞" if number > 0 else "-∞"
    return _to_digits(number, precision) if is_own_display(value, precision) else _all_digits(number, precision)


def tabled(value: Any, precision: int) -> str:
    """A number for a table: as ``shown``, and after a fraction that is no short decimal its rounded value."""
    text = shown(value, precision)
    if "/" not in text or not isinstance(value, Fraction):
        return text
    rounded = f"≈ {decimal_of(value, precision)}"
    return f"{text} {rounded}" if len(text) <= LONGEST_FRACTION else rounded


def decimal_of(value: Any, precision: int) -> str:
    """A number to ``precision`` significant digits, and always as a decimal."""
    if not isinstance(value, Fraction):
        return shown(value, precision)
    try:
        text = _to_digits(float(value), precision)
        return text if Fraction(text) == value else _all_digits(float(value), precision)
    except OverflowError:
        rounded = Context(prec=precision).divide(Decimal(value.numerator), Decimal(value.denominator))
        return f"{rounded.normalize():g}"


def _to_digits(number: float, precision: int) -> str:
    return f"{number + 0:.{precision}g}"


def _all_digits(number: float, precision: int) -> str:
    """The same with zeros at the end: 0.500000, 500000, 5.00000e+20."""
    return f"{number:#.{precision}g}".replace(".e", "e").removesuffix(".")


def is_own_display(value: Any, precision: int | None) -> bool:
    """Whether the shown digits are all of a number, apart from binary noise."""
    if precision is None or not isinstance(value, float | np.floating) or not np.isfinite(value):
        return True
    noise = NOISE * float(np.finfo(value.dtype if isinstance(value, np.floating) else np.float64).eps)
    number = float(value)
    return abs(float(_to_digits(number, precision)) - number) <= noise * abs(number)


def aligned(numbers: Sequence[str]) -> list[str]:
    """Numbers padded on the right, so that their decimal points are below each other when they are flushed right."""
    tails = [len(text) - next((at for at, sign in enumerate(text) if sign in ".e"), len(text)) for text in numbers]
    longest = max(tails, default=0)
    return [text + " " * (longest - tail) for text, tail in zip(numbers, tails, strict=True)]


def plain(array: Any) -> Any:
    """An array as nested lists for JSON: floats with all digits, fractions as text, class indices as ints.

    float32 has its own shortest digits: 0.1, not the 0.10000000149011612 of float64.
    """
    values = np.asarray(array)
    if values.dtype == FLOAT32:
        return values.astype(str).astype(float).tolist()
    if values.dtype == EXACT:
        return np.vectorize(str, otypes=[object])(values).tolist()
    return values.tolist()
