"""Every loss of the table, so that a new row is tested without a new test; and what single ones promise."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import nnc
from nnc.core.arrays import EXACT
from nnc.core.functions.activations import ACTIVATIONS, apply, backward
from nnc.core.functions.losses import FUSED, LOSSES, Loss
from nnc.core.network import Network
from nnc.core.objective import Objective, evaluate, fused_loss
from nnc.core.rows import Chosen, choose
from nnc.core.targets import read_targets
from nnc.errors import InputError
from nnc.render.formula.rows import loss_formula

SETTINGS: dict[str, list[dict[str, Any]]] = {  # beside the defaults
    "huber": [{"delta": 0.3}],
    "smooth_l1": [{"beta": 0.3}, {"beta": 0.0}],
    "focal": [{"gamma": 0.0}, {"gamma": 0.5}, {"gamma": 5.0}],
    "focal_with_logits": [{"gamma": 0.0}, {"gamma": 0.5}, {"gamma": 5.0}],
    "multi_margin": [{"margin": 0.3}, {"margin": -0.3}],
}
CHOSEN = [
    choose(LOSSES, "loss", row.name, values) for row in LOSSES.values() for values in [{}, *SETTINGS.get(row.name, [])]
]
every_row = pytest.mark.parametrize("row", LOSSES.values(), ids=lambda row: row.name)
every_setting = pytest.mark.parametrize("chosen", CHOSEN, ids=str)


def shaping(chosen: Chosen[Loss]) -> dict[str, Any]:
    """The parameters that the row's functions take."""
    return {key: value for key, value in chosen.parameters.items() if key != "outputs"}


def sample(row: Loss, rng: np.random.Generator, shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray, Any]:
    """Outputs, targets and class weights inside of the domains, whatever they are."""
    pool = np.concatenate([rng.normal(size=400), rng.uniform(0.02, 0.98, 400), [-1.0, 1.0] * 50])
    p = rng.choice(pool[row.p_domain.holds(pool) & (pool % 1 != 0)], shape)
    y = rng.choice(pool[row.y_domain.holds(pool)], shape)
    if row.target == "probabilities":
        y = rng.dirichlet(np.ones(shape[1]), shape[0])
    if row.target == "class":
        y = np.eye(shape[1])[rng.integers(shape[1], size=shape[0])]
    w = None if row.classes is None else rng.uniform(0.3, 3, 2 if row.classes == "two" else shape[1])
    return p, y, w


@every_setting
def test_the_derivative_is_that_of_central_differences(chosen: Chosen[Loss]) -> None:
    p, y, w = sample(chosen.row, np.random.default_rng(3), (60, 3))
    h, parameters = 1e-6, shaping(chosen)
    found = chosen.row.derivative(p, y, w, **parameters)
    for k in range(3):
        step = h * np.eye(3)[k]
        up, down = (chosen.row.terms(p + side, y, w, **parameters).sum(axis=1) for side in (step, -step))
        np.testing.assert_allclose(found[:, k], (up - down) / (2 * h), rtol=1e-6, atol=1e-7)


KINKS = [  # PyTorch 2.13: p, y, what autograd gives there, before the division by K
    ("mae", {}, [0.5, 0.5], [0.5, 0.5], [0, 0]),
    ("huber", {"delta": 1.0}, [1.0, -1.0, 0.0], [0, 0, 0], [1, -1, 0]),
    ("smooth_l1", {"beta": 1.0}, [1.0, -1.0, 0.0], [0, 0, 0], [1, -1, 0]),
    ("smooth_l1", {"beta": 0.0}, [1.0, -1.0, 0.0], [0, 0, 0], [1, -1, 0]),
    ("multi_margin", {"margin": 1.0}, [1.0, 0.0, 0.5], [1, 0, 0], [-1, 0, 1]),
    ("hinge", {}, [1.0, -1.0], [1, -1], [0, 0]),  # Keras: PyTorch has no such loss
    ("squared_hinge", {}, [1.0, -1.0], [1, -1], [0, 0]),  # Keras
]


@pytest.mark.parametrize(("name", "values", "p", "y", "slopes"), KINKS)
def test_the_derivative_at_a_kink_is_the_frameworks(
    name: str, values: dict[str, float], p: list[float], y: list[float], slopes: list[float]
) -> None:
    assert LOSSES[name].derivative(np.array([p]), np.array([y], dtype=float), None, **values).tolist() == [slopes]


@every_setting
def test_outputs_far_out_give_finite_numbers_without_a_warning(chosen: Chosen[Loss]) -> None:
    row = chosen.row
    far = np.array([1e4, -1e4, 0.0, 1.0, 0.5])
    far = far[row.p_domain.holds(far)]
    if row.remedy and row.p_domain.holds(np.array([1.0])).all():
        far = np.array([0.5, 1e-300, 1e-5])  # at 0 and 1 these losses are infinite
    _, y, w = sample(row, np.random.default_rng(4), (20, len(far)))
    p = np.tile(far, (20, 1))
    assert np.isfinite(row.terms(p, y, w, **shaping(chosen))).all()
    assert np.isfinite(row.derivative(p, y, w, **shaping(chosen))).all()


@every_setting
def test_float32_stays_float32_and_is_float64_but_for_a_few_units(chosen: Chosen[Loss]) -> None:
    row = chosen.row
    given = sample(row, np.random.default_rng(5), (50, 3))
    p, y, w = (None if array is None else array.astype(np.float32) for array in given)
    wide = [None if array is None else array.astype(np.float64) for array in (p, y, w)]
    for function in (row.terms, row.derivative):
        found, expected = function(p, y, w, **shaping(chosen)), function(*wide, **shaping(chosen))
        assert found.dtype == np.float32
        assert found.shape == (50, 3)
        np.testing.assert_allclose(found, expected, rtol=3e-6, atol=3e-6)


@pytest.mark.parametrize("row", [row for row in LOSSES.values() if row.rational], ids=lambda row: row.name)
def test_a_rational_row_takes_fractions_to_fractions(row: Loss) -> None:
    chosen = choose(LOSSES, "loss", row.name, {}, EXACT)
    whole = choose(LOSSES, "loss", row.name, {})
    third = Fraction(1, 3)
    p = np.array([[third, -third, Fraction(3)], [Fraction(0), Fraction(1), -Fraction(2)]], dtype=object)
    y = np.array([[1, -1, 1], [1, -1, -1]])
    if row.target == "class":
        p, y = -abs(p), np.array([[0, 1, 0], [1, 0, 0]])
    exact = np.array([[Fraction(int(v)) for v in line] for line in y], dtype=object)
    found = evaluate_rows(chosen, p, exact)
    assert {type(v) for array in found for v in np.asarray(array).flat} <= {Fraction, int}
    expected = evaluate_rows(whole, p.astype(float), y.astype(float))
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(np.asarray(one).astype(float), other, rtol=1e-14, atol=1e-15)


def evaluate_rows(chosen: Chosen[Loss], p: np.ndarray, y: np.ndarray) -> tuple[Any, ...]:
    objective = Objective(chosen)
    result = evaluate(objective, chosen, p, read_targets(chosen.row, y, p, batch=True))
    losses = result.terms.sum(axis=-1)
    return result.terms, losses, result.of_all(losses), result.derivative


def test_the_mean_over_three_outputs_is_a_third_and_not_its_nearest_float() -> None:
    # |p − y| = 1, 0, 0: the loss is 1/3, its derivative (1/3, 0, 0)
    p = np.array([[Fraction(1), Fraction(0), Fraction(0)]], dtype=object)
    terms, _, loss, derivative = evaluate_rows(choose(LOSSES, "loss", "mae", {}, EXACT), p, p * 0)
    assert terms.tolist() == [[Fraction(1, 3), 0, 0]]
    assert loss == Fraction(1, 3)
    assert derivative.tolist() == [[Fraction(1, 3), 0, 0]]


@every_row
def test_a_row_is_found_by_its_name_and_its_aliases(row: Loss) -> None:
    for name in (row.name, *row.aliases):
        assert choose(LOSSES, "loss", name, {}).row is row
        assert name == row.name or name not in LOSSES


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("huber", {"delta": 0.0}, "huber: delta is 0, expected a number above 0"),
        ("smooth_l1", {"beta": -1.0}, "smooth_l1: beta is -1, expected a number from 0 up"),
        ("focal", {"gamma": -1.0}, "focal: gamma is -1, expected a number from 0 up"),
        ("focal_with_logits", {"gamma": -1.0}, "focal_with_logits: gamma is -1, expected a number from 0 up"),
        ("mse", {"outputs": "max"}, "mse: outputs is max, expected mean or sum"),
        ("sse", {"outputs": "sum"}, "loss sse has no parameters, but outputs is given"),
    ],
)
def test_a_parameter_out_of_range_is_named(name: str, values: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as raised:
        choose(LOSSES, "loss", name, values)
    assert str(raised.value) == message


@pytest.mark.parametrize(
    ("name", "p", "y", "message"),
    [
        ("nll", [0.3, 0.7], 1, "y_hat[1] is 0.3, but nll takes the logarithm of a probability, from 0 down: end the "),
        ("kl_div", [1.5, 0.5], 1, "y_hat[1] is 1.5, but kl_div takes a number from 0 to 1: end the "),
        ("poisson_nll", [-0.5], 1, "y_hat[1] is -0.5, but poisson_nll takes a number from 0 up: end the "),
        ("poisson_nll", [0.5], -1, "y[1] is -1, but poisson_nll takes a number from 0 up"),
        ("hinge", [0.5], 0, "y[1] is 0, but hinge takes -1 or 1"),
        ("focal", [1.5], 1, "y_hat[1] is 1.5, but focal takes a number from 0 to 1: end the "),
        ("multi_margin", [1.0, 2.0], 2, "y is class 2, but there are 2 outputs: classes count from 0, so 0 to 1"),
    ],
)
def test_numbers_outside_of_the_domain_are_refused(name: str, p: list[float], y: float, message: str) -> None:
    with pytest.raises(InputError) as raised:
        nnc.loss_of_outputs(np.array(p), np.array(float(y)), Objective(choose(LOSSES, "loss", name, {})))
    assert str(raised.value).startswith(message)


PAIRS = [
    (pair, values)
    for pair in FUSED
    for values in [{}, *SETTINGS.get(pair[1], []), *([{"outputs": "sum"}] if LOSSES[pair[1]].mean else [])]
]


@pytest.mark.parametrize(("pair", "values"), PAIRS, ids=str)
@pytest.mark.parametrize("weighted", [False, True])
def test_a_fused_pair_is_the_composition(pair: tuple[str, str], values: dict[str, Any], weighted: bool) -> None:
    activation, loss = choose(ACTIVATIONS, "activation", pair[0], {}), choose(LOSSES, "loss", pair[1], values)
    z = np.random.default_rng(6).normal(scale=3, size=(20, 3))
    _, y, w = sample(loss.row, np.random.default_rng(7), z.shape)
    objective = Objective(loss, class_weights=w.tolist() if weighted else None)
    fused = fused_loss(objective, activation)
    assert fused is not None
    a = apply(activation, z)
    targets = read_targets(loss.row, y, a, batch=True)
    composed, direct = evaluate(objective, loss, a, targets), evaluate(objective, fused, z, targets)
    np.testing.assert_allclose(direct.terms, composed.terms, rtol=1e-11, atol=1e-15)
    one, other = (found.of_all(found.terms.sum(axis=-1)) for found in (direct, composed))
    np.testing.assert_allclose(one, other, rtol=1e-13)
    np.testing.assert_allclose(
        direct.derivative, backward(activation, composed.derivative, z, a), rtol=1e-9, atol=1e-15
    )


@pytest.mark.parametrize(
    ("pair", "y"),
    [
        (("sigmoid", "bce"), [1, 0]),
        (("sigmoid", "focal"), [1, 0]),
        (("softmax", "cross_entropy"), [0, 1]),
        (("log_softmax", "nll"), [0, 1]),
    ],
)
def test_a_saturated_fused_pair_keeps_its_loss(pair: tuple[str, str], y: list[float]) -> None:
    # For the wrong label at ±1e4 the loss is the distance, whatever the modulating factor (1 − p_t)² = 1.
    layer = nnc.layer(choose(ACTIVATIONS, "activation", pair[0], {}), kernel=np.array([[-1.0, 1.0]]))
    if pair[0] != "sigmoid":
        layer = nnc.layer(layer.activation, kernel=np.array([[1.0, 0.0]]))
    values = {"outputs": "sum"} if LOSSES[pair[1]].mean else {}
    result = nnc.grad(
        Network((layer,)), np.array([1e4]), np.array(y, dtype=float), Objective(choose(LOSSES, "loss", pair[1], values))
    )
    assert result["loss"] == (2e4 if pair[0] == "sigmoid" else 1e4)
    assert result["dz1"].tolist() == ([-1, 1] if pair[0] == "sigmoid" else [1, -1])


def test_a_formula_shows_all_digits_of_a_parameter_and_no_more() -> None:
    assert loss_formula(choose(LOSSES, "loss", "focal", {"gamma": 4.0}), weighted=False).count("^4 ") == 2
    chosen = choose(LOSSES, "loss", "huber", {"delta": 0.12345678901})
    assert "≤ 0.12345678901, else" in loss_formula(chosen, weighted=False)
    assert str(chosen) == "huber:delta=0.12345678901"
