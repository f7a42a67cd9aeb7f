"""What a call of nnc leaves behind; the fixture ``shell`` makes the calls."""

import json
import sys
from collections.abc import Callable, Sequence
from io import BytesIO, TextIOWrapper
from typing import Any, NamedTuple

from nnc.__main__ import entrance


class Said(NamedTuple):
    """Exit status, standard output and standard error."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The output, which is one JSON object."""
        return json.loads(self.out)


Shell = Callable[..., Said]


def in_process(args: Sequence[str], stdin: bytes = b"") -> Said:
    """What a call leaves behind in this process, on streams that are no terminals; 20 times as fast as a process."""
    before = sys.stdin, sys.stdout, sys.stderr
    out, err = BytesIO(), BytesIO()
    sys.stdin, sys.stdout = TextIOWrapper(BytesIO(stdin), "utf-8"), TextIOWrapper(out, "utf-8")
    sys.stderr = TextIOWrapper(err, "utf-8", "backslashreplace")
    try:
        status = entrance(list(args))
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        return Said(status, out.getvalue().decode(), err.getvalue().decode())
    finally:
        sys.stdin, sys.stdout, sys.stderr = before
