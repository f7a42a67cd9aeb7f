import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nnc.core.grading.rule import Judgement, Rule, Truth, Verdict, judge
from nnc.errors import InputError

RIGHT, TRUNCATED, TOO_FEW = Verdict.RIGHT, Verdict.TRUNCATED, Verdict.TOO_FEW_DIGITS
WRONG, MISSING, UNREADABLE = Verdict.WRONG, Verdict.MISSING, Verdict.UNREADABLE


def exactly(text: str) -> Truth:
    return Truth.of(Fraction(text))


def verdict(true: Any, answer: object, **rule: Any) -> Verdict:
    """``true`` is text for an exact value, or a float with the noise that every float has."""
    truth = exactly(true) if isinstance(true, str) else Truth.of(true)
    return judge(answer, truth, Rule(**rule)).verdict


AS_WRITTEN: list[tuple[Any, object, Verdict, str]] = [
    # rounded: at most half of the last written digit's unit away
    ("0.3535766", "0.354", RIGHT, "0.3535766 is 0.354 to three decimals"),
    ("0.3535766", "0.353577", RIGHT, "…5766 rounds up to …577"),
    ("0.3535766", "0.3535766", RIGHT, "all the digits"),
    ("0.3535766", "0.35357660", RIGHT, "more digits than there are, and they are 0"),
    ("0.3535766", "0.35357661", WRONG, "the eighth decimal was written, and it is 0"),
    ("0.3535766", "3.54e-1", RIGHT, "the same digits with an exponent: the unit is 0.001"),
    ("0.3535766", ".354", RIGHT, "the 0 before the point may be left out"),
    ("0.3535766", "+0.354", RIGHT, "a plus sign changes nothing"),
    ("0.3535766", " 0.354\n", RIGHT, "nor does the space around"),
    ("0.12345", "0.1234", RIGHT, "the tie 0.12345 is half a unit from 0.1234"),
    ("0.12345", "0.1235", RIGHT, "and from 0.1235"),
    ("0.12345", "0.1236", WRONG, "1.5 units"),
    # truncated: the digits as they come, without looking at the next
    ("0.3535766", "0.353", TRUNCATED, "0.353|5766 cut off, 0.58 units away"),
    ("0.3535766", "0.353576", TRUNCATED, "0.353576|6 cut off"),
    ("-0.3535766", "-0.353576", TRUNCATED, "truncation goes towards 0"),
    ("-0.3535766", "-0.353578", WRONG, "1.4 units further from 0"),
    ("0.3535766", "0.353578", WRONG, "rounding gives …577, cutting …576"),
    ("0.3535766", "0.353575", WRONG, "one below the digits as they come"),
    ("1999.9", "1999", TRUNCATED, "a whole number has the unit 1"),
    ("0.99999", "0.999", TRUNCATED, "0.999|99"),
    ("0.99999", "1.000", RIGHT, "0.99999 rounds to 1.000"),
    # the sign
    ("0.3535766", "-0.354", WRONG, "the sign counts"),
    ("-0.3535766", "0.354", WRONG, "a dropped minus"),
    ("-0.3535766", "−0.354", RIGHT, "the sign − of a word processor is a minus"),
    # digits
    ("0.3535766", "0.35", TOO_FEW, "right as far as it goes, two digits"),
    ("0.3535766", "0.4", TOO_FEW, "one digit"),
    ("0.3535766", "0.36", WRONG, "too few digits, but those are wrong as well: 0.64 units"),
    ("0.035357", "0.04", TOO_FEW, "zeros in front are not significant: one digit"),
    ("0.0035357", "0.0035", RIGHT, "two digits, but those of a paper in four decimals"),
    ("0.0035357", "0.004", RIGHT, "one digit of a paper in three decimals"),
    ("0.0035357", "0.000", WRONG, "no digit at all"),
    ("0.0035357", "0.00354", RIGHT, "three digits"),
    ("0.50004", "0.50", TOO_FEW, "two digits of a number that goes on"),
    ("0.50004", "0.500", RIGHT, "zeros behind are significant: three digits"),
    ("0.5", "0.5", RIGHT, "0.5 ends there: no more digits to give"),
    ("0.5", "0.50", RIGHT, "0.50 is 0.5"),
    ("0.5", ".5", RIGHT, "the same"),
    ("0.8", "0.8", RIGHT, "ends there"),
    ("0.75", "0.8", TOO_FEW, "rounded to one digit, but 0.75 goes on"),
    ("17", "17", RIGHT, "a whole number ends at its unit"),
    ("17", "17.0", RIGHT, "the same number"),
    ("17", "2e1", TOO_FEW, "rounded to the tens it is 20, but 17 does not end there"),
    ("17.3", "17", TOO_FEW, "cut off after two digits"),
    ("17.3", 17.3, RIGHT, "a number has the digits of its shortest text"),
    ("499.7", "500", RIGHT, "500 as written is a whole number of unit 1, three digits"),
    ("512.3", "500", WRONG, "so it is not 512 rounded to hundreds"),
    ("512.3", "5e2", TOO_FEW, "this is: the unit is 100"),
    ("1203.4", "1.20e3", RIGHT, "the unit is 10, three digits"),
    ("1206", "1.20e3", TRUNCATED, "120|6"),
    ("1206", "1.21E+3", RIGHT, "rounded to tens, with the exponent as E+"),
    ("0.000000001", "0.000", WRONG, "0.000 has no significant digit"),
    ("0.485", "0.48500000000000004", RIGHT, "what float64 prints: 12 digits are judged"),
    ("1/3", "0.33333333333333331", RIGHT, "the same of a number without an end"),
    ("0.485", "0.485000000001", WRONG, "the 12th digit is another"),
    ("0.485", "0.4850000000004", RIGHT, "the 13th is not judged"),
    ("0.7", "0", WRONG, "cut off at the unit nothing is left"),
    ("5.2", "0", WRONG, "0 is neither 5.2 rounded nor cut off"),
    ("1e300", "1.00e300", RIGHT, "any size"),
    ("1.2345e-300", "1.23e-300", RIGHT, "any size"),
    # zero
    ("0", "0", RIGHT, "0 ends there"),
    ("0", "0.00", RIGHT, "0 is 0"),
    ("0", "-0", RIGHT, "there is no negative 0"),
    ("0", "-0.0", RIGHT, "there is no negative 0"),
    ("0", "5.55e-17", RIGHT, "what float64 leaves of 0.1 + 0.2 − 0.3"),
    ("0", "-1e-12", RIGHT, "within 1e-12 of 0"),
    ("0", "1.01e-12", WRONG, "further away"),
    ("0", "0.001", WRONG, "a digit that is not there"),
    ("1e-24", "0", WRONG, "a small number is not 0"),
    ("1.234e-24", "1.23e-24", RIGHT, "and has digits of its own"),
    ("1.234e-24", "-1.23e-24", WRONG, "and a sign"),
    # fractions
    ("1/3", "1/3", RIGHT, "exact"),
    ("1/3", "2/6", RIGHT, "not in lowest terms, but the same"),
    ("-1/3", "-1/3", RIGHT, "with its sign"),
    ("0.3333", "1/3", WRONG, "a fraction is exact, and 0.3333 is not 1/3"),
    ("1/3", "0.333", RIGHT, "rounded"),
    ("2/3", "0.666", TRUNCATED, "0.666|…"),
    ("2/3", "0.667", RIGHT, "rounded"),
    ("1/3", "1/0", UNREADABLE, "no number"),
    # what is no number
    ("0.5", None, MISSING, "nothing given"),
    ("0.5", "  ", MISSING, "blank"),
    ("0.5", "nan", WRONG, "NaN matches nothing"),
    ("0.5", math.nan, WRONG, "NaN matches nothing"),
    ("1e300", "inf", WRONG, "infinity matches nothing"),
    ("1e300", "∞", WRONG, "infinity matches nothing"),
    ("0.5", "50%", UNREADABLE, "a unit is no part of a number"),
    ("0.5", "0.5 m", UNREADABLE, "a unit is no part of a number"),
    ("0.5", "0,5", UNREADABLE, "a decimal comma"),
    ("0.5", "a half", UNREADABLE, "words"),
    ("1", True, UNREADABLE, "true is no number"),
    ("1", {"x": 1}, UNREADABLE, "nor is a mapping"),
    # numbers that would fill the memory
    ("0.5", "1e999999999", WRONG, "far out"),
    ("0.5", "-1e-999999999", WRONG, "next to 0"),
    ("0", "1e-999999999", RIGHT, "within 1e-12 of 0"),
    ("1e19", "0." + "0" * 1980 + "1e999999999", WRONG, "the exponent wins over any number of zeros"),
    ("0.5", "0.5" + "0" * 2000, UNREADABLE, "longer than any number needs"),
    ("0.5", 10**3000, UNREADABLE, "as an integer too"),
]

FLOATS: list[tuple[Any, object, Verdict, str]] = [
    (0.7999999999999999, "0.8", RIGHT, "the float is 0.8 with rounding noise"),
    (0.7999999999999999, "0.7", WRONG, "so this is no truncation"),
    (0.7999999999999999, "0.799", WRONG, "nor is this"),
    (0.7999999999999999, "0.7999999999999999", RIGHT, "the float itself, as a program prints it"),
    (0.1 + 0.2, "0.3", RIGHT, "0.30000000000000004 is 0.3"),
    (0.1 + 0.2, "0.30000000000000004", RIGHT, "the float itself"),
    (0.1 + 0.2, "0.299", WRONG, "0.3 cut off is 0.3"),
    (1 / 3, "1/3", RIGHT, "the fraction is within the noise"),
    (1 / 3, "0.3333333333333333", RIGHT, "all digits of the float"),
    (1 / 3, "0.33333333333333331483", RIGHT, "the float written out, which is within the noise"),
    (-2.5, "-2.5", RIGHT, "ends there"),
    (2.675, "2.67", RIGHT, "2.675, though the float is a little below"),
    (2.675, "2.68", RIGHT, "2.675, though the float is a little below"),
    (math.pi, "3.141", TRUNCATED, "3.141|59"),
    (math.pi, "3.15", WRONG, "3.14|159"),
    (5e-324, "5e-324", RIGHT, "the smallest float"),
]

MEASURES = [
    ("0.3535766", "0.36", {"rtol": 0.02}, RIGHT, "0.0064 is 1.8 % of it"),
    ("0.3535766", "0.36", {"rtol": 0.01}, WRONG, "more than 1 %"),
    ("0.3535766", "-0.3535766", {"rtol": 0.5}, WRONG, "the sign counts"),
    ("100", "130", {"rtol": 0.3}, RIGHT, "0.3 means 3/10, not the float a little below"),
    ("0.3535766", "0.35", {"atol": 0.004}, RIGHT, "0.0036 away; digits are not counted"),
    ("0.3535766", "0.36", {"atol": 0.004}, WRONG, "0.0064 away"),
    ("100", "103", {"atol": 1, "rtol": 0.02}, RIGHT, "1 + 0.02 · 100"),
    ("100", "103.1", {"atol": 1, "rtol": 0.02}, WRONG, "0.1 more than that"),
    ("0", "1e-13", {"rtol": 0.01}, RIGHT, "what a true 0 may be answered by"),
    ("0.3535766", "0.354", {"sig": 3}, RIGHT, "rounded to three digits"),
    ("0.3535766", "0.353", {"sig": 3}, TRUNCATED, "cut off after three digits"),
    ("0.3535766", "0.354999", {"sig": 3}, RIGHT, "only three digits are judged: 0.354"),
    ("0.3538", "0.3532", {"sig": 3}, TRUNCATED, "only three digits are judged: 0.353"),
    ("0.3535766", "0.353999", {"sig": 3}, RIGHT, "0.354 to three digits"),
    ("0.36", "0.35999", {"sig": 3}, RIGHT, "0.360 to three digits, though its first three are 0.359"),
    ("0.3535766", "0.352", {"sig": 3}, WRONG, "1.6 units away"),
    ("0.3535766", "0.35", {"sig": 3}, TOO_FEW, "two digits"),
    ("0.3535766", "0.35", {"sig": 2}, RIGHT, "two are enough"),
    ("0.35", "0.35", {"sig": 5}, RIGHT, "0.35 ends there"),
    ("0.99996", "1.00", {"sig": 3}, RIGHT, "rounded to three digits, one place up"),
    ("0.00035357", "0.000", {"sig": 3}, WRONG, "no significant digit"),
    ("1/3", "1/3", {"sig": 3}, RIGHT, "a fraction has all digits"),
    ("0.3333", "1/3", {"sig": 3}, RIGHT, "1/3 is 0.333 to three digits"),
    ("12.3456", "12.35", {"decimals": 2}, RIGHT, "rounded to two decimals"),
    ("12.3456", "12.34", {"decimals": 2}, TRUNCATED, "cut off after two decimals"),
    ("12.3456", "12.36", {"decimals": 2}, WRONG, "1.4 units away"),
    ("12.3456", "12.3", {"decimals": 2}, TOO_FEW, "one decimal"),
    ("12.3456", "12.2", {"decimals": 2}, WRONG, "one decimal, and that is wrong"),
    ("12.5", "12.5", {"decimals": 2}, RIGHT, "12.5 ends there"),
    ("0.0012", "0.00", {"decimals": 2}, RIGHT, "two decimals were asked for, whatever they show"),
    ("12.3456", "12", {"decimals": 0}, RIGHT, "no decimals"),
    ("0.3535766", "0.35", {"min_sig": 2}, RIGHT, "two digits are enough"),
    ("0.3535766", "0.354", {"min_sig": 4}, TOO_FEW, "four are asked for"),
    ("0.5", "0.5", {"min_sig": 4}, RIGHT, "0.5 ends there"),
]


@pytest.mark.parametrize(("true", "answer", "expected", "reason"), AS_WRITTEN + FLOATS)
def test_an_answer_is_judged_as_it_was_written(true: Any, answer: object, expected: Verdict, reason: str) -> None:
    assert verdict(true, answer) == expected, reason


@pytest.mark.parametrize(("true", "answer", "rule", "expected", "reason"), MEASURES)
def test_a_grader_may_measure_otherwise(
    true: Any, answer: object, rule: dict[str, Any], expected: Verdict, reason: str
) -> None:
    assert verdict(true, answer, **rule) == expected, reason


def documented() -> list[list[str]]:
    """The rows of the first table of the documentation: true value, answer, verdict, reason."""
    text = (Path(__file__).parents[2] / "docs" / "grading.md").read_text(encoding="utf-8")
    table = text.partition("| --- |")[2].partition("\n\n")[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[1:]]


@pytest.mark.parametrize(("true", "answer", "expected", "reason"), documented())
def test_the_documented_examples_are_true(true: str, answer: str, expected: str, reason: str) -> None:
    assert verdict(true, answer) == expected, reason


def test_right_truncated_and_rounded_on_the_way_hold_and_nothing_else_does() -> None:
    assert [v.value for v in Verdict if v.holds] == ["right", "truncated", "rounded on the way"]


def test_the_difference_is_that_of_the_exact_numbers() -> None:
    assert judge("0.36", exactly("0.35")).difference == 0.01
    assert judge("1e999999999", exactly("0.35")).difference == math.inf
    assert judge("-1e999999999", exactly("0.35")).difference == -math.inf
    assert judge("abc", exactly("0.35")).difference is None


def test_a_result_that_is_not_finite_is_matched_by_no_number() -> None:
    assert [judge(answer, None).verdict for answer in ("1", "inf", "x", "")] == [WRONG, WRONG, UNREADABLE, MISSING]


# Noise. 1e-3 is far more than any result has; it makes the intervals visible.


@pytest.mark.parametrize(
    ("value", "noise", "answer", "expected"),
    [
        (5.55e-17, 1e-16, "0", RIGHT),  # the noise covers 0, so the value is 0
        (5.55e-17, 1e-16, "0.001", WRONG),
        (5.55e-17, 1e-30, "0", WRONG),  # it does not: the value is small
        (5.55e-17, 1e-30, "5.55e-17", RIGHT),
        (0.12346, 1e-3, "0.1245", RIGHT),  # 0.12446 + half a unit is the end of what may be right
        (0.12346, 1e-3, "0.1246", WRONG),
        (0.12346, 1e-3, "0.1224", TRUNCATED),  # 0.12246 cut off
        (0.12346, 1e-3, "0.1223", WRONG),
        (-0.12346, 1e-3, "-0.1224", TRUNCATED),
        (-0.12346, 1e-3, "0.1234", WRONG),
        (0.12346, 5e-3, "0.12", RIGHT),  # which may be all of it
        (0.79996, 1e-4, "0.799", TRUNCATED),  # the noise is too large to say that 0.8 is meant
        (0.79996, 1e-4, "0.800", RIGHT),
        (3.0000000000000004e5, 1e-9, "300000", RIGHT),
        (3.0000000000000004e5, 1e-9, "299999", WRONG),
    ],
)
def test_rounding_noise_is_given_to_the_answer(value: float, noise: float, answer: str, expected: Verdict) -> None:
    assert judge(answer, Truth.of(value, noise)).verdict == expected


@pytest.mark.parametrize(
    ("value", "noise", "known"),
    [
        (0.7999999999999999, 0.0, "4/5"),
        (1e-17, 1e-16, "0"),
        (299999.99999999994, 1e-9, "300000"),
        (0.125, 0.0, "1/8"),
        (0.12345, 1e-4, None),  # 0.1 and 0.123 are short, but any number has such a neighbour
        (1 / 3, 0.0, None),
        (math.pi, 1e-15, None),
        (3.1e-16, 2e-17, None),
    ],
)
def test_a_result_is_a_short_decimal_where_chance_would_not_bring_it_so_near(
    value: float, noise: float, known: str | None
) -> None:
    truth = Truth.of(value, noise)
    assert (truth.exact, truth.value) == ((False, Fraction(value)) if known is None else (True, Fraction(known)))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"sig": 3, "decimals": 2}, "sig and decimals measure an answer in different ways; give one of them"),
        ({"rtol": 0.1, "sig": 3}, "rtol and sig measure an answer in different ways; give one of them"),
        ({"rtol": 0.1, "min_sig": 4}, "min_sig and rtol measure an answer in different ways; give one of them"),
        ({"rtol": -0.1}, "rtol is -0.1, expected a number from 0 up"),
        ({"atol": math.nan}, "atol is nan, expected a number from 0 up"),
        ({"atol": math.inf}, "atol is inf, expected a number from 0 up"),
        ({"sig": 0}, "sig is 0, expected a whole number from 1 to 100"),
        ({"decimals": -1}, "decimals is -1, expected a whole number from 0 to 100"),
        ({"min_sig": 0}, "min_sig is 0, expected a whole number from 1 to 100"),
        ({"decimals": 10**9}, "decimals is 1000000000, expected a whole number from 0 to 100"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as caught:
        Rule(**options)
    assert str(caught.value) == message


# Laws. Results are floats and the answers are worked out from them in whole numbers: units of the last digit.

results = st.floats(allow_nan=False, allow_infinity=False).filter(lambda value: abs(value) > 1e-290)
digits = st.integers(3, 12)


def in_units(value: float, places: int) -> tuple[Fraction, int]:
    """The value in units of its last of so many digits, and the exponent of that unit."""
    exponent = int(f"{value:.16e}".partition("e")[2]) - places + 1
    return Fraction(value) / Fraction(10) ** exponent, exponent


def is_clear(value: float) -> bool:
    """Whether a value is far from any decimal of 13 digits, so that noise plays no part in how it is rounded."""
    units, _ = in_units(value, 13)
    return Fraction(1, 10) < abs(units - round(units)) < Fraction(4, 10)


@given(results, digits)
def test_every_rounding_and_truncation_is_accepted(value: float, places: int) -> None:
    assume(is_clear(value))
    units, exponent = in_units(value, places)
    assert verdict(value, f"{round(units)}e{exponent}") == RIGHT
    assert verdict(value, f"{math.trunc(units)}e{exponent}").holds


@given(results, digits, st.sampled_from([-1, 1]))
def test_an_answer_one_unit_off_is_never_accepted(value: float, places: int, step: int) -> None:
    assume(is_clear(value))
    units, exponent = in_units(value, places)
    wrong = (math.floor(units) if step < 0 else math.ceil(units)) + step
    assert verdict(value, f"{wrong}e{exponent}") == WRONG


@given(results, digits)
def test_the_other_sign_is_never_accepted(value: float, places: int) -> None:
    units, exponent = in_units(value, places)
    assert verdict(value, f"{-round(units)}e{exponent}") == WRONG


@given(
    st.fractions(max_denominator=10**6).filter(bool),
    st.integers(-(10**5), 10**5).filter(bool),
    st.integers(-6, 0),
    st.integers(-50, 50),
    st.sampled_from([Rule(), Rule(sig=4), Rule(rtol=0.01), Rule(min_sig=5)]),
)
def test_powers_of_ten_keep_the_verdict(true: Fraction, number: int, exponent: int, scale: int, rule: Rule) -> None:
    def judged(power: int) -> Judgement:
        return judge(f"{number}e{exponent + power}", Truth.of(true * Fraction(10) ** power), rule)

    assert judged(scale).verdict == judged(0).verdict


@given(results)
def test_a_float_as_python_prints_it_is_right(value: float) -> None:
    assert verdict(value, repr(value)) == RIGHT
    assert verdict(value, value) == RIGHT


@given(st.integers(-(10**10), 10**10), st.integers(-10, 10), st.integers(-4, 4))
def test_noise_of_some_ulp_changes_no_verdict(number: int, exponent: int, ulps: int) -> None:
    exact = Fraction(number) * Fraction(10) ** exponent
    noisy = float(exact) + ulps * math.ulp(float(exact))
    truth = Truth.of(noisy, 8 * math.ulp(noisy))
    for answer in (
        f"{number}e{exponent}",
        f"{number - 1}e{exponent}",
        f"{number + 1}e{exponent}",
        f"{number // 10}e{exponent + 1}",
    ):
        assert judge(answer, truth).verdict == judge(answer, Truth.of(exact)).verdict
