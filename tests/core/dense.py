"""Dense layers as tests take them apart and put them together."""

from typing import Any

import numpy as np
import twin

import nnc
from nnc.core.arrays import Array
from nnc.core.layers import Layer

HOLDING_BIAS = ("W", "Theta")
"""The kinds whose matrix holds the bias."""
INPUTS_FIRST = ("W", "kernel")
"""The kinds whose inputs are the rows of the matrix."""


def random_layer(
    rng: np.random.Generator, kind: str, n_in: int, n_out: int, activation: Any, scale: float = 0.7, bias: float = 0.5
) -> Layer:
    """A layer of normally distributed numbers of these scales; without a bias beside the matrix where that is 0."""
    lines = n_in + (kind in HOLDING_BIAS)
    beside = rng.normal(scale=bias, size=n_out) if kind not in HOLDING_BIAS and bias else None
    shape = (lines, n_out) if kind in INPUTS_FIRST else (n_out, lines)
    return nnc.layer(activation, beside, **{kind: rng.normal(scale=scale, size=shape)})


def matrix_of(layer: Layer) -> Array:
    """The matrix under the key of its kind."""
    return layer.parameters[layer.kind.name]


def bias_of(layer: Layer) -> Array | None:
    """The bias beside the matrix, if there is one."""
    return layer.parameters.get("bias")


def kernel_of(kind: str, matrix: Array) -> Array:
    """A matrix without its bias, the inputs as rows: (n_in, n_out)."""
    rows = matrix if kind in INPUTS_FIRST else matrix.T
    return rows[1:] if kind in HOLDING_BIAS else rows


def inner_bias_of(kind: str, matrix: Array) -> Array:
    """The bias in a matrix that holds it: (n_out,)."""
    return matrix[0] if kind in INPUTS_FIRST else matrix[:, 0]


def with_parameters(layer: Layer, matrix: Array | None = None, bias: Array | None = None) -> Layer:
    """The layer with another matrix or bias."""
    given = {layer.kind.name: matrix, "bias": bias}
    changed = {key: value for key, value in given.items() if value is not None}
    return Layer(layer.kind, {**layer.parameters, **changed}, layer.activation)


def as_twin(layer: Layer) -> twin.Layer:
    """The same for the calculation loop by loop."""
    bias, slope = bias_of(layer), float(layer.activation.parameters.get("negative_slope", 0))
    beside = None if bias is None else bias.tolist()
    return twin.Layer(layer.kind.name, matrix_of(layer).tolist(), beside, layer.activation.row.name, slope)
