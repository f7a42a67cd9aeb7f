"""Tables as columns of text that fit a terminal: what does not fit is left out of the middle, with a count of it."""

from collections.abc import Sequence
from functools import cached_property

from msgspec import Struct

from nnc.render.elision import GAP, kept
from nnc.render.numbers import tabled
from nnc.render.report import Column, Grid

ROWS_SHOWN = 20
"""As many rows as stand on a terminal before a table's middle is left out."""
FRAME = 3
"""Characters that a table's frame adds to each column: a line and a space on either side."""


class Strip(Struct, frozen=True, eq=False, dict=True):
    """A column as text: its head and its cells, of the same number in every column."""

    head: str
    cells: Sequence[str]
    numeric: bool = False
    strong: bool = False

    @cached_property
    def room(self) -> int:
        """Characters that the column takes up, with its frame."""
        return FRAME + max(len(self.head), *map(len, self.cells), 0)


def fit(grid: Grid, precision: int, width: int | None) -> list[Strip]:
    """The table's columns as text, numbers with their points below each other.

    Where ``width`` is a number and the table may be elided, at most ``ROWS_SHOWN`` rows, and as many of the first and
    last columns as fit.
    """
    if width is None or not grid.elide:
        return [_strip(column, range(grid.rows), precision) for column in grid.columns]
    rows = kept(grid.rows, ROWS_SHOWN)
    left_out = grid.rows - len(rows)
    label = _with_gap(_strip(grid.columns[0], rows, precision), left_out, counted=True)
    others = grid.columns[1:]
    # Only as many columns are written out as could ever fit: a wide layer has thousands.
    shown = kept(len(others), 2 * (width // (FRAME + 1)))
    strips = [_with_gap(_strip(others[i], rows, precision), left_out, counted=False) for i in shown]
    room = width - 1 - label.room
    if len(shown) == len(others) and sum(strip.room for strip in strips) <= room:
        return [label, *strips]
    return [label, *_first_and_last(strips, len(others), room)]


def _strip(column: Column, rows: Sequence[int], precision: int) -> Strip:
    cells = [tabled(column.cells[row], precision) for row in rows]
    numeric = bool(rows) and not isinstance(column.cells[rows[0]], str)
    return Strip(column.head, _aligned(cells) if numeric else cells, numeric, column.strong)


def _aligned(numbers: list[str]) -> list[str]:
    """Numbers padded on the right so that, flushed right, their decimal points are below each other."""
    tails = [len(text) - next((at for at, sign in enumerate(text) if sign in ".e"), len(text)) for text in numbers]
    longest = max(tails, default=0)
    return [text + " " * (longest - tail) for text, tail in zip(numbers, tails, strict=True)]


def _with_gap(strip: Strip, left_out: int, *, counted: bool) -> Strip:
    """The strip with a row for the rows that are left out, which one column counts."""
    if not left_out:
        return strip
    middle = len(strip.cells) // 2
    gap = f"{GAP} {left_out} more" if counted else GAP
    return Strip(strip.head, [*strip.cells[:middle], gap, *strip.cells[middle:]], strip.numeric, strip.strong)


def _first_and_last(strips: list[Strip], count: int, room: int) -> list[Strip]:
    """As many of the first and last of ``count`` columns as fit into ``room``, and a column for those between."""
    room -= FRAME + len(f"{GAP} {count} more")
    first: list[Strip] = []
    last: list[Strip] = []
    while len(first) + len(last) < len(strips):
        strip = strips[len(first)] if len(first) <= len(last) else strips[-1 - len(last)]
        room -= strip.room
        if room < 0 and first:  # a terminal too narrow for one column is cut by Rich
            break
        (first if len(first) <= len(last) else last).append(strip)
    gap = Strip(f"{GAP} {count - len(first) - len(last)} more", [GAP] * len(strips[0].cells))
    return [*first, gap, *reversed(last)]
