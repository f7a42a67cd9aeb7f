"""What the library gives can be copied, sent to another process, and read as text."""

import copy
import pickle
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nnc
from nnc.core.arrays import FLOAT32
from nnc.core.functions.activations import ACTIVATIONS
from nnc.core.functions.losses import LOSSES
from nnc.core.imbalance import METHODS
from nnc.core.rows import Row, choose

COPIES: dict[str, Callable[[Any], Any]] = {
    "pickle": lambda value: pickle.loads(pickle.dumps(value)),
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
}
every_copy = pytest.mark.parametrize("copied", COPIES.values(), ids=COPIES)
ROWS: list[Row] = [*ACTIVATIONS.values(), *LOSSES.values(), *METHODS.values()]
PROBLEM = nnc.load(str(Path(__file__).parents[2] / "samples" / "two_layer_relu_problem.yaml"))


@every_copy
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_row_goes_by_its_name_with_its_parameters(row: Row, copied: Callable[[Any], Any]) -> None:
    numbers = (key for key, parameter in row.parameters.items() if not parameter.words)
    chosen = choose(row.table, row.kind, row.name, {key: Fraction(3 + i, 7) for i, key in enumerate(numbers)})
    again = copied(chosen)
    assert (str(again), again.parameters) == (str(chosen), chosen.parameters)
    assert again.row is row.table[row.name]


def test_a_row_whose_words_choose_another_formula_keeps_that_formula() -> None:
    layer = pickle.loads(pickle.dumps(nnc.layer("gelu:approximate=tanh", kernel=[[1]])))
    assert "tanh" in layer.activation.row.formula


CALCULATIONS: dict[str, Callable[[], nnc.Calculation]] = {
    "floats": lambda: nnc.grad(PROBLEM.network, [2, 3], [0.1, 0.9], nnc.objective("huber:delta=0.3", l2=0.1)),
    "float32": lambda: nnc.loss_of_outputs(np.array([[0.1, 0.9]], FLOAT32), [1], "cross_entropy"),
    "fractions": lambda: nnc.grad_of(nnc.network(nnc.layer(kernel=[[Fraction(1, 3)]])), [2], "y_hat[1]"),
}


@every_copy
@pytest.mark.parametrize("calculate", CALCULATIONS.values(), ids=CALCULATIONS)
def test_a_calculation_keeps_every_number_and_its_dtype(
    calculate: Callable[[], nnc.Calculation], copied: Callable[[Any], Any]
) -> None:
    before = calculate()
    after = copied(before)
    assert list(after) == list(before)
    for name, value in before.items():
        assert after[name].dtype == value.dtype
        assert after[name].tolist() == value.tolist()
    assert str(after) == str(before)
    if before.objective is not None and before.network is not None:
        again = nnc.grad(after.network, after["x"], after["y"], after.objective)
        assert {name: v.tolist() for name, v in again.items()} == {name: v.tolist() for name, v in before.items()}


VALUES = [
    PROBLEM,
    PROBLEM.network,
    PROBLEM.network.layers[0],
    PROBLEM.objective,
    nnc.objective("bce", class_weights={"a": 1, "b": 2.5}, sample_weights=[1, 2], l2=1),
    nnc.imbalance_weights({"A": 3, "B": 1}, "effective", "mean"),
    *nnc.verify(PROBLEM.network, [2, 3], [0.1, 0.9], "half_sse")[1],
]


@every_copy
@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_everything_else_is_the_same_text_again(value: Any, copied: Callable[[Any], Any]) -> None:
    assert repr(copied(value)) == repr(value)


def test_a_copied_layer_lies_in_the_layout_of_the_table() -> None:
    layer = PROBLEM.network.layers[0]
    assert copy.deepcopy(layer).kind is layer.kind


# Text


def test_a_calculation_prints_its_quantities_by_name() -> None:
    # z = (2 · 1 + 1, 2 · −0.25)
    found = nnc.forward(nnc.network(nnc.layer("relu", [1, 0], kernel=[[1, -0.25]])), [2])
    assert str(found) == "x = [2.]\nz1 = [ 3.  -0.5]\na1 = [3. 0.]\ny_hat = [3. 0.]"
    assert repr(found) == "<Calculation of 4 quantities: x, z1, a1, y_hat>"


def test_a_matrix_is_printed_in_rows_and_a_fraction_as_one() -> None:
    layer = nnc.layer(kernel=[[Fraction(1, 3), Fraction(2)], [Fraction(-1, 7), Fraction(0)]])
    found = nnc.grad_of(nnc.network(layer), [1, 3], "y_hat[1]")
    assert str(found.only(["y_hat", "dW1"])) == "y_hat = [-2/21 2]\ndW1 = [[1 0]\n       [3 0]]"


def test_the_text_of_a_calculation_ends_with_its_warnings() -> None:
    found = nnc.loss_of_outputs([0.5, 0.6], 0, "cross_entropy")
    assert str(found).splitlines()[-1].startswith("warning: y_hat sums to 1.1, not 1")
    assert "warning: y_hat sums to 1.1" in found._repr_html_()


def test_a_notebook_shows_a_table_of_names_and_values_without_markup_of_its_own() -> None:
    found = nnc.loss_of_outputs([0.5], [1], "half_sse")  # ½ (½)² and −½
    rows = {"y_hat": "[0.5]", "y": "[1.]", "terms": "[0.125]", "loss": "0.125", "dy_hat": "[-0.5]"}
    cells = "".join(f"<tr><th>{name}</th><td><pre>{value}</pre></td></tr>" for name, value in rows.items())
    assert found._repr_html_() == f"<table>{cells}</table>"


def test_a_long_text_is_cut_in_the_middle() -> None:
    deep = nnc.network(*(nnc.layer("tanh", kernel=[[1]]) for _ in range(20)))
    assert repr(deep) == f"Network({', '.join(['1 → 1 tanh'] * 4)}, …, {', '.join(['1 → 1 tanh'] * 4)})"
    assert repr(nnc.forward(deep, 1)).startswith("<Calculation of 42 quantities: x, z1, a1, z2, …,")


def test_a_problem_says_what_it_holds_on_one_line() -> None:
    assert repr(PROBLEM) == (
        "<NetworkFile 'A whole problem in one file': Network(2 → 2 relu, 2 → 2 relu), x, y, loss half_sse>"
    )
    assert repr(nnc.objective("mse:outputs=sum")).startswith("Objective(loss=Chosen('mse:outputs=sum'), ")
