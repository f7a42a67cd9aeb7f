"""Messages on standard error. They never end a call: what cannot be written there is lost."""

import os
import sys
from collections.abc import Iterable

from nnc.core.quotes import inert
from nnc.io.text.sinks import lead_nowhere

_LONGEST = 300
"""Characters of an unexpected error that are quoted."""
_NO_MEMORY = ("failed to map segment", "annot allocate memory")
"""What the loader of libraries and the system say where memory ends."""


def say(message: str) -> None:
    """Prints a message as one line, with control characters made visible: they may come from anyone's file."""
    _tell(f"nnc: {inert(message, None)}\n")


def warn(warnings: Iterable[str]) -> None:
    """Prints each warning as a line."""
    for warning in warnings:
        say(f"warning: {warning}")


def count(done: int, total: int) -> None:
    """Counts on a terminal what there is to wait for; the last of it clears the line."""
    if total == 1 or sys.stderr is None or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        return
    _tell(f"\r{done} of {total}" if done < total else "\r\x1b[K")


def unexpected(error: Exception) -> int:
    """Says what nobody foresaw, and returns the exit status: 2 where memory ran out, else 70, for nnc is to blame."""
    if isinstance(error, MemoryError) or any(words in str(error) for words in _NO_MEMORY):
        say("out of memory: the call needs more than there is, or than ulimit -v leaves")
        return 2
    if os.environ.get("NNC_DEBUG"):
        from traceback import format_exception

        _tell("".join(format_exception(error)))
    what = inert(f"{type(error).__name__}: {error}", _LONGEST)
    say(f"this is a fault of nnc, not of the call: {what}; NNC_DEBUG=1 shows where")
    return 70


def limits(encoding: str | None) -> str | None:
    """The encoding, where it has not every sign; None where it has."""
    return None if encoding is None or "utf" in encoding.lower() else encoding


def _tell(text: str) -> None:
    if sys.stderr is None:  # nnc … 2>&-
        return
    encoding = limits(sys.stderr.encoding)
    if encoding:
        from nnc.render.signs import spelled

        text = spelled(text, encoding)
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except OSError:
        lead_nowhere(sys.stderr.fileno())
