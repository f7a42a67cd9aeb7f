"""The picture in README.md shows what nnc prints today."""

import re
import runpy
from html import unescape
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"


def text(svg: str) -> str:
    """The letters of a picture; spaces and what is drawn around them differ between versions of Rich."""
    return "".join(unescape("".join(re.findall(r"<text[^>]*>([^<]*)</text>", svg))).split())


def test_the_picture_is_what_docs_picture_py_draws() -> None:
    drawn = text(runpy.run_path(str(DOCS / "picture.py"))["picture"]())
    assert "y_hat" in drawn
    assert text((DOCS / "forward.svg").read_text(encoding="utf-8")) == drawn
