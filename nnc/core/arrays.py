"""Arrays of float64, float32 or exact fractions, and what differs between the three."""

import math
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from nnc.core.places import Index, Place
from nnc.errors import InputError, NotFiniteError

Array = npt.NDArray[Any]
Scalar = float | Fraction

FLOAT64: np.dtype[Any] = np.dtype(np.float64)
FLOAT32: np.dtype[Any] = np.dtype(np.float32)
EXACT: np.dtype[Any] = np.dtype(object)
"""Object arrays of ``Fraction``: NumPy adds, multiplies and compares them as it does floats."""

MOST_EXACT_DIGITS = 4000
"""Digits of the longest numerator or denominator in a calculation: Python writes no integer of more than 4300."""
_MOST_BITS = int(MOST_EXACT_DIGITS / math.log10(2))


def scalar(text: str, dtype: np.dtype[Any]) -> Scalar:
    """The number that the text of a decimal or fraction means: a Fraction where ``dtype`` is exact, else a float."""
    exact = Fraction(text)
    return exact if dtype == EXACT else float(exact)


def whole(values: Array, dtype: np.dtype[Any]) -> Array:
    """Whole numbers in ``dtype``; where it is exact as fractions, for an int divided by an int would be a float."""
    return np.asarray(_fractions(values.astype(object))) if dtype == EXACT else values.astype(dtype)


_fractions = np.frompyfunc(Fraction, 1, 1)


def indicator(condition: Array, like: Array) -> Array:
    """1 where ``condition`` holds, else 0, in the dtype of ``like``."""
    return whole(np.where(condition, 1, 0), like.dtype)


class TooLongError(InputError):
    """An exact number has more than ``MOST_EXACT_DIGITS`` digits; ``naming`` adds the quantity."""

    def __init__(self) -> None:
        super().__init__(
            f"takes numbers of more than {MOST_EXACT_DIGITS} digits, where exact arithmetic ends; calculate in floats"
        )


@contextmanager
def naming(name: str) -> Iterator[None]:
    """Names the quantity in every TooLongError that leaves the block."""
    try:
        yield
    except TooLongError as error:
        raise InputError(f"{name} {error.message}") from None


def summed(values: Array, axis: int | None = None) -> Any:
    """``values.sum(axis)``. Raises TooLongError where an exact sum grows too long on its way.

    The sum of n fractions may have n times their digits.
    """
    if values.dtype != EXACT:
        return values.sum(axis=axis)
    return _exact_sum(values.reshape(-1) if axis is None else np.moveaxis(values, axis, 0))


def times(left: Array, right: Array) -> Array:
    """``left @ right``, (N, n) by (n, m). Raises TooLongError as ``summed`` does."""
    if right.dtype != EXACT:
        return left @ right
    return _exact_sum(left[:, i, None] * row for i, row in enumerate(right))


def rows_times(rows: Array, matrix: Array) -> Array:
    """``times``, each row by itself: a sample gets the same last digits in a batch as alone.

    BLAS adds in another order in a product of matrices than in the product of one row.
    """
    return times(rows, matrix) if matrix.dtype == EXACT else np.stack([row @ matrix for row in rows])


def _exact_sum(parts: Iterable[Any]) -> Any:
    running = np.asarray(Fraction(0))
    for part in parts:
        running = np.asarray(running + part)
        require_short(running)
    return running[()]


def is_finite(value: Array) -> Array:
    """Where numbers are finite; fractions always are."""
    return np.ones(value.shape, dtype=bool) if value.dtype == EXACT else np.isfinite(value)


def require_short(value: Array) -> None:
    """Raises TooLongError where an exact number has more than ``MOST_EXACT_DIGITS`` digits.

    Digits may double with every layer, so a deep network would never end.
    """
    if value.dtype == EXACT and any(
        v.numerator.bit_length() > _MOST_BITS or v.denominator.bit_length() > _MOST_BITS for v in value.flat
    ):
        raise TooLongError


def first_index(condition: Array) -> Index:
    """The index of the first number for which the condition holds."""
    return tuple(int(i) for i in np.argwhere(condition)[0])


def require_finite(name: str, value: Array) -> None:
    """Raises NotFiniteError, naming the first number of ``value`` that is infinite or not a number."""
    with naming(name):
        require_short(value)
    finite = is_finite(value)
    if finite.all():
        return
    # Whether it is infinity or NaN depends on the order in which a processor's BLAS adds, so the message leaves it out.
    place = Place(name, first_index(~finite))
    largest = f"{np.finfo(value.dtype).max:.2g}"
    raise NotFiniteError(name, f"{place} or a number on the way to it is beyond {largest}, where {value.dtype} ends")
