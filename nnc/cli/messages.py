"""Messages on standard error. They never end a call; what cannot be written there is lost."""

import os
import sys
from collections.abc import Iterable

from nnc.core.quotes import inert
from nnc.io.text.sinks import lead_nowhere

_LONGEST = 300
"""The most characters of an unexpected error in a message."""
_NO_MEMORY = ("failed to map segment", "annot allocate memory")
"""What the library loader and the system say when there is no memory left."""


def say(message: str) -> None:
    """Prints a message as one line. Control characters, which may come from anyone's file, are made visible."""
    _tell(f"nnc: {inert(message, None)}\n")


def warn(warnings: Iterable[str]) -> None:
    """Prints each warning as a line."""
    for warning in warnings:
        say(f"warning: {warning}")


def count(done: int, total: int) -> None:
    """Shows on a terminal how much is done; the last call clears the line."""
    if total == 1 or sys.stderr is None or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        return
    _tell(f"\r{done} of {total}" if done < total else "\r\x1b[K")


def unexpected(error: Exception) -> int:
    """Reports an error that was not foreseen. Returns the exit status: 2 if memory ran out, else 70, a fault of nnc."""
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
    """The encoding if it has not all signs, else None."""
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
