"""What activations, losses and methods have in common: a named row of a table, with parameters."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, ClassVar, Generic, TypeVar

import numpy as np
from msgspec.structs import replace

from nnc.core.arrays import EXACT, FLOAT64, Scalar, scalar
from nnc.core.given import exact_number
from nnc.core.record import Comparable, Record
from nnc.errors import InputError, unknown

Value = Scalar | str
"""The value of a parameter: a number, or one of a few words."""


class Parameter(Record):
    """A parameter's default (None where it must be given), and the numbers or words that it takes.

    ``default`` is text, so that an exact calculation has 1/100 and not the float nearest to it.
    """

    default: str | None = None
    takes: str = "a number"
    holds: Callable[[Any], bool] = lambda value: True
    words: tuple[str, ...] = ()

    def check(self, owner: str, key: str, value: Value) -> None:
        """Raises InputError where the parameter does not take ``value``."""
        if self.words:
            if value not in self.words:
                raise InputError(f"{owner}: {key} is {value}, expected {' or '.join(self.words)}")
        elif isinstance(value, str):
            raise InputError(f"{owner}: {key} is {value!r}, expected {self.takes}")
        elif not self.holds(value):
            raise InputError(f"{owner}: {key} is {_text(value)}, expected {self.takes}")


def positive(default: str) -> Parameter:
    """A parameter above 0."""
    return Parameter(default, takes="a number above 0", holds=lambda value: value > 0)


def not_negative(default: str) -> Parameter:
    """A parameter from 0 up."""
    return Parameter(default, takes="a number from 0 up", holds=lambda value: value >= 0)


class Row(Record, kw_only=True):
    """A row of a table. A subclass names in ``kind`` what its rows are, for messages, and has their table."""

    kind: ClassVar[str]
    table: ClassVar[Mapping[str, "Row"]]
    may_rest: ClassVar[bool] = False
    """Whether a chosen row may stay unused, so that it may be irrational in an exact file."""

    name: str
    source: str
    """The paper, or the framework's documentation, that the formula follows."""
    aliases: tuple[str, ...] = ()
    perhaps: tuple[str, ...] = ()
    """Names that elsewhere mean this row or another: they only suggest it."""
    parameters: Mapping[str, Parameter] = {}
    together: Callable[..., str | None] = lambda **parameters: None
    """What is wrong between the parameters, if anything."""
    wording: Callable[..., Mapping[str, str]] = lambda **parameters: {}
    """The formulas, by field, that differ where a parameter is a word that chooses another function."""
    rational: bool = False
    """Whether fractions give fractions, so that the row has exact values."""

    def require_rational(self) -> None:
        """Raises InputError where the row has no exact value."""
        if not self.rational:
            why = "it makes numbers that are no fractions, so it has no exact value"
            raise InputError(f"{self.kind} {self.name} is irrational: {why}")


R = TypeVar("R", bound=Row)


class Chosen(Comparable, Generic[R]):
    """A row with a value per parameter. A copy, also one from a pickle, has its row from the table."""

    row: R
    parameters: Mapping[str, Value] = {}

    @property
    def texts(self) -> dict[str, str]:
        return {key: _text(value) for key, value in self.parameters.items()}

    def __str__(self) -> str:
        """The row as a person writes it: ``leaky_relu:negative_slope=0.1``."""
        changed = [
            f":{key}={text}"
            for key, text in self.texts.items()
            if text != _text(_default(self.row.parameters[key], FLOAT64))
        ]
        return self.row.name + "".join(changed)

    def __repr__(self) -> str:
        return f"Chosen({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Chosen):
            return NotImplemented
        same = type(self.row) is type(other.row) and self.row.name == other.row.name
        return same and self.parameters == other.parameters

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (type(self.row), self.row.name, dict(self.parameters))

    def in_dtype(self, dtype: np.dtype[Any]) -> "Chosen[R]":
        """The same with its parameters in ``dtype``.

        Raises InputError for an irrational row or a float where the dtype is exact, and for a number beyond floats.
        """
        wanted: type = Fraction if dtype == EXACT else float
        if dtype == EXACT:
            self.row.require_rational()
        if all(isinstance(value, str | wanted) for value in self.parameters.values()):
            return self
        return replace(self, parameters={key: self._number(key, dtype) for key in self.parameters})

    def _number(self, key: str, dtype: np.dtype[Any]) -> Value:
        value = self.parameters[key]
        place = f"{self.row.name}: {key}"
        if isinstance(value, str):
            return value
        if dtype == EXACT:
            return exact_number(value, lambda: place)
        try:
            number = float(value)
        except OverflowError:
            raise InputError(f"{place} is out of range for {dtype}") from None
        self.row.parameters[key].check(self.row.name, key, number)  # what is above 0 may be 0 as a float
        return number


def _again(kind: type[Row], name: str, parameters: Mapping[str, Value]) -> Chosen[Any]:
    return choose(kind.table, kind.kind, name, parameters)


def choose(
    table: Mapping[str, R], kind: str, name: str, given: Mapping[str, Value], dtype: np.dtype[Any] | None = FLOAT64
) -> Chosen[R]:
    """The row of ``table`` with that name or alias, with its parameters set.

    Defaults are in ``dtype``; None leaves the dtype to ``Chosen.in_dtype``. Raises InputError for an unknown name or
    parameter, for a value that a parameter does not take, for a missing one without a default, and for an irrational
    row where the dtype is exact. ``kind`` says in messages what the table holds.
    """
    row = table.get(name) or next((row for row in table.values() if name in row.aliases), None)
    if row is None:
        meant = [row.name for row in table.values() if name in row.perhaps]
        if meant:
            raise InputError(f"unknown {kind} {name!r}; did you mean {' or '.join(meant)}?")
        raise unknown(kind, name, table)
    if dtype == EXACT and not row.may_rest:
        row.require_rational()
    for key in given:
        if key not in row.parameters:
            if not row.parameters:
                raise InputError(f"{kind} {row.name} has no parameters, but {key} is given")
            raise unknown(f"parameter of {row.name}", key, row.parameters)
    parameters: dict[str, Value] = {}
    for key, parameter in row.parameters.items():
        value = given[key] if key in given else _default(parameter, dtype)
        if value is None:
            raise InputError(f"{kind} {row.name} needs a {key}: {row.name}:{key}=…")
        parameter.check(row.name, key, value)
        parameters[key] = value
    wrong = row.together(**parameters)
    if wrong:
        raise InputError(f"{row.name}: {wrong}")
    wording: Mapping[str, Any] = row.wording(**parameters)
    return Chosen(replace(row, **wording) if wording else row, parameters)


def by_name(*rows: R) -> dict[str, R]:
    """A table from its rows."""
    return {row.name: row for row in rows}


def _default(parameter: Parameter, dtype: np.dtype[Any] | None) -> Value | None:
    if parameter.default is None or parameter.words:
        return parameter.default
    return scalar(parameter.default, EXACT if dtype is None else dtype)


def _text(value: Value | None) -> str:
    """A value as a person writes it, with all its digits: 1, not 1.0; 0.1, also for the fraction 1/10."""
    if value is None or isinstance(value, str):
        return str(value)
    try:
        short = str(float(value)).removesuffix(".0")
    except OverflowError:  # an exact number beyond float64
        return str(value)
    return short if isinstance(value, float) or Fraction(short) == value else str(value)
