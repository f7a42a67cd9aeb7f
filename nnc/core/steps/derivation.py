"""A calculation as a person writes it down: in order, each result with its formula and the numbers in it.

Every value is that of the calculation. What is worked out again is only what stands on the way to a value.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
from msgspec.structs import replace

from nnc.core.arrays import Array
from nnc.core.formula.tree import Node, Symbol, arranged
from nnc.core.places import Index, Place
from nnc.core.quantities import Calculation
from nnc.core.record import Record

Words: TypeAlias = tuple[str | Node, ...]
"""A sentence with formulas in it."""


class Line(Record):
    """One number: ``left`` = ``numbers`` = ``value``; ``numbers`` is None where there is nothing to work out.

    ``quantity`` is its name, as in ``z1[2]``.
    """

    quantity: str
    left: Node
    numbers: Node | None
    value: Any


class Lines(Record):
    """Lines, made one by one when they are shown: of a thousand units a reader sees eight."""

    count: int
    make: Callable[[int], Line]
    data_only: bool = False
    """Whether the matrices already show the same."""


class Group(Record):
    """How one quantity is calculated: its formula in letters, in matrices, then number by number.

    ``quantity`` is its name; ``rule`` is left = formula = another form of the formula.
    """

    quantity: str
    rule: tuple[Node, ...]
    matrices: tuple[Node, ...] = ()
    lines: Lines | None = None
    note: Words = ()
    """A remark above the numbers."""


class Section(Record):
    """A heading and the groups below it."""

    title: str
    groups: tuple[Group, ...]


class Derivation(Record):
    """The sections in the order of the calculation; of a batch, those of ``sample``, from 1."""

    sections: tuple[Section, ...]
    calculation: Calculation | None = None
    sample: int | None = None


class Sample:
    """One sample of a calculation, in which every step finds its numbers."""

    def __init__(self, calculation: Calculation, index: int) -> None:
        self.calculation = calculation
        self.index = index
        self._quantities = {q.name: q for q in calculation.quantities}

    @property
    def batch(self) -> bool:
        """Whether it is one sample of a batch."""
        return self.calculation.batch

    def __contains__(self, quantity: str) -> bool:
        return quantity in self._quantities

    def __getitem__(self, quantity: str) -> Array:
        """The quantity's value for this sample; the whole value where it has no sample axis."""
        q = self._quantities[quantity]
        return q.value[self.index] if q.axes[:1] == ("sample",) and self.batch else q.value

    def rows(self, quantity: str) -> Array:
        """The quantity's values for all samples, (N, n)."""
        value = self._quantities[quantity].value
        return value if self.batch else value[None]

    def name(self, quantity: str, *index: int) -> str:
        """The name of one number of the quantity, the sample first in a batch: ``z1[3,2]``.

        One index stands for the place among all numbers of the sample.
        """
        by_sample = self.batch and self._quantities[quantity].axes[:1] == ("sample",)
        if len(index) == 1:
            index = self.place(quantity, *index)
        return str(Place(quantity, (self.index, *index) if by_sample else index))

    def place(self, quantity: str, number: int) -> Index:
        """The index of a number that is the so-manieth among all of the quantity's for the sample."""
        return tuple(map(int, np.unravel_index(number, self[quantity].shape)))

    def symbol(self, symbol: Symbol, quantity: str, number: int) -> Symbol:
        """The letter of that number, its index from 1."""
        return replace(symbol, index=tuple(i + 1 for i in self.place(quantity, number)))


def as_given(sample: Sample, quantity: str, name: str, letter: Node | None = None, note: Words = ()) -> Group:
    """A quantity that is not calculated; ``name`` is that of its line, ``letter`` what it is written as if not that."""
    left, value = letter or Symbol(quantity), sample[quantity]
    line = Line(name, left, None, value)
    return Group(quantity, (left,), (arranged(value),), Lines(1, lambda _: line, data_only=True), note)


def only(sections: Sequence[Section], names: Sequence[str]) -> tuple[Section, ...]:
    """The sections with only these quantities."""
    wanted = set(names)
    kept = [Section(s.title, tuple(g for g in s.groups if g.quantity in wanted)) for s in sections]
    return tuple(section for section in kept if section.groups)


def below_symbol(layer: int) -> Symbol:
    """The letter of a layer's inputs: x, or the activations of the layer before it."""
    return Symbol("x") if layer == 1 else Symbol("a", layer - 1)
