"""``nnc check`` marks the answers of a student and of a class by a sheet."""

import json
from pathlib import Path

import pytest
from problems import QUESTIONS, RIGHT, asking, write
from shells import Shell

pytestmark = pytest.mark.usefixtures("marked")


# One student


def test_right_answers_have_all_points_and_exit_with_0(shell: Shell) -> None:
    said = shell("check", "sheet.json", "ada.json", "--json")
    assert (said.status, said.err) == (0, "")
    assert (said.json["student"], said.json["points"], said.json["possible"]) == ("ada", 6.5, 6.5)
    assert said.json["holds"] is True


def test_each_question_has_its_verdict_and_points(shell: Shell) -> None:
    said = shell("check", "sheet.json", "bea.yaml", "--json")
    assert said.status == 1
    found = [(q["id"], q["given"], q["verdict"], q["points"], q["note"]) for q in said.json["questions"]]
    assert found == [
        ("out", "[0.5, 0.1]", "wrong", 0, "1 of 2 right, not y_hat[2]"),
        ("loss", "0.48", "too few digits", 0, ""),
        ("grad", "[[0.4, 0], [0.3, 0], [0, 0]]", "too few digits", 2.5, "5 of 6 right, not dW2[2,1]"),
        ("part", "", "missing", 0, ""),
    ]
    assert said.json["points"] == 2.5


def test_json_of_a_student_has_this_shape(shell: Shell) -> None:
    said = shell("check", "sheet.json", "bea.yaml", "--json").json
    assert list(said) == ["title", "student", "points", "possible", "holds", "error", "unknown", "questions", "meta"]
    assert said["questions"][1] == {
        "id": "loss",
        "quantity": "loss",
        "text": "",
        "given": "0.48",
        "true": 0.485,
        "verdict": "too few digits",
        "note": "",
        "holds": False,
        "points": 0,
        "possible": 2,
        "feedback": "Half of the squares.",
    }


def test_a_table_has_a_row_a_question_and_a_total(shell: Shell) -> None:
    lines = shell("check", "sheet.json", "bea.yaml").out.splitlines()
    rows = [[cell.strip() for cell in line.strip("│").split("│")] for line in lines if line.startswith("│")]
    assert rows[1] == ["loss", "loss", "0.48", "0.485", "too few digits", "0", "2"]
    assert "total = 2.5 of 6.5" in lines
    assert "loss: Half of the squares." in lines


def test_precision_rounds_true_values(shell: Shell) -> None:
    assert "0.485" in shell("check", "sheet.json", "bea.yaml").out
    assert "0.485" not in shell("check", "sheet.json", "bea.yaml", "-p", "2").out


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", RIGHT),
        ("a.yaml", "out: [.5, 0]\nloss: 485e-3\ngrad: [[0.4, 0], [0.32, 0], [0, 0]]\npart: 4/5\n"),
        ("a.yml", "out: '0.5,0'\nloss: '0.485'\ngrad: '[[0.4, 0], [0.32, 0], [0, 0]]'\npart: '0.8'\n"),
        ("a.csv", 'id,value\nout,"0.5,0"\nloss,0.485\ngrad,"0.4,0;0.32,0;0,0"\npart,0.8\n'),
        ("a.csv", 'out,"[0.5, 0]"\n\nloss, 0.485 \n grad ,"0.4,0;0.32,0;0,0"\r\npart,0.8\n'),
        ("a.csv", "\ufeffstudent,part,loss,out,grad\nada,0.8,0.485,0.5;0,\"0.4,0;0.32,0;0,0\"\n"),
        ("a", json.dumps(RIGHT)),
    ],
)  # fmt: skip
def test_answers_are_read_however_they_are_written(shell: Shell, name: str, content: object) -> None:
    said = shell("check", "sheet.json", write(name, content), "--json")
    assert (said.status, said.err) == (0, "")


def test_answers_from_standard_input(shell: Shell) -> None:
    assert shell("check", "sheet.json", "-", stdin=json.dumps(RIGHT)).status == 0
    assert shell("check", "sheet.json", "-", stdin="") == (2, "", "nnc: -: standard input is empty\n")


def test_digits_are_judged_as_they_were_written(shell: Shell) -> None:
    # 0.7500 has the digits that are asked for; as a float it would not
    sheet = asking(
        {"id": "a", "quantity": "y_hat", "tolerance": {"min_sig": 4}}, layers=[{"kernel": [[0.75001]]}], x=[1]
    )
    path = write(
        "asking.json", {k: v for k, v in json.loads(Path(sheet).read_text()).items() if k not in ("y", "loss")}
    )
    statuses = [shell("check", path, write("b.json", text)).status for text in ('{"a": 0.7500}', '{"a": 0.75}')]
    assert statuses == [0, 1]


@pytest.mark.parametrize(
    ("split", "points"),
    [("all", 0), ("element", 2.5)],
)
def test_points_of_a_matrix_split_where_the_sheet_says_so(shell: Shell, split: str, points: float) -> None:
    path = asking({"id": "grad", "quantity": "dW2", "points": 3, "split": split})
    assert shell("check", path, "bea.yaml", "--json").json["points"] == points


def test_thirds_of_a_point_sum_to_whole_points(shell: Shell) -> None:
    questions = [{"id": str(i), "quantity": "x", "points": "1/3"} for i in range(3)]
    said = shell("check", asking(*questions), write("a.json", {str(i): [2, 3] for i in range(3)}), "--json")
    assert (said.json["points"], said.json["possible"]) == (1, 1)


def test_an_answer_to_no_question_is_named(shell: Shell) -> None:
    said = shell("check", "sheet.json", write("c.json", {**RIGHT, "q9": 1}))
    assert said.status == 0
    assert "no such question: q9" in said.out


def test_the_sheets_own_answers_are_checked_where_it_has_some(shell: Shell) -> None:
    own = [{**QUESTIONS[1], "answer": 0.485}, QUESTIONS[0]]
    said = shell("check", asking(*own), "--json")
    assert (said.status, [q["id"] for q in said.json["questions"]]) == (0, ["loss"])
    own[0]["answer"] = None
    said = shell("check", asking(*own), "--json")
    assert (said.status, said.json["questions"][0]["verdict"]) == (1, "missing")


# A class


CLASS = 'student,out,loss,grad,part\nada,"0.5,0",0.485,"0.4,0;0.32,0;0,0",0.8\nbea,"0.5,0.1",0.48,"0.4,0;0.3,0;0,0",\n'


@pytest.mark.parametrize("files", [["ada.json", "bea.yaml"], ["class.csv"]])
def test_a_class_has_a_row_a_student(shell: Shell, files: list[str]) -> None:
    write("class.csv", CLASS)
    said = shell("check", "sheet.json", *files, "-f", "csv")
    assert (said.status, said.err) == (1, "")
    assert said.out == "student,out,loss,grad,part,total,error\nada,1,2,3,0.5,6.5,\nbea,0,0,2.5,0,2.5,\n"


def test_json_of_a_class_has_this_shape(shell: Shell) -> None:
    said = shell("check", "sheet.json", "ada.json", "bea.yaml", "--json").json
    assert list(said) == ["title", "students", "mean", "possible", "holds", "questions", "meta"]
    assert said["students"][1] == {
        "student": "bea",
        "points": 2.5,
        "possible": 6.5,
        "holds": False,
        "error": None,
        "unknown": [],
        "answers": {
            "out": {"verdict": "wrong", "points": 0},
            "loss": {"verdict": "too few digits", "points": 0},
            "grad": {"verdict": "too few digits", "points": 2.5},
            "part": {"verdict": "missing", "points": 0},
        },
    }
    assert said["mean"] == 4.5
    grad = said["questions"][2]
    assert (grad["right"], grad["success"], grad["mean"], grad["possible"]) == (1, 0.5, 2.75, 3)


def test_a_class_of_one_is_a_class(shell: Shell) -> None:
    write("class.csv", "".join(CLASS.splitlines(keepends=True)[:2]))
    said = shell("check", "sheet.json", "class.csv", "--json")
    assert (said.status, len(said.json["students"])) == (0, 1)


def test_columns_without_a_question_are_left_out_with_a_warning(shell: Shell) -> None:
    write("class.csv", "name,e-mail,loss\nada,a@b.c,0.485\n")
    said = shell("check", "sheet.json", "class.csv", "--json")
    assert said.err == "nnc: warning: class.csv: columns that are no question's are left out: e-mail\n"
    assert said.json["students"][0]["points"] == 2


def test_a_row_with_too_many_cells_is_that_students_error(shell: Shell) -> None:
    write("class.csv", "name,out,loss\nada,0.5,0,0.485\nbea,,0.485\ncleo\n")
    students = shell("check", "sheet.json", "class.csv", "--json").json["students"]
    assert [(s["student"], s["points"], s["error"]) for s in students] == [
        ("ada", 0, "line 2 has 4 cells, expected 3; a list goes in quotes"),
        ("bea", 2, None),
        ("cleo", 0, None),
    ]


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ("{", "the JSON ends early: a closing bracket is missing"),
        ('{"loss": 0.485, "loss": 1}', "line 1: duplicate key 'loss'"),
        ("[1, 2]", "the document is a list, expected a mapping"),
        ("", "the file is empty"),
        ("\x89PNG\x00", "the file is binary data, expected text"),
        (None, "this is a folder, expected a file"),
    ],
)
def test_a_broken_file_is_its_students_error_and_not_the_end(shell: Shell, content: str | None, error: str) -> None:
    if content is None:
        Path("broken.json").mkdir()
    else:
        write("broken.json", content)
    said = shell("check", "sheet.json", "ada.json", "broken.json", "bea.yaml", "--json")
    assert (said.status, said.err) == (1, "")
    assert [(s["points"], s["error"]) for s in said.json["students"]] == [
        (6.5, None),
        (0, f"broken.json: {error}"),
        (2.5, None),
    ]


def test_students_are_called_by_their_files_or_by_their_paths_where_files_are_called_the_same(shell: Shell) -> None:
    for folder in ("ada", "bea"):
        Path(folder).mkdir()
        write(f"{folder}/answers.json", RIGHT)
    said = shell("check", "sheet.json", "ada/answers.json", "bea/answers.json", "ada.json", "-f", "csv")
    assert [line.split(",")[0] for line in said.out.splitlines()[1:]] == ["ada/answers.json", "bea/answers.json", "ada"]
