"""Arrays from nested lists of numbers, as documents and command lines hold them.

A number is an int, a float or text: ``2``, ``-.5``, ``1e-3``, ``1/3``. Text keeps all its digits, for exact arithmetic.
"""

import math
import re
from collections.abc import Callable, Collection
from contextlib import suppress
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import DTypeLike

from nnc.core.decimals import DECIMAL, FRACTION, MOST_READ_DIGITS, NOT_FINITE
from nnc.errors import InputError, either
from nnc.io.text.wording import kind_of, quoted

if TYPE_CHECKING:
    from fractions import Fraction

Leaf: TypeAlias = int | float | str
Place: TypeAlias = str | Callable[[tuple[int, ...]], str]

_PLAIN = "0123456789+-.eE "
_FLOAT32_END = 2.0**128 - 2.0**103  # from here on rounding to float32 gives infinity
_DIMENSIONS = ("a number", "a list of numbers", "rows of numbers")
_SLIPS = (
    (re.compile("[−–]"), "write the minus sign as -"),
    (re.compile(r"[+-]?[0-9]+,[0-9]+"), "write a decimal point, not a comma"),
    (re.compile(r"[0-9.](?:\s+|\s*;\s*)[+-]?[0-9.]"), "separate numbers by commas"),
    (re.compile(r"[0-9]_[0-9]"), "leave out the _"),
)


def to_array(
    nested: object, dtype: DTypeLike, place: Place, ndim: int | Collection[int] = (0, 1, 2)
) -> np.ndarray[Any, Any]:
    """Nested lists of numbers as an array of float64, float32 or (dtype object) Fractions, with ``ndim`` dimensions.

    ``place`` names the whole in messages, and indices follow it (``W[0][2]``); or it makes a name from the indices.
    Raises InputError for rows of different lengths, an empty list, other dimensions, what is no number (true and false
    are none), and what is not finite or out of the dtype's range. A Fraction has the exact value of a float.
    """
    allowed = {ndim} if isinstance(ndim, int) else set(ndim)
    at = place if callable(place) else _indexed(place)
    shape: tuple[int, ...] = ()
    level: list[Any] = [nested]
    while list in (kinds := set(map(type, level))):
        _refuse_uneven(level, kinds, shape, at)
        shape = (*shape, len(level[0]))
        if len(shape) > max(allowed):
            raise InputError(f"{at(())} is nested too deep, expected {_dimensions(allowed)}")
        level = list(chain.from_iterable(level))
    if len(shape) not in allowed:
        raise InputError(f"{at(())} is {_dimensions({len(shape)})}, expected {_dimensions(allowed)}")
    return _leaves(level, kinds, np.dtype(dtype), lambda index: at(_unravel(index, shape))).reshape(shape)


def to_number(leaf: object, dtype: DTypeLike = float) -> "float | Fraction":
    """One leaf as a finite float, within the range of the dtype, or (dtype object) as a Fraction.

    The message of an InputError goes on after the name of a place: "('abc') is not a number".
    """
    dtype = np.dtype(dtype)
    if isinstance(leaf, bool) or not isinstance(leaf, int | float | str):
        raise InputError(f"is {kind_of(leaf)}, expected a number")
    if isinstance(leaf, float) and not math.isfinite(leaf):
        raise InputError(f"({leaf}) is not finite; nnc needs finite numbers")
    if dtype.hasobject:
        return _exact(leaf)
    try:
        number = _float(leaf) if isinstance(leaf, str) else float(leaf)
    except OverflowError:  # an int, or the quotient of two
        number = math.inf
    if math.isinf(number) or (dtype == np.float32 and abs(number) >= _FLOAT32_END):
        raise InputError(f"{_named(leaf)}is out of range for {dtype.name}")
    return number


def is_number(text: str) -> bool:
    """Whether text is meant as a number. NaN and infinity are; they are refused where they are used."""
    text = text.strip()
    return any(pattern.fullmatch(text) for pattern in (DECIMAL, FRACTION, NOT_FINITE))


def _float(text: str) -> float:
    """The float nearest to a number in text. One that is too large gives infinity or OverflowError."""
    if DECIMAL.fullmatch(stripped := _bounded(text)):
        return float(stripped)
    if match := FRACTION.fullmatch(stripped):
        return int(match[1]) / _denominator(match, text)
    raise _no_number(text)


def _exact(leaf: Leaf) -> "Fraction":
    """The number itself, not rounded."""
    from fractions import Fraction  # only exact arithmetic pays for it

    if not isinstance(leaf, str):
        if abs(leaf) >= 10**MOST_READ_DIGITS:
            raise InputError(f"has more than {MOST_READ_DIGITS} digits")
        return Fraction(leaf)
    stripped = _bounded(leaf)
    if match := DECIMAL.fullmatch(stripped):
        if abs(int(match[1] or 0)) > MOST_READ_DIGITS:
            raise InputError(f"({quoted(leaf)}) has more than {MOST_READ_DIGITS} digits")
        return Fraction(stripped)
    if match := FRACTION.fullmatch(stripped):
        return Fraction(int(match[1]), _denominator(match, leaf))
    raise _no_number(leaf)


def _bounded(text: str) -> str:
    if len(text) > MOST_READ_DIGITS:
        raise InputError(f"({quoted(text)}) is longer than {MOST_READ_DIGITS} characters, the most of a number")
    return text.strip()


def _denominator(match: re.Match[str], text: str) -> int:
    if (denominator := int(match[2])) == 0:
        raise InputError(f"({quoted(text)}) divides by zero")
    return denominator


def _no_number(text: str) -> InputError:
    stripped = text.strip()
    if not stripped:
        return InputError("is empty, expected a number")
    if NOT_FINITE.fullmatch(stripped):
        return InputError(f"({quoted(text)}) is not finite; nnc needs finite numbers")
    for slip, hint in _SLIPS:
        if slip.search(stripped):
            return InputError(f"({quoted(text)}) is not a number; {hint}")
    return InputError(f"({quoted(text)}) is not a number")


def _named(leaf: Leaf) -> str:
    """The leaf in brackets, for a message; nothing for an int that would fill the screen."""
    if isinstance(leaf, str):
        return f"({quoted(leaf)}) "
    return f"({leaf}) " if abs(leaf) < 10**40 else ""


def _leaves(
    leaves: list[Any], kinds: set[type], dtype: np.dtype[Any], at: Callable[[int], str]
) -> np.ndarray[Any, Any]:
    """A flat list of leaves as a flat array; ``at`` names the leaf of an index."""
    if not dtype.hasobject and (whole := _converted_whole(leaves, kinds, dtype)) is not None:
        return whole
    array = np.empty(len(leaves), dtype=dtype)
    index = 0
    try:
        for index, leaf in enumerate(leaves):
            array[index] = to_number(leaf, dtype)
    except InputError as error:
        raise InputError(f"{at(index)} {error.message}") from None
    return array


def _converted_whole(leaves: list[Any], kinds: set[type], dtype: np.dtype[Any]) -> np.ndarray[Any, Any] | None:
    """The leaves in one step, which does for nearly every network; None if they must be read one by one."""
    with suppress(OverflowError, ValueError), np.errstate(over="ignore"):
        if kinds == {str} and not "".join(leaves).strip(_PLAIN) and len(max(leaves, key=len)) <= MOST_READ_DIGITS:
            leaves = list(map(float, leaves))  # with these characters only, Python reads numbers as nnc does
        elif not kinds <= {int, float}:
            return None
        whole = np.array(leaves, dtype=np.float64).astype(dtype, copy=False)
        if np.isfinite(whole).all():
            return whole
    return None


def _refuse_uneven(
    level: list[Any], kinds: set[type], shape: tuple[int, ...], at: Callable[[tuple[int, ...]], str]
) -> None:
    """Raises InputError unless all of a level are lists of one length. ``shape`` is that of the levels above."""

    def name(index: int) -> str:
        return at(_unravel(index, shape))

    first = level[0]
    if kinds != {list}:
        odd = next(index for index, item in enumerate(level) if (type(item) is list) != (type(first) is list))
        raise InputError(f"{name(odd)} is {kind_of(level[odd])}, but {name(0)} is {kind_of(first)}")
    if not first:
        raise InputError(f"{name(0)} is empty, expected numbers")
    for index, row in enumerate(level):
        if len(row) != len(first):
            above = "the row above has" if index == 1 else "the rows above have"
            values = "1 value" if len(row) == 1 else f"{len(row)} values"
            raise InputError(f"{name(index)} has {values}, but {above} {len(first)}")


def _unravel(index: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(int(i) for i in np.unravel_index(index, shape)) if shape else ()


def _indexed(place: str) -> Callable[[tuple[int, ...]], str]:
    return lambda indices: place + "".join(f"[{index}]" for index in indices)


def _dimensions(allowed: set[int]) -> str:
    return either(_DIMENSIONS[n] if n < len(_DIMENSIONS) else f"numbers in {n} dimensions" for n in sorted(allowed))
