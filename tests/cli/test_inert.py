"""What a person or a file says acts on nothing: every text of every input, in every format that prints it."""

import csv
import json
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from shells import Said, Shell

from nnc.render.formats import CLASS_MARKS, DERIVATIONS, KEYS, MARKS, RESULTS, formats

ACTING = "\x1b[31m\x1b]0;owned\x07\x7f\x9b2J\u202e\u2066\u200f\u061c\ufeff\u2028"
EVIL = f"{ACTING}[red]<b>&amp;]]>|`*_#%$\\{{}}~^\"',=\U000e0041é"
"""Controls, an OSC, DEL, a C1 control, direction marks, a tag character, and what each format takes for its own."""
LINES = f"{EVIL}\nok 1 - mine\r\ttab"
NAME = "c\x1b31m\x9b\u202e"
LAYERS = [{"kernel": [[0.5, 0], [0, 0.25]], "activation": "softmax"}]
NETWORK = {
    "layers": LAYERS,
    "x": [1, 2],
    "y": 0,
    "loss": "cross_entropy",
    "class_weights": {LINES: 1, f"other {LINES}": 2},
    "title": LINES,
    "source": LINES,
    "note": LINES,
}
SHEET = {
    **NETWORK,
    "counts": {LINES: 100, f"other {LINES}": 1000, NAME: 500},
    "questions": [
        {"id": "a", "quantity": "weights", "text": LINES, "feedback": LINES, "answer": "1,1,1"},
        {"id": "b", "quantity": "y_hat", "text": LINES, "feedback": LINES, "answer": LINES},
        {"id": "c", "quantity": f"weights[{NAME}]", "answer": 1},
    ],
}
STUDENT = "./" + LINES.replace("/", "")


@pytest.fixture(autouse=True)
def files(shell: Shell) -> None:
    Path("net.json").write_text(json.dumps(NETWORK))
    Path("sheet.json").write_text(json.dumps(SHEET))
    Path("counts.json").write_text(json.dumps(SHEET["counts"]))
    Path("labels.json").write_text(json.dumps([LINES, f"other {LINES}", LINES]))
    for name in (f"{STUDENT}.json", f"{STUDENT}2.json"):
        Path(name).write_text(json.dumps({"a": [1, 1, 1], "b": [LINES], LINES: LINES}))
    cell = '"' + LINES.replace('"', '""') + '"'
    Path("class.csv").write_text(f'student,a,b,{cell}\n{cell},"1,1,1",1,2\nx,{cell},{cell},\n', newline="")


def calls() -> Iterator[tuple[str, list[str]]]:
    network = ["-w", "net.json"]
    for form in formats(RESULTS):
        yield form, ["inspect", *network]
        yield form, ["grad", *network]
        yield form, ["imbalance-weights", "--counts", "@counts.json"]
        yield form, ["imbalance-weights", "--labels", "@labels.json"]
        yield form, ["imbalance-weights", "--counts", "@counts.json", "--expect", LINES]
        yield form, ["imbalance-weights", "--counts", "@counts.json", "--expect", f"weights={LINES},1,1"]
        yield form, ["imbalance-weights", "--counts", "@counts.json", "--expect", "1,1,1"]
        yield form, ["imbalance-weights", "--counts", "@counts.json", "--expect", f"weights[{NAME}]=1"]
        yield form, ["loss", *network, "--expect", f"loss={LINES}"]
    for form in formats(DERIVATIONS):
        yield form, ["grad", *network, "--steps"]
        yield form, ["imbalance-weights", "--counts", "@counts.json", "--steps", "--normalize", "max"]
        yield form, ["check", "sheet.json", "--solution", "--steps"]
    for form in formats(KEYS):
        yield form, ["check", "sheet.json", "--solution"]
    for form in formats(MARKS):
        yield form, ["check", "sheet.json"]
        yield form, ["check", "sheet.json", f"{STUDENT}.json"]
    for form in formats(CLASS_MARKS):
        yield form, ["check", "sheet.json", "class.csv"]
        yield form, ["check", "sheet.json", f"{STUDENT}.json", f"{STUDENT}2.json", f"{STUDENT}nosuch.json"]


CALLS = list(calls())


def acting(text: str) -> list[str]:
    """What of a text a terminal would not simply show."""
    return [sign for sign in text if not (sign.isprintable() or sign == "\n")]


@pytest.mark.parametrize(("form", "args"), CALLS, ids=[f"{number}-{form}" for number, (form, _) in enumerate(CALLS)])
def test_nothing_that_a_file_or_a_person_says_acts(shell: Shell, form: str, args: list[str]) -> None:
    said = shell(*args, "-f", form)
    assert said.status in (0, 1)
    assert acting(said.out + said.err) == []
    WELL_FORMED.get(form, lambda _: None)(said)


def json_is_whole(said: Said) -> None:
    json.loads(said.out)


def lines_are_json(said: Said) -> None:
    for line in said.out.splitlines():
        json.loads(line)


def csv_has_rows_of_one_length(said: Said) -> None:
    assert len({len(row) for row in csv.reader(StringIO(said.out), strict=True)}) == 1


def xml_is_whole(said: Said) -> None:
    tags = {each.tag for each in ElementTree.fromstring(said.out).iter()}
    assert tags <= {"testsuites", "testsuite", "testcase", "failure", "error"}


def tap_has_its_plan(said: Said) -> None:
    lines = said.out.splitlines()
    tests = [line for line in lines if re.match(r"(not )?ok \d", line)]
    assert lines[1] == f"1..{len(tests)}"
    assert [line for line in tests if re.search(r"(?<!\\)#", line)] == []


def markdown_has_no_markup(said: Said) -> None:
    assert re.search(r"<b>|(?<!\\)\[red\]|&amp;", re.sub(r"```.*?```", "", said.out, flags=re.DOTALL)) is None


def latex_is_balanced(said: Said) -> None:
    without = re.sub(r"\\[\\{}#$%&_]", "", said.out)
    assert without.count("{") == without.count("}")
    assert without.count("$") % 2 == 0
    assert re.search(r"(?m)(?<!^)%|#|~", without) is None  # the first line is a comment
    assert without.isascii() or set(filter(str.isalpha, re.sub(r"[ -~\n]", "", without))) == {"é"}


WELL_FORMED: dict[str, Any] = {
    "json": json_is_whole,
    "ndjson": lines_are_json,
    "gradescope": json_is_whole,
    "csv": csv_has_rows_of_one_length,
    "junit": xml_is_whole,
    "tap": tap_has_its_plan,
    "markdown": markdown_has_no_markup,
    "latex": latex_is_balanced,
}


def test_json_has_the_very_text_of_a_file_in_ascii_where_it_would_act(shell: Shell) -> None:
    said = shell("inspect", "-w", "net.json", "--json")
    assert [said.json[key] for key in ("title", "source", "note")] == [LINES] * 3
    assert r"\u007f\u009b2J\u202e\u2066\u200f\u061c\ufeff\u2028" in said.out
    assert r"\udb40\udc41é" in said.out
    said = shell("imbalance-weights", "--counts", "@counts.json", "--json")
    assert list(said.json["weights"]) == [LINES, f"other {LINES}", NAME]


def test_what_nnc_prints_of_classes_with_such_names_it_reads_again(shell: Shell) -> None:
    Path("counts.json").write_text(json.dumps({LINES: 100, NAME: 1000}))
    printed = shell("imbalance-weights", "--counts", "@counts.json", "--json").out
    said = shell("loss", "-w", "net.json", "--class-weights", "-", "-s", "loss", "-f", "plain", stdin=printed)
    assert (said.status, said.err) == (0, "")
    again = shell("imbalance-weights", "--counts", "-", "--json", stdin=printed)
    assert again.out == printed


def test_a_text_of_several_lines_is_one_line_of_a_table(shell: Shell) -> None:
    texts = {"title": "One\ntwo\n", "source": "a  b\n", "note": "one\n  two\t\n\nthree"}
    Path("net.json").write_text(json.dumps({**NETWORK, **texts}))
    lines = shell("inspect", "-w", "net.json").out.splitlines()
    assert lines[0] == "One two"
    assert "note = one two three" in lines
    assert "source = a b" in lines
    assert shell("forward", "-w", "net.json").out.startswith("One two\n")
