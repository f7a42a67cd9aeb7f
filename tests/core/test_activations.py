"""Every activation of the table, so that a new row is tested without a new test; and what single ones promise."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import reference
import ulps
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mpf

from nnc.core.arrays import EXACT
from nnc.core.functions.activations import ACTIVATIONS, Activation, apply, backward, derivative
from nnc.core.rows import Chosen, choose
from nnc.errors import InputError

SETTINGS: dict[str, list[dict[str, Any]]] = {  # beside the defaults
    "threshold": [{"threshold": 0.1, "value": 20.0}],
    "leaky_relu": [{"negative_slope": 0.3}, {"negative_slope": -2.0}],
    "elu": [{"alpha": 0.3}, {"alpha": 0.0}, {"alpha": -0.7}],
    "celu": [{"alpha": 0.3}, {"alpha": 3.0}],
    "gelu": [{"approximate": "tanh"}],
    "softplus": [{"beta": 0.3}, {"beta": 7.0}],
    "hardtanh": [{"min_val": 0.1, "max_val": 0.7}],
    "softshrink": [{"lambd": 0.0}],
    "hardshrink": [{"lambd": 0.0}],
}


def settings(row: Activation) -> list[Chosen[Activation]]:
    """The row with its defaults, where it has them for all its parameters, and with the settings above."""
    complete = all(parameter.default is not None for parameter in row.parameters.values())
    given = [*([{}] if complete else []), *SETTINGS.get(row.name, [])]
    if not given:  # a new row with a parameter that must be given
        given = [dict.fromkeys(row.parameters, 0.75)]
    return [choose(ACTIVATIONS, "activation", row.name, values) for values in given]


CHOSEN = [chosen for row in ACTIVATIONS.values() for chosen in settings(row)]
every_row = pytest.mark.parametrize("row", ACTIVATIONS.values(), ids=lambda row: row.name)
every_setting = pytest.mark.parametrize("chosen", CHOSEN, ids=str)


@every_setting
def test_the_backward_rule_is_that_of_central_differences(chosen: Chosen[Activation]) -> None:
    rng = np.random.default_rng(1)
    z, da, h = rng.normal(scale=2, size=(60, 4)), rng.normal(size=(60, 4)), 1e-6
    kinks = np.array([float(kink) for kink in chosen.row.kinks(**chosen.parameters)])
    z = z[(np.abs(z[..., None] - kinks) > 2 * h).all(axis=(1, 2))]
    expected = np.empty_like(z)
    for k in range(z.shape[1]):
        step = h * np.eye(z.shape[1])[k]
        expected[:, k] = (da[: len(z)] * (apply(chosen, z + step) - apply(chosen, z - step))).sum(axis=1) / (2 * h)
    found = backward(chosen, da[: len(z)], z, apply(chosen, z))
    np.testing.assert_allclose(found, expected, rtol=1e-7, atol=1e-8)


KINKS = [  # PyTorch 2.13: z, what autograd gives there
    ("relu", [0], [0]),
    ("relu6", [0, 6], [0, 0]),
    ("leaky_relu:negative_slope=0.1", [0], [0.1]),
    ("elu:alpha=0.5", [0], [0.5]),
    ("elu:alpha=-0.5", [0], [-0.5]),
    ("selu", [0], [1.0507009873554805 * 1.6732632423543772]),
    ("celu:alpha=0.5", [0], [1]),
    ("softsign", [0], [1]),
    ("hardsigmoid", [-3, 3], [0, 0]),
    ("hardtanh", [-1, 1], [0, 0]),
    ("hardtanh:min_val=0.1:max_val=0.7", [0.1, 0.7], [0, 0]),
    ("hardswish", [-3, 3], [0, 1]),
    ("softshrink", [-0.5, 0.5], [0, 0]),
    ("softshrink:lambd=0", [0], [0]),
    ("hardshrink", [-0.5, 0.5], [0, 0]),
    ("hardshrink:lambd=0", [0], [0]),
    ("threshold:threshold=1:value=20", [1], [0]),
    ("step", [0], [0]),  # PyTorch has no step with a gradient
]


@pytest.mark.parametrize(("text", "z", "slopes"), KINKS, ids=[text for text, _, _ in KINKS])
def test_the_derivative_at_a_kink_is_pytorchs(text: str, z: list[float], slopes: list[float]) -> None:
    found = derivative(parsed(text), np.array(z, dtype=float))
    assert found is not None
    assert found.tolist() == pytest.approx(slopes, rel=1e-15)


def parsed(text: str) -> Chosen[Activation]:
    name, *pairs = text.split(":")
    values = {key: float(value) for key, value in (pair.split("=") for pair in pairs)}
    return choose(ACTIVATIONS, "activation", name, values)


@every_setting
def test_all_kinks_are_listed_and_no_others(chosen: Chosen[Activation]) -> None:
    if chosen.row.derivative is None:
        return
    kinks = sorted(float(kink) for kink in chosen.row.kinks(**chosen.parameters))
    grid = np.arange(-800, 801) / 100 + 0.005
    one_sided = derivative(chosen, grid)
    assert one_sided is not None
    jumps = np.abs(np.diff(one_sided)) > 0.075  # no smooth row's slope changes as much within 0.01
    jumps |= np.abs(np.diff(apply(chosen, grid))) > 0.1
    found = ((grid[:-1] + grid[1:]) / 2)[jumps].round(10).tolist()
    assert [z for z in found if min((abs(z - kink) for kink in kinks), default=1) > 0.01] == []
    if chosen.parameters.get("lambd") != 0:  # the shrinks of 0 are the identity, but for PyTorch's slope at 0
        assert len(found) >= len(kinks)


@every_setting
@pytest.mark.parametrize("size", [1e4, 1e290])
def test_far_out_everything_is_finite_without_a_warning(chosen: Chosen[Activation], size: float) -> None:
    z = np.array([[size, -size, 0.0, -0.0, 5e-324], [-size, -size, -size, 0.0, -size]])
    a = apply(chosen, z)
    assert np.isfinite(a).all()
    assert np.isfinite(backward(chosen, np.ones_like(z), z, a)).all()


@pytest.mark.parametrize("name", reference.ACTIVATIONS)
@pytest.mark.parametrize("size", [1.7e308, 5e-324])
def test_the_derivative_is_right_at_the_ends_of_float64(name: str, size: float) -> None:
    formulas = reference.ACTIVATIONS[name]
    # At 50 digits mpmath cannot hold e to 1.7e308; from 1e4 on every derivative is its limit but softsign's, which is 0
    # there as a float64.
    limit = size if size < 1 or name == "softsign" else 1e4
    for parameters in formulas.parameters:
        with np.errstate(all="ignore"):  # as the passes calculate
            found = derivative(choose(ACTIVATIONS, "activation", name, parameters), np.array([size, -size]))
        assert found is not None
        expected = [formulas.derivative(mpf(side * limit), **parameters) for side in (1, -1)]
        assert [ulps.units(*pair) <= 8 for pair in zip(found.tolist(), expected, strict=True)] == [True, True]


@every_setting
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_dtype_and_the_shape_stay(chosen: Chosen[Activation], dtype: type) -> None:
    z: np.ndarray = np.linspace(-4, 4, 12).reshape(3, 4).astype(dtype)
    a = apply(chosen, z)
    dz = backward(chosen, np.ones_like(z), z, a)
    assert (a.dtype, a.shape, dz.dtype, dz.shape) == (z.dtype, z.shape, z.dtype, z.shape)


@every_setting
def test_float32_is_float64_but_for_a_few_units_of_float32(chosen: Chosen[Activation]) -> None:
    z = np.random.default_rng(2).normal(scale=3, size=(50, 3)).astype(np.float32)
    wide = z.astype(np.float64)
    da = np.ones_like(z)
    da[:, 0] = -2
    unit = float(np.finfo(np.float32).eps)
    found, expected = apply(chosen, z), apply(chosen, wide)
    np.testing.assert_allclose(found, expected, rtol=8 * unit, atol=4 * unit)
    narrow, slopes = backward(chosen, da, z, found), backward(chosen, da.astype(float), wide, expected)
    np.testing.assert_allclose(narrow, slopes, rtol=16 * unit, atol=8 * unit)


@pytest.mark.parametrize("row", [row for row in ACTIVATIONS.values() if row.rational], ids=lambda row: row.name)
def test_a_rational_row_takes_fractions_to_fractions(row: Activation) -> None:
    given = {key: Fraction(3, 4) for key, parameter in row.parameters.items() if parameter.default is None}
    chosen = choose(ACTIVATIONS, "activation", row.name, given, EXACT)
    z = np.array(
        [[Fraction(n, 7) for n in (-30, -21, -3, 0, 1)], [Fraction(n) for n in (-3, 3, 6, 9, 0)]], dtype=object
    )
    a = apply(chosen, z)
    dz = backward(chosen, z + 1, z, a)
    assert {type(v) for v in [*a.flat, *dz.flat]} <= {Fraction, int}
    in_floats = choose(ACTIVATIONS, "activation", row.name, {key: float(value) for key, value in given.items()})
    floats = z.astype(float)
    np.testing.assert_allclose(a.astype(float), apply(in_floats, floats), rtol=1e-14)
    np.testing.assert_allclose(dz.astype(float), backward(in_floats, floats + 1, floats, floats), rtol=1e-14)


def test_hardswish_of_a_third_is_exact() -> None:
    # z (z + 3) / 6 = (1/3)(10/3)/6 = 10/54, and (2z + 3)/6 = (11/3)/6
    chosen = choose(ACTIVATIONS, "activation", "hardswish", {}, EXACT)
    z = np.array([Fraction(1, 3)], dtype=object)
    assert apply(chosen, z).tolist() == [Fraction(5, 27)]
    assert chosen.row.derivative is not None
    assert chosen.row.derivative(z).tolist() == [Fraction(11, 18)]


def test_gelu_shows_the_formula_of_its_approximation() -> None:
    assert "tanh" in choose(ACTIVATIONS, "activation", "gelu", {"approximate": "tanh"}).row.formula
    assert "erf" in choose(ACTIVATIONS, "activation", "gelu", {}).row.formula


@every_row
def test_a_row_is_found_by_its_name_and_its_aliases(row: Activation) -> None:
    given = {key: 1.0 for key, parameter in row.parameters.items() if parameter.default is None}
    for name in (row.name, *row.aliases):
        assert choose(ACTIVATIONS, "activation", name, given).row is row
        assert name == row.name or name not in ACTIVATIONS


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("celu", {"alpha": 0.0}, "celu: alpha is 0, expected a number other than 0"),
        ("softplus", {"beta": 0.0}, "softplus: beta is 0, expected a number above 0"),
        ("softshrink", {"lambd": -0.5}, "softshrink: lambd is -0.5, expected a number from 0 up"),
        ("hardshrink", {"lambd": -0.5}, "hardshrink: lambd is -0.5, expected a number from 0 up"),
        (
            "hardtanh",
            {"min_val": 1.0},
            "hardtanh: min_val is 1.0 and max_val 1.0, expected min_val below max_val",
        ),
        ("threshold", {"value": 1.0}, "activation threshold needs a threshold: threshold:threshold=…"),
        ("threshold", {"threshold": 1.0}, "activation threshold needs a value: threshold:value=…"),
        ("gelu", {"approximate": "erf"}, "gelu: approximate is erf, expected none or tanh"),
        ("gelu", {"approximate": 1.0}, "gelu: approximate is 1.0, expected none or tanh"),
        ("elu", {"alpha": "big"}, "elu: alpha is 'big', expected a number"),
    ],
)
def test_a_parameter_out_of_range_is_named(name: str, values: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as raised:
        choose(ACTIVATIONS, "activation", name, values)
    assert str(raised.value) == message


def test_softplus_of_the_largest_number_is_that_number_though_beta_z_is_infinite() -> None:
    with np.errstate(all="ignore"):  # as the passes calculate
        assert apply(parsed("softplus:beta=7"), np.array([1.7e308])).tolist() == [1.7e308]


def test_the_step_is_1_from_0_on() -> None:
    assert apply(parsed("step"), np.array([-5e-324, -0.0, 0.0, 5e-324])).tolist() == [0, 1, 1, 1]


logits = st.lists(st.floats(-50, 50), min_size=1, max_size=6)


@given(logits, st.floats(-50, 50))
def test_softmax_does_not_change_when_all_z_move_together(z: list[float], c: float) -> None:
    moved = np.array(z) + c
    expected = apply(parsed("softmax"), np.array(z))
    np.testing.assert_allclose(apply(parsed("softmax"), moved), expected, rtol=1e-13)


@given(logits)
def test_softmax_is_a_distribution_and_log_softmax_its_logarithm(z: list[float]) -> None:
    p = apply(parsed("softmax"), np.array(z))
    assert (p >= 0).all()
    assert p.sum() == pytest.approx(1, abs=1e-15)
    np.testing.assert_allclose(np.exp(apply(parsed("log_softmax"), np.array(z))), p, rtol=1e-13)


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_the_widest_z_give_no_nan(name: str) -> None:
    largest = np.finfo(float).max
    with np.errstate(all="ignore"):  # their difference is beyond float64, and so is its log_softmax
        a = apply(parsed(name), np.array([largest, -largest, 0.0]))
    assert not np.isnan(a).any()
