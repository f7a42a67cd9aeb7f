"""Terminals that are not UTF-8."""

import json
import os
import re
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from itertools import cycle
from pathlib import Path

import pytest
from shells import Screen, Shell, in_process

from nnc.cli.app import COMMANDS
from nnc.core.functions.activations import ACTIVATIONS
from nnc.core.functions.losses import LOSSES
from nnc.render.signs import spelled

SAMPLES = Path(__file__).parents[2] / "samples"
NETWORK = "-w two_layer_relu_problem.yaml"
ENCODINGS = ["ascii", "latin-1", "cp437", "euc_jp"]
INK = re.compile(r"\x1b\[[0-9;]*m")

Terminal = Callable[..., tuple[int, str]]


@pytest.fixture
def terminal() -> Terminal:
    """Runs a call in the folder of the samples on a terminal of an encoding; its status, and what stands there then."""
    pty = pytest.importorskip("pty", reason="there are no pseudo-terminals here")
    import fcntl
    import struct
    import termios

    def calling(call: str, encoding: str, columns: int = 80, **changes: str) -> tuple[int, str]:
        ours, its = pty.openpty()
        fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        drop = ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "PYTHONUTF8", "LC_ALL")
        env = {name: value for name, value in os.environ.items() if name not in drop}
        env |= {"TERM": "xterm", "PYTHONIOENCODING": encoding, **changes}
        command = [sys.executable, "-m", "nnc", *call.split()]
        child = subprocess.Popen(command, cwd=SAMPLES, stdin=its, stdout=its, stderr=its, env=env)
        os.close(its)
        printed = b""
        try:
            while chunk := os.read(ours, 65536):
                printed += chunk
        except OSError:  # Linux's end of file on a pseudo-terminal
            pass
        os.close(ours)
        return child.wait(timeout=60), printed.decode(encoding).replace("\r\n", "\n")

    return calling


# What is printed


CALLS = [
    f"grad {NETWORK}",
    f"grad {NETWORK} --steps",
    f"grad {NETWORK} --verify",
    f"loss {NETWORK} --exact",
    "losses",
    "activations gelu",
    "grad --help",
    f"grad {NETWORK} --json",
    f"loss {NETWORK} --steps -f latex",
]


def ascii_alone(call: str, status: int, printed: str) -> None:
    assert status == 0
    assert printed.isascii()
    assert re.search(r"Traceback|\?|\\x|\\u(?!221)", INK.sub("", printed)) is None or "--json" in call


@pytest.mark.parametrize(("call", "encoding"), list(zip(CALLS, cycle(ENCODINGS), strict=False)))
def test_a_terminal_without_the_signs_gets_ascii(terminal: Terminal, call: str, encoding: str) -> None:
    ascii_alone(call, *terminal(call, encoding))


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("call", CALLS)
def test_a_stream_that_is_a_terminal_without_the_signs_gets_ascii(
    call: str, encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(SAMPLES)
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")
    said = in_process(call.split(), stream=Screen, encoding=encoding)
    ascii_alone(call, said.status, said.out + said.err)


def test_a_table_in_ascii(terminal: Terminal) -> None:
    status, printed = terminal("loss --y-hat 1/3 -y 0.5 -l half_sse -s y_hat,loss --exact", "ascii", NO_COLOR="1")
    assert status == 0
    assert printed.splitlines() == [
        "Output",
        "+------+----------------+",
        "| unit |          y_hat |",
        "+======+================+",
        "|    1 | 1/3 ~ 0.333333 |",
        "+------+----------------+",
        "",
        "loss = 1/72 ~ 0.0138889",
        "",
        "loss half_sse: Sum 1/2 (y_hat - y)^2",
    ]


def test_steps_in_ascii(terminal: Terminal) -> None:
    status, printed = terminal(f"grad {NETWORK} --steps -s terms,da1", "ascii", NO_COLOR="1")
    assert status == 0
    assert printed.splitlines() == [
        "Loss * half_sse",
        "",
        "  l_k = 1/2 (y_hat_k - y_k)^2",
        "  l_1 = 1/2*(0.5 - 0.1)^2 = 0.08",
        "  l_2 = 1/2*(0 - 0.9)^2 = 0.405",
        "",
        "Backward * Layer 2 * relu * 2 -> 2",
        "",
        "  dJ/da^(1)   = W^(2)[1:] dJ/dz^(2)   (W^(2)[1:]: without the bias row)",
        "              = [0.5  -0.6] [0.4] = [0.2 ]",
        "                [0.7  -0.8] [0  ]   [0.28]",
        "  dJ/da^(1)_1 = 0.5*0.4 + (-0.6)*0 = 0.2",
        "  dJ/da^(1)_2 = 0.7*0.4 + (-0.8)*0 = 0.28",
    ]


@pytest.mark.parametrize(
    ("encoding", "title"),
    [
        ("ascii", r"Gr\xf6\xdfe \u732b \U0001f408 1/2"),
        ("latin-1", r"Größe \u732b \U0001f408 1/2"),
        ("cp437", r"Größe \u732b \U0001f408 1/2"),
        ("euc_jp", "Größe 猫 \\U0001f408 1/2"),
    ],
)
def test_letters_of_a_file_that_a_terminal_has_stay(
    terminal: Terminal, tmp_path: Path, encoding: str, title: str
) -> None:
    path = tmp_path / "net.json"
    path.write_text('{"title": "Größe 猫 🐈 ½", "layers": [{"kernel": [[1]]}]}', encoding="utf-8")
    assert terminal(f"inspect -w {path}", encoding, NO_COLOR="1")[1].splitlines()[0] == title


def test_messages_are_in_the_signs_of_the_terminal(terminal: Terminal) -> None:
    message = "--show: dW2[4,1] is not one number: dW2 has 3 x 2 (bias and inputs x units), counted from 1"
    assert terminal(f"grad {NETWORK} -s dW2[4,1]", "ascii") == (2, f"nnc: {message}\n")
    message = r"caf\xe9.json: no such file"
    assert terminal("forward -w café.json", "ascii", PYTHONUTF8="1") == (2, f"nnc: {message}\n")
    assert terminal("forward -w café.json", "cp437", PYTHONUTF8="1") == (2, "nnc: café.json: no such file\n")


def test_what_rich_cuts_has_a_mark_of_one_column(terminal: Terminal) -> None:
    lines = terminal("forward -w softmax_classes.yaml -s y_hat", "ascii", columns=12, NO_COLOR="1")[1].splitlines()
    table = [line for line in lines if line.startswith(("+", "|"))]
    assert {len(line) for line in table} == {12}
    assert any(">" in line for line in table)


def test_json_on_such_a_terminal_has_the_same_values(terminal: Terminal, shell: Shell) -> None:
    _, printed = terminal(f"loss {NETWORK} --json", "ascii")
    assert json.loads(printed)["meta"]["loss"]["formula"] == "Σ ½ (ŷ − y)²"


# Every sign that nnc prints


def every_call() -> list[str]:
    return [
        *(f"activations {name}" for name in ACTIVATIONS),
        *(f"losses {name}" for name in LOSSES),
        *(f"activations {name} -x 1,2" for name in ("softmax", "gelu", "selu")),
        "activations",
        "losses",
        "inspect -w two_layer_relu_theta.json",
        "grad -w softmax_classes.yaml --l2 1/3 --reduction weighted-mean",
        "grad -w softmax_classes.yaml --steps --l2 1/3 --reduction weighted-mean",
        "grad -w two_layer_relu_pytorch.json -x 1/3,3 -y 1,2 -l huber --steps --exact",
        "grad -w deep_sigmoid.yaml --steps",
        "grad -w sigmoid_batch.yaml --steps",
        "imbalance-weights --counts 1,2,3 --method effective --normalize mean --steps",
        "imbalance-weights --counts 1,2 --method sqrt --steps",
        "loss -w two_layer_relu_problem.yaml --expect 3 --rtol 0.1",
        *(f"{command} --help" for command in COMMANDS),
    ]


@pytest.mark.parametrize("call", every_call())
def test_every_sign_of_nnc_has_its_spelling(shell: Shell, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    monkeypatch.chdir(SAMPLES)
    monkeypatch.setattr("nnc.cli.output.terminal_limits", lambda: "ascii")
    monkeypatch.setattr("nnc.cli.app.terminal_limits", lambda: "ascii")
    said = shell(*call.split())
    assert said.status in (0, 1)
    assert said.out.isascii()
    assert re.search(r"\\x|\\u", said.out) is None
    for table in re.findall(r"(?:^[+|].*\n)+", said.out, re.MULTILINE):
        assert len({len(line) for line in table.splitlines()}) == 1


@pytest.mark.parametrize(
    ("text", "ascii_text"),
    [
        ("∂J/∂z⁽²⁾₁", "dJ/dz^(2)_1"),
        ("(a⁽¹⁾₂)²", "(a^(1)_2)^2"),
        ("Σₖ ℓₖ", "Sum_k l_k"),
        ("1 / √n_k", "1 / sqrt(n_k)"),
        ("√(2π) √n₁", "sqrt(2pi) sqrt(n_1)"),
        ("½·(0.5 − 0.1)² ≈ 0.08", "1/2*(0.5 - 0.1)^2 ~ 0.08"),
        ("-∞ ≤ x ≠ 1…", "-inf <= x != 1..."),
    ],
)
def test_signs_are_spelled_so_that_the_maths_stays_what_it_is(text: str, ascii_text: str) -> None:
    assert spelled(text, "ascii") == ascii_text


def test_raised_and_lowered_signs_are_those_of_unicode() -> None:
    for sign in "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾⁻ⁿᶻᵀ₀₁₂₃₄₅₆₇₈₉ₖⱼᵢ":
        assert spelled(sign, "ascii")[1:] == unicodedata.normalize("NFKC", sign).replace("−", "-")
