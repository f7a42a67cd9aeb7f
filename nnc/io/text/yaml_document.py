"""YAML text as plain values, by the rules of YAML 1.2.

PyYAML finds the structure, with libyaml where it is built in. The values are made here, because PyYAML follows YAML
1.1, in which ``1e-3`` is text, ``012`` is ten and ``12:30`` is seven hundred and fifty. The two parsers word their
errors differently; nnc gives one message for both. Imported only by calls that read YAML.
"""

import re
from collections.abc import Iterator
from typing import Any, NoReturn, TypeAlias

import yaml

from nnc.errors import InputError

Tree: TypeAlias = "dict[str, Tree] | list[Tree] | int | float | str | bool | None"

# YAML 1.2.2, section 10.3.2 (core schema). The alternatives are tried in this order.
_NUMBER = re.compile(
    r"""(?P<decimal> [-+]? [0-9]+ )
      | (?P<prefixed> 0o[0-7]+ | 0x[0-9a-fA-F]+ )
      | (?P<float> [-+]? (?: \.[0-9]+ | [0-9]+ (?: \.[0-9]* )? ) (?: [eE][-+]?[0-9]+ )? )""",
    re.VERBOSE,
)
_WORDS: dict[str, Tree] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NOT_FINITE = {
    **{sign + word: float(sign + "inf") for sign in ("", "+", "-") for word in (".inf", ".Inf", ".INF")},
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}

_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
# YAML 1.2.2, section 5.1: everything but c-printable.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

MAX_DEPTH = 100
TOO_DEEP = f"lists and mappings are nested more than {MAX_DEPTH} deep"
NO_CHARACTER = "found an escape that is no character; write the character itself"

_MISPLACED = "found what does not belong here; check the indentation and the punctuation"
# What PyYAML or libyaml says, and what nnc says in its place.
_ADVICE = (
    ("values are not allowed", "found ':' inside a value; check the indentation, or quote text that holds ': '"),
    ("entries are not allowed", "found '- ' inside a value; begin the list on a line of its own, or write [1, 2]"),
    ("could not find expected ':'", "expected 'key: value' or '- item', with a space after the colon or the dash"),
    ("did not find expected key", _MISPLACED),
    ("did not find expected '-'", _MISPLACED),
    ("expected <block end>", _MISPLACED),
    ("expected <document start>", _MISPLACED),
    ("expected '<document start>'", _MISPLACED),
    ("invalid Unicode character escape", NO_CHARACTER),
    ("exceeded maximum nesting depth", TOO_DEEP),  # libyaml's own limit, above ours
)
_YAML_WORDS = (
    ("did not find expected", "expected"),
    ("expected the node content", "expected a value"),
    ("expected node content", "expected a value"),
    ("flow sequence", "list in [ ]"),
    ("flow mapping", "mapping in { }"),
    ("a quoted scalar", "text in quotes"),
    ("block scalar", "block of text"),
    ("found unexpected end of stream", "the file ends"),
)
_FOUND = re.compile(r", but (found|got) .*")


def decode_yaml(text: str, *, as_text: bool = False) -> Tree:
    """The values of one YAML document, by the core schema of YAML 1.2.

    Keys are text: ``0:`` is ``"0"``. With ``as_text`` every float stays the text that was written (``"0.50"``), for
    exact arithmetic. Integers are integers either way.

    Raises InputError, with line and column, for what is not YAML and for what no network file needs: aliases, anchors,
    tags, duplicate keys, keys that are lists or mappings, a second document, more than ``MAX_DEPTH`` levels.
    """
    reader = _Reader(text, as_text)
    documents: list[Tree] = []
    for event in reader.events:
        if isinstance(event, yaml.DocumentStartEvent) and documents:
            fail_at(event, "a second document begins, expected one document in a file")
        if isinstance(event, yaml.NodeEvent):
            value = reader.value(event, 0)
            if not isinstance(event, yaml.ScalarEvent) or event.value or event.style:  # not a bare "---"
                documents.append(value)
    if not documents:
        raise InputError("the file is empty, expected a YAML document")
    return documents[0]


class _Reader:
    """Makes values of the events of a text."""

    def __init__(self, text: str, as_text: bool) -> None:
        self.events = parse_events(text)
        self.as_text = as_text

    def value(self, event: yaml.Event, depth: int) -> Tree:
        """The value that begins with ``event``, inside ``depth`` lists and mappings."""
        _refuse_extras(event)
        if isinstance(event, yaml.ScalarEvent):
            return event.value if event.style else self.plain(event)
        if depth == MAX_DEPTH:
            fail_at(event, TOO_DEEP)
        if isinstance(event, yaml.SequenceStartEvent):
            items: list[Tree] = []
            while not isinstance(item := next(self.events), yaml.SequenceEndEvent):
                items.append(self.value(item, depth + 1))
            return items
        return self.mapping(depth)

    def mapping(self, depth: int) -> dict[str, Tree]:
        """The mapping that has just begun."""
        values: dict[str, Tree] = {}
        lines: dict[str, int] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            _refuse_extras(event)
            if not isinstance(event, yaml.ScalarEvent):
                kind = "list" if isinstance(event, yaml.SequenceStartEvent) else "mapping"
                fail_at(event, f"a key is a {kind}, expected a name or a number")
            key: str = event.value
            if key in values:
                fail_at(event, f"duplicate key {key!r} (first on line {lines[key]})")
            lines[key] = _mark(event).line + 1
            values[key] = self.value(next(self.events), depth + 1)
        return values

    def plain(self, event: yaml.ScalarEvent) -> Tree:
        """The value of text without quotes."""
        text: str = event.value
        match = _NUMBER.fullmatch(text)
        if match is None:
            if text in _NOT_FINITE and not self.as_text:
                return _NOT_FINITE[text]
            return _WORDS.get(text, text)
        if match.lastgroup == "float":
            return text if self.as_text else float(text)
        try:
            # Through str, which refuses a hexadecimal number that is too long to print.
            return int(text) if match.lastgroup == "decimal" else int(str(int(text, 0)))
        except ValueError:
            fail_at(event, f"a whole number of {len(text)} characters is too long to read")


def _refuse_extras(event: Any) -> None:
    if event.anchor is not None and isinstance(event, yaml.AliasEvent):
        fail_at(event, f"the alias *{event.anchor} is not read; write the values out where they belong")
    if event.tag is not None:
        fail_at(event, f"the tag {event.tag.replace('tag:yaml.org,2002:', '!!')} is not read; write the plain value")
    if event.anchor is not None:
        message = "is not read; leave it out and write the values out where they belong"
        fail_at(event, f"the anchor &{event.anchor} {message}")
    if isinstance(event, yaml.ScalarEvent) and event.style and _SURROGATE.search(event.value):
        fail_at(event, NO_CHARACTER)


def parse_events(text: str) -> Iterator[yaml.Event]:
    """The events of a text in order, each parsed when it is asked for. Raises InputError where it is not YAML."""
    if forbidden := _FORBIDDEN.search(text):
        line, column = _end(text[: forbidden.start()])
        raise InputError(f"line {line}, column {column}: found the control character {forbidden[0]!r}; remove it")
    parser = yaml.CBaseLoader(text) if yaml.__with_libyaml__ else yaml.BaseLoader(text)
    try:
        yield from iter(parser.get_event, None)
    except yaml.MarkedYAMLError as error:
        raise InputError(_plain_words(error, text)) from None
    except (ValueError, OverflowError):
        if not isinstance(parser, yaml.BaseLoader):
            raise
        # PyYAML's own scanner hands \UFFFFFFFF to chr and an endless %YAML version to int.
        place = _place(parser.get_mark(), text)
        raise InputError(f"{place}: found an escape or a version that YAML does not know") from None


def fail_at(event: yaml.Event, message: str) -> NoReturn:
    """Raises InputError with the line and the column at which ``event`` begins."""
    mark = _mark(event)
    raise InputError(f"line {mark.line + 1}, column {mark.column + 1}: {message}")


def _mark(event: yaml.Event) -> Any:
    return event.start_mark  # the stubs allow None, which no parser gives


def _plain_words(error: yaml.MarkedYAMLError, text: str) -> str:
    """The parser's error on one line: where it is, what it is, and what was being read."""
    mark: Any = error.problem_mark
    place, problem = _place(mark, text), str(error.problem)
    found = text[mark.index : mark.index + 1]
    if found == "\t":
        return f"{place}: found a tab; use spaces"
    if "cannot start any token" in problem:
        return f"{place}: found {found!r}, which cannot begin a value; put text that begins with it in quotes"
    for theirs, ours in _ADVICE:
        if theirs in problem:
            return f"{place}: {ours}"
    message = _FOUND.sub("", problem)
    if error.context_mark and (start := _place(error.context_mark, text)) != place:
        message += f" ({error.context} that begins at {start})"
    for theirs, ours in _YAML_WORDS:
        message = message.replace(theirs, ours)
    return f"{place}: {message}"


def _place(mark: Any, text: str) -> str:
    """Line and column from 1. libyaml puts the end of a file on one line more than the file has."""
    line, column = min((mark.line + 1, mark.column + 1), _end(text))
    return f"line {line}, column {column}"


def _end(text: str) -> tuple[int, int]:
    lines = _LINE_BREAK.split(text)
    return len(lines), len(lines[-1]) + 1
