"""Students' answers: files of ids and values, or one table of a class. They are data, whatever is in them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePath
from typing import Any, TypeAlias

from msgspec import Struct

from nnc.core.quotes import inert, some
from nnc.errors import InputError, NncError, blame
from nnc.io.documents import YAML_SUFFIXES, decode_document
from nnc.io.expectations import read_answer
from nnc.io.sources import StandardInput, read_strangers_file
from nnc.io.value_syntax import csv_rows

LARGEST = 2**20
"""Bytes of a file of answers; a class fits, too."""
_SUFFIXES = (".json", *YAML_SUFFIXES, ".csv", "")
_HEADER = ["id", "value"]


Asked: TypeAlias = Mapping[str, bool]
"""The ids of the questions, and whether each asks for several numbers."""


class Submission(Struct, frozen=True, eq=False):
    """What one student handed in; ``error`` says why it could not be read."""

    student: str
    answers: Mapping[str, object] = {}
    error: str = ""


class Table(Struct, frozen=True, eq=False):
    """What a class handed in, a row a student, and the columns that are no question's."""

    rows: Sequence[Submission]
    unknown: tuple[str, ...]


def read_answers(path: str, student: str, asked: Asked, *, table: bool) -> Submission | Table:
    """The answers of a student in a file (``-`` is standard input), or, where a ``table`` may be one, of a class.

    A table is CSV with ids in its head. A student who hands one in would answer for others. A fault is no exception: it
    is the error of a submission.
    """
    try:
        if path == "-":
            data, suffix = StandardInput().take("-", LARGEST), ""
        else:
            data, suffix = read_strangers_file(path, LARGEST), PurePath(path).suffix.lower()
        with blame(path):
            if suffix not in _SUFFIXES:
                raise InputError(f"unknown kind of file {inert(suffix)!r}; known: {', '.join(_SUFFIXES[:-1])}")
            if suffix == ".csv":
                return _csv(data, student, asked, table=table)
            answers = decode_document(data, suffix, dict[str, Any], as_text=True)
            return Submission(student, _read(answers.items(), asked))
    except NncError as error:
        return Submission(student, error=str(error))


def student_names(paths: Sequence[str]) -> list[str]:
    """What the students of these files are called: the file's name without its suffix, where no two are the same."""
    stems = [PurePath(path).stem or path for path in paths]
    counts = Counter(stems)
    return [stem if counts[stem] == 1 else path for stem, path in zip(stems, paths, strict=True)]


def _csv(data: bytes, student: str, asked: Asked, *, table: bool) -> Submission | Table:
    lines, rows = csv_rows(data)
    head = [cell.strip() for cell in rows[0]]
    if head != _HEADER and head[0] not in asked and any(cell in asked for cell in head[1:]):
        if not table:
            raise InputError(
                "this is a table of a class, which is checked by itself; expected rows of an id and a value"
            )
        return _table(lines, rows, head, asked)
    pairs = rows[1:] if head == _HEADER else rows
    first = len(rows) - len(pairs)
    answers: dict[str, object] = {}
    for line, row in zip(lines[first:], pairs, strict=True):
        if len(row) != 2:
            raise InputError(f"line {line} has {len(row)} cells, expected 2: an id and a value; a list goes in quotes")
        name = row[0].strip()
        if name in answers:
            raise InputError(f"line {line}: duplicate id {inert(name)!r}")
        answers[name] = row[1]
    return Submission(student, _read(answers.items(), asked))


def _table(lines: list[int], rows: list[list[str]], head: list[str], asked: Asked) -> Table:
    twice = [name for name, count in Counter(head[1:]).items() if count > 1 and name in asked]
    if twice:
        raise InputError(f"line {lines[0]}: two columns are called {inert(twice[0])!r}")
    submissions = []
    for line, row in zip(lines[1:], rows[1:], strict=True):
        student = row[0].strip() or f"line {line}"
        if len(row) > len(head):
            error = f"line {line} has {len(row)} cells, expected {len(head)}; a list goes in quotes"
            submissions.append(Submission(student, error=error))
        else:
            cells = ((name, cell) for name, cell in zip(head[1:], row[1:], strict=False) if name in asked)
            submissions.append(Submission(student, _read(cells, asked)))
    return Table(submissions, some(name for name in head[1:] if name not in asked))


def _read(answers: Iterable[tuple[str, object]], asked: Asked) -> dict[str, object]:
    """Each answer with its text read as the numbers that it is."""
    return {
        name: read_answer(answer, several=asked.get(name, False)) if isinstance(answer, str) else answer
        for name, answer in answers
    }
