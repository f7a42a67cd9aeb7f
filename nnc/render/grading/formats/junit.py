"""JUnit XML, which CI services show: one suite per student, one case per question."""

import re
from xml.etree.ElementTree import Element, SubElement, tostring

from nnc.core.grading.marks import Marks
from nnc.render.formats import Style
from nnc.render.grading.marks import MarksReport

# XML 1.0, section 2.2: everything but a Char.
_NO_CHARACTER = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(report: MarksReport, style: Style) -> str:
    """One XML document. What is not right is a failure; answers that could not be read are errors."""
    graded = report.graded
    document = Element("testsuites", name="nnc check")
    for row in graded.rows:
        document.append(_suite(report, row))
    counts = {name: str(sum(int(suite.attrib[name]) for suite in document)) for name in _counts(0, 0, 0)}
    document.attrib.update(counts)
    text = f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(document, encoding="unicode")}\n'
    return _NO_CHARACTER.sub(lambda found: ascii(found[0])[1:-1], text)


def _suite(report: MarksReport, row: Marks) -> Element:
    student = row.student or report.graded.title or "answers"
    amiss = sum(not mark.verdict.holds for mark in row.marks)
    errors = amiss if row.error else 0
    suite = Element("testsuite", {"name": student, **_counts(len(row.marks), errors, amiss - errors)})
    for question, mark in zip(report.graded.questions, row.marks, strict=True):
        case = SubElement(suite, "testcase", name=f"{question.id} ({question.quantity})", classname=student)
        if not mark.verdict.holds:
            verdict = mark.verdict.value
            kind = "error" if row.error else "failure"
            result = SubElement(case, kind, message=row.error or verdict, type=verdict)
            result.text = "\n".join(f"{key}: {text}" for key, text in report.details(row, question, mark).items())
    return suite


def _counts(tests: int, errors: int, failures: int) -> dict[str, str]:
    return {"tests": str(tests), "errors": str(errors), "failures": str(failures), "skipped": "0", "time": "0"}
