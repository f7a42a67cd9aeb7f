"""A layer, and the kinds of layers: rows that say what z is of a layer's parameters and inputs."""

import math
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import numpy as np
from msgspec.structs import replace

from nnc.core.arrays import Array
from nnc.core.functions.activations import Activation
from nnc.core.given import cast, in_dtype
from nnc.core.record import Comparable, Record
from nnc.core.rows import Chosen
from nnc.errors import InputError

Shape = tuple[int, ...]
Parameters = Mapping[str, Array]
"""The arrays of a layer by their keys in a file, laid out as there."""


class Weights(Record):
    """One array of a kind's parameters.

    ``key`` is its key in a file, ``words`` say what it holds there, and d + ``name`` + the layer's number is its
    derivative. ``axes`` say what its axes stand for. ``weighing`` is an index of those of its numbers that weigh an
    input, None where none do. The others are biases: they are added to z, and no penalty is on them.
    """

    key: str
    name: str
    axes: tuple[str, ...]
    weighing: Any = ...
    optional: bool = False
    words: str = ""

    @property
    def has_bias(self) -> bool:
        """Whether some of its numbers are biases."""
        return self.weighing is not ...

    @property
    def partly(self) -> bool:
        """Whether some of its numbers are biases and some are not."""
        return self.weighing is not None and self.weighing is not ...

    def is_bias(self, value: Array) -> Array:
        """Which of its numbers are biases."""
        mask = np.ones(value.shape, dtype=bool)
        if self.weighing is not None:
            mask[self.weighing] = False
        return mask


class Terms(Record, dict=True):
    """Of one array of parameters, the terms of the sums that z is: each a number of it, and the input that it meets.

    Three arrays (T,): ``z`` the unit, ``at`` the number in the array, ``input`` the input, −1 where there is none; all
    as places in flattened arrays.
    """

    key: str
    z: Array
    at: Array
    input: Array

    def of(self, what: str, place: int) -> Array:
        """The terms, in order, whose ``z``, ``at`` or ``input`` is this place."""
        order, values = self._sorted[what]
        first, end = np.searchsorted(values, [place, place + 1])
        return order[first:end]

    @cached_property
    def _sorted(self) -> dict[str, tuple[Array, Array]]:
        orders = {what: np.argsort(getattr(self, what), kind="stable") for what in ("z", "at", "input")}
        return {what: (order, getattr(self, what)[order]) for what, order in orders.items()}


class Kind(Record, kw_only=True):
    """A kind of layer.

    ``forward(parameters, a)`` is z (N, …) of inputs a (N, …), ``gradients(parameters, a, dz)`` the derivatives by each
    parameter, and ``backward(parameters, a, dz)`` that by a. ``shapes(parameters)`` are the shapes of the inputs and of
    z of one sample; ``takes`` and ``gives`` say what their axes stand for. ``terms(parameters)`` are the sums that z
    is, by which derivations and differences know it. ``formula`` is z as a text that ``nnc.core.formula`` reads, in the
    keys of the parameters and a; ``letters`` are the letters of keys that a derivation calls otherwise. ``matrices`` is
    the module that writes the sums as products of matrices, if they are. ``check(layer)`` raises InputError where
    parameters do not fit each other.
    """

    name: str
    """Also the key in a file by which the kind is known."""
    weights: tuple[Weights, ...]
    shapes: Callable[[Parameters], tuple[Shape, Shape]]
    takes: tuple[str, ...] = ("unit",)
    gives: tuple[str, ...] = ("unit",)
    forward: Callable[[Parameters, Array], Array]
    gradients: Callable[[Parameters, Array, Array], dict[str, Array]]
    backward: Callable[[Parameters, Array, Array], Array]
    check: Callable[["Layer"], None] = lambda layer: None
    misfit: Callable[["Layer", "Layer", int], str] | None = None
    """What is wrong with a layer that does not take the outputs of the one below, which has this number."""
    otherwise: Callable[["Layer", int], str] = lambda layer, inputs: ""
    """A hint where the layer would take so many inputs if its parameters were laid out in another way."""
    formula: str
    letters: Mapping[str, str] = {}
    note: str
    """Where the bias is, in words."""
    writers: str
    terms: Callable[[Parameters], tuple[Terms, ...]]
    matrices: str = ""

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (self.name,)

    def of(self, parameters: Parameters) -> list[tuple[Weights, Array]]:
        """The arrays that a layer has, each with its row, in the order in which they are named."""
        return [(each, parameters[each.key]) for each in self.weights if each.key in parameters]


class Layer(Comparable):
    """One layer: parameters of a kind, and an activation.

    ``place`` is where the kind's key stands in its file, for messages: ``layers[0].W``, or ``W1`` in a file of bare
    matrices. Raises InputError where the layer does not fit itself.
    """

    kind: Kind
    parameters: Parameters
    activation: Chosen[Activation]
    place: str = ""

    def __post_init__(self) -> None:
        keys = {each.key: each.optional for each in self.kind.weights}
        self.kind.check(self)
        for key in self.parameters.keys() - keys:
            raise InputError(f"{self.where()} has {key} beside it, which is nothing to it; known: {', '.join(keys)}")
        for key in (key for key, optional in keys.items() if not optional and key not in self.parameters):
            raise InputError(f"{self.where()} has no {key} beside it")

    def __repr__(self) -> str:
        return f"Layer({self}, as {self.kind.name})"

    def __str__(self) -> str:
        return f"{self.n_in} → {self.n_out} {self.activation}"

    @property
    def dtype(self) -> np.dtype[Any]:
        """That of all parameters together: exact where one of them is."""
        return np.result_type(*(value.dtype for value in self.parameters.values()))

    def in_dtype(self, dtype: np.dtype[Any]) -> "Layer":
        """The same with all its numbers in ``dtype``. Raises InputError where floats and fractions would be mixed."""
        return self._changed(in_dtype, dtype)

    def cast(self, dtype: np.dtype[Any]) -> "Layer":
        """The same with all its numbers in ``dtype``, fractions as the nearest floats, too."""
        return self._changed(cast, dtype)

    def _changed(self, change: Callable[[str, Array, np.dtype[Any]], Array], dtype: np.dtype[Any]) -> "Layer":
        parameters = {key: change(self.where(key), value, dtype) for key, value in self.parameters.items()}
        activation = self.activation.in_dtype(dtype)
        same = all(parameters[key] is value for key, value in self.parameters.items())
        if same and activation is self.activation:
            return self
        return replace(self, parameters=parameters, activation=activation)

    @property
    def shapes(self) -> tuple[Shape, Shape]:
        """The shapes of the inputs and of z, of one sample."""
        return self.kind.shapes(self.parameters)

    @property
    def n_in(self) -> int:
        """Number of inputs."""
        return math.prod(self.shapes[0])

    @property
    def n_out(self) -> int:
        """Number of units."""
        return math.prod(self.shapes[1])

    @property
    def size(self) -> int:
        """Number of parameters."""
        return sum(value.size for value in self.parameters.values())

    def where(self, key: str = "") -> str:
        """The place of a parameter, of the kind's key if none is named; its key where there is no file."""
        return f"{self.place.removesuffix(self.kind.name)}{key}" if key else self.place or self.kind.name


def _again(name: str) -> Kind:
    """A kind copied, also from a pickle, is the row of the table."""
    from nnc.core.layers import KINDS

    return KINDS[name]
