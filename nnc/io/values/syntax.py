"""The ways to write numbers: on a command line, as CSV, as NDJSON, in a document.

Each function makes a tree, in which numbers may still be text, and a function that says where in the text an index of
the tree stands. ``nnc.io.values.arrays`` decides what is a number.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from nnc.errors import InputError, within
from nnc.io.text.documents import decode_json
from nnc.io.text.wording import quoted
from nnc.io.values.arrays import is_number

_MOST_KEYS = 12  # of an object, listed in a message


class Written(NamedTuple):
    """A tree, and what messages call the number or the row at an index."""

    tree: Any
    name: Callable[[tuple[int, ...]], str]


def inline(text: str) -> Written:
    """``1`` is a number, ``2,3`` are numbers, ``2,3;4,5`` are rows, and ``2,3;`` is one row."""
    if ";" not in text:
        return in_document(text.split(",") if "," in text else text)
    rows = text.split(";")
    if not rows[-1].strip():
        rows.pop()
    for index, row in enumerate(rows):
        if not row.strip():
            raise InputError(f"row {index + 1} is empty, expected numbers")
    return in_document([row.split(",") for row in rows])


def in_document(tree: Any) -> Written:
    """A tree whose numbers are counted from 1: "number 2" of a list, "row 1, number 2" of rows."""
    rows = isinstance(tree, list) and bool(tree) and isinstance(tree[0], list)

    def name(indices: tuple[int, ...]) -> str:
        if not indices:
            return "the value"
        if len(indices) == 1:
            return f"{'row' if rows else 'number'} {indices[0] + 1}"
        return f"row {indices[0] + 1}, number {indices[1] + 1}"

    return Written(tree, name)


def csv_numbers(data: bytes) -> Written:
    """Rows of numbers separated by commas. A first row of names is their head.

    A single row is numbers or a number, as on a command line.
    """
    lines, rows = csv_rows(data)
    if _is_header(rows[0]):
        del lines[0], rows[0]
        if not rows:
            raise InputError("there is a header, but no row of numbers below it")
    if len(rows) > 1:
        return Written(rows, _in_lines(lines))
    (line,), (row,) = lines, rows
    return Written(
        row if len(row) > 1 else row[0],
        lambda indices: f"line {line}, number {indices[0] + 1 if indices else 1}",
    )


def csv_rows(data: bytes) -> tuple[list[int], list[list[str]]]:
    """The numbers and the cells of all lines that are not blank."""
    lines = list(csv_lines(data))
    return [line for line, _ in lines], [row for _, row in lines]


def csv_lines(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """The number and the cells of each line that is not blank; a line is read when it is asked for."""
    import csv
    import io

    reader = csv.reader(io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"), strict=True)
    blank = True
    try:
        for row in reader:
            if len(row) > 1 or "".join(row).strip():
                blank = False
                yield reader.line_num, row
    except csv.Error as error:
        raise InputError(f"line {reader.line_num}: {error}") from None
    if blank:
        raise InputError("there are no values, only blank lines")


def ndjson(data: bytes, *, key: str, as_text: bool) -> Written:
    """One sample per line: numbers, a number, or an object whose entry ``key`` is one of these."""
    lines: list[int] = []
    rows: list[Any] = []
    for line, text in enumerate(data.split(b"\n"), start=1):
        if text.strip():
            lines.append(line)
            with within(f"line {line}"):
                sample = entry(decode_json(text, object, as_text=as_text), key)
            rows.append(sample if isinstance(sample, list) else [sample])
    return Written(rows, _in_lines(lines)) if len(rows) > 1 else in_document(rows[0])


def is_ndjson(data: bytes) -> bool:
    """Whether JSON text is several values, one per line, and not one value over several lines."""
    first, _, rest = data.lstrip().partition(b"\n")
    if not rest or rest.isspace():
        return False
    try:
        decode_json(first, object)
    except InputError:
        return False
    return True


def entry(tree: Any, key: str) -> Any:
    """The entry ``key`` of a mapping, such as nnc's own output; any other tree as it is."""
    if not isinstance(tree, dict):
        return tree
    if key in tree:
        return tree[key]
    if not tree:
        raise InputError(f"the mapping is empty, expected an entry {key!r}")
    names = [quoted(name) for name in tree]
    listed = ", ".join(names[:_MOST_KEYS]) + (", …" if len(names) > _MOST_KEYS else "")
    raise InputError(f"there is no entry {key!r}, only {listed}")


def _is_header(row: list[str]) -> bool:
    """Whether a row is names: every cell has a letter and none is a number. ``1;2`` is a slip in a number, no name."""
    cells = [cell for cell in row if cell.strip()]
    return not any(map(is_number, cells)) and all(any(map(str.isalpha, cell)) for cell in cells)


def _in_lines(lines: list[int]) -> Callable[[tuple[int, ...]], str]:
    def name(indices: tuple[int, ...]) -> str:
        if not indices:
            return "the value"
        return f"line {lines[indices[0]]}" + "".join(f", number {index + 1}" for index in indices[1:])

    return name
