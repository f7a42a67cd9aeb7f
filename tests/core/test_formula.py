"""A row's one formula is its function: read, evaluated on random numbers, and written back as it was."""

from itertools import product
from typing import Any

import numpy as np
import pytest
from formula_value import evaluate
from test_activations import settings
from test_losses import CHOSEN, sample, shaping

from nnc.core.arrays import EXACT
from nnc.core.formula.parse import parse
from nnc.core.formula.tree import Node, Number, Symbol, put
from nnc.core.functions.activations import ACTIVATIONS, Activation, apply, backward, derivative
from nnc.core.functions.losses import LOSSES, Loss
from nnc.core.imbalance import METHODS, Method
from nnc.core.rows import Chosen, choose
from nnc.render.formula.latex import LatexNotation
from nnc.render.formula.notation import Binds
from nnc.render.formula.rows import PLAIN

ROWS: list[Activation | Loss | Method] = [*ACTIVATIONS.values(), *LOSSES.values(), *METHODS.values()]
FORMULAS = [
    pytest.param(text, id=f"{row.name} {kind}")
    for row in ROWS
    for kind, text in (("", row.formula), ("derivative", getattr(row, "derivative_formula", "")))
    if text
]
SELU = {"λ": 1.0507009873554805, "α": 1.6732632423543772}  # its derivative has the constants of its formula


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_written_as_it_was_read(text: str) -> None:
    assert PLAIN.write(parse(text)) == text


def numbers(parameters: Any) -> dict[str, Any]:
    return {key: value for key, value in parameters.items() if not isinstance(value, str)}


@pytest.mark.parametrize("chosen", [one for row in ACTIVATIONS.values() for one in settings(row)], ids=str)
def test_the_formula_of_an_activation_is_its_function(chosen: Chosen[Activation]) -> None:
    z = np.random.default_rng(1).normal(size=(40, 3)) * 3
    letters = {"z": z, "z_j": z, **numbers(chosen.parameters)}
    np.testing.assert_allclose(
        evaluate(parse(chosen.row.formula), letters) + 0 * z, apply(chosen, z), rtol=1e-12, atol=1e-14
    )
    slopes = derivative(chosen, z)
    if slopes is not None:
        found = evaluate(parse(chosen.row.derivative_formula), letters | SELU) + 0 * z
        np.testing.assert_allclose(found, slopes, rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_the_formula_of_a_jacobian_is_the_backward_rule(name: str) -> None:
    chosen, z = choose(ACTIVATIONS, "activation", name, {}), np.array([[0.3, -1.0, 2.0]])
    a = apply(chosen, z)
    for k, j in product(range(3), repeat=2):
        found = evaluate(parse(chosen.row.derivative_formula), {"a_k": a[0, k], "a_j": a[0, j], "k": k, "j": j})
        assert found == pytest.approx(backward(chosen, np.eye(3)[[k]], z, a)[0, j], rel=1e-12)


@pytest.mark.parametrize("chosen", CHOSEN, ids=str)
def test_the_formula_of_a_loss_is_its_function(chosen: Chosen[Loss]) -> None:
    p, y, w = sample(chosen.row, np.random.default_rng(2), (40, 3))
    letters: dict[str, Any] = {"p": p, "y": y, "y_j": y, "y_hat_j": p, **numbers(shaping(chosen))}
    if chosen.row.classes == "two":
        letters |= {"w_0": w[0], "w_1": w[1]}
    elif w is not None:
        letters |= {"w": w, "w_j": w}
    if chosen.row.target == "class":
        own = y.argmax(axis=1)[:, None]
        k = np.arange(3)[None, :]
        letters |= {"k": k, "j": k, "c": own, "y_hat_c": np.take_along_axis(p, own, axis=1)}
    for text, function in (
        (chosen.row.formula, chosen.row.terms),
        (chosen.row.derivative_formula, chosen.row.derivative),
    ):
        expected = function(p, y, w, **shaping(chosen))
        with np.errstate(all="ignore"):  # 0 log 0 is 0 to the function alone
            found = evaluate(parse(text), letters) + 0 * p
        known = np.isfinite(found)
        assert known.mean() > 0.5
        np.testing.assert_allclose(found[known], expected[known], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", METHODS)
def test_the_formula_of_a_method_is_its_function(name: str) -> None:
    chosen, n = choose(METHODS, "method", name, {}), np.array([30.0, 12.0])
    letters = {"n": n, "n_0": n[0], "N": n.sum(), "K": len(n), **chosen.parameters}
    np.testing.assert_allclose(evaluate(parse(chosen.row.formula), letters), chosen.row.weights(n, **chosen.parameters))


def test_an_exact_formula_has_an_exact_value() -> None:
    third = np.array([1, -2], dtype=EXACT) / 3
    assert evaluate(parse("z² + 2 z"), {"z": np.array([2, 3])}).tolist() == [8, 15]
    assert evaluate(parse("z / (1 + |z|)"), {"z": third}).tolist() == [0.25, -0.4]


@pytest.mark.parametrize(
    ("text", "value", "filled"),
    [
        ("2 z", 0.5, "2·0.5"),
        ("2 z", -0.5, "2·(-0.5)"),
        ("z + 1", -1, "-1 + 1"),
        ("1 − z", -1, "1 − (-1)"),
        ("z²", -2, "(-2)²"),
        ("z²", 2, "2²"),
        ("−z", -2, "−(-2)"),
        ("exp(−z)", 2, "exp(−2)"),
        ("1 / z", -2, "1 / (-2)"),
        ("z / (1 + |z|)", -2, "(-2) / (1 + |-2|)"),
        ("max(0, z)", -2, "max(0, -2)"),
        ("z if z > 0, else 2 z", -2, "-2 if -2 > 0, else 2·(-2)"),
        ("z σ(z)", 3, "3·σ(3)"),
        ("1 / √z", 4, "1 / √4"),
    ],
)
def test_a_number_is_in_parentheses_where_it_needs_them(text: str, value: float, filled: str) -> None:
    assert PLAIN.filled(put(parse(text), {"z": Number(value)})) == filled


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("1 / (1 + exp(−z))", r"\frac{1}{1 + e^{-z}}"),
        ("exp(z / 2)", "e^{z / 2}"),
        ("1 if z > 0, else 0", r"\begin{cases} 1 & z > 0 \\ 0 & \text{otherwise} \end{cases}"),
        ("½ (z − y)²", r"\tfrac12 (z - y)^2"),
        ("2 (1 / z + 1)", r"2 \left(\frac{1}{z} + 1\right)"),
        ("alpha min(0, z)", r"\alpha \min(0, z)"),
        ("negative_slope z", r"\text{negative\_slope} z"),
        ("z tanh²(z)", r"z \tanh^2(z)"),
        ("√(2π)", r"\sqrt{2\pi}"),
        ("a_k ([k = j] − a_j)", "a_{k} ([k = j] - a_{j})"),
    ],
)
def test_latex_has_its_own_signs(text: str, latex: str) -> None:
    assert LatexNotation(None, None).write(parse(text)) == latex


@pytest.mark.parametrize(
    "text", ["", "z +", "(z", "z)", "if z > 0", "1 if z > 0", "max(0", "z $ 2", "with t = 1", "z, with"]
)
def test_what_is_no_formula_is_a_fault_of_its_row(text: str) -> None:
    with pytest.raises(ValueError, match=r"found|what is|goes on"):
        parse(text)


def test_a_letter_without_a_value_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="y"):
        evaluate(parse("z + y"), {"z": 1})


def test_what_binds_least_is_in_parentheses() -> None:
    node: Node = put(parse("z"), {"z": Symbol("a")})
    assert PLAIN.tight(parse("a + b"), Binds.PRODUCT) == "(a + b)"
    assert PLAIN.tight(node, Binds.ATOM) == "a"
