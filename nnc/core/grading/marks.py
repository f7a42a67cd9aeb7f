"""Marks: what each answer to the questions of a sheet is worth, and how a class did."""

import re
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import cache, cached_property

import numpy as np
from msgspec import UNSET
from msgspec.structs import asdict

from nnc.core.arrays import Array
from nnc.core.decimals import DECIMAL, FRACTION, nearest_float, read_written
from nnc.core.grading.rule import FLOAT_NOISE, MOST_JUDGED, ZERO, Rule, Verdict, too_few
from nnc.core.grading.truth import Result, result_at
from nnc.core.grading.verdicts import Judged, Shape
from nnc.core.quotes import inert, line, quotation, some
from nnc.core.record import Record
from nnc.errors import InputError, within

_MOST_NAMED = 3  # numbers of an answer that a note names
_NUMBER_IN_TEXT = re.compile(rf"(?<![\w.])(?:{FRACTION.pattern}|[−]?{DECIMAL.pattern})")


class Asked(Record):
    """A question as a sheet asks it. With ``split``, each of its numbers earns a share of the ``points``.

    ``quantity`` is the text of a quantity, a number of one, or a class's weight. ``answer`` is the sheet's own, UNSET
    where it has none.
    """

    id: str
    quantity: str
    points: Fraction
    rule: Rule
    split: bool = False
    text: str = ""
    feedback: str = ""
    answer: object = UNSET


class Question(Asked, kw_only=True):
    """A question with its true value."""

    result: Result


def with_results(asked: Sequence[Asked], results: Mapping[str, Result]) -> tuple[Question, ...]:
    """The questions with their true values. Raises InputError where there is no value, or one that is not finite."""
    questions = []
    for i, question in enumerate(asked):
        with within(f"questions[{i}]: quantity"):
            result = result_at(question.quantity, results)
            if not result.finite:
                raise InputError(f"{question.quantity} is not finite, so no answer would be right")
        questions.append(Question(**asdict(question) | {"quantity": line(result.name), "result": result}))
    return tuple(questions)


class Mark(Record):
    """What one answer is worth; ``note`` says what is wrong with its shape, or which of its numbers are wrong."""

    given: str
    verdict: Verdict
    points: Fraction
    note: str = ""


class Marks(Record):
    """The marks of one student, in the order of the questions.

    ``error`` says why the answers could not be read; ``unknown`` names answers to no question.
    """

    student: str
    marks: tuple[Mark, ...]
    error: str = ""
    unknown: tuple[str, ...] = ()

    @property
    def points(self) -> Fraction:
        return Fraction(sum(mark.points for mark in self.marks))

    @property
    def holds(self) -> bool:
        """Whether every answer is right."""
        return not self.error and all(mark.verdict.holds for mark in self.marks)


class Tally(Record):
    """How a class did on one question: how many were right, and the mean of the points."""

    right: int
    mean: Fraction


class Graded(Record, dict=True):
    """A graded sheet: its questions, and one row per student; ``several`` for a class, even one of one student."""

    title: str
    questions: Sequence[Question]
    rows: Sequence[Marks]
    several: bool = False

    @property
    def possible(self) -> Fraction:
        return Fraction(sum(question.points for question in self.questions))

    @property
    def mean(self) -> Fraction:
        return Fraction(sum(row.points for row in self.rows)) / max(1, len(self.rows))

    @property
    def holds(self) -> bool:
        """Whether every answer of every student is right."""
        return all(row.holds for row in self.rows)

    def tallies(self) -> list[Tally]:
        """How the class did on each question."""
        tallies = []
        for i in range(len(self.questions)):
            marks = [row.marks[i] for row in self.rows]
            mean = Fraction(sum(mark.points for mark in marks)) / max(1, len(marks))
            tallies.append(Tally(sum(mark.verdict.holds for mark in marks), mean))
        return tallies

    def leaks(self, text: str) -> bool:
        """Whether a text has a number in it that is a right answer to a question."""
        return any(self._opens(match[0]) for match in _NUMBER_IN_TEXT.finditer(text))

    @cached_property
    def _opens(self) -> Callable[[str], bool]:
        return cache(_Key.of(self.questions).opens)


def grade(student: str, answers: Mapping[str, object], questions: Sequence[Question]) -> Marks:
    """The marks of one student's answers, which are by the ids of the questions."""
    known = {question.id for question in questions}
    marks = tuple(_mark(answers.get(question.id), question) for question in questions)
    return Marks(inert(student), marks, unknown=some(name for name in answers if name not in known))


def ungraded(student: str, error: str, questions: Sequence[Question]) -> Marks:
    """The marks for answers that could not be read: 0 points each."""
    mark = Mark("", Verdict.UNREADABLE, Fraction(0))
    return Marks(inert(student), (mark,) * len(questions), inert(error, 300))


def _mark(given: object, question: Question) -> Mark:
    judged = question.result.judge(given, question.rule)
    points = question.points if judged.verdict.holds else Fraction(0)
    if question.split and judged.elements:
        points = question.points * judged.right / judged.size
    return Mark(quotation(given), judged.verdict, points, inert(judged.misfit) or _note(judged, question.result))


def _note(judged: Judged, result: Result) -> str:
    """Which of several numbers are wrong."""
    amiss = [index for index, element in judged.elements.items() if not element.verdict.holds]
    if not amiss or judged.size == 1:
        return ""
    names = ", ".join(inert(result.name_of(index)) for index in amiss[:_MOST_NAMED])
    more = f" and {len(amiss) - _MOST_NAMED} more" if len(amiss) > _MOST_NAMED else ""
    return f"{judged.right} of {judged.size} right, not {names}{more}"


class _Key(Record):
    """The true numbers of all questions together, to find those near a number without judging each."""

    places: Sequence[tuple[Question, Shape]]
    values: Array
    reach: Array
    """How far from each value a right answer may be; two units of the answer's last digit come on top."""
    rules: frozenset[Rule]

    @classmethod
    def of(cls, questions: Sequence[Question]) -> "_Key":
        places = [(question, index) for question in questions for index in np.ndindex(question.result.value.shape)]
        values = np.concatenate([question.result.as_floats().reshape(-1) for question in questions])
        reach = np.concatenate([_reach(question.rule, question.result) for question in questions])
        return cls(places, values, reach, frozenset(question.rule for question in questions))

    def opens(self, number: str) -> bool:
        """Whether a number is a right answer anywhere."""
        written = read_written(number)
        if written is None or written.value is None:
            return False
        units = 0 if all(too_few(written, rule) for rule in self.rules) else 2 * nearest_float(written.unit)
        near = np.abs(self.values - nearest_float(written.value)) <= self.reach + units
        found = (self.places[place] for place in np.flatnonzero(near).tolist())
        return any(question.result.at(at).judge(number, question.rule).verdict.holds for question, at in found)


def _reach(rule: Rule, result: Result) -> Array:
    size = np.abs(result.as_floats().reshape(-1))
    noise = result.noise.reach(result.as_floats()).reshape(-1)
    noise = noise + 2 * FLOAT_NOISE * np.spacing(size) + float(ZERO) + size * 10.0 ** (2 - MOST_JUDGED)
    digit = 0 if rule.sig is None else size * 10.0 ** (1 - rule.sig)
    decimal = 0 if rule.decimals is None else 10.0**-rule.decimals
    return np.asarray(noise + (rule.atol or 0) + (rule.rtol or 0) * size + digit + decimal)
