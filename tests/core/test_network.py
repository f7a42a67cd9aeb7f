import re
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import nnc
from nnc.core.arrays import Array

ACTIVATIONS = ["identity", "relu", "leaky_relu", "sigmoid", "tanh", "softmax"]
NUMBERS = st.floats(-4, 4, allow_subnormal=False)


def in_layout(layout: str, kernel: Array, bias: Array, activation: str = "identity") -> nnc.Layer:
    """The layer of kernel (n_in, n_out) and bias (n_out,) as a file of that layout has it."""
    if layout == "W":
        return nnc.layer(activation, W=np.vstack([bias, kernel]))
    if layout == "Theta":
        return nnc.layer(activation, Theta=np.column_stack([bias, kernel.T]))
    return nnc.layer(activation, bias, **{layout: kernel if layout == "kernel" else kernel.T})


def kernel_and_bias(layout: str, dW: Array, db: Array | None) -> tuple[Array, Array | None]:
    """What ``in_layout`` was given, from where it was put."""
    if layout == "W":
        return dW[1:], dW[0]
    if layout == "Theta":
        return dW[:, 1:].T, dW[:, 0]
    return (dW if layout == "kernel" else dW.T), db


@st.composite
def problems(draw: st.DrawFn) -> tuple[list[tuple[Array, Array, str]], Array, Array]:
    """Layers as kernel, bias and activation; inputs (N, n0); targets (N, nL)."""
    sizes = draw(st.lists(st.integers(1, 3), min_size=2, max_size=4))
    layers = [
        (draw(arrays(float, (n, m), elements=NUMBERS)), draw(arrays(float, m, elements=NUMBERS)), activation)
        for n, m in pairwise(sizes)
        for activation in [draw(st.sampled_from(ACTIVATIONS))]
    ]
    samples = draw(st.integers(1, 4))
    x = draw(arrays(float, (samples, sizes[0]), elements=NUMBERS))
    return layers, x, draw(arrays(float, (samples, sizes[-1]), elements=NUMBERS))


@settings(max_examples=60)
@given(problems())
def test_the_four_layouts_agree(problem: tuple[list[tuple[Array, Array, str]], Array, Array]) -> None:
    layers, x, y = problem
    as_kernel, *others = (
        nnc.grad(nnc.network(*(in_layout(layout, *layer) for layer in layers)), x, y, "half_sse")
        for layout in ("kernel", "W", "Theta", "weight")
    )
    for layout, other in zip(("W", "Theta", "weight"), others, strict=True):
        for name in (name for name in other if name[:2] not in ("dW", "db")):
            np.testing.assert_allclose(other[name], as_kernel[name], rtol=1e-12, atol=1e-12, err_msg=name)
        for k in range(1, len(layers) + 1):
            found = kernel_and_bias(layout, other[f"dW{k}"], other[f"db{k}"] if layout == "weight" else None)
            for part, name in zip(found, (f"dW{k}", f"db{k}"), strict=True):
                assert part is not None
                np.testing.assert_allclose(part, as_kernel[name], rtol=1e-12, atol=1e-12, err_msg=name)


@settings(max_examples=60)
@given(problems(), st.sampled_from(["mean", "sum"]))
def test_a_batch_is_its_samples(problem: tuple[list[tuple[Array, Array, str]], Array, Array], reduction: Any) -> None:
    layers, x, y = problem
    network = nnc.network(*(in_layout("W", *layer) for layer in layers))
    batch = nnc.grad(network, x, y, nnc.objective("half_sse", reduction=reduction))
    each = [nnc.grad(network, row, target, "half_sse") for row, target in zip(x, y, strict=True)]
    share = 1 / len(x) if reduction == "mean" else 1  # of a sample in J
    for name in each[0]:
        values = np.array([sample[name] for sample in each])
        if name == "loss" or name.startswith("dW"):
            expected = values.sum(axis=0) * share
        elif name.startswith("d") and not name.startswith("da_dz"):
            expected = values * share
        else:
            expected = values
        np.testing.assert_allclose(batch[name], expected, rtol=1e-12, atol=1e-12, err_msg=name)
    np.testing.assert_allclose(batch["losses"], [sample["loss"] for sample in each], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("layout", ["weight", "kernel"])
def test_a_layer_without_a_bias_has_none_to_add_and_no_gradient_of_it(layout: str) -> None:
    found = nnc.grad(nnc.network(nnc.layer("identity", None, **{layout: [[3]]})), [2], [0], "half_sse")
    assert found["z1"].tolist() == [6]
    assert "db1" not in found


def zeros(layout: str, rows: int, columns: int) -> nnc.Layer:
    return nnc.layer("identity", None, **{layout: np.zeros((rows, columns))})


def refused(message: str) -> Any:
    return pytest.raises(nnc.InputError, match=f"^{re.escape(message)}$")


# Below is a layer with two outputs.
@pytest.mark.parametrize(
    ("layout", "rows", "columns", "message"),
    [
        ("W", 2, 4, "W has 2 rows, expected 3: 1 bias row + 2 outputs of layer 1"),
        ("W", 6, 1, "W has 6 rows, expected 3: 1 bias row + 2 outputs of layer 1"),
        (
            "W",
            5,
            1,
            "W has 5 rows, expected 3: 1 bias row + 2 outputs of layer 1; "
            "kernel would fit as weight (PyTorch nn.Linear)",
        ),
        ("Theta", 1, 2, "Theta has 2 columns, expected 3: 1 bias column + 2 outputs of layer 1"),
        ("weight", 1, 1, "weight has 1 column, expected 2: the 2 outputs of layer 1"),
        (
            "kernel",
            3,
            1,
            "kernel has 3 rows, expected 2: the 2 outputs of layer 1; it would fit as W (row 0 of W is the bias)",
        ),
        ("kernel", 1, 1, "kernel has 1 row, expected 2: the 2 outputs of layer 1"),
    ],
)
def test_a_layer_that_does_not_fit_the_one_below_is_refused(layout: str, rows: int, columns: int, message: str) -> None:
    with refused(message):
        nnc.network(zeros("kernel", 4, 2), zeros(layout, rows, columns))


def test_a_network_of_transposed_matrices_is_told_so() -> None:
    with refused("W has 1 row, the bias alone; it would fit as Theta (column 0 of Theta is the bias)"):
        zeros("W", 1, 3)
    with refused(
        "W has 2 rows, expected 4: 1 bias row + 3 outputs of layer 1; "
        "W and W would fit as Theta (column 0 of Theta is the bias)"
    ):
        nnc.network(zeros("W", 4, 3), zeros("W", 2, 5))
    with refused("x has 3 values, expected 1: the inputs of W; it would fit as Theta (column 0 of Theta is the bias)"):
        nnc.forward(nnc.network(zeros("W", 2, 4)), [1, 2, 3])


def test_one_output_below_is_counted_as_one() -> None:
    with refused("W has 3 rows, expected 2: 1 bias row + 1 output of layer 1"):
        nnc.network(zeros("W", 4, 1), zeros("W", 3, 1))


def test_the_layer_that_a_misfit_is_measured_by_is_the_one_below_it() -> None:
    with refused("W has 2 rows, expected 4: 1 bias row + 3 outputs of layer 2"):
        nnc.network(zeros("W", 3, 2), zeros("W", 3, 3), zeros("W", 2, 1))


@pytest.mark.parametrize(
    ("layout", "rows", "columns", "hint"),
    [
        ("W", 1 + 1, 3, "it would fit as Theta (column 0 of Theta is the bias)"),
        ("Theta", 3, 2, "it would fit as W (row 0 of W is the bias)"),
        ("weight", 2, 3, "it would fit as kernel (Keras and Flax Dense)"),
        ("kernel", 3, 2, "it would fit as weight (PyTorch nn.Linear)"),
    ],
)
def test_a_matrix_that_is_written_the_other_way_round_is_recognized(
    layout: str, rows: int, columns: int, hint: str
) -> None:
    with pytest.raises(nnc.InputError, match=re.escape(f"; {hint}") + "$"):
        nnc.network(zeros("W", 4, 2), zeros(layout, rows, columns))


@pytest.mark.parametrize(
    ("matrix", "bias", "message"),
    [
        ({"W": [[1]]}, None, "W has 1 row, the bias alone; expected one more row for each input"),
        ({"Theta": [[1]]}, None, "Theta has 1 column, the bias alone; expected one more column for each input"),
        ({"W": [[1], [2]]}, [1], "W has a bias beside it, but row 0 of W is the bias; expected one of the two"),
        (
            {"weight": [[1, 2]]},
            [1, 2],
            "bias has 2 values, expected 1: one for each row of weight; it would fit as kernel (Keras and Flax Dense)",
        ),
        (
            {"kernel": [[1, 2]]},
            [1],
            "bias has 1 value, expected 2: one for each column of kernel; it would fit as weight (PyTorch nn.Linear)",
        ),
        ({"kernel": [1, 2]}, None, "kernel has 1 dimension, expected a matrix (2)"),
        ({"kernel": [[[1, 2]]]}, None, "kernel has 3 dimensions, expected at most 2"),
    ],
)
def test_a_layer_that_does_not_fit_itself_is_refused(matrix: dict[str, Any], bias: Any, message: str) -> None:
    with refused(message):
        nnc.layer(bias=bias, **matrix)


@pytest.mark.parametrize("matrix", [{}, {"W": [[1], [2]], "Theta": [[1, 2]]}, {"V": [[1]]}])
def test_a_layer_takes_one_matrix_under_the_key_of_its_layout(matrix: dict[str, Any]) -> None:
    found = ", ".join(matrix) or "none"
    with refused(f"layer takes one matrix, as one of W, Theta, weight, kernel; found {found}"):
        nnc.layer(**matrix)


def test_a_network_has_a_layer() -> None:
    with refused("layers is empty, expected at least one layer"):
        nnc.network()


@pytest.mark.parametrize(
    ("inputs", "x", "message"),
    [
        (2, [1], "x has 1 value, expected 2: the inputs of kernel"),
        (2, [1, 2, 3], "x has 3 values, expected 2: the inputs of kernel"),
        (2, [[1], [2]], "each row of x has 1 value, expected 2: the inputs of kernel"),
        (1, [1, 2], "x has 2 values, expected 1: the inputs of kernel; "
                    "for 2 samples of one input write rows: …;…"),
    ],
)  # fmt: skip
def test_an_input_that_does_not_fit_the_first_layer_is_refused(inputs: int, x: Any, message: str) -> None:
    with refused(message):
        nnc.forward(nnc.network(zeros("kernel", inputs, 1)), x)
