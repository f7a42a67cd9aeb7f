"""The answer key as a file of answers, which ``nnc check`` reads."""

from nnc.render.formats import Style
from nnc.render.grading.formats.spreadsheet import cell, written
from nnc.render.grading.solution import SolutionReport
from nnc.render.grading.words import solution


def render(report: SolutionReport, style: Style) -> str:
    """One row per question: its id, and its true value with all digits."""
    rows = [[cell(question.id), solution(question.result, None)] for question in report.questions]
    return written([["id", "value"], *rows])
