"""Activations and losses as reports: what is available, one row in full, and an activation's values."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from msgspec import Struct

from nnc.core.activations import ACTIVATIONS, Activation
from nnc.core.arrays import Array
from nnc.core.losses import LOSSES, Loss, formula
from nnc.core.rows import Chosen, Parameter, Row
from nnc.render.numbers import plain
from nnc.render.report import Block, Column, Fact, Grid

TARGETS = {
    "values": "values, one an output",
    "probabilities": "probabilities, one-hot, or a class index",
    "class": "a class index, or one-hot",
}


class FunctionsReport(Struct, frozen=True, eq=False):
    """The report of all activations, or all losses; see ``Report``."""

    kind: str
    """``activations`` or ``losses``."""

    def data(self) -> dict[str, Any]:
        """Every row by its name."""
        return {row.name: facts(row) for row in self._rows()}

    def records(self) -> Iterator[dict[str, Any]]:
        """One object a row."""
        for row in self._rows():
            yield {"name": row.name, **facts(row)}

    def values(self) -> Iterator[str]:
        """The names."""
        for row in self._rows():
            yield row.name

    def blocks(self) -> Iterator[Block]:
        """A line a row."""
        rows = list(self._rows())
        described = [facts(row) for row in rows]
        yield Grid(
            self.kind.capitalize(),
            [
                Column("name", [", ".join([row.name, *row.aliases]) for row in rows], strong=True),
                Column("formula", [fact["formula"] for fact in described]),
                Column("derivative", [fact["derivative"] for fact in described]),
                Column("parameters", [_parameters(row) for row in rows]),
            ],
            elide=False,
        )

    def captions(self) -> Iterator[str]:
        """How a row is chosen, and what the letters are."""
        if self.kind == "activations":
            yield "parameters are set as in -a leaky_relu:negative_slope=0.1; at a kink the derivative is PyTorch's"
        else:
            yield "of one sample with K outputs ŷ; parameters are set as in -l huber:delta=0.5"
            yield "class weights: w of each output's class, w₀ and w₁ of class 0 and 1"

    def _rows(self) -> list[Activation | Loss]:
        return [*(ACTIVATIONS if self.kind == "activations" else LOSSES).values()]


class FunctionReport(Struct, frozen=True, eq=False):
    """The report of one activation or loss with its parameters set; see ``Report``."""

    chosen: Chosen[Activation] | Chosen[Loss]

    def data(self) -> dict[str, Any]:
        """What the row says of itself, with the parameters as they are set."""
        return {"name": self.chosen.row.name, **facts(self.chosen.row), "parameters": dict(self.chosen.parameters)}

    def records(self) -> Iterator[dict[str, Any]]:
        """The one object."""
        yield self.data()

    def values(self) -> Iterator[str]:
        """The formula and the derivative."""
        described = facts(self.chosen.row)
        yield from (described["formula"], described["derivative"])

    def blocks(self) -> Iterator[Block]:
        """A line a fact."""
        for name, value in self.data().items():
            if name == "parameters":
                for key, setting in value.items():
                    yield Fact(f"parameter {key}", setting)
            elif value not in ("", [], False, None):
                yield Fact(name, ", ".join(map(str, value)) if isinstance(value, list) else str(value))

    def captions(self) -> Iterator[str]:
        """Nothing: the facts are the conventions."""
        yield from ()


class ActivationValues(Struct, frozen=True, eq=False):
    """The report of an activation at points x (n,): f and f′, or the Jacobian where units depend on each other."""

    activation: Chosen[Activation]
    x: Array
    f: Array
    df: Array | None
    jacobian: Array | None

    def data(self) -> dict[str, Any]:
        """The points, f, and ``df`` (n,) or ``jacobian`` (n, n), row k being ∂f_k/∂x."""
        slope = {"df": plain(self.df)} if self.df is not None else {"jacobian": plain(self.jacobian)}
        return {"name": str(self.activation), "x": plain(self.x), "f": plain(self.f), **slope}

    def records(self) -> Iterator[dict[str, Any]]:
        """One object a point."""
        data = self.data()
        for values in zip(*(data[key] for key in list(data)[1:]), strict=True):
            yield dict(zip(list(data)[1:], values, strict=True))

    def values(self) -> Iterator[Array]:
        """f, then its derivatives."""
        yield self.f
        yield self.df if self.df is not None else np.asarray(self.jacobian)

    def blocks(self) -> Iterator[Block]:
        """A row a point."""
        if self.df is not None:
            columns = [Column("x", self.x), Column("f(x)", self.f, strong=True), Column("f′(x)", self.df)]
            yield Grid(str(self.activation), columns)
        else:
            count = len(self.x)
            units = Column("unit", range(1, count + 1))
            yield Grid(str(self.activation), [units, Column("x", self.x), Column("f(x)", self.f, strong=True)])
            jacobian = np.asarray(self.jacobian)
            columns = [Column(f"∂/∂x[{j + 1}]", jacobian[:, j]) for j in range(count)]
            yield Grid("Jacobian: row k is ∂f_k/∂x", [Column("", [f"f[{k + 1}]" for k in range(count)]), *columns])

    def captions(self) -> Iterator[str]:
        """The formula and its derivative."""
        row = self.activation.row
        yield f"f(x) = {row.formula.format(z='x', **self.activation.texts)}"
        yield f"f′(x) = {row.derivative_formula.format(z='x', **self.activation.texts)}"


def facts(row: Activation | Loss) -> dict[str, Any]:
    """What a row says of itself, as plain values."""
    names = {key: key for key in row.parameters}
    common = {"parameters": {key: _parameter(p) for key, p in row.parameters.items()}, "aliases": list(row.aliases)}
    if isinstance(row, Activation):
        return {
            "formula": row.formula.format(z="z", **names),
            "derivative": row.derivative_formula.format(z="z", **names),
            "latex": row.latex.format(z="z", **names),
            **common,
            "exact": row.rational,
            "source": row.source,
        }
    weights = {"w": "w ", "w0": "w₀ ", "w1": "w₁ "} if row.classes else {"w": "", "w0": "", "w1": ""}
    return {
        "formula": formula(Chosen(row, {**names, **({"outputs": "mean"} if row.mean else {})}), weighted=True),
        "derivative": row.derivative_formula.format(p="ŷ", y="y", **weights, **names),
        "latex": row.latex.format(p=r"\hat y", y="y", **weights, **names),
        **common,
        "y": TARGETS[row.target] if row.target != "values" else row.y_domain.words,
        "y_hat": row.p_domain.words,
        "class_weights": row.classes or "none",
        "exact": row.rational,
        "source": row.source,
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    takes = " or ".join(parameter.words) or parameter.takes
    return {"default": parameter.default, "takes": takes}


def _parameters(row: Row) -> str:
    return ", ".join(key if p.default is None else f"{key}={p.default}" for key, p in row.parameters.items())
