"""Writes docs/forward.svg, the picture in README.md: what one command prints on a terminal.

Run it from anywhere: ``python docs/picture.py``.
"""

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).resolve().parents[1]
COMMAND = "nnc forward -w samples/two_layer_relu.json -x 2,3"
WIDTH = len(f"$ {COMMAND}") + 2


def picture() -> str:
    """The command and its output in colour, as SVG."""
    console = Console(record=True, width=WIDTH, file=StringIO(), force_terminal=True, color_system="standard")
    console.print(Text.assemble(("$ ", "dim"), COMMAND))
    console.print(Text.from_ansi(_printed()), end="")
    return console.export_svg(title="nnc", unique_id="nnc-forward")


def _printed() -> str:
    env = {name: value for name, value in os.environ.items() if name != "NO_COLOR"} | {"FORCE_COLOR": "1"}
    argv = [sys.executable, "-m", *COMMAND.split()]
    return subprocess.run(argv, cwd=ROOT, env=env, capture_output=True, encoding="utf-8", check=True).stdout


if __name__ == "__main__":
    (ROOT / "docs" / "forward.svg").write_text(picture(), encoding="utf-8")
