"""The value of a formula: what its text means, by which tests hold it to the function of its row."""

from collections.abc import Callable, Mapping
from functools import reduce
from itertools import pairwise
from math import erf, pi
from operator import mul
from typing import Any

import numpy as np

from nnc.core.arrays import Array
from nnc.core.formula.tree import (
    Absolute,
    Beside,
    Bracket,
    Call,
    Cases,
    Comparison,
    Component,
    Constant,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Series,
    Sum,
    Symbol,
    Total,
    Vector,
    Where,
    key,
)

_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "<": np.less,
    ">": np.greater,
    "≤": np.less_equal,
    "≥": np.greater_equal,
    "=": np.equal,
    "≠": np.not_equal,
}


def _softmax(z: Array) -> Any:
    return np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "max": np.maximum,
    "min": np.minimum,
    "exp": np.exp,
    "log": np.log,
    "erf": np.vectorize(erf),
    "tanh": np.tanh,
    "cosh": np.cosh,
    "sign": np.sign,
    "softmax": _softmax,
    "σ": lambda z: 1 / (1 + np.exp(-z)),
    "√": np.sqrt,
}


def evaluate(formula: Node, letters: Mapping[str, Any] = {}) -> Any:
    """The value of a formula for what its letters stand for, by their keys: numbers, or arrays (…, K).

    Functions of a whole layer and sums over all outputs take the last axis, where ``z_j`` is the same array as ``z``.
    Raises KeyError for a letter that is not there.
    """
    return _Evaluator(letters).value(formula)


class _Evaluator:
    """The value of each kind of node by the method of its name."""

    def __init__(self, letters: Mapping[str, Any]) -> None:
        self.letters = letters

    def value(self, node: Node) -> Any:
        return getattr(self, type(node).__name__.lower())(node)

    def number(self, node: Number) -> Any:
        return node.value

    def constant(self, node: Constant) -> float:
        if node.text == "½":
            return 0.5
        above, _, below = node.text.partition("/")
        return _part(above) / _part(below or "1")

    def symbol(self, node: Symbol) -> Any:
        return self.letters[key(node)]

    def sum(self, node: Sum) -> Any:
        return sum(self.value(term) if sign == "+" else -self.value(term) for sign, term in node.terms)

    def series(self, node: Series) -> Any:
        return sum(self.value(node.term(i)) for i in range(node.count))

    def negative(self, node: Negative) -> Any:
        return -self.value(node.of)

    def beside(self, node: Beside | Product) -> Any:
        return reduce(mul, map(self.value, node.factors))

    product = beside

    def quotient(self, node: Quotient) -> Any:
        return self.value(node.above) / self.value(node.below)

    def power(self, node: Power) -> Any:
        return self.value(node.base) ** self.value(node.exponent)

    def call(self, node: Call) -> Any:
        values = [self.value(argument) for argument in node.arguments]
        if node.name == "softmax" and len(values) > 1:  # written out, number by number
            values = [np.array(values)]
        called = _FUNCTIONS[node.name](*values)
        return called**2 if node.squared else called

    def total(self, node: Total) -> Any:
        return np.sum(self.value(node.of), axis=-1, keepdims=True)

    def vector(self, node: Vector) -> Any:
        return node.values

    def component(self, node: Component) -> Any:
        return self.value(node.of)[..., int(node.index) - 1]

    def absolute(self, node: Absolute) -> Any:
        return abs(self.value(node.of))

    def where(self, node: Where) -> Any:
        return evaluate(node.of, {**self.letters, **{name: self.value(of) for name, of in node.definitions}})

    def bracket(self, node: Bracket) -> Any:
        return np.where(self.value(node.of), 1, 0) if isinstance(node.of, Comparison) else self.value(node.of)

    def comparison(self, node: Comparison) -> Any:
        values = [self.value(node.first), *(self.value(other) for _, other in node.others)]
        signs = [sign for sign, _ in node.others]
        return np.logical_and.reduce(
            [_COMPARE[sign](*pair) for sign, pair in zip(signs, pairwise(values), strict=True)]
        )

    def cases(self, node: Cases) -> Any:
        found = self.value(node.otherwise)
        for piece, condition in reversed(node.pieces):
            found = np.where(self.value(condition), self.value(piece), found)
        return found


def _part(text: str) -> float:
    """A number of a constant, with its π."""
    return float(text.removesuffix("π") or 1) * (pi if text.endswith("π") else 1)
