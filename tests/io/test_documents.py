from contextlib import suppress
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnc.errors import InputError
from nnc.io.text.documents import decode_document, decode_json
from nnc.io.values.arrays import Leaf


class _Entry(msgspec.Struct, forbid_unknown_fields=True):
    W: list[list[Leaf]]
    activation: str | dict[str, Leaf] = "identity"


class _Document(msgspec.Struct, forbid_unknown_fields=True):
    layers: list[_Entry]
    class_weights: list[Leaf] | dict[str, Leaf] = []
    epochs: int = 1
    named: dict[str, _Entry] = {}
    anything: Any = None


def _refusal(text: str, into: Any = object, *, as_text: bool = False) -> str:
    with pytest.raises(InputError) as caught:
        decode_json(text.encode(), into, as_text=as_text)
    return str(caught.value)


@pytest.mark.parametrize("as_text", [False, True])
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"layers": [{"W": [[1, null]]}]}', "layers[0].W[0][1] is null, expected a number"),
        ('{"layers": [{"W": [[1, true]]}]}', "layers[0].W[0][1] is true or false, expected a number"),
        ('{"layers": [{"W": [[1, [2]]]}]}', "layers[0].W[0][1] is a list, expected a number"),
        (
            '{"layers": [{"W": [1]}]}',
            "layers[0].W[0] is a number, expected a list; lists stand in brackets, even a list of one row: [[1, 2]]",
        ),
        ('{"layers": [{"W": {}}]}', "layers[0].W is a mapping, expected a list"),
        ('{"layers": [{"W": [], "activation": [1]}]}', "layers[0].activation is a list, expected text or a mapping"),
        (
            '{"layers": [{"W": [], "activaton": 1}]}',
            "layers[0] has an unknown key 'activaton'; did you mean activation?",
        ),
        (
            '{"layers": [], "named": {"A": {"w": 1}}}',
            "named[...] has an unknown key 'w'; did you mean W?",
        ),
        ('{"layer": []}', "unknown key 'layer'; did you mean layers?"),
        ('{"layers": [{}]}', "layers[0] has no W, which is required"),
        ("{}", "the document has no layers, which is required"),
        ("[]", "the document is a list, expected a mapping"),
        ('{"layers": [], "class_weights": 3}', "class_weights is a number, expected a mapping or a list"),
        ('{"layers": [], "class_weights": {"A": null}}', "an entry of class_weights is null, expected a number"),
        ('{"layers": [], "epochs": "x"}', "epochs is text, expected a whole number"),
    ],
)
def test_what_does_not_fit_is_named_by_its_path(text: str, message: str, as_text: bool) -> None:
    assert _refusal(text, _Document, as_text=as_text) == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[1,]", "column 4: ']' is not JSON here; leave out the comma before it"),
        ('{"a": 1,}', "column 9: '}' is not JSON here; leave out the comma before it"),
        ("['a']", "column 2: \"'a'\" is not JSON here; JSON writes text in double quotes"),
        ("[“a”]", "column 2: '“a”' is not JSON here; write straight double quotes"),
        ("[NaN]", "column 2: 'NaN' is not JSON here; JSON has no NaN or Infinity, and nnc needs finite numbers"),
        (
            "[1,\n 2,\n nan]",
            "line 3, column 2: 'nan' is not JSON here; JSON has no NaN or Infinity, and nnc needs finite numbers",
        ),
        (
            "[-Infinity]",
            "column 3: 'Infinity' is not JSON here; JSON has no NaN or Infinity, and nnc needs finite numbers",
        ),
        (
            "[1, # x\n2]",
            "line 1, column 5: '#' is not JSON here; JSON has no comments; YAML has, in a file named .yaml",
        ),
        ("[1 //\n]", "line 1, column 4: '//' is not JSON here; JSON has no comments; YAML has, in a file named .yaml"),
        ("[.5]", "column 2: '.5' is not JSON here; write a 0 before the decimal point"),
        ("[5.]", "column 2: '5.' is not JSON here; write a digit after the decimal point"),
        ("[+1]", "column 2: '+1' is not JSON here; leave out the plus sign"),
        ("[−1]", "column 2: '−1' is not JSON here; write the minus sign as -"),
        ("[01]", "column 2: '01' is not JSON here; leave out the leading zero"),
        ("[1_000]", "column 3: '_000' is not JSON here; leave out the _"),
        ("[1/3]", "column 3: '/3' is not JSON here; write a fraction in double quotes, \"1/3\""),
        ("[None]", "column 2: 'None' is not JSON here; JSON writes null"),
        ("[True]", "column 2: 'True' is not JSON here; JSON writes true and false in small letters"),
        ("[tru]", "column 2: 'tru' is not JSON here; expected a value"),
        ("{a: 1}", "column 2: 'a:' is not JSON here; write the key in double quotes"),
        ('["é" 1]', "column 6: '1' is not JSON here; expected ',' or ']'"),
        ("[1] 2", "column 5: '2' is not JSON here; the value before it is complete"),
        ('"a\nb"', r"line 1, column 3: this is not JSON; inside text a line break is written \n, a tab \t"),
        ("[[1, 2], [3", "the JSON ends early: a closing bracket is missing"),
        ('"abc', "the JSON ends early: a closing quote or a value is missing"),
        (r'["\ud800"]', r"column 3: \ud800 is half of a character, expected a pair of surrogates"),
        (r'["\ud800 abcdefgh"]', r"column 3: \ud800 is half of a character, expected a pair of surrogates"),
        (r'["\udc00 abcdefgh"]', r"column 3: \udc00 is half of a character, expected a pair of surrogates"),
        (r'["\ud800\u0041"]', r"column 3: \ud800 is half of a character, expected a pair of surrogates"),
        ("[1e999]", "[0] is out of range for float64"),
        ("1e999", "the number is out of range for float64"),
        ("[" + "9" * 5000 + "]", "[0] is out of range: it has thousands of digits"),
    ],
)
def test_broken_json_says_where_and_what_to_mend(text: str, message: str) -> None:
    assert _refusal(text) == message


def test_a_pair_of_surrogates_is_a_character_even_where_the_text_ends_early() -> None:
    assert decode_json(rb'["\ud83d\ude00"]', object) == ["😀"]
    assert _refusal(r'["\ud83d\ude00"') == "the JSON ends early: a closing bracket is missing"


@pytest.mark.parametrize("as_text", [False, True])
@pytest.mark.parametrize("into", [object, _Document, list[list[Leaf]]])
@pytest.mark.parametrize(
    "text",
    ["[" * 100_000, "[" * 100_000 + "]" * 100_000, '{"anything": ' * 100_000, '{"anything": ' + "[" * 100_000],
)
def test_brackets_without_end_do_not_crash(text: str, into: Any, as_text: bool) -> None:
    assert _refusal(text, into, as_text=as_text)


def test_deep_brackets_are_named_as_what_they_are() -> None:
    assert _refusal('{"layers": [], "anything": ' + "[" * 100_000, _Document) == "brackets are nested too deep"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": 1,\n "a": 2}', "line 2: duplicate key 'a'"),
        ('{"a": 1, "\\u0061": 2}', "line 1: duplicate key 'a'"),
        ('[{"b": {"a": [{}], "a" \n : 2}}]', "line 1: duplicate key 'a'"),
        ('{"b": {"a": "}"}, "b": 2}', "line 1: duplicate key 'b'"),
        (r'{"\"": 1, "\"": 2}', "line 1: duplicate key '\"'"),
    ],
)
def test_a_key_given_twice_is_refused(text: str, message: str) -> None:
    assert _refusal(text) == message


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1, "b": {"a": 1}}',
        '[{"a": 1}, {"a": 1}]',
        '{"a": "a", "b": ["a", "a", "a:"]}',
        r'{"a": "\"a\": {", "b": "{\"a\":", "c\\": "}"}',
        '"{"',
        "3",
    ],
)
def test_what_only_looks_like_a_key_given_twice_is_read(text: str) -> None:
    assert decode_json(text.encode(), object) is not None


_TREES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**62), 2**62) | st.text(alphabet='a"\\{}:,é', max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(alphabet='a"\\{}:', max_size=3), inner),
    max_leaves=12,
)


@given(_TREES)
def test_what_is_written_as_json_reads_back(tree: object) -> None:
    assert decode_json(msgspec.json.encode(tree), object) == tree


@given(st.text(alphabet='[]{}":,0123456789.-+eE\\untrfalsd/# \n', max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(InputError):
        decode_json(text.encode(), object)


def test_digits_are_kept_as_they_are_written() -> None:
    text = b'{"layers": [{"W": [[0.50, 1e-3, 2]]}]}'
    assert decode_json(text, _Document, as_text=True).layers[0].W == [["0.50", "1e-3", 2]]
    assert decode_json(text, _Document).layers[0].W == [[0.5, 0.001, 2]]


@pytest.mark.parametrize(
    ("data", "suffix"),
    [
        (b"[1, 2]", ".json"),
        (b"[1, 2]", ".JSON"),
        (b"- 1\n- 2", ".yaml"),
        (b"- 1\n- 2", ".YML"),
        (b"[1, 2]", ".yml"),
        (b"\n [1, 2]", ""),
        (b"# a list\n- 1\n- 2", ""),
    ],
)
def test_a_suffix_or_the_content_tells_the_format(data: bytes, suffix: str) -> None:
    assert decode_document(data, suffix, object) == [1, 2]


def test_yaml_does_not_pass_under_an_unknown_suffix() -> None:
    with pytest.raises(InputError, match=r"^unknown kind of file '\.toml'; known: \.json, \.yaml, \.yml$"):
        decode_document(b"layers: []", ".toml", object)


def test_yaml_is_held_to_the_same_types_as_json() -> None:
    with pytest.raises(InputError, match=r"^layers\[0\]\.W\[0\]\[0\] is null, expected a number$"):
        decode_document(b"layers:\n- W: [[null]]", ".yaml", _Document)
    document = decode_document(b"layers:\n- W: [[0.50]]", ".yaml", _Document, as_text=True)
    assert document.layers[0].W == [["0.50"]]
