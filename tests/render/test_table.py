import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nnc
from nnc.core.quantities import Calculation
from nnc.render.calculation import CalculationReport
from nnc.render.formats import Style, render
from nnc.render.report import Column, Grid
from nnc.render.weighting import WeightingReport


def table(calculation: Calculation, **style: Any) -> str:
    return render(CalculationReport(calculation), "table", Style(**style))


def wide(n_in: int, n_out: int, samples: int | None = None) -> Calculation:
    rng = np.random.default_rng([n_in, n_out])
    layer = nnc.layer("tanh", W=rng.normal(size=(n_in + 1, n_out)))
    x = rng.normal(size=(n_in,) if samples is None else (samples, n_in))
    return nnc.grad(nnc.network(layer), x, np.zeros((*x.shape[:-1], n_out)), "mse")


def longest(text: str) -> int:
    return max(map(len, text.splitlines()))


@settings(max_examples=40)
@given(st.integers(1, 60), st.integers(1, 60), st.none() | st.integers(1, 60), st.integers(40, 120))
def test_a_table_fits_the_terminal(n_in: int, n_out: int, samples: int | None, width: int) -> None:
    assert longest(table(wide(n_in, n_out, samples), width=width)) <= width


def test_a_wide_table_says_how_many_columns_are_left_out() -> None:
    text = table(wide(2, 50).only(["dW1"]), width=80)
    (head,) = (line for line in text.splitlines() if "unit 1 " in line)
    shown = re.findall(r"unit (\d+)", head)
    (hidden,) = re.findall(r"⋯ (\d+) more", head)
    assert shown[0] == "1"
    assert shown[-1] == "50"
    assert len(shown) + int(hidden) == 50


def test_a_long_table_says_how_many_rows_are_left_out() -> None:
    text = table(wide(2, 50).only(["z1"]), width=80)
    rows = re.findall(r"^│ +(\d+) │", text, re.MULTILINE)
    assert [rows[0], rows[-1]] == ["1", "50"]
    assert re.findall(r"⋯ (\d+) more", text) == [str(50 - len(rows))]


@pytest.mark.parametrize("calculation", [wide(2, 50), wide(50, 2), wide(3, 40, 50)], ids=["wide", "deep", "batch"])
def test_off_a_terminal_nothing_is_left_out(calculation: Calculation) -> None:
    text = table(calculation)
    assert "⋯" not in text
    assert "…" not in text
    numbers = {f"{abs(v):.6g}" for q in ("dW1", "dx") for v in calculation[q].reshape(-1)}
    assert numbers <= {f"{float(shown):.6g}" for shown in re.findall(r"[0-9][0-9.]*(?:e[+-][0-9]+)?", text)}


def test_a_table_has_as_many_digits_as_asked_for() -> None:
    calculation = nnc.forward(nnc.network(nnc.layer(kernel=[[1]])), [2 / 3])
    for precision, text in ((None, "0.666667"), (3, "0.667"), (17, "0.66666666666666663")):
        assert f" {text} " in table(calculation, precision=precision)


def test_decimal_points_stand_below_each_other() -> None:
    text = table(nnc.forward(nnc.network(nnc.layer(kernel=np.eye(3))), [12.5, 0.125, 3]).only(["x"]))
    assert [line[10:] for line in text.splitlines() if re.match(r"│ +\d", line)] == ["12.5   │", " 0.125 │", " 3     │"]


def test_colour_adds_nothing_but_colour() -> None:
    calculation = wide(3, 2)
    coloured = table(calculation, color=True)
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == table(calculation)


def test_a_caption_names_the_loss_the_reduction_and_where_the_bias_stands() -> None:
    network = nnc.network(nnc.layer("tanh", W=[[0], [1]]), nnc.layer("sigmoid", weight=[[1]]))
    lines = table(nnc.loss(network, [[1], [2]], [[1], [0]], "bce")).splitlines()
    assert lines[-4:] == [
        "loss bce: (1/K) Σ −[y log(ŷ) + (1 − y) log(1 − ŷ)]",
        "reduction mean: J = (1/N) Σ of the samples' losses",
        "layer 1: z = Wᵀ [1; a]; row 0 of W is the bias",
        "layer 2: z = weight a + bias; the bias stands beside weight",
    ]


@pytest.mark.parametrize(
    ("layout", "matrix", "head", "labels"),
    [
        ("W", [[7], [8], [9]], ["unit 1"], ["bias", "x[1]", "x[2]"]),
        ("Theta", [[7, 8, 9]], ["bias", "x[1]", "x[2]"], ["unit 1"]),
        ("weight", [[8, 9]], ["x[1]", "x[2]"], ["unit 1"]),
        ("kernel", [[8], [9]], ["unit 1"], ["x[1]", "x[2]"]),
    ],
)
def test_a_gradient_is_labelled_as_the_file_lays_it_out(
    layout: str, matrix: Any, head: list[str], labels: list[str]
) -> None:
    network = nnc.network(nnc.layer("identity", None, **{layout: matrix}))
    lines = table(nnc.grad(network, [1, 2], [0], "sse").only(["dW1"])).splitlines()
    top = next(i for i, line in enumerate(lines) if line.startswith("╭"))
    assert re.findall(r"\w+(?:\[\d\]| \d)?", lines[top + 1]) == head
    assert [line.strip("│ ").split(" │")[0].strip() for line in lines[top + 3 : top + 3 + len(labels)]] == labels


def test_brackets_in_a_classes_name_are_printed_as_they_are() -> None:
    weighting = nnc.imbalance_weights({"[red]A[/red]": 1, ":smile:": 2})
    text = render(WeightingReport(weighting), "table", Style(color=False))
    assert "[red]A[/red]" in text
    assert ":smile:" in text


def test_class_weights_stand_beside_their_counts_and_products() -> None:
    # 1100 / (2 · 100) = 5.5 and 1100 / (2 · 1000) = 0.55; both products are 550
    text = render(WeightingReport(nnc.imbalance_weights({"A": 100, "B": 1000})), "table", Style())
    rows = [
        [cell.strip() for cell in line.strip("│┃").split("│")]
        for line in text.splitlines()
        if "│ A" in line or "│ B" in line
    ]
    assert rows == [["A", "100", "5.5", "550"], ["B", "1000", "0.55", "550"]]
    assert text.splitlines()[-1] == "method balanced: N / (K n_k)"


NAMES = ["plain", "日本語", "é", "e\u0301", "two\nlines", "a\ttab", "", " ", "🙂", "→ × ŷ", "\x1b[31mred"]


@pytest.mark.parametrize("numbers", [[], [1, 2], [0.5, 12.25, -3]])
@pytest.mark.parametrize("strong", [True, False])
def test_a_table_is_drawn_the_same_with_and_without_colour(strong: bool, numbers: list[float]) -> None:
    class OneGrid(WeightingReport, frozen=True):
        def blocks(self) -> Any:
            heads = ["name", "日本", "x"]
            columns = [Column(heads[0], NAMES[: len(numbers)]), Column(heads[1], numbers, strong=True)]
            for name in NAMES:
                yield Grid(name, [*columns, Column(name, [name] * len(numbers))], strong=strong)

    report = OneGrid(nnc.imbalance_weights([1, 2]))
    coloured = render(report, "table", Style(color=True))
    assert render(report, "table", Style()) == re.sub(r"\x1b\[(?!31mred)[0-9;]*m", "", coloured)
