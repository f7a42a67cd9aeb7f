"""The one rule for when an answer is right: at the precision at which it was written, unless the grader asks otherwise.

The true value is what exact arithmetic would give. What float64 makes of it is right, too, so the truth is an interval:
a number give or take the rounding noise of its calculation. All comparisons are of exact fractions.
"""

import math
from enum import StrEnum
from fractions import Fraction

from msgspec import Struct

from nnc.core.decimals import TEN, Written, cut, leading_exponent, nearest_float, read_written
from nnc.core.names import NoiseOf
from nnc.core.record import Record
from nnc.errors import InputError

ZERO = Fraction(1, 10**12)
"""How far from a true 0 an answer may be: what float64 leaves where terms of about 1 cancel."""

FLOAT_NOISE = 4
"""Units in the last place by which a float may be off where nothing more is known of it."""
MIN_SIG = 3
"""The fewest significant digits of a rounded answer."""
MOST_JUDGED = 12
"""The most significant digits that are judged: what follows them in a float64 is rounding."""
_MOST_ASKED = 100  # digits that a rule may ask for
_CLEAR = 1000  # a decimal whose unit is so many times the noise is not met by chance


class Verdict(StrEnum):
    """The verdict on one answer, best first."""

    RIGHT = "right"
    TRUNCATED = "truncated"
    ROUNDED_ON_THE_WAY = "rounded on the way"
    TOO_FEW_DIGITS = "too few digits"
    MISSING = "missing"
    UNREADABLE = "unreadable"
    WRONG = "wrong"
    WRONG_SHAPE = "wrong shape"

    @property
    def holds(self) -> bool:
        """Whether the answer counts as right."""
        return self in (Verdict.RIGHT, Verdict.TRUNCATED, Verdict.ROUNDED_ON_THE_WAY)


MIN_DECIMALS = 3
"""The fewest decimals by which an answer of few significant digits is judged: 0.0012 of a paper in four decimals."""


class Rule(Struct, frozen=True):
    """How near is right: as written, with at least ``min_sig`` digits, or by one of three other measures.

    With ``rtol`` or ``atol`` (0 if not given): |given − true| ≤ atol + rtol |true|. With ``sig`` or ``decimals``: so
    many significant digits or decimals are right, whatever follows them. As written, an answer may also be what comes
    of ``rounding_on_the_way``, and of calculating in the floats whose ``noise`` is allowed. Raises InputError for a
    number out of range, and for two measures at once.
    """

    min_sig: int = MIN_SIG
    rtol: float | None = None
    atol: float | None = None
    sig: int | None = None
    decimals: int | None = None
    rounding_on_the_way: bool = True
    noise: NoiseOf = "float32"

    @property
    def as_written(self) -> bool:
        """Whether an answer is judged at the precision at which it is written."""
        return (self.rtol, self.atol, self.sig, self.decimals) == (None, None, None, None)

    def __post_init__(self) -> None:
        asked = {"rtol": self.rtol, "atol": self.atol, "sig": self.sig, "decimals": self.decimals}
        kinds = [name for name, value in asked.items() if value is not None]
        if self.min_sig != MIN_SIG:
            kinds.insert(0, "min_sig")
        if len(kinds) > 1 and kinds != ["rtol", "atol"]:
            raise InputError(f"{' and '.join(kinds)} measure an answer in different ways; give one of them")
        for name in ("rtol", "atol"):
            tolerance = asked[name]
            if tolerance is not None and not 0 <= tolerance < math.inf:
                raise InputError(f"{name} is {tolerance}, expected a number from 0 up")
        for name, digits, least in (("min_sig", self.min_sig, 1), ("sig", self.sig, 1), ("decimals", self.decimals, 0)):
            if digits is not None and not least <= digits <= _MOST_ASKED:
                raise InputError(f"{name} is {digits}, expected a whole number from {least} to {_MOST_ASKED}")


class Truth(Record):
    """What the exact value is taken to be, and the ``spans`` (low, high) in which an answer may lie.

    ``exact`` says that ``value`` is known: it is a fraction, or a decimal of so few digits that the result is not so
    near to it by chance.
    """

    value: Fraction
    spans: tuple[tuple[Fraction, Fraction], ...]
    exact: bool

    @classmethod
    def of(cls, value: float | Fraction, noise: float = 0.0, rival: float = math.nan) -> "Truth":
        """The truth of a finite result that rounding may move by ``noise``, at least ``FLOAT_NOISE`` units for a float.

        ``rival`` is its value on the other side of a kink, give or take the same; NaN where there is none.
        """
        if isinstance(value, float):
            noise = max(noise, FLOAT_NOISE * math.ulp(value))
        centre, margin = Fraction(value), Fraction(noise)
        others = [] if math.isnan(rival) else [Fraction(rival)]
        spans = tuple((at - margin, at + margin) for at in (centre, *others))
        if isinstance(value, Fraction) or not margin:
            return cls(centre, spans, exact=True)
        short = _short(centre, margin)
        exact = abs(short - centre) <= margin
        return cls(short if exact else centre, spans, exact)

    def within(self, given: Fraction, tolerance: Fraction) -> bool:
        """Whether a number is in a span, or at most a tolerance away from one."""
        return any(low - tolerance <= given <= high + tolerance for low, high in self.spans)


class Judgement(Record):
    """The verdict on one number: what was given, and how far it is from the true value where both are numbers."""

    verdict: Verdict
    given: object
    difference: float | None = None


def judge(given: object, truth: Truth | None, rule: Rule | None = None) -> Judgement:
    """The verdict on one leaf of a document: text as it was written, a number, or None for no answer.

    ``truth`` is None for a result that is not finite, which no answer matches; nor do NaN and ∞ match any result.
    """
    if given is None or (isinstance(given, str) and not given.strip()):
        return Judgement(Verdict.MISSING, given)
    written = read_written(given)
    if written is None:
        return Judgement(Verdict.UNREADABLE, given)
    if written.value is None or truth is None:
        return Judgement(Verdict.WRONG, given)
    verdict = _verdict(written, written.value, truth, rule or Rule())
    return Judgement(verdict, given, nearest_float(written.value - truth.value))


def _short(value: Fraction, margin: Fraction) -> Fraction:
    """The nearest decimal whose last digit is far above the noise."""
    if abs(value) <= margin:
        return Fraction(0)
    unit = TEN ** (leading_exponent(margin * _CLEAR) + 1)
    return round(value / unit) * unit


def _verdict(written: Written, given: Fraction, truth: Truth, rule: Rule) -> Verdict:
    if truth.within(given, Fraction(0)) or (truth.value == 0 and abs(given) <= ZERO):
        return Verdict.RIGHT
    if rule.rtol is not None or rule.atol is not None:
        tolerance = _exact(rule.atol) + _exact(rule.rtol) * abs(truth.value)
        return Verdict.RIGHT if truth.within(given, tolerance) else Verdict.WRONG
    unit = max(written.unit, _wanted_unit(truth, rule), _finest_unit(truth))
    counted = cut(given, unit)
    if truth.within(counted, unit / 2) or truth.within(given, unit / 2):
        verdict = Verdict.RIGHT
    elif given * truth.value >= 0 and _is_truncated(counted, unit, truth):  # the sign always counts
        verdict = Verdict.TRUNCATED
    else:
        return Verdict.WRONG
    if not too_few(written, rule):
        return verdict
    return Verdict.TOO_FEW_DIGITS if written.digits else Verdict.WRONG  # 0 for 0.485 says nothing that is right


def _wanted_unit(truth: Truth, rule: Rule) -> Fraction:
    """1 at the last digit that the rule asks for; 0 where that is the last digit written."""
    if rule.decimals is not None:
        return TEN**-rule.decimals
    if rule.sig is not None and truth.value:
        return TEN ** (leading_exponent(truth.value) - rule.sig + 1)
    return Fraction(0)


def _finest_unit(truth: Truth) -> Fraction:
    """1 at the last digit that may be judged."""
    return TEN ** (leading_exponent(truth.value) - MOST_JUDGED + 1) if truth.value else Fraction(0)


def too_few(written: Written, rule: Rule) -> bool:
    """Whether a number has too few digits, even if they are right."""
    if rule.decimals is not None:
        return written.unit > TEN**-rule.decimals
    if rule.sig is None and rule.min_sig == MIN_SIG and written.digits and written.decimals >= MIN_DECIMALS:
        return False
    return written.digits < (rule.sig or rule.min_sig)


def _is_truncated(counted: Fraction, unit: Fraction, truth: Truth) -> bool:
    if truth.exact:
        return counted == cut(truth.value, unit)
    return any(cut(low, unit) <= counted <= cut(high, unit) for low, high in truth.spans)


def _exact(tolerance: float | None) -> Fraction:
    """A tolerance as it was written: 0.07 is 7/100, not the float beside it."""
    return Fraction(repr(float(tolerance or 0)))
