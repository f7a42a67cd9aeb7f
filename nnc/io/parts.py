"""Parts of quantities as people write them, counted from 1: ``y_hat``, ``a1[2]``, ``dW2[1,1]``."""

import re

from nnc.errors import InputError

_PART = r"([A-Za-z_]\w*)(?:\[\s*(\d{1,9}(?:\s*,\s*\d{1,9})*)\s*\])?"


def read_parts(text: str) -> list[tuple[str, tuple[int, ...]]]:
    """The parts in a list such as ``loss,dW2[1,1]``; see ``read_part``."""
    return [read_part(part) for part in re.split(r",(?![^\[]*\])", text)]


def read_part(text: str) -> tuple[str, tuple[int, ...]]:
    """The quantity's name, and the index counted from 0; no index where the whole quantity is meant.

    Raises InputError for what is neither, and for an index of 0.
    """
    match = re.fullmatch(_PART, text.strip(), re.ASCII)
    if match is None:
        raise InputError(f"{text!r} is no quantity or part of one, as in y_hat, a1[2] or dW2[1,1]")
    index = tuple(int(number) - 1 for number in match[2].split(",")) if match[2] else ()
    if any(number < 0 for number in index):
        raise InputError(f"{text} has the index 0, but parts of quantities are counted from 1")
    return match[1], index
