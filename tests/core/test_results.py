"""True values: in fractions where that is possible and quick, else floats with their noise."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from nnc.core.arrays import EXACT, FLOAT32, whole
from nnc.core.functions.activations import ACTIVATIONS
from nnc.core.grading.truth import Result, finest, of_problem, of_weighing
from nnc.core.imbalance import METHODS, Weighing
from nnc.core.layers import KINDS, Layer
from nnc.core.network import Network
from nnc.core.noise import Noise
from nnc.core.problem import Problem
from nnc.core.rows import choose
from nnc.errors import InputError


class Builder:
    """A network of layers of so many units, and the dtypes that it has been built in."""

    def __init__(self, units: list[int], activation: str, samples: int = 1) -> None:
        self.units, self.activation, self.samples = units, activation, samples
        self.dtypes: list[np.dtype[Any]] = []

    def __call__(self, dtype: np.dtype[Any]) -> Problem:
        self.dtypes.append(dtype)
        chosen = choose(ACTIVATIONS, "activation", self.activation, {})
        pairs = zip(self.units, self.units[1:], strict=False)
        ones = [whole(np.ones(shape, dtype=np.int64), dtype) for shape in pairs]
        layers = tuple(Layer(KINDS["kernel"], {"kernel": kernel}, chosen) for kernel in ones)
        return Problem(Network(layers), whole(np.ones((self.samples, self.units[0]), dtype=np.int64), dtype))


@pytest.mark.parametrize(
    ("builder", "exact"),
    [
        (Builder([2, 3, 2], "relu"), True),
        (Builder([2, 3, 2], "softsign"), True),
        (Builder([19, 19, 1], "softsign"), True),
        (Builder([2, 3, 2], "sigmoid"), False),  # irrational
        (Builder([1000, 25], "relu"), False),  # too much work
        (Builder([2, 2], "relu", samples=200), True),
        (Builder([2, 2], "relu", samples=1000), False),  # a sum over them may have a denominator from each
        (Builder([8] * 20, "softsign"), False),  # each layer has eight times as many digits as the one below
    ],
)
def test_truth_is_exact_where_that_is_possible_and_quick(builder: Builder, exact: bool) -> None:
    result = of_problem(finest(builder))["y_hat"]
    assert (result.value.dtype == EXACT) == exact
    assert (EXACT in builder.dtypes) == (exact or builder.activation == "sigmoid")
    assert (result.noise.bound > 0).all()  # of exact numbers too: how far off the same in floats may be


def test_float32_is_judged_as_float32() -> None:
    assert of_problem(Builder([2, 3, 2], "relu")(FLOAT32), dtype=FLOAT32)["y_hat"].value.dtype == FLOAT32


@pytest.mark.parametrize(
    ("counts", "method", "parameters", "exact"),
    [
        ({"A": 100, "B": 10**9}, "balanced", {}, True),
        ({"A": 100, "B": 1000}, "effective", {}, True),
        ({"A": 100, "B": 10**9}, "effective", {}, False),  # 0.999 to the power of a billion
        ({"A": 4, "B": 25}, "sqrt", {}, False),
    ],
)
def test_weights_are_exact_where_that_is_possible_and_quick(
    counts: dict[str, int], method: str, parameters: dict[str, Any], exact: bool
) -> None:
    weights = of_weighing(Weighing(counts, choose(METHODS, "method", method, parameters, None)))["weights"]
    assert (weights.value.dtype == EXACT) == exact
    assert weights.classes == ("A", "B")


def test_the_noise_of_a_weight_covers_the_rounding_of_its_parameter() -> None:
    # 1 − 0.9999 keeps 12 of the 16 digits of 0.9999, and the limit of the weight is 0.0001
    method = choose(METHODS, "method", "effective", {"beta": 0.9999})
    weights = of_weighing(Weighing({"A": 10**7, "B": 1}, method))["weights"]
    off = abs(Fraction(float(weights.value[0])) - Fraction(1, 10_000))
    assert 16 * np.spacing(0.0001) < off < weights.noise.bound[0] < 1e-14


WEIGHTS = Result("weights", np.array([5.5, 0.55]), Noise.around(np.zeros(2)), ("class",), ("A", "B"))


@pytest.mark.parametrize(
    ("given", "holds"),
    [
        ([5.5, 0.55], True),
        ({"A": 5.5, "B": 0.55}, True),
        ({"B": 0.55, "A": 5.5}, True),
        ({"A": 0.55, "B": 5.5}, False),
        ({"A": 5.5}, False),
        ({"A": 5.5, "B": 0.55, "C": 1}, False),
        ({}, False),
    ],
)
def test_weights_are_answered_in_order_or_by_class(given: object, holds: bool) -> None:
    assert WEIGHTS.judge(given).verdict.holds == holds


def test_a_class_and_a_number_are_parts_with_names() -> None:
    assert (WEIGHTS.of_class("B").name, float(WEIGHTS.of_class("B").value)) == ("weights[B]", 0.55)
    matrix = Result("dW1", np.array([[1.0, 2.0]]), Noise.around(np.zeros((1, 2))), ("unit", "input"))
    assert (matrix.at((0, 1)).name, float(matrix.at((0, 1)).value)) == ("dW1[1,2]", 2)
    assert [name for _, name in matrix.numbers()] == ["dW1[1,1]", "dW1[1,2]"]
    with pytest.raises(InputError, match=r"^dW1\[2,1\] is not one number: dW1 has 1 × 2 \(units × inputs\)"):
        matrix.at((1, 0))
    with pytest.raises(InputError, match=r"^unknown class 'C'; known: A, B$"):
        WEIGHTS.of_class("C")
