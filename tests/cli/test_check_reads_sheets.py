"""A sheet may be about many things; a wrong one, or a wrong call of ``nnc check``, is one line that says why."""

import os
from pathlib import Path
from typing import Any

import pytest
from problems import LAYERS, PROBLEM, A, asking, write
from shells import Shell

pytestmark = pytest.mark.usefixtures("marked")


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
