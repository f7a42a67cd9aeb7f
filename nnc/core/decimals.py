"""Numbers as people write them: their grammar and their digits."""

import math
import re
from fractions import Fraction
from typing import Any

from nnc.core.record import Record

MOST_READ_DIGITS = 2000
"""The most digits, and the largest exponent, of a number that is read exactly: 1e999999999 would fill the memory."""

DECIMAL = re.compile(r"[+-]?(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE]([+-]?[0-9]++))?")
FRACTION = re.compile(r"([+-]?[0-9]+) ?/ ?([0-9]+)")
NOT_FINITE = re.compile(r"[+-]?\.?(?:nan|inf|infinity|∞)", re.IGNORECASE)

_FAR = 3 * MOST_READ_DIGITS  # an exponent that takes every number of so many digits beyond float64's range
_LOG10_2 = math.log10(2)
TEN = Fraction(10)
"""Its powers are exact, also the negative ones."""


class Written(Record):
    """A number with the precision at which it was written.

    ``unit`` is 1 at the last written digit: 1/100 for 0.50, 1 for 500, 100 for 5e2, and 0 for a fraction, which is
    exact. ``digits`` counts the significant digits: 3 for 0.500, none for 0.000, infinitely many for a fraction.
    ``value`` is None for infinity and NaN.
    """

    value: Fraction | None
    unit: Fraction = Fraction(0)
    digits: float = math.inf

    @property
    def decimals(self) -> int:
        """How many digits stand behind the point; 0 for a fraction."""
        return max(0, -leading_exponent(self.unit)) if self.unit else 0


def read_written(leaf: object) -> Written | None:
    """The number that a leaf of a document is, None where it is no number; − is a minus sign, too.

    A float has the digits of its shortest text; only a str tells 0.50 from 0.5. Text longer than
    ``MOST_READ_DIGITS`` is no number, nor is a division by zero.
    """
    if isinstance(leaf, bool) or not isinstance(leaf, int | float | str):
        return None
    if isinstance(leaf, int) and abs(leaf) >= 10**MOST_READ_DIGITS:
        return None
    text = repr(float(leaf)) if isinstance(leaf, float) else str(leaf)
    if len(text) > MOST_READ_DIGITS:
        return None
    text = text.strip().replace("−", "-")
    if DECIMAL.fullmatch(text):
        return _read_decimal(text)
    if match := FRACTION.fullmatch(text):
        return Written(Fraction(int(match[1]), int(match[2]))) if int(match[2]) else None
    return Written(None) if NOT_FINITE.fullmatch(text) else None


def nearest_float(value: Any) -> float:
    """A number as a float, infinite where it is beyond float64."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def leading_exponent(value: Fraction) -> int:
    """The exponent of the first digit of a number: 2 for 345, -3 for 0.00345. Raises ValueError for 0."""
    if not value:
        raise ValueError("0 has no first digit")
    size = abs(value)
    # The lengths in bits give it, or one beside it; log10 would need a float, whose range is smaller.
    exponent = math.floor((size.numerator.bit_length() - size.denominator.bit_length()) * _LOG10_2)
    while TEN**exponent > size:
        exponent -= 1
    while TEN ** (exponent + 1) <= size:
        exponent += 1
    return exponent


def cut(value: Fraction, unit: Fraction) -> Fraction:
    """The number cut down, towards 0, to a multiple of the unit; itself where the unit is 0."""
    return math.trunc(value / unit) * unit if unit else value


def _read_decimal(text: str) -> Written:
    mantissa, _, exponent = text.lower().partition("e")
    whole, _, decimals = mantissa.partition(".")
    number = int(whole + decimals)
    last = max(-_FAR, min(_FAR, int(exponent or 0))) - len(decimals)
    unit = TEN**last
    return Written(number * unit, unit, len(str(abs(number))) if number else 0)
