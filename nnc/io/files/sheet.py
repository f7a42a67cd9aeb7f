"""Sheets: a problem with questions about it, JSON or YAML."""

from collections.abc import Container
from fractions import Fraction
from pathlib import Path
from typing import Any

from msgspec import UNSET

from nnc.core.arrays import EXACT
from nnc.core.grading.marks import Asked
from nnc.core.grading.rule import Rule
from nnc.core.imbalance import Weighing
from nnc.core.problem import Problem
from nnc.core.quotes import LONGEST, line
from nnc.core.record import Record
from nnc.errors import InputError, blame, within
from nnc.io.files.sheet_document import QuestionEntry, SheetDocument, Tolerance
from nnc.io.files.sheet_problem import problem_of, weighing_of
from nnc.io.text.documents import decode_document
from nnc.io.text.sources import read_file
from nnc.io.values.arrays import Leaf, to_number

MOST_POINTS = 10**6


class Sheet(Record):
    """A sheet that has been read: its questions, and what they are about: a problem, class sizes, or both."""

    title: str
    questions: tuple[Asked, ...]
    problem: Problem | None = None
    weighing: Weighing | None = None


def load_sheet(path: str, *, allow_outside: bool = False) -> Sheet:
    """The sheet in a file.

    Its ``weights`` is a path from the sheet's folder, and leads out of it only with ``allow_outside``. Raises
    InputError, which names the file and the place in it, for all that is wrong with it.
    """
    data = read_file(path)
    with blame(path):
        document = decode_document(data, Path(path).suffix, SheetDocument, as_text=True)
        problem = problem_of(document, Path(path).parent, allow_outside=allow_outside)
        weighing = weighing_of(document)
        if problem is None and weighing is None:
            raise InputError("the sheet has no problem: give it layers, weights: FILE, y_hat, counts or labels")
        return Sheet(line(document.title), _questions(document), problem, weighing)


def _questions(document: SheetDocument) -> tuple[Asked, ...]:
    if not document.questions:
        raise InputError("questions is empty, expected at least one question")
    with within("tolerance"):
        usual = _rule(document.tolerance)
    questions: dict[str, Asked] = {}
    for i, entry in enumerate(document.questions):
        with within(f"questions[{i}]"):
            question = _question(entry, usual, questions)
            questions[question.id] = question
    return tuple(questions.values())


def _question(entry: QuestionEntry, usual: Rule, others: Container[str]) -> Asked:
    name = str(entry.id).strip()
    if not name or len(name) > LONGEST or not name.isprintable():
        raise InputError(f"id is {name!r}, expected a name of at most {LONGEST} characters")
    if name in others:
        raise InputError(f"id is {name!r}, as that of a question before")
    with within("tolerance"):
        rule = usual if entry.tolerance is UNSET else _rule(entry.tolerance)
    return Asked(
        id=name,
        quantity=entry.quantity,
        points=_points(entry.points),
        rule=rule,
        split=entry.split == "element",
        text=line(entry.text),
        feedback=line(entry.feedback),
        answer=entry.answer,
    )


def _rule(given: Tolerance) -> Rule:
    asked = {name: getattr(given, name) for name in Tolerance.__struct_fields__}
    measures: dict[str, Any] = {name: value for name, value in asked.items() if value is not UNSET}
    for name in measures.keys() & {"rtol", "atol"}:
        with within(name):
            measures[name] = to_number(measures[name])
    return Rule(**measures)


def _points(leaf: Leaf) -> Fraction:
    with within("points"):
        points = Fraction(to_number(leaf, EXACT))
    if not 0 <= points <= MOST_POINTS:
        raise InputError(f"points is {leaf}, expected a number from 0 to {MOST_POINTS}")
    return points
