"""The problem that the tests of the commands ask about, its sheet, and what their calls have in common."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from shells import Said

# z1 = (0.8, −0.7), a1 = (0.8, 0), y_hat = (0.5, 0), loss = ½ 0.4² + ½ 0.9² = 0.485,
# dW2 = ((0.4, 0), (0.32, 0), (0, 0)), balanced weights of 100 and 1000: 5.5 and 0.55, worked by hand
LAYERS = [
    {"W": [[0.1, 0.1], [-0.1, 0.2], [0.3, -0.4]], "activation": "relu"},
    {"W": [[0.1, 0.1], [0.5, -0.6], [0.7, -0.8]], "activation": "relu"},
]
PROBLEM = {"layers": LAYERS, "x": [2, 3], "y": [0.1, 0.9], "loss": "half_sse"}
QUESTIONS: list[dict[str, Any]] = [
    {"id": "out", "quantity": "y_hat"},
    {"id": "loss", "quantity": "loss", "points": 2, "feedback": "Half of the squares."},
    {"id": "grad", "quantity": "dW2", "points": 3, "split": "element", "feedback": "The first is 0.4."},
    {"id": "part", "quantity": "a1[1]", "points": 0.5, "tolerance": {"decimals": 1}},
]
SHEET: dict[str, Any] = {"title": "Week 3", **PROBLEM, "questions": QUESTIONS}
A = {"id": "a", "quantity": "loss"}
RIGHT = {"out": [0.5, 0], "loss": 0.485, "grad": [[0.4, 0], [0.32, 0], [0, 0]], "part": 0.8}


def write(name: str, content: object) -> str:
    Path(name).write_text(content if isinstance(content, str) else json.dumps(content))
    return name


def asking(*questions: dict[str, Any], **keys: Any) -> str:
    return write("asking.json", {**PROBLEM, "questions": list(questions), **keys})


def process(*args: str, **options: Any) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-m", "nnc", *args], capture_output=True, text=True, check=False, **options)


def refused(said: Said, message: str) -> None:
    assert said == Said(2, "", f"nnc: {message}\n")
