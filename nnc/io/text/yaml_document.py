"""YAML text to plain values, as YAML 1.2 means them.

PyYAML finds the structure, with libyaml's speed where that is built in; the values are made here. PyYAML's own values
are those of YAML 1.1, in which ``1e-3`` is text, ``012`` is ten and ``12:30`` is seven hundred and fifty.
"""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

from nnc.errors import InputError
from nnc.io.text.yaml_events import MAX_DEPTH, NO_CHARACTER, TOO_DEEP, fail_at, parse_events

if TYPE_CHECKING:
    import yaml

Tree: TypeAlias = "dict[str, Tree] | list[Tree] | int | float | str | bool | None"

# YAML 1.2.2, section 10.3.2 (core schema). The alternatives are tried in turn: what is left for the last is a float.
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


def decode_yaml(text: str, *, as_text: bool = False) -> Tree:
    """The values of a text of one YAML document, by the core schema of YAML 1.2.

    Keys are the text of the key (``0:`` is ``"0"``). With ``as_text`` every float stays the text that was written
    (``"0.50"``), for exact arithmetic; integers are integers either way.

    Raises InputError, with line and column, for what is not YAML and for what no network file needs: aliases, anchors,
    tags, duplicate keys, keys that are lists or mappings, a second document, more than ``MAX_DEPTH`` levels.
    """
    builder = _Builder(as_text)
    for event in parse_events(text):
        builder.take(event)
    if not builder.root:
        raise InputError("the file is empty, expected a YAML document")
    return builder.root[0]


class _Mapping:
    """A mapping that is being read: its values, the key that waits for its value, and the line of each key."""

    __slots__ = ("key", "lines", "values")

    def __init__(self) -> None:
        self.values: dict[str, Tree] = {}
        self.key: str | None = None
        self.lines: dict[str, int] = {}

    def start(self, event: "yaml.ScalarEvent") -> None:
        """Takes the key of the next value as it is written."""
        key: str = event.value
        if key in self.values:
            fail_at(event, f"duplicate key {key!r} (first on line {self.lines[key]})")
        mark: Any = event.start_mark
        self.key = key
        self.lines[key] = mark.line + 1


class _Builder:
    """Puts the events of one document together, on a stack of its own, so that no nesting exhausts Python's."""

    def __init__(self, as_text: bool) -> None:
        from yaml import events

        self.root: list[Tree] = []
        self._as_text = as_text
        self._parent: list[Tree] | _Mapping = self.root
        self._above: list[list[Tree] | _Mapping] = []
        self._scalar_event = events.ScalarEvent
        self._actions: dict[type[yaml.Event], Callable[[Any], None]] = {
            events.DocumentStartEvent: self._start_document,
            events.SequenceStartEvent: self._start_list,
            events.MappingStartEvent: self._start_mapping,
            events.SequenceEndEvent: self._end,
            events.MappingEndEvent: self._end,
            events.AliasEvent: self._refuse_alias,
        }

    def take(self, event: "yaml.Event") -> None:
        """Adds what ``event`` says; the events of one document arrive in their order."""
        if isinstance(event, self._scalar_event):
            self._scalar(event)
        elif action := self._actions.get(type(event)):
            action(event)

    def _scalar(self, event: "yaml.ScalarEvent") -> None:
        if event.tag is not None or event.anchor is not None:
            _refuse_properties(event)
        if event.style and _SURROGATE.search(event.value):
            fail_at(event, NO_CHARACTER)
        parent = self._parent
        if isinstance(parent, _Mapping) and parent.key is None:
            parent.start(event)
        elif event.value or event.style or parent is not self.root:  # a bare "---" is an empty file
            self._add(event.value if event.style else self._plain(event))

    def _add(self, value: Tree) -> None:
        parent = self._parent
        if isinstance(parent, list):
            parent.append(value)
        elif parent.key is not None:
            parent.values[parent.key] = value
            parent.key = None

    def _plain(self, event: "yaml.ScalarEvent") -> Tree:
        text: str = event.value
        match = _NUMBER.fullmatch(text)
        if match is None:
            if text in _NOT_FINITE and not self._as_text:
                return _NOT_FINITE[text]
            return _WORDS.get(text, text)
        if match.lastgroup == "float":
            return text if self._as_text else float(text)
        try:
            # Through str, which refuses the hexadecimal numbers that could not be printed.
            return int(text) if match.lastgroup == "decimal" else int(str(int(text, 0)))
        except ValueError:
            fail_at(event, f"a whole number of {len(text)} characters is too long to read")

    def _start_document(self, event: "yaml.Event") -> None:
        if self.root:
            fail_at(event, "a second document begins, expected one document in a file")

    def _start_list(self, event: "yaml.CollectionStartEvent") -> None:
        items: list[Tree] = []
        self._open(event, items, items)

    def _start_mapping(self, event: "yaml.CollectionStartEvent") -> None:
        mapping = _Mapping()
        self._open(event, mapping, mapping.values)

    def _open(self, event: "yaml.CollectionStartEvent", child: list[Tree] | _Mapping, value: Tree) -> None:
        if event.tag is not None or event.anchor is not None:
            _refuse_properties(event)
        if isinstance(self._parent, _Mapping) and self._parent.key is None:
            fail_at(event, f"a key is a {'list' if child is value else 'mapping'}, expected a name or a number")
        if len(self._above) == MAX_DEPTH:
            fail_at(event, TOO_DEEP)
        self._add(value)
        self._above.append(self._parent)
        self._parent = child

    def _end(self, _: "yaml.Event") -> None:
        self._parent = self._above.pop()

    def _refuse_alias(self, event: "yaml.AliasEvent") -> None:
        fail_at(event, f"the alias *{event.anchor} is not read; write the values out where they belong")


def _refuse_properties(event: "yaml.ScalarEvent | yaml.CollectionStartEvent") -> NoReturn:
    if event.tag is not None:
        tag = event.tag.replace("tag:yaml.org,2002:", "!!")
        fail_at(event, f"the tag {tag} is not read; write the plain value")
    fail_at(event, f"the anchor &{event.anchor} is not read; leave it out and write the values out where they belong")
