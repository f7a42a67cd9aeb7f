"""The answer key of a sheet as a report."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from nnc import __version__
from nnc.core.grading.marks import Question
from nnc.render.formats import KEYS, Subject
from nnc.render.grading.words import asked, number, solution
from nnc.render.numbers import PRECISION, plain
from nnc.render.report import Block, Column, Grid, Heading, Report


class SolutionReport(Report):
    """The report of the right answers."""

    subject: ClassVar[Subject] = KEYS
    title: str
    questions: Sequence[Question]
    precision: int = PRECISION

    def data(self) -> dict[str, Any]:
        head = {"title": self.title} if self.title else {}
        return {**head, "questions": list(self.records()), "meta": {"version": __version__}}

    def records(self) -> Iterator[dict[str, Any]]:
        for question in self.questions:
            yield {
                **asked(question),
                "points": number(question.points),
                "true": plain(question.result.as_floats()),
            }

    def values(self) -> Iterator[Any]:
        return (question.result.as_floats() for question in self.questions)

    def blocks(self) -> Iterator[Block]:
        if self.title:
            yield Heading(self.title)
        texts = [Column("text", [q.text for q in self.questions])] if any(q.text for q in self.questions) else []
        yield Grid(
            "Solution",
            [
                Column("question", [q.id for q in self.questions]),
                *texts,
                Column("quantity", [q.quantity for q in self.questions]),
                Column("true value", [solution(q.result, self.precision) for q in self.questions], strong=True),
                Column("points", [number(q.points) for q in self.questions]),
            ],
            elide=False,
            strong=True,
        )
