"""The tree that formulas and derivations are made of; every notation writes it in its own signs.

Sums and matrices keep their numbers until they are written, so that a notation can cut those of a large network.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, dataclass_transform

from msgspec import Struct, field
from msgspec.structs import replace

from nnc.core.arrays import Array


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
class Node(Struct, frozen=True):
    """A part of a formula."""


class Unary(Node):
    """A part that holds one other part."""

    of: Node


class Factors(Node):
    """A product."""

    factors: tuple[Node, ...]


class Symbol(Node):
    """A quantity by its name (``z``, ``y_hat``), of a layer, and the indices of one of its numbers.

    ``part`` is a slice of a matrix as NumPy writes it, from 0: ``1:`` is all rows but that of the bias.
    """

    name: str
    layer: int | None = None
    index: tuple[int | str, ...] = ()
    part: str = ""


class Number(Node, eq=False):
    """A number of a calculation."""

    value: Any


class Constant(Node):
    """A number of a formula, as it is written there: ``½``, ``0.044715``, ``2π``."""

    text: str


class Sum(Node):
    """first + second − third …: each term with its sign; the first sign is +."""

    terms: tuple[tuple[str, Node], ...]


class Negative(Unary):
    """−of."""


class Beside(Factors):
    """A product without a sign: the factors stand side by side."""


class Product(Factors):
    """A product with a sign between the factors."""


class Quotient(Node):
    """above / below; ``spaced`` in the formula of a row."""

    above: Node
    below: Node
    spaced: bool = False


class Power(Node):
    """base to the exponent."""

    base: Node
    exponent: Node


class Call(Node):
    """A function of its arguments; ``squared`` for tanh²(z)."""

    name: str
    arguments: tuple[Node, ...]
    squared: bool = False


class Absolute(Unary):
    """|of|."""


class Bracket(Unary):
    """[of]: of a comparison 1 where it holds, else 0 (Iverson); of anything else a pair of brackets."""


class Comparison(Node):
    """first < second ≤ third …: each of the others with the sign before it."""

    first: Node
    others: tuple[tuple[str, Node], ...]


class Cases(Node):
    """The first value whose condition holds, else ``otherwise``."""

    pieces: tuple[tuple[Node, Node], ...]
    otherwise: Node


class Where(Node):
    """A formula, and the letters that it defines behind ``with``."""

    of: Node
    definitions: tuple[tuple[str, Node], ...]


class Total(Node):
    """Σ of an expression over an index, or over everything where ``over`` is empty.

    Plain text does not write the index of a ``silent`` one.
    """

    of: Node
    over: str = ""
    silent: bool = False


class Series(Node, eq=False):
    """The sum of ``term(0)`` … ``term(count − 1)``."""

    count: int
    term: Callable[[int], Node]


class Vector(Node, eq=False):
    """Numbers with commas between them: the arguments of a function that takes a whole layer."""

    values: Array


class Component(Node):
    """One number of a vector: ``softmax(1, 2, 3)₁``."""

    of: Node
    index: int | str


class Partial(Node):
    """∂of/∂by."""

    by: Node
    of: Node = Symbol("J")


class Slope(Node):
    """f′(of), where f is the activation of the layer."""

    of: Symbol


class Matrix(Node, eq=False):
    """A matrix of numbers; a vector is a column."""

    values: Array


class MatrixProduct(Factors):
    """A product of matrices and vectors."""


class Entrywise(Node):
    """left ⊙ right, entry by entry."""

    left: Node
    right: Node


class Transposed(Unary):
    """ofᵀ."""


class Stacked(Unary):
    """[1; of]: a vector with a 1 before it for the bias."""


def added(*terms: Node) -> Node:
    """The sum of terms; one term is itself."""
    return terms[0] if len(terms) == 1 else Sum(tuple(("+", term) for term in terms))


def times(*factors: Node) -> Node:
    """The product of factors; one factor is itself."""
    return factors[0] if len(factors) == 1 else Product(factors)


def column(values: Array) -> Matrix:
    """A vector as a matrix of one column."""
    return Matrix(values.reshape(-1, 1))


def arranged(values: Array) -> Matrix:
    """The numbers of one sample as a matrix: rows and columns where there are two axes, else a column."""
    return Matrix(values) if values.ndim == 2 else column(values)


def rewritten(node: Node, change: Callable[[Node], Node | None]) -> Node:
    """The tree in which every node is replaced for which ``change`` gives another, from the top down.

    A factor or a term that becomes ``NOTHING`` is left out.
    """
    found = change(node)
    if found is not None:
        return found
    parts = {name: _each(getattr(node, name), change) for name in node.__struct_fields__}
    if isinstance(node, Sum):
        terms = tuple((sign, term) for sign, term in parts["terms"] if term is not NOTHING)
        return terms[0][1] if len(terms) == 1 else Sum(terms)
    if isinstance(node, Beside):
        factors = tuple(factor for factor in parts["factors"] if factor is not NOTHING)
        return factors[0] if len(factors) == 1 else Beside(factors)
    return replace(node, **parts)


def _each(part: Any, change: Callable[[Node], Node | None]) -> Any:
    if isinstance(part, Node):
        return rewritten(part, change)
    return tuple(_each(one, change) for one in part) if isinstance(part, tuple) else part


def put(formula: Node, arguments: Mapping[str, Node], each: Sequence[Mapping[str, Node]] = ()) -> Node:
    """The formula with nodes in the place of its letters, by their keys (``z``, ``z_j``, ``w_1``).

    ``each`` has the arguments of each term of a sum over all outputs (``Σ exp(z_j)``).
    """

    def change(node: Node) -> Node | None:
        if isinstance(node, Symbol):
            return arguments.get(key(node))
        if isinstance(node, Total) and each:
            return Series(len(each), lambda i: put(node.of, {**arguments, **each[i]}))
        return None

    return rewritten(formula, change)


def key(symbol: Symbol) -> str:
    """The key of a letter: its name, and its index behind a _."""
    return "_".join(map(str, (symbol.name, *symbol.index)))


NOTHING = Symbol("")
"""What stands in the place of a factor that is not there."""
