"""``nnc check``: answers to a sheet of questions, marked."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from nnc.cli.messages import count, warn
from nnc.cli.options import CheckOptions, ReportOptions, SampleStepsOptions
from nnc.cli.output import show
from nnc.errors import InputError, blame
from nnc.render.formats import CLASS_MARKS, MARKS, formats

if TYPE_CHECKING:
    from nnc.core.grading.marks import Graded, Marks, Question
    from nnc.core.steps.derivation import Derivation
    from nnc.io.files.answers import Asked, Submission
    from nnc.io.files.sheet import Sheet


def check(
    sheet: Annotated[str, typer.Argument(metavar="SHEET", help="A problem with questions, JSON or YAML.")],
    answers: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="ANSWERS",
            help="Files of answers, one a student; or one CSV with a row a student; - is standard input. Without them "
            "the sheet's own answers are checked.",
        ),
    ] = None,
    *,
    options: CheckOptions,
    steps: SampleStepsOptions,
    output: ReportOptions,
) -> int:
    """Mark answers to the questions of a sheet; exit 1 if one is not right.

    An answer is right if it is the true value rounded or cut off at its last digit, with 3 digits or more; the sheet
    may ask for another measure.
    """
    from nnc.io.files.sheet import load_sheet

    loaded = load_sheet(sheet, allow_outside=options.allow_outside)
    with blame(sheet):
        questions = _questions(loaded)
    if options.solution:
        if answers:
            raise InputError("--solution prints the answers, so there are none to check")
        return _solution(loaded, questions, options, steps, output)
    if steps.steps:
        raise InputError("--steps shows how the answers come about, so it goes with --solution")
    graded = _grade(loaded, questions, answers, output.format) if answers else _own(loaded, questions, sheet)
    return _report(graded, options, output)


def _questions(sheet: "Sheet") -> "Sequence[Question]":
    """The questions with what is right."""
    from nnc.core.grading.marks import with_results
    from nnc.core.grading.truth import of_problem, of_weighing

    results = {} if sheet.problem is None else of_problem(sheet.problem)
    results |= {} if sheet.weighing is None else of_weighing(sheet.weighing)
    return with_results(sheet.questions, results)


def _report(graded: "Graded", options: CheckOptions, output: ReportOptions) -> int:
    from nnc.render.grading.marks import MarksReport
    from nnc.render.numbers import PRECISION

    leaking = [
        question.id for question in graded.questions if options.hide_expected and graded.leaks(question.feedback)
    ]
    report = MarksReport(graded, options.hide_expected, leaking, output.precision or PRECISION)
    warn(f"the feedback of {name} holds a right answer, so it is left out" for name in leaking)
    show(report, output, output.output)
    return 0 if graded.holds else 1


def _solution(
    sheet: "Sheet",
    questions: "Sequence[Question]",
    options: CheckOptions,
    steps: SampleStepsOptions,
    output: ReportOptions,
) -> int:
    from nnc.render.grading.solution import SolutionReport
    from nnc.render.numbers import PRECISION

    if options.hide_expected:
        raise InputError("--solution prints what --hide-expected hides; give one of them")
    if steps.steps:
        from nnc.cli.steps import show_steps

        show_steps(_derivation(sheet, steps.sample), steps, output, output.output)
        return 0
    show(SolutionReport(sheet.title, questions, output.precision or PRECISION), output, output.output)
    return 0


def _derivation(sheet: "Sheet", sample: int | None) -> "Derivation":
    """How everything that the sheet may ask for comes about."""
    from nnc.cli.steps import number_of
    from nnc.core.arrays import FLOAT64
    from nnc.core.problem import solve
    from nnc.core.steps import derive
    from nnc.core.steps.derivation import Derivation
    from nnc.core.steps.weighting import derive_weighting

    parts = []
    if sheet.problem is not None:
        calculation = solve(sheet.problem, dtype=FLOAT64)
        parts.append(derive(calculation, number_of(sample, calculation)))
    parts += [] if sheet.weighing is None else [derive_weighting(sheet.weighing.weigh())]
    sections = tuple(section for part in parts for section in part.sections)
    return Derivation(sections, parts[0].calculation, parts[0].sample)


def _own(sheet: "Sheet", questions: "Sequence[Question]", path: str) -> "Graded":
    """The marks of the answers that stand in the sheet itself."""
    from msgspec import UNSET

    from nnc.core.grading.marks import Graded, grade
    from nnc.io.files.answers import read_texts

    answered = [question for question in questions if question.answer is not UNSET]
    if not answered:
        raise InputError(
            "there are no answers to check: name files of them, or give questions an answer; --solution prints them",
            source=path,
        )
    answers = read_texts(((q.id, q.answer) for q in answered), _asked(answered))
    return Graded(sheet.title, answered, [grade("", answers, answered)])


def _asked(questions: "Sequence[Question]") -> "Asked":
    return {question.id: question.result.value.ndim > 0 for question in questions}


def _grade(sheet: "Sheet", questions: "Sequence[Question]", paths: Sequence[str], format: str | None) -> "Graded":
    """The marks of every file; no more than a row of each is kept."""
    from nnc.core.grading.marks import Graded, grade, ungraded
    from nnc.io.files.answers import Table, read_alone, read_answers, student_names

    asked = _asked(questions)
    several = len(paths) > 1
    alone = format in formats(MARKS) and format not in formats(CLASS_MARKS)
    if several and alone:
        raise InputError(f"--format {format} is of one student's answers: one call a submission")
    rows: list[Marks] = []
    for path, name in zip(paths, student_names(paths), strict=True):
        if len(paths) > 1:
            found: Submission | Table = read_answers(path, name, asked)
        else:
            found = read_alone(path, name, asked, table=not alone)
        if isinstance(found, Table):
            several = True
            if found.unknown:
                warn([f"{path}: columns that are no question's are left out: {', '.join(found.unknown)}"])
        for one in found.rows if isinstance(found, Table) else [found]:
            if one.error:
                rows.append(ungraded(one.student, one.error, questions))
            else:
                rows.append(grade(one.student, one.answers, questions))
        count(len(rows), len(paths))
    return Graded(sheet.title, questions, rows, several)
