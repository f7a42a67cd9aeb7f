"""The page of activations and losses is what docs/functions.py writes today, and has every row."""

import re
import runpy
from pathlib import Path

import pytest

from nnc.core.functions.activations import ACTIVATIONS
from nnc.core.functions.losses import LOSSES

DOCS = Path(__file__).parents[1] / "docs"
PAGE = (DOCS / "functions.md").read_text(encoding="utf-8")


def test_the_page_is_what_docs_functions_py_writes() -> None:
    assert runpy.run_path(str(DOCS / "functions.py"))["page"]() == PAGE


@pytest.mark.parametrize("name", [*ACTIVATIONS, *LOSSES])
def test_every_row_has_a_section_with_its_source(name: str) -> None:
    row = ACTIVATIONS.get(name) or LOSSES[name]
    section = re.split(r"^### ", PAGE, flags=re.MULTILINE)
    (own,) = [part for part in section if part.startswith(f"`{name}`")]
    assert f"- source: {row.source}" in own
    assert all(f"`{alias}`" in own.splitlines()[0] for alias in row.aliases)
