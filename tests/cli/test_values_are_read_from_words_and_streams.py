"""A value may begin with a minus sign, end with a semicolon, or come from standard input."""

import json
from pathlib import Path

import pytest
from problems import LAYERS, refused
from shells import Shell


@pytest.mark.parametrize("args", [["-x", "-1,-2"], ["--x", "-1,-2"], ["--x=-1,-2"], ["-x-1,-2"], ["-x", "-1,-4/2"]])
def test_a_value_may_begin_with_a_minus_sign(call: Shell, args: list[str]) -> None:
    assert call("forward", "-w", "net.json", "--json", *args).json["x"] == [-1, -2]


@pytest.mark.parametrize("x", [["-x=-2,-3"], ["-x", "-2,-3"], ["-x-2,-3"], ["--x=-2,-3"], ["--x", "-2,-3"]])
def test_a_negative_value_may_stand_behind_its_option_in_every_way(shell: Shell, x: list[str]) -> None:
    Path("sum.json").write_text('{"layers": [{"kernel": [[1], [1]]}]}')
    assert shell("forward", "-w", "sum.json", *x, "-s", "y_hat", "-f", "plain") == (0, "-5\n", "")


def test_a_trailing_semicolon_makes_a_batch_of_one(call: Shell) -> None:
    assert call("forward", "-w", "net.json", "-x", "2,3;", "--json").json["x"] == [[2, 3]]


@pytest.mark.parametrize("option", ["-w", "-x", "-y"])
def test_one_option_may_read_standard_input(call: Shell, option: str) -> None:
    stdin = {"-w": json.dumps({"layers": LAYERS}), "-x": "[2, 3]", "-y": "0.1,0.9\n"}[option]
    given = {"-w": "net.json", "-x": "2,3", "-y": "0.1,0.9"} | {option: "-"}
    args = [word for pair in given.items() for word in pair]
    assert call("loss", *args, "-l", "half_sse", "--json", stdin=stdin).json["loss"] == pytest.approx(0.485)


@pytest.mark.parametrize(("first", "second"), [("--weights", "--x"), ("--x", "--y"), ("--weights", "--class-weights")])
def test_two_readers_of_standard_input_are_refused(call: Shell, first: str, second: str) -> None:
    given = {"--weights": "net.json", "--x": "2,3", "--y": "0,1", "--loss": "bce"} | {first: "-", second: "-"}
    said = call("loss", *(word for pair in given.items() for word in pair), stdin=json.dumps(LAYERS[0]["W"]))
    if first != "--weights":
        refused(said, f"{first} and {second} both read standard input; give one of them a file")
    else:
        assert said.status == 2


def test_the_output_of_one_command_feeds_another(call: Shell) -> None:
    # 100 and 1000 samples: class 1 weighs 1100 / (2 · 1000) = 0.55, and −0.55 log ½ is the loss
    weights = call("imbalance-weights", "--counts", "100,1000", "--json").out
    assert json.loads(weights)["weights"] == {"0": 5.5, "1": 0.55}
    said = call("loss", "--y-hat", "0.5", "-y", "1", "-l", "bce", "--class-weights", "-", "--json", stdin=weights)
    assert said.json["loss"] == pytest.approx(0.55 * 0.6931471805599453, rel=1e-15)
    forward = call("forward", "-w", "net.json", "--json").out
    said = call("loss", "--y-hat", "-", "-y", "0.1,0.9", "-l", "half_sse", "--json", stdin=forward)
    assert said.json["loss"] == pytest.approx(0.485, rel=1e-15)
