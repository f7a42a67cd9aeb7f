"""Parts of quantities as people write them, counted from 1: ``y_hat``, ``a1[2]``, ``dW2[1,1]``."""

import re
from itertools import pairwise

from nnc.errors import InputError

_PART = r"(?a)([A-Za-z_]\w*)(?:\[([^\[\]]*)\])?"
_INDEX = r"(?a)\s*\d{1,18}(?:\s*,\s*\d{1,18})*\s*"


def read_parts(text: str) -> list[tuple[str, tuple[int, ...]]]:
    """The parts in a list such as ``loss,dW2[1,1]``; see ``read_part``."""
    ends = [found.start() for found in re.finditer(r"\[[^\[\]]*\]|,", text) if found[0] == ","]
    return [read_part(text[start + 1 : end]) for start, end in pairwise([-1, *ends, len(text)])]


def read_part(text: str) -> tuple[str, tuple[int, ...]]:
    """The quantity's name, and the index counted from 0; no index where the whole quantity is meant.

    Raises InputError for what is neither, and for an index of 0.
    """
    name, inside = split_part(text)
    return name, () if inside is None else read_index(inside, text)


def split_part(text: str) -> tuple[str, str | None]:
    """The quantity's name, and what stands in brackets behind it. Raises InputError for what is no name of a part."""
    match = re.fullmatch(_PART, text.strip())
    if match is None:
        raise _no_part(text)
    return match[1], match[2]


def read_index(inside: str, text: str) -> tuple[int, ...]:
    """The index that stands in the brackets of ``text``, counted from 0. Raises as ``read_part``."""
    if not re.fullmatch(_INDEX, inside):
        raise _no_part(text)
    index = tuple(int(number) - 1 for number in inside.split(","))
    if any(number < 0 for number in index):
        raise InputError(f"{text} has the index 0, but parts of quantities are counted from 1")
    return index


def _no_part(text: str) -> InputError:
    return InputError(f"{text!r} is no quantity or part of one, as in y_hat, a1[2] or dW2[1,1]")
