"""Where output goes."""

import os
import stat
from pathlib import Path

from nnc.errors import InputError, NncError, blame


def lead_nowhere(descriptor: int) -> None:
    """Lets what is written to an open file go nowhere: Python flushes at exit, and would complain of a closed pipe."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), descriptor)


def write_whole(path: str, text: str) -> None:
    """Makes a file of this text, or leaves what was there as it was.

    A file that is replaced keeps its permissions, a link stays and its file is replaced, and a device or a pipe is
    written to. Raises InputError for a folder, NncError where the file cannot be written.
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

    # In the same folder, for a rename is whole only within a file system.
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
    """The permissions of the file that is replaced, or those that a new file would have."""
    if target.exists():
        return stat.S_IMODE(target.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
