"""A value given on the command line: ``1``, ``2,3``, ``2,3;4,5``, ``[[2,3],[4,5]]``, ``@file`` or ``-``.

Every fault is an InputError. Its source is the option, with the file that it reads: ``--x``, ``--x @points.csv``.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from nnc.core.layers import most_axes
from nnc.core.record import Record
from nnc.errors import InputError, blame
from nnc.io.text.documents import YAML_SUFFIXES, decode_document
from nnc.io.text.sources import StandardInput, read_file
from nnc.io.text.wording import quoted
from nnc.io.values.arrays import is_number, to_array
from nnc.io.values.syntax import Written, csv_numbers, entry, in_document, inline, is_ndjson, ndjson

if TYPE_CHECKING:
    from fractions import Fraction

_KINDS = {".csv": ".csv", ".ndjson": ".ndjson", ".jsonl": ".ndjson", ".json": ".json"}
_KINDS |= dict.fromkeys(YAML_SUFFIXES, ".yaml")
INLINE = ""


class _Text(NamedTuple):
    """What an option was given: its source, its text, and the syntax of the text."""

    source: str
    data: bytes
    kind: str


class Value(Record):
    """A value that has been read: its source, and the numbers as they are written."""

    source: str
    written: Written
    key: str

    def array(self, dtype: DTypeLike) -> np.ndarray[Any, Any]:
        """The numbers as an array of float64, float32 or Fractions (object), of as many axes as an input may have."""
        with blame(self.source):
            return to_array(entry(self.written.tree, self.key), dtype, self.written.name, range(1 + most_axes()))

    def classes(self, dtype: DTypeLike) -> "dict[str, float | Fraction]":
        """One number per class, in the order given: ``1,5.5`` (classes 0 and 1), or a mapping.

        A mapping that holds lists or mappings is nnc's own output; its entry ``key`` is taken.
        """
        with blame(self.source):
            tree = self.written.tree
            if isinstance(tree, dict) and any(isinstance(item, list | dict) for item in tree.values()):
                tree = entry(tree, self.key)
            if isinstance(tree, dict):
                return _numbers_of(tree, dtype)
            array = to_array(tree, dtype, self.written.name)
            if array.ndim == 2 and 1 not in array.shape:
                raise InputError("the value is rows of numbers, expected one number per class")
            return {str(index): number for index, number in enumerate(array.ravel().tolist())}


def read_value(
    text: str, option: str, *, key: str, stdin: StandardInput, as_text: bool = False, by_class: bool = False
) -> Value:
    """What an option is given; ``stdin`` is what ``-`` takes.

    Of an object, such as nnc's own JSON, the entry ``key`` is the value. With ``as_text`` the numbers of a document
    stay as they are written. With ``by_class``, ``A=100,B=1000`` is a mapping.
    """
    with opened(text, option, stdin) as given:
        if by_class and given.kind == INLINE and b"=" in given.data:
            return Value(given.source, Written(_named_inline(text), str), key)
        if not by_class and given.kind == INLINE and Path(text).suffix.lower() in _KINDS and not is_number(text):
            raise InputError(f"{quoted(text)} is not a number; to read a file, write {quoted('@' + text)}")
        return Value(given.source, tree_of(given, key=key, as_text=as_text), key)


@contextmanager
def opened(text: str, option: str, stdin: StandardInput) -> Iterator[_Text]:
    """What the option was given. It is the source of every InputError in the block."""
    if text == "-":
        data, source, suffix = stdin.take(option), f"{option} -", ""
    elif text.startswith("@"):
        source = f"{option} {text}"
        data, suffix = read_file(text[1:], source=source), Path(text[1:]).suffix.lower()
    else:
        with blame(option):
            yield _Text(option, _inline_data(text), ".json" if text.lstrip()[:1] in ("[", "{") else INLINE)
        return
    with blame(source):
        yield _Text(source, data, _KINDS.get(suffix) or _kind_by_content(data))


def _inline_data(text: str) -> bytes:
    if not text.strip():
        raise InputError("the value is empty, expected one such as 0.5 or 2,3")
    try:
        return text.encode()
    except UnicodeEncodeError:  # bytes of the command line that the locale could not decode
        raise InputError("the value is not UTF-8 text") from None


def _kind_by_content(data: bytes) -> str:
    """The kind of a text without a suffix: JSON, NDJSON or CSV."""
    if data.lstrip()[:1] not in (b"[", b"{"):
        return ".csv"
    return ".ndjson" if is_ndjson(data) else ".json"


def tree_of(given: _Text, *, key: str, as_text: bool) -> Written:
    """The text as nested lists of numbers."""
    if given.kind == INLINE:
        return inline(given.data.decode())
    if given.kind == ".csv":
        return csv_numbers(given.data)
    if given.kind == ".ndjson":
        return ndjson(given.data, key=key, as_text=as_text)
    return in_document(decode_document(given.data, given.kind, object, as_text=as_text))


def _named_inline(text: str) -> dict[str, str]:
    named: dict[str, str] = {}
    for item in text.split(","):
        name, equals, number = (part.strip() for part in item.rpartition("="))
        if not equals or not name:
            raise InputError(f"{quoted(item)} is not NAME=NUMBER, as in A=100,B=1000")
        if name in named:
            raise InputError(f"class {quoted(name)} is given twice")
        named[name] = number
    return named


def _numbers_of(classes: dict[str, Any], dtype: DTypeLike) -> "dict[str, float | Fraction]":
    if not classes:
        raise InputError("the value names no classes")
    names = list(classes)

    def place(indices: tuple[int, ...]) -> str:
        return f"class {quoted(names[indices[0]])}" if indices else "the value"

    return dict(zip(names, to_array(list(classes.values()), dtype, place, 1).tolist(), strict=True))
