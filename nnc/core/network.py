"""A network as its file lays it out: layers of weights in one of four layouts, whose shapes are checked once, here."""

from contextlib import nullcontext
from typing import Any, Literal

import numpy as np
from msgspec import Struct
from msgspec.structs import force_setattr, replace

from nnc.core.activations import Activation
from nnc.core.arrays import EXACT, Array, rows_times
from nnc.core.given import in_dtype, shown
from nnc.core.rows import Chosen
from nnc.errors import InputError, counted, within

Axis = Literal["sample", "unit", "input", "bias and input"]
"""What an axis of an array stands for."""

MOST_SHOWN = 8
"""What one line names of many, such as a network's layers."""


class Layout(Struct, frozen=True, kw_only=True, eq=False):
    """How a file writes a layer's weights; every layout is turned to kernel (n_in, n_out) and bias (n_out,)."""

    name: str
    inputs_axis: int
    """The axis of the matrix along which the inputs lie."""
    bias_in_matrix: bool
    """Whether the bias is the first row (column) of the matrix along ``inputs_axis``, or an array beside it."""
    symbol: str
    """The matrix in a formula, by the name that a notation writes as its letter."""
    formula: str
    latex: str
    """The formula of z; ``{W}``, ``{a}`` and ``{b}`` stand where the matrix, what the layer takes and its bias go."""
    bias_at: str
    writers: str

    def split(self, matrix: Array, bias: Array | None) -> tuple[Array, Array | None]:
        """Kernel (n_in, n_out) and bias (n_out,), as views."""
        kernel = matrix if self.inputs_axis == 0 else matrix.T
        return (kernel[1:], kernel[0]) if self.bias_in_matrix else (kernel, bias)

    def join(self, kernel: Array, bias: Array) -> Array:
        """The matrix as the file lays it out; a bias that stands beside the matrix is left out."""
        matrix = np.concatenate([bias[None, :], kernel]) if self.bias_in_matrix else kernel
        return matrix if self.inputs_axis == 0 else matrix.T

    @property
    def axes(self) -> tuple[Axis, Axis]:
        """What the matrix's rows and its columns stand for."""
        inputs: Axis = "bias and input" if self.bias_in_matrix else "input"
        return (inputs, "unit") if self.inputs_axis == 0 else ("unit", inputs)

    def __reduce__(self) -> tuple[Any, ...]:
        return _layout, (self.name,)


def _layout(name: str) -> Layout:
    """A layout copied, also from a pickle, is the one of the table."""
    return LAYOUTS[name]


LAYOUTS = {
    layout.name: layout
    for layout in (
        Layout(
            name="W",
            inputs_axis=0,
            bias_in_matrix=True,
            symbol="W",
            formula="{W}ᵀ [1; {a}]",
            latex=r"{W}^\top \begin{{bmatrix}} 1 \\ {a} \end{{bmatrix}}",
            bias_at="row 0 of W is the bias",
            writers="textbooks",
        ),
        Layout(
            name="Theta",
            inputs_axis=1,
            bias_in_matrix=True,
            symbol="Theta",
            formula="{W} [1; {a}]",
            latex=r"{W} \begin{{bmatrix}} 1 \\ {a} \end{{bmatrix}}",
            bias_at="column 0 of Theta is the bias",
            writers="Ng's course",
        ),
        Layout(
            name="weight",
            inputs_axis=1,
            bias_in_matrix=False,
            symbol="W",
            formula="{W} {a} + {b}",
            latex=r"{W} {a} + {b}",
            bias_at="the bias stands beside weight",
            writers="PyTorch nn.Linear",
        ),
        Layout(
            name="kernel",
            inputs_axis=0,
            bias_in_matrix=False,
            symbol="kernel",
            formula="{W}ᵀ {a} + {b}",
            latex=r"{W}^\top {a} + {b}",
            bias_at="the bias stands beside kernel",
            writers="Keras and Flax Dense",
        ),
    )
}
"""name -> layout; the name is the key of the matrix in a file."""


class Layer(Struct, frozen=True, eq=False):
    """One layer: a matrix (2-D) in a layout, a bias (n_out,) or None, an activation.

    ``place`` is where the matrix stands in its file, for messages: ``layers[0].W``, or ``W1`` in a file of bare
    matrices. Raises InputError where the layer does not fit itself.
    """

    layout: Layout
    matrix: Array
    bias: Array | None
    activation: Chosen[Activation]
    place: str = ""

    def __post_init__(self) -> None:
        if self.matrix.ndim != 2:
            raise InputError(f"{self.where} has {counted(self.matrix.ndim, 'dimension')}, expected a matrix (2)")
        if self.bias is not None and self.layout.bias_in_matrix:
            raise InputError(f"{self.where} has a bias beside it, but {self.layout.bias_at}; expected one of the two")
        kernel, intercept = self.layout.split(self.matrix, self.bias)
        if kernel.shape[0] == 0:
            line = ("row", "column")[self.layout.inputs_axis]
            hint = _otherwise(self, intercept.size - 1) if intercept is not None and intercept.size > 1 else ""
            expected = hint or f"; expected one more {line} for each input"
            raise InputError(f"{self.where} has 1 {line}, the bias alone{expected}")
        if intercept is not None and intercept.shape != (kernel.shape[1],):
            line = ("column", "row")[self.layout.inputs_axis]
            raise InputError(
                f"{self.bias_where} has {_shape(intercept)}, expected {kernel.shape[1]}: "
                f"one for each {line} of {self.layout.name}{_otherwise_biased(self.layout, intercept, kernel)}"
            )

    def __repr__(self) -> str:
        return f"Layer({self}, as {self.layout.name})"

    def __str__(self) -> str:
        return f"{self.n_in} → {self.n_out} {self.activation}"

    @property
    def dtype(self) -> np.dtype[Any]:
        """That of the matrix and the bias together: exact where one of them is."""
        return self.matrix.dtype if self.bias is None else np.result_type(self.matrix.dtype, self.bias.dtype)

    def in_dtype(self, dtype: np.dtype[Any]) -> "Layer":
        """The same with all its numbers in ``dtype``. Raises InputError where floats and fractions would be mixed."""
        matrix = in_dtype(self.where, self.matrix, dtype)
        bias = None if self.bias is None else in_dtype(self.bias_where, self.bias, dtype)
        activation = self.activation.in_dtype(dtype)
        if matrix is self.matrix and bias is self.bias and activation is self.activation:
            return self
        return replace(self, matrix=matrix, bias=bias, activation=activation)

    @property
    def kernel(self) -> Array:
        """The weights without the bias, (n_in, n_out), a view."""
        return self.layout.split(self.matrix, self.bias)[0]

    @property
    def n_in(self) -> int:
        """Number of inputs."""
        return int(self.kernel.shape[0])

    @property
    def n_out(self) -> int:
        """Number of units."""
        return int(self.kernel.shape[1])

    @property
    def where(self) -> str:
        """The place of the matrix, or its key where a network was made without a file."""
        return self.place or self.layout.name

    @property
    def bias_where(self) -> str:
        """The place of the bias beside the matrix."""
        return f"{self.where.removesuffix(self.layout.name)}bias"

    def affine(self, a: Array, name: str = "z") -> Array:
        """The pre-activations z (N, n_out) from activations a (N, n_in), called by their name where they are refused.

        Raises InputError for exact numbers of too many digits.
        """
        kernel, intercept = self.layout.split(self.matrix, self.bias)
        z = rows_times(name, a, kernel)
        return z if intercept is None else z + intercept


class Network(Struct, frozen=True, eq=False):
    """Layers, each of which takes what the one before it gives; all of floats, or all of fractions and whole numbers.

    Raises InputError where one does not fit, and where floats and fractions are mixed.
    """

    layers: tuple[Layer, ...]

    def __post_init__(self) -> None:
        if not self.layers:
            raise InputError("layers is empty, expected at least one layer")
        for number, layer in enumerate(self.layers, start=1):
            if not isinstance(layer, Layer):
                hint = "; give the layers one by one: network(*layers)" if isinstance(layer, list | tuple) else ""
                raise InputError(f"layer {number} is {shown(layer)}, expected a Layer, as nnc.layer gives it{hint}")
        for number, (below, layer) in enumerate(zip(self.layers, self.layers[1:], strict=False), start=1):
            if layer.n_in != below.n_out:
                raise InputError(_misfit(below, layer, number))
        if self.dtype == EXACT:
            force_setattr(self, "layers", self._layers_in(EXACT))

    def __repr__(self) -> str:
        texts = [str(layer) for layer in self.layers]
        if len(texts) > MOST_SHOWN:
            texts[MOST_SHOWN // 2 : -MOST_SHOWN // 2] = ["…"]
        return f"Network({', '.join(texts)})"

    @property
    def dtype(self) -> np.dtype[Any]:
        """That of all layers together: exact where one of them is, float32 where all are."""
        return np.result_type(*(layer.dtype for layer in self.layers))

    def in_dtype(self, dtype: np.dtype[Any]) -> "Network":
        """The same with all its numbers in ``dtype``. Raises InputError where floats and fractions would be mixed."""
        layers = self._layers_in(dtype)
        same = all(layer is before for layer, before in zip(layers, self.layers, strict=True))
        return self if same else Network(layers)

    def _layers_in(self, dtype: np.dtype[Any]) -> tuple[Layer, ...]:
        layers = []
        for number, layer in enumerate(self.layers, start=1):
            with nullcontext() if layer.place else within(f"layer {number}"):
                layers.append(layer.in_dtype(dtype))
        return tuple(layers)

    @property
    def n_in(self) -> int:
        """Number of inputs."""
        return self.layers[0].n_in

    @property
    def n_out(self) -> int:
        """Number of outputs."""
        return self.layers[-1].n_out

    def check_inputs(self, x: Array) -> None:
        """Raises InputError where x, (n0,) or (N, n0), does not have a value for each input."""
        found = x.shape[-1]
        if found == self.n_in:
            return
        whose = "x has" if x.ndim == 1 else "each row of x has"
        message = f"{whose} {counted(found, 'value')}, expected {self.n_in}: the inputs of {self.layers[0].where}"
        if found > 1 and len(self.layers) == 1 and (hint := _otherwise(self.layers[0], found)):
            raise InputError(message + hint, about="x")
        if found == 2 * self.n_in and self.n_in > 1:
            message += "; a decimal is written with a point, 1.5"
        if x.ndim == 1 and self.n_in == 1:
            message += f"; for {found} samples of one input write rows: {';'.join('…' * min(found, 3))}"
        raise InputError(message, about="x")


def _misfit(below: Layer, layer: Layer, number: int) -> str:
    """What is wrong with a layer that does not take the outputs of the one below, which has this number."""
    layout = layer.layout
    line = ("row", "column")[layout.inputs_axis]
    wanted = below.n_out + layout.bias_in_matrix
    outputs = f"{counted(below.n_out, 'output')} of layer {number}"
    parts = f"1 bias {line} + {outputs}" if layout.bias_in_matrix else f"the {outputs}"
    found = counted(layer.matrix.shape[layout.inputs_axis], line)
    message = f"{layer.where} has {found}, expected {wanted}: {parts}"
    if hint := _otherwise(layer, below.n_out):
        return message + hint
    turned = below.matrix.shape[below.layout.inputs_axis]  # the units of the layer below, were its matrix turned round
    if turned == layer.n_in:
        return f"{message}; {below.where} would fit as {_named(_turned(below.layout))}"
    if turned == layer.matrix.shape[1 - layout.inputs_axis] - layout.bias_in_matrix:
        return f"{message}; {below.where} and {layer.where} would fit as {_named(_turned(layout))}"
    return message


def _otherwise(layer: Layer, inputs: int) -> str:
    """The hint where a layer would take so many inputs if its matrix were laid out in another way."""
    layout = layer.layout
    if layer.matrix.shape[1 - layout.inputs_axis] == inputs + layout.bias_in_matrix:
        return f"; it would fit as {_named(_turned(layout))}"
    if not layout.bias_in_matrix and layer.n_in == inputs + 1:
        whole = next(one for one in LAYOUTS.values() if one.inputs_axis == layout.inputs_axis and one.bias_in_matrix)
        return f"; it would fit as {_named(whole)}"
    return ""


def _turned(layout: Layout) -> Layout:
    """The layout with rows and columns exchanged."""
    same = (one for one in LAYOUTS.values() if one.bias_in_matrix == layout.bias_in_matrix)
    return next(one for one in same if one.inputs_axis != layout.inputs_axis)


def _named(layout: Layout) -> str:
    return f"{layout.name} ({layout.bias_at if layout.bias_in_matrix else layout.writers})"


def _otherwise_biased(layout: Layout, bias: Array, kernel: Array) -> str:
    """The hint where a bias fits the matrix as the other of ``weight`` and ``kernel`` lays it out."""
    return f"; it would fit as {_named(_turned(layout))}" if bias.shape == kernel.shape[:1] else ""


def _shape(array: Array) -> str:
    return counted(array.size, "value") if array.ndim == 1 else counted(array.ndim, "dimension")
