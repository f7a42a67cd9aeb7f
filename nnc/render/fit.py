"""Tables as columns of text that fit a terminal. What does not fit is left out of the middle, and counted."""

from collections.abc import Sequence
from functools import cached_property

from nnc.core.record import Record
from nnc.render.elision import GAP, kept, with_gap
from nnc.render.formats import Style
from nnc.render.numbers import PRECISION, aligned, tabled
from nnc.render.report import Column, Grid, Tone

ROWS_SHOWN = 20
"""The most rows of a table on a terminal; of a longer one the middle is left out."""
FRAME = 3
"""Characters that the frame adds to each column: a line, and a space on either side."""


class Strip(Record, dict=True):
    """A column as text: its head, its cells, and a tone per cell or none at all."""

    head: str
    cells: Sequence[str]
    numeric: bool = False
    strong: bool = False
    tones: Sequence[Tone | None] = ()

    @cached_property
    def room(self) -> int:
        """The width of the column in characters, with its frame."""
        return FRAME + max(len(self.head), *map(len, self.cells), 0)


def fit(grid: Grid, style: Style) -> list[Strip]:
    """The table's columns as text that fits the place, the decimal points of numbers below each other.

    Where the place has a width and the table may be elided, these are at most ``ROWS_SHOWN`` rows, and as many of the
    first and the last columns as fit.
    """
    if style.width is None or not grid.elide:
        return [_strip(column, range(grid.rows), style) for column in grid.columns]
    rows = kept(grid.rows, ROWS_SHOWN)
    gap = style.text(GAP)
    label = _strip(grid.columns[0], rows, style, f"{gap} {grid.rows - len(rows)} more")
    others = grid.columns[1:]
    # Only as many columns are written out as could ever fit: a wide layer has thousands.
    shown = kept(len(others), 2 * (style.width // (FRAME + 1)))
    strips = [_strip(others[i], rows, style, gap) for i in shown]
    room = style.width - 1 - label.room
    if len(shown) == len(others) and sum(strip.room for strip in strips) <= room:
        return [label, *strips]
    return [label, *_first_and_last(strips, len(others), room, gap)]


def _strip(column: Column, rows: Sequence[int], style: Style, gap: str = "") -> Strip:
    """These rows of a column as text, with a ``gap`` for the others."""
    count = len(column.cells)
    cells = [style.text(tabled(column.cells[row], style.precision or PRECISION)) for row in rows]
    numeric = any(not isinstance(column.cells[row], str) for row in rows)
    cells = with_gap(aligned(cells) if numeric else cells, count, gap)
    tones = with_gap([column.tones[row] for row in rows], count, None) if column.tones else ()
    return Strip(style.text(column.head), cells, numeric, column.strong, tones)


def _first_and_last(strips: list[Strip], count: int, room: int, gap: str) -> list[Strip]:
    """As many of the first and last of ``count`` columns as fit into ``room``, and a column for those between."""
    room -= FRAME + len(f"{gap} {count} more")
    first: list[Strip] = []
    last: list[Strip] = []
    while len(first) + len(last) < len(strips):
        strip = strips[len(first)] if len(first) <= len(last) else strips[-1 - len(last)]
        room -= strip.room
        if room < 0 and first:  # a terminal too narrow for one column is cut by Rich
            break
        (first if len(first) <= len(last) else last).append(strip)
    between = Strip(f"{gap} {count - len(first) - len(last)} more", [gap] * len(strips[0].cells))
    return [*first, between, *reversed(last)]
