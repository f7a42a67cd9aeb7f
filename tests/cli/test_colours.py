"""Green, yellow and red say something: right, in doubt, wrong."""

import re
from pathlib import Path
from typing import Any

import pytest
from shells import Shell

from nnc.core.verify import Check
from nnc.render.formats import Style, render
from nnc.render.verification import VerificationReport

SAMPLES = Path(__file__).parents[2] / "samples"
NETWORK = "-w two_layer_relu_problem.yaml"
GREEN, YELLOW, RED = "\x1b[1;32m", "\x1b[1;33m", "\x1b[1;31m"


@pytest.fixture
def coloured(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Shell:
    def calling(*args: object, **options: Any) -> Any:
        monkeypatch.setenv("FORCE_COLOR", "1")
        return shell(*args, **options)

    return calling


def inks(text: str) -> dict[str, str]:
    """The words of a text that have one of the three colours, with it."""
    found = re.findall(r"(\x1b\[1;3[123]m)(.*?)\x1b\[0m", text)
    return {words.strip(): ink for ink, words in found}


def test_a_verdict_is_green_yellow_or_red(coloured: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(SAMPLES)
    answers = ["loss=0.485", "loss=0.48", "loss=0.97", "loss=x", "loss=", "dx=1", "dW2[2,1]=0.3200001"]
    options = [word for answer in answers for word in ("--expect", answer)]
    assert inks(coloured("grad", *NETWORK.split(), *options).out) == {
        "right": GREEN,
        "too few digits": YELLOW,
        "missing": YELLOW,
        "wrong": RED,
        "unreadable": RED,
        "wrong shape: 1 number, expected 2 numbers": RED,
    }


def test_marks_are_green_yellow_or_red(coloured: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(SAMPLES / "grading")
    rows = [line for line in coloured("check", "sheet.yaml", "class.csv").out.splitlines() if "cleo" in line]
    # cleo: output wrong, loss right, gradient too few digits, weight wrong; see docs/grading.md
    assert re.findall(r"\x1b\[1;3[123]m", rows[0]) == [RED, GREEN, YELLOW, RED]
    one = coloured("check", "sheet.yaml", "-", stdin='{"output": 1, "loss": 0.485, "gradient": "0.4,0;0.3,0;0,0"}')
    assert {words.partition(":")[0]: ink for words, ink in inks(one.out).items()} == {
        "wrong shape": RED,
        "right": GREEN,
        "too few digits": YELLOW,
        "missing": YELLOW,
    }


def test_a_checked_gradient_is_green_and_one_left_out_yellow(coloured: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(SAMPLES)
    assert inks(coloured("grad", *NETWORK.split(), "--verify").out) == {"agrees": GREEN, "every entry agrees": GREEN}
    # at x = 1 both relus of this network are at their kink
    kink = coloured("grad", *["-w", "absolute_value.json", "-x", "1", "-y", "0.5", "-l", "half_sse", "--verify"])
    assert inks(kink.out) == {
        "agrees": GREEN,
        "left out": YELLOW,
        "every entry that was checked agrees": YELLOW,
        "dW1[1,1], dW1[1,2], dW1[2,1], dW1[2,2]": YELLOW,
        "dx[1]": YELLOW,
    }


def test_a_gradient_that_differs_is_red() -> None:
    wrong = Check(name="dx", entries=2, worst=0.5, at="dx[1]", kinks=(), unresolved=())
    text = render(VerificationReport([wrong]), "table", Style(color=True))
    assert inks(text) == {"differs": RED, "gradients differ": RED}


def test_numbers_that_are_no_verdict_have_none_of_the_three_colours(
    coloured: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(SAMPLES)
    for call in (f"grad {NETWORK}", f"inspect {NETWORK}", "imbalance-weights --counts 1,2", "activations relu -x 1"):
        said = coloured(*call.split())
        assert "\x1b[1;36m" in said.out
        assert inks(said.out) == {}
