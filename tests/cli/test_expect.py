"""``--expect``: the shell's way to grade one number."""

import json
from pathlib import Path
from typing import Any

import pytest
from shells import Shell

from nnc.render.formats import RESULTS, formats

# z1 = (0.8, −0.7), a1 = (0.8, 0), z2 = (0.5, −0.38), y_hat = (0.5, 0), loss = ½ 0.4² + ½ 0.9² = 0.485,
# dz2 = (0.4, 0), dW2 = [1; a1] dz2ᵀ = ((0.4, 0), (0.32, 0), (0, 0)), worked by hand
PROBLEM = {
    "layers": [
        {"W": [[0.1, 0.1], [-0.1, 0.2], [0.3, -0.4]], "activation": "relu"},
        {"W": [[0.1, 0.1], [0.5, -0.6], [0.7, -0.8]], "activation": "relu"},
    ],
    "x": [2, 3],
    "y": [0.1, 0.9],
    "loss": "half_sse",
}


@pytest.fixture
def net(shell: Shell) -> None:
    Path("net.json").write_text(json.dumps(PROBLEM))


pytestmark = pytest.mark.usefixtures("net")


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("forward", "0.5,0"),
        ("forward", "[0.5, 0]"),
        ("forward", "y_hat=0.5,0"),
        ("forward", "y_hat[1]=0.5"),
        ("forward", " a1[ 1 ] = .8"),
        ("forward", "z2=0.5;-0.38"),
        ("loss", "0.485"),
        ("loss", "97/200"),
        ("loss", "loss=0.485"),
        ("loss", "terms=0.08,0.405"),
        ("grad", "loss=0.485"),
        ("grad", "dW2=[[0.4, 0], [0.32, 0], [0, 0]]"),
        ("grad", "dW2=0.4,0;0.32,0;0,0"),
        ("grad", "dW2[2,1]=0.32"),
    ],
)
def test_a_right_answer_exits_with_0(shell: Shell, command: str, answer: str) -> None:
    said = shell(command, "-w", "net.json", "--expect", answer)
    assert (said.status, said.err) == (0, "")
    assert "right" in said.out


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ("0.486", "wrong"),
        ("-0.485", "wrong"),
        ("0.48", "too few digits"),
        ("", "missing"),
        ("loss=", "missing"),
        ("abc", "unreadable"),
        ("0,485", "unreadable"),
        ("@net.json", "unreadable"),
        ("-", "unreadable"),
        ("[0.485", "unreadable"),
        ("[0.485, 0.485]", "wrong shape"),
        ("{}", "unreadable"),
        ("nan", "wrong"),
        ("1e999", "wrong"),
        ("loss=\x1b[31m", "unreadable"),
        ("terms=0.08", "wrong shape"),
        ("terms=half", "unreadable"),
    ],
)
def test_any_other_answer_is_data_and_exits_with_1(shell: Shell, answer: str, verdict: str) -> None:
    said = shell("loss", "-w", "net.json", f"--expect={answer}", "--json", stdin="0.485")
    assert (said.status, said.err) == (1, "")
    assert [row["verdict"] for row in said.json["expectations"]] == [verdict]
    assert "\x1b" not in said.out


def test_all_answers_must_hold(shell: Shell) -> None:
    said = shell("loss", "-w", "net.json", "--expect", "0.485", "--expect", "y_hat=0.5,1", "--json")
    assert said.status == 1
    assert [(row["quantity"], row["holds"]) for row in said.json["expectations"]] == [
        ("loss", True),
        ("y_hat[1]", True),
        ("y_hat[2]", False),
    ]
    assert said.json["holds"] is False


def test_json_has_the_five_columns_and_the_rule(shell: Shell) -> None:
    said = shell("loss", "-w", "net.json", "--expect", "0.49", "--sig", "2", "--json").json
    assert said["expectations"] == [
        {
            "quantity": "loss",
            "expected": "0.49",
            "computed": 0.485,
            "difference": 0.005,
            "verdict": "right",
            "holds": True,
        }
    ]
    assert (said["holds"], said["rule"]) == (True, {"sig": 2})


def test_a_table_shows_what_was_expected_beside_what_was_computed(shell: Shell) -> None:
    said = shell("loss", "-w", "net.json", "--expect", "0.49", "--expect", "terms=1")
    rows = [line.replace("│", " ").split() for line in said.out.splitlines() if line.startswith("│")]
    assert rows == [
        ["loss", "0.49", "0.485", "0.005", "too", "few", "digits"],
        ["terms", "1", "wrong", "shape:", "1", "number,", "expected", "2", "numbers"],
    ]


@pytest.mark.parametrize(
    ("answer", "options", "row"),
    [
        ("0.97", [], ["0.97", "0.485", "0.485"]),
        ("1000", [], ["1000", "0.485", "999.515"]),
        ("1/3", [], ["1/3", "0.485", "-0.151667"]),
        ("0.97", ["-p", "2"], ["0.97", "0.48", "0.48"]),  # 0.485 to 2 digits, half to even, in both
    ],
)
def test_a_difference_has_the_digits_of_the_numbers_beside_it(
    shell: Shell, answer: str, options: list[str], row: list[str]
) -> None:
    said = shell("loss", "-w", "net.json", "--expect", answer, *options)
    (line,) = (line for line in said.out.splitlines() if line.startswith("│"))
    assert line.replace("│", " ").split()[1:4] == row


@pytest.mark.parametrize("name", formats(RESULTS))
def test_every_format_has_the_verdict(shell: Shell, name: str) -> None:
    said = shell("loss", "-w", "net.json", "--expect", "0.4", "-f", name)
    assert said.status == 1
    assert "too few digits" in said.out


@pytest.mark.parametrize(
    ("options", "answer", "status"),
    [
        (["--min-sig", "2"], "0.48", 0),  # 0.485 cut off
        (["--min-sig", "4"], "0.485", 0),  # it ends there
        (["--rtol", "0.02"], "0.49", 0),
        (["--rtol", "0.01"], "0.49", 1),
        (["--atol", "0.005"], "0.49", 0),
        (["--atol", "0.004", "--rtol", "0.001"], "0.49", 1),
        (["--sig", "2"], "0.49", 0),
        (["--decimals", "1"], "0.5", 0),
        (["--decimals", "3"], "0.5", 1),
    ],
)
def test_the_options_of_the_rule_change_what_is_right(
    shell: Shell, options: list[str], answer: str, status: int
) -> None:
    assert shell("loss", "-w", "net.json", "--expect", answer, *options).status == status


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["loss", "--rtol", "1"], "--rtol says when an answer is right, so it goes with --expect"),
        (["grad", "--min-sig", "2"], "--min-sig says when an answer is right, so it goes with --expect"),
        (["loss", "--expect", "1", "--sig", "2", "--decimals", "2"],
         "sig and decimals measure an answer in different ways; give one of them"),
        (["grad", "--expect", "0.485"], "--expect 0.485: of which quantity? Name it, as in dW2[1,1]=0.4"),
        (["loss", "--expect", "los=0.485"], "--expect los=0.485: unknown quantity 'los'; did you mean loss?"),
        (["loss", "--expect", "dW1[1,1]=0"],
         "--expect dW1[1,1]=0: unknown quantity 'dW1'; known: z1, a1, z2, a2, y_hat, terms, loss"),
        *(
            (["loss", "--expect", f"{name}=2"],
             f"--expect {name}=2: {name} is given and not calculated, so it is no answer to anything")
            for name in ("x", "x[1]", "y", "y[2]")
        ),
        (["grad", "--expect", "dW1[0,1]=0"],
         "--expect dW1[0,1]=0: dW1[0,1] has the index 0, but parts of quantities are counted from 1"),
        (["grad", "--expect", "dW1[1]=0"],
         "--expect dW1[1]=0: dW1[1] is not one number: dW1 has 3 × 2 (bias and inputs × units), counted from 1"),
        (["grad", "--expect", "dW1[4,1]=0"],
         "--expect dW1[4,1]=0: dW1[4,1] is not one number: dW1 has 3 × 2 (bias and inputs × units), counted from 1"),
        (["grad", "--expect", "dW1[a]=0"],
         "--expect dW1[a]=0: 'dW1[a]' is no quantity or part of one, as in y_hat, a1[2] or dW2[1,1]"),
        (["loss", "--expect", "1", "-s", "loss"],
         "--expect prints the quantities that it names, so --show has nothing to do"),
        (["loss", "--expect", "1", "--steps"],
         "--expect and --steps exclude each other: a verdict is printed, or a derivation"),
        (["grad", "--expect", "loss=1", "--verify"],
         "--verify checks every gradient of the loss; it excludes --expect"),
        (["loss", "--expect", "1", "-x", "1,2,3"],
         "--x: x has 3 values, expected 2: the inputs of layers[0].W"),
    ],
)  # fmt: skip
def test_a_call_that_asks_for_what_is_not_there_exits_with_2(shell: Shell, args: list[str], message: str) -> None:
    command, *rest = args
    assert shell(command, "-w", "net.json", *rest) == (2, "", f"nnc: {message}\n")


@pytest.mark.parametrize("option", ["-w", "-x", "-y"])
def test_standard_input_serves_the_exact_calculation_too(shell: Shell, option: str) -> None:
    stdin = {"-w": json.dumps(PROBLEM), "-x": "2,3\n", "-y": "[0.1, 0.9]"}[option]
    given = {"-w": "net.json", option: "-"}
    args = [word for pair in given.items() for word in pair]
    assert shell("loss", *args, "--expect", "0.485", stdin=stdin).status == 0


@pytest.mark.parametrize(
    ("args", "answer", "status"),
    [
        # 0.1 + 0.2 − 0.3 is 0, and relu′(0) is 0; in float64 it is 5.6e-17, whose relu′ is 1. Both are right, and
        # nothing between.
        ([], "dx[1]=0", 0),
        ([], "dx[1]=1", 0),
        ([], "dx[1]=0.500", 1),
        (["--exact"], "dx[1]=0", 0),
        # float32 is judged by what float32 gives
        (["--dtype", "float32"], "z1[1]=0", 0),
    ],
)
def test_the_true_value_is_that_of_exact_arithmetic(shell: Shell, args: list[str], answer: str, status: int) -> None:
    kink = {"layers": [{"kernel": [[1], [1]], "bias": [-0.3], "activation": "relu"}]}
    Path("kink.json").write_text(json.dumps(kink | {"x": [0.1, 0.2], "y": [-1], "loss": "half_sse"}))
    assert shell("grad", "-w", "kink.json", *args, "--expect", answer).status == status


def test_what_is_irrational_is_judged_within_its_rounding_noise(shell: Shell) -> None:
    # σ(0) = ½, log 2 = 0.693147180559945309…
    Path("one.json").write_text('{"layers": [{"kernel": [[1]], "activation": "sigmoid"}]}')
    args = ["loss", "-w", "one.json", "-x", "0", "-y", "1", "-l", "bce", "--expect"]
    assert [shell(*args, a).status for a in ("0.693", "0.6931471805599453", "0.694", "y_hat=0.5")] == [0, 0, 1, 0]


def test_exact_shows_fractions(shell: Shell) -> None:
    row = shell("loss", "-w", "net.json", "--exact", "--expect", "0.485", "--json").json["expectations"][0]
    assert row["computed"] == "97/200"


def test_a_network_too_large_for_fractions_is_judged_by_floats(shell: Shell) -> None:
    wide: dict[str, Any] = {"layers": [{"kernel": [[0.5]] * 500}], "x": [0.1] * 500}
    Path("wide.json").write_text(json.dumps(wide))
    assert shell("forward", "-w", "wide.json", "--expect", "25").status == 0


@pytest.mark.parametrize("name", ["y_hat", "y"])
def test_outputs_that_are_given_are_no_answers(shell: Shell, name: str) -> None:
    said = shell("loss", "--y-hat", "0.5", "-y", "1", "-l", "bce", "--expect", f"{name}=0.5")
    assert (said.status, said.out) == (2, "")
    assert f"{name} is given and not calculated" in said.err


@pytest.mark.parametrize("answer", ["x[1]=2", "loss=0.485", "y_hat=0.5,0"])
def test_behind_a_name_nobody_can_choose_the_question(shell: Shell, answer: str) -> None:
    said = shell("loss", "-w", "net.json", "--expect", f"loss={answer}", "-f", "plain")
    assert (said.status, said.out) == (1, "unreadable\n")


def test_a_number_of_a_gradient_of_a_number(shell: Shell) -> None:
    # y_hat[1] = 0.1 + 0.5 a1[1] + …, a1[1] = 0.1 − 0.1 x1 + 0.3 x2
    args = ["grad", "-w", "net.json", "--of", "y_hat[1]", "--expect"]
    assert [shell(*args, a).status for a in ("dx=-0.05,0.15", "dx=-0.05,0.16")] == [0, 1]


def test_a_loss_without_a_network(shell: Shell) -> None:
    assert shell("loss", "--y-hat", "0.5,0", "-y", "0.1,0.9", "-l", "half_sse", "--expect", "0.485").status == 0


@pytest.mark.parametrize(
    ("args", "answer", "status"),
    [
        (["--counts", "100,1000"], "5.5,0.55", 0),
        (["--counts", "A=100,B=1000"], "weights[A]=5.5", 0),
        (["--counts", "A=100,B=1000"], 'weights={"B": 0.55, "A": 5.5}', 0),
        (["--counts", "A=100,B=1000"], 'weights={"B": 0.55}', 1),
        (["--counts", "A=100,B=1000"], 'weights={"B": 0.55, "A": 5.5, "C": 1}', 1),
        (["--counts", "A=100,B=1000"], "weights[C]=1", 2),
        (["--labels", "cat,dog,cat"], "weights[cat]=0.75", 0),
        (["--counts", "1,2"], "1.5,0.75", 0),
        (["--counts", "4,25", "--method", "sqrt"], "0.5,0.2", 0),
        (["--counts", "1,2", "--method", "effective", "--beta", "0.5"], "1,2/3", 0),
        # (1 − 0.999) / (1 − 0.999^100000) is 0.001 to 43 digits
        (["--counts", "100000,2", "--method", "effective"], "weights[0]=0.001", 0),
        (["--counts", "3,7", "--exact"], "5/3,5/7", 0),
    ],
)
def test_class_weights_are_called_by_their_classes(shell: Shell, args: list[str], answer: str, status: int) -> None:
    assert shell("imbalance-weights", *args, "--expect", answer).status == status


def test_the_help_states_the_rule(shell: Shell) -> None:
    assert "rounded" in shell("loss", "--help").out
