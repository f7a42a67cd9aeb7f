from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import Any, Literal

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nnc
from nnc.core.arrays import EXACT, FLOAT32, FLOAT64, Array
from nnc.core.functions.activations import ACTIVATIONS
from nnc.core.functions.losses import LOGARITHM, LOSSES, NOT_NEGATIVE, SIGNS, UNIT_INTERVAL
from nnc.core.layers import Layer
from nnc.core.network import Network
from nnc.core.noise import noise
from nnc.core.objective import Objective
from nnc.core.places import Place
from nnc.core.quantities import Calculation
from nnc.core.rows import choose

Numbers = Any


def array(numbers: Numbers, dtype: np.dtype[Any] = FLOAT64) -> Array:
    """Decimals written as text in one of the dtypes."""
    exact: Array = np.vectorize(Fraction, otypes=[object])(np.array(numbers, dtype=object))
    return exact if dtype == EXACT else exact.astype(dtype)


def layer(matrix: Numbers, activation: str, dtype: np.dtype[Any] = FLOAT64) -> Layer:
    needed = {key: 0.3 for key, parameter in ACTIVATIONS[activation].parameters.items() if parameter.default is None}
    chosen = choose(ACTIVATIONS, "activation", activation, needed, dtype)
    return nnc.layer(chosen, W=array(matrix, dtype))


def objective(loss: str, dtype: np.dtype[Any] = FLOAT64, **options: Any) -> Objective:
    return Objective(choose(LOSSES, "loss", loss, {}, dtype), **options)


def bounds_of(calculation: Calculation) -> dict[str, Array]:
    return {name: found.bound for name, found in noise(calculation).items()}


def relative(calculation: Calculation) -> dict[str, float]:
    """The largest noise of each quantity over the largest of its numbers."""
    noises = bounds_of(calculation)
    return {name: float(np.max(noises[name]) / np.max(np.abs(value))) for name, value in calculation.items()}


def deviations(calculation: Calculation, exact: Calculation) -> dict[str, float]:
    """The distance from the exact numbers over the noise, for the worst number of each quantity.

    A number that may be across a kink is left out: the exact one is on one side or the other.
    """
    noises = noise(calculation)

    def off(value: float, exact: Fraction, bound: float, rival: float) -> float:
        return abs(float(Fraction(float(value)) - Fraction(exact))) / bound if np.isnan(rival) else 0

    found = {name: (value, exact[name], noises[name].bound, noises[name].rival) for name, value in calculation.items()}
    return {name: max(map(off, *(np.ravel(array).tolist() for array in arrays))) for name, arrays in found.items()}


def test_what_cancels_to_nothing_is_noise() -> None:
    network = Network((layer([["0.1"], ["0.2"], ["-0.3"]], "identity"),))
    calculation = nnc.forward(network, array(["1", "1"]))
    (z,), (bound,) = calculation["z1"], bounds_of(calculation)["z1"]
    assert z != 0
    assert abs(z) <= bound < 1e-14


def test_a_small_gradient_of_a_deep_network_is_not() -> None:
    deep = Network(tuple(layer([["0.1", "-0.2"], ["0.3", "0.1"], ["-0.2", "0.4"]], "sigmoid") for _ in range(40)))
    calculation = nnc.grad(deep, array(["0.3", "0.7"]), array(["1", "0"]), objective("bce"))
    assert 0 < np.max(np.abs(calculation["dW1"])) < 1e-24
    assert relative(calculation)["dW1"] < 1e-12


def test_a_kink_that_is_met_exactly_stays_one() -> None:
    # z1 = 2 · 3 − 6 = 0 in whole numbers: relu′(0) is 0, and no rounding can make it 1.
    network = Network((layer([["-6"], ["2"]], "relu"), layer([["0.1"], ["2"]], "identity")))
    calculation = nnc.grad(network, array(["3"]), array(["1"]), objective("mse"))
    bounds = bounds_of(calculation)
    assert {name: float(np.max(bounds[name])) < 1e-300 for name in ("z1", "a1", "da_dz1", "dz1", "dW1", "dx")} == {
        "z1": True,
        "a1": True,
        "da_dz1": True,
        "dz1": True,
        "dW1": True,
        "dx": True,
    }


def test_a_kink_within_the_noise_may_be_on_either_side() -> None:
    # z1 = 0.1 + 0.2 − 0.3 is 0, whose relu′ is 0, but the float is 3e-17, whose relu′ is 1.
    network = Network((layer([["0.1"], ["0.2"], ["-0.3"]], "relu"), layer([["0.1"], ["2"]], "identity")))
    calculation = nnc.grad(network, array(["1", "1"]), array(["1"]), objective("mse"))
    found = noise(calculation)["da_dz1"]
    assert (calculation["da_dz1"].tolist(), found.rival.tolist()) == ([1.0], [0.0])
    assert found.bound < 1e-15


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_sums_of_derivatives_cancel_to_noise(reduction: Literal["mean", "sum"]) -> None:
    # One kernel row for all outputs: da1 is a multiple of Σ (p − y), which is 0 for a softmax, here of whole numbers.
    weights = [["1", "2", "0"], ["3", "3", "3"]]
    network = Network((layer([["0"], ["1"]], "identity"), layer(weights, "softmax")))
    goal = objective("cross_entropy", reduction=reduction)
    for x in range(1, 8):
        calculation = nnc.grad(network, array([[str(x)], ["2"]]), np.array([0, 1]), goal)
        bounds = bounds_of(calculation)
        term = 3 * np.max(np.abs(calculation["dz2"]), axis=1, keepdims=True)
        assert (np.abs(calculation["da1"]) <= bounds["da1"]).all()
        assert (bounds["da1"] > np.spacing(term)).all()
        assert (bounds["da1"] < 100 * np.spacing(term)).all()


@pytest.mark.parametrize("weights", [[0.9, 0.3], {"0": 0.9, "1": 0.3}])
def test_class_weights_are_rounded_too(weights: Any) -> None:
    # 0.9 · 0.25 / 0.5 − 0.3 · 0.75 / 0.5 = 0, where of all numbers the weights alone are no binary fractions.
    goal = objective("bce", class_weights=weights)
    calculation = nnc.loss_of_outputs(array(["0.5"]), array(["0.75"]), goal)
    (derivative,), (bound,) = calculation["dy_hat"], bounds_of(calculation)["dy_hat"]
    assert derivative != 0
    assert abs(derivative) <= bound < 1e-14


def test_exact_numbers_have_no_noise() -> None:
    network = Network((layer([["1/3"], ["0.1"]], "relu", EXACT),))
    calculation = nnc.forward(network, array(["0.2"], EXACT))
    assert {name: bound.tolist() for name, bound in bounds_of(calculation).items()} == {
        "x": [0],
        "z1": [0],
        "a1": [0],
        "y_hat": [0],
    }


def test_noise_is_the_same_every_time() -> None:
    calculation = nnc.forward(Network((layer([["0.1"], ["0.3"]], "tanh"),)), array(["0.7"]))
    assert str(noise(calculation)) == str(noise(calculation))


def test_float32_has_its_own_noise() -> None:
    network = Network((layer([["0.1"], ["0.3"]], "tanh", FLOAT32),))
    bounds = relative(nnc.forward(network, array(["0.7"], FLOAT32)))
    assert all(1e-8 < bound < 1e-4 for bound in bounds.values())


@pytest.mark.parametrize("gradient", [True, False])
@pytest.mark.parametrize(
    "options",
    [{}, {"class_weights": [0.1, 0.7]}, {"class_weights": {"0": 0.1, "1": 0.7}, "sample_weights": array([1, "0.3"])}],
)
def test_a_loss_of_outputs_has_noise_too(options: dict[str, Any], gradient: bool) -> None:
    outputs, y = array([["0.1", "0.9"], ["0.25", "1"]]), array([["0", "1"], ["0.2", "1"]])
    goal = objective("bce", reduction="sum", **options)
    calculation = nnc.loss_of_outputs(outputs, y, goal)
    assert list(bounds_of(calculation)) == calculation.keys()
    assert {name: bound < 1e-13 for name, bound in relative(calculation).items()} == dict.fromkeys(calculation, True)


HIDDEN = [["0.1", "-0.4"], ["0.7", "0.2"], ["-0.3", "0.9"]]


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_has_noise(activation: str) -> None:
    network = Network((layer(HIDDEN, "tanh"), layer(HIDDEN, activation), layer(HIDDEN, "identity")))
    calculation = nnc.grad(network, array(["0.3", "0.6"]), array(["0.1", "0.2"]), objective("mse"))
    noises = bounds_of(calculation)
    assert list(noises) == calculation.keys()
    assert max(float(np.max(noises[name])) for name in calculation) < 1e-13


OUTPUTS = {UNIT_INTERVAL.words: "softmax", NOT_NEGATIVE.words: "softplus", LOGARITHM.words: "log_softmax"}


@pytest.mark.parametrize("loss", LOSSES)
def test_every_loss_has_noise(loss: str) -> None:
    row = LOSSES[loss]
    last = OUTPUTS.get(row.p_domain.words, "identity")
    network = Network((layer(HIDDEN, "tanh"), layer(HIDDEN, last)))
    y = array([["1", "-1"], ["-1", "1"]] if row.y_domain is SIGNS else [["1", "0"], ["0", "1"]])
    calculation = nnc.grad(network, array([["0.3", "0.6"], ["-0.2", "0.5"]]), y, objective(loss))
    noises = bounds_of(calculation)
    assert list(noises) == calculation.keys()
    assert max(float(np.max(noises[name])) for name in calculation) < 1e-13


@pytest.mark.parametrize(("name", "index"), [("y_hat", (1, 0)), ("z1", (0, 1)), ("a1", (1, 1))])
def test_the_gradient_of_one_number_has_noise(name: str, index: tuple[int, ...]) -> None:
    network = Network((layer(HIDDEN, "tanh"), layer(HIDDEN, "softmax")))
    calculation = nnc.grad_of(network, array([["0.3", "0.6"], ["-0.2", "0.5"]]), str(Place(name, index)))
    noises = bounds_of(calculation)
    assert list(noises) == calculation.keys()
    assert max(float(np.max(noises[name])) for name in calculation) < 1e-13


def test_a_number_that_is_stepped_over_has_none() -> None:
    network = Network((layer([["800"], ["1.1"]], "sigmoid"),))
    calculation = nnc.grad(network, array(["0.1"]), array(["0"]), objective("bce"))
    assert np.isinf(calculation["dy_hat"]).all()
    assert bounds_of(calculation)["dy_hat"] == 0
    assert all(np.isfinite(bound).all() for bound in bounds_of(calculation).values())


NEAR = "0.0999755859375"  # 819 / 8192, which float64 has exactly, while it rounds 0.1 by 6e-18


@pytest.mark.parametrize(
    ("bias", "weight", "x", "y", "name"),
    [
        ("0.1", "1", f"-{NEAR}", "0", "z1"),
        (f"-{NEAR}", "0.1", "1", "0", "z1"),
        (f"-{NEAR}", "1", "0.1", "0", "z1"),
        ("0", "1", NEAR, "0.1", "dy_hat"),
    ],
)
@pytest.mark.parametrize("key", ["W", "kernel"])
def test_every_number_that_is_given_was_rounded(key: str, bias: str, weight: str, x: str, y: str, name: str) -> None:
    beside = array([bias]) if key == "kernel" else None
    matrix = array([[weight]] if key == "kernel" else [[bias], [weight]])
    identity = choose(ACTIVATIONS, "activation", "identity", {})
    network = Network((nnc.layer(identity, bias=beside, **{key: matrix}),))
    calculation = nnc.grad(network, array([x]), array([y]), objective("half_sse"))
    off = abs(abs(Fraction(float(calculation[name][0]))) - (Fraction("0.1") - Fraction(NEAR)))
    (bound,) = bounds_of(calculation)[name]
    assert 4 * np.spacing(calculation[name][0]) < off < bound < 1e-14


def test_activations_are_rounded_too() -> None:
    # σ(x) + σ(−x) − 1 is 0, here for whole numbers x.
    network = Network((layer([["0", "0"], ["1", "-1"]], "sigmoid"), layer([["-1"], ["1"], ["1"]], "identity")))
    calculation = nnc.forward(network, array([[str(x)] for x in range(1, 9)]))
    z, bound = calculation["z2"], bounds_of(calculation)["z2"]
    assert z.any()
    assert (np.abs(z) <= bound).all()
    assert bound.max() < 1e-14


def test_shares_of_samples_are_rounded_too() -> None:
    # Residuals 1, 5, −6 of whole numbers among 7 samples: db is (2 + 10 − 12) / 7 = 0.
    network = Network((layer([["0"], ["1"]], "identity"),))
    y = array([[str(residual)] for residual in (-1, -5, 6, 0, 0, 0, 0)])
    calculation = nnc.grad(network, array([["0"]] * 7), y, objective("mse"))
    db, bound = calculation["dW1"][0, 0], bounds_of(calculation)["dW1"][0, 0]
    assert db != 0
    assert abs(db) <= bound < 1e-14


# Random networks of decimals, the same in fractions.

decimals = st.decimals(-3, 3, places=2).map(str)


def matrices(rows: int, columns: int) -> st.SearchStrategy[list[list[str]]]:
    return st.lists(st.lists(decimals, min_size=columns, max_size=columns), min_size=rows, max_size=rows)


@st.composite
def problems(draw: Callable[[Any], Any]) -> tuple[list[Any], list[str], Numbers, Numbers]:
    """Matrices (W), activations, x and y of a batch."""
    sizes = draw(st.lists(st.integers(1, 4), min_size=2, max_size=4))
    weights = [draw(matrices(n_in + 1, n_out)) for n_in, n_out in pairwise(sizes)]
    names = [draw(st.sampled_from(["identity", "relu", "leaky_relu"])) for _ in weights]
    samples = draw(st.integers(1, 3))
    return weights, names, draw(matrices(samples, sizes[0])), draw(matrices(samples, sizes[-1]))


def calculated(problem: tuple[list[Any], list[str], Numbers, Numbers], loss: str, dtype: np.dtype[Any]) -> Calculation:
    weights, names, x, y = problem
    network = Network(tuple(layer(w, name, dtype) for w, name in zip(weights, names, strict=True)))
    return nnc.grad(network, array(x, dtype), array(y, dtype), objective(loss, dtype))


@given(problems(), st.sampled_from(["half_sse", "mse", "mae"]))
def test_the_exact_numbers_are_within_the_noise(problem: Any, loss: str) -> None:
    worst = deviations(calculated(problem, loss, FLOAT64), calculated(problem, loss, EXACT))
    assert {name: deviation for name, deviation in worst.items() if deviation > 1} == {}


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("loss", ["mse", "bce", "cross_entropy"])
def test_the_noise_is_small_beside_the_numbers(seed: int, loss: str) -> None:
    rng = np.random.default_rng(seed)
    last = {"mse": "relu", "bce": "sigmoid", "cross_entropy": "softmax"}[loss]
    sizes, names = (3, 5, 4, 2), ("tanh", "leaky_relu", last)
    shapes = zip(pairwise(sizes), names, strict=True)
    network = Network(tuple(layer(rng.normal(size=(m + 1, n)), name) for (m, n), name in shapes))
    calculation = nnc.grad(network, rng.normal(size=(4, 3)), np.eye(2)[[0, 1, 1, 0]], objective(loss))
    noises = relative(calculation)
    noises.pop("dy_hat")  # for bce and cross_entropy 1 / p, which multiplies the noise of a p next to 0
    assert {name: bound for name, bound in noises.items() if bound > 1e-12} == {}


@pytest.mark.parametrize("seed", range(10))
def test_the_numbers_of_sigmoid_networks_are_within_the_noise_of_50_digits(seed: int) -> None:
    rng = np.random.default_rng(seed)
    weights = [rng.normal(size=shape).round(2) for shape in ((3, 3), (4, 2))]
    x, y = rng.normal(size=2).round(2), np.array([0.0, 1.0])
    network = Network(tuple(layer(w.astype(str).tolist(), "sigmoid") for w in weights))
    calculation = nnc.grad(network, x, y, objective("half_sse"))
    with mpmath.workdps(50):
        exact = sigmoid_twin(weights, x, y)
        named = {name: np.vectorize(lambda v: Fraction(str(v)), otypes=[object])(v) for name, v in exact.items()}
    some = {name: calculation[name] for name in named}
    noises = bounds_of(calculation)
    for name, value in some.items():
        off = np.abs([float(Fraction(float(v)) - e) for v, e in zip(value.ravel(), named[name].ravel(), strict=True)])
        assert (off <= noises[name].ravel()).all(), name
        assert noises[name].max() < 1e-12 * np.abs(value).max()


def sigmoid_twin(weights: list[Array], x: Array, y: Array) -> dict[str, Array]:
    """Two sigmoid layers under half the squared error, the numbers being the decimals as written."""
    decimal = np.vectorize(lambda v: mpmath.mpf(str(v)), otypes=[object])
    sigmoid = np.vectorize(lambda v: 1 / (1 + mpmath.exp(-v)), otypes=[object])
    W1, W2 = map(decimal, weights)
    a0 = decimal(x)
    z1 = W1[0] + a0 @ W1[1:]
    a1 = sigmoid(z1)
    z2 = W2[0] + a1 @ W2[1:]
    a2 = sigmoid(z2)
    dz2 = (a2 - y) * a2 * (1 - a2)
    dz1 = (W2[1:] @ dz2) * a1 * (1 - a1)
    return {
        "z1": z1,
        "a1": a1,
        "z2": z2,
        "a2": a2,
        "dz2": dz2,
        "dW2": np.outer(np.concatenate([[1], a1]), dz2),
        "dz1": dz1,
        "dW1": np.outer(np.concatenate([[1], a0]), dz1),
        "dx": W1[1:] @ dz1,
    }
