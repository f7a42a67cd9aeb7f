from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnc.core.decimals import MOST_READ_DIGITS
from nnc.errors import InputError
from nnc.io.values.arrays import is_number, to_array, to_number


def _refusal(nested: object, dtype: Any = float, **options: Any) -> str:
    with pytest.raises(InputError) as caught:
        to_array(nested, dtype, "W", **options)
    return str(caught.value)


@pytest.mark.parametrize(
    ("nested", "expected"),
    [
        (2, 2.0),
        ("1/4", 0.25),
        ([1, 2.5], [1.0, 2.5]),
        (["1/4", 2, " -.5 "], [0.25, 2.0, -0.5]),
        ([[1, 2], [3, 4]], [[1.0, 2.0], [3.0, 4.0]]),
        ([[2**63, -1]], [[2.0**63, -1.0]]),
        ([10**300], [1e300]),
        (["1e-999"], [0.0]),
        (["1.", ".5", "+1E+2"], [1.0, 0.5, 100.0]),
    ],
)
@pytest.mark.parametrize("dtype", [np.float64, "float64", float])
def test_nested_numbers_become_an_array(nested: object, expected: object, dtype: Any) -> None:
    array = to_array(nested, dtype, "x")
    assert array.dtype == np.float64
    np.testing.assert_array_equal(array, np.array(expected), strict=True)


def test_exact_numbers_become_fractions() -> None:
    array = to_array([["1/3", "0.1"], [2, "1e-2"]], object, "x")
    assert array.dtype == object
    assert array.tolist() == [[Fraction(1, 3), Fraction(1, 10)], [Fraction(2), Fraction(1, 100)]]
    assert to_array("1/3", object, "x")[()] == Fraction(1, 3)
    assert to_array(0.1, object, "x")[()] == Fraction(0.1)


def test_float32_is_the_rounded_float64() -> None:
    array = to_array([[0.1, "1/3"]], np.float32, "x")
    np.testing.assert_array_equal(array, np.array([[0.1, 1 / 3]], dtype=np.float32), strict=True)


@pytest.mark.parametrize(
    ("nested", "message"),
    [
        ([[1, 2], [3]], "W[1] has 1 value, but the row above has 2"),
        ([[1, 2], [3, 4], [5, 6, 7]], "W[2] has 3 values, but the rows above have 2"),
        ([], "W is empty, expected numbers"),
        ([[], []], "W[0] is empty, expected numbers"),
        ([[1], []], "W[1] has 0 values, but the row above has 1"),
        ([[1], 2], "W[1] is a number, but W[0] is a list"),
        ([1, [2]], "W[1] is a list, but W[0] is a number"),
        ([[1, "abc"]], "W[0][1] ('abc') is not a number"),
        ([1, "1/0"], "W[1] ('1/0') divides by zero"),
        ([1, ""], "W[1] is empty, expected a number"),
        ([1, None], "W[1] is null, expected a number"),
        ([1.0, True], "W[1] is true or false, expected a number"),
        ([1, False], "W[1] is true or false, expected a number"),
        (True, "W is true or false, expected a number"),
        ({"a": 1}, "W is a mapping, expected a number"),
        ([1, {"a": 1}], "W[1] is a mapping, expected a number"),
        ([[1, float("nan")]], "W[0][1] (nan) is not finite; nnc needs finite numbers"),
        ([-float("inf")], "W[0] (-inf) is not finite; nnc needs finite numbers"),
        (["nan"], "W[0] ('nan') is not finite; nnc needs finite numbers"),
        (["-Infinity"], "W[0] ('-Infinity') is not finite; nnc needs finite numbers"),
        (["−1"], "W[0] ('−1') is not a number; write the minus sign as -"),
        (["0,5"], "W[0] ('0,5') is not a number; write a decimal point, not a comma"),
        (["1 2"], "W[0] ('1 2') is not a number; separate numbers by commas"),
        (["1;2"], "W[0] ('1;2') is not a number; separate numbers by commas"),
        (["1_000"], "W[0] ('1_000') is not a number; leave out the _"),
        (["٣"], "W[0] ('٣') is not a number"),
        (["0x10"], "W[0] ('0x10') is not a number"),
        (["1/-3"], "W[0] ('1/-3') is not a number"),
        ([[[1]]], "W is nested too deep, expected a number, a list of numbers or rows of numbers"),
    ],
)
@pytest.mark.parametrize("dtype", [np.float64, np.float32, object])
def test_what_is_no_number_is_named_by_its_place(nested: object, message: str, dtype: Any) -> None:
    assert _refusal(nested, dtype) == message


@pytest.mark.parametrize(
    ("number", "dtype", "message"),
    [
        ("1e999", np.float64, "W[0] ('1e999') is out of range for float64"),
        (10**400, np.float64, "W[0] is out of range for float64"),
        ("1" + "0" * 400 + "/1", np.float64, f"W[0] ('1{'0' * 39}…') is out of range for float64"),
        (1e39, np.float32, "W[0] (1e+39) is out of range for float32"),
        (10**39, np.float32, f"W[0] ({10**39}) is out of range for float32"),
        ("-1e39", np.float32, "W[0] ('-1e39') is out of range for float32"),
        ("1e999999999", object, "W[0] ('1e999999999') has more than 2000 digits"),
        ("1e-999999999", object, "W[0] ('1e-999999999') has more than 2000 digits"),
        (10**MOST_READ_DIGITS, object, "W[0] has more than 2000 digits"),
        ("9" * 2001, object, f"W[0] ('{'9' * 40}…') is longer than 2000 characters, the most of a number"),
        ("9" * 2001, float, f"W[0] ('{'9' * 40}…') is longer than 2000 characters, the most of a number"),
    ],
)
def test_a_number_out_of_range_is_named(number: object, dtype: Any, message: str) -> None:
    assert _refusal([number], dtype) == message


def test_the_range_of_float32_ends_where_rounding_does() -> None:
    largest = float(np.finfo(np.float32).max)
    end = 2.0**128 - 2.0**103
    for number in (largest, np.nextafter(end, 0).item()):
        for leaf in (number, repr(number)):
            assert to_array([leaf, "1/1"], np.float32, "W")[0] == np.float32(largest)
    for leaf in (end, repr(end)):
        assert _refusal([leaf], np.float32).endswith("is out of range for float32")


@pytest.mark.parametrize(
    ("nested", "ndim", "message"),
    [
        (1, 2, "W is a number, expected rows of numbers"),
        ([1], 2, "W is a list of numbers, expected rows of numbers"),
        ([[1]], 1, "W is nested too deep, expected a list of numbers"),
        ([[1]], {0, 1}, "W is nested too deep, expected a number or a list of numbers"),
        (1, {1, 2}, "W is a number, expected a list of numbers or rows of numbers"),
    ],
)
def test_other_dimensions_than_expected_are_refused(nested: object, ndim: Any, message: str) -> None:
    assert _refusal(nested, ndim=ndim) == message


def test_brackets_without_end_are_refused_before_they_are_followed() -> None:
    nested: list[Any] = []
    for _ in range(100_000):
        nested = [nested]
    assert "nested too deep" in _refusal(nested)


def test_a_place_may_be_a_function_of_the_indices() -> None:
    with pytest.raises(InputError, match=r"^line 8 \('x'\) is not a number$"):
        to_array([[1], ["x"]], float, lambda indices: f"line {7 + indices[0]}")


@given(st.fractions())
def test_a_fraction_is_rounded_once(fraction: Fraction) -> None:
    text = f"{fraction.numerator}/{fraction.denominator}"
    assert to_number(text) == fraction.numerator / fraction.denominator
    assert to_number(text, object) == fraction


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_a_float_written_out_reads_back(numbers: list[float]) -> None:
    assert to_array([repr(number) for number in numbers], float, "x").tolist() == numbers
    assert to_array([repr(number) for number in numbers], object, "x").tolist() == [
        Fraction(repr(number)) for number in numbers
    ]


@given(st.text(alphabet="0123456789+-.eE_/ nainf٣", max_size=8))
def test_text_is_a_number_by_itself_as_it_is_among_others(text: str) -> None:
    try:
        number = to_number(text)
    except InputError:
        with pytest.raises(InputError):
            to_array([text, "1"], float, "x")
    else:
        assert is_number(text)
        assert to_array([text, "1"], float, "x").tolist() == [number, 1.0]
