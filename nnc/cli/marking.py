"""The work of ``nnc check``: marks, or the answer key."""

from collections.abc import Iterable, Sequence

from msgspec import UNSET

from nnc.cli.messages import count, warn
from nnc.cli.options import CheckOptions, ReportOptions, SampleStepsOptions
from nnc.cli.output import show
from nnc.core.grading.marks import Graded, Marks, Question, grade, ungraded, with_results
from nnc.core.grading.truth import of_problem, of_weighing
from nnc.errors import InputError, blame
from nnc.io.files.answers import Asked, Submission, Table, read_alone, read_answers, read_texts, student_names
from nnc.io.files.sheet import Sheet, load_sheet
from nnc.render.formats import CLASS_MARKS, MARKS, formats
from nnc.render.grading.marks import MarksReport
from nnc.render.grading.solution import SolutionReport
from nnc.render.numbers import PRECISION


def run(
    path: str, answers: Sequence[str], options: CheckOptions, steps: SampleStepsOptions, output: ReportOptions
) -> int:
    """Prints the marks of these files of answers to the sheet. Returns 0 where all are right, else 1."""
    sheet = load_sheet(path, allow_outside=options.allow_outside)
    with blame(path):
        questions = _questions(sheet)
    if options.solution:
        if answers:
            raise InputError("--solution prints the answers, so there are none to check")
        if options.hide_expected:
            raise InputError("--solution prints what --hide-expected hides; give one of them")
        if steps.steps:
            from nnc.cli.steps import show_steps, solution_steps  # only a derivation pays for its import

            show_steps(solution_steps(sheet.problem, sheet.weighing, steps.sample), steps, output, output.output)
        else:
            key = SolutionReport(sheet.title, questions, output.precision or PRECISION)
            show(key, output, output.output)
        return 0
    if steps.steps:
        raise InputError("--steps shows how the answers come about, so it goes with --solution")
    graded = _graded(sheet, questions, answers, output.format) if answers else _own(sheet, questions, path)
    hidden = options.hide_expected
    leaking = [question.id for question in graded.questions if hidden and graded.leaks(question.feedback)]
    report = MarksReport(graded, hidden, leaking, output.precision or PRECISION)
    warn(f"the feedback of {name} holds a right answer, so it is left out" for name in leaking)
    show(report, output, output.output)
    return 0 if graded.holds else 1


def _questions(sheet: Sheet) -> Sequence[Question]:
    """The questions with their true values."""
    results = {} if sheet.problem is None else of_problem(sheet.problem)
    results |= {} if sheet.weighing is None else of_weighing(sheet.weighing)
    return with_results(sheet.questions, results)


def _own(sheet: Sheet, questions: Sequence[Question], path: str) -> Graded:
    """The marks of the answers in the sheet itself."""
    answered = [question for question in questions if question.answer is not UNSET]
    if not answered:
        raise InputError(
            "there are no answers to check: name files of them, or give questions an answer; --solution prints them",
            source=path,
        )
    answers = read_texts(((q.id, q.answer) for q in answered), _asked(answered))
    return Graded(sheet.title, answered, [grade("", answers, answered)])


def _graded(sheet: Sheet, questions: Sequence[Question], paths: Sequence[str], format: str | None) -> Graded:
    """The marks of every file. Answers are read one student at a time, and not kept."""
    asked = _asked(questions)
    several = len(paths) > 1
    alone = format in formats(MARKS) and format not in formats(CLASS_MARKS)
    if several and alone:
        raise InputError(f"--format {format} is of one student's answers: one call per submission")
    rows: list[Marks] = []
    for path, name in zip(paths, student_names(paths), strict=True):
        if len(paths) > 1:
            found: Submission | Table = read_answers(path, name, asked)
        else:
            found = read_alone(path, name, asked, table=not alone)
        submissions: Iterable[Submission] = [found] if isinstance(found, Submission) else found.rows
        if isinstance(found, Table):
            several = True
            if found.unknown:
                warn([f"{path}: columns that are no question's are left out: {', '.join(found.unknown)}"])
        for one in submissions:
            if one.error:
                rows.append(ungraded(one.student, one.error, questions))
            else:
                rows.append(grade(one.student, one.answers, questions))
        count(len(rows), len(paths))
    return Graded(sheet.title, questions, rows, several)


def _asked(questions: Sequence[Question]) -> Asked:
    return {question.id: question.result.value.ndim > 0 for question in questions}
