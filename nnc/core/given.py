"""Numbers as a caller gives them, brought to arrays: the one place that refuses what is no number.

An array is exact, of ``Fraction``, where one of its numbers is a Fraction. float32 stays float32, and all else becomes
float64. Floats and fractions do not mix: a calculation is exact as a whole or not at all. Whole numbers go with both.
"""

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from functools import partial
from numbers import Integral, Rational, Real
from typing import Any, TypeAlias

import numpy as np

from nnc.core.arrays import EXACT, FLOAT32, FLOAT64, Array
from nnc.core.places import Place
from nnc.errors import InputError, counted

Namer: TypeAlias = Callable[[tuple[int, ...]], str]
"""What the number of an index (from 0) is called."""

_WHOLE_END = 2.0**53  # from here on not every whole number is a float, so that one may stand for another
_LONGEST_QUOTE = 40


def numbers(name: str, given: object, most: int = 2, place: Namer | None = None) -> Array:
    """The array of a number, of nested sequences of numbers, or of what NumPy makes an array of.

    It has ``most`` dimensions at most. ``name`` says in messages what it is, and ``place`` what each number is called:
    ``x[2]`` if not given. Raises InputError for rows of different lengths, for no numbers at all, for what is no real
    number (True and False are none), for NaN and infinity, and for what is out of float64's range.
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
    """The numbers in a dtype: float32 as float64 and back, and whole numbers as fractions too.

    Raises InputError where floats would become fractions, or fractions floats, and for what float32 does not hold.
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
        floats = np.array([_float(leaf) for leaf in values.reshape(-1)]).reshape(values.shape)
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
    """The numbers themselves. Raises InputError for one below 0."""
    below = np.asarray(values < 0, dtype=bool)
    if below.any():
        index = _first(below)
        raise InputError(f"{place(index)} is {plainly(values[index])}, expected a number from 0 up")
    return values


def is_number(leaf: object) -> bool:
    """Whether a value is a real number; True and False are none."""
    return isinstance(leaf, Real) and not isinstance(leaf, bool)


def named(given: Mapping[Any, object], what: str) -> list[str]:
    """The names of a mapping as text, 0 as "0". Raises InputError where two are one."""
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
    """What NumPy makes of the value. A masked array is refused where a number is masked: it is not there."""
    mask = getattr(given, "mask", None) if isinstance(given, np.ndarray) else None
    if mask is not None and mask.dtype == bool and mask.any():
        raise InputError(f"{place(_first(mask))} is masked, expected a number")
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
    if all(issubclass(kind, Real) and not issubclass(kind, bool) for kind in kinds):
        return
    index = next(index for index in np.ndindex(objects.shape) if not is_number(objects[index]))
    raise InputError(f"{place(index)} is {shown(objects[index])}, expected a number")


def _exact(values: Array, place: Namer) -> Array:
    exact = np.empty(values.shape, dtype=object)
    for index in np.ndindex(values.shape):
        exact[index] = exact_number(values[index], partial(place, index))
    return exact


def _floats(array: Array) -> Array:
    """The numbers as float64; infinite where that does not hold them."""
    with np.errstate(over="ignore"):
        try:
            return array.astype(FLOAT64)
        except OverflowError:  # an int
            return np.array([_float(leaf) for leaf in array.reshape(-1)]).reshape(array.shape)


def _float(leaf: Any) -> float:
    try:
        return float(leaf)
    except OverflowError:
        return np.inf if leaf > 0 else -np.inf


def _refuse_infinite(given: Array, converted: Array, place: Namer) -> None:
    finite = np.isfinite(converted)
    if finite.all():
        return
    index = _first(~finite)
    found = given[index]
    if found == found and abs(found) != np.inf:
        raise InputError(f"{place(index)} is out of range for {converted.dtype}")
    what = "NaN" if found != found else "infinity" if found > 0 else "-infinity"
    raise InputError(f"{place(index)} is {what}, expected a finite number")


def _first(condition: Array) -> tuple[int, ...]:
    """Where it holds first."""
    return tuple(int(i) for i in np.argwhere(condition)[0])
