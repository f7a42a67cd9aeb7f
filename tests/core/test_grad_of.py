"""The derivatives of one number of the forward pass by everything that leads to it."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import twin
from dense import as_twin, bias_of, matrix_of, random_layer, with_parameters

import nnc
from nnc.cli.app import run
from nnc.core.arrays import Array
from nnc.core.functions.activations import ACTIVATIONS
from nnc.core.layers import KINDS
from nnc.core.network import Network
from nnc.core.places import Place

STEP = 1e-6
SIZES = (3, 4, 2, 3)
SAMPLES = 3


def random_network(activations: list[str], turn: int = 0) -> tuple[Network, Array]:
    """Layers in layouts from the ``turn``-th of the four on, and a batch x."""
    rng = np.random.default_rng([turn, *"".join(activations).encode()])
    layouts = [list(KINDS)[(turn + k) % 4] for k in range(len(activations))]
    layers = [random_layer(rng, *each) for each in zip(layouts, SIZES[:-1], SIZES[1:], activations, strict=False)]
    return nnc.network(*layers), rng.normal(size=(SAMPLES, SIZES[0]))


def central(f: Any, at: Array) -> Array:
    """(f(v + h) − f(v − h)) / 2h for every number v of an array."""
    slopes = np.empty(at.shape)
    for index in np.ndindex(at.shape):
        step = np.zeros(at.shape)
        step[index] = STEP
        slopes[index] = (f(at + step) - f(at - step)) / (2 * STEP)
    return slopes


def changed(network: Network, k: int, matrix: Array | None = None, bias: Array | None = None) -> Network:
    """The network with another matrix or bias in layer k."""
    old = network.layers[k - 1]
    new = with_parameters(old, matrix, bias)
    return Network((*network.layers[: k - 1], new, *network.layers[k:]))


def number(name: str, index: tuple[int, ...], network: Network, x: Array) -> float:
    """One number of the forward pass."""
    return float(nnc.forward(network, x)[name][index])


ACTIVATIONS_OF_LAYERS = [
    ["tanh", "softmax", "sigmoid"],
    ["sigmoid", "elu", "log_softmax"],
    ["softmax", "silu", "softmax"],
]
PARTS = ["x", "z1", "a1", "z2", "a2", "z3", "a3", "y_hat"]


@pytest.mark.parametrize("batch", [False, True])
@pytest.mark.parametrize("name", PARTS)
@pytest.mark.parametrize("activations", ACTIVATIONS_OF_LAYERS, ids="-".join)
def test_every_part_of_the_forward_pass_has_the_gradients_of_differences(
    activations: list[str], name: str, batch: bool
) -> None:
    network, rows = random_network(activations, len(name) + batch)
    x = rows if batch else rows[0]
    shape = nnc.forward(network, x)[name].shape
    for index in [(0,) * len(shape), tuple(n - 1 for n in shape)]:
        found = nnc.grad_of(network, x, str(Place(name, index)))
        of = partial(number, name, index)
        expected = {"dx": central(lambda v, of=of: of(network, v), x)}
        for k, layer in enumerate(network.layers, start=1):
            expected[f"dW{k}"] = central(lambda m, of=of, k=k: of(changed(network, k, m), x), matrix_of(layer))
            if (beside := bias_of(layer)) is not None:
                expected[f"db{k}"] = central(lambda b, of=of, k=k: of(changed(network, k, bias=b), x), beside)
        for quantity, slopes in expected.items():
            if quantity in found:
                np.testing.assert_allclose(found[quantity], slopes, rtol=1e-7, atol=1e-9, err_msg=quantity)
            else:
                assert not slopes.any(), f"{quantity} is missing, but it is not 0"


@pytest.mark.parametrize("turn", range(4))
@pytest.mark.parametrize("sample", range(SAMPLES))
def test_an_output_has_every_gradient_of_the_twin(sample: int, turn: int) -> None:
    # The twin's loss ½ Σ (ŷ − y)² has dy_hat = ŷ − y: 1 for one output and 0 for all others, where y is ŷ but there.
    network, x = random_network(["tanh", "sigmoid", "softmax"], turn)
    index = (sample, 1)
    y = nnc.forward(network, x)["y_hat"].copy()
    y[index] -= 1
    layers = [as_twin(one) for one in network.layers]
    expected = twin.grad(layers, x.tolist(), twin.Aim("half_sse", y.tolist(), reduction="sum"))
    found = nnc.grad_of(network, x, str(Place("y_hat", index)))
    assert list(found) == [name for name in expected if name not in ("y", "terms", "losses", "loss")]
    for name, value in found.items():
        np.testing.assert_allclose(value, expected[name], rtol=1e-12, atol=1e-14, err_msg=name)


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_the_gradients_of_all_outputs_by_z_are_the_jacobian(name: str) -> None:
    network = nnc.network(nnc.layer(name, kernel=np.eye(3)))
    x = np.array([0.5, -1, 2])
    rows = [nnc.grad_of(network, x, str(Place("y_hat", (k,))))["dz1"] for k in range(3)]
    expected = np.array([central(lambda z, k=k: nnc.forward(network, z)["y_hat"][k], x) for k in range(3)])
    np.testing.assert_allclose(rows, expected, rtol=1e-8)


def test_the_tutorials_network_has_the_numbers_worked_by_hand() -> None:
    # ŷ1 = 0.1 + 0.5 a1 + 0.7 a2 with a = (0.8, 0); a1 = 0.1 − 0.1 x1 + 0.3 x2, and unit 2 is off
    network = nnc.network(
        nnc.layer("relu", W=[[0.1, 0.1], [-0.1, 0.2], [0.3, -0.4]]),
        nnc.layer("relu", W=[[0.1, 0.1], [0.5, -0.6], [0.7, -0.8]]),
    )
    found = nnc.grad_of(network, np.array([2.0, 3.0]), str(Place("y_hat", (0,))))
    hand: dict[str, Any] = {
        "dy_hat": [1, 0],
        "dz2": [1, 0],
        "dW2": [[1, 0], [0.8, 0], [0, 0]],
        "da1": [0.5, 0.7],
        "dz1": [0.5, 0],
        "dW1": [[0.5, 0], [1, 0], [1.5, 0]],
        "dx": [-0.05, 0.15],
    }
    for name, value in hand.items():
        np.testing.assert_allclose(found[name], value, rtol=1e-14, atol=1e-16, err_msg=name)


@pytest.mark.parametrize(
    ("name", "first", "missing"),
    [
        ("z2", "dz2", {"dW3", "dy_hat", "da2"}),
        ("a2", "da2", {"dW3", "dz3", "dy_hat"}),
        ("z1", "dz1", {"dW2", "da1", "dy_hat"}),
        ("x", "dx", {"dW1", "dz1", "dy_hat"}),
        ("y_hat", "dy_hat", {"da3"}),
    ],
)
def test_what_does_not_lead_to_the_number_has_no_derivative(name: str, first: str, missing: set[str]) -> None:
    network, x = random_network(["tanh", "tanh", "tanh"])
    found = nnc.grad_of(network, x[0], str(Place(name, (0,))))
    backward = [q.name for q in found.quantities if q.stage == "backward" and not q.name.startswith("da_dz")]
    assert backward[0] == first
    assert not missing & set(backward)
    assert found[first].tolist() == [1, *[0] * (len(found[first]) - 1)]
    assert found.of == f"{name}[1]"


def test_other_samples_of_a_batch_have_a_gradient_of_0() -> None:
    network, x = random_network(["tanh", "sigmoid", "softmax"])
    found = nnc.grad_of(network, x, str(Place("y_hat", (2, 0))))
    alone = nnc.grad_of(network, x[2], str(Place("y_hat", (0,))))
    assert not found["dx"][:2].any()
    assert found["dx"][2].tolist() == alone["dx"].tolist()
    np.testing.assert_allclose(found["dW1"], alone["dW1"], rtol=1e-15)


# The command line

LAYERS = [
    {"W": [[0.1, 0.1], [-0.1, 0.2], [0.3, -0.4]], "activation": "relu"},
    {"W": [[0.1, 0.1], [0.5, -0.6], [0.7, -0.8]], "activation": "relu"},
]


@pytest.fixture
def net(tmp_path: Path) -> str:
    path = tmp_path / "net.json"
    path.write_text(json.dumps({"layers": LAYERS, "x": [2, 3], "y": [0.1, 0.9], "loss": "half_sse"}))
    return str(path)


def printed(capfd: pytest.CaptureFixture[str], *args: str) -> Any:
    assert run(["grad", *args, "--json"]) == 0
    return json.loads(capfd.readouterr().out)


def test_a_part_of_a_batch_is_its_sample_and_its_unit(net: str, capfd: pytest.CaptureFixture[str]) -> None:
    one = printed(capfd, "-w", net, "-x", "2,3", "--of", "y_hat[1]")
    batch = printed(capfd, "-w", net, "-x", "0,0;9,9;2,3", "--of", "y_hat[3,1]")
    assert batch["dx"] == [[0, 0], [0, 0], one["dx"]]
    assert batch["dy_hat"] == [[0, 0], [0, 0], [1, 0]]
    assert batch["dW1"] == pytest.approx(np.array(one["dW1"]), rel=1e-15)


def test_the_loss_of_the_file_is_left_alone(net: str, capfd: pytest.CaptureFixture[str]) -> None:
    found = printed(capfd, "-w", net, "--of", "z1[2]")
    assert not {"loss", "terms", "y", "dW2"} & found.keys()
    assert found["dW1"] == [[0, 1], [0, 2], [0, 3]]  # by the bias 1, by the weights x


def test_a_table_says_what_the_derivatives_are_of(net: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["grad", "-w", net, "--of", "a1[2]", "-s", "dz1"]) == 0
    assert "Backward: derivatives of a1[2]" in capfd.readouterr().out


def test_exact_gradients_of_a_number_are_fractions(net: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["grad", "-w", net, "--exact", "--of", "y_hat[1]", "-s", "dx", "-f", "plain"]) == 0
    assert capfd.readouterr().out == "-1/20\n3/20\n"


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ("y_hat[3]", "y_hat[3] is not one number: y_hat has 2 (units), counted from 1"),
        ("y_hat", "y_hat is not one number: y_hat has 2 (units), counted from 1"),
        ("y_hat[1,1]", "y_hat[1,1] is not one number: y_hat has 2 (units), counted from 1"),
        ("y_hat[0]", "y_hat[0] has the index 0, but parts of quantities are counted from 1"),
        ("yhat[1]", "unknown quantity 'yhat'; did you mean y_hat?"),
        ("z3[1]", "unknown quantity 'z3'; known: x, z1, a1, z2, a2, y_hat"),
        ("loss", "unknown quantity 'loss'; known: x, z1, a1, z2, a2, y_hat"),
        ("dW1[1,1]", "unknown quantity 'dW1'; known: x, z1, a1, z2, a2, y_hat"),
        ("y_hat(1)", "'y_hat(1)' is no quantity or part of one, as in y_hat, a1[2] or dW2[1,1]"),
        ("y_hat[]", "'y_hat[]' is no quantity or part of one, as in y_hat, a1[2] or dW2[1,1]"),
    ],
)
def test_a_part_that_is_not_there_is_refused(
    part: str, message: str, net: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["grad", "-w", net, "--of", part]) == 2
    assert capfd.readouterr() == ("", f"nnc: --of: {message}\n")


@pytest.mark.parametrize("part", ["y_hat[1]", "y_hat[4,1]", "y_hat[1,3]"])
def test_of_a_batch_the_samples_are_counted_too(part: str, net: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["grad", "-w", net, "-x", "2,3;2,3;2,3", "--of", part]) == 2
    assert (
        capfd.readouterr().err
        == f"nnc: --of: {part} is not one number: y_hat has 3 × 2 (samples × units), counted from 1\n"
    )


@pytest.mark.parametrize(
    ("option", "value"),
    [("-y", "1,2"), ("-l", "mse"), ("--reduction", "sum"), ("--l2", "1"), ("--class-weights", "1,2"),
     ("--sample-weights", "1"), ("--y-hat", "1,2")],
)  # fmt: skip
def test_what_only_a_loss_needs_is_refused(
    option: str, value: str, net: str, capfd: pytest.CaptureFixture[str]
) -> None:
    names = {"-y": "--y", "-l": "--loss"}
    assert run(["grad", "-w", net, "--of", "y_hat[1]", option, value]) == 2
    said = f"--of differentiates a number of the forward pass, so {names.get(option, option)} has nothing to do"
    assert capfd.readouterr() == ("", f"nnc: {said}\n")


def test_every_activation_may_be_the_last() -> None:
    rng = np.random.default_rng(3)
    for name in ACTIVATIONS:
        chosen = {"threshold": "threshold:threshold=0.1:value=20"}.get(name, name)
        network = nnc.network(nnc.layer(chosen, kernel=rng.normal(size=(2, 3))))
        x = rng.normal(size=2)
        expected = central(lambda v, net=network: nnc.forward(net, v)["y_hat"][1], x)
        np.testing.assert_allclose(
            nnc.grad_of(network, x, str(Place("y_hat", (1,))))["dx"], expected, rtol=1e-6, atol=1e-9
        )
