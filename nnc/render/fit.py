"""Tables as columns of text that fit a terminal: what does not fit is left out of the middle, with a count of it."""

from collections.abc import Sequence
from functools import cached_property

from nnc.core.record import Record
from nnc.render.elision import GAP, kept
from nnc.render.formats import Style
from nnc.render.numbers import PRECISION, tabled
from nnc.render.report import Column, Grid, Tone

ROWS_SHOWN = 20
"""As many rows as stand on a terminal before a table's middle is left out."""
FRAME = 3
"""Characters that a table's frame adds to each column: a line and a space on either side."""


class Strip(Record, dict=True):
    """A column as text: its head and its cells, of the same number in every column; a tone for each cell, or none."""

    head: str
    cells: Sequence[str]
    numeric: bool = False
    strong: bool = False
    tones: Sequence[Tone | None] = ()

    @cached_property
    def room(self) -> int:
        """Characters that the column takes up, with its frame."""
        return FRAME + max(len(self.head), *map(len, self.cells), 0)


def fit(grid: Grid, style: Style) -> list[Strip]:
    """The table's columns as the text that a place can show, numbers with their points below each other.

    Where the place has a width and the table may be elided, at most ``ROWS_SHOWN`` rows, and as many of the first and
    last columns as fit.
    """
    if style.width is None or not grid.elide:
        return [_strip(column, range(grid.rows), style) for column in grid.columns]
    rows = kept(grid.rows, ROWS_SHOWN)
    left_out = grid.rows - len(rows)
    gap = style.text(GAP)
    label = _with_gap(_strip(grid.columns[0], rows, style), left_out, f"{gap} {left_out} more")
    others = grid.columns[1:]
    # Only as many columns are written out as could ever fit: a wide layer has thousands.
    shown = kept(len(others), 2 * (style.width // (FRAME + 1)))
    strips = [_with_gap(_strip(others[i], rows, style), left_out, gap) for i in shown]
    room = style.width - 1 - label.room
    if len(shown) == len(others) and sum(strip.room for strip in strips) <= room:
        return [label, *strips]
    return [label, *_first_and_last(strips, len(others), room, gap)]


def _strip(column: Column, rows: Sequence[int], style: Style) -> Strip:
    precision = PRECISION if style.precision is None else style.precision
    cells = [style.text(tabled(column.cells[row], precision)) for row in rows]
    numeric = any(not isinstance(column.cells[row], str) for row in rows)
    tones = [column.tones[row] for row in rows] if column.tones else ()
    return Strip(style.text(column.head), _aligned(cells) if numeric else cells, numeric, column.strong, tones)


def _aligned(numbers: list[str]) -> list[str]:
    """Numbers padded on the right so that, flushed right, their decimal points are below each other."""
    tails = [len(text) - next((at for at, sign in enumerate(text) if sign in ".e"), len(text)) for text in numbers]
    longest = max(tails, default=0)
    return [text + " " * (longest - tail) for text, tail in zip(numbers, tails, strict=True)]


def _with_gap(strip: Strip, left_out: int, gap: str) -> Strip:
    """The strip with a row for the rows that are left out."""
    if not left_out:
        return strip
    middle = len(strip.cells) // 2
    cells = [*strip.cells[:middle], gap, *strip.cells[middle:]]
    tones = [*strip.tones[:middle], None, *strip.tones[middle:]] if strip.tones else ()
    return Strip(strip.head, cells, strip.numeric, strip.strong, tones)


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
