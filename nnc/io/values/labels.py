"""Labels of samples, and the sizes of classes that they make."""

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from nnc.errors import InputError
from nnc.io.text.sources import StandardInput
from nnc.io.text.wording import kind_of
from nnc.io.values.arrays import is_number, to_number
from nnc.io.values.option import INLINE, opened, tree_of
from nnc.io.values.syntax import csv_rows, entry


def count_labels(labels: Iterable[str]) -> dict[str, int]:
    """How often each label occurs. Labels are sorted, as numbers if they all are."""
    counted = Counter(labels)
    as_numbers = all(map(is_number, counted))
    names = sorted(counted, key=(lambda name: Fraction(to_number(name, object))) if as_numbers else None)
    return {name: counted[name] for name in names}


def read_labels(text: str, option: str, *, stdin: StandardInput) -> list[str]:
    """The class of each sample as text, from ``1,1,0``, ``cat,dog,cat``, a list, or one row or column of CSV.

    Of an object the entry ``labels`` is taken. A first cell that is no number is the head of a column of numbers.
    """
    with opened(text, option, stdin) as given:
        if given.kind == ".csv":
            items: Any = _column(given.data)
        elif given.kind == INLINE:
            items = text.split(",")
        else:
            items = entry(tree_of(given, key="labels", as_text=True).tree, "labels")
        return _texts(items)


def _column(data: bytes) -> list[str]:
    lines, rows = csv_rows(data)
    if len(rows) == 1:
        return rows[0]
    for line, row in zip(lines, rows, strict=True):
        if len(row) > 1:
            raise InputError(f"line {line} has {len(row)} columns, expected one label per line")
    cells = [cell for (cell,) in rows]
    has_header = not is_number(cells[0]) and all(map(is_number, cells[1:]))
    return cells[has_header:]


def _texts(items: object) -> list[str]:
    if not isinstance(items, list) or not items:
        raise InputError("the value is not a list of labels, such as 1,1,0 or cat,dog,cat")
    labels = []
    for index, item in enumerate(items, start=1):
        label = item[0] if isinstance(item, list) and len(item) == 1 else item  # a line of NDJSON, a column
        if isinstance(label, bool) or not isinstance(label, int | float | str):
            raise InputError(f"label {index} is {kind_of(label)}, expected a number or text")
        if not str(label).strip():
            raise InputError(f"label {index} is empty")
        labels.append(str(label).strip())
    return labels
