"""The table of formats: a row for each module that writes reports, with the reports that it writes."""

from importlib import import_module
from typing import TYPE_CHECKING

from nnc.core.quotes import inert
from nnc.core.record import Record
from nnc.errors import InputError, unknown

if TYPE_CHECKING:
    from nnc.render.report import Report  # NumPy comes with it, which help does without


class Style(Record):
    """How a person wants to see numbers, and what the place where they see them can show.

    ``precision`` is in significant digits, None where nobody said; ``width`` is a terminal's, in columns, None where
    there is no terminal and nothing need be cut; ``encoding`` is a terminal's that has not every sign.
    """

    precision: int | None = None
    width: int | None = None
    color: bool = False
    encoding: str | None = None

    def text(self, text: str) -> str:
        """A piece of text as it is laid out there: nothing in it acts on a terminal, and every sign can be shown."""
        safe = inert(text, None)
        if self.encoding is None:
            return safe
        from nnc.render.signs import spelled  # few terminals are not UTF-8

        return spelled(safe, self.encoding)


class Subject(Record):
    """What a report is about, in words, and the call that alone prints such reports, if there is one."""

    words: str
    call: str = ""


RESULTS = Subject("results")
DERIVATIONS = Subject("derivations", "--steps")
MARKS = Subject("marks", "nnc check SHEET ANSWERS")
CLASS_MARKS = Subject("the marks of a class", "nnc check SHEET ANSWERS…")
KEYS = Subject("answer keys", "nnc check SHEET --solution")


class Format(Record):
    """A name, and the module whose ``render`` writes the reports of some subjects under that name."""

    name: str
    module: str
    subjects: tuple[Subject, ...]


FORMATS = (
    Format("table", "nnc.render.table", (RESULTS, MARKS, CLASS_MARKS, KEYS)),
    Format("table", "nnc.render.steps.text", (DERIVATIONS,)),
    Format("json", "nnc.render.json_text", (RESULTS, DERIVATIONS, MARKS, CLASS_MARKS, KEYS)),
    Format("ndjson", "nnc.render.json_lines", (RESULTS, DERIVATIONS, MARKS, CLASS_MARKS, KEYS)),
    Format("plain", "nnc.render.plain", (RESULTS, MARKS, CLASS_MARKS, KEYS)),
    Format("csv", "nnc.render.grading.formats.spreadsheet", (MARKS, CLASS_MARKS)),
    Format("csv", "nnc.render.grading.formats.key", (KEYS,)),
    Format("markdown", "nnc.render.steps.markdown", (DERIVATIONS,)),
    Format("markdown", "nnc.render.grading.formats.markdown", (MARKS, CLASS_MARKS)),
    Format("latex", "nnc.render.steps.latex", (DERIVATIONS,)),
    Format("tap", "nnc.render.grading.formats.tap", (MARKS, CLASS_MARKS)),
    Format("junit", "nnc.render.grading.formats.junit", (MARKS, CLASS_MARKS)),
    Format("gradescope", "nnc.render.grading.formats.gradescope", (MARKS,)),
)
"""Where a report has not a format, the message says what the first row of that name is for, by its first subject."""


def formats(subject: Subject) -> dict[str, Format]:
    """The formats that reports on a subject have: name -> row, in the order of the help."""
    return {row.name: row for row in FORMATS if subject in row.subjects}


def render(report: "Report", name: str, style: Style) -> str:
    """The report in the format called ``name``, ending in a line feed. Raises InputError for one that it has not."""
    known = formats(report.subject)
    if name not in known:
        subject = next((row.subjects[0] for row in FORMATS if row.name == name), RESULTS)
        if subject.call:
            raise InputError(f"format {name} writes down {subject.words}, so it goes with {subject.call}")
        raise unknown("format", name, known)
    text: str = import_module(known[name].module).render(report, style)  # only now, for Rich is slow to import
    return text
