"""The library refuses what the command line refuses, as an NncError, and takes what NumPy takes for numbers."""

import inspect
import re
from collections.abc import Callable
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nnc
from nnc.core.arrays import EXACT, FLOAT32, FLOAT64

FILE = Path(__file__).parents[1] / "samples" / "two_layer_relu_problem.yaml"
NETWORK = nnc.load(str(FILE)).network
THIRD = Fraction(1, 3)
Call = Callable[[Any], object]

ARRAYS: dict[str, Call] = {  # argument -> a call in which it alone is in question
    "x": lambda bad: nnc.forward(NETWORK, bad),
    "x of loss": lambda bad: nnc.loss(NETWORK, bad, [0, 1], "mse"),
    "x of grad": lambda bad: nnc.grad(NETWORK, bad, [0, 1], "mse"),
    "x of grad_of": lambda bad: nnc.grad_of(NETWORK, bad, "y_hat[1]"),
    "x of verify": lambda bad: nnc.verify(NETWORK, bad, [0, 1], "mse"),
    "y": lambda bad: nnc.loss(NETWORK, [1, 2], bad, "mse"),
    "y of grad": lambda bad: nnc.grad(NETWORK, [1, 2], bad, "mse"),
    "y of verify": lambda bad: nnc.verify(NETWORK, [1, 2], bad, "mse"),
    "y of classes": lambda bad: nnc.loss(NETWORK, [1, 2], bad, "cross_entropy_with_logits"),
    "y of outputs": lambda bad: nnc.loss_of_outputs([0.5, 0.5], bad, "bce"),
    "y_hat": lambda bad: nnc.loss_of_outputs(bad, [0, 1], "mse"),
    "sample_weights": lambda bad: nnc.objective("bce", sample_weights=bad),
    "class_weights": lambda bad: nnc.objective("bce", class_weights=bad),
    "l2": lambda bad: nnc.objective("bce", l2=bad),
    "bias": lambda bad: nnc.layer(bias=bad, kernel=[[1, 2]]),
    "W": lambda bad: nnc.layer(W=bad),
    "Theta": lambda bad: nnc.layer(Theta=bad),
    "weight": lambda bad: nnc.layer(weight=bad),
    "kernel": lambda bad: nnc.layer(kernel=bad),
}
OTHERS: dict[str, Call] = {
    "network": lambda bad: nnc.forward(bad, [1, 2]),
    "layers": lambda bad: nnc.network(bad),
    "activation": lambda bad: nnc.layer(bad, W=[[1], [2]]),
    "loss": lambda bad: nnc.objective(bad),
    "objective": lambda bad: nnc.grad(NETWORK, [1, 2], [0, 1], bad),
    "reduction": lambda bad: nnc.objective("bce", reduction=bad),
    "part": lambda bad: nnc.grad_of(NETWORK, [1, 2], bad),
    "counts": lambda bad: nnc.imbalance_weights(bad),
    "count": lambda bad: nnc.imbalance_weights({"A": 1, "B": bad}),
    "method": lambda bad: nnc.imbalance_weights([1, 2], bad),
    "normalize": lambda bad: nnc.imbalance_weights([1, 2], normalize=bad),
    "beta": lambda bad: nnc.imbalance_weights([1, 2], {"name": "effective", "beta": bad}),
    "delta": lambda bad: nnc.objective({"name": "huber", "delta": bad}),
    "path": lambda bad: nnc.load(bad),
    "dtype": lambda bad: nnc.load(str(FILE), bad),
    "activations": lambda bad: nnc.load(str(FILE), activations=bad),
    "quantity": lambda bad: nnc.forward(NETWORK, [1, 2]).only([bad]),
}


class Unwilling:
    """What raises when NumPy asks for its numbers, as a tensor on another device does."""

    def __array__(self, *_: Any, **__: Any) -> np.ndarray:
        raise RuntimeError("call .cpu() first\nand then .numpy()")


NEVER: dict[str, Any] = {  # what no argument of numbers may be
    "three dimensions": np.ones((2, 2, 2)),
    "complex numbers": [1j, 2],
    "rows of different lengths": [[1], [1, 2]],
    "text": "abc",
    "numbers as text": ["1", "2"],
    "bytes": b"12",
    "no number at all": [],
    "rows of nothing": np.ones((0, 2)),
    "columns of nothing": np.ones((2, 0)),
    "NaN": [float("nan"), 1],
    "infinity": [1, float("inf")],
    "minus infinity in an array": np.array([1, -np.inf]),
    "NaN in float32": np.array([1, np.nan], FLOAT32),
    "True and False": [True, False],
    "True among numbers": [1, True],
    "an array of True and False": np.array([True, False]),
    "a mapping": {"a": object()},
    "a set": {1, 2},
    "None among numbers": [1, None],
    "a whole number beyond float64": [10**400, 1],
    "a whole number beyond float64 beside a float": [10**400, 1.5],
    "longdouble beyond float64": np.array([1, 2], np.longdouble) * np.longdouble(10) ** 400,
    "a masked number": np.ma.MaskedArray([1, 2], mask=[False, True]),
    "dates": np.array(["2020-01-01", "2020-01-02"], dtype="M8[D]"),
    "records": np.zeros(2, dtype=[("a", float)]),
    "what is no array": Unwilling(),
    "a function": len,
    "a float among fractions": [THIRD, 0.5],
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("bad", NEVER.values(), ids=NEVER)
@pytest.mark.parametrize("argument", ARRAYS)
def test_what_is_no_array_of_numbers_is_refused_by_the_name_of_the_argument(argument: str, bad: Any) -> None:
    if argument == "class_weights" and isinstance(bad, dict):
        bad = {"a": 1, "b": object()}  # a mapping may be right there
    with pytest.raises(nnc.InputError) as refused:
        ARRAYS[argument](bad)
    assert str(refused.value).startswith(argument.partition(" of ")[0])
    assert "\n" not in str(refused.value)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("odd", [*NEVER.values(), None, 3, -1.5, THIRD, object()], ids=lambda odd: type(odd).__name__)
@pytest.mark.parametrize("argument", [*ARRAYS, *OTHERS])
def test_whatever_is_given_is_taken_or_refused_and_nothing_else_happens(argument: str, odd: Any) -> None:
    refused = ""
    try:
        (ARRAYS | OTHERS)[argument](odd)
    except nnc.NncError as error:
        refused = str(error)
    assert "\n" not in refused


leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.fractions() | st.binary()
anything = st.recursive(leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(leaves, inner, max_size=3))


@pytest.mark.filterwarnings("error")
@settings(max_examples=400, deadline=None)
@given(st.sampled_from([*ARRAYS, *OTHERS]), anything)
def test_nothing_but_an_nnc_error_comes_of_anything(argument: str, odd: Any) -> None:
    with suppress(nnc.NncError):
        (ARRAYS | OTHERS)[argument](odd)


REFUSED: list[tuple[Call, Any, str]] = [
    (ARRAYS["x"], [1, float("nan")], "x[2] is NaN, expected a finite number"),
    (ARRAYS["x"], [[1, 2], [-np.inf, 0]], "x[2,1] is -infinity, expected a finite number"),
    (ARRAYS["x"], np.ones((2, 2, 2)), "x has 3 dimensions, expected at most 2"),
    (ARRAYS["x"], 3, "x has 1 value, expected 2: the inputs of layers[0].W"),
    (ARRAYS["x"], None, "x is None, expected a number"),
    (ARRAYS["x"], [1, True], "x[2] is True, expected a number"),
    (ARRAYS["x"], [1j, 2], "x[1] is of type complex, expected a number"),
    (ARRAYS["x"], "abc", "x is text ('abc'), expected a number"),
    (ARRAYS["x"], [[1], [1, 2]], "x has rows of different lengths, expected as many numbers in each"),
    (ARRAYS["x"], [], "x is empty, expected numbers"),
    (ARRAYS["x"], [10**400, 1], "x[1] is out of range for float64"),
    (ARRAYS["x"], NEVER["a masked number"], "x[2] is masked, expected a number"),
    (ARRAYS["x"], Unwilling(), "x is of type Unwilling, of which NumPy makes no array: call .cpu() first"),
    (ARRAYS["y of classes"], 2, "y is class 2, but there are 2 outputs: classes count from 0, so 0 to 1"),
    (ARRAYS["weight"], [[1, np.nan]], "weight[1,2] is NaN, expected a finite number"),
    (ARRAYS["bias"], [1, None], "bias[2] is None, expected a number"),
    (ARRAYS["class_weights"], [1, -2], "class_weights of class 1 is -2, expected a number from 0 up"),
    (ARRAYS["class_weights"], {"ill": 1, "well": None}, "class_weights of class well is None, expected a number"),
    (ARRAYS["class_weights"], {0: 1, "0": 2}, "class_weights names class 0 twice"),
    (ARRAYS["sample_weights"], [[1, 2], [3, 4]], "sample_weights has 2 rows, expected one number a sample"),
    (ARRAYS["sample_weights"], [1, -0.5], "sample_weights[2] is -0.5, expected a number from 0 up"),
    (ARRAYS["l2"], -1, "l2 is -1, expected a number from 0 up"),
    (ARRAYS["l2"], float("nan"), "l2 is NaN, expected a finite number"),
    (ARRAYS["l2"], [1, 2], "l2 has 2 values, expected one number"),
    (OTHERS["reduction"], "man", "unknown reduction 'man'; did you mean mean?"),
    (OTHERS["reduction"], "avg", "unknown reduction 'avg'; known: mean, sum, weighted-mean"),
    (OTHERS["reduction"], None, "reduction is of type NoneType, expected a name: mean, sum, weighted-mean"),
    (OTHERS["normalize"], "maen", "unknown normalization 'maen'; did you mean mean?"),
    (OTHERS["counts"], [1, 2.5], "class 1 has a count of 2.5, expected a whole number"),
    (OTHERS["counts"], [1, float("nan")], "class 1 has a count of nan, expected a whole number"),
    (OTHERS["counts"], [1, True], "class 1 has as its count what is True, expected a whole number"),
    (OTHERS["counts"], {1: 5, "1": 6}, "counts names class 1 twice"),
    (OTHERS["counts"], 7, "counts is of type int, expected one number a class, or a mapping of class to number"),
    (OTHERS["part"], 3, "part is of type int, expected the name of a number, as in y_hat[1]"),
    (OTHERS["loss"], 3, "loss is of type int, expected a name, or a mapping of name and parameters"),
    (OTHERS["loss"], NETWORK.layers[0].activation, "loss is the activation relu, expected one of half_sse"),
    (OTHERS["network"], nnc.load(str(FILE)),
     "network is of type NetworkFile, expected a Network, as nnc.network gives it; it has one, as .network"),
    (OTHERS["layers"], list(NETWORK.layers),
     "layer 1 is of type list, expected a Layer, as nnc.layer gives it; give the layers one by one: network(*layers)"),
    (OTHERS["path"], 3, "the path is of type int, expected that of a network file"),
    (OTHERS["dtype"], "int", "dtype is text ('int'), expected float64, float32, or object for fractions"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "bad", "message"), REFUSED, ids=[message for _, _, message in REFUSED])
def test_a_refusal_says_where_what_was_found_and_what_was_expected(call: Call, bad: Any, message: str) -> None:
    with pytest.raises(nnc.InputError, match=f"^{re.escape(message)}"):
        call(bad)


def test_a_reduction_that_is_not_known_is_not_taken_for_another() -> None:
    with pytest.raises(nnc.InputError, match=r"^unknown reduction"):
        nnc.objective("bce", reduction="weighted_mean", class_weights=[1, 2])  # type: ignore[arg-type]  # as tested


def test_the_loss_of_a_file_may_be_given_as_it_is() -> None:
    problem = nnc.load(str(FILE))
    assert problem.x is not None
    assert problem.y is not None
    assert problem.loss is not None
    # ½ (0.4² + 0.9²)
    assert nnc.loss(problem.network, problem.x, problem.y, problem.loss)["loss"] == pytest.approx(0.485, rel=1e-15)


def test_a_file_is_read_from_a_path_in_any_dtype_with_other_activations() -> None:
    problem = nnc.load(FILE, "object", ["relu", "leaky_relu:negative_slope=0.1"])
    # z2 = −19/50
    assert problem.x is not None
    assert nnc.forward(problem.network, problem.x)["y_hat"].tolist() == [Fraction(1, 2), Fraction(-19, 500)]


def test_a_network_does_not_change_with_the_array_that_it_was_made_of() -> None:
    for dtype in (FLOAT32, FLOAT64):
        kernel = np.ones((1, 1), dtype)
        network = nnc.network(nnc.layer(kernel=kernel))
        kernel[0, 0] = 7
        assert nnc.forward(network, 1)["y_hat"].tolist() == [1]


# What is taken


class Frame:
    """What NumPy makes an array of, as of a pandas DataFrame."""

    def __array__(self, *_: Any, **__: Any) -> np.ndarray:
        return np.array([2, 3])


@pytest.mark.parametrize(
    "x",
    [
        np.array([2, 3]), np.array([2, 3], np.uint8), np.array([2, 3], np.float16), np.array([2, 3], np.longdouble),
        np.array([2, 3], FLOAT32), np.array([2, 3.0], EXACT), np.ma.MaskedArray([2, 3]), np.array([2, 3])[::1],
        (2, 3), [np.int8(2), np.float32(3)], Frame(),
    ],
    ids=lambda x: f"{type(x).__name__} of {getattr(x, 'dtype', '')}",
)  # fmt: skip
def test_whatever_numpy_takes_for_real_numbers_is_float64(x: Any) -> None:
    found = nnc.forward(NETWORK, x)
    assert found["y_hat"].tolist() == nnc.forward(NETWORK, [2.0, 3.0])["y_hat"].tolist()
    assert {value.dtype for _, value in found.items()} == {FLOAT64}


@pytest.mark.parametrize("x", [3, 3.0, np.float32(3), np.array(3), [3]])
def test_one_number_is_a_sample_of_one_input(x: Any) -> None:
    assert nnc.forward(nnc.network(nnc.layer(kernel=[[2]])), x)["y_hat"].tolist() == [6]
    assert nnc.loss_of_outputs(x, 1, "mse")["loss"] == 4


@pytest.mark.parametrize("weights", [[1, 2], [[1], [2]], [[1, 2]], (1, 2), np.array([1, 2])])
def test_sample_weights_are_a_list_a_row_or_a_column(weights: Any) -> None:
    # (1 · 1 + 2 · 4) / 2
    found = nnc.loss_of_outputs([[1], [2]], [0, 0], nnc.objective("sse", sample_weights=weights))
    assert found["loss"] == 4.5


def test_float32_is_kept_where_all_weights_and_inputs_are_float32_and_the_rest_follows() -> None:
    single = nnc.network(nnc.layer(kernel=np.array([[0.1]], FLOAT32)))
    objective = nnc.objective("huber:delta=0.3", sample_weights=[0.3], l2=0.7)
    found = nnc.grad(single, np.array([0.1], FLOAT32), [0.2], objective)
    assert {value.dtype for _, value in found.items()} == {FLOAT32}


@pytest.mark.parametrize(("kernel", "x"), [(FLOAT32, FLOAT64), (FLOAT64, FLOAT32)])
def test_float32_beside_float64_is_float64_from_the_start(kernel: Any, x: Any) -> None:
    layers = [nnc.layer(kernel=np.array([[0.1]], kernel)), nnc.layer(kernel=np.array([[0.7]], FLOAT32))]
    found = nnc.grad(nnc.network(*layers), np.array([0.1], x), [0.2], nnc.objective("sse", l2=0.3))
    assert {value.dtype for _, value in found.items()} == {FLOAT64}
    # The penalty is that of the float32 numbers, squared in float64.
    expected = 0.3 / 2 * (float(kernel.type(0.1)) ** 2 + float(FLOAT32.type(0.7)) ** 2)
    assert found["penalty"] == pytest.approx(expected, rel=1e-15)


def test_a_target_that_float32_does_not_hold_is_refused() -> None:
    with pytest.raises(nnc.InputError, match=r"^y\[1\] is out of range for float32$"):
        nnc.loss_of_outputs(np.array([1], FLOAT32), [1e39], "mse")


# Fractions


def test_fractions_and_whole_numbers_are_exact_with_parameters_and_all() -> None:
    # z1 = 1 − 2/3 · 4 = −5/3, a1 = −5/3 · 1/100, z2 = 1 − 2 · 1/60 = 29/30; the penalty is ½ · 1/3 · (4/9 + 4)
    network = nnc.network(
        nnc.layer("leaky_relu", [1], kernel=[[Fraction(2, 3)]]),
        nnc.layer("leaky_relu:negative_slope=0.1", W=[[1.0], [2.0]]),
    )
    objective = nnc.objective("huber:delta=0.1", l2=THIRD, sample_weights=[2])
    found = nnc.grad(network, -4, [Fraction(1, 2)], objective)
    assert {type(number) for _, value in found.items() for number in value.flat} == {Fraction}
    assert found["a1"].tolist() == [Fraction(-1, 60)]
    assert found["y_hat"].tolist() == [Fraction(29, 30)]
    # |d| = 7/15 is beyond δ: 2 · δ (|d| − δ/2) = 2 · 1/10 · (7/15 − 1/20) = 1/12
    assert found["loss"] == Fraction(1, 12) + Fraction(20, 27)
    assert found["dy_hat"].tolist() == [Fraction(1, 5)]


def test_fractions_in_x_make_a_network_of_whole_numbers_exact() -> None:
    network = nnc.network(nnc.layer("leaky_relu", kernel=[[-1]]))
    assert nnc.forward(network, [THIRD])["y_hat"].tolist() == [Fraction(-1, 300)]
    assert nnc.forward(network, [0.5])["y_hat"].tolist() == [-0.005]


EXACT_NETWORK = nnc.network(nnc.layer(kernel=[[THIRD]]))
MIXED: list[tuple[Callable[[], object], str]] = [
    (lambda: nnc.forward(EXACT_NETWORK, [0.5]),
     "x[1] is 0.5, a float, beside fractions; nnc calculates with the one or the other: write Fraction('0.5')"),
    (lambda: nnc.forward(EXACT_NETWORK, [2.0**60]), "x[1] is 1.152921504606847e+18, a float, beside fractions"),
    (lambda: nnc.forward(NETWORK, [THIRD, THIRD]), "layers[0].W[1,1] is 0.1, a float, beside fractions"),
    (lambda: nnc.network(nnc.layer(kernel=[[0.5]]), nnc.layer(kernel=[[THIRD]])),
     "layer 1: kernel[1,1] is 0.5, a float"),
    (lambda: nnc.network(nnc.layer(bias=[0.5], kernel=[[THIRD]])), "layer 1: bias[1] is 0.5, a float"),
    (lambda: nnc.network(nnc.layer("sigmoid", kernel=[[THIRD]])), "layer 1: activation sigmoid is irrational"),
    (lambda: nnc.network(nnc.layer({"name": "leaky_relu", "negative_slope": 0.1}, kernel=[[THIRD]])),
     "layer 1: leaky_relu: negative_slope is 0.1, a float"),
    (lambda: nnc.loss(EXACT_NETWORK, [1], [0.5], "mse"), "y[1] is 0.5, a float, beside fractions"),
    (lambda: nnc.loss(EXACT_NETWORK, [1], [1], "bce"), "loss bce is irrational"),
    (lambda: nnc.loss(EXACT_NETWORK, [1], [1], nnc.objective("mse", l2=0.1)), "l2 is 0.1, a float, beside fractions"),
    (lambda: nnc.loss(EXACT_NETWORK, [1], [1], nnc.objective("mse", sample_weights=[0.1])),
     "sample_weights[1] is 0.1, a float, beside fractions"),
    (lambda: nnc.loss(EXACT_NETWORK, [1], [1], nnc.objective({"name": "huber", "delta": 0.1})),
     "huber: delta is 0.1, a float, beside fractions"),
    (lambda: nnc.loss_of_outputs([0.5], [THIRD], "mse"), "y is of fractions, beside floats"),
    (lambda: nnc.loss_of_outputs([0.5], [1], nnc.objective("bce", class_weights=[THIRD, 1])),
     "class_weights is of fractions, beside floats"),
    (lambda: nnc.verify(EXACT_NETWORK, [1], [1], "mse"), "gradients are verified in float64; exact ones gain nothing"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "message"), MIXED, ids=[message for _, message in MIXED])
def test_floats_and_fractions_do_not_mix(call: Callable[[], object], message: str) -> None:
    with pytest.raises(nnc.InputError, match=f"^{re.escape(message)}"):
        call()


def test_a_parameter_as_it_is_written_is_the_nearest_float_in_floats() -> None:
    objective = nnc.objective("huber:delta=1/3")
    assert nnc.loss_of_outputs([1], [0], objective)["dy_hat"].tolist() == [1 / 3]
    assert nnc.loss_of_outputs([Fraction(1)], [0], objective)["dy_hat"].tolist() == [THIRD]


@pytest.mark.parametrize(
    ("delta", "message"),
    [("1e400", "huber: delta is out of range for float64"), ("1e-400", "huber: delta is 0, expected a number above 0")],
)
def test_a_parameter_that_no_float_holds_is_refused_by_a_calculation_in_floats(delta: str, message: str) -> None:
    with pytest.raises(nnc.InputError, match=f"^{message}$"):
        nnc.loss_of_outputs([1], [0], f"huber:delta={delta}")
    assert nnc.loss_of_outputs([Fraction(1)], [0], f"huber:delta={delta}")["loss"] > 0


@pytest.mark.parametrize("name", nnc.__all__)
def test_help_knows_the_fields_and_parameters_of_every_name(name: str) -> None:
    value = getattr(nnc, name)
    if callable(value) and not issubclass(value if isinstance(value, type) else object, Exception):
        assert inspect.signature(value).parameters or name == "__version__"
