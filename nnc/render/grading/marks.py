"""Marks as reports: those of one student, question by question, and those of a class, student by student."""

from collections.abc import Collection, Iterator
from typing import Any

from nnc import __version__
from nnc.core.grading.marks import Graded, Mark, Marks, Question
from nnc.render.formats import CLASS_MARKS, MARKS, Subject
from nnc.render.grading.words import asked, each_mark, number, points_words, rule_words, solution, tone, verdict_words
from nnc.render.numbers import PRECISION, plain
from nnc.render.report import Block, Column, Fact, Grid, Heading, Report, Tone


class MarksReport(Report):
    """The report of marks. With ``hidden`` there is no true value in it."""

    graded: Graded
    hidden: bool = False
    leaking: Collection[str] = ()
    """The ids of questions whose feedback is left out because it gives a true value away."""
    precision: int = PRECISION

    @property
    def subject(self) -> Subject:
        """The marks of one student, or of a class."""
        return CLASS_MARKS if self.graded.several else MARKS

    def hint(self, row: Marks, question: Question, mark: Mark) -> str:
        """The sheet's feedback, for an answer that is not right; nothing if it gives a true value away."""
        if row.error or mark.verdict.holds or question.id in self.leaking:
            return ""
        return question.feedback

    def details(self, row: Marks, question: Question, mark: Mark) -> dict[str, str]:
        """What is said of a mark, by name."""
        said = {
            "verdict": verdict_words(mark),
            "given": mark.given,
            "true value": "" if self.hidden else solution(question.result, self.precision),
            "points": points_words(mark.points, question.points),
            "hint": self.hint(row, question, mark),
            "error": row.error,
        }
        return {name: text for name, text in said.items() if text or name == "given"}

    def data(self) -> dict[str, Any]:
        graded = self.graded
        head = {"title": graded.title} if graded.title else {}
        meta = {"meta": {"version": __version__}}
        if not graded.several:
            (row,) = graded.rows
            return {**head, **self._student(row), "questions": list(self._questions(row)), **meta}
        return {
            **head,
            "students": list(self.records()),
            "mean": number(graded.mean),
            "possible": number(graded.possible),
            "holds": graded.holds,
            "questions": list(self._tallies()),
            **meta,
        }

    def records(self) -> Iterator[dict[str, Any]]:
        """One object per question; of a class, one per student."""
        graded = self.graded
        if not graded.several:
            yield from self._questions(graded.rows[0])
            return
        for row in graded.rows:
            answers = {
                question.id: {"verdict": mark.verdict.value, "points": number(mark.points)}
                for question, mark in zip(graded.questions, row.marks, strict=True)
            }
            yield {**self._student(row), "answers": answers}

    def values(self) -> Iterator[float]:
        """The points of each question and their sum; of a class, the sum of each student."""
        if not self.graded.several:
            yield from (number(mark.points) for mark in self.graded.rows[0].marks)
        yield from (number(row.points) for row in self.graded.rows)

    def blocks(self) -> Iterator[Block]:
        if self.graded.title:
            yield Heading(self.graded.title)
        yield from self._class_blocks() if self.graded.several else self._student_blocks(self.graded.rows[0])

    def captions(self) -> Iterator[str]:
        graded = self.graded
        if not graded.several:
            (row,) = graded.rows
            hints = [(q.id, self.hint(row, q, mark)) for _, q, mark in each_mark(graded)]
            yield from (f"{name}: {hint}" for name, hint in hints if hint)
            if row.unknown:
                yield f"no such question: {', '.join(row.unknown)}"
        yield from dict.fromkeys(rule_words(question.rule) for question in graded.questions)

    def _student(self, row: Marks) -> dict[str, Any]:
        return {
            "student": row.student,
            "points": number(row.points),
            "possible": number(self.graded.possible),
            "holds": row.holds,
            "error": row.error or None,
            "unknown": list(row.unknown),
        }

    def _questions(self, row: Marks) -> Iterator[dict[str, Any]]:
        for question, mark in zip(self.graded.questions, row.marks, strict=True):
            yield {
                **asked(question),
                "given": mark.given,
                **self._true(question),
                "verdict": mark.verdict.value,
                "note": mark.note,
                "holds": mark.verdict.holds,
                "points": number(mark.points),
                "possible": number(question.points),
                "feedback": self.hint(row, question, mark),
            }

    def _tallies(self) -> Iterator[dict[str, Any]]:
        for question, tally in zip(self.graded.questions, self.graded.tallies(), strict=True):
            yield {
                **asked(question),
                **self._true(question),
                "right": tally.right,
                "success": tally.right / max(1, len(self.graded.rows)),
                "mean": number(tally.mean),
                "possible": number(question.points),
            }

    def _true(self, question: Question) -> dict[str, Any]:
        return {} if self.hidden else {"true": plain(question.result.as_floats())}

    def _student_blocks(self, row: Marks) -> Iterator[Block]:
        questions, marks = self.graded.questions, row.marks
        true = [] if self.hidden else [Column("true value", [solution(q.result, self.precision) for q in questions])]
        yield Grid(
            f"Marks of {row.student}" if row.student else "Marks",
            [
                Column("question", [q.id for q in questions]),
                Column("quantity", [q.quantity for q in questions]),
                Column("given", [mark.given for mark in marks]),
                *true,
                Column(
                    "verdict", [verdict_words(mark) for mark in marks], tones=[tone(mark.verdict) for mark in marks]
                ),
                Column("points", [number(mark.points) for mark in marks]),
                Column("of", [number(q.points) for q in questions]),
            ],
            elide=False,
            strong=True,
        )
        if row.error:
            yield Fact("error", row.error, tone=Tone.WRONG)
        yield Fact("total", points_words(row.points, self.graded.possible), strong=True)

    def _class_blocks(self) -> Iterator[Block]:
        graded, rows = self.graded, self.graded.rows
        columns = [
            Column(q.id, [number(m.points) for m in marks], tones=[tone(m.verdict) for m in marks])
            for q, marks in zip(graded.questions, zip(*(row.marks for row in rows), strict=True), strict=True)
        ]
        said = [row.error for row in rows]
        errors = [Column("error", said, tones=[Tone.WRONG] * len(said))] if any(said) else []
        total = Column("total", [number(row.points) for row in rows], strong=True)
        yield Grid("Marks", [Column("student", [row.student for row in rows]), *columns, total, *errors], elide=False)
        tallies = graded.tallies()
        yield Grid(
            "Questions",
            [
                Column("question", [q.id for q in graded.questions]),
                Column("quantity", [q.quantity for q in graded.questions]),
                Column("right", [f"{tally.right} of {len(rows)}" for tally in tallies]),
                Column("mean", [number(tally.mean) for tally in tallies]),
                Column("of", [number(q.points) for q in graded.questions]),
            ],
            elide=False,
        )
        yield Fact("mean", points_words(graded.mean, graded.possible), strong=True)
