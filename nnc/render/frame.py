"""Tables drawn whole and without colour: as Rich draws them, many times as fast."""

from collections.abc import Sequence

from rich.box import Box
from rich.cells import cell_len


def framed(columns: Sequence[Sequence[str]], frame: Box) -> str | None:
    """The lines of a table of columns, each a head and cells.

    None where a cell is of several lines or has signs that Rich draws in its own way.
    """
    if not all(text.isprintable() for column in columns for text in column):
        return None
    padded = list(map(_padded, columns))
    widths = [_length(column[0]) for column in padded]
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


def _padded(texts: Sequence[str]) -> list[str]:
    """The texts of a column at its width, with a space on either side."""
    lengths = list(map(_length, texts))
    width = max(lengths)
    return [f" {text}{' ' * (width - length)} " for text, length in zip(texts, lengths, strict=True)]


def _length(text: str) -> int:
    return len(text) if text.isascii() else cell_len(text)
