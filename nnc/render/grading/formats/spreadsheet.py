"""One row per student: name, points of each question, total; for spreadsheets and learning platforms."""

import csv
from io import StringIO

from nnc.core.decimals import read_written
from nnc.core.quotes import inert
from nnc.render.formats import Style
from nnc.render.grading.marks import MarksReport
from nnc.render.grading.words import number

_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def render(report: MarksReport, style: Style) -> str:
    """Comma-separated values with a head. An apostrophe stands before text that a spreadsheet would calculate."""
    out = StringIO()
    rows = csv.writer(out, lineterminator="\n")
    graded = report.graded
    rows.writerow(map(cell, ["student", *(question.id for question in graded.questions), "total", "error"]))
    for row in graded.rows:
        points = [number(mark.points) for mark in row.marks]
        rows.writerow(map(cell, [row.student, *points, number(row.points), row.error]))
    return out.getvalue()


def cell(value: object) -> str:
    """A cell that a spreadsheet shows and does not calculate."""
    text = inert(str(value), None)
    return f"'{text}" if text.startswith(_BEGINS_FORMULA) and read_written(text) is None else text
