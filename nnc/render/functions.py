"""Activations and losses as reports: the list, one of them in full, and the values of an activation."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from nnc.core.arrays import FLOAT64, Array, scalar
from nnc.core.functions.activations import ACTIVATIONS, Activation
from nnc.core.functions.losses import LOSSES, Loss
from nnc.core.rows import Chosen, Parameter, Value
from nnc.render.formula.latex import LatexNotation
from nnc.render.formula.notation import Notation
from nnc.render.formula.rows import PLAIN, activation_formulas, loss_formulas
from nnc.render.numbers import plain
from nnc.render.report import Block, Cell, Column, Fact, Grid, Report

TARGETS = {
    "values": "",
    "probabilities": "probabilities, one-hot, or a class index",
    "class": "a class index, or one-hot",
}
"""What y is, where it is not one number per output."""
CLASS_WEIGHTS = {None: None, "two": "two, of class 0 and class 1", "outputs": "one per output"}
LATEX = LatexNotation(None, None)
PAGE = 120
"""Characters in a line of the lists: what fits on most screens."""
HEADS = {"latex": "LaTeX", "derivative_latex": "LaTeX of the derivative", "class_weights": "class weights"}


class FunctionsReport(Report):
    """The report of all ``activations``, or of all ``losses``; ``kind`` says which."""

    kind: str

    def data(self) -> dict[str, Any]:
        return {row.name: facts(row) for row in self._rows()}

    def records(self) -> Iterator[dict[str, Any]]:
        for row in self._rows():
            yield {"name": row.name, **facts(row)}

    def values(self) -> Iterator[str]:
        return (row.name for row in self._rows())

    def blocks(self) -> Iterator[Block]:
        """Two lines per row: some formulas fill an 80-column terminal by themselves."""
        labels = ("f", "f′") if self.kind == "activations" else ("loss", "∂/∂ŷ")
        names, formulas = [], []
        for row in self._rows():
            described = facts(row)
            names += [", ".join([row.name, *row.aliases]), f"  {_defaults(row.parameters)}"]
            formulas += [described["formula"], described["derivative"]]
        columns = [Column("name", names), Column("", labels * (len(names) // 2)), Column("formula", formulas)]
        yield Grid(self.kind.capitalize(), columns, elide=False, page=PAGE)

    def captions(self) -> Iterator[str]:
        if self.kind == "activations":
            yield "parameters: -a leaky_relu:negative_slope=0.1; at a kink f′ is PyTorch's"
            yield "one in full: nnc activations NAME; its values: nnc activations NAME -x -1,0,1"
        else:
            yield "of one sample: Σ is over its K outputs ŷ, and y is the target"
            yield "parameters: -l huber:delta=0.5; outputs=sum leaves 1/K out"
            yield "class weights: w of each output's class, w₀ and w₁ of class 0 and 1"
            yield "one in full: nnc losses NAME"

    def _rows(self) -> list[Activation | Loss]:
        return [*(ACTIVATIONS if self.kind == "activations" else LOSSES).values()]


class FunctionReport(Report):
    """The report of one activation or loss.

    A parameter that is not set has its default, or no value if it has no default.
    """

    chosen: Chosen[Activation] | Chosen[Loss]

    def data(self) -> dict[str, Any]:
        """What is known of the row, and the ``value`` of each parameter."""
        row, given = self.chosen.row, self.chosen.parameters
        described = facts(row, given)
        for key, about in described["parameters"].items():
            described["parameters"][key] = {"value": given.get(key, about["default"]), **about}
        return {"name": row.name, **described}

    def values(self) -> Iterable[str]:
        data = self.data()
        return data["formula"], data["derivative"]

    def blocks(self) -> Iterator[Block]:
        data = self.data()
        for key, value in data.items():
            if key == "parameters":
                for name, about in value.items():
                    yield Fact(f"parameter {name}", _setting(about))
            elif key == "aliases":
                if value:
                    yield Fact("also called", ", ".join(value))
            elif key == "exact":
                yield Fact("--exact", "yes" if value else "no: it makes irrational numbers")
            elif value is not None:
                yield Fact(HEADS.get(key, key), value, strong=key == "name")

    def captions(self) -> Iterator[str]:
        if isinstance(self.chosen.row, Loss):
            yield "of one sample: Σ is over its K outputs ŷ, and y is the target"


class ActivationValues(Report):
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
        data = self.data()
        for values in zip(*(data[key] for key in list(data)[1:]), strict=True):
            yield dict(zip(list(data)[1:], values, strict=True))

    def values(self) -> Iterator[Array]:
        yield self.f
        yield self.df if self.df is not None else np.asarray(self.jacobian)

    def blocks(self) -> Iterator[Block]:
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
        row = self.activation.row
        f, slope = activation_formulas(row, z="x", a="f", texts=self.activation.texts)
        yield f"f(x) = {f}" if row.derivative else f"f_k = {f}"
        yield f"f′(x) = {slope}" if row.derivative else slope


def facts(row: Activation | Loss, given: Mapping[str, Value] = {}) -> dict[str, Any]:
    """What is known of a row, as plain values. Formulas hold the names of parameters, not the values ``given``."""
    (formula, derivative), (latex, derivative_latex) = (_formulas(row, notation, given) for notation in (PLAIN, LATEX))
    about: dict[str, Any] = {
        "formula": formula,
        "derivative": derivative,
        "latex": latex,
        "derivative_latex": derivative_latex,
        "parameters": {key: _parameter(p) for key, p in row.parameters.items()},
        "aliases": list(row.aliases),
    }
    if isinstance(row, Loss):
        about |= {
            "y": TARGETS[row.target] or row.y_domain.words,
            "y_hat": row.p_domain.words,
            "class_weights": CLASS_WEIGHTS[row.classes],
        }
    return {**about, "exact": row.rational, "source": row.source}


def _formulas(row: Activation | Loss, notation: Notation, given: Mapping[str, Value]) -> tuple[str, str]:
    if isinstance(row, Activation):
        return activation_formulas(row, notation)
    mean = row.mean and given.get("outputs") != "sum"
    return loss_formulas(row, notation, weighted=row.classes is not None, mean=mean)


def _parameter(parameter: Parameter) -> dict[str, Any]:
    default = parameter.default
    number = default is not None and not parameter.words
    return {
        "default": scalar(str(default), FLOAT64) if number else default,
        "takes": " or ".join(parameter.words) or parameter.takes,
    }


def _defaults(parameters: Mapping[str, Parameter]) -> str:
    """The parameters as people write them: ``alpha=1, beta=2``."""
    return ", ".join(key if p.default is None else f"{key}={p.default}" for key, p in parameters.items())


def _setting(about: Mapping[str, Any]) -> Cell:
    value, default = (f"{v:g}" if isinstance(v, float) else v for v in (about["value"], about["default"]))
    if value is None:
        return f"{about['takes']}; there is no default"
    return f"{value} ({about['takes']}{'' if value == default else f'; default {default}'})"
