"""TAP as Perl's own programs read it."""

import json
import shlex
import subprocess
import sys
from pathlib import Path
from shutil import which

import pytest

pytestmark = pytest.mark.skipif(which("prove") is None, reason="there is no prove, which comes with Perl")

SHEET = {
    "title": "TAP # SKIP",
    "counts": {"A": 100, "B": 1000},
    "questions": [
        {"id": "a # TODO", "quantity": "weights[A]", "feedback": 'N / (K n): "a" \\ b # c'},
        {"id": "b", "quantity": "weights"},
        {"id": "c", "quantity": "weights[B]"},
    ],
}
RIGHT = {"a # TODO": 5.5, "b": [5.5, 0.55], "c": 0.55}
WRONG = {"a # TODO": '"\\" # é: \n', "b": [5.5, 0.6], "c": 0.55}
KEYS = ("verdict", "given", "true_value", "points", "hint")


@pytest.fixture
def files(tmp_path: Path) -> Path:
    for name, content in {"sheet": SHEET, "ada": RIGHT, "bea": WRONG}.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(content))
    return tmp_path


def run(*command: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60)


def prove(folder: Path, *names: str) -> "subprocess.CompletedProcess[str]":
    call = f"{shlex.quote(sys.executable)} -m nnc check sheet.json -f tap"
    return run("prove", "--exec", call, *names, folder=folder)


def test_prove_passes_a_student_who_is_right(files: Path) -> None:
    done = prove(files, "ada.json")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Files=1, Tests=3" in done.stdout
    assert done.stdout.endswith("Result: PASS\n")


def test_prove_fails_a_student_for_what_is_wrong_and_nothing_else(files: Path) -> None:
    done = prove(files, "bea.json")
    assert done.returncode == 1
    assert "Failed tests:  1-2" in done.stdout
    assert "Parse errors" not in done.stdout
    assert done.stdout.endswith("Result: FAIL\n")


def test_prove_reads_the_marks_of_a_class_in_a_file(files: Path) -> None:
    nnc = [sys.executable, "-m", "nnc", "check", "sheet.json", "ada.json", "bea.json", "-f", "tap", "-o", "marks.tap"]
    assert run(*nnc, folder=files).returncode == 1
    done = run("prove", "marks.tap", folder=files)
    assert "Failed tests:  4-5" in done.stdout
    assert "Parse errors" not in done.stdout


READER = r"""
use TAP::Parser; use JSON::PP;
my $parser = TAP::Parser->new({ source => $ARGV[0] });
while (my $result = $parser->next) { print encode_json($result->data), "\n" if $result->is_yaml }
print "errors: ", scalar($parser->parse_errors), "\n";
"""


def test_what_stands_below_a_test_is_yaml_to_perl(files: Path) -> None:
    nnc = [sys.executable, "-m", "nnc", "check", "sheet.json", "bea.json", "-f", "tap", "-o", "marks.tap"]
    run(*nnc, folder=files)
    done = run("perl", "-e", READER, "marks.tap", folder=files)
    *blocks, errors = done.stdout.splitlines()
    assert errors == "errors: 0"
    first, second = map(json.loads, blocks)
    assert tuple(sorted(first)) == tuple(sorted(KEYS))
    assert set(second) == set(KEYS) - {"hint"}
    assert (first["verdict"], first["true_value"], first["points"]) == ("unreadable", "5.5", "0 of 1")
    assert first["hint"] == 'N / (K n): "a" \\ b # c'
