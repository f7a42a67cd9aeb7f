"""The option of the transcript tests."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--rewrite",
        action="store_true",
        help="write what the commands in the Markdown files print into those files, to be reviewed with git diff",
    )
