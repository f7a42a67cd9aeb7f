"""Arrays of float64, float32 or exact fractions, and the few things that the three do differently."""

import math
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from nnc.errors import InputError, NotFiniteError

Array = npt.NDArray[Any]
Scalar = float | Fraction

FLOAT64: np.dtype[Any] = np.dtype(np.float64)
FLOAT32: np.dtype[Any] = np.dtype(np.float32)
EXACT: np.dtype[Any] = np.dtype(object)
"""Object arrays of ``Fraction``: NumPy adds, multiplies and compares them as it does floats."""

MOST_DIGITS = 4000
"""Digits of the longest numerator or denominator: Python itself writes no integer of more than 4300."""


def scalar(text: str, dtype: np.dtype[Any]) -> Scalar:
    """The number that a decimal or fraction means, exact where ``dtype`` is, else as the nearest float64."""
    exact = Fraction(text)
    return exact if dtype == EXACT else float(exact)


def whole(values: Array, dtype: np.dtype[Any]) -> Array:
    """Whole numbers as numbers of ``dtype``: fractions where it is exact, for an int over an int would be a float."""
    return np.asarray(_fractions(values.astype(object))) if dtype == EXACT else values.astype(dtype)


_fractions = np.frompyfunc(Fraction, 1, 1)


def indicator(condition: Array, like: Array) -> Array:
    """1 where ``condition`` holds, else 0, in the numbers of ``like``."""
    return whole(np.where(condition, 1, 0), like.dtype)


def rows_times(rows: Array, matrix: Array) -> Array:
    """``rows @ matrix``, (N, n) by (n, m), each row by itself.

    A product of whole matrices adds in another order than that of a row: a sample would get other last digits in a
    batch than alone.
    """
    return np.stack([row @ matrix for row in rows])


def part_name(name: str, index: tuple[int, ...]) -> str:
    """One number of a quantity as people write it, counted from 1: ``dW2[1,1]``; the bare name for a single number."""
    return f"{name}[{','.join(str(i + 1) for i in index)}]" if index else name


def is_finite(value: Array) -> Array:
    """Where numbers are finite; fractions always are."""
    return np.ones(value.shape, dtype=bool) if value.dtype == EXACT else np.isfinite(value)


def require_short(name: str, value: Array) -> None:
    """Raises InputError, naming the quantity, where an exact number has more than ``MOST_DIGITS`` digits.

    The digits may double with every layer: without a bound a deep network would take for ever.
    """
    if value.dtype != EXACT:
        return
    bits = max(max(abs(v.numerator).bit_length(), v.denominator.bit_length()) for v in value.reshape(-1))
    digits = int(bits * math.log10(2)) + 1
    if digits > MOST_DIGITS:
        raise InputError(f"{name} has {digits} digits, and exact arithmetic ends at {MOST_DIGITS}; calculate in floats")


def require_finite(name: str, value: Array) -> None:
    """Raises NotFiniteError, naming the first number of ``value`` that is infinite or not a number."""
    require_short(name, value)
    finite = is_finite(value)
    if finite.all():
        return
    # Infinity or NaN, and with which sign, depends on the order in which a processor's BLAS adds: it is not said.
    place = part_name(name, tuple(int(i) for i in np.argwhere(~finite)[0]))
    largest = f"{np.finfo(value.dtype).max:.2g}"
    raise NotFiniteError(name, f"{place} or a number on the way to it is beyond {largest}, where {value.dtype} ends")
