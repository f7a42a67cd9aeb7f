from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from nnc.core.grading.rule import Rule, Verdict
from nnc.core.grading.verdicts import Judged, judge_all, truths

MATRIX = np.array([[0.125, -0.5, 3.0], [0.3535766, 2.0, 1e-20]])
RIGHT_MATRIX = [["0.125", "-0.5", "3"], ["0.354", "2", "1.00e-20"]]


def judge_array(given: object, true: Any, noise: Any = 0.0, rule: Rule | None = None) -> Judged:
    return judge_all(given, true.shape, truths(true, noise), rule)


def vector(*values: float) -> Any:
    return np.array(values)


def test_each_number_of_a_matrix_is_judged_by_itself() -> None:
    judged = judge_array([["0.125", "0.5", None], ["0.353", "2.0", "x"]], MATRIX)
    assert {index: element.verdict.value for index, element in judged.elements.items()} == {
        (0, 0): "right",
        (0, 1): "wrong",
        (0, 2): "missing",
        (1, 0): "truncated",
        (1, 1): "right",
        (1, 2): "unreadable",
    }
    assert (judged.right, judged.size) == (3, 6)


@pytest.mark.parametrize(
    ("answers", "verdict"),
    [
        (["0.354", "0.125"], Verdict.RIGHT),
        (["0.353", "0.125"], Verdict.TRUNCATED),
        (["0.353", "0.12"], Verdict.TOO_FEW_DIGITS),
        ([None, "0.12"], Verdict.MISSING),
        ([None, "x"], Verdict.UNREADABLE),
        (["0.355", "x"], Verdict.WRONG),
        (["0.354"], Verdict.WRONG_SHAPE),
    ],
)
def test_the_verdict_on_an_array_is_the_worst_of_its_numbers(answers: object, verdict: Verdict) -> None:
    assert judge_array(answers, vector(0.3535766, 0.125)).verdict == verdict


@pytest.mark.parametrize(
    ("given", "true"),
    [
        (["1", "2", "3"], vector(1, 2, 3)),
        ([["1", "2", "3"]], vector(1, 2, 3)),
        ([["1"], ["2"], ["3"]], vector(1, 2, 3)),
        (["1", "2", "3"], vector(1, 2, 3)[None]),
        (["1", "2", "3"], vector(1, 2, 3)[:, None]),
        ([["1", "2", "3"]], vector(1, 2, 3)[:, None]),
        ((1, 2, 3), vector(1, 2, 3)),
        ("1", vector(1)),
        (["1"], np.array(1.0)),
        ([["1"]], np.array(1.0)),
        (1, np.float64(1.0)),
    ],
)
def test_axes_of_length_one_do_not_count(given: object, true: Any) -> None:
    assert judge_array(given, true).verdict == Verdict.RIGHT


@pytest.mark.parametrize(
    ("given", "true", "misfit"),
    [
        (["1", "2"], vector(1, 2, 3), "2 numbers, expected 3 numbers"),
        ("1", vector(1, 2, 3), "1 number, expected 3 numbers"),
        (["1", "2"], np.array(1.0), "2 numbers, expected 1 number"),
        ([[1, 2], [3, 4], [5, 6]], MATRIX, "3×2, expected 2×3; the transpose fits"),
        ([[1, 2], [3, 4]], MATRIX, "2×2, expected 2×3"),
        ([1, 2, 3, 4, 5, 6], MATRIX, "6 numbers, expected 2×3"),
        ([[1, 2, 3], [4, 5]], MATRIX, "rows of different lengths, expected 2×3"),
        ([[1, 2, 3], 4], MATRIX, "rows of different lengths, expected 2×3"),
        ([], MATRIX, "0 numbers, expected 2×3"),
        ([[], []], MATRIX, "2×0, expected 2×3"),
        ([[[1, 2]]] * 3, np.zeros((2, 1, 3)), "3×1×2, expected 2×1×3; the transpose fits"),
    ],
)
def test_a_wrong_shape_is_one_verdict_on_the_whole(given: Any, true: Any, misfit: str) -> None:
    judged = judge_array(given, true)
    assert (judged.verdict, judged.misfit, judged.right, judged.size) == (Verdict.WRONG_SHAPE, misfit, 0, true.size)
    assert judged.elements == {}


def test_the_transpose_of_a_square_matrix_is_wrong_number_by_number() -> None:
    judged = judge_array([[1, 2], [3, 4]], np.array([[1.0, 3.0], [2.0, 4.0]]))
    assert [element.verdict.value for element in judged.elements.values()] == ["right", "wrong", "wrong", "right"]


@pytest.mark.parametrize(
    ("given", "verdict"), [(None, Verdict.MISSING), (" ", Verdict.MISSING), ("see page 2", Verdict.UNREADABLE)]
)
def test_no_answer_in_the_place_of_a_whole_array_is_not_a_wrong_shape(given: object, verdict: Verdict) -> None:
    judged = judge_array(given, MATRIX)
    assert (judged.verdict, judged.right, judged.size) == (verdict, 0, 6)


def test_noise_is_one_number_or_one_each() -> None:
    true = vector(5.5e-17, 1e-17)
    assert judge_array(["0", "0"], true, 1e-16).verdict == Verdict.RIGHT
    assert [e.verdict for e in judge_array(["0", "0"], true, vector(1e-16, 0)).elements.values()] == [
        Verdict.RIGHT,
        Verdict.WRONG,
    ]


def test_float32_results_have_the_noise_of_float32() -> None:
    true = np.array([0.8, 0.1], dtype=np.float32) + np.float32(1e-8)
    assert judge_array(["0.8", "0.1"], true).verdict == Verdict.RIGHT
    assert judge_array(["0.799", "0.099"], true).right == 0


def test_fractions_and_class_indices_are_exact() -> None:
    thirds = np.array([Fraction(1, 3), Fraction(-2, 3)], dtype=object)
    assert judge_array(["1/3", "-0.667"], thirds).verdict == Verdict.RIGHT
    assert judge_array(["0.33333333333333333", "-2/3"], thirds).verdict == Verdict.RIGHT
    assert judge_array([1, "2"], np.array([1, 2])).verdict == Verdict.RIGHT


def test_infinite_results_are_matched_by_nothing() -> None:
    judged = judge_array(["inf", "1", None], vector(np.inf, np.nan, -np.inf))
    assert [e.verdict.value for e in judged.elements.values()] == ["wrong", "wrong", "missing"]


def test_the_rule_is_that_of_every_number() -> None:
    assert judge_array(RIGHT_MATRIX, MATRIX).verdict == Verdict.RIGHT
    assert judge_array(RIGHT_MATRIX, MATRIX, rule=Rule(min_sig=4)).verdict == Verdict.TOO_FEW_DIGITS
    assert judge_array(RIGHT_MATRIX, MATRIX, rule=Rule(rtol=1e-2)).verdict == Verdict.RIGHT
