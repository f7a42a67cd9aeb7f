"""The formats by name."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import cast

from nnc.core.quotes import inert
from nnc.core.record import Record
from nnc.errors import InputError, unknown
from nnc.render.report import Report


class Style(Record):
    """How a person wants to see numbers, and what the place where they see them can show.

    ``precision`` is in significant digits, None where nobody said; ``width`` is a terminal's, in columns, None where
    there is no terminal and nothing need be cut; ``encoding`` is a terminal's that has not every sign.
    """

    precision: int | None = None
    width: int | None = None
    color: bool = False
    encoding: str | None = None

    def text(self, text: str) -> str:
        """A piece of text as it is laid out there: nothing in it acts on a terminal, and every sign can be shown."""
        safe = inert(text, None)
        if self.encoding is None:
            return safe
        from nnc.render.signs import spelled  # few terminals are not UTF-8

        return spelled(safe, self.encoding)


FORMATS = {
    "table": "nnc.render.table",
    "json": "nnc.render.json_text",
    "ndjson": "nnc.render.json_lines",
    "plain": "nnc.render.plain",
}
"""name -> the module whose ``render`` writes it; imported when it is used, for Rich is slow to import."""


ELSEWHERE = {
    **dict.fromkeys(("markdown", "latex"), "writes down derivations, so it goes with --steps"),
    **dict.fromkeys(
        ("csv", "tap", "junit", "gradescope"), "writes down marks, so it goes with nnc check SHEET ANSWERS"
    ),
}
"""The formats that only some reports have, and which."""


def render(report: Report, name: str, style: Style, formats: Mapping[str, str] = FORMATS) -> str:
    """The report in the format called ``name``, ending in a line feed. Raises InputError for an unknown format."""
    if name not in formats:
        if name in ELSEWHERE:
            raise InputError(f"format {name} {ELSEWHERE[name]}")
        raise unknown("format", name, formats)
    write = cast(Callable[[Report, Style], str], import_module(formats[name]).render)
    return write(report, style)
