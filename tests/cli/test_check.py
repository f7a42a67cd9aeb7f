"""``nnc check``: answers marked by a sheet."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from shells import Shell

from nnc.render.grading.marks import CLASS_FORMATS, MARKS_FORMATS

# z1 = (0.8, −0.7), a1 = (0.8, 0), y_hat = (0.5, 0), loss = ½ 0.4² + ½ 0.9² = 0.485,
# dW2 = ((0.4, 0), (0.32, 0), (0, 0)), balanced weights of 100 and 1000: 5.5 and 0.55, worked by hand
LAYERS = [
    {"W": [[0.1, 0.1], [-0.1, 0.2], [0.3, -0.4]], "activation": "relu"},
    {"W": [[0.1, 0.1], [0.5, -0.6], [0.7, -0.8]], "activation": "relu"},
]
PROBLEM = {"layers": LAYERS, "x": [2, 3], "y": [0.1, 0.9], "loss": "half_sse"}
QUESTIONS: list[dict[str, Any]] = [
    {"id": "out", "quantity": "y_hat"},
    {"id": "loss", "quantity": "loss", "points": 2, "feedback": "Half of the squares."},
    {"id": "grad", "quantity": "dW2", "points": 3, "split": "element", "feedback": "The first is 0.4."},
    {"id": "part", "quantity": "a1[1]", "points": 0.5, "tolerance": {"decimals": 1}},
]
SHEET: dict[str, Any] = {"title": "Week 3", **PROBLEM, "questions": QUESTIONS}
A = {"id": "a", "quantity": "loss"}
RIGHT = {"out": [0.5, 0], "loss": 0.485, "grad": [[0.4, 0], [0.32, 0], [0, 0]], "part": 0.8}
TRUE_VALUES = ("0.485", "0.4", "0.32", "0.8")


def write(name: str, content: object) -> str:
    Path(name).write_text(content if isinstance(content, str) else json.dumps(content))
    return name


@pytest.fixture(autouse=True)
def sheet(shell: Shell) -> None:
    write("sheet.json", SHEET)
    write("ada.json", RIGHT)
    write("bea.yaml", "out: 0.5, 0.1\nloss: 0.48\ngrad: 0.4,0;0.3,0;0,0\n")


def asking(*questions: dict[str, Any], **keys: Any) -> str:
    return write("asking.json", {**PROBLEM, "questions": list(questions), **keys})


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


# Without files


def test_the_sheets_own_answers_are_checked_where_it_has_some(shell: Shell) -> None:
    own = [{**QUESTIONS[1], "answer": 0.485}, QUESTIONS[0]]
    said = shell("check", asking(*own), "--json")
    assert (said.status, [q["id"] for q in said.json["questions"]]) == (0, ["loss"])
    own[0]["answer"] = None
    said = shell("check", asking(*own), "--json")
    assert (said.status, said.json["questions"][0]["verdict"]) == (1, "missing")


def test_the_solution_is_a_file_of_right_answers(shell: Shell) -> None:
    solution = shell("check", "sheet.json", "--solution", "-f", "csv").out
    assert solution.splitlines()[:3] == ["id,value", 'out,"0.5, 0"', "loss,0.485"]
    assert shell("check", "sheet.json", write("key.csv", solution)).status == 0


def test_the_solution_in_csv_has_every_number_with_every_digit(shell: Shell) -> None:
    path = asking({"id": "a", "quantity": "z1"}, layers=[{"kernel": [[1 / 3] * 20]}], x=[1], y=[0] * 20)
    solution = shell("check", path, "--solution", "-f", "csv", "-p", "3").out
    assert solution.count("0.3333333333333333") == 20
    assert shell("check", path, write("key.csv", solution)).status == 0


def test_the_solution_has_texts_and_values_in_json(shell: Shell) -> None:
    said = shell("check", asking({"id": "a", "quantity": "loss", "text": "What is J?"}), "--solution", "--json").json
    assert said["questions"] == [{"id": "a", "quantity": "loss", "text": "What is J?", "points": 1, "true": 0.485}]


def test_the_solution_is_derived_with_steps(shell: Shell) -> None:
    path = asking(A, counts=[100, 1000])
    said = shell("check", path, "--solution", "--steps").out
    assert "= 0.1 + 0.5·0.8 + 0.7·0 = 0.5" in said
    assert "1100 / (2·100) = 5.5" in said
    assert "\\begin{aligned}" in shell("check", path, "--solution", "--steps", "-f", "markdown").out
    assert shell("check", path, "--solution", "--steps", "-f", "latex", "-o", "key.tex") == (0, "", "")
    assert Path("key.tex").read_text().count("5.5") > 0


def test_the_solution_of_weights_alone_is_derived_with_steps(shell: Shell) -> None:
    path = write("w.json", {"counts": [100, 1000], "questions": [{"id": "a", "quantity": "weights"}]})
    assert "1100 / (2·100) = 5.5" in shell("check", path, "--solution", "--steps").out


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


# Hidden values


@pytest.mark.parametrize("name", MARKS_FORMATS)
def test_hidden_values_are_in_no_format_of_a_student(shell: Shell, name: str) -> None:
    write("c.json", {"out": [1, 1], "loss": 7, "grad": [[1, 1], [1, 1], [1, 1]], "part": 3})
    shown = shell("check", "sheet.json", "c.json", "-f", name)
    said = shell("check", "sheet.json", "c.json", "-f", name, "--hide-expected")
    assert [value for value in TRUE_VALUES if value in said.out.replace("&#46;", ".")] == []
    if name not in ("plain", "csv"):
        assert "0.485" in shown.out.replace("&#46;", ".")
        assert "Half of the squares" in said.out
    assert said.err == "nnc: warning: the feedback of grad holds a right answer, so it is left out\n"
    assert "The first is" not in said.out


@pytest.mark.parametrize("name", CLASS_FORMATS)
def test_hidden_values_are_in_no_format_of_a_class(shell: Shell, name: str) -> None:
    write("c.json", {"loss": 7})
    said = shell("check", "sheet.json", "c.json", "c.json", "-f", name, "--hide-expected")
    assert [value for value in TRUE_VALUES if value in said.out.replace("&#46;", ".")] == []


@pytest.mark.parametrize(
    ("feedback", "kept"),
    [
        ("Half of the sum.", True),
        ("It is 0.485.", False),
        ("It is 97/200.", False),
        ("It is −0.485, is it?", True),
        ("You need .485!", False),
        ("a1 and W2, version 2.0.485", True),
        ("Not 0.4", True),
        ("4.85e-1 it is", False),
    ],
)
def test_feedback_is_left_out_where_it_holds_a_right_answer(shell: Shell, feedback: str, kept: bool) -> None:
    path = asking({"id": "a", "quantity": "loss", "feedback": feedback})
    said = shell("check", path, write("c.json", {"a": 7}), "--hide-expected", "--json")
    assert said.json["questions"][0]["feedback"] == (feedback if kept else "")


# Sheets


@pytest.mark.parametrize(
    ("sheet", "answers"),
    [
        ({**PROBLEM, "reduction": "sum", "x": [[2, 3], [2, 3]], "y": [[0.1, 0.9], [0.1, 0.9]]}, {"loss": 0.97}),
        ({**PROBLEM, "l2": 2}, {"penalty": 2.04}),  # 0.1² + … + 0.8²
        ({**PROBLEM, "loss": "cross_entropy_with_logits", "y": 0, "class_weights": [2, 1]}, {"loss": 0.948}),
        ({"layers": LAYERS, "x": [2, 3]}, {"z1": [0.8, -0.7]}),
        ({"weights": "net.json"}, {"loss": 0.485}),
        ({"weights": "net.json", "x": [0, 0]}, {"z1": [0.1, 0.1]}),
        ({"weights": "net.json", "activations": ["identity", "identity"]}, {"a1": [0.8, -0.7]}),
        ({"weights": "sub/bare.json", "activations": ["relu", {"name": "relu"}], "x": [2, 3]}, {"y_hat": [0.5, 0]}),
        ({"y_hat": [0.5, 0], "y": [0.1, 0.9], "loss": "half_sse"}, {"loss": 0.485, "dy_hat": [0.4, -0.9]}),
        ({"y_hat": 0.5, "y": 1, "loss": "bce", "class_weights": [1, 2]}, {"loss": 1.386}),
        ({"counts": {"A": 100, "B": 1000}}, {"weights": {"B": 0.55, "A": 5.5}, "weights[A]": 5.5}),
        ({"counts": [4, 25], "method": "sqrt"}, {"weights": [0.5, 0.2]}),
        ({"counts": [1, 2], "method": {"name": "effective", "beta": 0.5}}, {"weights": ["1", "2/3"]}),
        ({"counts": [100, 300], "normalize": "sum"}, {"weights": [0.75, 0.25]}),
        ({"labels": ["cat", "dog", "cat"]}, {"weights[cat]": 0.75}),
        ({"labels": [10, 9, 9, 10, 9]}, {"weights[10]": 1.25}),
        ({**PROBLEM, "counts": [100, 1000]}, {"weights[0]": 5.5, "loss": 0.485}),
    ],
)  # fmt: skip
def test_a_sheet_may_be_about(shell: Shell, sheet: dict[str, Any], answers: dict[str, Any]) -> None:
    write("net.json", PROBLEM)
    Path("sub").mkdir()
    write("sub/bare.json", [layer["W"] for layer in LAYERS])
    questions = [{"id": name, "quantity": name, "answer": answer} for name, answer in answers.items()]
    said = shell("check", write("about.json", {**sheet, "questions": questions}), "--json")
    assert (said.err, said.json["questions"][0]["verdict"], said.status) == ("", "right", 0)


def test_a_sheets_tolerance_is_that_of_its_questions(shell: Shell) -> None:
    answered = {"id": "a", "quantity": "loss", "answer": 0.5}
    exact = {"id": "b", "quantity": "loss", "answer": 0.5, "tolerance": {"min_sig": 3}}
    said = shell("check", asking(answered, exact, tolerance={"atol": "0.02"}), "--json")
    assert [q["holds"] for q in said.json["questions"]] == [True, False]


@pytest.mark.parametrize(
    ("sheet", "message"),
    [
        ({}, "the document has no questions, which is required"),
        ({"questions": []}, "the sheet has no problem: give it layers, weights: FILE, y_hat, counts or labels"),
        ({**PROBLEM, "questions": []}, "questions is empty, expected at least one question"),
        ({**PROBLEM, "questions": [A], "wieghts": 1}, "unknown key 'wieghts'; did you mean weights?"),
        ({**PROBLEM, "questions": [{"id": "a"}]}, "questions[0] has no quantity, which is required"),
        ({**PROBLEM, "questions": [A, {**A, "quantity": "los"}]},
         "questions[1]: id is 'a', as that of a question before"),
        ({**PROBLEM, "questions": [A, {"id": "b", "quantity": "los"}]},
         "questions[1]: quantity: unknown quantity 'los'; did you mean loss?"),
        ({**PROBLEM, "questions": [{**A, "quantity": "dW1[9,9]"}]},
         "questions[0]: quantity: dW1[9,9] is not one number: dW1 has 3 × 2 (bias and inputs × units), counted from 1"),
        ({**PROBLEM, "questions": [{**A, "id": " "}]},
         "questions[0]: id is '', expected a name of at most 80 characters"),
        ({**PROBLEM, "questions": [{**A, "points": -1}]},
         "questions[0]: points is -1, expected a number from 0 to 1000000"),
        ({**PROBLEM, "questions": [{**A, "points": "two"}]}, "questions[0]: points: ('two') is not a number"),
        ({**PROBLEM, "questions": [{**A, "split": "rows"}]},
         "questions[0].split: Invalid enum value 'rows'"),
        ({**PROBLEM, "questions": [{**A, "tolerance": {"sig": 2, "rtol": 0.1}}]},
         "questions[0]: tolerance: rtol and sig measure an answer in different ways; give one of them"),
        ({**PROBLEM, "questions": [{**A, "tolerance": {"rtol": "x"}}]},
         "questions[0]: tolerance: rtol: ('x') is not a number"),
        ({**PROBLEM, "questions": [A], "weights": "net.json"},
         "the sheet has layers and weights, expected one of them"),
        ({**PROBLEM, "questions": [A], "x": [1, 2, 3]}, "x has 3 values, expected 2: the inputs of layers[0].W"),
        ({"layers": LAYERS, "questions": [A]}, "x is missing: the input that the questions are about"),
        ({"y_hat": [1], "y": [1], "questions": [A]}, "loss is missing: outputs alone leave nothing to ask"),
        ({"weights": "nte.json", "questions": [A]}, None),
        ({"counts": [1, 2], "labels": [1], "questions": [A]}, "the sheet has counts and labels, expected one of them"),
        ({"counts": [1, 2.5], "questions": [A]}, "counts: class 1 has a count of 2.5, expected a whole number"),
        ({"counts": [1, 0], "questions": [A]},
         "counts: class 1 has a count of 0, expected at least 1: its weight would be infinite"),
        ({"counts": [1, 2], "method": "most", "questions": [A]}, None),
        ({**PROBLEM, "l2": -1, "questions": [A]}, "l2 is -1, expected a number from 0 up"),
    ],
)  # fmt: skip
def test_a_wrong_sheet_exits_with_2(shell: Shell, sheet: dict[str, Any], message: str | None) -> None:
    said = shell("check", write("wrong.json", sheet), "ada.json")
    assert (said.status, said.out, said.err.count("\n")) == (2, "", 1)
    if message is not None:
        assert said.err == f"nnc: wrong.json: {message}\n"


def test_a_quantity_that_is_infinite_cannot_be_asked_for(shell: Shell) -> None:
    # bce of sigmoid(−1000) where 1 is wanted: ∂J/∂ŷ is −∞
    saturated = {"layers": [{"kernel": [[1]], "activation": "sigmoid"}], "x": [-1000], "y": [1], "loss": "bce"}
    said = shell("check", write("w.json", {**saturated, "questions": [{"id": "a", "quantity": "dy_hat"}]}), "ada.json")
    assert said.err == "nnc: w.json: questions[0]: quantity: dy_hat is not finite, so no answer would be right\n"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["sheet.json"],
         "sheet.json: there are no answers to check: name files of them, or give questions an answer; "
         "--solution prints them"),
        (["nosuch.json"], "nosuch.json: no such file; did you mean sheet.json?"),
        (["sheet.json", "ada.json", "--solution"], "--solution prints the answers, so there are none to check"),
        (["sheet.json", "ada.json", "--steps"],
         "--steps shows how the answers come about, so it goes with --solution"),
        (["sheet.json", "--solution", "--sample", "2"], "--sample is about a derivation, so it goes with --steps"),
        (["sheet.json", "--solution", "--hide-expected"],
         "--solution prints what --hide-expected hides; give one of them"),
        (["sheet.json", "ada.json", "bea.yaml", "-f", "gradescope"],
         "--format gradescope is of one student's answers: one call per submission"),
        (["sheet.json", "ada.json", "-f", "xml"],
         "unknown format 'xml'; known: table, json, ndjson, plain, csv, markdown, tap, junit, gradescope"),
        (["sheet.json", "ada.json", "-f", "latex"], "format latex writes down derivations, so it goes with --steps"),
        (["sheet.json", "--solution", "-f", "tap"],
         "format tap writes down marks, so it goes with nnc check SHEET ANSWERS"),
        (["sheet.json", "ada.json", "--json", "-f", "tap"], "--json and --format tap exclude each other"),
    ],
)  # fmt: skip
def test_a_wrong_call_exits_with_2(shell: Shell, args: list[str], message: str) -> None:
    assert shell("check", *args) == (2, "", f"nnc: {message}\n")


@pytest.mark.parametrize("name", ["csv", "tap", "junit", "gradescope"])
def test_a_format_of_marks_says_so_elsewhere(shell: Shell, name: str) -> None:
    said = shell("forward", "-w", write("net.json", PROBLEM), "-f", name)
    assert said == (2, "", f"nnc: format {name} writes down marks, so it goes with nnc check SHEET ANSWERS\n")


# The folder of the sheet


@pytest.mark.parametrize("name", ["../net.json", "in/../../net.json", "link.json", "linked/net.json", "{absolute}"])
def test_weights_outside_the_sheets_folder_are_refused(shell: Shell, tmp_path: Path, name: str) -> None:
    write("net.json", PROBLEM)
    Path("in/in").mkdir(parents=True)
    Path("in/link.json").symlink_to("../net.json")
    Path("in/linked").symlink_to("..")
    name = name.format(absolute=tmp_path / "net.json")
    write("in/sheet.json", {"weights": name, "questions": [A]})
    said = shell("check", "in/sheet.json", "--solution")
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith(f"nnc: in/sheet.json: weights is {name!r}, a file outside the sheet's folder")
    assert shell("check", "in/sheet.json", "--solution", "--allow-outside").status == 0


@pytest.mark.parametrize("name", ["net.json", "./net.json", "in/../net.json", "link.json"])
def test_weights_in_the_sheets_folder_are_read(shell: Shell, name: str) -> None:
    Path("sub/in").mkdir(parents=True)
    write("sub/net.json", PROBLEM)
    Path("sub/link.json").symlink_to("net.json")
    assert shell("check", write("sub/sheet.json", {"weights": name, "questions": [A]}), "--solution").status == 0


@pytest.mark.parametrize("name", [".", "pipe", "a\0b"])
def test_weights_are_a_file(shell: Shell, name: str) -> None:
    os.mkfifo("pipe")
    said = shell("check", write("s.json", {"weights": name, "questions": [A]}), "--solution")
    assert said == (2, "", f"nnc: s.json: weights is {name!r}, which is no file\n")


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


def bytes_of(*args: str, env: dict[str, str]) -> bytes:
    clean = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS", "TERM")}
    command = [sys.executable, "-m", "nnc", "check", *args]
    return subprocess.run(command, env=clean | env, capture_output=True, check=False).stdout


@pytest.mark.parametrize("name", ["csv", "json", "tap", "junit"])
def test_a_github_runner_writes_the_same_bytes(name: str) -> None:
    args = ("sheet.json", "ada.json", "bea.yaml", "-f", name)
    runner = {"GITHUB_ACTIONS": "1", "CI": "true", "FORCE_COLOR": "1"}
    here, there = bytes_of(*args, env={}), bytes_of(*args, env=runner)
    assert here == there
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
