"""A loss of outputs next to 1 says how many of its digits are right."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import nnc

NEXT = 1 - 2.0**-53  # the float next to 1: 0.9999999999999999 is read as it
NEAR = 1 - 2.0**-40

WARNED: list[tuple[str, Any, Any, str, list[str]]] = [
    # J = −log 2⁻⁵³ = 53 log 2, and one unit lower 52 log 2: 1/53 = 0.02 of it. ∂J/∂ŷ = 2⁵³ becomes 2⁵².
    ("bce next to 1", [0.9999999999999999], [0], "bce",
     ["loss has about 1 right digit: 1 − y_hat[1] cancels",
      "dy_hat[1] has about 0 right digits: 1 − y_hat[1] cancels"]),
    # J = −log(1 − 2⁻⁵³) = 2⁻⁵³ becomes 2⁻⁵²; ∂J/∂ŷ is −1
    ("a right answer next to 1", [NEXT], [1], "bce", ["loss has about 0 right digits: 1 − y_hat[1] cancels"]),
    # 2⁻⁴⁰ becomes 2⁻⁴⁰ + 2⁻⁵³: 2⁻¹³ = 1.2e-4 of it
    ("three digits", [NEAR], [1], "bce", ["loss has about 3 right digits: 1 − y_hat[1] cancels"]),
    ("a class", [NEAR, 1 - NEAR], 0, "cross_entropy", ["loss has about 3 right digits: 1 − y_hat[1] cancels"]),
    ("probabilities", [NEAR, 1 - NEAR], [1, 0], "kl_div", ["loss has about 3 right digits: 1 − y_hat[1] cancels"]),
    # beside log 2 one term is nothing, but it is printed
    ("a small term", [0.5, NEAR], [1, 1], "bce", ["terms[2] has about 3 right digits: 1 − y_hat[2] cancels"]),
    ("a small loss of a sample", [[0.5], [NEAR]], [1, 1], "bce",
     ["losses[2] has about 3 right digits: 1 − y_hat[2,1] cancels"]),
    ("the worst of a batch", [[NEAR], [NEXT]], [1, 0], "bce",
     ["loss has about 1 right digit: 1 − y_hat[2,1] cancels",
      "dy_hat[2,1] has about 0 right digits: 1 − y_hat[2,1] cancels"]),
    # float32: 2⁻¹⁵ becomes 2⁻¹⁵ + 2⁻²⁴, 2⁻⁹ = 2e-3 of it
    ("float32", np.array([1 - 2.0**-15], np.float32), [1], "bce",
     ["loss has about 2 right digits: 1 − y_hat[1] cancels"]),
]  # fmt: skip


@pytest.mark.parametrize(("y_hat", "y", "loss", "warnings"), [case[1:] for case in WARNED], ids=[c[0] for c in WARNED])
def test_a_loss_that_has_lost_half_of_its_digits_says_how_many_are_left(
    y_hat: Any, y: Any, loss: str, warnings: list[str]
) -> None:
    assert nnc.loss_of_outputs(y_hat, y, loss).warnings == tuple(warnings)


SILENT: dict[str, Callable[[], nnc.Calculation]] = {
    "an output of 1": lambda: nnc.loss_of_outputs([1], [1], "bce"),
    "an output that is far enough from 1": lambda: nnc.loss_of_outputs([1 - 2.0**-26], [1], "bce"),
    "an output next to 0": lambda: nnc.loss_of_outputs([2.0**-53], [0], "bce"),
    "an output without a share": lambda: nnc.loss_of_outputs([1 - NEXT, NEXT], 0, "cross_entropy"),
    "a class of weight 0": lambda: nnc.loss_of_outputs([NEXT], [0], nnc.objective("bce", class_weights=[0, 1])),
    "a loss without a logarithm": lambda: nnc.loss_of_outputs([NEXT], [0], "sse"),
    "fractions": lambda: nnc.loss_of_outputs([1 - Fraction(1, 2**53)], [0], "mse"),
    "a loss from z": lambda: nnc.grad(nnc.network(nnc.layer("sigmoid", kernel=[[1]])), [36], [0], "bce"),
    "a class from z": lambda: nnc.grad(nnc.network(nnc.layer("softmax", kernel=[[1, 0]])), [36], 1, "cross_entropy"),
}


@pytest.mark.parametrize("calculate", SILENT.values(), ids=SILENT)
def test_a_loss_that_has_its_digits_says_nothing(calculate: Callable[[], nnc.Calculation]) -> None:
    assert calculate().warnings == ()


def test_outputs_of_a_network_that_are_not_fused_with_the_loss_are_doubted_too() -> None:
    # softmax(36, 0): bce takes the logarithm of 1 − ŷ, where ŷ = 1 − 2.3e-16 is two units from 1
    network = nnc.network(nnc.layer("softmax", kernel=[[1, 0]]))
    of_loss = nnc.loss(network, [36], [0, 1], "bce").warnings
    of_grad = nnc.grad(network, [36], [0, 1], "bce").warnings
    assert [warning.partition(" has")[0] for warning in of_loss] == ["loss"]
    assert [warning.partition(" has")[0] for warning in of_grad] == ["loss", "dy_hat[1]"]


@pytest.mark.parametrize("z", [20, 25, 30, 35])
def test_the_digits_that_are_said_to_be_right_are_right(z: float) -> None:
    # −log(1 − σ(z)) = log(1 + eᶻ), which bce works out from z
    true = float(np.logaddexp(0, z))
    y_hat = nnc.forward(nnc.network(nnc.layer("sigmoid", kernel=[[1]])), [z])["y_hat"]
    found = nnc.loss_of_outputs(y_hat, [0], "bce")
    digits = [int(w.partition("about ")[2].split()[0]) for w in found.warnings if w.startswith("loss")]
    for said in digits or [8]:
        assert abs(found["loss"] - true) / true < 10.0**-said
