import json
import math
import subprocess
import sys
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from nnc.errors import InputError
from nnc.io.text.yaml_document import MAX_DEPTH, Tree, decode_yaml


def without_libyaml(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(yaml, "__with_libyaml__", False)
    patch.delattr(yaml, "CBaseLoader", raising=False)


@pytest.fixture(params=["libyaml", "pure Python"])
def _parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs a test with each of PyYAML's two parsers."""
    if request.param == "pure Python":
        without_libyaml(monkeypatch)
    elif not yaml.__with_libyaml__:  # a PyYAML from source may lack it; the pure Python half of each test still runs
        pytest.skip("PyYAML was built without libyaml")


with_each_parser = pytest.mark.usefixtures("_parser")


def refusal(text: str) -> str:
    with pytest.raises(InputError) as caught:
        decode_yaml(text)
    assert caught.value.source is None
    assert "\n" not in caught.value.message
    return caught.value.message


def same(a: Tree, b: Tree) -> bool:
    """Equal in value and in type, so that 1, 1.0 and True differ; and -0.0 differs from 0.0."""
    return repr(a) == repr(b)


SCALARS: list[tuple[str, Tree]] = [
    *((text, None) for text in ("null", "Null", "NULL", "~")),
    *((text, True) for text in ("true", "True", "TRUE")),
    *((text, False) for text in ("false", "False", "FALSE")),
    ("0", 0),
    ("-0", 0),
    ("+12", 12),
    ("-12", -12),
    ("0777", 777),
    ("08", 8),
    ("0o17", 15),
    ("0x1F", 31),
    ("0xff", 255),
    ("1.5", 1.5),
    ("-0.0", -0.0),
    ("1e-3", 0.001),
    ("1E5", 1e5),
    ("1e+5", 1e5),
    ("-1.5e3", -1500.0),
    (".5", 0.5),
    ("-.5", -0.5),
    ("+.5", 0.5),
    (".5e1", 5.0),
    ("5.", 5.0),
    ("5.e1", 50.0),
    (".inf", math.inf),
    ("-.Inf", -math.inf),
    ("+.INF", math.inf),
    (".nan", math.nan),
    (".NaN", math.nan),
    ("1e999", math.inf),
    *((text, text) for text in ("yes", "no", "on", "off", "y", "nULL", "tRUE", "inf", "nan", "NaN", "+.nan")),
    *(
        (text, text)
        for text in ("1_000", "12:30:45", "2001-01-01", "0b11", "0o8", "-0x1F", "0xfg", "1e", ".", "+", "-.e1")
    ),
    *((text, text) for text in ("1/3", "1.2.3", "1 2", "١٢", "=", "<<", "half_sse", "W·x")),
    ("'1'", "1"),
    ('"0.5"', "0.5"),
    ("''", ""),
    ('"null"', "null"),
    ('"\\u00e9\\n"', "é\n"),
    ("|\n  1\n", "1\n"),
    (">\n  1\n  2\n", "1 2\n"),
]


@with_each_parser
@pytest.mark.parametrize(("text", "value"), SCALARS)
def test_a_scalar_is_read_by_the_core_schema_of_yaml_1_2(text: str, value: Tree) -> None:
    assert same(decode_yaml(text), value)
    assert same(decode_yaml(f"a: {text}"), {"a": value})
    assert same(decode_yaml(f"- {text}"), [value])


@pytest.mark.parametrize("text", ["0.50", "1e-3", "5.", "+.5", "1E5", ".inf", "-.Inf", ".nan", "1e999"])
def test_as_text_keeps_a_float_as_it_is_written(text: str) -> None:
    assert decode_yaml(f"[{text}]", as_text=True) == [text]


@pytest.mark.parametrize(("text", "value"), [(t, v) for t, v in SCALARS if not isinstance(v, float)])
def test_as_text_changes_nothing_but_floats(text: str, value: Tree) -> None:
    assert same(decode_yaml(text, as_text=True), value)


DOCUMENTS: list[tuple[str, Tree]] = [
    (
        "layers:\n- W: [[0.1, -.2], [3, 4]]\n  activation: relu\n",
        {"layers": [{"W": [[0.1, -0.2], [3, 4]], "activation": "relu"}]},
    ),
    ("a: {name: huber, delta: 0.5}", {"a": {"name": "huber", "delta": 0.5}}),
    ("- - 1\n  - 2\n- - 3\n  - 4", [[1, 2], [3, 4]]),
    ("[\n  [1, 2],  # a row\n  [3, 4],\n]", [[1, 2], [3, 4]]),
    ('{"a":1,"b":[]}', {"a": 1, "b": []}),
    ("a:\nb: ", {"a": None, "b": None}),
    ("a: {}", {"a": {}}),
    ("0: 1\ntrue: 2\n1e-3: 3\n~: 4\n'': 5", {"0": 1, "true": 2, "1e-3": 3, "~": 4, "": 5}),
    ("<<: 1", {"<<": 1}),
    ("? a\n: 1", {"a": 1}),
    ("[a: 1]", [{"a": 1}]),
    ("a: {x: 1}\nb: {x: 2}", {"a": {"x": 1}, "b": {"x": 2}}),
    ("%YAML 1.2\n---\na: 012\n...\n", {"a": 12}),
    ("\ufeffa: 1\r\nb: 2\r\n", {"a": 1, "b": 2}),
    ("title: α → β 😀", {"title": "α → β 😀"}),
    ("null", None),
]


@with_each_parser
@pytest.mark.parametrize(("text", "tree"), DOCUMENTS)
def test_lists_and_mappings_nest_as_they_are_written(text: str, tree: Tree) -> None:
    assert same(decode_yaml(text), tree)


@with_each_parser
def test_a_key_may_be_a_number_of_any_length() -> None:
    assert decode_yaml("? " + "1" * 5000) == {"1" * 5000: None}


ALIAS = "write the values out where they belong"
ERRORS = [
    ("x: 1\nW: 2\nW: 3", "line 3, column 1: duplicate key 'W' (first on line 2)"),
    ("{a: 1, 'a': 2}", "line 1, column 8: duplicate key 'a' (first on line 1)"),
    ("0: 1\n'0': 1", "line 2, column 1: duplicate key '0' (first on line 1)"),
    ("a: *x", f"line 1, column 4: the alias *x is not read; {ALIAS}"),
    ("a: &x 1\nb: *x", f"line 1, column 4: the anchor &x is not read; leave it out and {ALIAS}"),
    ("a: &x [1]", f"line 1, column 4: the anchor &x is not read; leave it out and {ALIAS}"),
    ("&x a: 1", f"line 1, column 1: the anchor &x is not read; leave it out and {ALIAS}"),
    ("<<: *x", f"line 1, column 5: the alias *x is not read; {ALIAS}"),
    ("*x : 1", f"line 1, column 1: the alias *x is not read; {ALIAS}"),
    ("a: !!float 1", "line 1, column 4: the tag !!float is not read; write the plain value"),
    ("a: !foo [1]", "line 1, column 4: the tag !foo is not read; write the plain value"),
    ("! 1", "line 1, column 1: the tag ! is not read; write the plain value"),
    (
        "a: !!python/object/apply:os.getcwd []",
        "line 1, column 4: the tag !!python/object/apply:os.getcwd is not read; write the plain value",
    ),
    ("? [a]\n: 1", "line 1, column 3: a key is a list, expected a name or a number"),
    ("{{a: 1}: 1}", "line 1, column 2: a key is a mapping, expected a name or a number"),
    ("a: 1\n---\nb: 2", "line 2, column 1: a second document begins, expected one document in a file"),
    ("a: 1\n...\nb: 2", "line 3, column 1: found what does not belong here; check the indentation and the punctuation"),
    ("[1, 2]]", "line 1, column 7: found what does not belong here; check the indentation and the punctuation"),
    ("a: 1\n- 2", "line 2, column 1: found what does not belong here; check the indentation and the punctuation"),
    ("a:\n  - 1\n - 2", "line 3, column 2: found what does not belong here; check the indentation and the punctuation"),
    ("a: [1, 2", "line 1, column 9: expected ',' or ']' (while parsing a list in [ ] that begins at line 1, column 4)"),
    (
        "a: [1\nb: 2",
        "line 2, column 2: expected ',' or ']' (while parsing a list in [ ] that begins at line 1, column 4)",
    ),
    (
        "a: {b: 1\n",
        "line 2, column 1: expected ',' or '}' (while parsing a mapping in { } that begins at line 1, column 4)",
    ),
    ("[1,, 2]", "line 1, column 4: expected a value"),
    (
        "é: [1, 'x",
        "line 1, column 10: the file ends (while scanning text in quotes that begins at line 1, column 8)",
    ),
    ("a: b: c", "line 1, column 5: found ':' inside a value; check the indentation, or quote text that holds ': '"),
    (
        "a: 1\n  b: 2",
        "line 2, column 4: found ':' inside a value; check the indentation, or quote text that holds ': '",
    ),
    ("a: - 1", "line 1, column 4: found '- ' inside a value; begin the list on a line of its own, or write [1, 2]"),
    ("- 1\n-2", "line 2, column 3: expected 'key: value' or '- item', with a space after the colon or the dash"),
    ("a:\n\t- 1", "line 2, column 1: found a tab; use spaces"),
    ("a:\n  b: 1\n\tc: 2", "line 3, column 1: found a tab; use spaces"),
    ("é: @x", "line 1, column 4: found '@', which cannot begin a value; put text that begins with it in quotes"),
    ("a: 1\nb: \x01", "line 2, column 4: found the control character '\\x01'; remove it"),
    ("a: \x00", "line 1, column 4: found the control character '\\x00'; remove it"),
    ("a: \ud800", "line 1, column 4: found the control character '\\ud800'; remove it"),
    ("a:\n  - " + "1" * 4301, "line 2, column 5: a whole number of 4301 characters is too long to read"),
    ("0x" + "f" * 4301, "line 1, column 1: a whole number of 4303 characters is too long to read"),
    *(
        (text, "the file is empty, expected a YAML document")
        for text in ("", "\n", "# a comment\n", "---\n", "---\n...\n")
    ),
]


@with_each_parser
@pytest.mark.parametrize(("text", "message"), ERRORS)
def test_a_refusal_names_the_place_and_the_fix(text: str, message: str) -> None:
    assert refusal(text) == message


@with_each_parser
@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("%YAML 2.0\n---\n1", 1),
        ("%YAML 1." + "9" * 5000 + "\n---\n1", 1),
        ('- 1\n- \'\n- "\\x"', 3),
        ('- 1\n- "\\x"', 2),
        ('- 1\n- "\\ud83d\\ude00"', 2),
        ('- 1\n- "\\U00110000"', 2),
        ('- 1\n- "\\UFFFFFFFF"', 2),
        ('{"a": 1,\n "\\ud800": 2}', 2),
        ("a:\n  |x\n", 2),
        ("a:\n  *", 2),
    ],
)
def test_every_syntax_error_names_its_line(text: str, line: int) -> None:
    assert refusal(text).startswith(f"line {line}, column ")


@with_each_parser
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ("{a: ", "}"), ("- ", ""), ("[{a: ", "}]")])
def test_nesting_is_read_to_its_limit_and_refused_beyond(opening: str, closing: str) -> None:
    levels = opening.count("[") + opening.count("{") or 1
    deepest = opening * (MAX_DEPTH // levels) + "1" + closing * (MAX_DEPTH // levels)
    assert repr(decode_yaml(deepest)).count("1") == 1
    too_deep = "# line 1\n" + opening * (MAX_DEPTH + 1) + "1" + closing * (MAX_DEPTH + 1)
    assert refusal(too_deep).startswith("line 2, column ")
    assert f"nested more than {MAX_DEPTH} deep" in refusal(too_deep)


@with_each_parser
@pytest.mark.parametrize("opening", ["[", "[\n", "{a: ", "- ", "[{a: ", "? ", "{", "[? "])
def test_a_hundred_thousand_levels_are_refused(opening: str) -> None:
    assert refusal(opening * 100_000).startswith("line ")


def test_indentation_of_a_thousand_levels_is_refused() -> None:
    text = "\n".join(" " * level + "a:" for level in range(1000))
    assert refusal(text) == "line 101, column 101: lists and mappings are nested more than 100 deep"


def in_yaml(text: str) -> bool:
    """Whether YAML allows every character and takes none for a line break that JSON does not."""
    return text.isprintable() and not set(text) & set("\x85\u2028\u2029")


# YAML 1.1's scanners, which know no surrogate pairs, allow 1024 characters for a key.
WORDS = st.text(max_size=100).filter(in_yaml)
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
TREES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | NUMBERS | WORDS,
    lambda children: st.lists(children, max_size=5) | st.dictionaries(WORDS, children, max_size=5),
)


@given(tree=TREES, indent=st.sampled_from([None, 2]))
def test_json_is_read_as_json_reads_it(tree: Any, indent: int | None) -> None:
    text = json.dumps(tree, ensure_ascii=False, indent=indent)
    assert same(decode_yaml(text), json.loads(text))


@given(tree=TREES, as_text=st.booleans())
def test_both_parsers_read_the_same(tree: Any, as_text: bool) -> None:
    text = json.dumps(tree, ensure_ascii=False)
    with pytest.MonkeyPatch.context() as patch:
        without_libyaml(patch)
        pure = decode_yaml(text, as_text=as_text)
    assert same(decode_yaml(text, as_text=as_text), pure)


BASIC_PLANE = st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]), max_size=50)


@given(words=st.lists(BASIC_PLANE, min_size=1))
def test_escaped_json_text_is_read_as_json_reads_it(words: list[str]) -> None:
    text = json.dumps(words, ensure_ascii=True).replace("\x7f", "\\u007f")
    assert decode_yaml(text) == words


@given(number=NUMBERS)
def test_a_number_that_python_writes_reads_back(number: float) -> None:
    assert same(decode_yaml(f"- {number!r}"), [number])


def test_pyyaml_is_imported_by_the_first_document_only() -> None:
    script = "import sys, nnc.io.text.documents as d; assert 'yaml' not in sys.modules; "
    script += "d.decode_document(b'1', '.yaml', int); sys.modules['yaml']"
    subprocess.run([sys.executable, "-c", script], check=True)
