"""Marks: what each answer of a sheet's questions is worth, and how a class did."""

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction

from msgspec import UNSET, Struct

from nnc.core.answers import Judged
from nnc.core.decimals import DECIMAL, FRACTION
from nnc.core.judging import Rule, Verdict
from nnc.core.quotes import inert, quotation, some
from nnc.core.results import Result

_MOST_NAMED = 3  # numbers of an answer that a note names
_NUMBER_IN_TEXT = re.compile(rf"(?<![\w.])(?:{FRACTION.pattern}|[−]?{DECIMAL.pattern})")


class Question(Struct, frozen=True, eq=False):
    """A question with its true value; ``points`` for all of it, or with ``split`` shared out among its numbers.

    ``answer`` is the sheet's own, UNSET where it has none.
    """

    id: str
    quantity: str
    result: Result
    points: Fraction
    rule: Rule
    split: bool = False
    text: str = ""
    feedback: str = ""
    answer: object = UNSET


class Mark(Struct, frozen=True, eq=False):
    """What one answer is worth; ``note`` says what is wrong with a shape, or which numbers do not hold."""

    given: str
    verdict: Verdict
    points: Fraction
    note: str = ""


class Marks(Struct, frozen=True, eq=False):
    """The marks of one student, in the order of the questions.

    ``error`` says why the answers could not be read; ``unknown`` names answers for which there is no question.
    """

    student: str
    marks: tuple[Mark, ...]
    error: str = ""
    unknown: tuple[str, ...] = ()

    @property
    def points(self) -> Fraction:
        """The sum of the marks."""
        return sum((mark.points for mark in self.marks), Fraction(0))

    @property
    def holds(self) -> bool:
        """Whether every answer is right."""
        return not self.error and all(mark.verdict.holds for mark in self.marks)


class Tally(Struct, frozen=True, eq=False):
    """How a class did on one question: how many were right, and the mean of the points."""

    right: int
    mean: Fraction


class Graded(Struct, frozen=True, eq=False):
    """A graded sheet: its questions, and a row a student; ``several`` where it is a class, were it of one student."""

    title: str
    questions: Sequence[Question]
    rows: Sequence[Marks]
    several: bool = False

    @property
    def possible(self) -> Fraction:
        """The points that there are."""
        return sum((question.points for question in self.questions), Fraction(0))

    @property
    def mean(self) -> Fraction:
        """The mean of the students' points."""
        return sum((row.points for row in self.rows), Fraction(0)) / max(1, len(self.rows))

    @property
    def holds(self) -> bool:
        """Whether every answer of every student is right."""
        return all(row.holds for row in self.rows)

    def tallies(self) -> list[Tally]:
        """One for each question."""
        columns = [[row.marks[i] for row in self.rows] for i in range(len(self.questions))]
        return [
            Tally(
                sum(mark.verdict.holds for mark in marks),
                sum((mark.points for mark in marks), Fraction(0)) / max(1, len(marks)),
            )
            for marks in columns
        ]

    def leaks(self, text: str) -> bool:
        """Whether a text holds a number that would be a right answer to a question."""
        numbers = [match[0] for match in _NUMBER_IN_TEXT.finditer(text)]
        return any(_gives_away(number, question) for number in numbers for question in self.questions)


def grade(student: str, answers: Mapping[str, object], questions: Sequence[Question]) -> Marks:
    """The marks of one student's answers, by the ids of the questions; a question without one is missing."""
    known = {question.id for question in questions}
    marks = tuple(_mark(answers.get(question.id), question) for question in questions)
    return Marks(inert(student), marks, unknown=some(name for name in answers if name not in known))


def ungraded(student: str, error: str, questions: Sequence[Question]) -> Marks:
    """No marks, for answers that could not be read."""
    mark = Mark("", Verdict.UNREADABLE, Fraction(0))
    return Marks(inert(student), (mark,) * len(questions), inert(error, 300))


def _mark(given: object, question: Question) -> Mark:
    judged = question.result.judge(given, question.rule)
    points = question.points if judged.verdict.holds else Fraction(0)
    if question.split and judged.elements:
        points = question.points * judged.right / judged.size
    return Mark(quotation(given), judged.verdict, points, inert(judged.misfit) or _note(judged, question.result))


def _note(judged: Judged, result: Result) -> str:
    """Which numbers of several do not hold."""
    amiss = [index for index, element in judged.elements.items() if not element.verdict.holds]
    if not amiss or judged.size == 1:
        return ""
    names = ", ".join(inert(result.name_of(index)) for index in amiss[:_MOST_NAMED])
    more = f" and {len(amiss) - _MOST_NAMED} more" if len(amiss) > _MOST_NAMED else ""
    return f"{judged.right} of {judged.size} right, not {names}{more}"


def _gives_away(number: str, question: Question) -> bool:
    result = question.result
    return any(result.at(index).judge(number, question.rule).verdict.holds for index, _ in result.numbers())
