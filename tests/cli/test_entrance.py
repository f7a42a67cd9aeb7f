"""Status 1 is a verdict; whatever else ends a call has a status of its own, one line and no traceback."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from shells import Shell

from nnc.__main__ import entrance

NETWORK = {"layers": [{"kernel": [[0.5, 0], [0, 0.25]]}], "x": [1, 2], "y": [1, 1], "loss": "half_sse"}
SHEET = {**NETWORK, "questions": [{"id": "a", "quantity": "loss", "feedback": "It is 0.25.", "answer": 3}]}
OUT_OF_MEMORY = "nnc: out of memory: the call needs more than there is, or than ulimit -v leaves\n"
linux = pytest.mark.skipif(sys.platform != "linux", reason="/dev/full and the signals are Linux's")


@pytest.fixture(autouse=True)
def files(shell: Shell) -> None:
    Path("net.json").write_text(json.dumps(NETWORK))
    Path("sheet.json").write_text(json.dumps(SHEET))


def sh(command: str, **options: Any) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "NNC": f"{sys.executable} -m nnc"}
    return subprocess.run(
        ["sh", "-c", command], capture_output=True, text=True, check=False, timeout=60, env=environment, **options
    )


# A fault of nnc, and no memory


def break_with(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(args: list[str]) -> int:
        raise error

    monkeypatch.setattr("nnc.cli.app.run", run)


def test_an_error_that_nobody_foresaw_is_a_line_and_status_70(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("NNC_DEBUG", raising=False)
    break_with(ZeroDivisionError("\x1b[31mdivision\nby zero"), monkeypatch)
    assert entrance([]) == 70
    what = r"ZeroDivisionError: \x1b[31mdivision\nby zero"
    assert capfd.readouterr() == (
        "",
        f"nnc: this is a fault of nnc, not of the call: {what}; NNC_DEBUG=1 shows where\n",
    )


def test_nnc_debug_shows_the_traceback(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("NNC_DEBUG", "1")
    break_with(ZeroDivisionError("division by zero"), monkeypatch)
    assert entrance([]) == 70
    lines = capfd.readouterr().err.splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    assert lines[-2] == "ZeroDivisionError: division by zero"
    assert lines[-1].startswith("nnc: this is a fault of nnc")


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        MemoryError("Unable to allocate 7.28 TiB"),
        OSError(12, "Cannot allocate memory"),
        ImportError("libx.so: failed to map segment from shared object"),
    ],
    ids=repr,
)
def test_where_memory_ends_the_status_is_2(
    error: Exception, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    break_with(error, monkeypatch)
    assert entrance([]) == 2
    assert capfd.readouterr() == ("", OUT_OF_MEMORY)


@linux
@pytest.mark.parametrize("megabytes", [30, 45, 60, 80, 100, 130, 145, 160, 500])
def test_under_any_limit_of_memory_the_status_is_0_or_2(megabytes: int) -> None:
    limit = f"ulimit -v {megabytes * 1000}"
    if sh(f"{limit}; {sys.executable} -c 'import re'").returncode:  # then no line of nnc has run yet
        pytest.skip("Python itself does not start in so little memory")
    done = sh(f"{limit}; $NNC grad -w net.json --json")
    assert (done.returncode, done.stderr) in [(0, ""), (2, OUT_OF_MEMORY)]


@linux
def test_a_file_too_large_for_memory_is_no_wrong_answer() -> None:
    row = [0.123456789] * 1000
    Path("large.json").write_text(json.dumps({"layers": [{"kernel": [row] * 1000}], "x": [0] * 1000}))
    limits = [megabytes for megabytes in (200, 250, 300) if sh(f"ulimit -v {megabytes}000; $NNC --version").stdout]
    for megabytes in limits:
        done = sh(f"ulimit -v {megabytes}000; $NNC forward -w large.json --expect 1")
        assert done.returncode in (1, 2)
        assert (done.stdout, done.stderr) == ("", OUT_OF_MEMORY) if done.returncode == 2 else done.stdout


# Streams that cannot be written

CALLS = ["", "--help", "--version", "schema network", "losses", "grad -w net.json --json", "check sheet.json -h"]


@linux
@pytest.mark.parametrize("call", CALLS)
def test_a_result_that_cannot_be_written_is_status_2(call: str) -> None:
    full, closed = sh(f"$NNC {call} >/dev/full"), sh(f"$NNC {call} >&-")
    assert (full.returncode, full.stderr) == (2, "nnc: standard output cannot be written: No space left on device\n")
    assert (closed.returncode, closed.stderr) == (2, "nnc: there is no standard output to write to\n")


@linux
@pytest.mark.parametrize("call", CALLS)
def test_a_reader_who_has_seen_enough_is_no_error(call: str) -> None:
    done = sh(f"{{ $NNC {call}; echo $? >&2; }} | true")
    assert done.stderr in ("0\n", "")  # the pipe may be closed before or after it is written to


UNWRITABLE = ["2>&-", "2>/dev/full", "2</dev/null"]


@linux
@pytest.mark.parametrize("stderr", UNWRITABLE)
@pytest.mark.parametrize(
    ("call", "status"),
    [
        ("grad -w net.json --json", 0),
        ("forward -w nosuch.json", 2),
        ("forwrd", 2),
        ("loss -w net.json --expect 0.25", 0),
        ("loss -w net.json --expect 3", 1),
        ("loss --y-hat 0.5,0.9 -y 1 -l cross_entropy", 0),  # with a warning
        ("check sheet.json --hide-expected", 1),  # with a warning
    ],
)
def test_what_standard_error_cannot_take_is_lost_and_the_status_stays(
    shell: Shell, stderr: str, call: str, status: int
) -> None:
    heard, unheard = shell(*call.split()), sh(f"$NNC {call} {stderr}")
    assert heard.status == unheard.returncode == status
    assert unheard.stdout == heard.out


@linux
def test_with_both_streams_gone_the_status_is_2() -> None:
    assert sh("$NNC losses >&- 2>&-").returncode == 2
    assert sh("$NNC losses >/dev/full 2>/dev/full").returncode == 2


# Interrupts

INTERRUPTED = """
import os, signal, sys

def interrupt(*args):
    os.kill(os.getpid(), signal.SIGINT)

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            interrupt()

sys.meta_path.insert(0, Finder())
{more}
sys.argv = ["nnc", *{args!r}]
from nnc.__main__ import main
main()
"""


def interrupted(*args: str, module: str = "", more: str = "", **options: Any) -> "subprocess.CompletedProcess[str]":
    """A call that interrupts itself when it imports the module."""
    code = INTERRUPTED.format(module=module, more=more, args=list(args))
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60, **options
    )


@linux
@pytest.mark.parametrize(
    "module",
    ["nnc.cli.messages", "nnc.cli.app", "typer", "inspect", "numpy", "numpy.linalg", "nnc.core.passes", "rich.table"],
)
def test_an_interrupt_of_an_import_ends_with_130_and_no_word(module: str) -> None:
    done = interrupted("grad", "-w", "net.json", module=module)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


@linux
def test_an_interrupt_where_python_swallows_exceptions_ends_with_130() -> None:
    swallowed = """
import gc
signal_now = interrupt
def interrupt():
    gc.callbacks.append(signal_now)
    gc.collect()
"""
    done = interrupted("grad", "-w", "net.json", module="numpy", more=swallowed)
    assert (done.returncode, done.stderr) == (130, "")


@linux
def test_an_interrupt_of_a_call_that_waits_to_write_ends_it_at_once() -> None:
    import fcntl
    import struct
    import termios

    Path("wide.json").write_text(json.dumps({"layers": [{"kernel": [[0.123456789] * 300] * 300}], "x": [1] * 300}))
    call = [sys.executable, "-m", "nnc", "grad", "-w", "wide.json", "--of", "z1[1]", "--json"]
    process = subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    held = 0
    while held < 65536 and process.poll() is None:  # as much as a pipe holds: then nnc waits
        (held,) = struct.unpack("i", fcntl.ioctl(process.stdout, termios.FIONREAD, bytes(4)))
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 130
    assert process.communicate()[1] == b""


@linux
def test_an_interrupt_of_a_file_that_is_written_leaves_nothing_of_it() -> None:
    Path("marks.json").write_text("old")
    before = sorted(Path().iterdir())
    halfway = "import pathlib; pathlib.Path.chmod = interrupt"
    done = interrupted("check", "sheet.json", "--json", "-o", "marks.json", more=halfway)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")
    assert (sorted(Path().iterdir()), Path("marks.json").read_text()) == (before, "old")


@linux
def test_an_interrupt_of_pythons_own_end_changes_nothing() -> None:
    done = interrupted("loss", "-w", "net.json", "--expect", "3", more="import atexit; atexit.register(interrupt)")
    assert (done.returncode, done.stderr) == (1, "")


@linux
def test_an_interrupt_that_the_caller_has_ignored_stays_ignored() -> None:
    ignore = "signal.signal(signal.SIGINT, signal.SIG_IGN)"
    done = interrupted("loss", "-w", "net.json", "-f", "plain", "-s", "loss", module="numpy", more=ignore)
    assert (done.returncode, done.stdout, done.stderr) == (0, "0.25\n", "")
