"""What a command has to say, before any format: data for programs, grids for people."""

from collections.abc import Iterable, Sequence
from enum import Enum, auto
from fractions import Fraction
from typing import Any, Protocol

import numpy as np

from nnc.core.record import Record

Cell = str | int | float | Fraction | np.generic


class Tone(Enum):
    """What a verdict amounts to, which a place that has colours shows by one."""

    RIGHT = auto()
    DOUBT = auto()
    WRONG = auto()


class Column(Record):
    """A column: its head, and its cells, numbers or text. ``strong`` sets it off; ``tones`` has one for each cell."""

    head: str
    cells: Sequence[Cell] | np.ndarray[Any, Any]
    strong: bool = False
    tones: Sequence[Tone] = ()


class Grid(Record):
    """A table. The first column names the rows; it stays when the middle of a wide table is left out.

    ``elide`` says whether rows and columns may be left out on a terminal that is too small for them all. Where there
    is no terminal, lines are broken at the width of ``page``, if it has one.
    """

    title: str
    columns: Sequence[Column]
    elide: bool = True
    strong: bool = False
    """Whether this table is the one that people look for: the outputs."""
    page: int | None = None

    @property
    def rows(self) -> int:
        return len(self.columns[0].cells) if self.columns else 0


class Heading(Record):
    """A line that begins a part of the report."""

    text: str


class Fact(Record):
    """A name and its one value. ``strong`` sets it off."""

    name: str
    value: Cell
    strong: bool = False
    tone: Tone | None = None


Block = Grid | Heading | Fact


class Report(Protocol):
    """What every format can render."""

    def data(self) -> dict[str, Any]:
        """The whole result as plain values and arrays, for one JSON object."""

    def records(self) -> Iterable[dict[str, Any]]:
        """The result as one JSON object a sample (a class, a row)."""

    def values(self) -> Iterable[Any]:
        """The bare values, arrays or numbers, in order."""

    def blocks(self) -> Iterable[Block]:
        """The result as tables and lines for people."""

    def captions(self) -> Iterable[str]:
        """The conventions that the numbers follow, a line each."""
