"""Every row is as accurate as docs/accuracy.md says, against mpmath at 50 digits."""

from pathlib import Path

import pytest
import reference
import ulps
from mpmath import mpf

from nnc.core.activations import ACTIVATIONS
from nnc.core.losses import LOSSES

PAGE = Path(__file__).parents[2] / "docs" / "accuracy.md"
COUNT = 40  # random numbers of each kind; benchmarks/accuracy.py takes more


@pytest.mark.parametrize("name", [*reference.ACTIVATIONS, *reference.OF_A_LAYER])
def test_an_activation_is_right_to_4_units_and_its_derivative_to_8(name: str) -> None:
    value, derivative = ulps.measure_activation(name, COUNT)
    assert value.units <= 4, value.where
    assert derivative.units <= 8, derivative.where


@pytest.mark.parametrize("name", reference.LOSSES)
def test_a_loss_and_its_derivative_are_right_to_8_units(name: str) -> None:
    value, derivative = ulps.measure_loss(name, COUNT)
    assert value.units <= 8, value.where
    assert derivative.units <= 8, derivative.where


def test_a_formula_of_the_reference_is_that_of_a_row() -> None:
    assert reference.ACTIVATIONS.keys() | reference.OF_A_LAYER.keys() <= ACTIVATIONS.keys()
    assert reference.LOSSES.keys() <= LOSSES.keys()


def test_every_row_stands_in_the_page_in_order_and_within_its_bounds() -> None:
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    cells = [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in lines]
    assert [name for name, _, _ in cells] == [*ACTIVATIONS, *LOSSES]
    for name, value, derivative in cells:
        if value != "–":  # a row without a reference
            assert float(value) <= (4 if name in ACTIVATIONS else 8)
            assert float(derivative) <= 8


@pytest.mark.parametrize(
    ("found", "true", "size", "expected"),
    [(1.0, 1.0, 0, 0), (1.0 + 2**-52, 1.0, 0, 1), (1e-15, 0.0, 1, 8), (5e-324, 0.0, 0, 0), (float("nan"), 1, 0, 1e999)],
)
def test_an_error_is_counted_in_units_of_the_last_place(found: float, true: float, size: int, expected: float) -> None:
    assert ulps.units(found, mpf(true), size) == pytest.approx(expected, abs=1e-6)
