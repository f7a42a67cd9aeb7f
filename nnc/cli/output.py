"""The one print: results to standard output or to a file."""

import os
import signal
import sys
from io import TextIOWrapper
from shutil import get_terminal_size
from typing import TYPE_CHECKING

from nnc.cli.messages import limits
from nnc.cli.options import OutputOptions
from nnc.errors import InputError, NncError
from nnc.io.text.sinks import lead_nowhere, write_whole
from nnc.render.formats import Style, render

if TYPE_CHECKING:
    from nnc.render.report import Report


def show(report: "Report", output: OutputOptions, to: str | None = None) -> None:
    """Prints the report, or writes it to the file ``to``. Raises InputError for a format that the report has not."""
    if output.json and output.format not in (None, "json"):
        raise InputError(f"--json and --format {output.format} exclude each other")
    if output.precision is not None and not 1 <= output.precision <= 17:
        raise InputError(f"--precision is {output.precision}, expected significant digits from 1 to 17")
    name = "json" if output.json else output.format or "table"
    style = _style(output.precision) if to is None else Style(output.precision)
    text = render(report, name, style)
    if to is None:
        write(text)
    else:
        if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
            signal.signal(signal.SIGINT, signal.default_int_handler)  # raises, so that half a file is removed
        write_whole(to, text)


def write(text: str) -> None:
    """Prints text on standard output, in UTF-8 unless that is a terminal with another encoding.

    Raises NncError where there is no standard output, and where it cannot be written.
    """
    if sys.stdout is None:  # nnc … >&-
        raise NncError("there is no standard output to write to")
    encoding = terminal_limits()
    if encoding:
        from nnc.render.signs import spelled

        text = spelled(text, encoding)
    elif isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        lead_nowhere(sys.stdout.fileno())  # the reader has seen enough
    except OSError as error:
        lead_nowhere(sys.stdout.fileno())
        raise NncError(f"standard output cannot be written: {error.strerror}") from None


def terminal_limits() -> str | None:
    """The encoding of standard output if that is a terminal without all signs; else None."""
    return limits(sys.stdout.encoding) if _on_terminal() else None


def _on_terminal() -> bool:
    return sys.stdout is not None and sys.stdout.isatty()


def _style(precision: int | None) -> Style:
    """On a terminal output is fitted and coloured. Elsewhere it is whole, and coloured only with FORCE_COLOR.

    NO_COLOR always wins.
    """
    terminal = _on_terminal()
    color = (terminal and os.environ.get("TERM") != "dumb") or bool(os.environ.get("FORCE_COLOR"))
    return Style(
        precision,
        get_terminal_size().columns if terminal else None,
        color and not os.environ.get("NO_COLOR"),
        terminal_limits(),
    )
