"""Random calls end with a status of nnc's own, in words of its own. benchmarks/fuzz.py makes many more of them."""

from pathlib import Path

import fuzzing
import pytest

CALLS = 1500
SEED = 1


def test_no_call_ends_in_a_traceback_or_with_a_status_of_no_meaning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    known = fuzzing.commands()
    statuses = set()
    for number in range(CALLS):
        case = fuzzing.case(SEED, number, known)
        end = fuzzing.ending(case)
        assert fuzzing.amiss(case, end) == "", f"call {number} of seed {SEED}: {case.args}"
        statuses.add(end.status)
    assert statuses == {0, 1, 2}
