"""What is four times as large takes four times the work, whatever it is that grows."""

import cProfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from growing import CALLS

from nnc.cli.app import run
from nnc.core.grading.truth import Result
from nnc.core.noise import Noise
from nnc.core.places import Place, read_places
from nnc.core.problem import Problem
from nnc.core.quantities import Calculation, Quantity
from nnc.errors import InputError
from nnc.io.values.answer import read_expectation
from nnc.io.values.arrays import is_number
from nnc.render.fit import Strip

FEWER = 8
"""A benchmark's sizes are as many times those of a test."""
MOST = 4.2
"""Functions called for four times the size, of those called for once."""


def calls(args: list[str]) -> int:
    """How many functions a call of nnc calls."""
    profile = cProfile.Profile()
    profile.runcall(run, args)
    return sum(entry.callcount for entry in profile.getstats())


@pytest.mark.parametrize("name", CALLS)
def test_the_work_grows_as_what_a_call_is_given(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    size, call = CALLS[name]
    run(call(size // FEWER))  # what is made once is there
    once, four_times = (calls(call(size // FEWER * times)) for times in (1, 4))
    assert four_times <= MOST * once


# What a profiler does not see: a pattern that tries all ends for each start, and what C does in one call

LONG = 10**6
"""Signs for which a pattern that is quadratic takes hours."""


@pytest.mark.parametrize("text", ["," * LONG, "a[" * LONG, "a[," * LONG, "[" + "," * LONG, "," * LONG + "]"])
def test_a_long_list_of_parts_is_read_once(text: str) -> None:
    with pytest.raises(InputError, match="no quantity or part of one"):
        read_places(text)


@pytest.mark.parametrize("text", ["z1[1,2],y_hat", " z1[1,2] , y_hat", "z1[1,2],y_hat,z1[ 1 , 2 ]"])
def test_a_comma_in_brackets_parts_no_list(text: str) -> None:
    assert read_places(text)[:2] == [Place("z1", (0, 1)), Place("y_hat")]


@pytest.mark.parametrize("text", ["a{}.", "{}.", "a{}[", "a[1]{}.", "a[{}", "a[1]{}[1]=1"])
def test_a_long_answer_is_read_once(text: str) -> None:
    results = {"y_hat": Result("y_hat", np.array(1.0), Noise.around(np.array(0.0)))}
    for sign in " a_1":
        _, given = read_expectation(text.format(sign * LONG), "y_hat", results)
        assert isinstance(given, str)


@pytest.mark.parametrize("text", ["{}x", "{}.x", ".{}x", "{}.{}x", "1e{}x", "{}/x", "{} / {}x", " {}", "{} "])
def test_a_long_number_is_read_once(text: str) -> None:
    assert is_number(text.format("1" * LONG, "1" * LONG)) == (not text.endswith("x"))


class Name(str):
    """A name, and how often one of them was compared with another."""

    compared = 0
    __slots__ = ()
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        Name.compared += 1
        return super().__eq__(other)


def test_a_quantity_is_found_without_asking_all() -> None:
    names = [Name(f"z{k}") for k in range(200)]
    quantities = tuple(Quantity(name, np.array(1.0), (), None, "forward") for name in names)
    calculation = Calculation(quantities, batch=False, samples=1, problem=Problem())
    Name.compared = 0
    for name in names:
        assert calculation.quantity(str(name)).value == calculation[str(name)] == 1
    assert Name.compared <= 4 * len(names)


def test_a_class_is_found_without_asking_all() -> None:
    names = tuple(Name(f"c{k}") for k in range(200))
    result = Result("weights", np.arange(200.0), Noise.around(np.zeros(200)), ("class",), names)
    Name.compared = 0
    assert [int(result.of_class(str(name)).value) for name in names] == list(range(200))
    assert Name.compared <= 2 * len(names)


class Cells(list[Any]):
    """Cells, and how often they were gone through."""

    rounds = 0

    def __iter__(self) -> Any:
        Cells.rounds += 1
        return super().__iter__()


def test_the_width_of_a_column_is_measured_once() -> None:
    strip = Strip("head", Cells(["1", "22"]))
    Cells.rounds = 0
    assert [strip.room for _ in range(9)] == [7] * 9
    assert Cells.rounds == 1
