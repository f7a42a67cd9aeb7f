"""The answer key as a file of answers, which ``nnc check`` reads."""

import csv
from io import StringIO

from nnc.render.formats import Style
from nnc.render.grading.formats.spreadsheet import cell
from nnc.render.grading.solution import SolutionReport
from nnc.render.grading.words import solution


def render(report: SolutionReport, style: Style) -> str:
    """One row per question: its id, and its true value with all digits."""
    out = StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(["id", "value"])
    for question in report.questions:
        rows.writerow([cell(question.id), solution(question.result, None)])
    return out.getvalue()
