"""``--dtype float32``: the arithmetic of NumPy's float32, written out, and its own digits when printed."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nnc
from nnc.cli.app import run
from nnc.core.arrays import FLOAT32, Array
from nnc.core.functions.activations import ACTIVATIONS
from nnc.core.functions.losses import LOSSES
from nnc.core.network import Network
from nnc.core.objective import Objective
from nnc.io.values.choices import read_choice

EPS = float(np.finfo(np.float32).eps)
ONE = np.float32(1)

# As a person writes them with NumPy: f, and f′ from z and a
PLAIN: dict[str, tuple[Callable[[Array], Array], Callable[[Array, Array], Array]]] = {
    "identity": (lambda z: z, lambda z, a: np.ones_like(z)),
    "relu": (lambda z: np.maximum(z, 0), lambda z, a: (z > 0).astype(np.float32)),
    "leaky_relu": (
        lambda z: np.where(z > 0, z, np.float32(0.01) * z),
        lambda z, a: np.where(z > 0, ONE, np.float32(0.01)),
    ),
    "sigmoid": (lambda z: ONE / (ONE + np.exp(-z)), lambda z, a: a * (ONE - a)),
    "tanh": (np.tanh, lambda z, a: ONE - a * a),
    "softplus": (lambda z: np.log1p(np.exp(z)), lambda z, a: ONE / (ONE + np.exp(-z))),
    "softsign": (lambda z: z / (ONE + np.abs(z)), lambda z, a: ONE / (ONE + np.abs(z)) ** 2),
    "elu": (lambda z: np.where(z > 0, z, np.expm1(z)), lambda z, a: np.where(z > 0, ONE, np.exp(z))),
}
# The loss of all outputs, and its derivative
PLAIN_LOSSES: dict[str, tuple[Callable[[Array, Array], Any], Callable[[Array, Array], Array]]] = {
    "half_sse": (lambda p, y: np.sum((p - y) ** 2) / np.float32(2), lambda p, y: p - y),
    "mse": (lambda p, y: np.mean((p - y) ** 2), lambda p, y: np.float32(2) * (p - y) / np.float32(p.size)),
    "mae": (lambda p, y: np.mean(np.abs(p - y)), lambda p, y: np.sign(p - y) / np.float32(p.size)),
    "log_cosh": (lambda p, y: np.mean(np.log(np.cosh(p - y))), lambda p, y: np.tanh(p - y) / np.float32(p.size)),
    "bce_with_logits": (
        lambda p, y: np.mean(np.log1p(np.exp(p)) - y * p),
        lambda p, y: (ONE / (ONE + np.exp(-p)) - y) / np.float32(p.size),
    ),
    "cross_entropy_with_logits": (
        lambda p, y: np.sum(y) * np.log(np.sum(np.exp(p))) - np.sum(y * p),
        lambda p, y: np.sum(y) * np.exp(p) / np.sum(np.exp(p)) - y,
    ),
}


def random_problem(activation: str) -> tuple[list[Array], list[Array], Array, Array]:
    """Kernels and biases of two layers, x and y, whose numbers are float32."""
    rng = np.random.default_rng(list(activation.encode()))
    kernels = [rng.normal(scale=0.7, size=shape).astype(np.float32) for shape in ((3, 4), (4, 3))]
    biases = [rng.normal(size=n).astype(np.float32) for n in (4, 3)]
    return kernels, biases, rng.normal(size=3).astype(np.float32), rng.dirichlet(np.ones(3)).astype(np.float32)


def calculated(activation: str, loss: str, problem: Any, dtype: Any) -> nnc.Calculation:
    kernels, biases, x, y = problem
    layers = [
        nnc.layer(
            read_choice(name, ACTIVATIONS, "activation", np.dtype(dtype)),
            bias=bias.astype(dtype),
            kernel=kernel.astype(dtype),
        )
        for kernel, bias, name in zip(kernels, biases, [activation, "identity"], strict=True)
    ]
    objective = Objective(read_choice(loss, LOSSES, "loss", np.dtype(dtype)))
    return nnc.grad(Network(tuple(layers)), x.astype(dtype), y.astype(dtype), objective)


def written_out(activation: str, loss: str, problem: Any) -> dict[str, Any]:
    (k1, k2), (b1, b2), x, y = problem
    f, slope = PLAIN[activation]
    z1 = x @ k1 + b1
    a1 = f(z1)
    z2 = a1 @ k2 + b2
    value, derivative = PLAIN_LOSSES[loss]
    dz2 = derivative(z2, y)
    da1 = dz2 @ k2.T
    dz1 = da1 * slope(z1, a1)
    found = {"z1": z1, "a1": a1, "z2": z2, "y_hat": z2, "loss": value(z2, y), "dy_hat": dz2, "dz2": dz2}
    found |= {"dW2": np.outer(a1, dz2), "db2": dz2, "da1": da1, "da_dz1": slope(z1, a1), "dz1": dz1}
    return found | {"dW1": np.outer(x, dz1), "db1": dz1, "dx": dz1 @ k1.T}


@pytest.mark.parametrize("loss", PLAIN_LOSSES)
@pytest.mark.parametrize("activation", PLAIN)
def test_every_quantity_is_that_of_plain_float32_arithmetic(activation: str, loss: str) -> None:
    problem = random_problem(activation)
    found = calculated(activation, loss, problem, np.float32)
    expected = written_out(activation, loss, problem)
    exact = calculated(activation, loss, problem, np.float64)
    for name, value in expected.items():
        assert np.asarray(value).dtype == FLOAT32, name  # or it would be held against another arithmetic
        assert found[name].dtype == FLOAT32, name
        # Sums of a few numbers of about 1 cancel each other, so that digits are lost of the largest, not of each.
        size = max(1.0, float(np.abs(exact[name]).max()))
        np.testing.assert_allclose(found[name], value, rtol=0, atol=8 * EPS * size, err_msg=name)


@pytest.mark.parametrize("activation", ["identity", "relu", "leaky_relu"])
def test_what_only_multiplies_and_adds_has_the_very_bits(activation: str) -> None:
    problem = random_problem(activation)
    found, expected = (
        calculated(activation, "half_sse", problem, np.float32), written_out(activation, "half_sse", problem)
    )  # fmt: skip
    for name in ("z1", "a1", "z2", "y_hat", "dy_hat", "da_dz1"):
        assert found[name].tolist() == expected[name].tolist(), name


@pytest.mark.parametrize("name", [*ACTIVATIONS, "gelu:approximate=tanh"])
def test_every_activation_is_that_of_float64_within_float32s_digits(name: str) -> None:
    setting = {"threshold": "threshold:threshold=0.1:value=20"}.get(name, name)
    z = np.random.default_rng(1).normal(scale=3, size=(50, 4)).astype(np.float32)
    found, exact = (
        [nnc.grad(nnc.network(nnc.layer(setting, kernel=np.eye(4, dtype=d))), z.astype(d), np.zeros((50, 4), d), "sse")]
        for d in (np.float32, np.float64)
    )
    for quantity in ("y_hat", "dz1", "dx"):
        single, double = found[0][quantity], exact[0][quantity]
        assert single.dtype == FLOAT32
        np.testing.assert_allclose(single, double, rtol=64 * EPS, atol=32 * EPS, err_msg=quantity)


@pytest.mark.parametrize("loss", LOSSES)
def test_every_loss_is_that_of_float64_within_float32s_digits(loss: str) -> None:
    row = LOSSES[loss]
    rng = np.random.default_rng(2)
    p = rng.uniform(0.05, 0.95, size=(20, 3)).astype(np.float32)
    p = p if row.p_domain.holds(p).all() else -p
    if row.target != "values":
        y = np.eye(3, dtype=np.float32)[rng.integers(3, size=20)]
    else:
        y = rng.choice([-1, 1] if row.y_domain.words == "-1 or 1" else [0, 1], size=(20, 3)).astype(np.float32)
    weights = {"two": [1, 5.5], "outputs": [1, 5.5, 0.3], None: None}[row.classes]
    objective = nnc.objective(loss, class_weights=weights, sample_weights=rng.uniform(size=20))
    single = nnc.loss_of_outputs(p, y, objective)
    double = nnc.loss_of_outputs(p.astype(float), y.astype(float), objective)
    for name in ("terms", "losses", "loss", "dy_hat"):
        assert single[name].dtype == FLOAT32, name
        np.testing.assert_allclose(single[name], double[name], rtol=32 * EPS, atol=8 * EPS, err_msg=name)


@pytest.mark.parametrize(("dtype", "y_hat"), [(np.float32, 0), (np.float64, 1)])
def test_every_step_is_rounded_and_not_the_end_alone(dtype: Any, y_hat: float) -> None:
    # 2²⁴ + 1 is no float32: adding 1 and taking 2²⁴ away leaves 0
    layers = [nnc.layer(bias=np.array([b], dtype), kernel=np.ones((1, 1), dtype)) for b in (1, -(2**24))]
    assert nnc.forward(nnc.network(*layers), np.array([2**24], dtype))["y_hat"].tolist() == [y_hat]


# Digits

LAYERS = [{"kernel": [[0.1, 0.7], [0.2, -0.3]], "bias": [0.3, 1e-3], "activation": "sigmoid"}]


@pytest.fixture
def net(tmp_path: Path) -> str:
    path = tmp_path / "net.json"
    path.write_text(json.dumps({"layers": LAYERS, "x": [0.1, 2], "y": [1, 0], "loss": "bce"}))
    return str(path)


@pytest.mark.parametrize("name", ["json", "ndjson", "plain"])
def test_every_number_is_printed_with_float32s_shortest_digits(
    name: str, net: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["grad", "-w", net, "--dtype", "float32", "-s", "x,z1,y_hat,terms,dz1,dx", "-f", name]) == 0
    out = capfd.readouterr().out
    if name == "plain":
        found = [float(line) for line in out.splitlines()]
    else:
        found = [number for key, values in json.loads(out).items() if key != "meta" for number in values]
    assert len(found) == 12
    for number in found:
        assert repr(number) == repr(float(str(np.float32(number)))), number
    assert "0.1" in out
    assert "0.10000000149011612" not in out


def test_the_digits_are_those_of_the_arrays(net: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["forward", "-w", net, "--dtype", "float32", "--json"]) == 0
    found = json.loads(capfd.readouterr().out)
    kernel, bias = (np.array(LAYERS[0][key], np.float32) for key in ("kernel", "bias"))
    z = np.array([0.1, 2], np.float32) @ kernel + bias
    assert found["x"] == [0.1, 2]
    assert np.array(found["z1"], np.float32).tolist() == z.tolist()


def test_a_table_rounds_float32_as_it_does_float64(net: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["forward", "-w", net, "--dtype", "float32", "-s", "x"]) == 0
    assert "│ 0.1 │" in capfd.readouterr().out


def test_a_number_beyond_float32_is_refused(net: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["forward", "-w", net, "-x", "1e39,1", "--dtype", "float32"]) == 2
    assert capfd.readouterr().err == "nnc: --x: number 1 ('1e39') is out of range for float32\n"
