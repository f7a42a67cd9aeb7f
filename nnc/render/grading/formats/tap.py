"""The Test Anything Protocol, version 13, which Perl's prove reads too: one line per question, its mark below it."""

from collections.abc import Iterator

import msgspec

from nnc.render.formats import Style
from nnc.render.grading.marks import MarksReport
from nnc.render.grading.words import each_mark
from nnc.render.json_text import inert


def render(report: MarksReport, style: Style) -> str:
    """A plan, then one test per student and question."""
    return inert("".join(f"{line}\n" for line in _lines(report)), style)


def _lines(report: MarksReport) -> Iterator[str]:
    graded = report.graded
    yield "TAP version 13"
    yield f"1..{len(graded.rows) * len(graded.questions)}"
    for count, (row, question, mark) in enumerate(each_mark(graded), start=1):
        whose = [row.student] if row.student else []
        name = _plain(" ".join([*whose, question.id, f"({question.quantity})"]))
        yield f"{'ok' if mark.verdict.holds else 'not ok'} {count} - {name}"
        if not mark.verdict.holds:
            yield "  ---"
            for key, text in report.details(row, question, mark).items():
                # JSON in quotes is YAML in quotes; prove takes no key of two words.
                yield f"  {key.replace(' ', '_')}: {msgspec.json.encode(text).decode()}"
            yield "  ..."


def _plain(text: str) -> str:
    """A description in which a # begins no directive."""
    return text.replace("\\", "\\\\").replace("#", "\\#")
