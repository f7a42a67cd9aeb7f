"""What a command reports, before any format: data for programs, tables for people."""

from collections.abc import Iterable, Sequence
from enum import Enum, auto
from fractions import Fraction
from typing import Any

import numpy as np

from nnc.core.record import Record
from nnc.render.formats import RESULTS, Subject

Cell = str | int | float | Fraction | np.generic


class Tone(Enum):
    """What a verdict amounts to; a terminal with colours shows it by one."""

    RIGHT = auto()
    DOUBT = auto()
    WRONG = auto()


class Column(Record):
    """A column: its head, and its cells, numbers or text. ``strong`` makes it stand out; ``tones`` has one per cell."""

    head: str
    cells: Sequence[Cell] | np.ndarray[Any, Any]
    strong: bool = False
    tones: Sequence[Tone] = ()


class Grid(Record):
    """A table. Its first column names the rows and is never left out.

    With ``elide``, a terminal that is too small leaves out rows and columns. Off a terminal, lines are broken at the
    width of ``page``, if there is one.
    """

    title: str
    columns: Sequence[Column]
    elide: bool = True
    strong: bool = False
    """Whether this is the table that people look for."""
    page: int | None = None

    @property
    def rows(self) -> int:
        return len(self.columns[0].cells) if self.columns else 0


class Heading(Record):
    """A line that begins a part of the report."""

    text: str


class Fact(Record):
    """A name and its one value. ``strong`` makes it stand out."""

    name: str
    value: Cell
    strong: bool = False
    tone: Tone | None = None


Block = Grid | Heading | Fact


class Report(Record):
    """What every format can render, or the formats of its subject."""

    @property
    def subject(self) -> Subject:
        """What it is about, by which it has its formats."""
        return RESULTS

    def data(self) -> dict[str, Any]:
        """The whole result as plain values and arrays, for one JSON object."""
        raise NotImplementedError

    def records(self) -> Iterable[dict[str, Any]]:
        """The result as one JSON object per sample (class, row), or as the one object that it is."""
        yield self.data()

    def values(self) -> Iterable[Any]:
        """The values alone, arrays or numbers, in order."""
        raise NotImplementedError

    def blocks(self) -> Iterable[Block]:
        """The result as tables and lines for people."""
        raise NotImplementedError

    def captions(self) -> Iterable[str]:
        """The conventions that the numbers follow, one per line."""
        return ()
