"""Every row is as accurate as docs/accuracy.md says, against mpmath at 50 digits."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import reference
import ulps
from mpmath import mpf

import nnc
from nnc.core.functions.activations import ACTIVATIONS
from nnc.core.functions.losses import FUSED, LOSSES

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


def logits() -> Iterator[np.ndarray]:
    """Pre-activations of three units from −700 to 700, many of them where an output is next to 1."""
    rng = np.random.default_rng(11)
    for scale in (1, 10, 40, 350):
        yield from rng.uniform(-scale, scale, (25, 3))
    yield from np.array([[36, -36, 0], [700, -700, 30], [350, -350, 0]])


def settings(pair: tuple[str, str]) -> Iterator[tuple[dict[str, Any], Any]]:
    """Parameters of a pair's loss and targets."""
    of_probabilities = LOSSES[pair[1]].target != "values"
    for values in [{"gamma": 2.0}, {"gamma": 0.5}, {"gamma": 5.0}] if pair[1] == "focal" else [{}]:
        for y in [[0, 1, 0], [0, 0, 1]] if of_probabilities else [[0, 1, 1], [1, 0, 0], [0.3, 0.9, 1e-3]]:
            yield values, y


@pytest.mark.parametrize("pair", FUSED, ids="-".join)
def test_the_derivative_by_the_output_of_a_fused_pair_is_right_to_8_units_however_far_it_is_saturated(
    pair: tuple[str, str],
) -> None:
    network = nnc.network(nnc.layer(pair[0], kernel=np.eye(3)))
    w = [0.7, 2.3] if LOSSES[pair[1]].classes == "two" else [0.7, 2.3, 1.1]
    exact_w = [mpf(v) for v in w]
    errors = []
    for values, y in settings(pair):
        objective = nnc.objective({"name": pair[1], **values}, class_weights=w, sample_weights=[4])
        share = mpf(4) / 3 if LOSSES[pair[1]].mean else mpf(4)
        for z in logits():
            found = nnc.grad(network, z, y, objective)["dy_hat"].tolist()
            exact_z, exact_y = [mpf(v) for v in z.tolist()], [mpf(v) for v in y]
            for k in range(3):
                true = share * reference.FUSED[pair](exact_z, exact_y, exact_w, k, **values)
                size = 20 if 0 < y[k] < 1 else 0  # of the two numbers of a soft target near its root
                errors.append(ulps.Error(ulps.units(found[k], true, size), f"{objective} at {z}, {y}"))
    worst = ulps.worst(errors)
    assert worst.units <= 8, worst.where


def test_a_formula_of_the_reference_is_that_of_a_row() -> None:
    assert reference.ACTIVATIONS.keys() | reference.OF_A_LAYER.keys() <= ACTIVATIONS.keys()
    assert reference.LOSSES.keys() <= LOSSES.keys()
    assert reference.FUSED.keys() == FUSED.keys()


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
