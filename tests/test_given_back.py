"""Whatever nnc prints, in any format and with any number of digits from 3 on, is right when it is given back."""

import json
import re
from collections.abc import Iterator
from functools import partial
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from nnc.core.arrays import FLOAT64, whole
from nnc.core.grading.rule import Verdict
from nnc.core.grading.truth import Result, finest, of_problem
from nnc.core.problem import Problem, solve
from nnc.core.quantities import Calculation, Quantity
from nnc.io.files.network import Decoded, decode, decoded
from nnc.render.calculation import CalculationReport
from nnc.render.formats import Style, render

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "samples"
NETWORKS = sorted(
    path for folder in (SAMPLES, SAMPLES / "worked") for path in folder.iterdir() if path.suffix in (".json", ".yaml")
)
PRECISIONS = range(3, 18)
NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]*)?(?:e[+-][0-9]+)?")


def problem_of(file: Decoded, dtype: np.dtype[Any]) -> Problem:
    """The problem of a file; where it has no x, of ones."""
    problem = file.read(dtype).problem
    assert problem.network is not None
    return problem if problem.x is not None else replace(problem, x=whole(np.ones(problem.network.n_in, int), dtype))


def table_numbers(text: str) -> dict[str, list[str]]:
    """The numbers of each quantity in the tables of a text: in the columns of its name, below its title, behind a =."""
    found: dict[str, list[str]] = {}
    title, head = "", [""]
    for line in text.splitlines():
        if line.startswith("┃") or (line.startswith("│") and head == []):
            head = cells(line)
        elif line.startswith("│"):
            for column, cell in zip(head[1:], cells(line)[1:], strict=True):  # the first column names the rows
                if NUMBER.fullmatch(cell):
                    found.setdefault(title or column.partition("[")[0], []).append(cell)
        elif line.startswith(("╭", "┏")):
            head = []
        elif match := re.fullmatch(rf"(\w+) = ({NUMBER.pattern})", line):
            found[match[1]] = [match[2]]
        elif line[:1].isalpha():
            title = matrix[1] if (matrix := re.match(r"(\w+) · as ", line)) else ""
    return found


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in re.split("[│┃]", line)[1:-1]]


Printed = Iterator[tuple[str, list[Any]]]


def printed(found: Calculation, precisions: list[int | None]) -> Iterator[tuple[str, Printed]]:
    """The numbers of each quantity in each format, with what the format is."""
    report = CalculationReport(found)
    values = json.loads(render(report, "json", Style()))
    lines = [json.loads(line) for line in render(report, "ndjson", Style()).splitlines()]
    tables = {p: table_numbers(render(report, "table", Style(p))) for p in precisions if p is not None}
    for q in found.quantities:
        yield q.name, chain(in_json(q, values, lines), in_text(found, q, precisions, tables))


def in_json(q: Quantity, values: dict[str, Any], lines: list[dict[str, Any]]) -> Printed:
    yield "json", flat(values[q.name])
    by_sample = q.axes[:1] == ("sample",)
    yield "ndjson", [number for line in (lines if by_sample else lines[:1]) for number in flat(line[q.name])]


def in_text(
    found: Calculation, q: Quantity, precisions: list[int | None], tables: dict[int, dict[str, list[str]]]
) -> Printed:
    report = CalculationReport(found.only([q.name]))
    for precision in precisions:
        yield f"plain -p {precision}", render(report, "plain", Style(precision)).split()
        if precision is not None:
            yield f"table -p {precision}", tables[precision][q.name]


def flat(value: Any) -> list[Any]:
    return [number for item in value for number in flat(item)] if isinstance(value, list) else [value]


def judged_wrong(found: Calculation, results: dict[str, Result], precisions: list[int | None]) -> list[str]:
    wrong = []
    for name, forms in printed(found, precisions):
        if not results[name].finite:
            continue
        right: list[list[Any]] = []  # a table has most of the time the same numbers as plain text
        for form, numbers in forms:
            value = found[name]
            assert len(numbers) == value.size, (name, form)
            if numbers in right:
                continue
            judged = results[name].judge(np.array(numbers, dtype=object).reshape(value.shape).tolist())
            if judged.verdict is Verdict.RIGHT:
                right.append(numbers)
            else:
                wrong.append(f"{form}: {name} = {numbers} is {judged.verdict}")
    return wrong


@pytest.mark.parametrize("path", NETWORKS, ids=lambda path: path.name)
def test_the_numbers_of_a_sample_are_right(path: Path) -> None:
    file = decoded(str(path), as_text=True)
    results = of_problem(finest(partial(problem_of, file)))
    assert judged_wrong(solve(problem_of(file, FLOAT64)), results, [None, 3, 6, 12, 17]) == []


RATIONAL = ("identity", "relu", "leaky_relu", "relu6", "hardtanh", "hardsigmoid", "softsign", "softshrink")
IRRATIONAL = ("sigmoid", "tanh", "elu", "gelu", "silu", "softplus", "mish", "softmax")
LOSSES = ("half_sse", "sse", "mse", "mae", "huber", "smooth_l1")


def random_document(rng: np.random.Generator) -> dict[str, Any]:
    """A network of decimals with one or two digits behind the point, its batch, its targets and a loss."""
    names = RATIONAL if rng.random() < 0.5 else RATIONAL + IRRATIONAL
    sizes = rng.integers(1, 5, size=rng.integers(2, 5))
    places = int(rng.integers(1, 3))

    def decimals(*shape: int) -> Any:
        return (rng.normal(size=shape) * rng.choice([0.5, 1, 4])).round(places).tolist()

    layers = [
        {"W": decimals(n_in + 1, n_out), "activation": str(rng.choice(names))}
        for n_in, n_out in pairwise(sizes.tolist())
    ]
    y = decimals(int(sizes[-1])) if (one := rng.random() < 0.7) else decimals(3, int(sizes[-1]))
    loss = str(rng.choice(LOSSES))
    if names is not RATIONAL and rng.random() < 0.5:
        layers[-1]["activation"], loss = "sigmoid", "bce"
        y = rng.integers(0, 2, size=np.shape(y)).tolist()
    return {"layers": layers, "x": decimals(int(sizes[0])) if one else decimals(3, int(sizes[0])), "y": y, "loss": loss}


@pytest.mark.parametrize("seed", range(200))
def test_the_numbers_of_a_random_network_are_right(seed: int) -> None:
    rng = np.random.default_rng(seed)
    document = random_document(rng)
    file = decode(json.dumps(document).encode(), ".json", "random", as_text=True)
    results = of_problem(finest(partial(problem_of, file)))
    precisions: list[int | None] = [None, *rng.choice(PRECISIONS, size=2).tolist()]
    assert judged_wrong(solve(problem_of(file, FLOAT64)), results, precisions) == []
