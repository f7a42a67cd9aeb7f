import re
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nnc
from nnc.core.arrays import EXACT, FLOAT32
from nnc.core.imbalance import METHODS, NORMALIZATIONS, imbalance_weights
from nnc.core.rows import choose
from nnc.errors import NotFiniteError


def weights(counts: Any, method: Any, normalize: Any = "none") -> list[Any]:
    return list(nnc.imbalance_weights(counts, method, normalize).weights.values())


@pytest.mark.parametrize(
    ("method", "counts", "expected"),
    [
        # N / (K n): 1100 / (2 · 100) and 1100 / (2 · 1000)
        ("balanced", [100, 1000], [5.5, 0.55]),
        # 12 / (3 · 6), 12 / (3 · 4), 12 / (3 · 2)
        ("balanced", [6, 4, 2], [2 / 3, 1, 2]),
        ("inverse", [100, 1000], [0.01, 0.001]),
        ("sqrt", [4, 25], [1 / 2, 1 / 5]),
        # (1 − ½) / (1 − ½²) = ½ / ¾ and ½ / (1 − ⅛) = ½ / ⅞
        ("effective:beta=0.5", [2, 3], [2 / 3, 4 / 7]),
        ("effective:beta=0", [2, 3], [1, 1]),
        # the effective number of one sample is 1, whatever beta is
        ("effective", [1, 1], [1, 1]),
        # 0.001 / (1 − 0.999²) = 0.001 / 0.001999
        ("effective", [1, 2], [1, 1000 / 1999]),
        ("pos-weight", [100, 1000], [1, 0.1]),
        ("pos-weight", [30, 10], [1, 3]),
        # N and K n are beyond float64: (1e308 + 1e308 + 1) / (3 · 1e308) = 2/3, and 2e308 / 3
        ("balanced", [10**308, 10**308, 1], [2 / 3, 2 / 3, 1e308 / 1.5]),
        ("balanced", [10**308, 1], [0.5, 5e307]),
    ],
)
def test_a_methods_weights_are_those_worked_by_hand(method: str, counts: list[int], expected: list[float]) -> None:
    assert weights(counts, method) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize(
    ("normalize", "expected"),
    # inverse of (2, 4, 4) is (½, ¼, ¼): mean ⅓, sum 1, maximum ½
    [("none", [0.5, 0.25, 0.25]), ("mean", [1.5, 0.75, 0.75]), ("sum", [0.5, 0.25, 0.25]), ("max", [1, 0.5, 0.5])],
)
def test_a_normalization_makes_this_of_the_weights_1(normalize: str, expected: list[float]) -> None:
    assert weights([2, 4, 4], "inverse", normalize) == pytest.approx(expected, rel=1e-15)


@given(st.lists(st.integers(1, 10**9), min_size=2, max_size=5), st.sampled_from(list(METHODS)))
def test_normalized_weights_keep_their_ratios(counts: list[int], method: str) -> None:
    if method == "pos-weight":
        counts = counts[:2]
    plain = np.array(weights(counts, method))
    measures: dict[str, Any] = {"mean": np.mean, "sum": np.sum, "max": np.max}
    assert {"none", *measures} == set(NORMALIZATIONS)
    for normalize, measure in measures.items():
        scaled = np.array(weights(counts, method, normalize))
        assert measure(scaled) == pytest.approx(1, rel=1e-12)
        np.testing.assert_allclose(scaled / scaled[0], plain / plain[0], rtol=1e-12)


@given(st.lists(st.integers(1, 10**9), min_size=2, max_size=6))
def test_balanced_gives_every_class_the_same_weight_times_count(counts: list[int]) -> None:
    # α|A| = β|B|, which is N / K
    weighting = nnc.imbalance_weights(counts)
    assert list(weighting.products.values()) == pytest.approx([sum(counts) / len(counts)] * len(counts), rel=1e-14)


def test_a_very_long_class_keeps_the_digits_of_its_effective_weight() -> None:
    # For βⁿ → 0 the weight is 1 − β; at β = 1 − 1e-9, n = 2 it is 1 / (1 + β) = ½ (1 + 5e-10 + …)
    few, many = weights([2, 10**12], {"name": "effective", "beta": 1 - 1e-9})
    assert few == pytest.approx(1 / (2 - 1e-9), rel=1e-14)
    assert many == pytest.approx(1e-9, rel=1e-6)  # 1 − β itself is a float64 of 8 digits here


def test_exact_counts_give_exact_weights() -> None:
    for method in ("balanced", "inverse", "effective", "pos-weight"):
        chosen = choose(METHODS, "method", method, {}, EXACT)
        found = imbalance_weights({"A": 1, "B": 2}, chosen, dtype=EXACT)
        assert all(isinstance(weight, Fraction | int) for weight in found.weights.values()), method
    assert found.weights == {"A": 1, "B": Fraction(1, 2)}


def test_a_sequence_names_its_classes_by_index_and_a_mapping_keeps_its_names_in_order() -> None:
    assert list(nnc.imbalance_weights([3, 2, 1]).weights) == ["0", "1", "2"]
    assert list(nnc.imbalance_weights({"B": 1, "A": 2}).weights) == ["B", "A"]


def test_weights_feed_the_class_weights_of_a_loss() -> None:
    weighting = nnc.imbalance_weights([100, 1000])
    # class 1 weighs 0.55: 0.55 · −log ½
    found = nnc.loss_of_outputs([0.5], [1], nnc.objective("bce", class_weights=weighting.weights))
    assert found["loss"] == pytest.approx(0.55 * np.log(2), rel=1e-15)


@pytest.mark.parametrize(
    ("counts", "method", "message"),
    [
        ({"A": 0, "B": 1}, "balanced", "class A has a count of 0, expected at least 1: its weight would be infinite"),
        ([1, -2], "inverse", "class 1 has a count of -2, expected at least 1"),
        ([5], "balanced", "1 class has nothing to be weighed against; expected at least 2"),
        ([1, 2, 3], "pos-weight",
         "method pos-weight weighs class 1 against class 0, but there are 3 classes; expected 2"),
        ([10**400, 1], "balanced", "class 0 has a count beyond float64"),
        ([1, 2], "effective:beta=1", "effective: beta is 1, expected a number from 0 up, below 1"),
        ([1, 2], "effective:beta=-0.5", "effective: beta is -0.5, expected a number from 0 up, below 1"),
        ([1, 2], "balanced:beta=0.5", "method balanced has no parameters, but beta is given"),
        ([1, 2], "ballanced", "unknown method 'ballanced'; did you mean balanced?"),
    ],
)  # fmt: skip
def test_what_cannot_be_weighed_is_refused(counts: Any, method: str, message: str) -> None:
    with pytest.raises(nnc.InputError, match=f"^{re.escape(message)}$"):
        nnc.imbalance_weights(counts, method)


def test_no_class_at_all_is_refused() -> None:
    with pytest.raises(nnc.InputError, match=r"^there are no classes; expected at least 2$"):
        nnc.imbalance_weights([])


def test_counts_beyond_float32s_whole_numbers_are_rounded_to_it() -> None:
    found = imbalance_weights({"A": 2**24 + 1, "B": 1}, choose(METHODS, "method", "inverse", {}), dtype=FLOAT32)
    assert found.weights == {"A": 2.0**-24, "B": 1}


def test_weights_whose_sum_overflows_have_no_mean() -> None:
    # N = 2e308, so that each of the 100 weights of 1 is 2e308 / 102
    with pytest.raises(NotFiniteError, match=r"^the sum of the weights is not finite"):
        weights([10**308, 10**308, *[1] * 100], "balanced", "mean")
