"""Where output goes."""

import os
import stat
from pathlib import Path

from nnc.errors import InputError, NncError, blame


def lead_nowhere(descriptor: int) -> None:
    """Sends what is written to an open file nowhere. Python flushes at exit, and would complain of a closed pipe."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), descriptor)


def write_whole(path: str, text: str) -> None:
    """Writes the whole text to a file, or leaves the file as it was.

    A file that is replaced keeps its permissions. A link stays, and the file behind it is replaced. A device or a pipe
    is written to. Raises InputError for a folder, and NncError where the file cannot be written.
    """
    with blame(path):
        if not path:
            raise InputError("expected a file's name", source="--output")
        target = Path(path).resolve()
        if target.is_dir():
            raise InputError("this is a folder, expected a file to write")
        try:
            if target.exists() and not target.is_file():
                target.write_text(text, encoding="utf-8")
            else:
                _replace(target, text)
        except OSError as error:
            raise NncError(f"{path}: the file cannot be written: {error.strerror or error}") from None


def _replace(target: Path, text: str) -> None:
    import tempfile  # most calls write no file

    # In the same folder: to rename is to replace at once only within a file system.
    descriptor, temporary = tempfile.mkstemp(prefix=f".{target.name[:50]}.", dir=target.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        Path(temporary).chmod(_mode(target))
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _mode(target: Path) -> int:
    """The permissions of the file that is replaced, or those of a new file."""
    if target.exists():
        return stat.S_IMODE(target.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
