"""The Test Anything Protocol, version 14: a line a question, with what was given below it."""

from collections.abc import Iterator

import msgspec

from nnc.render.formats import Style
from nnc.render.marks import MarksReport
from nnc.render.marks.words import each_mark


def render(report: MarksReport, style: Style) -> str:
    """A plan, then a test for each question of each student."""
    return "".join(f"{line}\n" for line in _lines(report))


def _lines(report: MarksReport) -> Iterator[str]:
    graded = report.graded
    yield "TAP version 14"
    yield f"1..{len(graded.rows) * len(graded.questions)}"
    for count, (row, question, mark) in enumerate(each_mark(graded), start=1):
        whose = [row.student] if row.student else []
        name = _plain(" ".join([*whose, question.id, f"({question.quantity})"]))
        yield f"{'ok' if mark.verdict.holds else 'not ok'} {count} - {name}"
        if not mark.verdict.holds:
            yield "  ---"
            for key, text in report.details(row, question, mark).items():
                yield f"  {key}: {msgspec.json.encode(text).decode()}"  # JSON in quotes is YAML in quotes
            yield "  ..."


def _plain(text: str) -> str:
    """A description in which # begins no directive."""
    return text.replace("\\", "\\\\").replace("#", "\\#")
