"""Tables for people, drawn by Rich: fitted to a terminal, and whole everywhere else."""

from collections.abc import Iterable, Sequence
from io import StringIO

from rich import box
from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.segment import Segment, Segments
from rich.style import Style as Ink
from rich.table import Table
from rich.text import Text

from nnc.render.fit import FRAME, Strip, fit
from nnc.render.formats import Style
from nnc.render.numbers import PRECISION, tabled
from nnc.render.report import Block, Fact, Grid, Heading, Report, Tone

NO_LIMIT = 1_000_000

TONES = {
    Tone.RIGHT: Ink(bold=True, color="green"),
    Tone.DOUBT: Ink(bold=True, color="yellow"),
    Tone.WRONG: Ink(bold=True, color="red"),
}
STRONG = Ink(bold=True, color="cyan")
QUIET = Ink(dim=True)
CUT = ">"
"""What takes the place of Rich's … on a terminal that has no such sign; it is as wide."""


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
        page = block.page if isinstance(block, Grid) and style.width is None else None
        for line in _drawn(block, style):
            console.print(line, width=page, crop=style.width is not None)
        after = type(block)
    captions = [Text(style.text(caption), QUIET) for caption in report.captions()]
    if captions and after is not None:
        console.print()
    for caption in captions:
        console.print(caption)
    text = out.getvalue()
    return text if style.encoding is None else text.replace("…", CUT)


def _drawn(block: Block, style: Style) -> Iterable[RenderableType]:
    if isinstance(block, Heading):
        yield Text(style.text(block.text), Ink(bold=True, underline=True))
    elif isinstance(block, Fact):
        value = tabled(block.value, style.precision or PRECISION)
        yield Text.assemble(style.text(block.name), " = ", (style.text(value), _ink(block.tone, block.strong)))
    else:
        if block.title:
            yield Text(style.text(block.title), Ink(bold=True))
        yield _table(block, style)


def _table(grid: Grid, style: Style) -> RenderableType:
    fitted = style.width is not None and grid.elide
    strips = fit(grid, style)
    frame = box.HEAVY_HEAD if grid.strong else box.ROUNDED
    if style.encoding is not None:
        frame = box.ASCII_DOUBLE_HEAD if grid.strong else box.ASCII2
    elif style.width is None and not style.color and grid.page is None:
        text = _framed([[_flushed(cell, strip) for cell in (strip.head, *strip.cells)] for strip in strips], frame)
        if text is not None:
            return Segments([Segment(text)])
    table = Table(box=frame)
    for strip in strips:
        table.add_column(Text(_flushed(strip.head, strip)), no_wrap=fitted)
    for index in range(len(strips[0].cells)):
        inks = (_ink(strip.tones[index] if strip.tones else None, strip.strong) for strip in strips)
        table.add_row(*(Text(_flushed(s.cells[index], s), ink) for s, ink in zip(strips, inks, strict=True)))
    return table


def _framed(columns: Sequence[Sequence[str]], frame: box.Box) -> str | None:
    """A whole table without colour, as Rich draws it but many times as fast. A column is a head and cells.

    None where a cell has several lines, or signs that Rich draws in its own way.
    """
    if not all(text.isprintable() for column in columns for text in column):
        return None
    widths = [max(map(_length, column)) + 2 for column in columns]
    padded = [
        [f" {text}{' ' * (width - 1 - _length(text))}" for text in column]
        for column, width in zip(columns, widths, strict=True)
    ]
    head, *rows = zip(*padded, strict=True)
    return "\n".join(
        [
            frame.get_top(widths),
            f"{frame.head_left}{frame.head_vertical.join(head)}{frame.head_right}",
            frame.get_row(widths, "head"),
            *(f"{frame.mid_left}{frame.mid_vertical.join(row)}{frame.mid_right}" for row in rows),
            frame.get_bottom(widths),
            "",
        ]
    )


def _length(text: str) -> int:
    return len(text) if text.isascii() else cell_len(text)


def _ink(tone: Tone | None, strong: bool) -> Ink:
    if tone:
        return TONES[tone]
    return STRONG if strong else Ink()


def _flushed(text: str, strip: Strip) -> str:
    """The text, flushed right in a numeric column. Rich would strip the spaces that align the decimal points."""
    return text.rjust(strip.room - FRAME) if strip.numeric else text
