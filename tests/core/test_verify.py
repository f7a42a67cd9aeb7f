"""Gradients against central differences: the rows that are right pass, one that is wrong is caught."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from dense import HOLDING_BIAS, random_layer
from faults import FAULTS, draw, draw_fault
from msgspec.structs import replace

import nnc
from nnc.cli.app import run
from nnc.core.functions.activations import ACTIVATIONS
from nnc.core.functions.losses import LOSSES
from nnc.core.layers import KINDS
from nnc.core.network import Network
from nnc.core.verify import Check

RESOLVED = 1e-9
"""What differences resolve at smooth points: a thousand times finer than what the command asks for."""
OUTPUTS = {
    "any number": ["identity"],
    "a number from 0 to 1": ["sigmoid", "softmax"],  # bce is fused with the one, cross_entropy with the other
    "a number from 0 up": ["softplus"],
    "the logarithm of a probability, from 0 down": ["log_softmax", "logsigmoid"],
}
"""The last activations whose outputs are in a loss's domain."""
SETTINGS = {"threshold": "threshold:threshold=0.1:value=20", "gelu": "gelu:approximate=tanh"}
SAMPLES, K = 4, 3


def random_network(rng: np.random.Generator, layouts: list[str], activations: list[str], sizes: list[int]) -> Network:
    layers = []
    for layout, activation, n_in, n_out in zip(layouts, activations, sizes[:-1], sizes[1:], strict=True):
        layers.append(random_layer(rng, layout, n_in, n_out, activation))
    return nnc.network(*layers)


def random_targets(rng: np.random.Generator, loss: str) -> Any:
    row = LOSSES[loss]
    if row.target == "class":
        return rng.integers(K, size=SAMPLES).astype(float)
    if row.target == "probabilities":
        return rng.dirichlet(np.ones(K), size=SAMPLES)
    pool = np.concatenate([rng.normal(size=20), rng.uniform(size=20), [-1, 1]])
    return rng.choice(pool[row.y_domain.holds(pool)], size=(SAMPLES, K))


def agree_everywhere(checks: list[Check]) -> None:
    """Every entry was checked, and agrees."""
    for check in checks:
        assert (check.kinks, check.unresolved) == ((), ()), check.name
        assert check.worst is not None
        assert check.worst < RESOLVED, f"{check.at}: {check.worst}"


@pytest.mark.parametrize("turn", [0, 2])
@pytest.mark.parametrize(
    "name", [*ACTIVATIONS, "gelu:approximate=tanh", "elu:alpha=0.3", "leaky_relu:negative_slope=-2"]
)
def test_every_activation_verifies_and_so_does_every_layout(name: str, turn: int) -> None:
    rng = np.random.default_rng([turn, *name.encode()])
    layouts = [list(KINDS)[(turn + k) % 4] for k in range(3)]
    activations = ["tanh", SETTINGS.get(name, name), "identity"]
    network = random_network(rng, layouts, activations, [2, 4, 3, 2])
    x, y = rng.normal(size=(SAMPLES, 2)), rng.normal(size=(SAMPLES, 2))
    checks = nnc.verify(network, x, y, nnc.objective("half_sse"))[1]
    weights = {f"dW{k + 1}" for k in range(3)}
    biases = {f"db{k + 1}" for k in range(3) if layouts[k] not in HOLDING_BIAS}
    assert {check.name for check in checks} == weights | biases | {"dx"}
    agree_everywhere(checks)


@pytest.mark.parametrize("batch", [True, False])
@pytest.mark.parametrize(
    ("loss", "last"), [(name, last) for name, row in LOSSES.items() for last in OUTPUTS[row.p_domain.words]]
)
def test_every_loss_verifies_with_all_weights_and_l2(loss: str, last: str, batch: bool) -> None:
    rng = np.random.default_rng([batch, *loss.encode(), *last.encode()])
    network = random_network(rng, ["W", "weight"], ["tanh", last], [2, 4, K])
    x, y = rng.normal(size=(SAMPLES, 2)), random_targets(rng, loss)
    counts = {"two": 2, "outputs": K, None: 0}[LOSSES[loss].classes]
    class_weights = rng.uniform(0.5, 3, counts).tolist() or None
    sample_weights = rng.uniform(0.5, 3, SAMPLES if batch else 1)
    objective = nnc.objective(loss, class_weights=class_weights, sample_weights=sample_weights, l2=0.3)
    given, target = (x, y) if batch else (x[0], y[0])
    agree_everywhere(nnc.verify(network, given, target, objective)[1])


@pytest.mark.parametrize("reduction", ["mean", "sum", "weighted-mean"])
def test_every_reduction_verifies(reduction: Any) -> None:
    rng = np.random.default_rng(7)
    network = random_network(rng, ["kernel"], ["softmax"], [2, 3])
    objective = nnc.objective(
        "cross_entropy", reduction=reduction, class_weights=[1, 2, 5], sample_weights=[1, 0, 2, 1], l2=0.1
    )
    agree_everywhere(nnc.verify(network, rng.normal(size=(4, 2)), np.array([0.0, 1, 2, 2]), objective)[1])


def test_a_sample_of_weight_0_has_a_gradient_of_0_that_verifies() -> None:
    network = nnc.network(nnc.layer("tanh", kernel=[[0.5], [0.3]]))
    objective = nnc.objective("half_sse", sample_weights=[0, 1])
    calculation, checks = nnc.verify(network, np.ones((2, 2)), np.zeros((2, 1)), objective)
    assert calculation["dx"][0].tolist() == [0, 0]
    agree_everywhere(checks)


# What is wrong is caught

PROBLEM = {
    "layers": [
        {"W": [[0.1, 0.2], [0.3, -0.4]], "activation": "tanh"},
        {"weight": [[0.5, -0.6]], "bias": [0.7], "activation": "sigmoid"},
    ],
    "x": [0.8],
    "y": [0.3],
    "loss": "half_sse",
}


@pytest.fixture
def net(tmp_path: Path) -> str:
    path = tmp_path / "net.json"
    path.write_text(json.dumps(PROBLEM))
    return str(path)


def verdicts(net: str, capfd: pytest.CaptureFixture[str], *options: str) -> tuple[int, dict[str, bool]]:
    """The exit status of ``nnc grad --verify``, and whether each gradient holds."""
    status = run(["grad", "-w", net, "--verify", "--json", *options])
    said = json.loads(capfd.readouterr().out)
    return status, {name: check["holds"] for name, check in said["quantities"].items()}


def test_right_gradients_are_exit_0(net: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert verdicts(net, capfd) == (0, {"dW2": True, "db2": True, "dW1": True, "dx": True})


@pytest.mark.parametrize(
    ("activation", "wrong"),
    [
        ("tanh", {"dW1", "dx"}),  # its layer and all below it
        ("sigmoid", {"dW2", "db2", "dW1", "dx"}),
    ],
)
def test_a_wrong_derivative_of_an_activation_is_exit_1(
    activation: str, wrong: set[str], net: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    right = ACTIVATIONS[activation]
    slope: Any = right.derivative
    monkeypatch.setitem(ACTIVATIONS, activation, replace(right, derivative=lambda z: slope(z) * 1.001))
    status, holds = verdicts(net, capfd)
    assert status == 1
    assert {name for name, held in holds.items() if not held} == wrong


def test_a_wrong_rule_for_units_that_depend_on_each_other_is_exit_1(
    net: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # As of units that were alone: da · a (1 − a)
    monkeypatch.setitem(
        ACTIVATIONS, "softmax", replace(ACTIVATIONS["softmax"], backward=lambda da, z, a: da * a * (1 - a))
    )
    status, holds = verdicts(net, capfd, "-a", "softmax,sigmoid")
    assert status == 1
    assert holds == {"dW2": True, "db2": True, "dW1": False, "dx": False}


@pytest.mark.parametrize("loss", ["bce", "half_sse"])
def test_a_wrong_derivative_of_a_loss_is_exit_1(
    loss: str, net: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    used = "bce_with_logits" if loss == "bce" else loss  # bce of a sigmoid is calculated from z
    slope = LOSSES[used].derivative
    monkeypatch.setitem(LOSSES, used, replace(LOSSES[used], derivative=lambda p, y, w: slope(p, y, w) * 1.001))
    status, holds = verdicts(net, capfd, "-l", loss)
    assert status == 1
    assert not any(holds.values())


@pytest.mark.parametrize(("factor", "status"), [(1 + 5e-7, 0), (1 + 2e-6, 1)])
def test_the_bound_is_a_relative_error_of_1e_minus_6(
    factor: float, status: int, net: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    slope = LOSSES["half_sse"].derivative
    monkeypatch.setitem(
        LOSSES, "half_sse", replace(LOSSES["half_sse"], derivative=lambda p, y, w: slope(p, y, w) * factor)
    )
    assert verdicts(net, capfd)[0] == status


def test_the_worst_entry_is_named_with_its_error(
    net: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    right: Any = ACTIVATIONS["tanh"].derivative
    wrong = replace(ACTIVATIONS["tanh"], derivative=lambda z: right(z) * [1, 1.001])  # of unit 2 alone
    monkeypatch.setitem(ACTIVATIONS, "tanh", wrong)
    assert run(["grad", "-w", net, "--verify"]) == 1
    line = next(line for line in capfd.readouterr().out.splitlines() if line.startswith("│ dW1"))
    cells = [cell.strip() for cell in line.strip("│").split("│")]
    assert cells[:4] == ["dW1", "4", "4", "1.0e-03"]
    assert cells[4] in ("dW1[1,2]", "dW1[2,2]")
    assert cells[5] == "differs"


# What cannot be judged is named


def kinks(checks: list[Check]) -> dict[str, tuple[str, ...]]:
    assert all(check.holds for check in checks)
    return {check.name: check.kinks for check in checks}


@pytest.mark.parametrize("activation", ["relu", "leaky_relu", "selu", "step", "elu:alpha=0.5"])
def test_entries_that_move_a_unit_at_its_kink_are_named_and_left_out(activation: str) -> None:
    # z = (−1 + 1, 1 + 1) = (0, 2): unit 1 is at the kink, unit 2 is not
    network = nnc.network(nnc.layer(activation, W=[[-1.0, 1.0], [1.0, 1.0]]), nnc.layer(W=[[0.5], [1.0], [2.0]]))
    found = kinks(nnc.verify(network, np.array([1.0]), np.array([0.0]), nnc.objective("half_sse"))[1])
    assert found == {"dW2": (), "dW1": ("dW1[1,1]", "dW1[2,1]"), "dx": ("dx[1]",)}


def test_of_a_batch_only_the_sample_at_the_kink_is_left_out_of_dx() -> None:
    network = nnc.network(nnc.layer("relu", [0.0], weight=[[1]]))
    x = np.array([[1.0], [0.0], [-1.0]])
    found = kinks(nnc.verify(network, x, np.ones((3, 1)), nnc.objective("half_sse"))[1])
    # z does not move with the weight where x is 0, but it does with the bias
    assert found == {"dW1": (), "db1": ("db1[1]",), "dx": ("dx[2,1]",)}


@pytest.mark.parametrize(
    ("loss", "y"),
    [("mae", 2.0), ("smooth_l1:beta=0", 2.0), ("hinge", 1.0)],  # ŷ is 2 · ½ · 2 = 2, and 1 for hinge
)
def test_a_kink_of_the_loss_is_one_too(loss: str, y: float) -> None:
    network = nnc.network(nnc.layer(kernel=[[2.0 if y == 2 else 1.0]]))
    found = kinks(nnc.verify(network, np.array([1.0]), np.array([y]), nnc.objective(loss))[1])
    assert found == {"dW1": ("dW1[1,1]",), "dx": ("dx[1]",)}


def test_a_kink_near_by_is_stepped_around() -> None:
    # z = 1e-4: the first steps would cross 0, the shorter ones do not
    network = nnc.network(nnc.layer("relu", kernel=[[1e-4]]))
    agree_everywhere(nnc.verify(network, np.array([1.0]), np.array([1.0]), nnc.objective("half_sse"))[1])


def test_json_names_every_entry_and_a_table_the_first_five(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "net.json").write_text(json.dumps({"layers": [{"weight": [[1.0] * 7], "activation": "relu"}]}))
    args = ["grad", "-w", str(tmp_path / "net.json"), "-x", "1,1,1,-1,-1,-1,0", "-y", "1", "-l", "half_sse", "--verify"]
    assert run([*args, "--json"]) == 0
    found = json.loads(capfd.readouterr().out)["quantities"]
    assert found["dW1"]["kinks"] == [f"dW1[1,{k}]" for k in range(1, 7)]  # x[7] is 0: its weight moves nothing
    assert (found["dW1"]["entries"], found["dW1"]["checked"]) == (7, 1)
    assert (found["dx"]["entries"], found["dx"]["checked"]) == (7, 0)
    assert run(args) == 0
    out = capfd.readouterr().out
    named = "dW1[1,1], dW1[1,2], dW1[1,3], dW1[1,4], dW1[1,5] and 1 more"
    assert f"dW1 within a step of a kink, left out = {named}" in out
    assert next(line for line in out.splitlines() if line.startswith("│ dx")).split()[-2:] == ["out", "│"]


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "leaky_relu", "relu"])
def test_gradients_that_shrink_through_many_layers_are_checked_to_the_last(activation: str) -> None:
    rng = np.random.default_rng(1)
    scale = 1 if activation == "sigmoid" else 0.2
    layers = [nnc.layer(activation, [0.1, 0.2], weight=rng.normal(scale=scale, size=(2, 2))) for _ in range(40)]
    x, y = np.array([0.3, -0.5]), np.array([0.2, 0.9])
    calculation, checks = nnc.verify(nnc.network(*layers), x, y, nnc.objective("half_sse"))
    assert np.abs(calculation["dW1"]).max() < 1e-20
    agree_everywhere(checks)


def test_each_sample_has_steps_of_its_own() -> None:
    # z is 0.7 and −61999.3: steps that fit the one would make the other saturate
    network = nnc.network(nnc.layer("tanh", W=[[0.7], [-0.62]]))
    agree_everywhere(nnc.verify(network, [[0], [100000]], [[0.5], [1.0]], "sse")[1])


def test_what_saturated_units_round_away_is_named_and_left_out() -> None:
    # a1 and a2 are within 1e-8 and 1e-13 of 1, where the rounding of a unit is a large part of its slope
    layers = [
        nnc.layer("sigmoid", W=[[-0.5, 0.2], [1.0, -1.0]]),
        nnc.layer("sigmoid", W=[[0.0, 0.0], [1.0, 0.5], [2.0, 30.0]]),
    ]
    checks = nnc.verify(nnc.network(*layers), [-20], [0, 1], "cross_entropy")[1]
    assert all(check.holds for check in checks)
    assert checks[0].unresolved == ("dW2[1,2]", "dW2[2,2]", "dW2[3,2]")


def test_a_gradient_that_hangs_on_a_rounding_is_left_out() -> None:
    # z is 0.1 + 0.2 − 0.3, which is 0, but 6e-17 as rounded: relu is at its kink or not
    network = nnc.network(nnc.layer("relu", kernel=[[1], [1], [1]]))
    checks = nnc.verify(network, [0.1, 0.2, -0.3], [1], "half_sse")[1]
    assert [len(check.unresolved) for check in checks] == [3, 3]


def test_a_kink_that_nothing_leads_to_is_none() -> None:
    # ŷ is 1, at the kink of hinge, but a step does not move
    network = nnc.network(nnc.layer("step", kernel=[[1]]))
    agree_everywhere(nnc.verify(network, [2], [1], "hinge")[1])


def test_no_right_network_differs_and_few_entries_are_left_out() -> None:
    rng = np.random.default_rng(5)
    wild = [draw(rng, 2 ** rng.uniform(-1, 3), 10 ** rng.uniform(-1, 6)).check() for _ in range(60)]
    assert all(check.holds for checks in wild for check in checks)
    ordinary = [check for _ in range(60) for check in draw(rng, 1, 1).check()]
    assert all(check.holds for check in ordinary)
    assert sum(check.checked for check in ordinary) > 0.99 * sum(check.entries for check in ordinary)


@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_of_any_kind_is_caught_in_any_network(kind: str) -> None:
    rng = np.random.default_rng([5, *kind.encode()])
    for _ in range(10):
        problem, wrong = draw_fault(rng, kind)
        assert not all(check.holds for check in problem.check_of(wrong))


def test_the_work_grows_with_the_depth_and_no_faster(monkeypatch: pytest.MonkeyPatch) -> None:
    right = ACTIVATIONS["tanh"]
    calls = []

    def counted(z: np.ndarray[Any, Any]) -> Any:
        calls.append(z.size)
        return np.tanh(z)

    monkeypatch.setitem(ACTIVATIONS, "tanh", replace(right, f=counted))
    totals = []
    for depth in (10, 20, 40):
        calls.clear()
        agree_everywhere(
            nnc.verify(nnc.network(*[nnc.layer("tanh", weight=[[1]], bias=[0.1])] * depth), [0.5], [0.2], "mse")[1]
        )
        totals.append(sum(calls))
    assert totals[1] < 2.5 * totals[0]
    assert totals[2] < 2.5 * totals[1]


def test_a_gradient_that_should_be_0_is_no_noise() -> None:
    # A dead relu: every derivative is 0, and so is every difference
    network = nnc.network(nnc.layer("relu", kernel=[[-1.0]]))
    agree_everywhere(nnc.verify(network, np.array([1.0]), np.array([1.0]), nnc.objective("half_sse"))[1])


def test_a_gradient_lost_where_there_is_one_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ACTIVATIONS, "tanh", replace(ACTIVATIONS["tanh"], derivative=lambda z: z * 0))
    network = nnc.network(nnc.layer("tanh", kernel=[[0.5]]))
    checks = nnc.verify(network, np.array([1.0]), np.array([1.0]), nnc.objective("half_sse"))[1]
    assert [check.worst for check in checks] == [1, 1]


# Refusals


def test_float32_is_refused() -> None:
    network = nnc.network(nnc.layer(kernel=np.ones((1, 1), np.float32)))
    with pytest.raises(nnc.InputError, match=r"^gradients are verified in float64; in float32"):
        nnc.verify(network, np.ones(1, np.float32), np.ones(1, np.float32), nnc.objective("half_sse"))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--dtype", "float32"],
         "gradients are verified in float64; in float32 differences of the loss are rounding noise"),
        (["--exact"], "--verify takes differences of floats; exact gradients have nothing to gain from them"),
        (["--of", "y_hat[1]"], "--verify checks every gradient of the loss; it excludes --of"),
        (["-s", "dW1"], "--verify checks every gradient of the loss; it excludes --show"),
        (["--y-hat", "1"], "--verify compares the gradients of a network, so --y-hat has nothing to do"),
    ],
)  # fmt: skip
def test_what_cannot_be_verified_is_refused(
    options: list[str], message: str, net: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["grad", "-w", net, "--verify", *options]) == 2
    assert capfd.readouterr() == ("", f"nnc: {message}\n")


@pytest.mark.parametrize(("loss", "x", "y"), [("bce", 1e-4, 1), ("poisson_nll", 1e-30, 3), ("bce", 1 - 1e-6, 0)])
def test_next_to_the_logarithm_of_0_a_wrong_gradient_is_still_found(
    loss: str, x: float, y: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A step of the usual length would leave the domain of the loss, and a difference that is not finite proves nothing.
    net = nnc.network(nnc.layer(weight=[[1]], bias=[0]))
    _, checks = nnc.verify(net, [x], [y], loss)
    assert all(check.holds and check.checked == check.entries for check in checks)
    row = LOSSES[loss]
    monkeypatch.setitem(
        LOSSES, loss, replace(row, derivative=lambda *args, **kwargs: 7 * row.derivative(*args, **kwargs))
    )
    _, checks = nnc.verify(net, [x], [y], loss)
    assert not any(check.holds for check in checks)


def test_numbers_too_small_for_float64_are_no_difference() -> None:
    net = nnc.network(nnc.layer("sigmoid", weight=[[-800]]), nnc.layer(weight=[[1]], bias=[0]))
    _, checks = nnc.verify(net, [1], [1], "mse")
    assert all(check.holds for check in checks)


def test_steps_grow_with_the_pre_activations() -> None:
    _, checks = nnc.verify(nnc.network(nnc.layer(weight=[[1]], bias=[0])), [1e150], [1], "half_sse")
    assert [(check.checked, check.holds) for check in checks] == [(1, True)] * 3


def test_too_much_to_verify_is_refused_at_once() -> None:
    net = nnc.network(nnc.layer("tanh", kernel=np.zeros((1, 4000))))
    with pytest.raises(nnc.InputError, match=r"^4000 weights and 4000 outputs in 1 sample are too many to verify"):
        nnc.verify(net, [0], np.zeros(4000), "mse")
