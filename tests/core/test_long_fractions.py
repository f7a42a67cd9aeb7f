"""Exact arithmetic ends where its numbers grow too long, and before it has calculated them."""

import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from shells import Shell

from nnc.core import arrays
from nnc.core.arrays import EXACT, FLOAT64, naming, rows_times, summed, times
from nnc.core.grading.truth import of_weighing
from nnc.core.imbalance import METHODS, Weighing, imbalance_weights
from nnc.core.rows import choose
from nnc.errors import InputError

ENDS = "takes numbers of more than 4000 digits, where exact arithmetic ends; calculate in floats"


def unlike(count: int, digits: int = 900) -> list[str]:
    """Fractions of so many digits, no two of whose denominators are the same."""
    return [f"1/{10 ** (digits - 1) + 2 * i + 1}" for i in range(count)]


@pytest.mark.parametrize("form", [summed, lambda terms: times(terms[None, :] ** 0, terms[:, None])])
def test_a_sum_ends_with_the_term_that_makes_it_too_long(form: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    # the sum of the first four has 3600 digits, that of the first five 4500
    sums = []

    def counted(value: Any) -> None:
        sums.append(value)
        original(value)

    original = arrays.require_short
    monkeypatch.setattr(arrays, "require_short", counted)
    with pytest.raises(InputError, match=f"^s {ENDS}$"), naming("s"):
        form(np.array(list(map(Fraction, unlike(2000)))))
    assert len(sums) == 5


@pytest.mark.parametrize("axis", [None, 0, 1, -1])
def test_a_sum_of_fractions_is_that_of_numpy(axis: int | None) -> None:
    values = np.array([[Fraction(1, 2), Fraction(1, 3)], [Fraction(1, 5), Fraction(1, 7)]], dtype=EXACT)
    assert np.array_equal(summed(values, axis), values.sum(axis=axis))


def test_a_product_of_fractions_is_that_of_numpy() -> None:
    left = np.array([[Fraction(1, 2), Fraction(1, 3)], [Fraction(0), Fraction(1)], [Fraction(7), Fraction(8)]])
    right = np.array([[Fraction(1, 5)], [Fraction(1, 7)]])
    for product in (times, rows_times):
        assert np.array_equal(product(left, right), left @ right)


SIZE = 2000
COLUMN = [[text] for text in unlike(SIZE)]
WIDE: dict[str, Any] = {"layers": [{"weight": [unlike(SIZE)], "bias": [0]}]}
ONE: dict[str, Any] = {"layers": [{"weight": [[1]]}]}
PAIR: dict[str, Any] = {"layers": [{"weight": [[1]] * 2}], "loss": "nll"}
MANY: dict[str, Any] = {"layers": [{"weight": [[1]] * SIZE}], "x": [1], "y": unlike(SIZE)}
TALL: dict[str, Any] = {"layers": [{"weight": COLUMN}, {"weight": [[1] * SIZE]}], "x": [0], "y": [1]}
# The digits of hardswish(z) = z (z + 3) / 6 double with every layer: 30 layers would fill the memory.
DEEP: dict[str, Any] = {"layers": [{"weight": [["0.123456789"]], "bias": [1], "activation": "hardswish"}] * 30}
SAMPLES = [[-1]] * SIZE

# what a sum or a product is taken over -> the problem, the call, and the quantity that is named
LONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "layers": ({**DEEP, "x": [0.5]}, "forward", "a8"),
    "inputs": ({**WIDE, "x": [1] * SIZE}, "forward", "z1"),
    "outputs": ({**MANY, "loss": "mae"}, "loss", "loss"),
    "samples": ({**ONE, "x": COLUMN, "y": [[0]] * SIZE, "loss": "huber"}, "loss", "loss"),
    "sample weights": ({**PAIR, "x": SAMPLES, "y": [0] * SIZE, "sample_weights": unlike(SIZE)},
                       "loss --reduction weighted-mean", "the sum of the weights"),
    "probabilities": ({**MANY, "x": [-1], "loss": "nll"}, "loss", "net.json: y"),
    "squared weights": ({**WIDE, "x": [0] * SIZE, "y": [1], "loss": "sse"}, "loss --l2 1", "penalty"),
    "samples, on the way back": ({**ONE, "x": COLUMN, "y": [[1]] * SIZE, "loss": "mae"}, "grad", "loss"),
    "units, on the way back": ({**TALL, "loss": "mae"}, "grad", "dx"),
}  # fmt: skip


@pytest.mark.parametrize("kind", LONG)
def test_what_grows_too_long_is_refused_by_name(shell: Shell, kind: str) -> None:
    problem, args, name = LONG[kind]
    Path("net.json").write_text(json.dumps(problem))
    assert shell(*args.split(), "-w", "net.json", "--exact", "-f", "json") == (2, "", f"nnc: {name} {ENDS}\n")


@pytest.mark.parametrize(
    "args",
    [
        ["--counts", "10000000,1", "--method", "effective:beta=0.9", "--exact"],
        ["--counts", "1e2000,1", "--method", "effective:beta=1/3", "--exact"],
        ["--counts", f"1,{10**7}", "--method", "effective:beta=0.9", "--normalize", "sum", "--exact"],
        ["--counts", ",".join(str(10**900 + i) for i in range(100)), "--normalize", "sum", "--exact"],
    ],
)
def test_weights_that_grow_too_long_are_refused_before_they_are_calculated(args: list[str]) -> None:
    command = [sys.executable, "-m", "nnc", "imbalance-weights", *args]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)  # a power took minutes
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"nnc: weights {ENDS}\n")


def test_weights_of_many_digits_are_exact_up_to_the_bound() -> None:
    # 0.9 to the power of n has a denominator of n + 1 digits
    def effective(count: int) -> Fraction:
        method = choose(METHODS, "method", "effective", {"beta": Fraction(9, 10)}, EXACT)
        return Fraction(imbalance_weights({"A": count, "B": 1}, method, "none", EXACT).weights["A"])

    assert effective(3900) == Fraction(1, 10) / (1 - Fraction(9, 10) ** 3900)
    with pytest.raises(InputError, match=f"^weights {ENDS}$"):
        effective(4001)


def test_true_values_that_would_grow_too_long_are_floats() -> None:
    beta = "0.5" + "0" * 500 + "1"  # to the power of 1000 half a million digits

    weighing = Weighing({"A": 1000, "B": 1}, choose(METHODS, "method", "effective", {"beta": Fraction(beta)}))
    assert of_weighing(weighing, FLOAT64)["weights"].value.dtype == FLOAT64
