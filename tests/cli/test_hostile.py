"""Answers that are out to harm: each ends in a verdict or as its own student's error, in every format."""

import csv
import json
import os
import re
import socket
from fractions import Fraction
from io import StringIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from shells import Said, Shell

from nnc.core.grading.marks import Graded, Mark, Marks, Question
from nnc.core.grading.rule import Rule, Verdict
from nnc.core.grading.truth import Result
from nnc.core.noise import Noise
from nnc.render.formats import CLASS_MARKS, MARKS, Style, formats, render
from nnc.render.grading.marks import MarksReport

SHEET = {
    "layers": [{"kernel": [[0.5, 0], [0, 0.25]]}],
    "x": [1, 2],
    "counts": {"A": 100, "B": 1000},
    "questions": [
        {"id": "one", "quantity": "y_hat[1]"},
        {"id": "two", "quantity": "y_hat"},
        {"id": "w", "quantity": "weights"},
    ],
}
DEEP = 100_000

# file -> what becomes of it: the verdicts on the three questions, or the error
VERDICTS: dict[str, tuple[Any, list[str]]] = {
    "terminal escapes": ({"one": "\x1b[2J\x1b]0;owned\x07", "two": "\x9b31m"}, ["unreadable", "unreadable", "missing"]),
    "text in reverse": ({"one": "\u202e5.0"}, ["unreadable", "missing", "missing"]),
    "Rich markup": ({"one": "[bold red]0.5[/]", "two": "[link=http://x]0.5[/link]"},
                    ["unreadable", "unreadable", "missing"]),
    "a formula": ({"one": "=cmd|'/c calc'!A1", "two": "@SUM(1)", "w": "+1+1"}, ["unreadable"] * 3),
    "XML": ({"one": "]]></failure><failure>", "two": "&xxe;<!ENTITY x>"}, ["unreadable", "unreadable", "missing"]),
    "Markdown": ({"one": "`|` **x** [x](http://x) @everyone <script>"}, ["unreadable", "missing", "missing"]),
    "TAP": ({"one": "0.5\nok 1 - one # SKIP"}, ["unreadable", "missing", "missing"]),
    "a huge number": ('{"one": 1e999, "two": [1e999, -1e999]}', ["wrong", "wrong", "missing"]),
    "a huge exponent": ('{"one": 1e999999999999}', ["wrong", "missing", "missing"]),
    "a tiny exponent": ('{"one": 1e-999999999999}', ["wrong", "missing", "missing"]),
    "thousands of digits": ('{"one": 0.' + "5" * 5000 + "}", ["unreadable", "missing", "missing"]),
    "a whole number of thousands of digits": ('{"one": ' + "5" * 4000 + "}", ["unreadable", "missing", "missing"]),
    "a long fraction": ({"one": "1" * 999 + "/" + "3" * 999}, ["wrong", "missing", "missing"]),
    "a division by zero": ({"one": "1/0"}, ["unreadable", "missing", "missing"]),
    "NaN as text": ({"one": "nan", "two": ["NaN", "0.5"]}, ["wrong", "wrong", "missing"]),
    "infinity as text": ({"one": "inf", "two": "∞,-∞"}, ["wrong", "wrong", "missing"]),
    "wrong types": ({"one": True, "two": None, "w": {"A": {"B": []}}}, ["unreadable", "missing", "unreadable"]),
    "a mapping for a number": ({"one": {"__class__": 1}, "two": {"1": 0.5}}, ["unreadable", "unreadable", "missing"]),
    "classes that are not there": ({"w": {"A": 5.5, "B": 0.55, "C": 1}}, ["missing", "missing", "unreadable"]),
    "empty lists": ({"one": [], "two": [[], []], "w": [[[]]]}, ["wrong shape"] * 3),
    "ragged lists": ({"two": [[0.5], [0.5, 1]], "w": [1, [2]]}, ["missing", "wrong shape", "wrong shape"]),
    "lists as deep as JSON goes": ('{"one": ' + "[" * 500 + "]" * 500 + "}", ["wrong shape", "missing", "missing"]),
    "deep lists in text": ({"one": "[" * DEEP, "two": "[" * DEEP + "]" * DEEP},
                           ["unreadable", "unreadable", "missing"]),
    "half a million numbers": ('{"one": [' + "1," * 400_000 + "1]}", ["wrong shape", "missing", "missing"]),
    "half a million rows of text": ({"two": "1;" * 400_000}, ["missing", "wrong shape", "missing"]),
    "a long text": ({"one": "x" * 900_000}, ["unreadable", "missing", "missing"]),
    "a path": ({"one": "@/etc/passwd", "two": "-", "w": "file:///etc/passwd"}, ["unreadable"] * 3),
    "code": ({"one": "__import__('os').system('id')", "two": "${HOME}"}, ["unreadable", "unreadable", "missing"]),
    "others' ids": ({"ada": {"one": 0.5}, "../two": 1, "total": 100, "error": ""}, ["missing"] * 3),
    "ids by the thousand": ({f"q{i}": 1 for i in range(50_000)}, ["missing"] * 3),
    "other numerals": ({"one": "０.５", "two": "٠.٥,½"}, ["unreadable", "unreadable", "missing"]),
    "NaN in YAML": ("one: .nan\ntwo: [.inf, -.inf]\n", ["wrong", "wrong", "missing"]),
    "what was once a tag": ("one: '!!python/object/apply:os.system [id]'\n", ["unreadable", "missing", "missing"]),
}  # fmt: skip
ERRORS: dict[str, tuple[str | bytes, str]] = {
    "NaN in JSON": ('{"one": NaN}', "'NaN' is not JSON here"),
    "deep nesting": ('{"one": ' + "[" * DEEP + "]" * DEEP + "}", "brackets are nested too deep"),
    "deep mappings": ('{"a":' * DEEP, "brackets are nested too deep"),
    "more digits than a whole number has": ('{"one": ' + "5" * 9000 + "}", "out of range"),
    "an id twice": ('{"one": 0.5, "one": 1}', "duplicate key 'one'"),
    "an id twice in other letters": ('{"one": 0.5, "on\\u0065": 1}', "duplicate key 'one'"),
    "a list": ("[0.5]", "expected a mapping"),
    "a lone surrogate": ('{"one": "\\ud800"}', "half of a character"),
    "NUL": (b'{"one": "\0"}', "binary data"),
    "another encoding": ('{"one": 1}'.encode("utf-16"), "UTF-16"),
    "broken UTF-8": (b'{"one": "\xff"}', "not UTF-8"),
    "2 MiB": ('{"one": "' + "x" * 2**21 + '"}', "more than 1 MiB"),
    "nothing": ("", "empty"),
    "a tag": ("one: !!python/object/apply:os.system [id]\n", "the tag"),
    "a bomb of aliases": ("a: &a [1, 1]\nb: &b [*a, *a]\nc: [*b, *b]\n", "the anchor &a is not read"),
    "deep YAML": ("one: " + "[" * DEEP, "nested more than 100 deep"),
    "two documents": ("one: 1\n---\none: 2\n", "a second document"),
    "a control character": ("one: \x1b[31m\n", "control character"),
    "a merge key": ("<<: *x\n", "alias"),
}
LINKS = ("a symbolic link", "a link to nowhere", "a FIFO", "a folder", "a socket", "a device", "a missing file")


@pytest.fixture(autouse=True)
def sheet(shell: Shell) -> None:
    Path("sheet.json").write_text(json.dumps(SHEET))
    Path("ada.json").write_text('{"one": 0.5, "two": [0.5, 0.5], "w": [5.5, 0.55]}')


def hand_in(content: Any, name: str = "eve.json") -> str:
    data = content if isinstance(content, str | bytes) else json.dumps(content, ensure_ascii=False)
    if isinstance(data, str) and not data.startswith(("{", "[")) and data:
        name = "eve.yaml"
    Path(name).write_bytes(data if isinstance(data, bytes) else data.encode())
    return name


def lay_out(kind: str) -> str:
    match kind:
        case "a symbolic link":
            Path("eve.json").symlink_to("ada.json")
        case "a link to nowhere":
            Path("eve.json").symlink_to("nowhere.json")
        case "a FIFO":
            os.mkfifo("eve.json")
        case "a folder":
            Path("eve.json").mkdir()
        case "a socket":
            server = socket.socket(socket.AF_UNIX)
            server.bind("eve.json")
            server.close()
        case "a device":
            return "/dev/zero"
    return "eve.json"


def inert(said: Said) -> None:
    """What was said acts on no terminal: nothing but printable signs and line feeds."""
    assert [sign for sign in said.out + said.err if not (sign.isprintable() or sign in "\n\r")] == []


@pytest.mark.parametrize("kind", VERDICTS)
def test_an_answer_ends_in_a_verdict(shell: Shell, kind: str) -> None:
    content, verdicts = VERDICTS[kind]
    said = shell("check", "sheet.json", hand_in(content), "--json")
    assert (said.status, said.err, said.json["error"]) == (1, "", None)
    assert [question["verdict"] for question in said.json["questions"]] == verdicts
    assert len(said.out) < 3000
    inert(said)


@pytest.mark.parametrize("kind", ERRORS)
def test_a_broken_file_ends_as_its_students_error(shell: Shell, kind: str) -> None:
    content, error = ERRORS[kind]
    said = shell("check", "sheet.json", hand_in(content), "ada.json", "--json")
    eve, ada = said.json["students"]
    assert (said.status, said.err) == (1, "")
    assert error in eve["error"]
    assert (eve["points"], ada["points"], ada["error"]) == (0, 3, None)
    assert len(said.out) < 3000
    inert(said)


@pytest.mark.parametrize("kind", LINKS)
def test_what_is_no_file_is_refused_unopened(shell: Shell, kind: str) -> None:
    said = shell("check", "sheet.json", lay_out(kind), "ada.json", "--json")
    eve, ada = said.json["students"]
    expected = "no such file" if kind == "a missing file" else "expected a file"
    assert expected in eve["error"]
    assert (eve["points"], ada["points"]) == (0, 3)


def test_a_student_cannot_hand_in_a_table_of_others(shell: Shell) -> None:
    Path("eve.csv").write_text("student,one\nada,9\neve,0.5\n")
    said = shell("check", "sheet.json", "eve.csv", "ada.json", "--json")
    assert [(s["student"], s["points"]) for s in said.json["students"]] == [("eve", 0), ("ada", 3)]
    assert "a table of a class" in said.json["students"][0]["error"]
    said = shell("check", "sheet.json", "eve.csv", "-f", "gradescope")
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith("nnc: eve.csv: this is a table of a class, which is checked by itself")


@pytest.mark.parametrize("form", ["json", "gradescope"])
@pytest.mark.parametrize("name", ["eve.json", "eve.csv"])
def test_a_link_alone_ends_the_call_unopened(shell: Shell, name: str, form: str) -> None:
    Path("class.csv").write_text("student,one\nada,0.5\n")
    Path(name).symlink_to("ada.json" if name == "eve.json" else "class.csv")
    assert shell("check", "sheet.json", name, "-f", form) == (
        2,
        "",
        f"nnc: {name}: this is a symbolic link, expected a file\n",
    )


@pytest.mark.parametrize("columns", [6, 10_000])
def test_columns_of_a_table_are_not_all_named(shell: Shell, columns: int) -> None:
    head = ",".join(f"c{i}" for i in range(columns))
    Path("class.csv").write_text(f"student,one,{head}\nada,0.5\n")
    said = shell("check", "sheet.json", "class.csv")
    assert said.err.endswith("left out: c0, c1, c2, c3, c4, …\n")


# Names

NAMES = [
    "=cmd|'!A1",
    "+1",
    "@x",
    "-2+3",
    "[bold]eve[/bold]",
    "<b>&amp;",
    "\x1b[31mred",
    "a\nb",
    "a\tb",
    "\u202eeve",
    "`|` #1 @eve www.x.org",
    'q"uote',
    "comma,",
    "\udcff",
]


def with_names(shell: Shell, form: str) -> Said:
    answer = json.dumps({"one": "=1+1", "<b>": 1})
    paths = [f"{name.replace('/', '')}.json" for name in NAMES]
    for path in paths:
        Path(path).write_text(answer)
    # ./ so that a name does not look like an option, as a shell's ./* does
    return shell("check", "sheet.json", *(f"./{path}" for path in paths), "-f", form)


@pytest.mark.parametrize("form", formats(CLASS_MARKS))
def test_names_are_inert_in_every_format(shell: Shell, form: str) -> None:
    said = with_names(shell, form)
    assert said.status == 1
    inert(said)


def test_no_cell_of_csv_is_a_formula(shell: Shell) -> None:
    rows = list(csv.reader(StringIO(with_names(shell, "csv").out)))
    assert len(rows) == len(NAMES) + 1
    assert [cell for row in rows for cell in row if re.match(r"[=+\-@\t\r]", cell) and cell != "+1"] == []
    assert [row[0] for row in rows[1:4]] == ["'=cmd|'!A1", "+1", "'@x"]  # +1 is a number to a spreadsheet, too


def test_xml_stays_whole(shell: Shell) -> None:
    root = ElementTree.fromstring(with_names(shell, "junit").out)
    assert {child.tag for child in root.iter()} == {"testsuites", "testsuite", "testcase", "failure"}
    assert [suite.get("name") for suite in root][5:8] == ["<b>&amp;", "\\x1b[31mred", "a\\nb"]


@pytest.mark.parametrize("sign", ["\0", "\x1b", "\x85", "\ud800", "\ufffe", "\U0001f600"])
def test_xml_has_no_sign_that_xml_forbids(sign: str) -> None:
    result = Result("x", np.array(1.0), Noise.around(np.array(0.0)))
    question = Question("a", sign, Fraction(1), Rule(), feedback=sign, result=result)
    marks = Marks(f"eve{sign}", (Mark(sign, Verdict.WRONG, Fraction(0), sign),), error=sign)
    text = render(MarksReport(Graded(sign, [question], [marks])), "junit", Style())
    (suite,) = ElementTree.fromstring(text)
    legal = sign in "\x85\U0001f600"
    assert suite.get("name") == f"eve{sign if legal else ascii(sign)[1:-1]}"


def test_tap_has_a_line_a_test(shell: Shell) -> None:
    lines = with_names(shell, "tap").out.splitlines()
    assert lines[1] == f"1..{3 * len(NAMES)}"
    tests = [line for line in lines if not line.startswith("  ")][2:]
    assert len(tests) == 3 * len(NAMES)
    assert [line for line in tests if re.search(r"(?<!\\)#", line)] == []


def test_markdown_has_a_row_a_student_and_no_markup(shell: Shell) -> None:
    lines = with_names(shell, "markdown").out.splitlines()
    table = lines[lines.index("| --- | --- | --- | --- | --- | --- |") + 1 :][: len(NAMES)]
    assert {line.count("|") for line in table} == {7}
    names = [re.sub(r"^\| <code>(.*?)</code> .*", r"\1", line) for line in table]
    assert [name for name in names if re.search(r"[<>@*_`\[\]|]|www\.|://", name)] == []


@pytest.mark.parametrize(
    "kind", ["terminal escapes", "Rich markup", "a formula", "XML", "Markdown", "TAP", "a long text"]
)
@pytest.mark.parametrize("form", formats(MARKS))
def test_answers_are_inert_in_every_format(shell: Shell, kind: str, form: str) -> None:
    said = shell("check", "sheet.json", hand_in(VERDICTS[kind][0]), "-f", form)
    assert (said.status, said.err) == (1, "")
    inert(said)
    assert len(said.out) < 6000
    if form == "table" and kind == "Rich markup":
        assert "[bold red]0.5[/]" in said.out
    if form == "junit":
        assert ElementTree.fromstring(said.out).find("testsuite/testcase/failure") is not None
    if form == "markdown":
        assert {line.count("|") for line in said.out.splitlines() if line.startswith("|")} == {9}
