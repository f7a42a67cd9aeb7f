"""Numbers as people write them: the grammar, and how many digits a text has."""

import math
import re
from fractions import Fraction

from nnc.core.record import Record

MOST_DIGITS = 2000
"""The most digits, and the largest exponent, of a number that is read exactly: 1e999999999 would fill the memory."""

DECIMAL = re.compile(r"[+-]?(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE]([+-]?[0-9]++))?")
FRACTION = re.compile(r"([+-]?[0-9]+) ?/ ?([0-9]+)")
NOT_FINITE = re.compile(r"[+-]?\.?(?:nan|inf|infinity|∞)", re.IGNORECASE)

_FAR = 3 * MOST_DIGITS  # an exponent that takes every number of so many digits out of float64's range, on either side
_LOG10_2 = math.log10(2)


class Written(Record):
    """A number with the precision at which it was written.

    ``unit`` is 1 at the last written digit, 0 for a fraction, which has them all: 0.50 has the unit 1/100, 500 has 1,
    5e2 has 100. ``digits`` counts the significant ones, those from the first that is not 0 on: 0.500 has 3, 0.000 has
    none; it is infinite for a fraction. ``value`` is None for infinity and NaN.
    """

    value: Fraction | None
    unit: Fraction = Fraction(0)
    digits: float = math.inf


def read_written(leaf: object) -> Written | None:
    """The number that a leaf of a document is, None where it is none; a minus sign may be − too.

    A float has the digits of its shortest text, so that 0.50 can only be told from 0.5 as a str. Text longer than
    ``MOST_DIGITS`` is no number, nor is a division by zero.
    """
    if isinstance(leaf, bool) or not isinstance(leaf, int | float | str):
        return None
    if isinstance(leaf, int) and abs(leaf) >= 10**MOST_DIGITS:
        return None
    text = repr(float(leaf)) if isinstance(leaf, float) else str(leaf)
    if len(text) > MOST_DIGITS:
        return None
    text = text.strip().replace("−", "-")
    if DECIMAL.fullmatch(text):
        return _read_decimal(text)
    if match := FRACTION.fullmatch(text):
        return Written(Fraction(int(match[1]), int(match[2]))) if int(match[2]) else None
    return Written(None) if NOT_FINITE.fullmatch(text) else None


def power_of_ten(exponent: int) -> Fraction:
    """10 to a whole number."""
    return Fraction(10**exponent) if exponent >= 0 else Fraction(1, 10**-exponent)


def leading_exponent(value: Fraction) -> int:
    """The exponent of the first digit of a number: 2 for 345, -3 for 0.00345. Raises ValueError for 0."""
    if not value:
        raise ValueError("0 has no first digit")
    size = abs(value)
    # By the lengths in bits it is right or one off; log10 would first have to make a float, whose range is smaller.
    exponent = math.floor((size.numerator.bit_length() - size.denominator.bit_length()) * _LOG10_2)
    while power_of_ten(exponent) > size:
        exponent -= 1
    while power_of_ten(exponent + 1) <= size:
        exponent += 1
    return exponent


def cut(value: Fraction, unit: Fraction) -> Fraction:
    """The number without what is smaller than one unit, towards 0; itself where the unit is 0."""
    return math.trunc(value / unit) * unit if unit else value


def _read_decimal(text: str) -> Written:
    mantissa, _, exponent = text.lower().partition("e")
    whole, _, decimals = mantissa.partition(".")
    number = int(whole + decimals)
    last = max(-_FAR, min(_FAR, int(exponent or 0))) - len(decimals)
    unit = power_of_ten(last)
    return Written(number * unit, unit, len(str(abs(number))) if number else 0)
