"""The results.json of one submission, which Gradescope's autograder reads."""

import msgspec

from nnc.render.formats import Style
from nnc.render.grading.marks import MarksReport
from nnc.render.grading.words import each_mark, number, points_words
from nnc.render.json_text import inert


def render(report: MarksReport, style: Style) -> str:
    """One object: the score, and one test per question. All text is plain, so that nothing in it is rendered."""
    graded = report.graded
    (row,) = graded.rows
    tests = [
        {
            "name": f"{question.id}: {question.quantity}",
            "name_format": "text",
            "score": number(mark.points),
            "max_score": number(question.points),
            "status": "passed" if mark.verdict.holds else "failed",
            "output": "\n".join(f"{key}: {text}" for key, text in report.details(row, question, mark).items()),
            "output_format": "text",
        }
        for _, question, mark in each_mark(graded)
    ]
    output = row.error or f"{points_words(row.points, graded.possible)} points"
    results = {"score": number(row.points), "output": output, "output_format": "text", "tests": tests}
    return inert(msgspec.json.format(msgspec.json.encode(results), indent=2).decode(), style) + "\n"
