"""``nnc check`` shows the right answers where they are asked for, and hides them where that is asked for."""

from pathlib import Path

import pytest
from problems import A, asking, write
from shells import Shell

from nnc.render.formats import CLASS_MARKS, MARKS, formats

pytestmark = pytest.mark.usefixtures("marked")


TRUE_VALUES = ("0.485", "0.4", "0.32", "0.8")


# The solution


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


# Hidden values


@pytest.mark.parametrize("name", formats(MARKS))
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


@pytest.mark.parametrize("name", formats(CLASS_MARKS))
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
