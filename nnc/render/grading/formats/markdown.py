"""Markdown tables, for the summary of a GitHub Actions job."""

from collections.abc import Iterator, Sequence

from nnc.render.formats import Style
from nnc.render.grading.marks import MarksReport
from nnc.render.grading.words import each_mark, number, points_words, solution, verdict_words
from nnc.render.numbers import shown


def render(report: MarksReport, style: Style) -> str:
    """The marks of a student; or of a class, with a table of how it did on each question."""
    lines = _class(report) if report.graded.several else _student(report)
    title = [f"## {inert(report.graded.title)}", ""] if report.graded.title else []
    return "\n".join([*title, *lines, ""])


def inert(text: str) -> str:
    """Text that Markdown shows as it is: no markup, link, mention or table cell begins in it."""
    plain = " " if "www" in text.lower() else " .,-"
    return "".join(sign if sign.isalnum() or sign in plain else f"&#{ord(sign)};" for sign in text)


def _student(report: MarksReport) -> Iterator[str]:
    graded = report.graded
    (row,) = graded.rows
    whose = f"{inert(row.student)}: " if row.student else ""
    yield f"{whose}**{points_words(row.points, graded.possible)}** points"
    if row.error:
        yield from ("", f"Error: {_code(row.error)}")
    yield ""
    heads = ["question", "quantity", "given", "true value", "verdict", "points", "of", "hint"]
    cells = [
        [
            *map(_code, (question.id, question.quantity, mark.given)),
            *([] if report.hidden else [_code(solution(question.result, report.precision))]),
            inert(verdict_words(mark)),
            _points(number(mark.points)),
            _points(number(question.points)),
            inert(report.hint(row, question, mark)),
        ]
        for _, question, mark in each_mark(graded)
    ]
    yield from _table([head for head in heads if head != "true value" or not report.hidden], cells)


def _class(report: MarksReport) -> Iterator[str]:
    graded = report.graded
    yield f"Mean: **{points_words(graded.mean, graded.possible)}** points"
    yield ""
    yield from _table(
        ["student", *(_code(question.id) for question in graded.questions), "total", "error"],
        [
            [
                _code(row.student),
                *(_points(number(mark.points)) for mark in row.marks),
                _points(number(row.points)),
                _code(row.error),
            ]
            for row in graded.rows
        ],
    )
    yield ""
    yield from _table(
        ["question", "quantity", "right", "mean", "of"],
        [
            [
                *map(_code, (question.id, question.quantity)),
                f"{tally.right} of {len(graded.rows)}",
                _points(number(tally.mean)),
                _points(number(question.points)),
            ]
            for question, tally in zip(graded.questions, graded.tallies(), strict=True)
        ],
    )


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    for cells in (heads, ["---"] * len(heads), *rows):
        yield f"| {' | '.join(cells)} |"


def _code(text: str) -> str:
    """Text as code; in code GitHub looks for no mention of a person or an issue."""
    return f"<code>{inert(text)}</code>" if text else ""


def _points(points: float) -> str:
    return shown(points, 6)
