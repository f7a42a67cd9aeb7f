"""The option of the transcript tests, and a call of nnc for all tests."""

from collections.abc import Callable
from pathlib import Path

import pytest

from nnc.cli.app import run


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--rewrite",
        action="store_true",
        help="write what the commands in the Markdown files print into those files, to be reviewed with git diff",
    )


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
