"""Expressions of a derivation: what is written, once, for every notation to write in its own signs.

Sums and matrices keep their numbers until they are written, so that a large network's can be cut before they are.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from msgspec import Struct

from nnc.core.arrays import Array


class Symbol(Struct, frozen=True, eq=False):
    """A letter by its name (``z``, ``y_hat``), of a layer, with the indices of one of its numbers.

    ``part`` is a slice of a matrix as NumPy writes it, counted from 0: ``1:`` is all but the row of the bias.
    """

    name: str
    layer: int | None = None
    index: tuple[int | str, ...] = ()
    part: str = ""


class Partial(Struct, frozen=True, eq=False):
    """∂J/∂of."""

    of: Symbol


class Slope(Struct, frozen=True, eq=False):
    """f′(of), f being the activation of the layer."""

    of: Symbol


class Jacobian(Struct, frozen=True, eq=False):
    """∂a/∂z of a layer: the matrix of the derivatives of all its activations by all its pre-activations."""

    layer: int


class Number(Struct, frozen=True, eq=False):
    """A number: of a quantity, of a file, or a count."""

    value: Any


class Series(Struct, frozen=True, eq=False):
    """The sum of ``term(0)`` … ``term(count − 1)``."""

    count: int
    term: "Callable[[int], Expression]"


class Total(Struct, frozen=True, eq=False):
    """Σ of the expression over an index that it names, as a formula says it."""

    of: "Expression"
    over: str


class Product(Struct, frozen=True, eq=False):
    """A product of numbers."""

    factors: "Sequence[Expression]"


class Quotient(Struct, frozen=True, eq=False):
    """above / below."""

    above: "Expression"
    below: "Expression"


class Square(Struct, frozen=True, eq=False):
    """of²."""

    of: "Expression"


class Template(Struct, frozen=True, eq=False):
    """A formula of a row or a layout as text and as LaTeX, with places for its arguments."""

    text: str
    latex: str


class Applied(Struct, frozen=True, eq=False):
    """A template with its arguments; an argument that is a word is text, one that is absent is None.

    Where the template sums over all outputs (``Σ exp(z_j)``), ``each`` has the arguments of each term.
    """

    template: Template
    values: "Mapping[str, Expression | str | None]"
    each: "Sequence[Mapping[str, Expression | str | None]]" = ()


class Vector(Struct, frozen=True, eq=False):
    """Numbers in a row, parted by commas: all arguments of a function that takes a whole layer."""

    values: Array


class Matrix(Struct, frozen=True, eq=False):
    """A matrix of numbers, (rows, columns); a vector is a column."""

    values: Array


class MatrixProduct(Struct, frozen=True, eq=False):
    """A product of matrices and vectors."""

    factors: "Sequence[Expression]"


class MatrixSum(Struct, frozen=True, eq=False):
    """A sum of matrices or vectors."""

    terms: "Sequence[Expression]"


class Entrywise(Struct, frozen=True, eq=False):
    """left ⊙ right, entry by entry."""

    left: "Expression"
    right: "Expression"


class Transposed(Struct, frozen=True, eq=False):
    """ofᵀ."""

    of: "Expression"


class Stacked(Struct, frozen=True, eq=False):
    """[1; of]: a vector with a 1 before it, which meets the bias."""

    of: "Expression"


Expression: TypeAlias = (
    Symbol
    | Partial
    | Slope
    | Jacobian
    | Number
    | Series
    | Total
    | Product
    | Quotient
    | Square
    | Applied
    | Vector
    | Matrix
    | MatrixProduct
    | MatrixSum
    | Entrywise
    | Transposed
    | Stacked
)


def added(*terms: Expression) -> Expression:
    """The sum of a few terms; one term is itself."""
    return terms[0] if len(terms) == 1 else Series(len(terms), terms.__getitem__)


def times(*factors: Expression) -> Expression:
    """The product of a few factors; one factor is itself."""
    return factors[0] if len(factors) == 1 else Product(factors)


def dot(left: Array, right: Array) -> Series:
    """left₁·right₁ + left₂·right₂ + …"""
    return Series(len(left), lambda i: Product((Number(left[i]), Number(right[i]))))


def column(values: Array) -> Matrix:
    """A vector as a matrix of one column."""
    return Matrix(values.reshape(-1, 1))
