"""The options and keys that say how honest an answer has to be."""

import json
from pathlib import Path

import numpy as np
import pytest
from shells import Shell

# z1 = 0.7 · 0.9 + 0.1 = 0.73, a1 = σ(0.73) = 0.674805, z2 = 5 a1 = 3.374027; of three digits a1 is 0.675 and z2 3.38
CHAIN = {
    "layers": [
        {"weight": [[0.7]], "bias": [0.1], "activation": "sigmoid"},
        {"weight": [[5]]},
    ],
    "x": [0.9],
}


@pytest.fixture
def net(shell: Shell) -> str:
    Path("net.json").write_text(json.dumps(CHAIN))
    return "net.json"


@pytest.mark.parametrize(
    ("answer", "options", "status"),
    [
        ("3.38", [], 0),
        ("3.38", ["--no-rounding-on-the-way"], 1),
        ("3.38", ["--sig", "3"], 1),
        ("3.37", ["--no-rounding-on-the-way"], 0),
    ],
)
def test_rounding_on_the_way_may_be_left_out(
    net: str, shell: Shell, answer: str, options: list[str], status: int
) -> None:
    assert shell("forward", "-w", net, "--expect", f"z2={answer}", *options).status == status


@pytest.mark.parametrize(("noise", "status"), [([], 0), (["--noise", "float64"], 1), (["--noise", "none"], 1)])
def test_what_float32_gives_is_right_unless_more_is_asked(
    net: str, shell: Shell, noise: list[str], status: int
) -> None:
    single = float(np.float32(shell("forward", "-w", net, "--dtype", "float32", "-s", "z2", "--json").json["z2"][0]))
    assert shell("forward", "-w", net, "--expect", f"z2={single:.12g}", *noise).status == status


@pytest.mark.parametrize(
    ("tolerance", "verdict"),
    [({}, "rounded on the way"), ({"rounding_on_the_way": False}, "wrong"), ({"rounding_on_the_way": True}, None)],
)
def test_a_sheet_says_so_in_its_tolerance(shell: Shell, tolerance: dict[str, bool], verdict: str | None) -> None:
    question = {"id": "a", "quantity": "z2", "answer": "3.38", "tolerance": tolerance}
    Path("sheet.json").write_text(json.dumps(CHAIN | {"questions": [question]}))
    found = shell("check", "sheet.json", "--json").json["questions"][0]["verdict"]
    assert found == (verdict or "rounded on the way")


def test_a_sheet_may_ask_for_float64(net: str, shell: Shell) -> None:
    single = float(np.float32(shell("forward", "-w", net, "--dtype", "float32", "-s", "z2", "--json").json["z2"][0]))
    questions = [
        {"id": noise, "quantity": "z2", "answer": f"{single:.12g}", "tolerance": {"noise": noise}}
        for noise in ("float32", "float64")
    ]
    Path("sheet.json").write_text(json.dumps(CHAIN | {"questions": questions}))
    marks = shell("check", "sheet.json", "--json").json["questions"]
    assert [mark["verdict"] for mark in marks] == ["right", "wrong"]


def test_json_says_which_rule_was_used(net: str, shell: Shell) -> None:
    rule = shell("forward", "-w", net, "--expect", "z2=3.38", "--json").json["rule"]
    assert rule == {"min_sig": 3, "rounding_on_the_way": True, "noise": "float32"}
