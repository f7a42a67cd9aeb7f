"""Tables for people, drawn by Rich: fitted to a terminal, whole everywhere else."""

from collections.abc import Iterable
from io import StringIO

from rich import box
from rich.console import Console, RenderableType
from rich.segment import Segment, Segments
from rich.style import Style as Ink
from rich.table import Table
from rich.text import Text

from nnc.render.fit import FRAME, Strip, fit
from nnc.render.formats import Style
from nnc.render.frame import framed
from nnc.render.numbers import PRECISION, tabled
from nnc.render.report import Block, Fact, Grid, Heading, Report

NO_LIMIT = 1_000_000

STRONG = Ink(bold=True, color="green")
QUIET = Ink(dim=True)


def render(report: Report, style: Style) -> str:
    """The report's blocks with a blank line between tables, then its captions."""
    out = StringIO()
    console = Console(
        file=out,
        width=style.width or NO_LIMIT,
        force_terminal=style.color,
        color_system="standard" if style.color else None,
        no_color=not style.color,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
        force_interactive=False,
        _environ={},
    )
    after: type[Block] | None = None
    for block in report.blocks():
        if after is not None and not (after is Fact and isinstance(block, Fact)):
            console.print()
        for line in _drawn(block, style):
            console.print(line, crop=style.width is not None)
        after = type(block)
    captions = [Text(caption, QUIET) for caption in report.captions()]
    if captions and after is not None:
        console.print()
    for caption in captions:
        console.print(caption)
    return out.getvalue()


def _drawn(block: Block, style: Style) -> Iterable[RenderableType]:
    precision = PRECISION if style.precision is None else style.precision
    if isinstance(block, Heading):
        yield Text(block.text, Ink(bold=True, underline=True))
    elif isinstance(block, Fact):
        ink = STRONG if block.strong else Ink()
        yield Text.assemble(block.name, " = ", (tabled(block.value, precision), ink))
    else:
        if block.title:
            yield Text(block.title, Ink(bold=True))
        yield _table(block, precision, style)


def _table(grid: Grid, precision: int, style: Style) -> RenderableType:
    fitted = style.width is not None and grid.elide
    strips = fit(grid, precision, style.width)
    frame = box.HEAVY_HEAD if grid.strong else box.ROUNDED
    if style.width is None and not style.color:
        text = framed([[_flushed(cell, strip) for cell in (strip.head, *strip.cells)] for strip in strips], frame)
        if text is not None:
            return Segments([Segment(text)])
    table = Table(box=frame)
    for strip in strips:
        table.add_column(Text(_flushed(strip.head, strip)), no_wrap=fitted)
    for index in range(len(strips[0].cells)):
        table.add_row(*(Text(_flushed(strip.cells[index], strip), STRONG if strip.strong else "") for strip in strips))
    return table


def _flushed(text: str, strip: Strip) -> str:
    """The text of a numeric column flushed right. Rich would strip the spaces that put the points below each other."""
    return text.rjust(strip.room - FRAME) if strip.numeric else text
