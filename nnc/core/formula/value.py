"""The value of a formula: what its text means, by which tests hold it to the function of its row."""

from collections.abc import Callable, Mapping
from itertools import pairwise
from math import erf, pi
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


def _softmax(z: Array) -> Array:
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

    def value(node: Node) -> Any:
        return evaluate(node, letters)

    match formula:
        case Number(number):
            return number
        case Constant(text):
            return _constant(text)
        case Symbol():
            return letters[key(formula)]
        case Sum(terms):
            return sum(value(term) if sign == "+" else -value(term) for sign, term in terms)
        case Series(count, term):
            return sum(value(term(i)) for i in range(count))
        case Negative(of):
            return -value(of)
        case Beside(factors) | Product(factors):
            product = value(factors[0])
            for factor in factors[1:]:
                product = product * value(factor)
            return product
        case Quotient(above, below):
            return value(above) / value(below)
        case Power(base, exponent):
            return value(base) ** value(exponent)
        case Call(name, arguments, squared):
            called = _FUNCTIONS[name](*map(value, arguments))
            return called**2 if squared else called
        case Total(of):
            return np.sum(value(of), axis=-1, keepdims=True)
        case Vector(values):
            return values
        case Component(of, index):
            return value(of)[int(index) - 1]
        case Absolute(of):
            return abs(value(of))
        case Where(of, definitions):
            return evaluate(of, {**letters, **{name: value(node) for name, node in definitions}})
    return _chosen(formula, letters)


def _chosen(formula: Node, letters: Mapping[str, Any]) -> Any:
    """The value of what depends on a comparison."""
    match formula:
        case Bracket(of):
            found = evaluate(of, letters)
            return np.where(found, 1, 0) if isinstance(of, Comparison) else found
        case Comparison(first, others):
            values = [evaluate(node, letters) for node in (first, *(node for _, node in others))]
            signs = [sign for sign, _ in others]
            return np.logical_and.reduce(
                [_COMPARE[sign](*pair) for sign, pair in zip(signs, pairwise(values), strict=True)]
            )
        case Cases(pieces, otherwise):
            found = evaluate(otherwise, letters)
            for piece, condition in reversed(pieces):
                found = np.where(evaluate(condition, letters), evaluate(piece, letters), found)
            return found
    raise ValueError(f"{formula} has no value")


def _constant(text: str) -> float:
    if text == "½":
        return 0.5
    above, _, below = text.partition("/")
    numbers = [
        pi * float(part.removesuffix("π") or 1) if part.endswith("π") else float(part) for part in (above, below or "1")
    ]
    return numbers[0] / numbers[1]
