import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnc.core.decimals import TEN, leading_exponent, read_written
from nnc.io.values.arrays import is_number


@pytest.mark.parametrize(
    ("leaf", "value", "unit", "digits"),
    [
        ("0.50", "1/2", "1/100", 2),
        ("0.5", "1/2", "1/10", 1),
        (0.5, "1/2", "1/10", 1),
        ("500", "500", "1", 3),
        (500, "500", "1", 3),
        ("5e2", "500", "100", 1),
        ("1.20e3", "1200", "10", 3),
        ("-.050", "-1/20", "1/1000", 2),
        ("7.", "7", "1", 1),
        ("007", "7", "1", 1),
        ("0.000", "0", "1/1000", 0),
        ("−2.5E-1", "-1/4", "1/100", 2),
        ("2/4", "1/2", "0", math.inf),
    ],
)
def test_a_number_has_the_digits_that_were_written(leaf: object, value: str, unit: str, digits: float) -> None:
    written = read_written(leaf)
    assert written is not None
    assert (written.value, written.unit, written.digits) == (Fraction(value), Fraction(unit), digits)


@pytest.mark.parametrize("text", ["nan", "-inf", ".inf", "∞", "Infinity", math.nan, -math.inf])
def test_infinity_and_nan_are_read_as_no_finite_number(text: object) -> None:
    written = read_written(text)
    assert written is not None
    assert written.value is None


@pytest.mark.parametrize(
    "leaf", ["", "x", "1 2", "1_000", "1,5", "1/0", "0x10", "１", "9" * 2001, 10**2000, True, None, []]
)
def test_what_is_no_number_is_not_read(leaf: object) -> None:
    assert read_written(leaf) is None


@given(st.text("0123456789+-.eE/ ", max_size=12))
def test_answers_have_the_grammar_of_every_number(text: str) -> None:
    divides_by_zero = "/" in text and not text.rpartition("/")[2].strip(" 0")
    assert (read_written(text) is not None) == (is_number(text) and not divides_by_zero)


@given(st.fractions().filter(bool), st.integers(-400, 400))
def test_the_leading_exponent_is_that_of_the_first_digit(fraction: Fraction, scale: int) -> None:
    value = fraction * TEN**scale
    assert 1 <= abs(value) / TEN ** leading_exponent(value) < 10


def test_zero_has_no_leading_exponent() -> None:
    with pytest.raises(ValueError, match="no first digit"):
        leading_exponent(Fraction(0))
