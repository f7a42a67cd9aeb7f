"""The names of quantities and of their numbers, and their reader.

Names count from 1: ``y_hat``, ``a1[2]``, ``dW2[1,1]``; those of class weights have the class, ``weights[A]``.
"""

import re
from itertools import pairwise

from msgspec import Struct

from nnc.errors import InputError

_PLACE = r"(?a)([A-Za-z_]\w*)(?:\[([^\[\]]*)\])?"
_INDEX = r"(?a)\s*\d{1,18}(?:\s*,\s*\d{1,18})*\s*"

Index = tuple[int, ...]
"""The place of a number in an array, from 0."""


class Place(Struct, frozen=True):
    """A quantity, or its number at an index from 0; its text counts from 1."""

    name: str
    index: Index = ()

    def __str__(self) -> str:
        return f"{self.name}[{','.join(str(i + 1) for i in self.index)}]" if self.index else self.name


def read_places(text: str) -> list[Place]:
    """The places in a list such as ``loss,dW2[1,1]``. Raises InputError as ``read_place`` does."""
    ends = [found.start() for found in re.finditer(r"\[[^\[\]]*\]|,", text) if found[0] == ","]
    return [read_place(text[start + 1 : end]) for start, end in pairwise([-1, *ends, len(text)])]


def read_place(text: str) -> Place:
    """The place that a text names. Raises InputError for other text, and for an index of 0."""
    name, inside = split_place(text)
    return Place(name, () if inside is None else read_index(inside, text))


def split_place(text: str) -> tuple[str, str | None]:
    """The quantity's name, and what stands in brackets behind it. Raises InputError for other text."""
    match = re.fullmatch(_PLACE, text.strip())
    if match is None:
        raise _no_place(text)
    return match[1], match[2]


def read_index(inside: str, text: str) -> Index:
    """The index, from 0, that stands in the brackets of ``text``. Raises InputError as ``read_place`` does."""
    if not re.fullmatch(_INDEX, inside):
        raise _no_place(text)
    index = tuple(int(number) - 1 for number in inside.split(","))
    if any(number < 0 for number in index):
        raise InputError(f"{text} has the index 0, but parts of quantities are counted from 1")
    return index


def of_layer(letter: str, layer: int) -> str:
    """A layer's quantity: z2."""
    return f"{letter}{layer}"


def below(layer: int) -> str:
    """What a layer takes: x, or the activations of the layer before it."""
    return of_layer("a", layer - 1) if layer > 1 else "x"


def slope(layer: int) -> str:
    """f′ of a layer: da_dz2."""
    return f"da_dz{layer}"


def outputs(last: int) -> set[str]:
    """The two names of what the last layer gives. A loss of z steps over them."""
    return {"y_hat", of_layer("a", last)}


def last_factors(last: int) -> set[str]:
    """The two factors of the last dz. A dz that comes from z at once steps over them."""
    return {"dy_hat", slope(last)}


def by(quantity: str) -> str:
    """The derivative by a quantity: dz2."""
    return f"d{quantity}"


def _no_place(text: str) -> InputError:
    return InputError(f"{text!r} is no quantity or part of one, as in y_hat, a1[2] or dW2[1,1]")
