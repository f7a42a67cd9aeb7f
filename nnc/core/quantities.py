"""Quantities: the named results of a calculation, in order."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
from msgspec.structs import replace

from nnc.core.arrays import EXACT, Array, is_finite, require_finite
from nnc.core.given import cast
from nnc.core.network import Network, elided
from nnc.core.objective import Objective
from nnc.core.places import Index, Place, by, of_layer
from nnc.core.record import Record
from nnc.errors import InputError, about, counted, require_known

if TYPE_CHECKING:
    from nnc.core.problem import Problem
else:
    Problem = Any  # what a problem is made of imports this module; help and signatures ask for a type

Stage = Literal["forward", "loss", "backward"]
STAGES: tuple[Stage, ...] = get_args(Stage)


class Quantity(Record):
    """One named result.

    ``axes`` say what each axis of ``value`` stands for. ``layer`` counts from 1; it is 0 for x, and None for y_hat and
    what belongs to no layer. ``stage`` is the pass that gives the quantity. One that is ``given`` is not calculated.
    """

    name: str
    value: Array
    axes: tuple[str, ...]
    layer: int | None
    stage: Stage
    given: bool = False

    def label(self, index: Index = ()) -> str:
        """What it, or a number of it, is called in a table."""
        return str(Place(self.name, index)) + (" (given)" if self.given else "")

    def number(self, index: Index) -> "Quantity":
        """One number of the quantity as a quantity; the quantity itself where the index is empty."""
        if not index:
            return self
        check_index(self.name, self.value.shape, self.axes, index)
        return replace(self, name=str(Place(self.name, index)), value=np.asarray(self.value[index]), axes=())


def check_index(name: str, shape: tuple[int, ...], axes: tuple[str, ...], index: Index) -> None:
    """Raises InputError where ``index``, from 0, is not that of one number of the quantity ``name``."""
    if len(index) == len(shape) and all(0 <= i < n for i, n in zip(index, shape, strict=True)):
        return
    wrong = f"{Place(name, index)} is not one number"
    if not shape:
        raise InputError(f"{wrong}: {name} is one itself")
    along = " × ".join(f"{axis}s" for axis in axes)
    raise InputError(f"{wrong}: {name} has {' × '.join(map(str, shape))} ({along}), counted from 1")


class Calculation(Record, dict=True):
    """The quantities of one calculation, in order, and the problem; also a mapping of name to array.

    In a batch the first axis is the samples, except of gradients of weights and of the loss. One sample has no such
    axis. The problem is in the dtype of the calculation. ``given`` are the quantities that were given a value instead
    of being calculated.
    """

    quantities: tuple[Quantity, ...]
    batch: bool
    samples: int
    problem: Problem
    warnings: tuple[str, ...] = ()
    given: Mapping[str, Array] = {}

    @property
    def network(self) -> Network | None:
        return self.problem.network

    @property
    def objective(self) -> Objective | None:
        return self.problem.objective

    @property
    def of(self) -> str | None:
        """The number that the derivatives are of; None where it is the loss."""
        return None if self.problem.of is None else str(self.problem.of)

    @property
    def starts(self) -> frozenset[str]:
        """The names of the quantities that are not calculated."""
        return frozenset((*(("y_hat", "y") if self.network is None else ("x", "y")), *self.given))

    @cached_property
    def _by_name(self) -> dict[str, Quantity]:
        return {q.name: q for q in self.quantities}

    def __getitem__(self, name: str) -> Array:
        return self._by_name[name].value

    def quantity(self, name: str) -> Quantity:
        """The quantity of that name. Raises InputError where there is none."""
        if not isinstance(name, str) or name not in self._by_name:
            self._refuse_nearly(str(name))
            require_known("quantity", name, self.keys())
        return self._by_name[name]

    def __repr__(self) -> str:
        return f"<Calculation of {counted(len(self), 'quantity', 'quantities')}: {elided(self.keys())}>"

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
        """Raises InputError where the person means another quantity, which it names."""
        letter, layers = name.rstrip("0123456789"), () if self.network is None else self.network.layers
        number = int(name[len(letter) :] or 0)
        whole = by(of_layer("W", number))
        if letter == by("b") and whole in self._by_name:
            raise InputError(f"unknown quantity {name!r}: {layers[number - 1].kind.note}, so it is in {whole}")
        if name == by(of_layer("a", len(layers))) and "dy_hat" in self._by_name:
            raise InputError(f"unknown quantity {name!r}; it is dy_hat")
        if name[:1] == "d" and "loss" in self._by_name and "dx" not in self._by_name and layers:
            raise InputError(f"unknown quantity {name!r}; derivatives are calculated by grad")

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def __len__(self) -> int:
        return len(self.quantities)

    def keys(self) -> list[str]:
        return [q.name for q in self.quantities]

    def items(self) -> list[tuple[str, Array]]:
        return [(q.name, q.value) for q in self.quantities]

    def only(self, names: Iterable[str]) -> "Calculation":
        """Only these quantities, in this order. Raises InputError for one that is not there."""
        return self.parts(Place(name) for name in names)

    def parts(self, places: Iterable[Place]) -> "Calculation":
        """Only these quantities, or numbers of them, in this order. Raises InputError for one that is not there."""
        chosen = tuple(self.quantity(place.name).number(place.index) for place in places)
        return replace(self, quantities=chosen)


def _text(value: Array, indent: int = 0) -> str:
    """An array as NumPy writes it, fractions as 1/3; lines after the first are indented."""
    text = np.array2string(value, formatter={"object": str} if value.dtype == EXACT else None)
    return text.replace("\n", "\n" + " " * indent)


Keep = Callable[[str, Array], Array]


class Recorder:
    """Collects quantities in order, and refuses one that is not finite.

    ``stage`` is the pass under way. Values come as batches; of one sample the sample axis is dropped for the result.
    ``values`` has of each, as a batch, what ``keep`` makes of it, or the value that is ``given`` in its place; the
    calculation goes on from that.
    """

    def __init__(self, samples: int, *, batch: bool, given: Mapping[str, Array], keep: Keep) -> None:
        self.batch = batch
        self.keep = keep
        self.given = given
        self.values: dict[str, Array] = {}
        self._samples = samples
        self.stage: Stage = "forward"
        self._quantities: list[Quantity] = []
        self._warnings: list[str] = []

    def samples(
        self,
        name: str,
        value: Array,
        layer: int | None = None,
        axes: tuple[str, ...] = ("unit",),
        *,
        stepped_over: bool = False,
    ) -> Array:
        """Records a value per sample and unit, (N, n), or per sample, (N,); ``axes`` are those of a sample.

        A value that a fused pair steps over may be infinite; that is a warning, for what follows does not use it.
        """
        own = value if self.batch else value[0]
        taken = self._taken(name, own)
        if not stepped_over:
            require_finite(name, taken)
        elif not is_finite(taken).all():
            self.warn(f"{name} exceeds {taken.dtype} at a saturated output; the loss and dz are from z, and exact")
        self._add(name, taken, ("sample", *axes)[not self.batch : value.ndim], layer)
        self.values[name] = value if taken is own else taken if self.batch else taken[None]
        return self.values[name]

    def warn(self, warning: str | None) -> None:
        """Keeps a warning, if there is one."""
        if warning is not None:
            self._warnings.append(warning)

    def whole(self, name: str, value: Array, axes: tuple[str, ...] = (), layer: int | None = None) -> Array:
        """Records a value without a sample axis: a gradient of weights, a loss."""
        value = self._taken(name, np.asarray(value))  # a sum of fractions is a bare Fraction
        require_finite(name, value)
        self._add(name, value, axes, layer)
        self.values[name] = value
        return value

    def done(self, problem: "Problem") -> Calculation:
        """The calculation as far as it has been recorded."""
        return Calculation(
            tuple(self._quantities), self.batch, self._samples, problem, tuple(self._warnings), self.given
        )

    def _taken(self, name: str, value: Array) -> Array:
        """The value, or the one that is given for it. Raises InputError for another shape."""
        given = self.given.get(name)
        if given is None:
            return self.keep(name, value)
        if given.size == value.size == 1:
            given = given.reshape(value.shape)
        if given.shape != value.shape:
            found, wanted = (" × ".join(map(str, shape)) or "1" for shape in (given.shape, value.shape))
            found = f"{found} number" if given.size == 1 else f"{found} numbers"
            raise InputError(f"{name} is given {found}, expected {wanted}", about="given")
        with about("given"):
            return cast(name, given, value.dtype)

    def _add(self, name: str, value: Array, axes: tuple[str, ...], layer: int | None) -> None:
        # Adding 0 turns a negative zero into 0, the one sign that no reader wants to see, and ints into fractions.
        zero = Fraction(0) if value.dtype == EXACT else 0
        quantity = Quantity(name, np.asarray(value + zero), axes, layer, self.stage, name in self.given)
        self._quantities.append(quantity)
