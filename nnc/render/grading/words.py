"""Rules, verdicts, marks and true values in words."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import chain
from typing import Any

import numpy as np

from nnc.core.grading.marks import Graded, Mark, Marks, Question
from nnc.core.grading.rule import Rule, Verdict
from nnc.core.grading.truth import Result
from nnc.errors import counted
from nnc.render.numbers import PRECISION, shown
from nnc.render.report import Tone

_MOST_NUMBERS = 12  # of an array that a table spells out


def number(points: Fraction) -> int | float:
    """Points as JSON and people write them: 2, 0.5."""
    return points.numerator if points.denominator == 1 else float(points)


def asked(question: Question) -> dict[str, str]:
    """What JSON says of a question."""
    return {"id": question.id, "quantity": question.quantity, "text": question.text}


def each_mark(graded: Graded) -> Iterator[tuple[Marks, Question, Mark]]:
    """Every student's mark for every question, student by student."""
    for row in graded.rows:
        for question, mark in zip(graded.questions, row.marks, strict=True):
            yield row, question, mark


def points_words(points: Fraction, possible: Fraction) -> str:
    """``3 of 5``."""
    return f"{shown(number(points), PRECISION)} of {shown(number(possible), PRECISION)}"


def verdict_words(mark: Mark) -> str:
    """The verdict, and the note on the shape or on the numbers that are not right."""
    return f"{mark.verdict}: {mark.note}" if mark.note else mark.verdict.value


def solution(result: Result, precision: int | None) -> str:
    """A true value on one line, written like an answer: ``0.5``, ``0.4, 0; 0.32, 0``."""
    values = result.as_floats()
    rows = np.atleast_2d(values).tolist()
    numbers = [[shown(value, precision) for value in row] for row in rows]
    if precision is not None and values.size > _MOST_NUMBERS:
        first = list(chain.from_iterable(numbers))[:_MOST_NUMBERS]
        return f"{', '.join(first)}, … ({values.size} numbers)"
    return "; ".join(map(", ".join, numbers))


def plain_rule(rule: Rule) -> dict[str, Any]:
    """The measures that a rule uses, by name."""
    asked = {name: getattr(rule, name) for name in ("rtol", "atol", "sig", "decimals")}
    measures = {name: value for name, value in asked.items() if value is not None}
    if measures:
        return measures
    return {"min_sig": rule.min_sig, "rounding_on_the_way": rule.rounding_on_the_way, "noise": rule.noise}


def rule_words(rule: Rule) -> str:
    """The rule in a line."""
    match plain_rule(rule):
        case {"min_sig": digits}:
            enough = f"{counted(digits, 'significant digit')} or more"
            way = ", also if rounded on the way" if rule.rounding_on_the_way else ""
            return f"right: rounded or cut off at its last digit, {enough}{way}"
        case {"sig": digits}:
            return f"right: the first {_several(digits, 'significant digit')}, rounded or cut off"
        case {"decimals": digits}:
            return f"right: the first {_several(digits, 'decimal')}, rounded or cut off"
        case measures:
            return f"right: within {measures.get('atol', 0):g} + {measures.get('rtol', 0):g} · |true value|"


def tone(verdict: Verdict) -> Tone:
    """The tone of a verdict. A missing answer, or one of too few digits, is not shown as wrong."""
    if verdict.holds:
        return Tone.RIGHT
    return Tone.DOUBT if verdict in (Verdict.TOO_FEW_DIGITS, Verdict.MISSING) else Tone.WRONG


def _several(count: int, noun: str) -> str:
    return noun if count == 1 else counted(count, noun)
