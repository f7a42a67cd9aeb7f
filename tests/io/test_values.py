import io
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from nnc.errors import InputError
from nnc.io.text.sources import StandardInput
from nnc.io.values.labels import read_labels
from nnc.io.values.option import read_value


def _value(text: str, dtype: Any = float, *, piped: bytes = b"") -> np.ndarray[Any, Any]:
    stdin = StandardInput(io.BytesIO(piped))
    return read_value(text, "--x", key="y_hat", stdin=stdin, as_text=np.dtype(dtype) == object).array(dtype)


def _classes(text: str, dtype: Any = float, *, piped: bytes = b"") -> dict[str, Any]:
    stdin = StandardInput(io.BytesIO(piped))
    return read_value(text, "--counts", key="counts", stdin=stdin, as_text=True, by_class=True).classes(dtype)


def _labels(text: str, *, piped: bytes = b"") -> list[str]:
    return read_labels(text, "--labels", stdin=StandardInput(io.BytesIO(piped)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", 1.0),
        ("-1", -1.0),
        (" 1/4 ", 0.25),
        ("2,3", [2.0, 3.0]),
        ("-1,-2", [-1.0, -2.0]),
        (" 2 , .5 ", [2.0, 0.5]),
        ("2,3;4,5", [[2.0, 3.0], [4.0, 5.0]]),
        ("2;3", [[2.0], [3.0]]),
        ("[[2,3],[4,5]]", [[2.0, 3.0], [4.0, 5.0]]),
        (' ["1/4", 1]', [0.25, 1.0]),
        ('{"y_hat": [1, 2], "meta": {}}', [1.0, 2.0]),
    ],
)
def test_a_value_has_the_dimensions_of_its_syntax(text: str, expected: object) -> None:
    np.testing.assert_array_equal(_value(text), np.array(expected), strict=True)


@pytest.mark.parametrize("text", ["2,3;", "2,3 ; ", "[[2,3]]"])
def test_a_trailing_semicolon_makes_a_batch_of_one(text: str) -> None:
    np.testing.assert_array_equal(_value(text), [[2.0, 3.0]], strict=True)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "--x: the value is empty, expected one such as 0.5 or 2,3"),
        (" ", "--x: the value is empty, expected one such as 0.5 or 2,3"),
        ("abc", "--x: the value ('abc') is not a number"),
        ("1,abc", "--x: number 2 ('abc') is not a number"),
        ("1,2;3,x", "--x: row 2, number 2 ('x') is not a number"),
        ("2,,3", "--x: number 2 is empty, expected a number"),
        ("2,", "--x: number 2 is empty, expected a number"),
        ("2 3", "--x: the value ('2 3') is not a number; separate numbers by commas"),
        ("2,3;4", "--x: row 2 has 1 value, but the row above has 2"),
        ("2;3;;", "--x: row 3 is empty, expected numbers"),
        (";", "--x: row 1 is empty, expected numbers"),
        ("1/0", "--x: the value ('1/0') divides by zero"),
        ("nan", "--x: the value ('nan') is not finite; nnc needs finite numbers"),
        ("[1,true]", "--x: number 2 is true or false, expected a number"),
        ("[[1],[2,3]]", "--x: row 2 has 2 values, but the row above has 1"),
        ("[[1],2]", "--x: row 2 is a number, but row 1 is a list"),
        ("[1,.5]", "--x: column 4: '.5' is not JSON here; write a 0 before the decimal point"),
        ('{"z": 1, "loss": 2}', "--x: there is no entry 'y_hat', only 'z', 'loss'"),
        ("{}", "--x: the mapping is empty, expected an entry 'y_hat'"),
        ("points.csv", "--x: 'points.csv' is not a number; to read a file, write '@points.csv'"),
        ("@", "--x @: expected a file's name"),
        ("@nowhere.csv", "--x @nowhere.csv: no such file"),
        ("\udcff", "--x: the value is not UTF-8 text"),
        ("[\udcff]", "--x: the value is not UTF-8 text"),
    ],
)
def test_a_wrong_value_is_refused_by_option_and_place(
    text: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError) as caught:
        _value(text)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("x.csv", "1,2\n3,4\n", [[1.0, 2.0], [3.0, 4.0]]),
        ("x.CSV", "a,b\r\n1,1/4\r\n\r\n3,4", [[1.0, 0.25], [3.0, 4.0]]),
        ("x.csv", "1x1,1x2\n1,2\n3,4", [[1.0, 2.0], [3.0, 4.0]]),
        ("x.csv", ",b\n1,2\n3,4", [[1.0, 2.0], [3.0, 4.0]]),
        ("x.csv", '"1","2"\n', [1.0, 2.0]),
        ("x.csv", "x\n1\n2\n3", [[1.0], [2.0], [3.0]]),
        ("x.csv", "a,b\n1,2", [1.0, 2.0]),
        ("x.csv", "7", 7.0),
        ("x.ndjson", "[1, 2]\n\n[3, 4]\n", [[1.0, 2.0], [3.0, 4.0]]),
        ("x.jsonl", "1\n2\n", [[1.0], [2.0]]),
        ("x.ndjson", "[1, 2]\n", [1.0, 2.0]),
        ("x.ndjson", "1\n", [1.0]),
        ("x.ndjson", '{"y_hat": [1, 2]}\n{"y_hat": [3, 4]}', [[1.0, 2.0], [3.0, 4.0]]),
        ("x.json", '{"y_hat": [[1, 2]]}', [[1.0, 2.0]]),
        ("x.yaml", "- [1, 2]\n- [3, .5]", [[1.0, 2.0], [3.0, 0.5]]),
        ("x.yml", "y_hat: [1, 1/4]", [1.0, 0.25]),
        ("x.txt", "[1,\n2]", [1.0, 2.0]),
        ("x", "1,2\n", [1.0, 2.0]),
    ],
)
def test_a_file_is_read_by_its_suffix(tmp_path: Path, name: str, content: str, expected: object) -> None:
    (tmp_path / name).write_bytes(content.encode())
    np.testing.assert_array_equal(_value(f"@{tmp_path / name}"), np.array(expected), strict=True)


@pytest.mark.parametrize(
    ("piped", "expected"),
    [
        ("[1, 2]", [1.0, 2.0]),
        ("[\n[1, 2],\n[3, 4]\n]", [[1.0, 2.0], [3.0, 4.0]]),
        ('{\n"y_hat": [1, 2]\n}\n', [1.0, 2.0]),
        ("[1, 2]\n[3, 4]\n", [[1.0, 2.0], [3.0, 4.0]]),
        ('{"y_hat": [1, 2]}\n{"y_hat": [3, 4]}\n', [[1.0, 2.0], [3.0, 4.0]]),
        ("a,b\n1,2\n3,4\n", [[1.0, 2.0], [3.0, 4.0]]),
        ("1\n2\n", [[1.0], [2.0]]),
        ("1,2\n", [1.0, 2.0]),
        ("1", 1.0),
        ("\ufeff1,2\r3,4\r", [[1.0, 2.0], [3.0, 4.0]]),
    ],
)
def test_standard_input_is_read_by_its_content(piped: str, expected: object) -> None:
    np.testing.assert_array_equal(_value("-", piped=piped.encode()), np.array(expected), strict=True)


@pytest.mark.parametrize(
    ("piped", "message"),
    [
        ("", "--x: standard input is empty"),
        ("1,2\n\n3,x\n", "--x -: line 3, number 2 ('x') is not a number"),
        ("a,b\n1,x\n", "--x -: line 2, number 2 ('x') is not a number"),
        ("1,x\n3,4\n", "--x -: line 1, number 2 ('x') is not a number"),
        ("1,2\n\n3\n", "--x -: line 3 has 1 value, but the row above has 2"),
        ("1,2,\n", "--x -: line 1, number 3 is empty, expected a number"),
        ("1;2\n3;4\n", "--x -: line 1, number 1 ('1;2') is not a number; separate numbers by commas"),
        ("nan,inf\n1,2", "--x -: line 1, number 1 ('nan') is not finite; nnc needs finite numbers"),
        ("−1,−2\n3,4", "--x -: line 1, number 1 ('−1') is not a number; write the minus sign as -"),
        ("a,b\n", "--x -: there is a header, but no row of numbers below it"),
        ('"\n"', "--x -: there are no values, only blank lines"),
        ('1,"2\n', "--x -: line 1: unexpected end of data"),
        ("[1, 2]\n\n[3]\n", "--x -: line 3 has 1 value, but the row above has 2"),
        ("[1, 2]\n[3, x]\n", "--x -: line 2: column 5: 'x' is not JSON here; expected a value"),
        ('{"y_hat": [1]}\n{"z": [3]}', "--x -: line 2: there is no entry 'y_hat', only 'z'"),
        (
            "[[[1]]]\n[[[2]]]",
            "--x -: the value is nested too deep, expected a number, a list of numbers or rows of numbers",
        ),
        ("[1,\n 'a']", "--x -: line 2, column 2: \"'a'\" is not JSON here; JSON writes text in double quotes"),
    ],
)
def test_a_fault_in_a_pipe_is_named_by_its_line(piped: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        _value("-", piped=piped.encode())
    assert str(caught.value) == message


def test_a_cell_too_long_for_csv_is_an_input_error() -> None:
    with pytest.raises(InputError, match=r"^--x -: line 1: field larger than field limit"):
        _value("-", piped=b"1" * 200_000)


@pytest.mark.parametrize("text", ["0.10,1/3", '[0.10, "1/3"]', "-"])
def test_exact_arithmetic_sees_the_digits_as_written(text: str) -> None:
    assert _value(text, object, piped=b'[0.10, "1/3"]').tolist() == [Fraction(1, 10), Fraction(1, 3)]


def test_two_options_cannot_share_standard_input() -> None:
    stdin = StandardInput(io.BytesIO(b"1"))
    read_value("-", "--x", key="x", stdin=stdin)
    with pytest.raises(InputError, match=r"^--x and --y both read standard input; give one of them a file$"):
        read_value("-", "--y", key="y", stdin=stdin)


_FINITE = arrays(
    np.float64, array_shapes(max_dims=2, max_side=4), elements=st.floats(allow_nan=False, allow_infinity=False)
)


@given(_FINITE)
def test_what_is_printed_reads_back(array: np.ndarray[Any, Any]) -> None:
    rows = [",".join(map(repr, row)) for row in np.atleast_2d(array).tolist()]
    texts = [str(array.tolist()), ";".join(rows) + ";" if array.ndim == 2 else rows[0]]
    for text in texts:
        read = _value(text)
        # A list of one number is written like a number.
        np.testing.assert_array_equal(read.reshape(array.shape) if read.ndim == 0 else read, array, strict=True)


@given(st.text(max_size=12) | st.text(alphabet='0123456789,;.-+/eE[]{}" \n', max_size=16))
def test_any_text_is_finite_numbers_or_refused(text: str) -> None:
    if text.startswith("@"):
        return
    for given_text, piped in ((text, b"1"), ("-", text.encode(errors="surrogatepass"))):
        for dtype in (np.float64, np.float32, object):
            with suppress(InputError):
                array = _value(given_text, dtype, piped=piped)
                assert array.ndim <= 2
                exact = all(isinstance(number, Fraction) for number in array.reshape(-1))
                assert exact if dtype is object else np.isfinite(array).all()


@given(st.text(alphabet='01,=;.-aB[]{}:" \n', max_size=16))
def test_any_text_is_classes_and_labels_or_refused(text: str) -> None:
    for read in (_classes, _labels):
        for given_text in (text, "-"):
            with suppress(InputError):
                assert read(given_text, piped=text.encode())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,5.5", {"0": 1.0, "1": 5.5}),
        ("5", {"0": 5.0}),
        ("1;5.5", {"0": 1.0, "1": 5.5}),
        ("B=100, A = 1000", {"B": 100.0, "A": 1000.0}),
        ("a=b=1/4", {"a=b": 0.25}),
        ("[1, 5.5]", {"0": 1.0, "1": 5.5}),
        ('{"B": 100, "A": "1/4"}', {"B": 100.0, "A": 0.25}),
        ('{"counts": 100, "A": 3}', {"counts": 100.0, "A": 3.0}),
        ('{"method": "balanced", "counts": {"0": 2}, "weights": {"0": 1.0}}', {"0": 2.0}),
        ('{"counts": [3, 4]}', {"0": 3.0, "1": 4.0}),
    ],
)
def test_classes_keep_their_names_and_their_order(text: str, expected: dict[str, float]) -> None:
    assert list(_classes(text).items()) == list(expected.items())


def test_exact_counts_are_fractions() -> None:
    assert _classes("A=0.1", object) == {"A": Fraction(1, 10)}
    assert _classes("-", object, piped=b'{"A": 0.1}') == {"A": Fraction(1, 10)}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("A=1,A=2", "class 'A' is given twice"),
        ("A=1,2", "'2' is not NAME=NUMBER, as in A=100,B=1000"),
        ("=1", "'=1' is not NAME=NUMBER, as in A=100,B=1000"),
        ("A=1,", "'' is not NAME=NUMBER, as in A=100,B=1000"),
        ("A=x", "class 'A' ('x') is not a number"),
        ("A=", "class 'A' is empty, expected a number"),
        ('{"A": null}', "class 'A' is null, expected a number"),
        ('{"method": "balanced", "weights": {}}', "there is no entry 'counts', only 'method', 'weights'"),
        ('{"counts": {}}', "the value names no classes"),
        ("{}", "the value names no classes"),
        ("1,2;3,4", "the value is rows of numbers, expected one number per class"),
    ],
)
def test_wrong_classes_are_refused_by_name(text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        _classes(text)
    assert str(caught.value) == f"--counts: {message}"


@pytest.mark.parametrize(
    ("text", "piped", "expected"),
    [
        ("1,1,0", "", ["1", "1", "0"]),
        ("cat, dog,cat", "", ["cat", "dog", "cat"]),
        ('[1, 0.50, "a"]', "", ["1", "0.50", "a"]),
        ('{"labels": [1, 0]}', "", ["1", "0"]),
        ("-", "cat\ndog\n", ["cat", "dog"]),
        ("-", "label\n1\n0\n", ["1", "0"]),
        ("-", "1,0,1\n", ["1", "0", "1"]),
        ("-", "[1]\n[0]\n", ["1", "0"]),
        ("-", '{"labels": 1}\n{"labels": "b"}\n', ["1", "b"]),
    ],
)
def test_labels_are_text_as_written(text: str, piped: str, expected: list[str]) -> None:
    assert _labels(text, piped=piped.encode()) == expected


@pytest.mark.parametrize(
    ("text", "piped", "message"),
    [
        ("1,,0", "", "--labels: label 2 is empty"),
        ("[true]", "", "--labels: label 1 is true or false, expected a number or text"),
        ("[[1, 2]]", "", "--labels: label 1 is a list, expected a number or text"),
        ("[]", "", "--labels: the value is not a list of labels, such as 1,1,0 or cat,dog,cat"),
        ('{"x": 1}', "", "--labels: there is no entry 'labels', only 'x'"),
        ("-", "a,b\nc,d\n", "--labels -: line 1 has 2 columns, expected one label per line"),
        ("-", "a\n\nc,d\n", "--labels -: line 3 has 2 columns, expected one label per line"),
    ],
)
def test_wrong_labels_are_refused_by_place(text: str, piped: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        _labels(text, piped=piped.encode())
    assert str(caught.value) == message
