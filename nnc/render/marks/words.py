"""How marks and true values are put into words."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import chain

import numpy as np

from nnc.core.grading import Graded, Mark, Marks, Question
from nnc.core.results import Result
from nnc.render.numbers import PRECISION, shown

_MOST_NUMBERS = 12  # of an array that a table spells out


def number(points: Fraction) -> int | float:
    """Points as JSON and people write them: 2, 0.5."""
    return points.numerator if points.denominator == 1 else float(points)


def each_mark(graded: Graded) -> Iterator[tuple[Marks, Question, Mark]]:
    """Every student's mark for every question, student by student."""
    for row in graded.rows:
        for question, mark in zip(graded.questions, row.marks, strict=True):
            yield row, question, mark


def points_words(points: Fraction, possible: Fraction) -> str:
    """``3 of 5``."""
    return f"{shown(number(points), PRECISION)} of {shown(number(possible), PRECISION)}"


def verdict_words(mark: Mark) -> str:
    """The verdict, with what is wrong with a shape or which numbers do not hold."""
    return f"{mark.verdict}: {mark.note}" if mark.note else mark.verdict.value


def solution(result: Result, precision: int | None) -> str:
    """A true value on one line, as answers may be written: ``0.5``, ``0.4,0;0.32,0``."""
    values = result.as_floats()
    rows = np.atleast_2d(values).tolist()
    numbers = [[shown(value, precision) for value in row] for row in rows]
    if precision is not None and values.size > _MOST_NUMBERS:
        first = list(chain.from_iterable(numbers))[:_MOST_NUMBERS]
        return f"{','.join(first)},… ({values.size} numbers)"
    return ";".join(map(",".join, numbers))
