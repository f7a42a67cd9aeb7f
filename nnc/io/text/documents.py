"""JSON and YAML text decoded into types, with errors in the words of the document.

A message gives the place as a path from the document's root (``layers[0].W[1][0]``) or, where the text itself is
broken, as line and column. It never shows the names of Python's types.
"""

import re
from typing import Any, NoReturn, TypeVar

import msgspec
from msgspec import inspect

from nnc.errors import InputError, nearest
from nnc.io.text.wording import quoted

T = TypeVar("T")

YAML_SUFFIXES = (".yaml", ".yml")
_JSON_BEGINS = b'[{"-0123456789'

# From one quote or brace to the next. Most of a network is digits, which cost one comparison each.
# Every match succeeds, if only at the end, so that the time is linear: a failed match would start again at each byte.
_HOP = re.compile(rb'[^"{}]*+(?:("(?:[^"\\]++|\\.)*+")\s*+(:)?|[{}]|\Z)', re.DOTALL)


def decode_json(data: bytes, into: type[T], *, as_text: bool = False) -> T:
    """JSON text as an instance of ``into``, any type that msgspec knows; ``Any`` gives the bare tree.

    With ``as_text`` a number with a decimal point or an exponent stays text. Raises InputError for text that is not
    JSON, does not fit the type, gives a key twice, or is nested too deep.
    """
    try:
        if as_text:
            # In two steps: where a type takes a float, msgspec does not ask the hook.
            tree = msgspec.json.Decoder(float_hook=str).decode(data)
            value = msgspec.convert(tree, type=into)
        else:
            value = msgspec.json.decode(data, type=into)
    except msgspec.ValidationError as error:
        _refuse_unfit(error, into)
    except msgspec.DecodeError as error:
        from nnc.io.text.json_slips import malformed_json  # only a failing call pays for it

        raise malformed_json(str(error), data) from None
    except RecursionError:
        raise InputError("brackets are nested too deep") from None
    _refuse_duplicate_keys(data)
    return value


def decode_document(data: bytes, suffix: str, into: type[T], *, as_text: bool = False) -> T:
    """JSON or YAML text, by the file's suffix, as an instance of ``into``; otherwise as ``decode_json``.

    Text without a suffix, as from a pipe, is JSON if it begins like JSON, else YAML. Raises InputError for any other
    suffix too.
    """
    suffix = suffix.lower()
    begins_like_json = data[:1000].lstrip()[:1] in _JSON_BEGINS
    if suffix in YAML_SUFFIXES or (suffix == "" and not begins_like_json):
        return _decode_yaml(data, into, as_text=as_text)
    if suffix in ("", ".json"):
        return decode_json(data, into, as_text=as_text)
    raise InputError(f"unknown kind of file {suffix!r}; known: .json, {', '.join(YAML_SUFFIXES)}")


def _decode_yaml(data: bytes, into: type[T], *, as_text: bool) -> T:
    from nnc.io.text.yaml_document import decode_yaml  # YAML is slow to import, and most calls read JSON

    tree = decode_yaml(data.decode(), as_text=as_text)
    try:
        return msgspec.convert(tree, type=into)
    except msgspec.ValidationError as error:
        _refuse_unfit(error, into)
    except RecursionError:
        raise InputError("lists are nested too deep") from None


def _refuse_duplicate_keys(data: bytes) -> None:
    """Raises InputError where a mapping of well-formed JSON gives a key twice: nobody knows which value is meant."""
    open_mappings: list[set[bytes]] = []
    for hop in _HOP.finditer(data):
        text, colon = hop.groups()
        if colon:
            # One spelling per key: "a" may be written "\u0061".
            key = msgspec.json.encode(msgspec.json.decode(text)) if b"\\" in text else text
            if key in open_mappings[-1]:
                line = data.count(b"\n", 0, hop.start(1)) + 1
                raise InputError(f"line {line}: duplicate key {quoted(msgspec.json.decode(key))}")
            open_mappings[-1].add(key)
        elif text is None and hop.end() > hop.start():
            last = data[hop.end() - 1]
            if last == ord("{"):
                open_mappings.append(set())
            elif last == ord("}"):
                open_mappings.pop()


# msgspec's messages: "Expected `array`, got `int` - at `$.layers[0].W`". Only a failing call compiles the patterns.
_MESSAGE = r"(?s)(?P<fault>.*?)(?: - at (?:`key` in )?`\$\.?(?P<path>.*)`)?"
_MISMATCH = r"Expected `(?P<expected>[^`]*)`, got `(?P<found>[^`]*)`"
_UNKNOWN_KEY = r"(?s)Object contains unknown field `(?P<key>.*)`"
_MISSING_KEY = r"(?s)Object missing required field `(?P<key>.*)`"
_FOUND = {
    "null": "null",
    "bool": "true or false",
    "int": "a number",
    "float": "a number",
    "str": "text",
    "array": "a list",
    "object": "a mapping",
}
_EXPECTED = _FOUND | {"int": "a whole number"}
_OUT_OF_RANGE = {
    "Number out of range": "is out of range for float64",
    "Integer value out of range": "is out of range: it has thousands of digits",
}


def _refuse_unfit(error: msgspec.ValidationError, into: object) -> NoReturn:
    """Raises msgspec's error as an InputError in plain words."""
    message = re.fullmatch(_MESSAGE, str(error))
    fault, path = (message["fault"], message["path"] or "") if message else (str(error), "")
    subject = f"an entry of {path[:-5]}" if path.endswith("[...]") else path or "the document"
    if match := re.fullmatch(_MISMATCH, fault):
        text = f"{subject} is {_FOUND.get(match['found'], match['found'])}, expected {_expected(match['expected'])}"
        if match["found"] in ("int", "float") and match["expected"] == "array":
            text += "; lists stand in brackets, even a list of one row: [[1, 2]]"
    elif match := re.fullmatch(_UNKNOWN_KEY, fault):
        known = _known_keys(into, path)
        tail = f"; {nearest(match['key'], known)}" if known else ""
        for deeper in known:
            if match["key"] in _known_keys(into, f"{path}{'.' if path else ''}{deeper}[...]"):
                tail = f"; it belongs to an entry of {deeper}: {deeper}: [{{{match['key']}: …}}]"
        text = f"{f'{path} has an ' if path else ''}unknown key {quoted(match['key'])}{tail}"
    elif match := re.fullmatch(_MISSING_KEY, fault):
        text = f"{subject} has no {match['key']}, which is required"
    elif fault in _OUT_OF_RANGE:
        text = f"{path or 'the number'} {_OUT_OF_RANGE[fault]}"
    else:
        text = f"{subject}: {re.sub('`([^`]*)`', lambda name: _EXPECTED.get(name[1], name[1]), fault)}"
    raise InputError(text) from None


def _expected(union: str) -> str:
    """msgspec's names of types in words. "int | float | str" is "a number", because text such as 1/3 is one too."""
    names = union.split(" | ")
    if "float" in names:
        names = [name for name in names if name not in ("int", "str")]
    return " or ".join(_EXPECTED.get(name, name) if name != "float" else "a number" for name in names)


def _known_keys(into: object, path: str) -> list[str]:
    """The keys that a mapping may have at this path of a document."""

    def inside(kind: Any, step: str) -> list[Any]:
        if isinstance(kind, inspect.UnionType):
            return [found for member in kind.types for found in inside(member, step)]
        if isinstance(kind, inspect.ListType) and step.startswith("["):
            return [kind.item_type]
        if isinstance(kind, inspect.DictType) and step == "[...]":
            return [kind.value_type]
        if isinstance(kind, inspect.StructType):
            return [field.type for field in kind.fields if field.encode_name == step]
        return []

    kinds: list[Any] = [inspect.type_info(into)]
    for step in re.findall(r"\[[^]]*\]|[^.\[]+", path):
        kinds = [found for kind in kinds for found in inside(kind, step)]
    flat = [member for kind in kinds for member in getattr(kind, "types", (kind,))]
    return [field.encode_name for kind in flat if isinstance(kind, inspect.StructType) for field in kind.fields]
