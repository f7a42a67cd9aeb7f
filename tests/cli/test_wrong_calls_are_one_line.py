"""A call that cannot be answered ends with status 2 and one line that says where, what and what else."""

import json
from pathlib import Path

import pytest
from problems import LAYERS, PROBLEM, refused
from shells import Shell

# Options


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


def test_what_overflows_is_refused_by_its_name(call: Shell) -> None:
    stdin = '{"layers": [{"kernel": [[1e200]]}]}'
    refused(
        call("forward", "-w", "-", "-x", "1e200", stdin=stdin),
        "z1 is not finite: z1[1] or a number on the way to it is beyond 1.8e+308, where float64 ends",
    )


# Files


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
