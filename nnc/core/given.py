"""Numbers as a caller gives them become arrays here, and what is no number is refused.

An array with a Fraction in it is exact, float32 stays float32, everything else becomes float64. Floats and fractions do
not mix: a calculation is exact as a whole or not at all. Whole numbers go with both.
"""

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from functools import partial
from numbers import Integral, Rational, Real
from typing import Any, TypeAlias

import numpy as np

from nnc.core.arrays import EXACT, FLOAT32, FLOAT64, Array, first_index
from nnc.core.decimals import nearest_float
from nnc.core.places import Place
from nnc.errors import InputError, counted

Namer: TypeAlias = Callable[[tuple[int, ...]], str]
"""What the number of an index (from 0) is called."""

_WHOLE_END = 2.0**53  # beyond it a float may stand for another whole number that is no float
_LONGEST_QUOTE = 40


def numbers(name: str, given: object, most: int = 2, place: Namer | None = None) -> Array:
    """The array of a number, of nested sequences of numbers, or of anything that NumPy makes an array of.

    It has ``most`` dimensions at most. Messages call it ``name``, and its numbers as ``place`` says or else ``x[2]``.
    Raises InputError for rows of different lengths, for no numbers at all, for what is no real number (such as True),
    for NaN and infinity, and for numbers beyond float64.
    """
    place = place or _places(name)
    array = _array(name, given, place)
    if array.size == 0:
        raise InputError(f"{name} is empty, expected numbers")
    if array.ndim > most == 0:
        raise InputError(f"{name} has {counted(array.size, 'value')}, expected one number")
    if array.ndim > most:
        raise InputError(f"{name} has {counted(array.ndim, 'dimension')}, expected at most {most}")
    if array.dtype.kind not in "iuf" or isinstance(given, list | tuple):
        objects = np.asarray(given, dtype=object)
        kinds = set(map(type, objects.flat))
        _refuse_no_number(objects, kinds, place)
        if any(issubclass(kind, Rational) and not issubclass(kind, Integral) for kind in kinds):
            return _exact(objects, place)
    floats = array.copy() if array.dtype == FLOAT32 else _floats(array)
    _refuse_infinite(array, floats, place)
    return floats


def in_dtype(name: str, values: Array, dtype: np.dtype[Any], place: Namer | None = None) -> Array:
    """The numbers in a dtype. Whole numbers may become fractions; fractions never become floats, nor floats fractions.

    Raises InputError where they would, and for numbers beyond float32.
    """
    if values.dtype == dtype:
        return values
    place = place or _places(name)
    if dtype == EXACT:
        return _exact(values, place)
    if values.dtype == EXACT:
        raise InputError(
            f"{name} is of fractions, beside floats; nnc calculates with the one or the other: make it floats"
        )
    with np.errstate(over="ignore"):
        converted = values.astype(dtype)
    _refuse_infinite(values, converted, place)
    return converted


def cast(name: str, values: Array, dtype: np.dtype[Any]) -> Array:
    """The numbers in a dtype, as ``in_dtype``, but fractions become the nearest floats."""
    if values.dtype == EXACT and dtype != EXACT:
        floats = _nearest_floats(values)
        _refuse_infinite(values, floats, _places(name))
        values = floats
    return in_dtype(name, values, dtype)


def exact_number(value: Any, place: Callable[[], str]) -> Fraction:
    """A rational number or a whole float as a Fraction of Python's ints. Raises InputError for another float."""
    if isinstance(value, Rational):
        return Fraction(int(value.numerator), int(value.denominator))
    if float(value).is_integer() and abs(value) <= _WHOLE_END:
        return Fraction(int(value))
    raise InputError(
        f"{place()} is {value!s}, a float, beside fractions; "
        f"nnc calculates with the one or the other: write Fraction('{value!s}')"
    )


def from_0_up(values: Array, place: Namer) -> Array:
    """The same numbers. Raises InputError for one below 0."""
    below = np.asarray(values < 0, dtype=bool)
    if below.any():
        index = first_index(below)
        raise InputError(f"{place(index)} is {plainly(values[index])}, expected a number from 0 up")
    return values


def is_number(leaf: object) -> bool:
    """Whether a value is a real number; True and False are none."""
    return isinstance(leaf, Real) and not isinstance(leaf, bool)


def named(given: Mapping[Any, object], what: str) -> list[str]:
    """The names of a mapping as text, 0 as "0". Raises InputError where two names are the same text."""
    names = [str(name) for name in given]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise InputError(f"{what} names class {twice} twice")
    return names


def plainly(value: Any) -> str:
    """A number as a person would have written it: 2, not 2.0."""
    try:
        return f"{float(value):.15g}"
    except OverflowError:  # an exact number beyond float64
        return _quoted(str(value))


def shown(value: object) -> str:
    """A value that is no number, for a message on one line."""
    if value is None or isinstance(value, bool | np.bool_):
        return str(value)
    if isinstance(value, str):
        return f"text ({_quoted(value)!r})"
    return f"of type {type(value).__name__}"


def _places(name: str) -> Namer:
    return lambda index: str(Place(name, index))


def _quoted(text: str) -> str:
    return text if len(text) <= _LONGEST_QUOTE else text[:_LONGEST_QUOTE] + "…"


def _array(name: str, given: object, place: Namer) -> Array:
    """What NumPy makes of the value. Raises InputError for a masked number: it is not there."""
    mask = getattr(given, "mask", None) if isinstance(given, np.ndarray) else None
    if mask is not None and mask.dtype == bool and mask.any():
        raise InputError(f"{place(first_index(mask))} is masked, expected a number")
    try:
        return np.asarray(given)
    except OverflowError:  # an int beside floats
        return np.asarray(given, dtype=object)
    except Exception as error:  # whatever the __array__ of someone's class raises
        if isinstance(given, list | tuple):
            raise InputError(f"{name} has rows of different lengths, expected as many numbers in each") from None
        reason = str(error).partition("\n")[0]
        raise InputError(f"{name} is {shown(given)}, of which NumPy makes no array: {reason}") from None


def _refuse_no_number(objects: Array, kinds: Iterable[type], place: Namer) -> None:
    if not all(issubclass(kind, Real) and not issubclass(kind, bool) for kind in kinds):
        index = next(index for index in np.ndindex(objects.shape) if not is_number(objects[index]))
        raise InputError(f"{place(index)} is {shown(objects[index])}, expected a number")


def _exact(values: Array, place: Namer) -> Array:
    exact = np.empty(values.shape, dtype=object)
    for index in np.ndindex(values.shape):
        exact[index] = exact_number(values[index], partial(place, index))
    return exact


def _floats(array: Array) -> Array:
    """The numbers as float64; infinite where they are beyond it."""
    with np.errstate(over="ignore"):
        try:
            return array.astype(FLOAT64)
        except OverflowError:  # an int
            return _nearest_floats(array)


def _nearest_floats(values: Array) -> Array:
    return np.array([nearest_float(leaf) for leaf in values.flat]).reshape(values.shape)


def _refuse_infinite(given: Array, converted: Array, place: Namer) -> None:
    finite = np.isfinite(converted)
    if finite.all():
        return
    index = first_index(~finite)
    found = given[index]
    if found == found and abs(found) != np.inf:
        raise InputError(f"{place(index)} is out of range for {converted.dtype}")
    what = "NaN" if found != found else "infinity" if found > 0 else "-infinity"
    raise InputError(f"{place(index)} is {what}, expected a finite number")
