"""What is wrong with text that is not JSON, as line and column, and the likely fix.

Imported by failing calls only.
"""

import re

from nnc.errors import InputError
from nnc.io.text.wording import quoted

# What stands where the decoder stopped, and what to write in its place.
_SLIPS: tuple[tuple[str, str], ...] = (
    (r"'", "JSON writes text in double quotes"),
    (r"[“”‘’]", "write straight double quotes"),
    (r"[-+]?(?i:nan|\.nan|inf|\.inf)", "JSON has no NaN or Infinity, and nnc needs finite numbers"),
    (r"//|/\*|#", "JSON has no comments; YAML has, in a file named .yaml"),
    (r"\.[0-9]", "write a 0 before the decimal point"),
    (r"\+", "leave out the plus sign"),
    (r"[−–]", "write the minus sign as -"),
    (r"None\b", "JSON writes null"),
    (r"True\b|False\b", "JSON writes true and false in small letters"),
    (r"-?0[0-9]", "leave out the leading zero"),
    (r"-?[0-9]+\.(?![0-9])", "write a digit after the decimal point"),
    (r"_", "leave out the _"),
    (r"[\x00-\x1f]", "inside text a line break is written \\n, a tab \\t"),
    (r"/[0-9]", 'write a fraction in double quotes, "1/3"'),
    (r"[A-Za-z_]\w*\s*:", "write the key in double quotes"),
)
# Half of a surrogate pair near the end; msgspec says that the text ends early.
_FIRST_HALF_AT_END = re.compile(rb"\\u[dD][89abAB][0-9a-fA-F]{2}[^\\]{0,6}\Z")
_LONGEST_SNIPPET = 20

# After the first letter of true, false or null, msgspec reads as many letters as the word has.
_MISSPELT = re.compile(rb"(?:^|(?<=[\s\[:,]))(?!true|false|null)[tfn][^\"]{2,4}\Z")
_NUMBER_SO_FAR = re.compile(rb"[-+.0-9eE]*\Z")


def malformed_json(reason: str, data: bytes) -> InputError:
    """The error for text that msgspec refused. A reason: "JSON is malformed: trailing comma in array (byte 3)"."""
    match = re.fullmatch(r"JSON is malformed: (?P<reason>.*) \(byte (?P<at>\d+)\)", reason)
    if match is None:
        return _truncated(data)
    at = _start_of_fault(data, int(match["at"]), match["reason"])
    if "surrogate" in match["reason"]:
        return _lone_surrogate(data, at)
    rest = data[at : at + 200].decode(errors="replace")
    snippet = re.split(r"[,\]}\s]", rest, maxsplit=1)[0][:_LONGEST_SNIPPET] or rest[:1].strip()
    found = f"{quoted(snippet)} is not JSON here" if snippet else "this is not JSON"
    return InputError(f"{_place(data, at)}: {found}; {_hint(match['reason'], rest)}")


def _start_of_fault(data: bytes, at: int, reason: str) -> int:
    """Where the fault begins. msgspec noticed it at byte ``at``, often a little later."""
    if reason == "trailing characters":
        return at - 1
    if "surrogate" in reason:
        escape = data.rfind(b"\\u", 0, at)
        # msgspec also reads the escape after a first half, even if it is that of a whole character.
        return escape if data[escape + 2 : escape + 3] in b"dD" else data.rfind(b"\\u", 0, escape)
    before = data[max(0, at - 100) : at]
    pattern = {"invalid number": _NUMBER_SO_FAR, "invalid character": _MISSPELT}.get(reason)
    match = pattern.search(before) if pattern else None
    return at - len(match[0]) if match else at


def _hint(reason: str, rest: str) -> str:
    if "comma" in reason:
        return "leave out the comma before it"
    for slip, hint in _SLIPS:
        if re.match(slip, rest):
            return hint
    return {
        "trailing characters": "the value before it is complete",
        "object keys must be strings": "expected a key in double quotes",
        "invalid character": "expected a value",
    }.get(reason, reason)


def _truncated(data: bytes) -> InputError:
    if lone := _FIRST_HALF_AT_END.search(data):
        return _lone_surrogate(data, lone.start())
    opened, closed = (sum(map(data.count, brackets)) for brackets in ((b"[", b"{"), (b"]", b"}")))
    if opened > closed:
        return InputError("the JSON ends early: a closing bracket is missing")
    return InputError("the JSON ends early: a closing quote or a value is missing")


def _lone_surrogate(data: bytes, at: int) -> InputError:
    escape = data[at : at + len(r"\ud800")].decode(errors="replace")
    return InputError(f"{_place(data, at)}: {escape} is half of a character, expected a pair of surrogates")


def _place(data: bytes, at: int) -> str:
    """Line and column, counted from 1; only the column if there is one line."""
    start = data.rfind(b"\n", 0, at) + 1
    column = len(data[start:at].decode(errors="replace")) + 1
    line = data.count(b"\n", 0, at) + 1
    return f"line {line}, column {column}" if b"\n" in data.strip() else f"column {column}"
