"""What is shown, in which format and with which warnings and words of help."""

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from problems import PROBLEM, refused
from shells import Said, Shell

import nnc
from nnc.cli.app import COMMANDS, assemble
from nnc.render.formats import RESULTS, formats

# Results


def test_show_gives_these_quantities_in_this_order(call: Shell) -> None:
    said = call("grad", "-w", "net.json", "-s", " dW1, loss,x", "--json")
    assert list(said.json) == ["dW1", "loss", "x", "meta"]


def test_show_picks_single_numbers_and_may_be_repeated(call: Shell) -> None:
    # dW2 = [1; a1] dz2ᵀ with a1 = (0.8, 0) and dz2 = (0.4, 0): its second row begins with 0.8 · 0.4.
    said = call("grad", "-w", "net.json", "-s", "dW2[2,1],loss", "-s", "z1[1]", "-f", "plain", "-p", "6")
    assert said == Said(0, "0.32\n0.485\n0.8\n", "")
    assert list(call("grad", "-w", "net.json", "-s", "dW2[2,1]", "--json").json) == ["dW2[2,1]", "meta"]
    refused(
        call("grad", "-w", "net.json", "-s", "dW2[4,1]"),
        "--show: dW2[4,1] is not one number: dW2 has 3 × 2 (bias and inputs × units), counted from 1",
    )


@pytest.mark.parametrize("option", [["--json"], ["-f", "json"], ["--format", "json"], ["--json", "-f", "json"]])
def test_json_has_every_digit(call: Shell, option: list[str]) -> None:
    said = call("loss", "-w", "net.json", *option)
    assert said.json["z2"] == nnc.forward(nnc.load("net.json").network, [2, 3])["z2"].tolist()
    assert said.json["meta"]["loss"] == {"name": "half_sse", "formula": "Σ ½ (ŷ − y)²"}


@pytest.mark.parametrize("name", formats(RESULTS))
@pytest.mark.parametrize("command", [name for name in COMMANDS if name != "schema"])
def test_every_command_prints_every_format_to_standard_output_alone(call: Shell, name: str, command: str) -> None:
    sheet = {**PROBLEM, "questions": [{"id": "a", "quantity": "loss", "answer": 0.485}]}
    Path("sheet.json").write_text(json.dumps(sheet))
    given = {
        "check": ["sheet.json"],
        "imbalance-weights": ["--counts", "1,2"],
        "activations": [],
        "losses": [],
    }.get(command, ["-w", "net.json"])
    said = call(command, *given, "-f", name)
    assert (said.status, said.err) == (0, "")
    assert said.out.endswith("\n")


def test_precision_rounds_tables_and_plain_values_and_not_json(call: Shell) -> None:
    args = ["loss", "--y-hat", "1/3", "-y", "0", "-l", "sse", "-s", "y_hat", "-p", "3"]
    assert "│ 0.333 │" in call(*args).out
    assert call(*args, "-f", "plain").out == "0.333\n"
    assert call(*args, "--json").json["y_hat"] == [1 / 3]


def test_a_saturated_output_is_a_warning_on_standard_error(call: Shell) -> None:
    stdin = '{"layers": [{"kernel": [[1]], "activation": "sigmoid"}]}'
    said = call("grad", "-w", "-", "-x", "-1000", "-y", "1", "-l", "bce", "--json", stdin=stdin)
    assert said.status == 0
    assert said.json["dy_hat"] == [None]
    assert (said.json["loss"], said.json["dz1"]) == (1000, [-1])
    assert said.err.startswith("nnc: warning: dy_hat exceeds float64")
    assert said.err.count("\n") == 1


def test_outputs_that_are_no_probabilities_make_cross_entropy_a_warning(call: Shell) -> None:
    said = call("loss", "--y-hat", "0.5,0.9", "-y", "1", "-l", "cross_entropy", "-s", "loss", "-f", "plain", "-p", "3")
    assert (said.status, said.out) == (0, "0.105\n")
    assert said.err.startswith("nnc: warning: y_hat sums to 1.4, not 1; cross_entropy is for probabilities")
    assert call("loss", "--y-hat", "0.1,0.9", "-y", "1", "-l", "cross_entropy").err == ""


def test_a_class_index_says_from_where_classes_count(call: Shell) -> None:
    assert (
        "y is a class index: class 0 is the first output"
        in call("loss", "--y-hat", "0.1,0.9", "-y", "1", "-l", "cross_entropy").out
    )


# Help


def commands() -> list[tuple[str, Any]]:
    group: Any = typer.main.get_command(assemble(COMMANDS))
    return [("nnc", group), *group.commands.items()]


@pytest.mark.parametrize(("name", "command"), commands(), ids=[name for name, _ in commands()])
def test_every_command_and_every_option_has_a_help_text(name: str, command: Any) -> None:
    assert command.help
    assert [option.name for option in command.params if not option.help] == []


@pytest.mark.parametrize("option", ["-h", "--help"])
@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)], ids=str)
def test_help_names_every_option_and_is_no_error(call: Shell, command: list[str], option: str) -> None:
    said = call(*command, option)
    assert (said.status, said.err) == (0, "")
    known = dict(commands())[command[0] if command else "nnc"].params
    assert [name for parameter in known for name in parameter.opts if name not in said.out] == []


def test_a_call_without_a_command_prints_help(call: Shell) -> None:
    assert call() == call("--help")
    assert [name for name in COMMANDS if name not in call().out] == []


def test_version_is_the_librarys(call: Shell) -> None:
    assert call("--version") == Said(0, f"nnc {nnc.__version__}\n", "")
