"""JUnit XML, which CI services show: a suite a student, a case a question."""

from junitparser import Error, Failure, JUnitXml, TestCase, TestSuite

from nnc.render.formats import Style
from nnc.render.marks import MarksReport


def render(report: MarksReport, style: Style) -> str:
    """One XML document. What is not right is a failure; answers that could not be read are errors."""
    graded = report.graded
    document = JUnitXml("nnc check")
    for row in graded.rows:
        student = row.student or graded.title or "answers"
        suite = TestSuite(student)
        for question, mark in zip(graded.questions, row.marks, strict=True):
            case = TestCase(f"{question.id} ({question.quantity})", student)
            if not mark.verdict.holds:
                result = (Error if row.error else Failure)(row.error or mark.verdict.value, mark.verdict.value)
                result.text = "\n".join(f"{k}: {text}" for k, text in report.details(row, question, mark).items())
                case.result = [result]
            suite.add_testcase(case)
        document.add_testsuite(suite)
    document.update_statistics()
    return f'<?xml version="1.0" encoding="utf-8"?>\n{document.tostring().decode()}\n'
