"""Everything that nnc refuses, in one tree.

The command line catches ``NncError`` once and prints it as one message. Any other exception is a fault of nnc; see
``nnc.__main__``.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager


class NncError(Exception):
    """The call or its input is wrong. The person who made it can mend it."""


class InputError(NncError):
    """A file, a value or an option is wrong.

    ``source`` is where the person can mend it, a file or an option (``w.json``, ``--x``). The code that finds the
    fault seldom knows it; the code that opened the source adds it, see ``blame``. Core knows no sources. It says
    which of its inputs the fault is ``about`` (``x``), see ``attributed``.
    """

    def __init__(self, message: str, source: str | None = None, about: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.source = source
        self.about = about

    def __str__(self) -> str:
        return f"{self.source}: {self.message}" if self.source else self.message


class NotFiniteError(NncError):
    """A quantity of the calculation is infinite or undefined."""

    def __init__(self, quantity: str, detail: str) -> None:
        super().__init__(f"{quantity} is not finite: {detail}")
        self.quantity = quantity


@contextmanager
def blame(source: str) -> Iterator[None]:
    """Names ``source`` in every InputError that leaves the block without a source."""
    try:
        yield
    except InputError as error:
        if error.source is None:
            error.source = source
        raise


@contextmanager
def about(subject: str) -> Iterator[None]:
    """Says of every InputError that leaves the block that it is about the input ``subject``."""
    try:
        yield
    except InputError as error:
        error.about = error.about or subject
        raise


@contextmanager
def attributed(sources: Mapping[str, str]) -> Iterator[None]:
    """Names, in every InputError that leaves the block, the source of the input that it is about."""
    try:
        yield
    except InputError as error:
        if error.source is None and error.about is not None:
            error.source = sources.get(error.about)
        raise


@contextmanager
def within(place: str) -> Iterator[None]:
    """Puts a place inside the source before the message of every InputError that leaves the block."""
    try:
        yield
    except InputError as error:
        raise InputError(f"{place}: {error.message}", error.source) from None


def counted(count: int, noun: str, plural: str = "") -> str:
    """``1 value``, ``2 values``: a count with its noun."""
    return f"{count} {noun}" if count == 1 else f"{count} {plural or noun + 's'}"


def either(names: Iterable[str]) -> str:
    """``a, b or c``: names to choose one from."""
    *others, last = names
    return f"{', '.join(others)} or {last}" if others else last


def nearest(name: str, known: Iterable[str]) -> str:
    """The end of a message: the known name that is most like ``name``, or all of them if none is near."""
    from difflib import get_close_matches  # only a failing call pays for it

    names = list(known)
    folded = {candidate.casefold(): candidate for candidate in reversed(names)}
    close = get_close_matches(name.casefold(), folded, n=1, cutoff=0.6)
    if close:
        return f"did you mean {folded[close[0]]}?"
    return f"known: {', '.join(names)}"


def unknown(kind: str, name: object, known: Iterable[str]) -> InputError:
    """The error for a name that is in no table, with the nearest one that is."""
    if not isinstance(name, str):
        return InputError(f"{kind} is of type {type(name).__name__}, expected a name: {', '.join(known)}")
    return InputError(f"unknown {kind} {name!r}; {nearest(name, known)}")


def require_known(kind: str, name: object, known: Collection[str]) -> None:
    """Raises the error of ``unknown`` for a name that is not known."""
    if not isinstance(name, str) or name not in known:
        raise unknown(kind, name, known)
