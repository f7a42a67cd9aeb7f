"""Worked examples that others have published: nnc's numbers beside the figures as they are printed there.

``tests/worked_examples.yaml`` holds the sources, ``figures`` runs a case of one, ``tables`` writes what
``docs/worked-examples.md`` shows of them.
"""

import json
import re
import shlex
from collections.abc import Iterator
from contextlib import chdir, redirect_stdout
from decimal import Decimal
from fractions import Fraction
from functools import cache
from io import StringIO
from math import ulp
from pathlib import Path
from typing import Any, Literal

import msgspec
import yaml

from nnc.cli.app import run

ROOT = Path(__file__).parents[1]

How = Literal["agrees", "truncated", "last bit", "rounded steps"]


class Differs(msgspec.Struct):
    """How a figure comes about that nnc's number does not round to; ``steps`` are products, each rounded."""

    how: How
    why: str = ""
    steps: list[str] = []


class Step(msgspec.Struct):
    """Weights after one step of gradient descent, by their paths in the network file."""

    rate: float
    printed: dict[str, str]


class Case(msgspec.Struct):
    """A call of nnc, every number it gives in full, and the figures that the source prints of them."""

    command: str
    full: dict[str, Any]
    printed: dict[str, str] = {}
    differs: dict[str, Differs] = {}
    step: Step | None = None


class Source(msgspec.Struct):
    """A book, page or notebook and its cases."""

    name: str
    cases: list[Case]
    url: str = ""
    note: str = ""


class Figure(msgspec.Struct, frozen=True):
    """A figure as it is printed, nnc's number for it, and how the two are said to go together."""

    name: str
    printed: str
    value: float
    differs: Differs


SOURCES = msgspec.yaml.decode((ROOT / "tests/worked_examples.yaml").read_bytes(), type=list[Source])


@cache
def output(command: str) -> dict[str, Any]:
    """What a command prints as JSON, run in the root of the repository."""
    program, *args = shlex.split(command)
    assert program == "nnc"
    with chdir(ROOT), redirect_stdout(StringIO()) as printed:
        assert run([*args, "--json"]) == 0
    decoded: dict[str, Any] = json.loads(printed.getvalue())
    return decoded


def figures(case: Case) -> Iterator[Figure]:
    """The figures of a case, those after a step last."""
    found = output(case.command)
    for name, printed in case.printed.items():
        yield Figure(name, printed, _number(found, name), case.differs.get(name, Differs("agrees")))
    if case.step:
        for path, printed in case.step.printed.items():
            value = _after_step(case.command, found, path, case.step.rate)
            yield Figure(f"{path} after the step", printed, value, Differs("agrees"))


def rounds_to(value: float, printed: str) -> bool:
    """Whether a number is, to within a few floats, one that rounds to the printed figure, half up or half down."""
    return abs(Fraction(value) - Fraction(printed)) <= _unit(printed) / 2 + 4 * Fraction(ulp(value))


def truncates_to(value: float, printed: str) -> bool:
    """Whether the figure is the number cut off after its digits."""
    return 0 <= (Fraction(value) - Fraction(printed)) * (-1 if value < 0 else 1) < _unit(printed)


def is_next_float(value: float, printed: str) -> bool:
    """Whether the figure is a float next to the number, or the number itself, as on another machine."""
    return abs(value - float(printed)) <= ulp(value)


def holds(step: str) -> bool:
    """Whether a product such as ``1/2 * 0.1261 = 0.0631`` is right, rounded half up to the digits of its right side."""
    factors, result = step.split(" = ")
    product = Fraction(1)
    for factor in factors.split(" * "):
        product *= Fraction(factor)
    return -_unit(result) / 2 <= product - Fraction(result) < _unit(result) / 2


def tables() -> str:
    """The count of figures, those that differ, and all figures by source, as Markdown."""
    every = [(source, figure) for source in SOURCES for case in source.cases for figure in figures(case)]
    differing = [(source, figure) for source, figure in every if figure.differs.how != "agrees"]
    counts = f"{len(every)} figures of {len(SOURCES)} sources. nnc's numbers round to {len(every) - len(differing)}."
    rows = [
        f"| {source.name} | {figure.name} | {figure.printed} | {_shown(figure)} | {_reason(figure.differs)} |"
        for source, figure in differing
    ]
    head = ["| source | number | printed | nnc | how it comes about |", "| --- | --- | --- | --- | --- |"]
    sections = [line for source in SOURCES for line in _section(source)]
    parts = [counts + " These are the others:", "", *head, *rows, "", "## Every figure", "", *sections]
    return "\n".join(parts)


def _section(source: Source) -> Iterator[str]:
    yield f"### {f'[{source.name}]({source.url})' if source.url else source.name}"
    yield ""
    if source.note:
        yield from (source.note, "")
    for case in source.cases:
        if not case.printed:
            continue
        yield from (f"`{case.command}`", "", "| number | printed | nnc | verdict |", "| --- | --- | --- | --- |")
        for figure in figures(case):
            yield f"| {figure.name} | {figure.printed} | {_shown(figure)} | {figure.differs.how} |"
        yield ""


def _shown(figure: Figure) -> str:
    """The number to three digits more than are printed, at most 15, which are the same on every machine."""
    number = Decimal(f"{figure.value:.15g}")
    shown = f"{round(number, _decimals(figure.printed) + 3):f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def _reason(differs: Differs) -> str:
    said = {
        "truncated": "Cut off, not rounded.",
        "last bit": "The last bit of a float.",
        "rounded steps": "Calculated on from rounded figures.",
    }[differs.how]
    steps = ", ".join(differs.steps).replace(" * ", " · ").replace("1/2", "½")
    return " ".join(part for part in (said, differs.why, f"{steps}." if steps else "") if part)


def _number(found: Any, name: str) -> float:
    """The number called ``z1[2]``, ``dW1[2,1]`` or ``weights.0``; with a minus sign in front, its negative."""
    if name.startswith("-"):
        return -_number(found, name[1:])
    path, _, index = name.removesuffix("]").partition("[")
    for key in path.split("."):
        found = found[key]
    for number in index.split(",") if index else []:
        found = found[int(number) - 1]
    return float(found)


def _after_step(command: str, found: dict[str, Any], path: str, rate: float) -> float:
    """A weight of the command's network file less ``rate`` times its derivative."""
    words = shlex.split(command)
    weight = yaml.safe_load((ROOT / words[words.index("-w") + 1]).read_text(encoding="utf-8"))
    key = path.partition(".")[2].partition("[")[0]
    layer, *index = map(int, re.findall(r"\d+", path))
    derivative = found[f"d{'b' if key == 'bias' else 'W'}{layer + 1}"]
    weight = weight["layers"][layer][key]
    for i in index:
        weight, derivative = weight[i], derivative[i]
    return float(weight - rate * derivative)


def _decimals(printed: str) -> int:
    return len(printed.partition(".")[2])


def _unit(printed: str) -> Fraction:
    """One unit of the last digit that is printed."""
    return Fraction(1, 10 ** _decimals(printed))
