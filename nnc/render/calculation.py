"""A calculation as a report: vectors side by side, gradients as labelled matrices, batches with one row per sample."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

import numpy as np

from nnc import __version__
from nnc.core.arrays import Array
from nnc.core.layers import KINDS, Layer
from nnc.core.places import Place, below
from nnc.core.quantities import Calculation, Quantity
from nnc.core.quotes import line
from nnc.core.reductions import REDUCTIONS
from nnc.render.numbers import plain
from nnc.render.report import Block, Column, Fact, Grid, Heading, Report

SIDE_BY_SIDE = 5
"""The most columns that the quantities of a batch may have together, to share one table."""


class CalculationReport(Report):
    """The report of one calculation."""

    calculation: Calculation
    title: str = ""

    def parts(self, places: Iterable[Place]) -> "CalculationReport":
        """The report of these quantities, or of single numbers of them. Raises InputError for one that is not there."""
        return CalculationReport(self.calculation.parts(places))

    def data(self) -> dict[str, Any]:
        quantities = {q.name: plain(q.value) for q in self.calculation.quantities}
        return {**quantities, "meta": meta(self.calculation, self.title)}

    def records(self) -> Iterator[dict[str, Any]]:
        """One object per sample; what belongs to the whole batch stands in each."""
        if not self.calculation.batch:
            yield {q.name: plain(q.value) for q in self.calculation.quantities}
            return
        columns = [(q.name, plain(q.value), q.axes[:1] == ("sample",)) for q in self.calculation.quantities]
        for i in range(self.calculation.samples):
            yield {name: value[i] if by_sample else value for name, value, by_sample in columns}

    def values(self) -> Iterator[Array]:
        return (q.value for q in self.calculation.quantities)

    def blocks(self) -> Iterator[Block]:
        """The passes in order; the quantities of a layer stand together."""
        if self.title:
            yield Heading(line(self.title))
        went_back = False
        quantities = self.calculation.quantities
        for (back, layer), group in groupby(quantities, key=lambda q: (q.stage == "backward", q.layer)):
            if back and not went_back:
                yield Heading(f"Backward: derivatives of {self.calculation.of or 'the loss J'}")
            elif went_back and not back:
                yield Heading("Forward")
            went_back = back
            yield from self._group(layer, list(group))

    def captions(self) -> Iterator[str]:
        about = meta(self.calculation, self.title)
        if "loss" in about:
            yield f"loss {about['loss']['name']}: {about['loss']['formula']}"
            if self.calculation.batch:
                yield f"reduction {about['reduction']}: {REDUCTIONS[about['reduction']].formula}"
        if "y" in self.calculation and self.calculation["y"].dtype.kind == "i":
            yield "y is a class index: class 0 is the first output"
        objective = self.calculation.objective
        if objective is not None and objective.sample_weights is not None:
            yield "terms and losses are times the weights of their samples"
        if objective is not None and objective.l2 is not None:
            yield f"penalty: ½ λ Σ of the squared weights, biases left out, λ = {objective.l2}"
        layouts = about.get("layouts", [])
        for name in dict.fromkeys(layouts):
            layers = [str(number) for number, other in enumerate(layouts, start=1) if other == name]
            which = "" if len(layers) == len(layouts) else f"layer {', '.join(layers)}: "
            yield f"{which}z = {KINDS[name].formula}; {KINDS[name].note}"

    def _group(self, number: int | None, quantities: list[Quantity]) -> Iterator[Block]:
        """The quantities of one layer and one pass, those with the same axes side by side."""
        title = self._title(number)
        for axes, run in groupby(quantities, key=_kind):
            together = list(run)
            if axes == ("sample",):
                yield from _sample_grids(title, together, strong=number is None)
            elif len(axes) == 1:
                heading = title if together[0] is quantities[0] else ", ".join(q.name for q in together)
                numbers = range(1, max(len(q.value) for q in together) + 1)
                columns = [Column(q.label(), q.value, strong=q.name == "y_hat") for q in together]
                axis = "input" if number == 0 else axes[0]
                yield Grid(heading, [Column(axis, numbers), *columns], strong=number is None)
            elif axes:
                yield from (grid for q in together for grid in self._matrices(q))
            else:
                yield from (Fact(q.label(), q.value.reshape(-1)[0], strong=q.name == "loss") for q in together)

    def _title(self, number: int | None) -> str:
        if number is None:
            return "Output"
        if number == 0:
            return "Input"
        layer = self._layer(number)
        return f"Layer {number} · {layer.activation} · {layer.n_in} → {layer.n_out}"

    def _layer(self, number: int) -> Layer:
        assert self.calculation.network is not None  # who has layers has a network
        return self.calculation.network.layers[number - 1]

    def _matrices(self, q: Quantity) -> Iterator[Grid]:
        """One table per index of all axes but the last two, which are its rows and columns."""
        assert q.layer is not None  # a matrix is a layer's
        kind = self._layer(q.layer).kind if q.layer else None
        laid_out = f" · as {kind.name}" if kind and q.axes in (each.axes for each in kind.weights) else ""
        *_, down, across = q.axes
        rows, columns = (_labels(*axis, below(q.layer)) for axis in zip(q.axes[-2:], q.value.shape[-2:], strict=True))
        for first in np.ndindex(q.value.shape[:-2]):
            which = "".join(f", {axis} {i + 1}" for axis, i in zip(q.axes, first, strict=False))
            cells = [Column(head, q.value[first][:, j]) for j, head in enumerate(columns)]
            yield Grid(f"{q.label()}{which}{laid_out}: {down}s × {across}s", [Column("", rows), *cells])


def meta(calculation: Calculation, title: str = "") -> dict[str, Any]:
    """What decides the numbers of a calculation: version, activations, layouts, loss and reduction."""
    about: dict[str, Any] = {"version": __version__}
    if title:
        about["title"] = title
    if calculation.of:
        about["of"] = calculation.of
    if calculation.given:
        about["given"] = list(calculation.given)
    network, objective = calculation.network, calculation.objective
    if network is not None:
        about["activations"] = [str(layer.activation) for layer in network.layers]
        about["layouts"] = [layer.kind.name for layer in network.layers]
    if objective is not None:
        from nnc.render.formula.rows import loss_formula  # nothing else reads a formula

        about["loss"] = {
            "name": str(objective.loss),
            "formula": loss_formula(objective.loss, weighted=objective.class_weights is not None),
        }
        about["reduction"] = objective.reduction
    return about


def _labels(axis: str, count: int, below: str) -> list[str]:
    """What the lines along an axis are called. An input has the name of what the layer takes."""
    if axis == "bias and input":
        return ["bias", *_labels("input", count - 1, below)]
    return [f"{below}[{i}]" if axis == "input" else f"{axis} {i}" for i in range(1, count + 1)]


def _kind(q: Quantity) -> tuple[str, ...]:
    """The axes that decide in which table a quantity stands; quantities by sample share theirs."""
    return ("sample",) if q.axes[:1] == ("sample",) else q.axes


def _sample_grids(title: str, quantities: list[Quantity], *, strong: bool) -> Iterator[Grid]:
    """Quantities by sample, in tables of at most ``SIDE_BY_SIDE`` columns where there are several quantities."""
    groups: list[list[Quantity]] = []
    room = 0
    for q in quantities:
        if room < _width(q):
            groups.append([])
            room = SIDE_BY_SIDE
        groups[-1].append(q)
        room -= _width(q)
    for group in groups:
        samples = Column("sample", range(1, len(group[0].value) + 1))
        heading = title if len(groups) == 1 else f"{title} · {', '.join(q.name for q in group)}"
        yield Grid(heading, [samples, *(column for q in group for column in _columns(q))], strong=strong)


def _width(q: Quantity) -> int:
    return int(np.prod(q.value.shape[1:]))


def _columns(q: Quantity) -> Iterable[Column]:
    strong = q.name == "y_hat"
    if q.value.ndim == 1:
        return [Column(q.label(), q.value, strong)]
    indices = np.ndindex(q.value.shape[1:])
    return [Column(q.label(index), q.value[:, *index], strong) for index in indices]
