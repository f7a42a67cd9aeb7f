"""A file may hold the whole problem; an option wins over what it says."""

import json
from pathlib import Path
from typing import Any

import pytest
from problems import PROBLEM
from shells import Said, Shell


def test_the_readmes_command_prints_the_hand_calculation(call: Shell) -> None:
    # z1 = (0.8, −0.7), a1 = (0.8, 0), z2 = (0.5, −0.38), y_hat = (0.5, 0): see tests/core/test_passes.py
    said = call("forward", "--weights", "net.json", "--x", "2,3", "-s", "z1,a1,z2,y_hat", "-f", "plain", "-p", "6")
    assert said == Said(0, "0.8\n-0.7\n0.8\n0\n0.5\n-0.38\n0.5\n0\n", "")


def test_a_file_may_hold_the_whole_problem(call: Shell) -> None:
    assert call("loss", "-w", "net.json", "-s", "loss", "-f", "plain", "-p", "6").out == "0.485\n"


@pytest.mark.parametrize(
    ("option", "quantity", "expected"),
    [
        (["-x", "0,0"], "x", [0, 0]),
        (["--x", "0,0"], "x", [0, 0]),
        (["-y", "0.5,0"], "loss", 0),
        (["--y", "0.5,0"], "loss", 0),
        (["-l", "sse"], "loss", 0.97),  # twice half of it
        (["--loss", "sse"], "loss", 0.97),
        (["-l", "mse:outputs=sum"], "loss", 0.97),
        (["-a", "identity,identity"], "a1", [0.8, -0.7]),
        (["--activations", "leaky_relu:negative_slope=0.1,relu"], "a1", [0.8, -0.07]),
        (["--class-weights", "1,3", "-l", "cross_entropy_with_logits", "-y", "0"], "loss", 0.4740769841801067),
        (["--class-weights", "3,1", "-l", "cross_entropy_with_logits", "-y", "0"], "loss", 3 * 0.4740769841801067),
        (["--sample-weights", "2"], "loss", 0.97),
        (["--l2", "2"], "penalty", 2.04),  # 0.1² + 0.2² + 0.3² + 0.4² + 0.5² + 0.6² + 0.7² + 0.8²
        (["--reduction", "sum", "-x", "2,3;2,3", "-y", "0.1,0.9;0.1,0.9"], "loss", 0.97),
        (["--reduction", "mean", "-x", "2,3;2,3", "-y", "0.1,0.9;0.1,0.9"], "loss", 0.485),
        (["--dtype", "float32"], "x", [2, 3]),
    ],
)  # log(1 + e^−½) = 0.474…, the cross entropy of class 0 for outputs (½, 0)
def test_an_option_wins_over_what_the_file_says(call: Shell, option: list[str], quantity: str, expected: Any) -> None:
    said = call("loss", "-w", "net.json", "--json", *option)
    assert (said.status, said.err) == (0, "")
    assert said.json[quantity] == pytest.approx(expected, rel=1e-14, abs=1e-16)


def test_a_file_class_and_sample_weights_are_overruled_too(call: Shell, tmp_path: Path) -> None:
    problem = {
        **PROBLEM,
        "loss": "cross_entropy_with_logits",
        "y": [1, 0],
        "class_weights": [2, 1],
        "sample_weights": [5],
    }
    (tmp_path / "weighted.json").write_text(json.dumps(problem))
    in_file = call("loss", "-w", "weighted.json", "--json").json["loss"]
    assert call("loss", "-w", "weighted.json", "--json", "--class-weights", "1,1").json["loss"] == pytest.approx(
        in_file / 2
    )
    assert call("loss", "-w", "weighted.json", "--json", "--sample-weights", "1").json["loss"] == pytest.approx(
        in_file / 5
    )


def test_float32_prints_what_a_float32_framework_does(call: Shell) -> None:
    # float32(0.1) + float32(0.2) is 0.3 in float32's shortest digits; in float64 it is 0.30000000000000004
    args = ["forward", "-w", "-", "-x", "0.1", "-s", "z1", "-f", "plain"]
    stdin = '{"layers": [{"kernel": [[1]], "bias": [0.2]}]}'
    assert call(*args, stdin=stdin).out == "0.30000000000000004\n"
    assert call(*args, "--dtype", "float32", stdin=stdin).out.strip() in ("0.3", "0.30000001")


@pytest.mark.parametrize("y_hat", ["0.5,0", "@y_hat.csv", "-"])
def test_a_loss_needs_no_network(call: Shell, tmp_path: Path, y_hat: str) -> None:
    (tmp_path / "y_hat.csv").write_text("0.5,0\n")
    said = call("loss", "--y-hat", y_hat, "-y", "0.1,0.9", "-l", "half_sse", "--json", stdin="0.5,0\n")
    assert said.json["loss"] == pytest.approx(0.485, rel=1e-15)
    assert "x" not in said.json


def test_grad_without_a_network_gives_dy_hat_and_loss_does_not(call: Shell) -> None:
    args = ["--y-hat", "0.5,0", "-y", "0.1,0.9", "-l", "half_sse", "--json"]
    assert call("grad", *args).json["dy_hat"] == pytest.approx([0.4, -0.9])
    assert "dy_hat" not in call("loss", *args).json


@pytest.mark.parametrize(
    ("args", "weights"),
    [
        (["--counts", "100,1000"], {"0": 5.5, "1": 0.55}),
        (["--counts", "B=100,A=1000"], {"B": 5.5, "A": 0.55}),
        (["--labels", "1,0,1,1"], {"0": 2, "1": 2 / 3}),
        (["--labels", "10,9,9,10"], {"9": 1, "10": 1}),
        (["--labels", "cat,dog,cat"], {"cat": 0.75, "dog": 1.5}),
        (["--counts", "100,1000", "--method", "inverse"], {"0": 0.01, "1": 0.001}),
        (["--counts", "4,25", "--method", "sqrt"], {"0": 0.5, "1": 0.2}),
        (["--counts", "1,2", "--method", "effective", "--beta", "0.5"], {"0": 1, "1": 2 / 3}),
        (["--counts", "30,10", "--method", "pos-weight"], {"0": 1, "1": 3}),
        (["--counts", "100,300", "--normalize", "sum"], {"0": 0.75, "1": 0.25}),
        (["--counts", "100,300", "--normalize", "mean"], {"0": 1.5, "1": 0.5}),
        (["--counts", "100,200", "--normalize", "max"], {"0": 1, "1": 0.5}),
    ],
)
def test_classes_are_weighed_in_their_order(call: Shell, args: list[str], weights: dict[str, float]) -> None:
    found = call("imbalance-weights", *args, "--json").json["weights"]
    assert list(found) == list(weights)
    assert list(found.values()) == pytest.approx(list(weights.values()), rel=1e-14)
