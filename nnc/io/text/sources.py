"""Bytes of files and of standard input, checked to be UTF-8 text."""

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from nnc.errors import InputError, blame

LARGEST_INPUT = 2**30  # bytes: far more than any network of an exercise; /dev/zero has no end

_CHUNK = 2**20
_MOST_NAMES = 10_000  # in a folder, when the nearest name of a missing file is searched

# UTF-32 comes first: its little-endian mark begins with that of UTF-16.
_WIDE_MARKS = {b"\xff\xfe\0\0": "UTF-32", b"\0\0\xfe\xff": "UTF-32", b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
_UTF8_MARK = b"\xef\xbb\xbf"
_KINDS = {
    stat.S_IFLNK: "a symbolic link",
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def read_file(path: str, *, source: str | None = None) -> bytes:
    """The text of a file as UTF-8 bytes, without a byte-order mark.

    Pipes are files too (``/dev/stdin``, ``<(command)``). Raises InputError for a file that is missing, a folder,
    unreadable, empty, not text, not UTF-8, or over 1 GiB. Its source is ``source``, or the path as it was given.
    """
    with blame(source or path or "file"), _readable(path):
        if not path:
            raise InputError("expected a file's name")
        with Path(path).open("rb") as file:
            return _text(file, "the file")


def read_strangers_file(path: str, largest: int) -> bytes:
    """The text of a file that may be meant to do harm, of at most ``largest`` bytes; otherwise as ``read_file``.

    A link may lead to another person's file, and a pipe may never end. Both are refused before they are opened.
    """
    with blame(path), _readable(path):
        found = os.lstat(path)
        if not stat.S_ISREG(found.st_mode):
            kind = _KINDS.get(stat.S_IFMT(found.st_mode), "something else")
            raise InputError(f"this is {kind}, expected a file")
        # The file may have been replaced since. With these flags no link is followed, and no pipe waited for.
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        with os.fdopen(os.open(path, flags), "rb") as file:
            return _text(file, "the file", largest)


@contextmanager
def _readable(path: str) -> Iterator[None]:
    """Raises InputError for what goes wrong when a file is opened and read."""
    try:
        yield
    except FileNotFoundError:
        raise InputError(_missing(path)) from None
    except IsADirectoryError:
        raise InputError("this is a folder, expected a file") from None
    except OSError as error:
        raise InputError(f"the file cannot be read: {error.strerror or error}") from None
    except ValueError:  # a NUL in the name
        raise InputError("this is not a file name") from None


class StandardInput:
    """Standard input, which one option of a call can take."""

    def __init__(self, stream: BinaryIO | None = None) -> None:
        self._stream = stream
        self._taker: str | None = None
        self._taken = b""

    def take(self, by: str, largest: int | None = None) -> bytes:
        """The text of standard input as UTF-8 bytes, for the option ``by``, which may take it again.

        Raises InputError, which names the option, where another option has taken it, where there is none, and where it
        is empty, not text, not UTF-8 or over ``largest`` bytes (1 GiB).
        """
        if self._taker == by and self._taken:
            return self._taken
        if self._taker is not None:
            raise InputError(f"{self._taker} and {by} both read standard input; give one of them a file")
        self._taker = by
        # Looked up now and not at import: a caller may have replaced sys.stdin. A service may have none.
        stream = self._stream or (sys.stdin.buffer if sys.stdin is not None else None)
        with blame(by):
            if stream is None:
                raise InputError("there is no standard input to read; give a file")
            try:
                self._taken = _text(stream, "standard input", largest)
            except OSError as error:
                raise InputError(f"standard input cannot be read: {error.strerror or error}") from None
        return self._taken


def _text(stream: BinaryIO, subject: str, largest: int | None = None) -> bytes:
    """Everything in the stream. What is not text is refused as soon as its first bytes show it."""
    chunk = stream.read(_CHUNK) or b""  # None where a non-blocking stream has nothing
    _refuse_what_is_not_text(chunk, subject)
    chunks = [chunk]
    # A short chunk is the last one: to read on, a person at a terminal would have to end the file twice.
    while len(chunk) == _CHUNK:
        if len(chunks) * _CHUNK >= (most := largest or LARGEST_INPUT):
            raise InputError(f"{subject} holds more than {most >> 20} MiB, the most that nnc reads")
        chunk = stream.read(_CHUNK) or b""
        chunks.append(chunk)
    whole = b"".join(chunks).removeprefix(_UTF8_MARK)
    if not whole or whole.isspace():
        raise InputError(f"{subject} is empty")
    _refuse_what_is_not_text(whole, subject)
    try:
        whole.decode()
    except UnicodeDecodeError as error:
        line, byte = whole.count(b"\n", 0, error.start) + 1, whole[error.start]
        raise InputError(f"line {line}: byte 0x{byte:02x} is not UTF-8 text; save it as UTF-8") from None
    return whole


def _refuse_what_is_not_text(data: bytes, subject: str) -> None:
    for mark, encoding in _WIDE_MARKS.items():
        if data.startswith(mark):
            raise InputError(f"{subject} is {encoding} text; save it as UTF-8")
    if b"\0" not in data:
        return
    # UTF-16 and UTF-32 without a mark: of plain letters, all bytes at odd places are NUL, or all at even places.
    halves = data[::2], data[1::2]
    if any(half.strip(b"\0") for half in halves) and not all(half.strip(b"\0") for half in halves):
        raise InputError(f"{subject} looks like UTF-16 or UTF-32 text; save it as UTF-8")
    raise InputError(f"{subject} is binary data, expected text")


def _missing(path: str) -> str:
    """What is said of a file that is not there: that its folder is not, or the nearest name in the folder."""
    from difflib import get_close_matches  # only a failing call pays for it
    from itertools import islice

    folder = Path(path).parent
    if not folder.is_dir():
        return f"there is no folder {str(folder)!r}"
    names: list[str] = []
    with suppress(OSError), os.scandir(folder) as entries:
        names = [entry.name for entry in islice(entries, _MOST_NAMES)]
    close = get_close_matches(Path(path).name, names, n=1, cutoff=0.6)
    return f"no such file; did you mean {folder / close[0]}?" if close else "no such file"
