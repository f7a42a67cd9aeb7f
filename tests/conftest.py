"""The option of the transcript tests, and calls of nnc and the files they read, for all tests."""

import gc
import sys
from collections.abc import Callable
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest
from hypothesis import settings
from problems import PROBLEM, RIGHT, SHEET, write
from shells import Said, Shell

from nnc.__main__ import GARBAGE
from nnc.cli.app import run

gc.set_threshold(GARBAGE)  # as in a call of nnc; thousands of tests are much to look through
settings.register_profile("nnc", deadline=None, derandomize=True)  # no test depends on a clock or on chance
settings.load_profile("nnc")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--rewrite",
        action="store_true",
        help="write what the commands in the Markdown files print into those files, to be reviewed with git diff",
    )


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """One process where files are rewritten, for two tests may write into the same; else as many as there are cores."""
    return 0 if config.getoption("rewrite") else None


@pytest.fixture
def nnc(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """What a call in the folder of the samples prints: its result, or its message where there is none."""
    monkeypatch.chdir(Path(__file__).parents[1] / "samples")
    monkeypatch.delenv("FORCE_COLOR", raising=False)

    def call(line: str) -> str:
        status = run(line.split())
        out, err = capsys.readouterr()
        return out if status == 0 else err

    return call


@pytest.fixture
def shell(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Shell:
    """Runs nnc with these arguments in an empty folder, without a process of its own, for speed."""
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "TERM", "GITHUB_ACTIONS"):
        monkeypatch.delenv(name, raising=False)

    def calling(*args: object, stdin: str = "") -> Said:
        monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(stdin.encode())))
        status = run([str(arg) for arg in args])
        return Said(status, *capfd.readouterr())

    return calling


@pytest.fixture
def call(shell: Shell) -> Shell:
    """Runs nnc in a folder of its own that holds the network of the problem, net.json."""
    write("net.json", PROBLEM)
    return shell


@pytest.fixture
def marked(shell: Shell) -> None:
    """A sheet, and the answers of Ada, which are right, and of Bea, some of which are not."""
    write("sheet.json", SHEET)
    write("ada.json", RIGHT)
    write("bea.yaml", "out: 0.5, 0.1\nloss: 0.48\ngrad: 0.4,0;0.3,0;0,0\n")
