"""Students' answers: files of ids and values, or one table of a class. They are data, whatever they hold."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import PurePath
from typing import Any, TypeAlias

from nnc.core.quotes import inert, some
from nnc.core.record import Record
from nnc.errors import InputError, NncError, blame, counted
from nnc.io.text.documents import YAML_SUFFIXES, decode_document
from nnc.io.text.sources import LARGEST_INPUT, StandardInput, read_strangers_file
from nnc.io.values.answer import read_answer
from nnc.io.values.syntax import csv_lines

LARGEST = 2**20
"""The most bytes of one student's answers. A student is a stranger."""
_SUFFIXES = (".json", *YAML_SUFFIXES, ".csv", "")
_HEADER = ["id", "value"]


Asked: TypeAlias = Mapping[str, bool]
"""The ids of the questions; True where a question asks for several numbers."""


class Submission(Record):
    """What one student handed in; ``error`` says why it could not be read."""

    student: str
    answers: Mapping[str, object] = {}
    error: str = ""


class Table(Record):
    """What a class handed in: rows, each read when it is asked for, and the columns that belong to no question."""

    rows: Iterable[Submission]
    unknown: tuple[str, ...]


def read_answers(path: str, student: str, asked: Asked) -> Submission:
    """The answers of one student among several. A file that cannot be read is the submission's ``error``."""
    try:
        data, suffix = _bytes(path, LARGEST)
        with blame(path):
            return _one(data, suffix, student, asked)
    except NncError as error:
        return Submission(student, error=str(error))


def read_alone(path: str, student: str, asked: Asked, *, table: bool) -> Submission | Table:
    """The answers in the only file of a call: a student's or, if it may be a ``table``, those of a class.

    A table is CSV with ids in its head. It is the teacher's, so that it may have any size. Raises InputError for a file
    that cannot be read.
    """
    may_be_table = table and PurePath(path).suffix.lower() == ".csv"
    data, suffix = _bytes(path, LARGEST_INPUT if may_be_table else LARGEST)
    with blame(path):
        if may_be_table and _is_table(next(csv_lines(data))[1], asked):
            return _table(path, data, asked)
        if len(data) > LARGEST:
            most = f"{LARGEST >> 20} MiB, the most that nnc reads of them"
            raise InputError(f"one student's answers hold more than {most}")
        return _one(data, suffix, student, asked)


def student_names(paths: Sequence[str]) -> list[str]:
    """The students of these files: each file's name without its suffix, or its path where two names are the same."""
    stems = [PurePath(path).stem or path for path in paths]
    counts = Counter(stems)
    return [stem if counts[stem] == 1 else path for stem, path in zip(stems, paths, strict=True)]


def _bytes(path: str, largest: int) -> tuple[bytes, str]:
    """A file's text and its suffix. Standard input has no suffix."""
    if path == "-":
        return StandardInput().take("-", largest), ""
    return read_strangers_file(path, largest), PurePath(path).suffix.lower()


def _one(data: bytes, suffix: str, student: str, asked: Asked) -> Submission:
    if suffix not in _SUFFIXES:
        raise InputError(f"unknown kind of file {inert(suffix)!r}; known: {', '.join(_SUFFIXES[:-1])}")
    table = suffix == ".csv"
    answers = _pairs(data, asked) if table else decode_document(data, suffix, dict[str, Any], as_text=True)
    return Submission(student, read_texts(answers.items(), asked))


def _is_table(head: list[str], asked: Asked) -> bool:
    """Whether this is the first line of a table of a class."""
    first, *others = (cell.strip() for cell in head)
    return first not in asked and any(cell in asked for cell in others)


def _pairs(data: bytes, asked: Asked) -> dict[str, object]:
    """The answers in lines of an id and a value. A first line ``id,value`` is their head."""
    lines = list(csv_lines(data))
    _, head = lines[0]
    if _is_table(head, asked):
        raise InputError("this is a table of a class, which is checked by itself; expected rows of an id and a value")
    has_head = [cell.strip() for cell in head] == _HEADER
    answers: dict[str, object] = {}
    for number, row in lines[has_head:]:
        if len(row) != 2:
            found = f"line {number} has {counted(len(row), 'cell')}, expected 2: an id and a value"
            raise InputError(f"{found}; {_likely(row, asked, first=not answers and not has_head)}")
        name = row[0].strip()
        if name in answers:
            raise InputError(f"line {number}: duplicate id {inert(name)!r}")
        answers[name] = row[1]
    if not has_head and not any(name in asked for name in answers):
        raise InputError(f"no line begins with the id of a question, and no column is one: {', '.join(some(asked))}")
    return answers


def _likely(row: list[str], asked: Asked, *, first: bool) -> str:
    """What is probably wrong with a row that is not an id and a value."""
    for sign, name in ((";", "semicolons"), ("\t", "tabs")):
        if len(row) == 1 and sign in row[0]:
            return f"cells are parted by commas, not by {name}"
    if first and len(row) > 2 and not any(cell.strip() in asked for cell in row):
        return f"or the ids of questions in the first line of a table: {', '.join(some(asked))}"
    return "a list goes in quotes"


def _table(path: str, data: bytes, asked: Asked) -> Table:
    lines = csv_lines(data)
    number, cells = next(lines)
    head = [cell.strip() for cell in cells]
    twice = [name for name, count in Counter(head[1:]).items() if count > 1 and name in asked]
    if twice:
        raise InputError(f"line {number}: two columns are called {inert(twice[0])!r}")
    rows = _students(path, lines, head, asked)
    first = next(rows, None)
    if first is None:
        raise InputError("there is a head, but no row of a student below it")
    return Table(chain([first], rows), some(name for name in head[1:] if name not in asked))


def _students(path: str, lines: Iterator[tuple[int, list[str]]], head: list[str], asked: Asked) -> Iterator[Submission]:
    with blame(path):
        for number, row in lines:
            student = row[0].strip() or f"line {number}"
            if len(row) > len(head):
                error = f"line {number} has {len(row)} cells, expected {len(head)}; a list goes in quotes"
                yield Submission(student, error=error)
            else:
                cells = ((name, cell) for name, cell in zip(head[1:], row[1:], strict=False) if name in asked)
                yield Submission(student, read_texts(cells, asked))


def read_texts(answers: Iterable[tuple[str, object]], asked: Asked) -> dict[str, object]:
    """The answers, with text read as numbers where it is numbers."""
    return {
        name: read_answer(answer, several=asked.get(name, False)) if isinstance(answer, str) else answer
        for name, answer in answers
    }
