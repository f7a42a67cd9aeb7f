"""The answer key as a file of answers, which ``nnc check`` reads."""

import csv
from io import StringIO

from nnc.render.formats import Style
from nnc.render.grading.formats.spreadsheet import cell
from nnc.render.grading.solution import SolutionReport
from nnc.render.grading.words import solution


def render(report: SolutionReport, style: Style) -> str:
    """Ids and true values with all their digits, a row each."""
    out = StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(["id", "value"])
    for question in report.questions:
        rows.writerow([cell(question.id), solution(question.result, None)])
    return out.getvalue()
