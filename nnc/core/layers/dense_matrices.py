"""Dense layers as products of matrices, for derivations: z, and its two derivatives."""

import numpy as np

from nnc.core.arrays import Array, Scalar
from nnc.core.formula.tree import (
    Matrix,
    MatrixProduct,
    Node,
    Number,
    Partial,
    Stacked,
    Symbol,
    Total,
    Transposed,
    added,
    column,
)
from nnc.core.layers.dense import BIAS, LAYOUTS, Layout
from nnc.core.layers.kind import Layer
from nnc.core.steps.derivation import Words


def of_z(layer: Layer, a: Array) -> Node:
    """z of one sample, whose inputs are a (n_in,)."""
    layout = _layout(layer)
    matrix = layer.parameters[layout.name]
    whole = matrix if layout.inputs_axis == 1 else matrix.T
    product = MatrixProduct((Matrix(whole), column(_with_one(a[None])[0] if layout.whole else a)))
    return added(product, column(layer.parameters[BIAS])) if BIAS in layer.parameters else product


def of_weights(
    layer: Layer, W: Symbol, a: Node, z: Symbol, inputs: Array, dz: Array, l2: Scalar | None, *, batch: bool
) -> tuple[Node, Node, Words]:
    """∂J/∂W in letters and in numbers, of all samples' inputs (N, n_in) and dz (N, n_out), and what is to be said."""
    layout = _layout(layer)
    if layout.whole:
        inputs, a = _with_one(inputs), Stacked(a)
    letters: tuple[Node, Node] = (a, Transposed(Partial(z)))
    matrices: tuple[Node, Node] = (Matrix(inputs.T), Matrix(dz))
    if layout.inputs_axis == 1:
        letters, matrices = (Partial(z), Transposed(a)), (Matrix(dz.T), Matrix(inputs))
    rule: Node = MatrixProduct(letters)
    numbers: Node = MatrixProduct(matrices)
    rule = Total(rule, "i") if batch else rule
    notes = [f"the {len(dz)} samples are the columns on the left and the rows on the right"] if batch else []
    if l2 is not None:
        each, matrix = layer.kind.of(layer.parameters)[0]
        rule = added(rule, MatrixProduct((Symbol("lambda"), W)))
        unbiased = np.where(each.is_bias(matrix), 0 * matrix, matrix)
        numbers = added(numbers, MatrixProduct((Number(l2), Matrix(unbiased))))
        notes += ["λ W without its bias"] if layout.whole else []
    return rule, numbers, ("; ".join(notes),) if notes else ()


def of_inputs(layer: Layer, W: Symbol, z: Symbol, dz: Array) -> tuple[Node, Node, Words]:
    """∂J/∂a of one sample, of its dz (n_out,), likewise."""
    layout = _layout(layer)
    part = "" if not layout.whole else "1:" if layout.inputs_axis == 0 else ":,1:"
    letter: Node = Symbol(W.name, W.layer, part=part)
    note = (letter, ": without the bias ", layout.line()) if part else ()
    if layout.inputs_axis == 1:
        letter = Transposed(letter)
    numbers = MatrixProduct((Matrix(layout.split(layer.parameters)[0]), column(dz)))
    return MatrixProduct((letter, Partial(z))), numbers, note


def _layout(layer: Layer) -> Layout:
    return next(layout for layout in LAYOUTS if layout.name == layer.kind.name)


def _with_one(values: Array) -> Array:
    """The rows (N, n) with a 1 before each, which meets the bias: (N, n + 1)."""
    one = np.ones((len(values), 1), dtype=np.int64).astype(values.dtype)
    return np.concatenate([one, values], axis=1)
