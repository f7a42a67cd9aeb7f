"""How far rounding has taken each number of a calculation from what exact arithmetic would give.

The calculation is repeated a few times with everything that has been rounded moved at random by some units in its last
place, and the results scatter as far as rounding can have moved them, through every cancellation and amplification of
this network on these numbers (Vignes 1993, A stochastic arithmetic for reliable scientific computation; Parker 1997,
Monte Carlo Arithmetic). It is an estimate with a wide margin, not a bound that is proven. It knows no formula: a new
activation or loss needs no line here.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from msgspec.structs import replace

from nnc.core import passes
from nnc.core.activations import Activation
from nnc.core.arrays import Array
from nnc.core.judging import FLOAT_NOISE
from nnc.core.network import Layer, Network
from nnc.core.objective import ClassWeights, Objective
from nnc.core.quantities import Calculation
from nnc.core.rows import Chosen

RUNS = 8
SHAKE = 16
"""The most units in the last place by which a number is moved; rounding moves it by half of one."""


def noise(calculation: Calculation) -> dict[str, Array]:
    """For each quantity of a whole calculation, how far its numbers may be from the exact ones, of its shape.

    The same calculation has the same noise every time. Exact numbers have none.
    """
    if any(q.value.dtype == object for q in calculation.quantities):
        return {name: np.zeros(value.shape) for name, value in calculation.items()}
    shaker = _Shaker(np.random.default_rng(0))
    runs = [dict(shaker.run(calculation).items()) for _ in range(RUNS)]
    return {name: _scatter(value, [run[name] for run in runs]) for name, value in calculation.items()}


@np.errstate(invalid="ignore")
def _scatter(value: Array, others: list[Array]) -> Array:
    if value.dtype.kind != "f":
        return np.zeros(value.shape)
    least = FLOAT_NOISE * np.spacing(np.abs(value))
    scatter = np.max(np.abs(np.stack(others) - value), axis=0)
    return np.asarray(np.nan_to_num(np.maximum(least, scatter)))  # NaN, and so 0, where the value itself is infinite


def _part(name: str) -> tuple[str, tuple[int, ...]]:
    """A number's quantity and its index from 0: what ``part_name`` was made from."""
    quantity, _, counted = name.rstrip("]").partition("[")
    return quantity, tuple(int(i) - 1 for i in counted.split(",") if i)


class _ShakenLayer(Layer, frozen=True, eq=False):
    """A layer whose backward pass, which alone asks for the kernel, sees each of its weights moved."""

    shaker: Any = None

    @property
    def kernel(self) -> Array:
        return self.shaker.moved(self.layout.split(self.matrix, self.bias)[0])


class _Shaker:
    """Repeats calculations with moved numbers.

    Numbers are moved towards 0, which keeps probabilities in their domain. The forward pass leaves those alone that are
    not rounded at all: at 2 · 3 − 6 relu stands on its kink exactly, and must not be pushed off. The backward pass has
    no kinks of its own, so there everything is moved, for sums of derivatives may cancel too.
    """

    def __init__(self, generator: np.random.Generator) -> None:
        self.generator = generator

    def moved(self, values: Array) -> Array:
        """Every value moved, by at most ``SHAKE`` units."""
        unit = np.finfo(values.dtype).eps
        return values * (1 - SHAKE * unit * self.generator.random(values.shape)).astype(values.dtype)

    def rounded(self, values: Array) -> Array:
        """The values moved that have more digits than whole numbers and short binary fractions have."""
        if values.dtype.kind != "f":
            return values
        half = 2.0 ** ((np.finfo(values.dtype).nmant + 1) // 2)
        return np.where(np.frexp(values)[0] * half % 1 == 0, values, self.moved(values))

    @np.errstate(all="ignore")
    def run(self, calculation: Calculation) -> Calculation:
        """The calculation once more."""
        network, objective = calculation.network, calculation.objective
        shaken = None if network is None else Network(tuple(map(self._layer, network.layers)))
        inputs = self.rounded(calculation["y_hat" if shaken is None else "x"])
        if objective is None:
            assert shaken is not None  # without a loss there is a network
            of = calculation.of
            return passes.forward(shaken, inputs) if of is None else passes.grad_of(shaken, inputs, *_part(of))
        objective = self._objective(objective, calculation)
        y, gradient = self.rounded(calculation["y"]), "dy_hat" in calculation
        if shaken is None:
            return passes.loss_of_outputs(inputs, y, objective, gradient=gradient)
        return (passes.grad if gradient else passes.loss)(shaken, inputs, y, objective)

    def _layer(self, layer: Layer) -> Layer:
        bias = None if layer.bias is None else self.rounded(layer.bias)
        chosen = Chosen(self._activation(layer.activation.row), layer.activation.parameters)
        return _ShakenLayer(layer.layout, self.rounded(layer.matrix), bias, chosen, layer.place, self)

    def _activation(self, row: Activation) -> Activation:
        functions = {"f": row.f, "derivative": row.derivative, "backward": row.backward}
        return replace(row, **{name: f and self._after(f) for name, f in functions.items()})

    def _after(self, function: Callable[..., Array]) -> Callable[..., Array]:
        return lambda *arrays, **parameters: self.rounded(function(*arrays, **parameters))

    def _objective(self, objective: Objective, calculation: Calculation) -> Objective:
        given = objective.sample_weights
        dtype = calculation["y_hat"].dtype
        weights = np.ones(calculation.samples, dtype) if given is None else np.asarray(given, dtype)
        classes = self._class_weights(objective.class_weights)
        return replace(objective, sample_weights=self.moved(weights), class_weights=classes)

    def _class_weights(self, given: ClassWeights | None) -> ClassWeights | None:
        if isinstance(given, Mapping):
            return dict(zip(given, self.moved(np.array(list(given.values()), float)).tolist(), strict=True))
        return None if given is None else self.moved(np.array(given, float)).tolist()
