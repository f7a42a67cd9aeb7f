"""Files of answers that nnc cannot understand, alone and among others; and tables of a class, which may be large."""

import json
from pathlib import Path

import pytest
from shells import Shell

from nnc.errors import InputError
from nnc.io.files.answers import Table, read_alone

# y_hat = (0.5, 0), loss = ½ 0.4² + ½ 0.9² = 0.485
SHEET = {
    "y_hat": [0.5, 0],
    "y": [0.1, 0.9],
    "loss": "half_sse",
    "questions": [
        {"id": "out", "quantity": "y_hat"},
        {"id": "loss", "quantity": "loss", "points": 2},
        {"id": "part", "quantity": "y_hat[1]"},
    ],
}


def write(name: str, content: object) -> str:
    Path(name).write_text(content if isinstance(content, str) else json.dumps(content))
    return name


@pytest.fixture(autouse=True)
def sheet(shell: Shell) -> None:
    write("sheet.json", SHEET)
    write("ada.json", {"out": [0.5, 0], "loss": 0.485, "part": 0.5})


NOT_UNDERSTOOD: list[tuple[str, str | bytes | None, str]] = [
    ("c.csv", "loss,0.485\nloss,1\n", "line 2: duplicate id 'loss'"),
    ("c.csv", "loss,0.485\nout,0.5,0\n", "line 2 has 3 cells, expected 2: an id and a value; a list goes in quotes"),
    ("c.csv", "name;loss;out\nada;0.485;0\n",
     "line 1 has 1 cell, expected 2: an id and a value; cells are parted by commas, not by semicolons"),
    ("c.csv", "loss\t0.485\n",
     "line 1 has 1 cell, expected 2: an id and a value; cells are parted by commas, not by tabs"),
    ("c.csv", "name,one,two\nada,1,2\n",
     "line 1 has 3 cells, expected 2: an id and a value; or the ids of questions in the first line of a table: "
     "out, loss, part"),
    ("c.csv", "name,one\nada,1\nbea,1\n",
     "no line begins with the id of a question, and no column is one: out, loss, part"),
    ("c.csv", "loss,0.485\nout,\"0.5\n", "line 2: unexpected end of data"),
    ("c.csv", "name,loss\nAdél,0.485\n".encode("latin-1"), "line 2: byte 0xe9 is not UTF-8 text; save it as UTF-8"),
    ("c.csv", "name,loss\nada,0.485\n".encode("utf-16"), "the file is UTF-16 text; save it as UTF-8"),
    ("c.csv", "\n \n", "the file is empty"),
    ("c.csv", None, "this is a folder, expected a file"),
    ("c.json", "{", "the JSON ends early: a closing bracket is missing"),
    ("c.yaml", "out: [", "line 1, column 7: expected a value"),
    ("c.txt", "0.5", "unknown kind of file '.txt'; known: .json, .yaml, .yml, .csv"),
]  # fmt: skip


def hand_in(name: str, content: str | bytes | None) -> str:
    if content is None:
        Path(name).mkdir()
    else:
        Path(name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return name


@pytest.mark.parametrize("form", ["table", "json", "csv", "gradescope"])
@pytest.mark.parametrize(("name", "content", "error"), NOT_UNDERSTOOD)
def test_a_file_alone_that_is_not_understood_ends_the_call(
    shell: Shell, name: str, content: str | bytes | None, error: str, form: str
) -> None:
    said = shell("check", "sheet.json", hand_in(name, content), "-f", form)
    assert (said.status, said.out, said.err.count("\n")) == (2, "", 1)
    assert said.err.startswith(f"nnc: {name}: {error}")


@pytest.mark.parametrize(("name", "content", "error"), NOT_UNDERSTOOD)
def test_the_same_file_among_others_is_its_students_error(
    shell: Shell, name: str, content: str | bytes | None, error: str
) -> None:
    said = shell("check", "sheet.json", "ada.json", hand_in(name, content), "--json")
    ada, other = said.json["students"]
    assert (said.status, said.err, ada["points"], other["points"]) == (1, "", 4, 0)
    assert other["error"].startswith(f"{name}: {error}")


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ("name,loss,loss\nada,1,2\n", "line 1: two columns are called 'loss'"),
        ("name,loss,out\n", "there is a head, but no row of a student below it"),
        ('name,loss,out\nada,0.485,0\nbea,"0.485,0\n', "line 3: unexpected end of data"),
    ],
)
def test_a_table_that_is_not_understood_ends_the_call(shell: Shell, content: str, error: str) -> None:
    said = shell("check", "sheet.json", write("c.csv", content), "--json")
    assert said == (2, "", f"nnc: c.csv: {error}\n")


def test_a_head_says_that_lines_are_answers_whatever_their_ids(shell: Shell) -> None:
    said = shell("check", "sheet.json", write("c.csv", "id,value\nq9,1\n"), "--json")
    assert (said.status, said.json["unknown"], said.json["points"]) == (1, ["q9"], 0)


STUDENTS = 4_000


def test_a_table_of_a_class_may_be_of_any_size(shell: Shell) -> None:
    rows = [f"student {i:06},0.485,{'x' * 250}" for i in range(STUDENTS)]
    table = write("class.csv", "\n".join(["name,loss,part", *rows, ""]))
    assert Path(table).stat().st_size > 2**20
    said = shell("check", "sheet.json", table, "-f", "plain")
    assert (said.status, said.err, said.out) == (1, "", "2\n" * STUDENTS)


def test_a_row_of_a_table_is_read_when_it_is_asked_for() -> None:
    found = read_alone(write("class.csv", 'name,loss\nada,0.485\nbea,1\ncleo,"'), "class", {"loss": False}, table=True)
    assert isinstance(found, Table)
    rows = iter(found.rows)
    assert [next(rows).student for _ in range(2)] == ["ada", "bea"]
    with pytest.raises(InputError, match=r"^class\.csv: line 4: "):
        next(rows)


@pytest.mark.parametrize("form", ["json", "gradescope"])
@pytest.mark.parametrize(
    ("name", "content"), [("c.json", f'{{"out": "{"x" * 2**21}"}}'), ("c.csv", "out,0.5\n" * 2**18)]
)
def test_the_answers_of_a_student_are_at_most_1_mib(shell: Shell, name: str, content: str, form: str) -> None:
    said = shell("check", "sheet.json", write(name, content), "-f", form)
    assert (said.status, said.out) == (2, "")
    assert "more than 1 MiB, the most that nnc reads" in said.err
