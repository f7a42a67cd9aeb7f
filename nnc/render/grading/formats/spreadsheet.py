"""One row per student: name, points of each question, total; for spreadsheets and learning platforms."""

import csv
from collections.abc import Iterable
from io import StringIO

from nnc.core.decimals import read_written
from nnc.core.quotes import inert
from nnc.render.formats import Style
from nnc.render.grading.marks import MarksReport
from nnc.render.grading.words import number

_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def render(report: MarksReport, style: Style) -> str:
    """Comma-separated values with a head. An apostrophe stands before text that a spreadsheet would calculate."""
    graded = report.graded
    rows: list[list[object]] = [["student", *(question.id for question in graded.questions), "total", "error"]]
    rows += [
        [row.student, *(number(mark.points) for mark in row.marks), number(row.points), row.error]
        for row in graded.rows
    ]
    return written(map(cell, row) for row in rows)


def written(rows: Iterable[Iterable[object]]) -> str:
    """Rows as comma-separated values."""
    out = StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def cell(value: object) -> str:
    """A cell that a spreadsheet shows and does not calculate."""
    text = inert(str(value), None)
    return f"'{text}" if text.startswith(_BEGINS_FORMULA) and read_written(text) is None else text
