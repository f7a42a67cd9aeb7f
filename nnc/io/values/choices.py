"""Activations, losses and methods as people name them: ``relu``, ``huber:delta=0.5``, ``{name: huber, delta: 0.5}``."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, Any, TypeVar

import numpy as np
from msgspec import Meta

from nnc.core.arrays import EXACT, FLOAT64
from nnc.core.given import shown
from nnc.core.rows import Chosen, Row, Value, choose
from nnc.errors import InputError
from nnc.io.values.arrays import to_number

R = TypeVar("R", bound=Row)

Setting = Annotated[Any, Meta(extra_json_schema={"type": ["number", "string"]})]
"""A parameter in a document. Any other type is refused later, where its name is known."""
Choice = str | dict[str, Setting]
"""A row in a document: its name, or a mapping of name and parameters."""


def read_choice(choice: Choice, table: Mapping[str, R], kind: str, dtype: np.dtype[Any] | None) -> Chosen[R]:
    """The row of ``table`` that ``choice`` names, with its parameters as numbers of ``dtype``.

    With None they stay as they are written until ``Chosen.in_dtype``. ``kind`` is what messages call a row. Raises
    InputError for an unknown name or parameter, and for a value that the parameter does not take.
    """
    if isinstance(choice, str):
        name, given = _split(choice, kind)
    elif not isinstance(choice, Mapping):
        raise InputError(f"{kind} is {shown(choice)}, expected a name, or a mapping of name and parameters")
    else:
        given = {str(key): value for key, value in choice.items()}
        if "name" not in given:
            raise InputError(f"{kind} has no name, expected {{name: …, parameter: value}}")
        name = str(given.pop("name"))
    return choose(table, kind, name, {key: _value(key, leaf, dtype) for key, leaf in given.items()}, dtype)


def read_choices(text: str, table: Mapping[str, R], kind: str, dtype: np.dtype[Any]) -> list[Chosen[R]]:
    """The rows of a list such as ``leaky_relu:negative_slope=0.1,identity``."""
    return [read_choice(one.strip(), table, kind, dtype) for one in text.split(",")]


def _split(text: str, kind: str) -> tuple[str, dict[str, object]]:
    name, *settings = (piece.strip() for piece in text.split(":"))
    if not name:
        raise InputError(f"{kind} has no name, expected NAME or NAME:parameter=value")
    given: dict[str, object] = {}
    for setting in settings:
        key, equals, value = (piece.strip() for piece in setting.partition("="))
        if not equals or not key or not value:
            raise InputError(f"{kind} {name}: {setting!r} is no parameter, expected parameter=value: {name}:key=0.5")
        if key in given:
            raise InputError(f"{kind} {name}: {key} is given twice")
        given[key] = value
    return name, given


def _value(key: str, leaf: object, dtype: np.dtype[Any] | None) -> Value:
    """A number if the text is one, else the word itself. The row says which of the two it takes."""
    leaf = leaf.item() if isinstance(leaf, np.generic) else leaf
    if isinstance(leaf, Fraction):
        return leaf
    try:
        as_written = FLOAT64 if isinstance(leaf, float) else EXACT
        return to_number(leaf, as_written if dtype is None else dtype)
    except InputError as error:
        if isinstance(leaf, str):
            return leaf
        raise InputError(f"{key} {error.message}") from None
