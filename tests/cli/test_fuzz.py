"""Random calls end with a status of nnc's own, in words of its own. benchmarks/fuzz.py makes many more of them."""

from pathlib import Path

import fuzzing
import pytest

CALLS, PART = 1500, 150
SEED = 1


@pytest.mark.parametrize("first", range(0, CALLS, PART))
def test_no_call_ends_in_a_traceback_or_with_a_status_of_no_meaning(
    first: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    known = fuzzing.commands()
    statuses = set()
    for number in range(first, first + PART):
        case = fuzzing.case(SEED, number, known)
        end = fuzzing.ending(case)
        assert fuzzing.amiss(case, end) == "", f"call {number} of seed {SEED}: {case.args}"
        statuses.add(end.status)
    assert statuses == {0, 1, 2}
