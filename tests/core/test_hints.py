"""A hint that holds a number that would be right is found, whatever the rule, without judging it by every number."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnc.core.arrays import EXACT
from nnc.core.grading import verdicts as answers
from nnc.core.grading.marks import Graded, Question
from nnc.core.grading.rule import Rule
from nnc.core.grading.truth import Result
from nnc.core.noise import Noise

RULES = st.sampled_from(
    [
        Rule(),
        Rule(min_sig=1),
        Rule(rtol=0.1),
        Rule(atol=1e-3),
        Rule(rtol=1e-6, atol=2.0),
        Rule(sig=1),
        Rule(sig=4),
        Rule(decimals=0),
        Rule(decimals=3),
    ]
)
VALUES = st.lists(
    st.decimals(-2000, 2000, places=4).map(float) | st.sampled_from([0.0, 1e-13, 1e300, 2 / 3]), min_size=1
)
NUMBERS = st.sampled_from(["1/3", "2/3", "1e999", "1e-999", "0", "0.000", "1.8e308", "1" * 40, "-5e2", "1e3", "1e300"])


def question(values: list[float], rule: Rule, noise: float = 0.0, *, exact: bool = False) -> Question:
    true = np.array([Fraction(str(value)) for value in values], dtype=EXACT) if exact else np.array(values)
    result = Result("x", true, Noise.around(np.full(len(values), noise)), ("unit",))
    return Question("a", "x", Fraction(1), rule, result=result)


@given(
    st.lists(st.builds(question, VALUES, RULES, st.sampled_from([0.0, 1e-9, 0.5]), exact=st.booleans()), min_size=1),
    st.decimals(-2000, 2000, places=4).map(str) | st.integers(-2000, 2000).map(str) | NUMBERS,
    st.integers(0, 12),
)
def test_a_hint_gives_away_what_the_judge_calls_right(questions: list[Question], number: str, cut: int) -> None:
    text = number[: max(2, len(number) - cut)] if "." in number and "e" not in number else number
    judged = [
        asked.result.at(index).judge(text, asked.rule).verdict.holds
        for asked in questions
        for index, _ in asked.result.numbers()
    ]
    assert Graded("", questions, []).leaks(f"It is {text}, is it?") == any(judged)


@pytest.mark.parametrize("number", ["7.5", "100", "0.4", "2/3", "0.123"])
def test_a_number_is_judged_by_those_near_it_alone(number: str, monkeypatch: pytest.MonkeyPatch) -> None:
    judged = []
    monkeypatch.setattr(answers, "judge", lambda given, *_: judged.append(given))
    questions = [question([i + 0.25], Rule()) for i in range(20)]
    assert not Graded("", questions, []).leaks(f"{number} or {number}")
    assert judged == []


def test_the_sign_counts_where_noise_straddles_the_last_digit() -> None:
    asked = question([100.0], Rule(sig=1), noise=0.5)  # 99.5 cut off after one digit of 100 is 0, and so is -3
    assert not asked.result.at((0,)).judge("-3", asked.rule).verdict.holds
    assert not Graded("", [asked], []).leaks("It is -3, is it?")
