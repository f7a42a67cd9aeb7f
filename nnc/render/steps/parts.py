"""Equations fitted to a width: on one line, or with one line per sign (= or ≈) and long sums broken."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from nnc.core.formula.tree import Node, Number
from nnc.core.steps.derivation import Line
from nnc.render.formula.notation import Binds, Notation
from nnc.render.numbers import decimal_of, shown

Part = tuple[str, str]
"""A sign, = or ≈, and what follows it."""

_BREAKS = (" + ", " − ", " - ", ", ", "; ")
_NO_BREAK = 100
"""The depth inside the braces of LaTeX, where no line is broken."""


def chain(notation: Notation, line: Line) -> list[Part]:
    """What follows the left side of a line: the formula with its numbers, unless that is just the value; the value."""
    notation.rounded = False
    numbers = None if line.numbers is None else notation.filled(line.numbers, Binds.SUM)
    sign = notation.about if notation.rounded else notation.equal
    value = notation.write(Number(line.value))
    parts: list[Part] = []
    if numbers is not None and numbers != value:
        parts.append((sign, numbers))
    parts.append((notation.about if notation.rounded else notation.equal, value))
    if notation.precision is not None and "/" in shown(line.value, notation.precision):
        parts.append((notation.about, notation.numeral(decimal_of(line.value, notation.precision))))
    return parts


def signed(notation: Notation, expressions: Sequence[Node]) -> list[Part]:
    """Each expression with the sign before it: =, and ≈ from the first one with a rounded number on."""
    notation.rounded = False
    written = []
    for expression in expressions:
        text = notation.write(expression)
        written.append((notation.about if notation.rounded else notation.equal, text))
    return written


def laid_out(left: str, parts: Sequence[Part], width: int) -> list[str]:
    """The lines of an equation."""
    whole = left + "".join(f" {sign} {text}" for sign, text in parts)
    if len(whole) <= width:
        return [whole]
    lines, margin = [], " " * len(left)
    for number, (sign, text) in enumerate(parts):
        first, *others = broken(text, width - len(left) - 3)
        lines.append(f"{margin if number else left} {sign} {first}")
        lines += [f"{margin}   {other}" for other in others]
    return lines


def broken(text: str, width: int, measure: Callable[[str], int] = len) -> list[str]:
    """A text in pieces no wider than ``width``, as far as it can be broken; a piece begins with the sign of a term.

    The outermost places come first: a sum is not broken inside the parentheses of a term that fits.
    """
    if measure(text) <= width:
        return [text]
    places = list(_places(text))
    bounds = [0, *(at for at, _ in places), len(text)]
    sizes = [measure(text[start:end]) for start, end in pairwise(bounds)]
    pieces, first = [], 0
    while first < len(sizes):
        taken, last = sizes[first], first + 1
        while last < len(sizes) and taken + sizes[last] <= width:
            taken += sizes[last]
            last += 1
        if last < len(sizes):  # place i - 1 stands before segment i
            last = min(range(last, first, -1), key=lambda i: places[i - 1][1])
        pieces.append(text[bounds[first] : bounds[last]].strip())
        first = last
    return pieces


def _places(text: str) -> Iterator[tuple[int, int]]:
    """Each index at which a text may be broken, and how many brackets are open there."""
    depth = 0
    for at, sign in enumerate(text):
        if sign in "([":
            depth += 1
        elif sign in ")]":
            depth -= 1
        elif sign == "{" or text.startswith(r"\begin", at):
            depth += _NO_BREAK
        elif sign == "}" or text.startswith(r"\end", at):
            depth -= _NO_BREAK
        elif depth < _NO_BREAK and at and text.startswith(_BREAKS, at):
            yield (at + 1 if sign in ",;" else at), depth + (1 if sign in ",;" else 0)
