"""Tables for people, drawn by Rich: fitted to a terminal, whole everywhere else."""

from collections.abc import Iterable, Sequence
from io import StringIO

from rich import box
from rich.console import Console, RenderableType
from rich.style import Style as Ink
from rich.table import Table
from rich.text import Text

from nnc.render.elision import GAP, kept
from nnc.render.formats import Style
from nnc.render.numbers import PRECISION, shown
from nnc.render.report import Block, Column, Fact, Grid, Heading, Report

ROWS_SHOWN = 20
"""As many rows of a table as stand on a terminal before its middle is left out."""
NO_LIMIT = 1_000_000
FRAME = 3  # columns of a cell's frame: a line and a space on either side

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
            console.print(line)
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
        yield Text.assemble(block.name, " = ", (shown(block.value, precision), ink))
    else:
        if block.title:
            yield Text(block.title, Ink(bold=True))
        yield _table(block, precision, style.width)


def _table(grid: Grid, precision: int, width: int | None) -> Table:
    fits = width is not None and grid.elide
    rows = kept(grid.rows, ROWS_SHOWN if fits else grid.rows)
    left_out = grid.rows - len(rows)
    columns = _fitting(grid, rows, precision, width if fits else None)
    table = Table(box=box.HEAVY_HEAD if grid.strong else box.ROUNDED, show_edge=True)
    drawn = [_cells(column, rows, precision) for column in columns]
    gap = len(rows) // 2
    hidden = len(grid.columns) - len(columns)
    middle = _middle(grid, columns)
    for number, column in enumerate(columns):
        if hidden and number == middle:
            table.add_column(Text(f"{GAP} {hidden} more"), justify="center", no_wrap=True)
        table.add_column(Text(column.head), justify="right" if _numeric(column) else "left", no_wrap=fits)
    for index in range(len(rows)):
        if left_out and index == gap:
            table.add_row(Text(f"{GAP} {left_out} more"), *[GAP] * (len(columns) - 1 + bool(hidden)))
        line = [
            Text(cells[index], STRONG if column.strong else "") for column, cells in zip(columns, drawn, strict=True)
        ]
        if hidden:
            line.insert(middle, Text(GAP))
        table.add_row(*line)
    return table


def _fitting(grid: Grid, rows: Sequence[int], precision: int, width: int | None) -> list[Column]:
    """The columns that fit into ``width``: all, or the labels and as many as fit of the first and the last others."""
    labels, others = list(grid.columns[: grid.labels]), list(grid.columns[grid.labels :])
    if width is None:
        return [*labels, *others]

    def room(column: Column) -> int:
        return FRAME + max(len(column.head), *(len(cell) for cell in _cells(column, rows, precision)), 0)

    # Only as many columns are measured as could ever fit.
    most = width // (FRAME + 1) + 1
    if len(others) <= most and sum(map(room, [*labels, *others])) + 1 <= width:
        return [*labels, *others]
    left = width - 1 - sum(map(room, labels)) - FRAME - len(f"{GAP} {len(others)} more")
    first: list[Column] = []
    last: list[Column] = []
    while len(first) + len(last) < len(others):
        at_start = len(first) <= len(last)
        column = others[len(first)] if at_start else others[-1 - len(last)]
        left -= room(column)
        if left < 0:
            break
        (first if at_start else last).append(column)
    return [*labels, *first, *reversed(last)]


def _middle(grid: Grid, columns: Sequence[Column]) -> int:
    """Where the gap stands among columns of which the middle is left out."""
    return grid.labels + (len(columns) - grid.labels + 1) // 2


def _cells(column: Column, rows: Sequence[int], precision: int) -> list[str]:
    """The cells of these rows as text, numbers with their points below each other."""
    texts = [shown(column.cells[row], precision) for row in rows]
    if not _numeric(column):
        return texts
    tails = [len(text) - _point(text) for text in texts]
    longest = max(tails, default=0)
    return [text + " " * (longest - tail) for text, tail in zip(texts, tails, strict=True)]


def _numeric(column: Column) -> bool:
    return len(column.cells) > 0 and not isinstance(column.cells[0], str)


def _point(text: str) -> int:
    """Where the decimal point stands in a number, or would."""
    return next((at for at, sign in enumerate(text) if sign in ".e"), len(text))
