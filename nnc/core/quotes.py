"""What other people wrote, made safe to print anywhere: short, on one line, without control characters."""

from collections.abc import Iterable
from itertools import islice

LONGEST = 80
"""The most characters of an answer that are quoted."""
LONGEST_TEXT = 2000
"""The most characters of a title or another text."""
_MOST_ITEMS = 24
_MOST_NAMES = 5
_DEEPEST = 4
_LARGEST = 10**LONGEST


def inert(text: str, longest: int | None = LONGEST) -> str:
    """The text cut to ``longest`` characters (None: whole), with every character escaped that is not printable.

    Those are control characters, line ends, marks that reverse the order of text, and bytes that are no character.
    """
    cut = text if longest is None or len(text) <= longest else text[: longest - 1] + "…"
    if cut.isprintable():
        return cut
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in cut)


def line(text: str) -> str:
    """A text on one line, inert."""
    return inert(" ".join(text.split()), LONGEST_TEXT)


def some(names: Iterable[str]) -> tuple[str, ...]:
    """The first few names, then … where there are more."""
    first = tuple(inert(name) for name in islice(names, _MOST_NAMES + 1))
    return (*first[:_MOST_NAMES], "…") if len(first) > _MOST_NAMES else first


def quotation(given: object) -> str:
    """An answer, cut short: numbers as they were written, lists in brackets; empty for None."""
    return inert(_written(given, 0))


def _written(given: object, depth: int) -> str:
    if isinstance(given, list | tuple | dict):
        opening, closing = "{}" if isinstance(given, dict) else "[]"
        if depth == _DEEPEST:
            return f"{opening}…{closing}"
        items = given.items() if isinstance(given, dict) else ((None, item) for item in given)
        texts = [
            _written(item, depth + 1) if key is None else f"{key}: {_written(item, depth + 1)}"
            for key, item in islice(items, _MOST_ITEMS)
        ]
        return opening + ", ".join([*texts, "…"] if len(given) > _MOST_ITEMS else texts) + closing
    if given is None:
        return "null" if depth else ""
    if isinstance(given, bool):
        return str(given).lower()
    if isinstance(given, int) and abs(given) >= _LARGEST:
        return f"a number of more than {LONGEST} digits"
    return str(given).strip()
