"""``nnc activations``, ``nnc losses`` and ``nnc inspect``, in every format."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from shells import Said, Shell

import nnc
from nnc.cli.app import run
from nnc.core.functions.activations import ACTIVATIONS
from nnc.core.functions.losses import LOSSES
from nnc.render.formats import Style, render
from nnc.render.functions import FunctionsReport
from nnc.render.inspection import InspectionReport

SAMPLES = Path(__file__).parents[2] / "samples"
ROWS: dict[str, Mapping[str, Any]] = {"activations": ACTIVATIONS, "losses": LOSSES}
EVERY_NAME = [(command, name) for command, rows in ROWS.items() for name in rows]


@pytest.fixture
def call(capfd: pytest.CaptureFixture[str]) -> Shell:
    return lambda *args: Said(run(list(args)), *capfd.readouterr())


def ran(said: Said) -> Said:
    assert (said.status, said.err) == (0, "")
    return said


# The lists


@pytest.mark.parametrize("command", ROWS)
def test_a_list_has_every_row_with_its_formula_derivative_and_parameters(command: str, call: Shell) -> None:
    found = ran(call(command, "--json")).json
    assert list(found) == list(ROWS[command])
    for name, row in found.items():
        assert all(row[key] for key in ("formula", "derivative", "latex", "derivative_latex", "source"))
        assert list(row["parameters"]) == list(ROWS[command][name].parameters)


@pytest.mark.parametrize("command", ROWS)
def test_ndjson_has_a_line_and_plain_the_name_of_each_row(command: str, call: Shell) -> None:
    whole = call(command, "--json").json
    lines = [json.loads(line) for line in ran(call(command, "-f", "ndjson")).out.splitlines()]
    assert lines == [{"name": name, **row} for name, row in whole.items()]
    assert ran(call(command, "-f", "plain")).out.splitlines() == list(whole)


@pytest.mark.parametrize("command", ROWS)
@pytest.mark.parametrize("width", [80, 100, 200])
def test_on_a_terminal_of_80_columns_no_formula_is_cut(command: str, width: int) -> None:
    drawn = render(FunctionsReport(command), "table", Style(width=width))
    assert max(map(len, drawn.splitlines())) <= width
    assert "…" not in drawn
    words = " ".join(re.sub(r"[│╭╮╰╯─┬┴]", " ", drawn).split())
    for row in ROWS[command].values():
        assert row.name in words
        for parameter in row.parameters:
            assert parameter in words


@pytest.mark.parametrize("command", ROWS)
@pytest.mark.parametrize("width", [None, 80, 150])
def test_a_list_has_whole_formulas_in_lines_of_120_columns_or_the_terminals(
    command: str, width: int | None, call: Shell
) -> None:
    drawn = render(FunctionsReport(command), "table", Style(width=width))
    assert max(map(len, drawn.splitlines())) <= (width or 120)
    formulas: list[str] = []
    for line in drawn.splitlines():
        if line.startswith("│"):
            _, label, piece = (cell.strip() for cell in line.strip("│").split("│"))
            if label:
                formulas.append(piece)
            elif formulas:  # the head has none
                formulas[-1] += f" {piece}"
    rows = call(command, "--json").json.values()
    assert [formula.strip() for formula in formulas] == [row[key] for row in rows for key in ("formula", "derivative")]


def test_a_default_is_a_number_or_a_word_or_missing(call: Shell) -> None:
    found = {name: row["parameters"] for name, row in call("activations", "--json").json.items()}
    assert found["leaky_relu"] == {"negative_slope": {"default": 0.01, "takes": "a number"}}
    assert found["gelu"] == {"approximate": {"default": "none", "takes": "none or tanh"}}
    assert found["threshold"]["value"] == {"default": None, "takes": "a number"}


# One row


@pytest.mark.parametrize("name", ["table", "json", "ndjson", "plain"])
@pytest.mark.parametrize(("command", "row"), EVERY_NAME)
def test_every_row_is_shown_in_every_format(command: str, row: str, name: str, call: Shell) -> None:
    out = ran(call(command, row, "-f", name)).out
    assert (out.count("\n") == 2) if name == "plain" else (row in out)


@pytest.mark.parametrize(("command", "row"), EVERY_NAME)
def test_one_row_has_what_the_list_has_of_it_and_the_values_of_its_parameters(
    command: str, row: str, call: Shell
) -> None:
    listed, found = call(command, "--json").json[row], call(command, row, "--json").json
    for parameter in found["parameters"].values():
        assert parameter.pop("value") == parameter["default"]
    assert found == {"name": row, **listed}


@pytest.mark.parametrize(("command", "row"), EVERY_NAME)
def test_latex_is_ascii_with_its_brackets_closed(command: str, row: str, call: Shell) -> None:
    found = call(command, row, "--json").json
    for latex in (found["latex"], found["derivative_latex"]):
        assert latex.isascii(), latex
        assert latex.count("{") == latex.count("}")
        assert latex.count(r"\left") == latex.count(r"\right")
        assert latex.count(r"\begin{cases}") == latex.count(r"\end{cases}")
        assert not re.search(r"(?<!\\)\b(alpha|beta|gamma|delta|lambd)\b", latex), latex
        if command == "losses":
            assert r"\hat{y}" in latex or row == "nll"


@pytest.mark.parametrize(("command", "row"), EVERY_NAME)
def test_a_lone_letter_stands_in_brackets_behind_a_function_only(command: str, row: str, call: Shell) -> None:
    found = call(command, row, "--json").json
    for text in (found["formula"], found["derivative"]):
        assert not re.search(r"(?:^|[ −(\[])\((?:z|ŷ)\)", text), text
        assert "{" not in text


@pytest.mark.parametrize(
    ("args", "facts"),
    [
        (["losses", "mse"], {"formula": "(1/K) Σ (ŷ − y)²", "derivative": "(1/K) [2 (ŷ − y)]",
                             "latex": r"\frac{1}{K} \sum (\hat{y} - y)^2"}),
        (["losses", "mse:outputs=sum"], {"formula": "Σ (ŷ − y)²", "derivative": "2 (ŷ − y)",
                                         "latex": r"\sum (\hat{y} - y)^2"}),
        (["losses", "bce"], {"class_weights": "two, of class 0 and class 1", "y": "a number from 0 to 1",
                             "latex": r"\frac{1}{K} \sum -[w_{1} y \log(\hat{y}) + w_{0} (1 - y) \log(1 - \hat{y})]"}),
        (["losses", "nll"], {"class_weights": "one per output", "y": "a class index, or one-hot", "exact": True}),
        (["losses", "kl_div"], {"class_weights": None, "y": "probabilities, one-hot, or a class index"}),
        (["losses", "l1"], {"name": "mae", "aliases": ["l1", "mean_absolute_error"]}),
        (["losses", "huber:delta=0.5"],
         {"parameters": {"delta": {"value": 0.5, "default": 1, "takes": "a number above 0"},
                         "outputs": {"value": "mean", "default": "mean", "takes": "mean or sum"}}}),
        (["activations", "swish"], {"name": "silu", "formula": "z σ(z)"}),
        (["activations", "sigmoid"], {"formula": "1 / (1 + exp(−z))", "latex": r"\frac{1}{1 + e^{-z}}"}),
        (["activations", "gelu:approximate=tanh"], {"formula": "½ z (1 + tanh(√(2/π) (z + 0.044715 z³)))"}),
        (["activations", "threshold:threshold=1:value=2"],
         {"parameters": {"threshold": {"value": 1, "default": None, "takes": "a number"},
                         "value": {"value": 2, "default": None, "takes": "a number"}}}),
    ],
)  # fmt: skip
def test_a_row_says_of_itself(args: list[str], facts: dict[str, Any], call: Shell) -> None:
    found = ran(call(*args, "--json")).json
    assert {key: found[key] for key in facts} == facts


# Values


def test_sigmoid_at_points(call: Shell) -> None:
    # σ(2) = 1 / (1 + e⁻²), σ′ = σ (1 − σ), σ(0) = ½
    found = ran(call("activations", "sigmoid", "-x", "-2,0,2", "--json")).json
    s = 1 / (1 + np.exp(-2))
    assert list(found) == ["name", "x", "f", "df"]
    assert found["x"] == [-2, 0, 2]
    assert found["f"] == pytest.approx([1 - s, 0.5, s], rel=1e-15)
    assert found["df"] == pytest.approx([s * (1 - s), 0.25, s * (1 - s)], rel=1e-15)


def test_a_table_of_values_has_the_formula_of_the_parameters_below_it(call: Shell) -> None:
    out = ran(call("activations", "leaky_relu:negative_slope=0.1", "-x", "-1,1")).out
    assert out.splitlines() == [
        "leaky_relu:negative_slope=0.1",
        "╭────┬──────┬───────╮",
        "│  x │ f(x) │ f′(x) │",
        "├────┼──────┼───────┤",
        "│ -1 │ -0.1 │   0.1 │",
        "│  1 │  1   │   1   │",
        "╰────┴──────┴───────╯",
        "",
        "f(x) = max(0, x) + 0.1 min(0, x)",
        "f′(x) = 1 if x > 0, else 0.1",
    ]


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_f_and_its_derivative_agree_with_differences(name: str, call: Shell) -> None:
    chosen = {"threshold": "threshold:threshold=0.1:value=20"}.get(name, name)
    x, h = np.array([-3.7, -0.4, 0.3, 1.9]), 1e-6

    def f(points: Any) -> Any:
        return np.array(ran(call("activations", chosen, "-x", json.dumps(list(points)), "--json")).json["f"])

    found = call("activations", chosen, "-x", json.dumps(x.tolist()), "--json").json
    if ACTIVATIONS[name].derivative is not None:
        expected = (f(x + h) - f(x - h)) / (2 * h)
        np.testing.assert_allclose(found["df"], expected, rtol=1e-7, atol=1e-9)
        assert "jacobian" not in found
    else:
        columns = [(f(x + h * unit) - f(x - h * unit)) / (2 * h) for unit in np.eye(len(x))]
        np.testing.assert_allclose(found["jacobian"], np.transpose(columns), rtol=1e-6, atol=1e-9)
        assert "df" not in found


def test_softmax_has_its_jacobian_in_rows_of_outputs(call: Shell) -> None:
    # x = (0, log 3): f = (¼, ¾) and ∂f_k/∂x_j = f_k ([k = j] − f_j); of log_softmax it is not symmetric
    assert ran(call("activations", "softmax", "-x", f"0,{np.log(3)}", "--json")).json["jacobian"] == [
        pytest.approx([3 / 16, -3 / 16], rel=1e-14),
        pytest.approx([-3 / 16, 3 / 16], rel=1e-14),
    ]
    assert ran(call("activations", "log_softmax", "-x", f"0,{np.log(3)}", "--json")).json["jacobian"] == [
        pytest.approx([3 / 4, -3 / 4], rel=1e-14),
        pytest.approx([-1 / 4, 1 / 4], rel=1e-14),
    ]


def test_a_jacobian_is_a_table_of_its_own_with_the_letters_of_the_table(call: Shell) -> None:
    out = ran(call("activations", "softmax", "-x", "1,1")).out
    assert out.splitlines()[8:] == [
        "Jacobian: row k is ∂f_k/∂x",
        "╭──────┬─────────┬─────────╮",
        "│      │ ∂/∂x[1] │ ∂/∂x[2] │",
        "├──────┼─────────┼─────────┤",
        "│ f[1] │    0.25 │   -0.25 │",
        "│ f[2] │   -0.25 │    0.25 │",
        "╰──────┴─────────┴─────────╯",
        "",
        "f_k = exp(x_k) / Σ exp(x_j)",
        "∂f_k/∂x_j = f_k ([k = j] − f_j)",
    ]


def test_values_in_lines(call: Shell) -> None:
    assert ran(call("activations", "relu", "-x", "-1,2", "-f", "ndjson")).out == (
        '{"x":-1.0,"f":0.0,"df":0.0}\n{"x":2.0,"f":2.0,"df":1.0}\n'
    )
    assert ran(call("activations", "relu", "-x", "-1,2", "-f", "plain")).out == "0\n2\n0\n1\n"
    assert ran(call("activations", "softmax", "-x", "0,0", "-f", "ndjson")).out == (
        '{"x":0.0,"f":0.5,"jacobian":[0.25,-0.25]}\n{"x":0.0,"f":0.5,"jacobian":[-0.25,0.25]}\n'
    )


@pytest.mark.parametrize("x", ["-1;0;1", "[[-1],[0],[1]]", "@points.csv"])
def test_points_may_be_a_column(x: str, call: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("points.csv").write_text("x\n-1\n0\n1\n")
    assert call("activations", "relu", "-x", x, "--json") == call("activations", "relu", "-x", "-1,0,1", "--json")


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["activations", "sgmoid"], "unknown activation 'sgmoid'; did you mean sigmoid?"),
        (["losses", "hubr"], "unknown loss 'hubr'; did you mean huber?"),
        (["losses", "relu:x=1"], "unknown loss 'relu'; known: " + ", ".join(LOSSES)),
        (["activations", "relu:alpha=1"], "activation relu has no parameters, but alpha is given"),
        (["losses", "huber:delta=-0.5"], "huber: delta is -0.5, expected a number above 0"),
        (["activations", "threshold", "-x", "1"], "activation threshold needs a threshold: threshold:threshold=…"),
        (["activations", "-x", "1"], "--x needs an activation to calculate: nnc activations sigmoid -x -2,0,2"),
        (["activations", "relu", "-x", "a"], "--x: the value ('a') is not a number"),
        (["activations", "relu", "-x", ""], "--x: the value is empty, expected one such as 0.5 or 2,3"),
        (["activations", "softmax", "-x", "1,2;3,4"], "--x has 2 rows, but softmax is of one sample: -x 1,2,3"),
    ],
)
def test_what_cannot_be_shown_is_refused(args: list[str], message: str, call: Shell) -> None:
    assert call(*args) == Said(2, "", f"nnc: {message}\n")


# nnc inspect


def inspected(call: Shell, tmp_path: Path, *args: str, **problem: Any) -> Said:
    (tmp_path / "net.json").write_text(json.dumps(problem))
    return call("inspect", "-w", str(tmp_path / "net.json"), *args)


LAYERS = [
    {"W": [[0, 0, 0], [1, 1, 1], [2, 2, 2]], "activation": "relu"},
    {"Theta": [[0, 1, 2, 3]], "activation": {"name": "elu", "alpha": 0.5}},
    {"weight": [[1], [2]]},
    {"kernel": [[1, 2], [3, 4]], "bias": [0, 0], "activation": "softmax"},
]


def test_a_file_is_its_layers(call: Shell, tmp_path: Path) -> None:
    found = ran(inspected(call, tmp_path, "--json", layers=LAYERS)).json
    keys = ("layer", "layout", "shape", "bias", "inputs", "outputs", "activation", "parameters")
    assert [tuple(layer[key] for key in keys) for layer in found["layers"]] == [
        (1, "W", [3, 3], True, 2, 3, "relu", 9),
        (2, "Theta", [1, 4], True, 3, 1, "elu:alpha=0.5", 4),
        (3, "weight", [2, 1], False, 1, 2, "identity", 2),
        (4, "kernel", [2, 2], True, 2, 2, "softmax", 6),
    ]
    assert found["parameters"] == 9 + 4 + 2 + 6
    assert found["fits"] == {}


def test_inspect_in_lines(call: Shell, tmp_path: Path) -> None:
    whole = inspected(call, tmp_path, "--json", layers=LAYERS).json
    lines = ran(inspected(call, tmp_path, "-f", "ndjson", layers=LAYERS)).out.splitlines()
    assert [json.loads(line) for line in lines] == whole["layers"]
    assert ran(inspected(call, tmp_path, "-f", "plain", layers=LAYERS)).out == "21\n"


def test_a_table_says_how_many_parameters_and_where_each_bias_stands(call: Shell, tmp_path: Path) -> None:
    out = ran(inspected(call, tmp_path, layers=LAYERS)).out
    assert "parameters in all = 21" in out
    assert out.count("weight, no bias") == out.count("no bias") == 1
    for line in ("row 0 of W is the bias", "column 0 of Theta", "beside weight", "beside kernel"):
        assert line in out


def test_on_a_terminal_of_80_columns_no_layer_is_left_out() -> None:
    layer = nnc.layer("leaky_relu:negative_slope=0.25", np.ones(100), weight=np.ones((100, 100)))
    report = InspectionReport(nnc.network(*[layer] * 30), [], {"title": "", "source": "", "note": ""})
    drawn = render(report, "table", Style(width=80))
    assert max(map(len, drawn.splitlines())) <= 80
    assert drawn.count("100 → 100") == 30
    assert drawn.count("leaky_relu") == drawn.count("negative_slope=0.25") == 30
    assert "⋯" not in drawn
    assert "…" not in drawn


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.[jy]*")), ids=lambda path: path.name)
def test_every_sample_fits(path: Path, call: Shell) -> None:
    found = ran(call("inspect", "-w", str(path), "--json")).json
    assert all(fit["fits"] for fit in found["fits"].values())


def test_what_is_in_the_file_and_fits_is_said(call: Shell, tmp_path: Path) -> None:
    problem = {"layers": LAYERS[:1], "x": [1, 2], "y": [1, 2, 3], "loss": {"name": "huber", "delta": 0.5}}
    found = ran(inspected(call, tmp_path, "--json", **problem)).json
    assert found["fits"] == {
        "x": {"found": "2 inputs", "fits": True, "why": None},
        "loss": {"found": "huber:delta=0.5", "fits": True, "why": None},
        "y": {"found": "3 outputs", "fits": True, "why": None},
    }


@pytest.mark.parametrize(
    ("changes", "part", "why"),
    [
        ({"x": [1, 2, 3]}, "x", "x has 3 values, expected 2: the inputs of layers[0].W"),
        ({"y": [1, 2]}, "y", "y has 2 values, expected 3 values: one for each output"),
        ({"y": [[1, 2, 3]]}, "y", "y has 1 row, but there is one sample; expected 3 values: one for each output"),
        ({"y": [1, 2, 3], "loss": "bce_with_logits"}, "y", "y[2] is 2, but bce_with_logits takes a number from 0 to 1"),
        ({"y": 3, "loss": "cross_entropy_with_logits"}, "y",
         "y is class 3, but there are 3 outputs: classes count from 0, so 0 to 2"),
        ({"class_weights": [1, 2]}, "y", "mse takes no class weights; the losses that do: "),
        ({"sample_weights": [1, 2]}, "y", "sample_weights has 2 values, expected 1: one a sample"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_exit_1_and_says_why(
    changes: dict[str, Any], part: str, why: str, call: Shell, tmp_path: Path
) -> None:
    problem = {"layers": LAYERS[:1], "x": [1, 2], "y": [1, 2, 3], "loss": "mse"} | changes
    said = inspected(call, tmp_path, "--json", **problem)
    assert (said.status, said.err) == (1, "")
    wrong = {name: fit["why"] for name, fit in said.json["fits"].items() if not fit["fits"] and name == part}
    assert wrong[part].startswith(why)
    assert f"does not fit: {why}" in inspected(call, tmp_path, **problem).out


def test_layers_that_do_not_fit_each_other_are_an_error_of_the_file(call: Shell, tmp_path: Path) -> None:
    said = inspected(call, tmp_path, layers=[LAYERS[0], LAYERS[3]])
    assert (said.status, said.out) == (2, "")
    assert said.err.endswith("net.json: layers[1].kernel has 2 rows, expected 3: the 3 outputs of layer 1\n")


def test_a_file_is_needed(call: Shell) -> None:
    assert call("inspect") == Said(2, "", "nnc: no network; give its file with --weights FILE (-w FILE)\n")
