"""Sheets: a problem with questions about it, JSON or YAML."""

from collections.abc import Container, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

from msgspec import UNSET, Struct, UnsetType

from nnc.core.arrays import EXACT, FLOAT64
from nnc.core.grading import Question
from nnc.core.judging import Rule
from nnc.core.names import Normalization, Reduction
from nnc.core.quotes import LONGEST, line
from nnc.core.results import Result, of_calculation, of_weighting
from nnc.errors import InputError, blame, within
from nnc.io.choices import Choice
from nnc.io.documents import decode_document
from nnc.io.expectations import read_answer, read_result
from nnc.io.network_file import LayerEntry, Numbers, ProblemDocument
from nnc.io.numbers import Leaf, to_number
from nnc.io.sheet_problem import Calculate, Weigh, calculation_of, weighting_of
from nnc.io.sources import read_file

MOST_POINTS = 10**6


class Tolerance(Struct, frozen=True, forbid_unknown_fields=True):
    """When an answer is right, as the options of the same names say."""

    min_sig: int | UnsetType = UNSET
    rtol: Leaf | UnsetType = UNSET
    atol: Leaf | UnsetType = UNSET
    sig: int | UnsetType = UNSET
    decimals: int | UnsetType = UNSET


class QuestionEntry(Struct, forbid_unknown_fields=True):
    """A question: which quantity, or which number of one, is asked for, and what it is worth."""

    id: str | int
    quantity: str
    points: Leaf = 1
    split: Literal["all", "element"] = "all"
    tolerance: Tolerance | UnsetType = UNSET
    text: str = ""
    feedback: str = ""
    answer: Any = UNSET


class SheetDocument(ProblemDocument, kw_only=True):
    """Questions about a network (its layers, or a file of weights), about outputs, or about class sizes."""

    questions: list[QuestionEntry]
    tolerance: Tolerance = Tolerance()
    layers: list[LayerEntry] | UnsetType = UNSET
    weights: str | UnsetType = UNSET
    activations: list[Choice] | UnsetType = UNSET
    y_hat: Numbers | UnsetType = UNSET
    reduction: Reduction = "mean"
    l2: Leaf | UnsetType = UNSET
    counts: list[Leaf] | dict[str, Leaf] | UnsetType = UNSET
    labels: list[Leaf] | UnsetType = UNSET
    method: Choice = "balanced"
    normalize: Normalization = "none"


class Sheet(Struct, frozen=True, eq=False):
    """A sheet that has been read and solved; ``calculate`` and ``weigh`` make what the questions are about again."""

    title: str
    questions: tuple[Question, ...]
    calculate: Calculate | None = None
    weigh: Weigh | None = None


def load_sheet(path: str, *, allow_outside: bool = False) -> Sheet:
    """The sheet in a file, solved.

    Its ``weights`` is a path from the sheet's folder, which it leaves with ``allow_outside`` alone. Raises InputError,
    which names the file and the place in it, for all that is wrong with it, and what a calculation raises.
    """
    data = read_file(path)
    with blame(path):
        document = decode_document(data, Path(path).suffix, SheetDocument, as_text=True)
        calculate = calculation_of(document, Path(path).parent, allow_outside=allow_outside)
        weigh = weighting_of(document)
        results = {
            **({} if calculate is None else of_calculation(calculate, FLOAT64)),
            **({} if weigh is None else of_weighting(weigh, FLOAT64)),
        }
        if not results:
            raise InputError("the sheet has no problem: give it layers, weights: FILE, y_hat, counts or labels")
        return Sheet(line(document.title), _questions(document, results), calculate, weigh)


def _questions(document: SheetDocument, results: Mapping[str, Result]) -> tuple[Question, ...]:
    if not document.questions:
        raise InputError("questions is empty, expected at least one question")
    with within("tolerance"):
        usual = _rule(document.tolerance)
    questions: dict[str, Question] = {}
    for i, entry in enumerate(document.questions):
        with within(f"questions[{i}]"):
            question = _question(entry, results, usual, questions)
            questions[question.id] = question
    return tuple(questions.values())


def _question(entry: QuestionEntry, results: Mapping[str, Result], usual: Rule, others: Container[str]) -> Question:
    name = str(entry.id).strip()
    if not name or len(name) > LONGEST or not name.isprintable():
        raise InputError(f"id is {name!r}, expected a name of at most {LONGEST} characters")
    if name in others:
        raise InputError(f"id is {name!r}, as that of a question before")
    with within("quantity"):
        result = read_result(entry.quantity, results)
        if not result.finite:
            raise InputError(f"{entry.quantity} is not finite, so no answer would be right")
    with within("tolerance"):
        rule = usual if entry.tolerance is UNSET else _rule(entry.tolerance)
    answer = entry.answer
    return Question(
        id=name,
        quantity=line(result.name),
        result=result,
        points=_points(entry.points),
        rule=rule,
        split=entry.split == "element",
        text=line(entry.text),
        feedback=line(entry.feedback),
        answer=read_answer(answer, several=result.value.ndim > 0) if isinstance(answer, str) else answer,
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
