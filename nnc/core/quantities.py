"""Named results in the order in which they are computed, and what each of their axes stands for."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from functools import cached_property
from typing import Literal

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from nnc.core.arrays import EXACT, Array, is_finite, part_name, require_finite
from nnc.core.network import MOST_SHOWN, Axis, Network
from nnc.core.objective import Objective
from nnc.errors import InputError, counted, require_known

Stage = Literal["forward", "loss", "backward"]
Part = tuple[str, tuple[int, ...]]
"""A quantity's name, and the index of one of its numbers (from 0), empty for them all."""


class Quantity(Struct, frozen=True, eq=False):
    """One named result.

    ``axes`` say what each axis of ``value`` stands for. ``layer`` counts from 1, is 0 for the network's inputs, and
    None for its outputs and what belongs to the whole calculation. ``part`` is the pass that gives the quantity.
    """

    name: str
    value: Array
    axes: tuple[Axis, ...]
    layer: int | None
    part: Stage

    def number(self, index: tuple[int, ...]) -> "Quantity":
        """One number of the quantity as a quantity of its own; the whole where the index is empty."""
        if not index:
            return self
        self.check_index(index)
        return replace(self, name=part_name(self.name, index), value=np.asarray(self.value[index]), axes=())

    def check_index(self, index: tuple[int, ...]) -> None:
        """Raises InputError where ``index``, from 0, is not that of one number."""
        check_index(self.name, self.value.shape, self.axes, index)


def check_index(name: str, shape: tuple[int, ...], axes: tuple[str, ...], index: tuple[int, ...]) -> None:
    """Raises InputError where ``index``, from 0, is not that of one number of the quantity called ``name``."""
    if len(index) == len(shape) and all(0 <= i < n for i, n in zip(index, shape, strict=True)):
        return
    wrong = f"{part_name(name, index)} is not one number"
    if not shape:
        raise InputError(f"{wrong}: {name} is one itself")
    along = " × ".join(f"{axis}s" for axis in axes)
    raise InputError(f"{wrong}: {name} has {' × '.join(map(str, shape))} ({along}), counted from 1")


class Calculation(Struct, frozen=True, eq=False, dict=True):
    """The quantities of one calculation, in order, with what they were calculated from; a mapping of name to array.

    In a batch the samples are the first axis of all but weights, their gradients and the loss; one sample has no such
    axis. As text it has the numbers as NumPy prints them, with the digits of ``numpy.printoptions``.
    """

    quantities: tuple[Quantity, ...]
    batch: bool
    samples: int
    network: Network | None = None
    objective: Objective | None = None
    warnings: tuple[str, ...] = ()

    of: str | None = None
    """The number that the derivatives are of, where it is not the loss."""

    @property
    def given(self) -> frozenset[str]:
        """The names of the quantities that are not calculated: what everything else comes from."""
        return frozenset(("y_hat", "y") if self.network is None else ("x", "y"))

    @cached_property
    def _by_name(self) -> dict[str, Quantity]:
        return {q.name: q for q in self.quantities}

    def __getitem__(self, name: str) -> Array:
        return self._by_name[name].value

    def quantity(self, name: str) -> Quantity:
        """The quantity called ``name``. Raises InputError where there is none."""
        if not isinstance(name, str) or name not in self._by_name:
            self._refuse_nearly(str(name))
            require_known("quantity", name, self.keys())
        return self._by_name[name]

    def __repr__(self) -> str:
        names = self.keys()
        if len(names) > MOST_SHOWN:
            names[MOST_SHOWN // 2 : -MOST_SHOWN // 2] = ["…"]
        return f"<Calculation of {counted(len(self), 'quantity', 'quantities')}: {', '.join(names)}>"

    def __str__(self) -> str:
        lines = [f"{name} = {_text(value, indent=len(name) + 3)}" for name, value in self.items()]
        return "\n".join([*lines, *(f"warning: {warning}" for warning in self.warnings)])

    def _repr_html_(self) -> str:
        """A table of names and values, for a notebook."""
        from html import escape  # only a notebook asks for it

        rows = [f"<tr><th>{escape(name)}</th><td><pre>{escape(_text(v))}</pre></td></tr>" for name, v in self.items()]
        notes = [f'<tr><td colspan="2">warning: {escape(warning)}</td></tr>' for warning in self.warnings]
        return f"<table>{''.join([*rows, *notes])}</table>"

    def _refuse_nearly(self, name: str) -> None:
        """Raises InputError for a quantity in whose place another stands, which it names."""
        kind, layers = name.rstrip("0123456789"), () if self.network is None else self.network.layers
        number = int(name[len(kind) :] or 0)
        if kind == "db" and f"dW{number}" in self._by_name:
            raise InputError(f"unknown quantity {name!r}: {layers[number - 1].layout.bias_at}, so it is in dW{number}")
        if name == f"da{len(layers)}" and "dy_hat" in self._by_name:
            raise InputError(f"unknown quantity {name!r}; it is dy_hat")
        if name[:1] == "d" and "loss" in self._by_name and "dx" not in self._by_name and layers:
            raise InputError(f"unknown quantity {name!r}; derivatives are calculated by grad")

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def __len__(self) -> int:
        return len(self.quantities)

    def keys(self) -> list[str]:
        """The names of the quantities."""
        return [q.name for q in self.quantities]

    def items(self) -> list[tuple[str, Array]]:
        """Each quantity's name and value."""
        return [(q.name, q.value) for q in self.quantities]

    def only(self, names: Iterable[str]) -> "Calculation":
        """These quantities alone, in this order. Raises InputError for one that is not there."""
        return self.parts((name, ()) for name in names)

    def parts(self, parts: Iterable[Part]) -> "Calculation":
        """These quantities, or single numbers of them, in this order. Raises InputError for one that is not there."""
        return replace(self, quantities=tuple(self.quantity(name).number(index) for name, index in parts))


def _text(value: Array, indent: int = 0) -> str:
    """An array as NumPy writes it, fractions as 1/3; ``indent`` is that of the lines after the first."""
    text = np.array2string(value, formatter={"object": str} if value.dtype == EXACT else None)
    return text.replace("\n", "\n" + " " * indent)


class Recorder:
    """Collects quantities in order and refuses one that is not finite.

    ``part`` is the pass under way. Quantities with a sample axis are given as batches; for one sample that axis is
    dropped.
    """

    def __init__(self, samples: int, *, batch: bool) -> None:
        self.batch = batch
        self._samples = samples
        self.part: Stage = "forward"
        self._quantities: list[Quantity] = []
        self._warnings: list[str] = []

    def samples(self, name: str, value: Array, layer: int | None = None, *, stepped_over: bool = False) -> None:
        """Records a value for each sample and unit, (N, n), or for each sample, (N,).

        One that is ``stepped_over`` by a fused pair may be infinite; that is a warning, for what follows is right.
        """
        axes: tuple[Axis, ...] = ("sample", "unit")
        axes = axes[: value.ndim]
        if not self.batch:
            value, axes = value[0], axes[1:]
        if not stepped_over:
            require_finite(name, value)
        elif not is_finite(value).all():
            self.warn(f"{name} exceeds {value.dtype} at a saturated output; the loss and dz are from z, and exact")
        self._add(name, value, axes, layer)

    def warn(self, warning: str | None) -> None:
        """Keeps a warning, if there is one, for whoever prints the calculation."""
        if warning is not None:
            self._warnings.append(warning)

    def whole(self, name: str, value: Array, axes: tuple[Axis, ...] = (), layer: int | None = None) -> None:
        """Records a value that has no sample axis: a gradient of weights, a loss."""
        value = np.asarray(value)  # a sum of fractions is a bare Fraction
        require_finite(name, value)
        self._add(name, value, axes, layer)

    def done(
        self, network: Network | None = None, objective: Objective | None = None, of: str | None = None
    ) -> Calculation:
        """The calculation."""
        return Calculation(
            tuple(self._quantities), self.batch, self._samples, network, objective, tuple(self._warnings), of
        )

    def _add(self, name: str, value: Array, axes: tuple[Axis, ...], layer: int | None) -> None:
        # Adding 0 turns a negative zero into 0, the one sign that no reader wants to see, and ints into fractions.
        zero = Fraction(0) if value.dtype == EXACT else 0
        self._quantities.append(Quantity(name, np.asarray(value + zero), axes, layer, self.part))
