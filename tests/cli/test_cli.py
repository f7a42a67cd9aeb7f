import json
import os
import re
import signal
import subprocess
import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest
import typer
from shells import Said, Shell

import nnc
from nnc.cli.app import COMMANDS, assemble, run
from nnc.render.formats import RESULTS, formats

LAYERS = [
    {"W": [[0.1, 0.1], [-0.1, 0.2], [0.3, -0.4]], "activation": "relu"},
    {"W": [[0.1, 0.1], [0.5, -0.6], [0.7, -0.8]], "activation": "relu"},
]
PROBLEM = {"layers": LAYERS, "x": [2, 3], "y": [0.1, 0.9], "loss": "half_sse"}


@pytest.fixture
def call(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Shell:
    """Runs a command line in a folder of its own that holds net.json, without a process of its own for speed."""
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "TERM", "GITHUB_ACTIONS"):
        monkeypatch.delenv(name, raising=False)
    Path("net.json").write_text(json.dumps(PROBLEM))

    def calling(*args: str, stdin: str = "") -> Said:
        monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(stdin.encode())))
        status = run(list(args))
        return Said(status, *capfd.readouterr())

    return calling


def process(*args: str, **options: Any) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-m", "nnc", *args], capture_output=True, text=True, check=False, **options)


def refused(said: Said, message: str) -> None:
    assert said == Said(2, "", f"nnc: {message}\n")


# Options and the file


def test_the_readmes_command_prints_the_hand_calculation(call: Shell) -> None:
    # z1 = (0.8, −0.7), a1 = (0.8, 0), z2 = (0.5, −0.38), y_hat = (0.5, 0): see tests/core/test_passes.py
    said = call("forward", "--weights", "net.json", "--x", "2,3", "-s", "z1,a1,z2,y_hat", "-f", "plain", "-p", "6")
    assert said == Said(0, "0.8\n-0.7\n0.8\n0\n0.5\n-0.38\n0.5\n0\n", "")


def test_a_file_may_hold_the_whole_problem(call: Shell) -> None:
    assert call("loss", "-w", "net.json", "-s", "loss", "-f", "plain", "-p", "6").out == "0.485\n"


@pytest.mark.parametrize(
    ("option", "quantity", "expected"),
    [
        (["-x", "0,0"], "x", [0, 0]),
        (["--x", "0,0"], "x", [0, 0]),
        (["-y", "0.5,0"], "loss", 0),
        (["--y", "0.5,0"], "loss", 0),
        (["-l", "sse"], "loss", 0.97),  # twice half of it
        (["--loss", "sse"], "loss", 0.97),
        (["-l", "mse:outputs=sum"], "loss", 0.97),
        (["-a", "identity,identity"], "a1", [0.8, -0.7]),
        (["--activations", "leaky_relu:negative_slope=0.1,relu"], "a1", [0.8, -0.07]),
        (["--class-weights", "1,3", "-l", "cross_entropy_with_logits", "-y", "0"], "loss", 0.4740769841801067),
        (["--class-weights", "3,1", "-l", "cross_entropy_with_logits", "-y", "0"], "loss", 3 * 0.4740769841801067),
        (["--sample-weights", "2"], "loss", 0.97),
        (["--l2", "2"], "penalty", 2.04),  # 0.1² + 0.2² + 0.3² + 0.4² + 0.5² + 0.6² + 0.7² + 0.8²
        (["--reduction", "sum", "-x", "2,3;2,3", "-y", "0.1,0.9;0.1,0.9"], "loss", 0.97),
        (["--reduction", "mean", "-x", "2,3;2,3", "-y", "0.1,0.9;0.1,0.9"], "loss", 0.485),
        (["--dtype", "float32"], "x", [2, 3]),
    ],
)  # log(1 + e^−½) = 0.474…, the cross entropy of class 0 for outputs (½, 0)
def test_an_option_wins_over_what_the_file_says(call: Shell, option: list[str], quantity: str, expected: Any) -> None:
    said = call("loss", "-w", "net.json", "--json", *option)
    assert (said.status, said.err) == (0, "")
    assert said.json[quantity] == pytest.approx(expected, rel=1e-14, abs=1e-16)


def test_a_file_class_and_sample_weights_are_overruled_too(call: Shell, tmp_path: Path) -> None:
    problem = {
        **PROBLEM,
        "loss": "cross_entropy_with_logits",
        "y": [1, 0],
        "class_weights": [2, 1],
        "sample_weights": [5],
    }
    (tmp_path / "weighted.json").write_text(json.dumps(problem))
    in_file = call("loss", "-w", "weighted.json", "--json").json["loss"]
    assert call("loss", "-w", "weighted.json", "--json", "--class-weights", "1,1").json["loss"] == pytest.approx(
        in_file / 2
    )
    assert call("loss", "-w", "weighted.json", "--json", "--sample-weights", "1").json["loss"] == pytest.approx(
        in_file / 5
    )


def test_float32_prints_what_a_float32_framework_does(call: Shell) -> None:
    # float32(0.1) + float32(0.2) is 0.3 in float32's shortest digits; in float64 it is 0.30000000000000004
    args = ["forward", "-w", "-", "-x", "0.1", "-s", "z1", "-f", "plain"]
    stdin = '{"layers": [{"kernel": [[1]], "bias": [0.2]}]}'
    assert call(*args, stdin=stdin).out == "0.30000000000000004\n"
    assert call(*args, "--dtype", "float32", stdin=stdin).out.strip() in ("0.3", "0.30000001")


@pytest.mark.parametrize("y_hat", ["0.5,0", "@y_hat.csv", "-"])
def test_a_loss_needs_no_network(call: Shell, tmp_path: Path, y_hat: str) -> None:
    (tmp_path / "y_hat.csv").write_text("0.5,0\n")
    said = call("loss", "--y-hat", y_hat, "-y", "0.1,0.9", "-l", "half_sse", "--json", stdin="0.5,0\n")
    assert said.json["loss"] == pytest.approx(0.485, rel=1e-15)
    assert "x" not in said.json


def test_grad_without_a_network_gives_dy_hat_and_loss_does_not(call: Shell) -> None:
    args = ["--y-hat", "0.5,0", "-y", "0.1,0.9", "-l", "half_sse", "--json"]
    assert call("grad", *args).json["dy_hat"] == pytest.approx([0.4, -0.9])
    assert "dy_hat" not in call("loss", *args).json


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["forward"], "no network; give its file with --weights FILE (-w FILE)"),
        (["forward", "-w", "bare.json"], "no input; give it with --x VALUE (-x 2,3) or as x in the network file"),
        (["loss", "-w", "bare.json", "-x", "2,3"],
         "no target; give it with --y VALUE (-y 0.1,0.9) or as y in the network file"),
        (["loss", "--y-hat", "1", "-l", "mse"], "no target; give it with --y VALUE (-y 0.1,0.9)"),
        (["loss", "-w", "net.json", "--y-hat", "1"],
         "--weights and --y-hat exclude each other: outputs are given, or calculated"),
        (["loss", "--y-hat", "1", "-y", "1", "-l", "mse", "-x", "1"],
         "--y-hat takes the place of a network, so --x has nothing to do"),
        (["loss", "--y-hat", "1", "-y", "1", "-l", "mse", "-a", "relu"],
         "--y-hat takes the place of a network, so --activations has nothing to do"),
        (["loss", "-w", "net.json", "--l2", "-1"], "--l2: l2 is -1, expected a number from 0 up"),
        (["loss", "-w", "net.json", "--l2", "1,2"], "--l2: l2 has 2 values, expected one number"),
        (["loss", "-w", "net.json", "-l", "halfsse"], "--loss: unknown loss 'halfsse'; did you mean half_sse?"),
        (["forward", "-w", "net.json", "-a", "rleu,relu"],
         "--activations: unknown activation 'rleu'; did you mean relu?"),
        (["forward", "-w", "net.json", "-a", "relu"],
         "--activations: 1 activation for 2 layers, expected one for each layer"),
        (["forward", "-w", "net.json", "-s", "yhat"], "--show: unknown quantity 'yhat'; did you mean y_hat?"),
        (["forward", "-w", "net.json", "-f", "jsn"], "unknown format 'jsn'; did you mean json?"),
        (["forward", "-w", "net.json", "--json", "-f", "plain"], "--json and --format plain exclude each other"),
        (["forward", "-w", "net.json", "-p", "0"], "--precision is 0, expected significant digits from 1 to 17"),
        (["imbalance-weights"], "give the classes with either --counts 100,1000 or --labels 1,1,0"),
        (["imbalance-weights", "--counts", "1,2", "--labels", "1,2"],
         "give the classes with either --counts 100,1000 or --labels 1,1,0"),
        (["imbalance-weights", "--counts", "1,2", "--method", "ballanced"],
         "--method: unknown method 'ballanced'; did you mean balanced?"),
        (["imbalance-weights", "--counts", "1,2", "--beta", "0.5"],
         "--beta belongs to --method effective"),
        (["imbalance-weights", "--counts", "A=1,B=1.5"],
         "--counts: class B has a count of 1.5, expected a whole number"),
    ],
)  # fmt: skip
def test_a_call_that_cannot_be_answered_says_what_is_missing_or_wrong(
    call: Shell, args: list[str], message: str
) -> None:
    Path("bare.json").write_text(json.dumps([layer["W"] for layer in LAYERS]))
    refused(call(*args), message)


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["forwrd"], ["forwrd", "forward", "(help: nnc --help)"]),
        (["forward", "--wieghts", "net.json"], ["--wieghts", "--weights", "(help: nnc forward --help)"]),
        (["forward", "-w"], ["-w", "(help: nnc forward --help)"]),
        (["forward", "-w", "net.json", "2,3"], ["2,3", "(help: nnc forward --help)"]),
        (["forward", "-w", "net.json", "--dtype", "float16"], ["float16", "float64", "float32"]),
        (["loss", "-w", "net.json", "--reduction", "average"], ["average", "mean", "sum", "weighted-mean"]),
        (["forward", "-w", "net.json", "-p", "six"], ["six", "--precision"]),
        (["schema"], ["argument 'network|sheet'", "Choose from: network, sheet (help: nnc schema --help)"]),
    ],
)
def test_a_wrong_call_is_one_line_that_says_where_help_is(call: Shell, args: list[str], words: list[str]) -> None:
    said = call(*args)
    assert (said.status, said.out, said.err.count("\n")) == (2, "", 1)
    assert said.err.startswith("nnc: ")
    assert [word for word in words if word not in said.err] == []


# What is shown


def test_show_gives_these_quantities_in_this_order(call: Shell) -> None:
    said = call("grad", "-w", "net.json", "-s", " dW1, loss,x", "--json")
    assert list(said.json) == ["dW1", "loss", "x", "meta"]


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


def test_what_overflows_is_refused_by_its_name(call: Shell) -> None:
    stdin = '{"layers": [{"kernel": [[1e200]]}]}'
    refused(
        call("forward", "-w", "-", "-x", "1e200", stdin=stdin),
        "z1 is not finite: z1[1] or a number on the way to it is beyond 1.8e+308, where float64 ends",
    )


# Values


@pytest.mark.parametrize("args", [["-x", "-1,-2"], ["--x", "-1,-2"], ["--x=-1,-2"], ["-x-1,-2"], ["-x", "-1,-4/2"]])
def test_a_value_may_begin_with_a_minus_sign(call: Shell, args: list[str]) -> None:
    assert call("forward", "-w", "net.json", "--json", *args).json["x"] == [-1, -2]


def test_a_trailing_semicolon_makes_a_batch_of_one(call: Shell) -> None:
    assert call("forward", "-w", "net.json", "-x", "2,3;", "--json").json["x"] == [[2, 3]]


@pytest.mark.parametrize("option", ["-w", "-x", "-y"])
def test_one_option_may_read_standard_input(call: Shell, option: str) -> None:
    stdin = {"-w": json.dumps({"layers": LAYERS}), "-x": "[2, 3]", "-y": "0.1,0.9\n"}[option]
    given = {"-w": "net.json", "-x": "2,3", "-y": "0.1,0.9"} | {option: "-"}
    args = [word for pair in given.items() for word in pair]
    assert call("loss", *args, "-l", "half_sse", "--json", stdin=stdin).json["loss"] == pytest.approx(0.485)


@pytest.mark.parametrize(("first", "second"), [("--weights", "--x"), ("--x", "--y"), ("--weights", "--class-weights")])
def test_two_readers_of_standard_input_are_refused(call: Shell, first: str, second: str) -> None:
    given = {"--weights": "net.json", "--x": "2,3", "--y": "0,1", "--loss": "bce"} | {first: "-", second: "-"}
    said = call("loss", *(word for pair in given.items() for word in pair), stdin=json.dumps(LAYERS[0]["W"]))
    if first != "--weights":
        refused(said, f"{first} and {second} both read standard input; give one of them a file")
    else:
        assert said.status == 2


def test_the_output_of_one_command_feeds_another(call: Shell) -> None:
    # 100 and 1000 samples: class 1 weighs 1100 / (2 · 1000) = 0.55, and −0.55 log ½ is the loss
    weights = call("imbalance-weights", "--counts", "100,1000", "--json").out
    assert json.loads(weights)["weights"] == {"0": 5.5, "1": 0.55}
    said = call("loss", "--y-hat", "0.5", "-y", "1", "-l", "bce", "--class-weights", "-", "--json", stdin=weights)
    assert said.json["loss"] == pytest.approx(0.55 * 0.6931471805599453, rel=1e-15)
    forward = call("forward", "-w", "net.json", "--json").out
    said = call("loss", "--y-hat", "-", "-y", "0.1,0.9", "-l", "half_sse", "--json", stdin=forward)
    assert said.json["loss"] == pytest.approx(0.485, rel=1e-15)


# Class weights


@pytest.mark.parametrize(
    ("args", "weights"),
    [
        (["--counts", "100,1000"], {"0": 5.5, "1": 0.55}),
        (["--counts", "B=100,A=1000"], {"B": 5.5, "A": 0.55}),
        (["--labels", "1,0,1,1"], {"0": 2, "1": 2 / 3}),
        (["--labels", "10,9,9,10"], {"9": 1, "10": 1}),
        (["--labels", "cat,dog,cat"], {"cat": 0.75, "dog": 1.5}),
        (["--counts", "100,1000", "--method", "inverse"], {"0": 0.01, "1": 0.001}),
        (["--counts", "4,25", "--method", "sqrt"], {"0": 0.5, "1": 0.2}),
        (["--counts", "1,2", "--method", "effective", "--beta", "0.5"], {"0": 1, "1": 2 / 3}),
        (["--counts", "30,10", "--method", "pos-weight"], {"0": 1, "1": 3}),
        (["--counts", "100,300", "--normalize", "sum"], {"0": 0.75, "1": 0.25}),
        (["--counts", "100,300", "--normalize", "mean"], {"0": 1.5, "1": 0.5}),
        (["--counts", "100,200", "--normalize", "max"], {"0": 1, "1": 0.5}),
    ],
)
def test_classes_are_weighed_in_their_order(call: Shell, args: list[str], weights: dict[str, float]) -> None:
    found = call("imbalance-weights", *args, "--json").json["weights"]
    assert list(found) == list(weights)
    assert list(found.values()) == pytest.approx(list(weights.values()), rel=1e-14)


# Files that are wrong

GOOD = json.dumps(PROBLEM)
WRONG = {
    "directory": (None, "this is a folder, expected a file"),
    "empty": (b"", "the file is empty"),
    "blank": (b" \n\n", "the file is empty"),
    "binary": (b"\x89PNG\0\1\2\3" * 9, "the file is binary data, expected text"),
    "utf-16": (GOOD.encode("utf-16"), "the file is UTF-16 text; save it as UTF-8"),
    "latin-1": (b'{"title": "caf\xe9"}', "line 1: byte 0xe9 is not UTF-8 text; save it as UTF-8"),
    "truncated": (GOOD[:60].encode(), "the JSON ends early: a closing bracket is missing"),
    "text for a number": (GOOD.replace("-0.6", '"six"').encode(), "layers[1].W[1][1] ('six') is not a number"),
    "null for a number": (GOOD.replace("-0.6", "null").encode(), "layers[1].W[1][1] is null, expected a number"),
    "true for a number": (GOOD.replace("-0.6", "true").encode(),
                          "layers[1].W[1][1] is true or false, expected a number"),
    "ragged": (GOOD.replace("[0.3, -0.4]", "[0.3]").encode(),
               "layers[0].W[2] has 1 value, but the rows above have 2"),
    "misfit": (GOOD.replace("[0.5, -0.6], ", "").encode(),
               "layers[1].W has 2 rows, expected 3: 1 bias row + 2 outputs of layer 1"),
    "out of range": (GOOD.replace("-0.6", "1e999").encode(), "layers[1].W[1][1] is out of range for float64"),
    "unknown key": (GOOD.replace("activation", "activaton", 1).encode(),
                    "layers[0] has an unknown key 'activaton'; did you mean activation?"),
}  # fmt: skip


@pytest.mark.parametrize("fault", WRONG)
def test_a_file_that_is_wrong_is_one_line_that_says_where(call: Shell, fault: str) -> None:
    data, message = WRONG[fault]
    if data is None:
        Path("wrong.json").mkdir()
    else:
        Path("wrong.json").write_bytes(data)
    refused(call("loss", "-w", "wrong.json"), f"wrong.json: {message}")


@pytest.mark.parametrize(
    "text",
    [
        *(f'{{"layers": [{{"W": [[0], [{number}]]}}]}}' for number in ("NaN", "Infinity", "-Infinity", "nan", '"inf"')),
        "[" * 100_000,
        "[" * 100_000 + "]" * 100_000,
        '{"layers": ' + "[" * 100_000 + "]" * 100_000 + "}",
        '{"a":' * 100_000,
    ],
    ids=["NaN", "Infinity", "-Infinity", "nan", "inf as text", "open", "brackets", "in layers", "mappings"],
)
@pytest.mark.parametrize("name", ["wrong.json", "wrong.yaml"])
def test_no_text_is_too_strange_for_one_line(call: Shell, name: str, text: str) -> None:
    Path(name).write_text(text)
    said = call("forward", "-w", name, "-x", "1")
    assert (said.status, said.out, said.err.count("\n")) == (2, "", 1)
    assert said.err.startswith(f"nnc: {name}: ")
    assert len(said.err) < 300


def test_a_missing_file_is_answered_by_the_nearest_name(call: Shell) -> None:
    refused(call("forward", "-w", "nte.json"), "nte.json: no such file; did you mean net.json?")


def test_control_characters_of_a_file_do_not_reach_the_terminal(call: Shell) -> None:
    Path("wrong.json").write_text('{"layers": [], "\\u001b[31mx": 1}')
    said = call("forward", "-w", "wrong.json")
    assert said.status == 2
    assert "\x1b" not in said.err


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


# Processes


@pytest.fixture
def net(tmp_path: Path) -> str:
    path = tmp_path / "net.json"
    path.write_text(GOOD)
    return str(path)


def test_json_of_json_imports_neither_rich_nor_yaml(net: str) -> None:
    code = (
        "import sys; from nnc.cli.app import run; run(sys.argv[1:]); "
        "print(sorted({'rich', 'yaml', 'csv'} & sys.modules.keys()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "grad", "-w", net, "--json"], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_closed_pipe_is_no_error(net: str) -> None:
    command = f"{sys.executable} -m nnc grad -w {net} | head -1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("Input\n0\n", "")


def test_a_pipe_closed_before_anything_is_written_is_no_error(net: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "nnc", "grad", "-w", net], stdout=writer, stderr=subprocess.PIPE, check=False
        )
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


def test_an_interrupt_ends_the_call_with_130_and_no_traceback() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "nnc", "forward", "-w", "-", "-x", "1"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin is not None
    # More than a pipe holds: once it is written, nnc is reading, and waits for the rest.
    process.stdin.write(b" " * 2**18)
    process.stdin.flush()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert out == b""
    assert b"Traceback" not in err


@pytest.mark.parametrize("x", [["-x=-2,-3"], ["-x", "-2,-3"], ["-x-2,-3"], ["--x=-2,-3"], ["--x", "-2,-3"]])
def test_a_negative_value_may_stand_behind_its_option_in_every_way(shell: Shell, x: list[str]) -> None:
    Path("sum.json").write_text('{"layers": [{"kernel": [[1], [1]]}]}')
    assert shell("forward", "-w", "sum.json", *x, "-s", "y_hat", "-f", "plain") == (0, "-5\n", "")


VARIANTS: list[dict[str, str]] = [
    {},
    {"GITHUB_ACTIONS": "1"},
    {"COLUMNS": "40"},
    {"COLUMNS": "40", "TERM": "dumb"},
    {"TERM": "dumb"},
    {"NO_COLOR": "1"},
    {"NO_COLOR": "1", "FORCE_COLOR": "1"},
    {"PYTHONUTF8": "0", "LC_ALL": "C"},
]


def environment(changes: dict[str, str]) -> dict[str, str]:
    drop = ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "TERM", "GITHUB_ACTIONS")
    return {name: value for name, value in os.environ.items() if name not in drop} | changes


def test_off_a_terminal_the_environment_changes_no_byte(net: str) -> None:
    args = ("grad", "-w", net)
    outputs = [process(*args, env=environment(changes), encoding="utf-8") for changes in VARIANTS]
    for changes, done in zip(VARIANTS, outputs, strict=True):
        assert (done.stdout, done.stderr, done.returncode) == (outputs[0].stdout, "", 0), changes
    assert "\x1b" not in outputs[0].stdout
    coloured = process(*args, env=environment({"FORCE_COLOR": "1", "GITHUB_ACTIONS": "1", "COLUMNS": "40"}))
    assert "\x1b[" in coloured.stdout
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured.stdout) == outputs[0].stdout


def on_a_terminal(*args: str, columns: int, **changes: str) -> str:
    """What a call prints on a pseudo-terminal of so many columns."""
    pty = pytest.importorskip("pty", reason="there are no pseudo-terminals here")
    import fcntl
    import struct
    import termios

    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    child = subprocess.Popen(
        [sys.executable, "-m", "nnc", *args], stdin=its, stdout=its, stderr=its, env=environment(changes)
    )
    os.close(its)
    printed = b""
    try:
        while chunk := os.read(ours, 65536):
            printed += chunk
    except OSError:  # Linux's end of file on a pseudo-terminal
        pass
    os.close(ours)
    assert child.wait(timeout=20) == 0
    return printed.decode().replace("\r\n", "\n")


@pytest.mark.parametrize("command", ["forward", "grad"])
def test_on_a_terminal_no_line_is_wider_than_it(tmp_path: Path, command: str) -> None:
    wide = {"layers": [{"kernel": [[0.123456789] * 60] * 30}], "x": [[1] * 30] * 3, "y": [[0] * 60] * 3, "loss": "mse"}
    path = tmp_path / "wide.json"
    path.write_text(json.dumps(wide))
    printed = on_a_terminal(command, "-w", str(path), columns=80, TERM="xterm")
    plain = re.sub(r"\x1b\[[0-9;]*m", "", printed)
    assert plain != printed
    assert max(map(len, plain.splitlines())) <= 80
    assert re.search(r"⋯ \d+ more", plain)


@pytest.mark.parametrize("changes", [{"NO_COLOR": "1", "TERM": "xterm"}, {"TERM": "dumb"}], ids=str)
def test_a_terminal_without_colour_gets_none(net: str, changes: dict[str, str]) -> None:
    assert "\x1b" not in on_a_terminal("forward", "-w", net, columns=80, **changes)


# Words that belong nowhere, parts, doubts


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (
            ["forward", "-w", "net.json", "-x", "[2,", "3]"],
            "unexpected argument 3]; put quotes around a value with spaces",
        ),
        (["loss", "net.json"], "unexpected argument net.json; a network file goes with -w net.json"),
    ],
)
def test_a_word_that_belongs_to_no_option_is_answered_by_what_was_meant(
    call: Shell, args: list[str], message: str
) -> None:
    said = call(*args)
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith(f"nnc: {message}")


def test_show_picks_single_numbers_and_may_be_repeated(call: Shell) -> None:
    # dW2 = [1; a1] dz2ᵀ with a1 = (0.8, 0) and dz2 = (0.4, 0): its second row begins with 0.8 · 0.4.
    said = call("grad", "-w", "net.json", "-s", "dW2[2,1],loss", "-s", "z1[1]", "-f", "plain", "-p", "6")
    assert said == Said(0, "0.32\n0.485\n0.8\n", "")
    assert list(call("grad", "-w", "net.json", "-s", "dW2[2,1]", "--json").json) == ["dW2[2,1]", "meta"]
    refused(
        call("grad", "-w", "net.json", "-s", "dW2[4,1]"),
        "--show: dW2[4,1] is not one number: dW2 has 3 × 2 (bias and inputs × units), counted from 1",
    )


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
