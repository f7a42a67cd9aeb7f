"""The one print: results to standard output, messages to standard error."""

import os
import sys
from collections.abc import Iterable, Mapping
from shutil import get_terminal_size
from typing import TYPE_CHECKING

from nnc.errors import InputError

if TYPE_CHECKING:
    from nnc.render.formats import Style
    from nnc.render.report import Report


def show(
    report: "Report",
    *,
    format: str | None,
    json: bool,
    precision: int | None,
    formats: Mapping[str, str] | None = None,
) -> None:
    """Prints the report in the format that was asked for. Raises InputError for one that is not in ``formats``."""
    from nnc.render.formats import FORMATS, render  # NumPy comes with it, which help and messages do without

    if json and format not in (None, "json"):
        raise InputError(f"--json and --format {format} exclude each other")
    if precision is not None and not 1 <= precision <= 17:
        raise InputError(f"--precision is {precision}, expected significant digits from 1 to 17")
    name = "json" if json else format or "table"
    sys.stdout.write(render(report, name, _style(precision), FORMATS if formats is None else formats))
    sys.stdout.flush()


def warn(warnings: Iterable[str]) -> None:
    """Prints each warning as a line on standard error."""
    for warning in warnings:
        say(f"warning: {warning}")


def say(message: str) -> None:
    """Prints a message on standard error, with control characters made visible: they may come from anyone's file."""
    safe = "".join(sign if sign.isprintable() or sign == "\n" else ascii(sign)[1:-1] for sign in message)
    sys.stderr.write(f"nnc: {safe}\n")


def _style(precision: int | None) -> "Style":
    """A terminal is fitted and coloured; off one, nothing is cut and only FORCE_COLOR colours. NO_COLOR always wins."""
    from nnc.render.formats import Style

    terminal = sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
    color = (terminal or bool(os.environ.get("FORCE_COLOR"))) and not os.environ.get("NO_COLOR")
    return Style(precision, get_terminal_size().columns if sys.stdout.isatty() else None, color)
