"""A network: layers one after the other."""

from contextlib import nullcontext
from typing import Any

import numpy as np
from msgspec.structs import force_setattr

from nnc.core.arrays import EXACT, Array
from nnc.core.given import shown
from nnc.core.layers import Layer
from nnc.core.record import Comparable
from nnc.errors import InputError, counted, within

_MOST_SHOWN = 8  # an even number


class Network(Comparable):
    """Layers, each of which takes what the one before it gives.

    Raises InputError where a layer does not fit the one before it, and where floats and fractions are mixed.
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
            if layer.shapes[0] != below.shapes[1]:
                raise InputError(_misfit(below, layer, number))
        if self.dtype == EXACT:
            force_setattr(self, "layers", self._layers_in(EXACT))

    def __repr__(self) -> str:
        return f"Network({elided([str(layer) for layer in self.layers])})"

    @property
    def dtype(self) -> np.dtype[Any]:
        """The dtype of all layers together: exact where one layer is, float32 where all are."""
        return np.result_type(*(layer.dtype for layer in self.layers))

    def in_dtype(self, dtype: np.dtype[Any]) -> "Network":
        """The same with all its numbers in ``dtype``. Raises InputError where floats and fractions would be mixed."""
        layers = self._layers_in(dtype)
        same = all(layer is before for layer, before in zip(layers, self.layers, strict=True))
        return self if same else Network(layers)

    def cast(self, dtype: np.dtype[Any]) -> "Network":
        """The same with all its numbers in ``dtype``; fractions may become the nearest floats."""
        return Network(tuple(layer.cast(dtype) for layer in self.layers))

    def _layers_in(self, dtype: np.dtype[Any]) -> tuple[Layer, ...]:
        layers = []
        for number, layer in enumerate(self.layers, start=1):
            with nullcontext() if layer.place else within(f"layer {number}"):
                layers.append(layer.in_dtype(dtype))
        return tuple(layers)

    @property
    def n_in(self) -> int:
        return self.layers[0].n_in

    @property
    def n_out(self) -> int:
        return self.layers[-1].n_out

    def check_inputs(self, x: Array) -> None:
        """Raises InputError where x, (n0,) or (N, n0), does not have one value per input."""
        first = self.layers[0]
        shape = first.shapes[0]
        if x.shape[-len(shape) :] == shape:
            return
        if len(shape) > 1:
            found, wanted = (" × ".join(map(str, one)) for one in (x.shape[-len(shape) :], shape))
            raise InputError(f"x is {found}, expected {wanted}: the inputs of {first.where()}", about="x")
        found = x.shape[-1]
        whose = "x has" if x.ndim == 1 else "each row of x has"
        message = f"{whose} {counted(found, 'value')}, expected {self.n_in}: the inputs of {first.where()}"
        if found > 1 and len(self.layers) == 1 and (hint := first.kind.otherwise(first, found)):
            raise InputError(message + hint, about="x")
        if found == 2 * self.n_in and self.n_in > 1:
            message += "; a decimal is written with a point, 1.5"
        if x.ndim == 1 and self.n_in == 1:
            message += f"; for {found} samples of one input write rows: {';'.join('…' * min(found, 3))}"
        raise InputError(message, about="x")


def elided(texts: list[str]) -> str:
    """Texts on one line; of many the first and the last."""
    half = _MOST_SHOWN // 2
    return ", ".join(texts if len(texts) <= _MOST_SHOWN else [*texts[:half], "…", *texts[-half:]])


def _misfit(below: Layer, layer: Layer, number: int) -> str:
    if layer.kind.misfit is not None:
        return layer.kind.misfit(below, layer, number)
    outputs = f"{counted(below.n_out, 'output')} of layer {number}"
    return f"{layer.where()} takes {counted(layer.n_in, 'input')}, expected {below.n_out}: the {outputs}"
