"""The structure of a YAML text, event by event, from PyYAML; its errors in plain words.

libyaml finds the events where PyYAML was built with it, and PyYAML's own scanner elsewhere; they agree on what is YAML,
and here they are brought to agree on what is said about the rest.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NoReturn

from nnc.errors import InputError

if TYPE_CHECKING:
    import yaml

_LINE_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
# YAML 1.2.2, section 5.1: everything but c-printable.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

MAX_DEPTH = 100
TOO_DEEP = f"lists and mappings are nested more than {MAX_DEPTH} deep"
NO_CHARACTER = "found an escape that is no character; write the character itself"

_DISPLACED = "found what does not belong here; check the indentation and the punctuation"
# What PyYAML and libyaml say, each in its own way, and what to do about it.
_ADVICE = (
    (
        "mapping values are not allowed",
        "found ':' inside a value; check the indentation, or quote text that holds ': '",
    ),
    ("entries are not allowed", "found '- ' inside a value; begin the list on a line of its own, or write [1, 2]"),
    ("could not find expected ':'", "expected 'key: value' or '- item', with a space after the colon or the dash"),
    ("did not find expected key", _DISPLACED),
    ("did not find expected '-'", _DISPLACED),
    ("expected <block end>", _DISPLACED),
    ("expected <document start>", _DISPLACED),
    ("expected '<document start>'", _DISPLACED),
    ("invalid Unicode character escape", NO_CHARACTER),
    ("exceeded maximum nesting depth", TOO_DEEP),  # libyaml has a bound of its own, above ours, and reads ahead
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


def parse_events(text: str) -> Iterator["yaml.Event"]:
    """The events of ``text`` in their order, each found when it is asked for; InputError where it is not YAML."""
    import yaml

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


def fail_at(event: "yaml.Event", message: str) -> NoReturn:
    """Raises the InputError that names the line and the column at which ``event`` begins."""
    mark: Any = event.start_mark  # the stubs allow None, which no parser gives
    raise InputError(f"line {mark.line + 1}, column {mark.column + 1}: {message}")


def _plain_words(error: "yaml.MarkedYAMLError", text: str) -> str:
    """The parser's error on one line: where, what, and what it was reading."""
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
    """Line and column from 1; libyaml puts the end of a file on a line of its own, which the file does not have."""
    line, column = min((mark.line + 1, mark.column + 1), _end(text))
    return f"line {line}, column {column}"


def _end(text: str) -> tuple[int, int]:
    lines = _LINE_BREAK.split(text)
    return len(lines), len(lines[-1]) + 1
