"""A process imports little, ends in order whatever becomes of its pipes, and fits a terminal."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from problems import PROBLEM, process

# Pipes


@pytest.fixture
def net(tmp_path: Path) -> str:
    path = tmp_path / "net.json"
    path.write_text(json.dumps(PROBLEM))
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


# Terminals


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
