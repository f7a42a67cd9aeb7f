"""The one print: results to standard output, messages to standard error."""

import os
import sys
from collections.abc import Iterable, Mapping
from io import TextIOWrapper
from shutil import get_terminal_size
from typing import TYPE_CHECKING

from nnc.cli.options import OutputOptions
from nnc.errors import InputError, NncError
from nnc.io.sinks import lead_nowhere, write_whole

if TYPE_CHECKING:
    from nnc.render.formats import Style
    from nnc.render.report import Report


def show(
    report: "Report", output: OutputOptions, formats: Mapping[str, str] | None = None, to: str | None = None
) -> None:
    """Prints the report, or writes it to the file ``to``, in the format that was asked for.

    Raises InputError for a format that is not in ``formats``.
    """
    from nnc.render.formats import FORMATS, Style, render  # NumPy comes with it, which help and messages do without

    if sys.stdout is None and to is None:  # nnc … >&-
        raise NncError("there is no standard output to write to")
    if output.json and output.format not in (None, "json"):
        raise InputError(f"--json and --format {output.format} exclude each other")
    if output.precision is not None and not 1 <= output.precision <= 17:
        raise InputError(f"--precision is {output.precision}, expected significant digits from 1 to 17")
    name = "json" if output.json else output.format or "table"
    style = _style(output.precision) if to is None else Style(output.precision)
    text = render(report, name, style, FORMATS if formats is None else formats)
    if to is None:
        write(text)
    else:
        write_whole(to, text)


def write(text: str) -> None:
    """Prints text on standard output, whatever encoding the locale has given that. Raises NncError where it is full."""
    if isinstance(sys.stdout, TextIOWrapper) and not sys.stdout.isatty():
        sys.stdout.reconfigure(encoding="utf-8")
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        lead_nowhere(sys.stdout.fileno())  # the reader has seen enough
    except OSError as error:
        lead_nowhere(sys.stdout.fileno())
        raise NncError(f"standard output cannot be written: {error.strerror}") from None


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
