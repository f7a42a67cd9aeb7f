"""Derivations are right: their arithmetic holds, and their numbers are the calculation's."""

import json
import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from cases import CALCULATIONS, CALLS, SAMPLES, every_call, large_network
from formula_value import evaluate

import nnc
from nnc.core.formula.parse import parse
from nnc.core.functions.activations import ACTIVATIONS
from nnc.core.functions.losses import LOSSES
from nnc.core.network import Network
from nnc.core.objective import Objective
from nnc.core.rows import Chosen, choose
from nnc.core.steps import derive
from nnc.render.formats import DERIVATIONS, Style, formats, render
from nnc.render.steps import StepsReport

Nnc = Callable[[str], str]


def steps(text: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(text)["steps"]
    return found


def close(call: str, value: float | str) -> Any:
    rough = "float32" in call
    return pytest.approx(float(Fraction(value)), rel=1e-5 if rough else 1e-9, abs=1e-7 if rough else 1e-12)


@every_call
def test_numbers_put_in_come_to_the_value(call: str, nnc: Nnc) -> None:
    worked = [step for step in steps(nnc(f"{call} --steps --json")) if step["substituted"] is not None]
    assert worked
    for step in worked:
        assert float(evaluate(parse(step["substituted"]))) == close(call, step["value"]), step


@pytest.mark.parametrize("call", CALCULATIONS)
def test_the_value_of_a_step_is_the_quantity_of_its_name(call: str, nnc: Nnc) -> None:
    quantities = json.loads(nnc(f"{re.sub('--sample [0-9]', '', call)} --json"))
    names = set()
    for step in steps(nnc(f"{call} --steps --json")):
        name, _, index = step["quantity"].rstrip("]").partition("[")
        value = quantities[name]
        for at in index.split(",") if index else ():
            value = value[int(at) - 1]
        names.add(name)
        # A sample's own x, y and y_hat stand under the name of the whole where they are one step.
        given = name in ("x", "y", "y_hat") and step["substituted"] is None
        assert value == step["value"] or (given and step["value"] in value), step
    assert names == quantities.keys() - {"meta"}


@every_call
def test_text_ends_its_lines_in_the_values_of_the_steps(call: str, nnc: Nnc) -> None:
    found = [step["value"] for step in steps(nnc(f"{call} --steps --json"))]
    values = {f"{float(Fraction(value)):.6g}" for value in found if isinstance(value, int | float | str)}
    ends = [line.split(" ")[-1] for line in nnc(f"{call} --steps").splitlines() if re.search(r"[=≈] -?[\d.e-]+$", line)]
    assert ends
    assert {f"{float(end):.6g}" for end in ends} <= values


@pytest.mark.parametrize(
    ("file", "formulas"),
    [
        ("two_layer_relu.json", ["(W⁽²⁾)ᵀ [1; a⁽¹⁾]", "[1; a⁽¹⁾] (∂J/∂z⁽²⁾)ᵀ", "W⁽²⁾[1:] ∂J/∂z⁽²⁾"]),
        ("two_layer_relu_theta.json", ["Θ⁽²⁾ [1; a⁽¹⁾]", "∂J/∂z⁽²⁾ [1; a⁽¹⁾]ᵀ", "(Θ⁽²⁾[:, 1:])ᵀ ∂J/∂z⁽²⁾"]),
        ("two_layer_relu_pytorch.json", ["W⁽²⁾ a⁽¹⁾ + b⁽²⁾", "∂J/∂z⁽²⁾ (a⁽¹⁾)ᵀ", "(W⁽²⁾)ᵀ ∂J/∂z⁽²⁾"]),
        ("two_layer_relu_keras.json", ["(kernel⁽²⁾)ᵀ a⁽¹⁾ + b⁽²⁾", "a⁽¹⁾ (∂J/∂z⁽²⁾)ᵀ", "kernel⁽²⁾ ∂J/∂z⁽²⁾"]),
    ],
)
def test_formulas_follow_the_layout_of_the_file(file: str, formulas: list[str], nnc: Nnc) -> None:
    found = steps(nnc(f"grad -w {file} -x 2,3 -y 0.1,0.9 -l half_sse --steps --json"))
    by_quantity = {step["quantity"].split("[")[0]: step["formula"] for step in found}
    assert [by_quantity[name] for name in ("z2", "dW2", "da1")] == formulas


@pytest.mark.parametrize(
    ("call", "formulas"),
    [
        ("sigmoid_neuron.yaml", ["∂J/∂ŷ ⊙ f′(z⁽¹⁾)", "(1 − yₖ) ŷₖ − yₖ (1 − ŷₖ) = ŷₖ − yₖ"]),
        (
            "sigmoid_neuron.yaml --class-weights 2,3",
            ["∂J/∂ŷ ⊙ f′(z⁽¹⁾)", "w₀ (1 − yₖ) ŷₖ − w₁ yₖ (1 − ŷₖ)"],
        ),
        ("sigmoid_batch.yaml", ["∂J/∂ŷ ⊙ f′(z⁽¹⁾)", "(1/N)·((1 − yₖ) ŷₖ − yₖ (1 − ŷₖ)) = (1/N)·(ŷₖ − yₖ)"]),
        ("softmax_classes.yaml", ["(∂a⁽¹⁾/∂z⁽¹⁾)ᵀ ∂J/∂ŷ", "sᵢ·(1/N)·(ŷₖ Σ wⱼ yⱼ − wₖ yₖ)"]),
        ("sigmoid_neuron.yaml -x 20,60", ["(1 − yₖ) σ(z⁽¹⁾ₖ) − yₖ (1 − σ(z⁽¹⁾ₖ)) = ŷₖ − yₖ"]),
        ("two_layer_relu_problem.yaml", ["∂J/∂a⁽¹⁾ ⊙ f′(z⁽¹⁾)"]),
    ],
)
def test_a_fused_pair_shows_the_factors_and_what_is_left_of_them(call: str, formulas: list[str], nnc: Nnc) -> None:
    found = [step for step in steps(nnc(f"grad -w {call} --steps --json")) if step["quantity"].startswith("dz1")]
    assert list(dict.fromkeys(step["formula"] for step in found)) == formulas


@pytest.mark.parametrize(
    ("call", "line"),
    [
        ("sigmoid_batch.yaml --sample-weights 1,2,3,4", "J = (1/N)·Σᵢ Lᵢ"),
        ("sigmoid_batch.yaml --sample-weights 1,2,3,4", "ℓₖ = sᵢ·(−[yₖ log(ŷₖ) + (1 − yₖ) log(1 − ŷₖ)])"),
        ("sigmoid_batch.yaml --reduction sum", "J = Σᵢ Lᵢ"),
        (
            "sigmoid_batch.yaml --class-weights 1,2 --reduction weighted-mean",
            "J = (1/D)·Σᵢ Lᵢ   (D adds up the weights of the samples: D = 2 + 2 + 1 + 2)",
        ),
        ("two_layer_relu_problem.yaml --l2 0.5", "P = (1/2)·λ·Σ W²"),
        ("two_layer_relu_problem.yaml --l2 0.5", "J = Σₖ ℓₖ + P"),
        ("two_layer_relu_problem.yaml -l mse", "ℓ₁ = (1/2)·(0.5 − 0.1)² = 0.08"),
        ("two_layer_relu_problem.yaml -l mse", "∂J/∂ŷ₁ = (1/2)·2·(0.5 − 0.1) = 0.4"),
        ("two_layer_relu_problem.yaml", "∂J/∂ŷ₁ = 0.5 − 0.1 = 0.4"),
        ("two_layer_relu_problem.yaml", "f′(z⁽²⁾₁) = (1 if 0.5 > 0, else 0) = 1"),
        ("two_layer_relu_problem.yaml", "z⁽¹⁾₁ = 0.1 + (-0.1)·2 + 0.3·3 = 0.8"),
        ("leaky_relu.yaml -y 0.5 -l mse", "a⁽¹⁾₂ = max(0, -1.25) + 0.1·min(0, -1.25) = -0.125"),
        ("leaky_relu.yaml -y 0.5 -l mse", "a⁽²⁾₁ = tanh(0.225) ≈ 0.221278"),
    ],
)
def test_a_formula_has_what_the_call_puts_into_it(call: str, line: str, nnc: Nnc) -> None:
    assert line in [found.strip() for found in nnc(f"grad -w {call} --steps").splitlines()]


def test_the_sample_is_the_one_that_is_asked_for(nnc: Nnc) -> None:
    text = nnc("grad -w sigmoid_batch.yaml --steps --sample 3")
    assert text.startswith("Sample 3 of 4\n")
    assert "x = [2; 0]" in text
    assert json.loads(nnc("grad -w sigmoid_batch.yaml --steps --sample 3 --json"))["meta"]["sample"] == 3
    assert nnc("grad -w sigmoid_batch.yaml --steps").startswith("Sample 1 of 4\n")


def test_the_gradient_of_weights_adds_up_the_samples(nnc: Nnc) -> None:
    found = steps(nnc("grad -w sigmoid_batch.yaml --steps --sample 2 --json"))
    (weight,) = [step["substituted"] for step in found if step["quantity"] == "dW1[2,1]"]
    assert [float(product.split("·")[0].strip("()")) for product in weight.split(" + ")] == [1, 0, 2, -1]


def test_show_chooses_the_steps_of_those_quantities(nnc: Nnc) -> None:
    found = steps(nnc("grad -w two_layer_relu_problem.yaml --steps --show z1,dW2 --json"))
    assert {step["quantity"].split("[")[0] for step in found} == {"z1", "dW2"}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            "forward -w two_layer_relu_problem.yaml --sample 1",
            "--sample is about a derivation, so it goes with --steps",
        ),
        ("forward -w two_layer_relu_problem.yaml --full", "--full is about a derivation, so it goes with --steps"),
        ("imbalance-weights --counts 1,2 --full", "--full is about a derivation, so it goes with --steps"),
        ("grad -w dead_unit.yaml --standalone", "--standalone is about a derivation, so it goes with --steps"),
        ("grad -w dead_unit.yaml -f latex", "format latex writes down derivations, so it goes with --steps"),
        ("grad -w dead_unit.yaml -f markdown", "format markdown writes down derivations, so it goes with --steps"),
        (
            "grad -w dead_unit.yaml --steps --standalone",
            "--standalone makes a LaTeX document, so it goes with --format latex (-f latex)",
        ),
        ("grad -w dead_unit.yaml --steps --sample 1", "there is one sample, not a batch of them; leave --sample out"),
        ("grad -w sigmoid_batch.yaml --steps --sample 5", "--sample is 5, but there are 4: 1 to 4"),
        ("grad -w sigmoid_batch.yaml --steps --sample 0", "--sample is 0, but there are 4: 1 to 4"),
        ("grad -w dead_unit.yaml --steps --show z_1", "--show: unknown quantity 'z_1'; did you mean z1?"),
    ],
)
def test_options_of_a_derivation_are_refused_where_they_mean_nothing(call: str, message: str, nnc: Nnc) -> None:
    assert nnc(call) == f"nnc: {message}\n"


def written(calculation: Any, name: str = "table") -> str:
    return render(StepsReport(derive(calculation)), name, Style())


def exact(values: list[Any]) -> Any:
    return np.vectorize(Fraction, otypes=[object])(np.array(values, dtype=object))


def test_fractions_are_written_as_decimals_where_they_end_and_as_fractions_where_not() -> None:
    layer = nnc.layer(choose(ACTIVATIONS, "activation", "relu", {}), W=exact([["1/2"], ["1/3"]]))
    text = written(nnc.forward(Network((layer,)), exact(["-2"])))
    assert "z⁽¹⁾₁ = 0.5 + (1/3)·(-2) = -1/6 ≈ -0.166667" in text
    assert r"z^{[1]}_{1} &= 0.5 + \tfrac{1}{3} \cdot (-2) = -\tfrac{1}{6} \approx -0.166667" in written(
        nnc.forward(Network((layer,)), exact(["-2"])), "latex"
    )


def test_every_step_of_an_exact_calculation_is_exact() -> None:
    layer = nnc.layer(choose(ACTIVATIONS, "a", "relu", {}), bias=exact(["1/2"]), weight=exact([["1/3", "2/7"]]))
    calculation = nnc.forward(Network((layer,)), exact([["1", "2"], ["3", "1/3"]]))
    worked = [step for step in StepsReport(derive(calculation, 2)).records() if step["substituted"]]
    assert [(step["substituted"], step["value"]) for step in worked] == [
        ("(1/3)·3 + (2/7)·(1/3) + 1/2", "67/42"),
        ("max(0, 67/42)", "67/42"),
        ("67/42", "67/42"),
    ]


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_has_its_steps_in_every_format(name: str) -> None:
    given = {key: 0.5 for key, parameter in ACTIVATIONS[name].parameters.items() if parameter.default is None}
    layer = nnc.layer(choose(ACTIVATIONS, "activation", name, given), weight=np.array([[1.0, 2], [3, -4]]))
    objective = Objective(Chosen(LOSSES["half_sse"], {}))
    calculation = nnc.grad(Network((layer,)), np.array([0.5, 0.25]), np.array([1.0, 0]), objective)
    assert "{" not in written(calculation)
    assert all(written(calculation, other) for other in formats(DERIVATIONS))


@pytest.mark.parametrize("name", LOSSES)
def test_every_loss_has_its_steps_in_every_format(name: str) -> None:
    chosen = choose(LOSSES, "loss", name, {})
    targets = np.array([0.0, 1]) if chosen.row.y_domain.holds(np.array([0.0])).all() else np.array([-1.0, 1])
    outputs = next(p for p in (np.array([0.25, 0.75]), np.array([-0.25, -0.75])) if chosen.row.p_domain.holds(p).all())
    calculation = nnc.loss_of_outputs(outputs, targets, Objective(chosen))
    assert "{" not in written(calculation)
    assert all(written(calculation, other) for other in formats(DERIVATIONS))


def test_a_derivative_by_a_saturated_output_is_not_written_as_a_quotient_by_what_was_lost(nnc: Nnc) -> None:
    # σ(36): 1 − ŷ has one digit left, and 1 / (1 − 1) would be no number at all; σ(9.5) has enough
    steps = nnc("grad -w sigmoid_neuron.yaml -x 0.5,18 -y 0 --steps -s dy_hat")
    assert "(from z where 1 − ŷ has lost its digits)" in steps
    assert "∂J/∂ŷ₁ ≈ 4.31123e+15" in steps
    assert "/ (1 − 0.999925)" in nnc("grad -w sigmoid_neuron.yaml -x 0,4.5 -y 0 --steps -s dy_hat")


def test_every_sample_that_is_right_has_a_case() -> None:
    networks = {path.name for path in SAMPLES.iterdir() if path.suffix in (".json", ".yaml")}
    assert networks == {word for call in CALLS for word in call.split() if word in networks}


def test_large_networks_are_cut_in_the_middle_unless_all_is_asked_for(nnc: Nnc, tmp_path: Any) -> None:
    file = large_network(tmp_path)
    cut, whole = (nnc(f"forward -w {file} --steps {option}") for option in ("", "--full"))
    sums = re.findall(r"z⁽¹⁾₁ +≈ ((?:.|\n)*?)≈", cut)
    assert sums[0].count("·") == 5  # of 20 products and the bias, 6 are left
    assert sums[0].count("⋯") == 1
    assert re.findall(r"^  z⁽¹⁾([₀-₉]+) ", cut, re.MULTILINE) == ["₁", "₂", "₃", "₁₀", "₁₁", "₁₂"]
    assert len(re.findall(r"^  z⁽¹⁾[₀-₉]+ ", whole, re.MULTILINE)) == 12
    assert "⋯" not in whole
    assert re.findall(r"z⁽¹⁾₁ +≈ ((?:.|\n)*?)≈", whole)[0].count("·") == 20


@pytest.mark.parametrize(
    "file", ["sigmoid_neuron.yaml -x 800,0 -y 0", "softmax_classes.yaml -x 2000,-2000 -y 0 --sample-weights 1"]
)
def test_a_saturated_output_is_derived_without_a_word_from_python(file: str, nnc: Nnc) -> None:
    assert "Backward" in nnc(f"grad -w {file} --steps")  # warnings are errors here
