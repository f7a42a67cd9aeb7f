"""What a call of nnc leaves behind; the fixture ``shell`` makes the calls."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple


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
