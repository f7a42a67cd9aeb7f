"""``nnc check`` writes marks in the formats that other programs read, to standard output or a file."""

import os
import stat
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from problems import write
from shells import Shell

pytestmark = pytest.mark.usefixtures("marked")


# Formats


def test_tap_has_a_plan_and_a_line_a_question(shell: Shell) -> None:
    lines = shell("check", "sheet.json", "ada.json", "bea.yaml", "-f", "tap").out.splitlines()
    assert lines[:3] == ["TAP version 13", "1..8", "ok 1 - ada out (y_hat)"]
    assert [line for line in lines if line.startswith(("ok", "not ok"))][4:6] == [
        "not ok 5 - bea out (y_hat)",
        "not ok 6 - bea loss (loss)",
    ]
    at = lines.index("not ok 6 - bea loss (loss)")
    assert lines[at + 1 : at + 8] == [
        "  ---",
        '  verdict: "too few digits"',
        '  given: "0.48"',
        '  true_value: "0.485"',
        '  points: "0 of 2"',
        '  hint: "Half of the squares."',
        "  ...",
    ]


def test_junit_has_a_suite_a_student_and_a_case_a_question(shell: Shell) -> None:
    write("broken.json", "{")
    said = shell("check", "sheet.json", "ada.json", "bea.yaml", "broken.json", "-f", "junit")
    root = ElementTree.fromstring(said.out)
    keys = ("name", "tests", "failures", "errors", "skipped", "time")
    assert [tuple(map(suite.get, keys)) for suite in (root, *root)] == [
        ("nnc check", "12", "4", "4", "0", "0"),
        ("ada", "4", "0", "0", "0", "0"),
        ("bea", "4", "4", "0", "0", "0"),
        ("broken", "4", "0", "4", "0", "0"),
    ]
    assert {case.get("classname") for case in root[1]} == {"bea"}
    failure = root.find("testsuite[@name='bea']/testcase[@name='loss (loss)']/failure")
    assert failure is not None
    assert (failure.get("message"), failure.text) == (
        "too few digits",
        "verdict: too few digits\ngiven: 0.48\ntrue value: 0.485\npoints: 0 of 2\nhint: Half of the squares.",
    )


def test_gradescope_has_a_score_and_a_test_a_question(shell: Shell) -> None:
    said = shell("check", "sheet.json", "bea.yaml", "-f", "gradescope").json
    assert (said["score"], len(said["tests"])) == (2.5, 4)
    assert said["tests"][2] == {
        "name": "grad: dW2",
        "name_format": "text",
        "score": 2.5,
        "max_score": 3,
        "status": "failed",
        "output": "verdict: too few digits: 5 of 6 right, not dW2[2,1]\ngiven: [[0.4, 0], [0.3, 0], [0, 0]]\n"
        "true value: 0.4, 0; 0.32, 0; 0, 0\npoints: 2.5 of 3\nhint: The first is 0.4.",
        "output_format": "text",
    }


def test_markdown_is_a_table(shell: Shell) -> None:
    said = shell("check", "sheet.json", "ada.json", "-f", "markdown").out
    assert said.startswith("## Week 3\n\nada: **6.5 of 6.5** points\n\n| question | quantity |")
    assert "| <code>loss</code> | <code>loss</code> | <code>0.485</code> | <code>0.485</code> | right | 2 | 2 |" in said


def test_plain_has_the_points_and_their_sum(shell: Shell) -> None:
    assert shell("check", "sheet.json", "bea.yaml", "-f", "plain").out == "0\n0\n2.5\n0\n2.5\n"
    assert shell("check", "sheet.json", "ada.json", "bea.yaml", "-f", "plain").out == "6.5\n2.5\n"


# Files of marks


def test_output_goes_to_a_file(shell: Shell) -> None:
    said = shell("check", "sheet.json", "bea.yaml", "-f", "csv", "-o", "marks.csv")
    assert said == (1, "", "")
    assert Path("marks.csv").read_text() == "student,out,loss,grad,part,total,error\nbea,0,0,2.5,0,2.5,\n"
    assert sorted(map(str, Path().iterdir())) == ["ada.json", "bea.yaml", "marks.csv", "sheet.json"]


def test_a_file_that_is_replaced_keeps_its_permissions_and_a_new_one_has_the_usual(shell: Shell) -> None:
    write("old.csv", "old")
    Path("old.csv").chmod(0o640)
    Path("link.csv").symlink_to("old.csv")
    for name in ("link.csv", "new.csv"):
        assert shell("check", "sheet.json", "ada.json", "-f", "csv", "-o", name).status == 0
    write("usual", "")
    modes = [stat.S_IMODE(Path(name).stat().st_mode) for name in ("old.csv", "new.csv", "usual")]
    assert modes == [0o640, modes[2], modes[2]]
    assert Path("link.csv").is_symlink()
    assert Path("old.csv").read_text().startswith("student")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (".", "this is a folder, expected a file to write"),
        ("no/such/marks.csv", "the file cannot be written: No such file or directory"),
        ("ada.json/marks.csv", "the file cannot be written: Not a directory"),
    ],
)
def test_a_place_that_cannot_be_written_is_an_error(shell: Shell, name: str, message: str) -> None:
    assert shell("check", "sheet.json", "ada.json", "-o", name) == (2, "", f"nnc: {name}: {message}\n")


def test_a_file_is_not_touched_where_the_call_fails(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    write("marks.csv", "old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    said = shell("check", "sheet.json", "ada.json", "-o", "marks.csv")
    assert said == (2, "", "nnc: marks.csv: the file cannot be written: No space left on device\n")
    assert Path("marks.csv").read_text() == "old"
    assert sorted(map(str, Path().iterdir())) == ["ada.json", "bea.yaml", "marks.csv", "sheet.json"]


def test_a_device_is_written_to_and_stays(shell: Shell) -> None:
    os.mkfifo("pipe")
    reader = os.open("pipe", os.O_RDONLY | os.O_NONBLOCK)
    assert shell("check", "sheet.json", "ada.json", "-f", "plain", "-o", "pipe").status == 0
    assert os.read(reader, 100) == b"1\n2\n3\n0.5\n6.5\n"
    assert stat.S_ISFIFO(Path("pipe").stat().st_mode)


# Processes


@pytest.mark.parametrize("name", ["csv", "json", "tap", "junit"])
def test_a_github_runner_writes_the_same_bytes(shell: Shell, name: str) -> None:
    args = ("check", "sheet.json", "ada.json", "bea.yaml", "-f", name)
    runner = os.environ | {"GITHUB_ACTIONS": "1", "CI": "true", "FORCE_COLOR": "1"}
    command = [sys.executable, "-m", "nnc", *args]
    here, there = shell(*args).out, subprocess.run(command, env=runner, capture_output=True, check=False).stdout
    assert here.encode() == there
    assert here
    assert b"\x1b" not in there


def test_progress_is_counted_on_a_terminal_alone() -> None:
    master, terminal = os.openpty()
    command = [sys.executable, "-m", "nnc", "check", "sheet.json", "ada.json", "bea.yaml", "-f", "csv"]
    env = os.environ | {"TERM": "xterm"}
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=terminal, env=env, check=False)
    os.close(terminal)
    said = os.read(master, 1000)
    os.close(master)
    assert said == b"\r1 of 2\r\x1b[K"
    assert done.stdout.count(b"\n") == 3
