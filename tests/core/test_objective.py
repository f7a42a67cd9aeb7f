import re
from typing import Any

import numpy as np
import pytest
from dense import inner_bias_of, kernel_of

import nnc
from nnc.core.functions.losses import LOSSES as LOSSES_BY_NAME
from nnc.core.quantities import Calculation


def evaluated(y_hat: Any, y: Any, loss: str, **objective: Any) -> Calculation:
    return nnc.loss_of_outputs(y_hat, y, nnc.objective(loss, **objective))


def refused(y_hat: Any, y: Any, loss: str, message: str, **objective: Any) -> None:
    with pytest.raises(nnc.InputError, match=f"^{re.escape(message)}$"):
        evaluated(y_hat, y, loss, **objective)


# Targets

P = [0.5, 0.25, 0.25]


@pytest.mark.parametrize("y", [1, [0, 1, 0], [0.0, 1.0, 0.0]])
def test_an_index_and_a_one_hot_row_are_one_target(y: Any) -> None:
    # −log ¼ = log 4; its derivative by p_1 is −1/¼
    found = evaluated(P, y, "cross_entropy")
    assert found["loss"] == pytest.approx(np.log(4), rel=1e-15)
    assert found["dy_hat"].tolist() == [0, -4, 0]


@pytest.mark.parametrize("y", [[2, 0], [[2], [0]], [[0, 0, 1], [1, 0, 0]]])
def test_indices_a_column_of_indices_and_one_hot_rows_are_one_batch_of_targets(y: Any) -> None:
    found = evaluated([P, P], y, "cross_entropy")
    assert found["losses"].tolist() == pytest.approx([np.log(4), np.log(2)], rel=1e-15)


def test_probabilities_weigh_the_logarithms() -> None:
    # ½ log 2 + ½ log 4 = 1.5 log 2
    assert evaluated(P, [0.5, 0.5, 0], "cross_entropy")["loss"] == pytest.approx(1.5 * np.log(2), rel=1e-15)


def test_probabilities_may_miss_1_by_what_float32_prints() -> None:
    thirds = [0.3333333, 0.3333333, 0.3333333]
    assert evaluated(P, thirds, "cross_entropy")["y"].tolist() == thirds


@pytest.mark.parametrize("y", [1, [1]])
def test_the_only_outputs_target_is_a_number_or_a_list_of_one(y: Any) -> None:
    found = evaluated([0.5], y, "bce")
    assert found["y"].shape == (1,)
    assert found["loss"] == pytest.approx(np.log(2), rel=1e-15)


@pytest.mark.parametrize("y", [[1, 0], [[1], [0]]])
def test_beside_a_batch_of_one_output_a_vector_is_one_target_a_sample(y: Any) -> None:
    # −log ½ and −log(1 − ¼)
    found = evaluated([[0.5], [0.25]], y, "bce")
    assert found["y"].shape == (2, 1)
    assert found["losses"].tolist() == pytest.approx([np.log(2), -np.log(0.75)], rel=1e-15)


@pytest.mark.parametrize(
    ("y_hat", "y", "loss", "message"),
    [
        (P, [1, 0], "mse", "y has 2 values, expected 3 values: one for each output"),
        (P, 1, "mse", "y is one number, expected 3 values: one for each output"),
        ([1], [1, 0], "mse", "y has 2 values, expected 1 value: one for each output"),
        (P, [1, 0], "cross_entropy", "y has 2 values, expected 3 probabilities: one for each output, or a class index"),
        (P, [P, P], "mse", "y has 2 rows, but there is one sample; expected 3 values: one for each output"),
        (P, [P], "mse", "y has 1 row, but there is one sample; expected 3 values: one for each output"),
        ([P, P], [P], "mse", "y has 1 row, expected 2 rows: one for each sample"),
        ([P, P], 1, "cross_entropy", "y is one number, expected 2 targets: one for each sample"),
        ([P], 1, "cross_entropy", "y is one number, expected 1 target: one for each sample"),
        ([P, P], [1, 0, 1], "cross_entropy", "y has 3 values, expected 2 targets: one for each sample"),
        ([P, P], [1, 0], "mse", "y has one number a sample, expected 3 values: one for each output"),
        ([P, P], [[1, 0], [0, 1]], "mse", "y has 2 in a row, expected 3 values: one for each output"),
    ],
)
def test_a_target_of_another_shape_is_refused_with_the_shape_that_fits(
    y_hat: Any, y: Any, loss: str, message: str
) -> None:
    refused(y_hat, y, loss, message)


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (3, "y is class 3, but there are 3 outputs: classes count from 0, so 0 to 2"),
        (-1, "y is class -1, but there are 3 outputs: classes count from 0, so 0 to 2"),
        (1e300, "y is class 1e+300, but there are 3 outputs: classes count from 0, so 0 to 2"),
        (0.5, "y is 0.5, expected a class: a whole number from 0 to 2"),
        (float("nan"), "y is NaN, expected a finite number"),
        (float("inf"), "y is infinity, expected a finite number"),
        ([0.5, 0.6, 0], "y sums to 1.1, expected 1: one-hot, or probabilities of 3 classes"),
        ([1, 1, 0], "y sums to 2, expected 1: one-hot, or probabilities of 3 classes"),
        ([2, -1, 0], "y[1] is 2, but cross_entropy takes a probability, from 0 to 1"),
    ],
)
def test_what_is_no_class_and_no_distribution_is_refused(y: Any, message: str) -> None:
    refused(P, y, "cross_entropy", message)


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
@pytest.mark.parametrize(
    ("y", "message"),
    [
        ([0, 3], "y is class 3, but there are 3 outputs: classes count from 0, so 0 to 2"),
        ([[0], [3]], "y is class 3, but there are 3 outputs: classes count from 0, so 0 to 2"),
        ([[1, 0, 0], [1, 0, 1]], "row 2 of y sums to 2, expected 1: one-hot, or probabilities of 3 classes"),
        ([[1, 0, 0], [0, 1.5, 0]], "y[2,2] is 1.5, but cross_entropy takes a probability, from 0 to 1"),
    ],
)
def test_in_a_batch_the_row_is_named(y: Any, message: str) -> None:
    refused([P, P], y, "cross_entropy", message)


@pytest.mark.parametrize("loss", ["bce", "bce_with_logits"])
@pytest.mark.parametrize("wrong", [-0.5, 2])
def test_a_target_outside_the_losses_domain_is_refused(loss: str, wrong: float) -> None:
    takes = f"{loss} takes a number from 0 to 1"
    refused([0.5, 0.5], [0, wrong], loss, f"y[2] is {wrong}, but {takes}")
    refused([[0.5], [0.5]], [[0], [wrong]], loss, f"y[2,1] is {wrong}, but {takes}")


@pytest.mark.parametrize(
    ("loss", "remedy"),
    [
        ("bce", "end the network with sigmoid, or use bce_with_logits"),
        ("cross_entropy", "end the network with softmax, or use cross_entropy_with_logits"),
    ],
)
def test_an_output_outside_the_losses_domain_is_refused_with_a_remedy(loss: str, remedy: str) -> None:
    refused([0, 1.5], [1, 0], loss, f"y_hat[2] is 1.5, but {loss} takes a number from 0 to 1: {remedy}")


# Class weights

WEIGHTED = ", ".join(name for name, row in LOSSES_BY_NAME.items() if row.classes)


@pytest.mark.parametrize(
    "weights",
    [[1, 5.5], {"0": 1, "1": 5.5}, {"1": 5.5, "0": 1}, {0: 1, 1: 5.5}, {"healthy": 1, "ill": 5.5}],
    ids=str,
)
def test_class_weights_are_a_list_or_a_mapping_by_index_or_by_name_in_order(weights: Any) -> None:
    # w₁ · −log ½ for class 1, w₀ · −log(1 − ½) for class 0
    found = evaluated([[0.5], [0.5]], [1, 0], "bce", class_weights=weights)
    assert found["losses"].tolist() == pytest.approx([5.5 * np.log(2), np.log(2)], rel=1e-15)
    assert found["dy_hat"].tolist() == [[-5.5], [1]]  # (1/N) · (−w₁/p, w₀/(1 − p)) with N = 2


def test_bce_has_two_class_weights_however_many_outputs() -> None:
    # (1/3) (2 log 2 + 2 log 4 + 1 · −log ¾)
    found = evaluated(P, [1, 1, 0], "bce", class_weights=[1, 2])
    assert found["loss"] == pytest.approx((2 * np.log(2) + 2 * np.log(4) - np.log(0.75)) / 3, rel=1e-15)


def test_cross_entropy_has_a_class_weight_for_each_output() -> None:
    assert evaluated(P, 2, "cross_entropy", class_weights=[1, 2, 3])["loss"] == pytest.approx(3 * np.log(4), rel=1e-15)


@pytest.mark.parametrize(
    ("loss", "weights", "message"),
    [
        ("bce", [1], "class_weights has 1 value, expected 2 for bce: class 0 and class 1"),
        ("bce", [1, 2, 3], "class_weights has 3 values, expected 2 for bce: class 0 and class 1"),
        ("cross_entropy", [1, 2],
         "class_weights has 2 values, expected 3 for cross_entropy: one for each of 3 outputs"),
        ("cross_entropy", {"0": 1},
         "class_weights has 1 value, expected 3 for cross_entropy: one for each of 3 outputs"),
        ("bce", {"1": 1, "2": 2}, "class_weights names the classes 1, 2, expected 0, 1"),
        ("bce", [1, -2], "class_weights of class 1 is -2, expected a number from 0 up"),
        ("mse", [1, 2, 3], f"mse takes no class weights; the losses that do: {WEIGHTED}"),
    ],
)  # fmt: skip
def test_class_weights_that_do_not_fit_the_loss_are_refused(loss: str, weights: Any, message: str) -> None:
    refused(P, [1, 0, 0], loss, message, class_weights=weights)


# Reductions

BATCH = [[0.5, 0.5], [0.25, 0.75], [0.5, 0.5]]
CLASSES = [0, 1, 1]
LOSSES = [2 * np.log(2), -8 * np.log(0.75), 8 * np.log(2)]  # −w_c log p_c with w = (2, 8)


@pytest.mark.parametrize(
    ("reduction", "divisor"),
    # weighted-mean: 2 + 8 + 8, as torch.nn.functional.cross_entropy(…, weight=[2, 8], reduction="mean")
    [("mean", 3), ("sum", 1), ("weighted-mean", 18)],
)
@pytest.mark.parametrize("y", [CLASSES, [[1, 0], [0, 1], [0, 1]]])
def test_a_reduction_divides_the_sum_of_the_losses(reduction: str, divisor: int, y: Any) -> None:
    found = evaluated(BATCH, y, "cross_entropy", class_weights=[2, 8], reduction=reduction)
    assert found["losses"].tolist() == pytest.approx(LOSSES, rel=1e-15)
    assert found["loss"] == pytest.approx(sum(LOSSES) / divisor, rel=1e-15)
    # −w_c / p_c: −2/½, −8/¾, −8/½
    expected = np.array([[-4, 0], [0, -8 / 0.75], [0, -16]]) / divisor
    np.testing.assert_allclose(found["dy_hat"], expected, rtol=1e-15)


def test_weighted_mean_without_weights_is_the_mean() -> None:
    found = [evaluated(BATCH, CLASSES, "cross_entropy", reduction=name)["loss"] for name in ("mean", "weighted-mean")]
    assert found[0] == found[1]


def test_weighted_mean_of_bce_takes_the_weights_of_the_two_classes() -> None:
    # (5.5 log 2 + log 2) / (5.5 + 1) = log 2
    found = evaluated([[0.5], [0.5]], [1, 0], "bce", class_weights=[1, 5.5], reduction="weighted-mean")
    assert found["loss"] == pytest.approx(np.log(2), rel=1e-15)


@pytest.mark.parametrize(
    ("y_hat", "y", "loss", "why"),
    [
        (P, P, "mse", "mse has no classes"),
        (P, P, "cross_entropy", "y gives a sample several outputs or a probability"),
        (P, [1, 0, 0], "bce", "y gives a sample several outputs or a probability"),
        ([0.5], [0.5], "bce", "y gives a sample several outputs or a probability"),
        ([P, P], [P, [1, 0, 0]], "cross_entropy", "y gives a sample several outputs or a probability"),
    ],
)
def test_weighted_mean_needs_one_class_a_sample(y_hat: Any, y: Any, loss: str, why: str) -> None:
    message = f"reduction weighted-mean needs one class a sample, but {why}; use mean or sum"
    refused(y_hat, y, loss, message, reduction="weighted-mean")


def test_weighted_mean_over_classes_of_weight_0_is_refused() -> None:
    message = "reduction weighted-mean divides by the weights of the samples' classes, which sum to 0"
    refused(P, 1, "cross_entropy", message, reduction="weighted-mean", class_weights=[1, 0, 1])


# Sample weights

ROWS, ZEROS = [[2.0], [4.0]], [[0.0], [0.0]]


@pytest.mark.parametrize(
    ("reduction", "loss", "dy_hat"),
    [
        # half_sse: ½ 2² = 2 and ½ 4² = 8, times 3 and ½ are 6 and 4; the derivatives 2 and 4 become 6 and 2.
        ("mean", 5, [[3], [1]]),  # N = 2 whatever the weights
        ("sum", 10, [[6], [2]]),
    ],
)
def test_sample_weights_multiply_each_samples_loss(reduction: str, loss: float, dy_hat: list[list[float]]) -> None:
    found = evaluated(ROWS, ZEROS, "half_sse", sample_weights=[3, 0.5], reduction=reduction)
    assert found["terms"].tolist() == [[6], [4]]
    assert found["losses"].tolist() == [6, 4]
    assert found["loss"] == loss
    assert found["dy_hat"].tolist() == dy_hat


def test_weighted_mean_divides_by_the_sample_weights_too() -> None:
    # (3 · 2 log 2 + ½ · 8 · −log ¾ + 1 · 8 log 2) / (3 · 2 + ½ · 8 + 1 · 8)
    objective = {"class_weights": [2, 8], "sample_weights": [3, 0.5, 1], "reduction": "weighted-mean"}
    found = evaluated(BATCH, CLASSES, "cross_entropy", **objective)
    assert found["loss"] == pytest.approx((3 * LOSSES[0] + LOSSES[1] / 2 + LOSSES[2]) / 18, rel=1e-15)


def test_one_sample_may_have_a_weight() -> None:
    assert evaluated([2.0], [0.0], "half_sse", sample_weights=[3])["loss"] == 6


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([1], "sample_weights has 1 value, expected 2: one a sample"),
        ([1, 2, 3], "sample_weights has 3 values, expected 2: one a sample"),
        ([1, -2], "sample_weights[2] is -2, expected a number from 0 up"),
    ],
)
def test_sample_weights_that_do_not_fit_are_refused(weights: list[float], message: str) -> None:
    refused(ROWS, ZEROS, "half_sse", message, sample_weights=weights)


# The L2 penalty


@pytest.mark.parametrize(
    "layer",
    [
        nnc.layer(W=[[9, 9], [1, 2], [3, 4]]),
        nnc.layer(Theta=[[9, 1, 3], [9, 2, 4]]),
        nnc.layer(weight=[[1, 3], [2, 4]], bias=[9, 9]),
        nnc.layer(kernel=[[1, 2], [3, 4]], bias=[9, 9]),
    ],
    ids=lambda layer: layer.kind.name,
)
def test_the_penalty_is_half_lambda_times_the_squared_weights_without_the_bias(layer: nnc.Layer) -> None:
    # ½ · 0.1 · (1 + 4 + 9 + 16) = 1.5; with y = y_hat = bias + 0 nothing else is left, and dW is λ W
    found = nnc.grad(nnc.network(layer), [0, 0], [9, 9], nnc.objective("sse", l2=0.1))
    assert found["penalty"] == found["loss"] == pytest.approx(1.5, rel=1e-15)
    kernel = kernel_of(layer.kind.name, found["dW1"])
    np.testing.assert_allclose(kernel, [[0.1, 0.2], [0.3, 0.4]], rtol=1e-15)
    bias = found["db1"] if "db1" in found else inner_bias_of(layer.kind.name, found["dW1"])
    assert bias.tolist() == [0, 0]


def test_the_penalty_is_not_reduced_over_the_samples() -> None:
    network = nnc.network(nnc.layer(kernel=[[2]]))
    for reduction in ("mean", "sum"):
        objective = nnc.objective("sse", l2=1, reduction=reduction)
        assert nnc.loss(network, [[0], [0], [0]], [[0], [0], [0]], objective)["loss"] == 2  # ½ · 2²


def test_without_a_network_there_is_nothing_to_penalize() -> None:
    refused(P, P, "mse", "the L2 penalty is a sum over a network's weights, but there is no network", l2=1)
