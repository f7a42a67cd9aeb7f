"""Exact arithmetic: the same core on fractions gives the very fractions that a person would."""

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import twin

import nnc
from nnc.cli.app import run
from nnc.core.arrays import EXACT, FLOAT64
from nnc.core.functions.activations import ACTIVATIONS
from nnc.core.functions.losses import LOSSES
from nnc.core.network import Network
from nnc.core.objective import Objective
from nnc.core.rows import Chosen, choose
from nnc.io.values.choices import read_choice

NETWORK = str(Path(__file__).parents[2] / "samples" / "two_layer_relu.json")
# Parameters have more decimals than the z of a test, so that none lies on a kink, where floats fall to either side.
RATIONAL_ACTIVATIONS = {
    "identity": "identity",
    "relu": "relu",
    "leaky_relu": "leaky_relu:negative_slope=0.1",
    "relu6": "relu6",
    "hardtanh": "hardtanh:min_val=-0.70003:max_val=0.90007",
    "hardsigmoid": "hardsigmoid",
    "hardswish": "hardswish",
    "softshrink": "softshrink:lambd=0.30007",
    "hardshrink": "hardshrink:lambd=0.30007",
    "threshold": "threshold:threshold=0.10007:value=0.2",
    "step": "step",
    "softsign": "softsign",
}
RATIONAL_LOSSES = {
    "half_sse": "half_sse",
    "sse": "sse",
    "mse": "mse",
    "mae": "mae",
    "huber": "huber:delta=0.3",
    "smooth_l1": "smooth_l1:beta=0.3",
    "hinge": "hinge",
    "squared_hinge": "squared_hinge",
}


def tenths(rng: np.random.Generator, *shape: int) -> Any:
    """Random exact tenths, none of them 0."""
    values = rng.integers(1, 20, size=shape) * rng.choice([-1, 1], size=shape)
    return np.vectorize(lambda v: Fraction(int(v), 10), otypes=[object])(values)


def network(activation: Chosen[Any], matrices: list[Any], dtype: np.dtype[Any]) -> Network:
    return Network(tuple(nnc.layer(activation, W=m.astype(dtype)) for m in matrices))


def in_both(activation: str, loss: str, batch: bool) -> tuple[nnc.Calculation, nnc.Calculation]:
    """The gradient of one random problem in fractions and in floats."""
    rng = np.random.default_rng([len(activation), len(loss), batch])
    matrices = [tenths(rng, 4, 3), tenths(rng, 4, 2)]
    x, y = (tenths(rng, 5, 3), tenths(rng, 5, 2)) if batch else (tenths(rng, 3), tenths(rng, 2))
    if LOSSES[loss.partition(":")[0]].y_domain.words == "-1 or 1":
        y = np.sign(y)

    def grad(dtype: np.dtype[Any]) -> nnc.Calculation:
        chosen = read_choice(activation, ACTIVATIONS, "activation", dtype)
        objective = Objective(read_choice(loss, LOSSES, "loss", dtype))
        return nnc.grad(network(chosen, matrices, dtype), x.astype(dtype), y.astype(dtype), objective)

    return grad(EXACT), grad(FLOAT64)


@pytest.mark.parametrize("batch", [False, True])
@pytest.mark.parametrize("loss", RATIONAL_LOSSES.values())
@pytest.mark.parametrize("activation", RATIONAL_ACTIVATIONS.values())
def test_exact_results_are_fractions_and_equal_the_floats_within_rounding(
    activation: str, loss: str, batch: bool
) -> None:
    exact, floats = in_both(activation, loss, batch)
    for name, value in exact.items():
        assert {type(number) for number in np.asarray(value).reshape(-1)} <= {Fraction, int}, name
        largest = max(1.0, float(np.abs(floats[name]).max()))
        np.testing.assert_allclose(value.astype(float), floats[name], rtol=1e-12, atol=1e-12 * largest, err_msg=name)


@pytest.mark.parametrize("loss", ["half_sse", "sse", "mse", "mae"])
@pytest.mark.parametrize("activation", ["identity", "relu", "leaky_relu"])
def test_exact_results_are_the_fractions_of_the_loop_by_loop_twin(activation: str, loss: str) -> None:
    rng = np.random.default_rng(7)
    matrices, x, y = [tenths(rng, 4, 3), tenths(rng, 4, 2)], tenths(rng, 5, 3), tenths(rng, 5, 2)
    chosen = choose(ACTIVATIONS, "activation", activation, {}, EXACT)
    objective = Objective(choose(LOSSES, "loss", loss, {}, EXACT))
    found = nnc.grad(network(chosen, matrices, EXACT), x, y, objective)
    slope = chosen.parameters.get("negative_slope", Fraction(0))
    layers = [twin.Layer("W", m.tolist(), None, activation, slope) for m in matrices]
    aim = twin.Aim(loss, y.tolist(), sample_weights=[Fraction(1)] * 5)
    for name, value in twin.grad(layers, x.tolist(), aim).items():
        assert np.asarray(found[name]).tolist() == value, name


def test_the_rational_rows_are_those_that_fractions_pass_through() -> None:
    assert {name for name, row in ACTIVATIONS.items() if row.rational} == set(RATIONAL_ACTIVATIONS)
    assert {name for name, row in LOSSES.items() if row.rational} >= set(RATIONAL_LOSSES)


Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    def in_shell(*args: str) -> tuple[int, str, str]:
        status = run([*args])
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return in_shell


def test_the_tutorials_loss_is_97_200(call: Call) -> None:
    # a1 = (4/5, 0), y_hat = (1/2, 0): ½ (2/5)² + ½ (9/10)² = 2/25 + 81/200 = 97/200.
    args = ("loss", "-w", NETWORK, "-x", "2,3", "-y", "0.1,0.9", "-l", "half_sse", "--exact")
    _, out, _ = call(*args, "--json")
    assert json.loads(out)["loss"] == "97/200"
    assert json.loads(out)["a1"] == ["4/5", "0"]
    _, table, _ = call(*args, "-s", "loss")
    assert table.splitlines()[0] == "loss = 0.485"


def test_a_fraction_whose_decimal_does_not_end_is_shown_with_its_rounding(call: Call) -> None:
    args = ("loss", "--y-hat", "1/3", "-y", "0", "-l", "sse", "--exact", "-s", "loss")
    assert call(*args)[1].splitlines()[0] == "loss = 1/9 ≈ 0.111111"
    assert call(*args, "-p", "2")[1].splitlines()[0] == "loss = 1/9 ≈ 0.11"
    assert call(*args, "-f", "plain")[1] == "1/9\n"


def test_what_an_exact_call_prints_an_exact_call_reads(call: Call) -> None:
    _, out, _ = call("forward", "-w", NETWORK, "-x", "1/3,2/7", "--exact", "--json")
    y_hat = json.dumps(json.loads(out)["y_hat"])
    _, again, _ = call("loss", "--y-hat", y_hat, "-y", y_hat, "-l", "mae", "--exact", "-s", "loss", "-f", "plain")
    assert again == "0\n"


def test_decimals_mean_themselves_to_the_last_digit(call: Call) -> None:
    written = "0.10000000000000000000000000001"
    _, out, _ = call("loss", "--y-hat", written, "-y", "0.1", "-l", "mae", "--exact", "-s", "loss", "-f", "plain")
    assert out == f"1/{10**29}\n"


def test_class_weights_are_exact(call: Call) -> None:
    _, out, _ = call("imbalance-weights", "--counts", "3,7", "--exact", "--json")
    assert json.loads(out)["weights"] == {"0": "5/3", "1": "5/7"}


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("-a", "tanh,relu"), "--activations: activation tanh is irrational"),
        (("-l", "bce"), "--loss: loss bce is irrational"),
        (("--dtype", "float32"), "--exact calculates with fractions, --dtype float32 with floats"),
    ],
)
def test_what_has_no_exact_value_is_refused_by_name(call: Call, args: tuple[str, ...], message: str) -> None:
    status, out, err = call("loss", "-w", NETWORK, "-x", "2,3", "-y", "0,1", "-l", "mse", "--exact", *args)
    assert (status, out) == (2, "")
    assert err.startswith(f"nnc: {message}")


@pytest.mark.parametrize("args", [("forward",), ("grad", "--of", "y_hat[1]"), ("loss", "-l", "mse")])
def test_a_loss_without_an_exact_value_is_refused_only_where_it_is_calculated(
    call: Call, args: tuple[str, ...], tmp_path: Path
) -> None:
    problem = tmp_path / "bce.json"
    problem.write_text(json.dumps({"layers": [{"weight": [[0.5]]}], "x": [1], "y": [1], "loss": "bce"}))
    status, out, _ = call(*args, "-w", str(problem), "--exact", "-s", "y_hat", "-f", "plain")
    assert (status, out) == (0, "1/2\n")
    status, out, err = call("loss", "-w", str(problem), "--exact")
    assert (status, out) == (2, "")
    assert err == (
        f"nnc: {problem}: loss bce is irrational: it makes numbers that are no fractions, so it has no exact value\n"
    )


def test_a_fraction_beyond_float64_is_shown(call: Call) -> None:
    _, out, _ = call("loss", "--y-hat", "1e400", "-y", "0", "-l", "mae", "--exact", "-s", "loss")
    assert out.splitlines()[0] == "loss = 1e+400"


@pytest.mark.parametrize("loss", ["nll", "multi_margin"])
def test_losses_of_one_class_are_exact(call: Call, loss: str) -> None:
    args = ("loss", "--y-hat", "-1/3,-2", "-y", "0", "-l", loss, "--exact", "-s", "loss", "-f", "plain")
    # −p_y = 1/3; ½ max(0, 1 − (−1/3) + (−2)) = 0
    assert call(*args)[:2] == (0, {"nll": "1/3\n", "multi_margin": "0\n"}[loss])
