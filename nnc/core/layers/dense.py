"""Dense layers: z is a matrix times the inputs, and a bias; in the four layouts in which files write them."""

from functools import partial
from typing import Literal

import numpy as np

from nnc.core.arrays import Array, rows_times, summed, times
from nnc.core.layers.kind import Kind, Layer, Parameters, Shape, Terms, Weights
from nnc.core.record import Record
from nnc.errors import InputError, counted

BIAS = "bias"
"""The key of a bias that stands beside its matrix."""


class Layout(Record):
    """How a file writes a layer's weights; every layout is turned to kernel (n_in, n_out) and bias (n_out,)."""

    name: str
    inputs_axis: Literal[0, 1]
    """The axis of the matrix along which the inputs lie."""
    whole: bool
    """Whether the bias is the first row (column) of the matrix along ``inputs_axis``, or an array beside it."""
    formula: str
    note: str
    writers: str
    words: str

    def split(self, parameters: Parameters) -> tuple[Array, Array | None]:
        """Kernel (n_in, n_out) and bias (n_out,), as views."""
        matrix = parameters[self.name]
        kernel = matrix if self.inputs_axis == 0 else matrix.T
        return (kernel[1:], kernel[0]) if self.whole else (kernel, parameters.get(BIAS))

    def shapes(self, parameters: Parameters) -> tuple[Shape, Shape]:
        """(n_in,) and (n_out,)."""
        n_in, n_out = self.split(parameters)[0].shape
        return (n_in,), (n_out,)

    def forward(self, parameters: Parameters, a: Array) -> Array:
        """z (N, n_out) of inputs a (N, n_in)."""
        kernel, bias = self.split(parameters)
        z = rows_times(a, kernel)
        return z if bias is None else z + bias

    def gradients(self, parameters: Parameters, a: Array, dz: Array) -> dict[str, Array]:
        """The derivatives by the parameters, laid out as they are."""
        by_kernel, by_bias = times(a.T, dz), summed(dz, axis=0)
        matrix = np.concatenate([by_bias[None, :], by_kernel]) if self.whole else by_kernel
        found = {self.name: matrix if self.inputs_axis == 0 else matrix.T}
        return found if self.whole or BIAS not in parameters else found | {BIAS: by_bias}

    def backward(self, parameters: Parameters, a: Array, dz: Array) -> Array:
        """The derivative by a."""
        return rows_times(dz, self.split(parameters)[0].T)

    def terms(self, parameters: Parameters) -> tuple[Terms, ...]:
        """z_j = Σ_i w_ij a_i + b_j, the bias first where it is in the matrix, else last."""
        at = np.arange(parameters[self.name].size).reshape(parameters[self.name].shape)
        lines, units = np.indices(at.shape) if self.inputs_axis == 0 else np.indices(at.shape)[::-1]
        each = (array.reshape(-1) for array in (units, at, lines - self.whole))
        found = [Terms(self.name, *each)]
        if BIAS in parameters:
            unit = np.arange(len(parameters[BIAS]))
            found.append(Terms(BIAS, unit, unit, np.full(unit.shape, -1)))
        return tuple(found)

    def line(self, count: int | None = None) -> str:
        """What each input is in the matrix: a row or a column, or so many."""
        noun = ("row", "column")[self.inputs_axis]
        return noun if count is None else counted(count, noun)

    def turned(self) -> "Layout":
        """The layout with rows and columns exchanged."""
        return next(one for one in LAYOUTS if one.whole == self.whole and one.inputs_axis != self.inputs_axis)

    def __str__(self) -> str:
        return f"{self.name} ({self.note if self.whole else self.writers})"


LAYOUTS = (
    Layout("W", 0, True, "Wᵀ [1; a]", "row 0 of W is the bias", "textbooks", "(inputs + 1, units), row 0 is the bias."),
    Layout(
        "Theta",
        1,
        True,
        "Theta [1; a]",
        "column 0 of Theta is the bias",
        "Ng's course",
        "(units, inputs + 1), column 0 is the bias.",
    ),
    Layout(
        "weight",
        1,
        False,
        "weight a + bias",
        "the bias stands beside weight",
        "PyTorch nn.Linear",
        "(units, inputs), the bias beside it, as in PyTorch.",
    ),
    Layout(
        "kernel",
        0,
        False,
        "kernelᵀ a + bias",
        "the bias stands beside kernel",
        "Keras and Flax Dense",
        "(inputs, units), the bias beside it, as in Keras.",
    ),
)


def _weights(layout: Layout) -> tuple[Weights, ...]:
    inputs = "bias and input" if layout.whole else "input"
    axes = (inputs, "unit") if layout.inputs_axis == 0 else ("unit", inputs)
    if layout.whole:
        rest = slice(1, None)
        weighing = rest if layout.inputs_axis == 0 else (slice(None), rest)
        return (Weights(layout.name, "W", axes, weighing, words=layout.words),)
    bias = Weights(BIAS, "b", ("unit",), None, optional=True, words="(units,), beside weight or kernel.")
    return Weights(layout.name, "W", axes, words=layout.words), bias


def _check(layout: Layout, layer: Layer) -> None:
    matrix, beside = layer.parameters[layout.name], layer.parameters.get(BIAS)
    if matrix.ndim != 2:
        raise InputError(f"{layer.where()} has {counted(matrix.ndim, 'dimension')}, expected a matrix (2)")
    if beside is not None and layout.whole:
        raise InputError(f"{layer.where()} has a bias beside it, but {layout.note}; expected one of the two")
    kernel, bias = layout.split(layer.parameters)
    if kernel.shape[0] == 0:
        hint = _otherwise(layout, layer, bias.size - 1) if bias is not None and bias.size > 1 else ""
        expected = hint or f"; expected one more {layout.line()} for each input"
        raise InputError(f"{layer.where()} has {layout.line(1)}, the bias alone{expected}")
    if bias is not None and bias.shape != (kernel.shape[1],):
        found = counted(bias.size, "value") if bias.ndim == 1 else counted(bias.ndim, "dimension")
        hint = f"; it would fit as {layout.turned()}" if bias.shape == kernel.shape[:1] else ""
        raise InputError(
            f"{layer.where(BIAS)} has {found}, expected {kernel.shape[1]}: "
            f"one for each {layout.turned().line()} of {layout.name}{hint}"
        )


def _misfit(layout: Layout, below: Layer, layer: Layer, number: int) -> str:
    wanted = below.n_out + layout.whole
    outputs = f"{counted(below.n_out, 'output')} of layer {number}"
    parts = f"1 bias {layout.line()} + {outputs}" if layout.whole else f"the {outputs}"
    shape = layer.parameters[layout.name].shape
    message = f"{layer.where()} has {layout.line(shape[layout.inputs_axis])}, expected {wanted}: {parts}"
    if hint := _otherwise(layout, layer, below.n_out):
        return message + hint
    under = next((one for one in LAYOUTS if one.name == below.kind.name), None)
    if under is None:
        return message
    turned = below.parameters[under.name].shape[under.inputs_axis]  # its units, were its matrix turned round
    if turned == layer.n_in:
        return f"{message}; {below.where()} would fit as {under.turned()}"
    if turned == shape[1 - layout.inputs_axis] - layout.whole:
        return f"{message}; {below.where()} and {layer.where()} would fit as {layout.turned()}"
    return message


def _otherwise(layout: Layout, layer: Layer, inputs: int) -> str:
    if layer.parameters[layout.name].shape[1 - layout.inputs_axis] == inputs + layout.whole:
        return f"; it would fit as {layout.turned()}"
    if not layout.whole and layer.n_in == inputs + 1:
        whole = next(one for one in LAYOUTS if one.inputs_axis == layout.inputs_axis and one.whole)
        return f"; it would fit as {whole}"
    return ""


def _kind(layout: Layout) -> Kind:
    return Kind(
        name=layout.name,
        weights=_weights(layout),
        shapes=layout.shapes,
        forward=layout.forward,
        gradients=layout.gradients,
        backward=layout.backward,
        check=partial(_check, layout),
        misfit=partial(_misfit, layout),
        otherwise=partial(_otherwise, layout),
        formula=layout.formula,
        letters={"weight": "W", BIAS: "b"},
        note=layout.note,
        writers=layout.writers,
        terms=layout.terms,
        matrices="nnc.core.layers.dense_matrices",
    )


DENSE = tuple(map(_kind, LAYOUTS))
"""A kind for each layout."""
