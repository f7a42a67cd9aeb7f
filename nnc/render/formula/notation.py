"""A formula's tree in the signs of one notation: what plain text and LaTeX have in common.

What binds loosest gets parentheses where something tighter is wanted. A notation writes in its own way what has a shape:
fractions, powers, cases, matrices.
"""

from collections.abc import Callable, Iterable
from enum import IntEnum
from typing import Any

from nnc.core.formula.tree import (
    Absolute,
    Beside,
    Bracket,
    Call,
    Cases,
    Comparison,
    Component,
    Constant,
    Entrywise,
    Matrix,
    MatrixProduct,
    Negative,
    Node,
    Number,
    Partial,
    Power,
    Product,
    Quotient,
    Series,
    Slope,
    Stacked,
    Sum,
    Symbol,
    Total,
    Transposed,
    Vector,
    Where,
)
from nnc.render.elision import GAP, kept
from nnc.render.numbers import is_own_display, shown


class Binds(IntEnum):
    """How tightly a written formula holds together, loosest first."""

    CASES = 0
    SUM = 1
    QUOTIENT = 2
    PRODUCT = 3
    ATOM = 4


class Notation:
    """Writes formulas, and remembers in ``rounded`` whether a number was cut in doing so.

    ``precision`` is in significant digits, None for all of them; ``most`` is how many terms, rows or columns are
    written before the middle is left out, None for all.
    """

    dot: str
    minus: str
    equal = "="
    about: str
    gap = GAP

    def __init__(self, precision: int | None, most: int | None) -> None:
        self.precision = precision
        self.most = most
        self.rounded = False
        self.filling = False
        """Whether the formula has numbers in place of its letters: two that meet have a sign between them."""

    def filled(self, node: Node, least: Binds = Binds.CASES) -> str:
        """The formula that numbers have been put into, in parentheses where it binds less tightly than it must."""
        self.filling = True
        text = self.tight(node, least)
        self.filling = False
        return text

    def write(self, node: Node) -> str:
        """The formula on one line."""
        match node:
            case Number(value):
                self.rounded |= not is_own_display(value, self.precision)
                return self.number(shown(value, self.precision))
            case Constant(text):
                return self.constant(text)
            case Symbol():
                return self.symbol(node)
            case Sum(terms):
                return self.sum(terms)
            case Series(count, term):
                return self.series(count, term)
            case Negative(of):
                return f"{self.minus}{self.tight(of, Binds.QUOTIENT)}"
            case Beside(factors):
                return self.beside([self.tight(factor, Binds.PRODUCT) for factor in factors], factors)
            case Product(factors):
                return self.dot.join(self.tight(factor, Binds.PRODUCT) for factor in factors)
            case Quotient():
                return self.quotient(node)
            case Power(base, exponent):
                return self.power(base, exponent)
            case Call():
                return self.call(node)
            case Component(of, index):
                return self.component(self.write(of), index)
            case Absolute(of):
                return f"|{self.write(of)}|"
            case Bracket(of):
                return self.bracketed(self.write(of))
            case Comparison(first, others):
                return " ".join([self.write(first), *(f"{self.sign(s)} {self.write(other)}" for s, other in others)])
            case Cases():
                return self.cases(node)
            case Where(of, definitions):
                named = [(self.write(Symbol(name)), self.write(meaning)) for name, meaning in definitions]
                return self.where(self.write(of), [f"{name} = {meaning}" for name, meaning in named])
            case Total(of):
                text = self.write(of)
                return self.total(self.parenthesised(text) if isinstance(of, Sum) else text, node)
        return self.vectors(node)

    def vectors(self, node: Node) -> str:
        """The rest: derivatives, and what is made of vectors and matrices."""
        match node:
            case Vector(values):
                written = [self.write(Number(values[i])) for i in kept(len(values), self.most)]
                return ", ".join(with_gap(written, len(values), self.gap))
            case Matrix():
                return self.matrix(node, self.most)
            case MatrixProduct(factors):
                return " ".join(self.tight(factor, Binds.QUOTIENT) for factor in factors)
            case Entrywise(left, right):
                return self.entrywise(self.write(left), self.write(right))
            case Transposed(of):
                return self.transposed(of)
            case Stacked(of):
                return self.stacked(self.write(of))
            case Partial(by, of):
                return self.partial(self.write(of), self.write(by))
            case Slope(of):
                return self.slope(self.write(of))
        raise AssertionError(node)

    def binds(self, node: Node) -> Binds:
        """How tightly a formula holds together as this notation writes it."""
        match node:
            case Cases() | Where() | Comparison():
                return Binds.CASES
            case Sum() | Negative():
                return Binds.SUM
            case Series(count, term):
                return Binds.SUM if count > 1 else self.binds(term(0))
            case Quotient():
                return Binds.QUOTIENT
            case Beside() | Product() | MatrixProduct() | Entrywise() | Total():
                return Binds.PRODUCT
            case Constant(text):
                return Binds.SUM if text.startswith("-") else Binds.ATOM
            case Number(value):
                text = shown(value, self.precision)
                return Binds.SUM if text.startswith("-") else Binds.QUOTIENT if "/" in text else Binds.ATOM
        return Binds.ATOM

    def tight(self, node: Node, least: Binds) -> str:
        """The formula, in parentheses where it binds less tightly than it must."""
        text = self.write(node)
        return self.parenthesised(text) if self.binds(node) < least else text

    def sum(self, terms: Iterable[tuple[str, Node]]) -> str:
        """Terms with their signs; one that is negative is in parentheses, unless it is the first."""
        (_, first), *others = terms
        text = self.tight(first, Binds.SUM)
        for sign, term in others:
            text += f" {'+' if sign == '+' else self.minus} {self.tight(term, Binds.QUOTIENT)}"
        return text

    def series(self, count: int, term: Callable[[int], Node]) -> str:
        """The sum of ``term(0)`` …, its middle left out where it is long."""
        written = [self.tight(term(i), Binds.SUM if i == 0 else Binds.QUOTIENT) for i in kept(count, self.most)]
        return " + ".join(with_gap(written, count, self.gap))

    def beside(self, written: list[str], factors: tuple[Node, ...]) -> str:
        """Factors side by side, with a sign between two that would read as one number."""
        text = written[0]
        for before, after, follows in zip(written, written[1:], factors[1:], strict=False):
            text += (self.dot if self.filling and self.meet(before, after, follows) else " ") + after
        return text

    def meet(self, before: str, after: str, follows: Node) -> bool:
        """Whether a sign of multiplication must stand between two factors."""
        ends, begins = "0123456789)½²³₀₁₂₃₄₅₆₇₈₉", "0123456789([½"
        return before[-1] in ends and (after[0] in begins or isinstance(follows, Call))

    def parenthesised(self, text: str) -> str:
        """(text)."""
        return f"({text})"

    def bracketed(self, text: str) -> str:
        """[text]."""
        return f"[{text}]"

    # What each notation writes in its own way.

    def number(self, text: str) -> str:
        """A number that is written in decimal digits, as a fraction or with an exponent."""
        raise NotImplementedError

    def constant(self, text: str) -> str:
        """A number as a formula has it."""
        raise NotImplementedError

    def symbol(self, symbol: Symbol) -> str:
        """A letter with its layer and its indices."""
        raise NotImplementedError

    def sign(self, sign: str) -> str:
        """A sign of comparison."""
        raise NotImplementedError

    def power(self, base: Node, exponent: Node) -> str:
        """base to the exponent."""
        raise NotImplementedError

    def quotient(self, quotient: Quotient) -> str:
        """above / below."""
        raise NotImplementedError

    def call(self, call: Call) -> str:
        """A function of its arguments."""
        raise NotImplementedError

    def component(self, of: str, index: int | str) -> str:
        """One number of a vector."""
        raise NotImplementedError

    def cases(self, cases: Cases) -> str:
        """Values with their conditions."""
        raise NotImplementedError

    def where(self, of: str, definitions: list[str]) -> str:
        """A formula with its definitions."""
        raise NotImplementedError

    def total(self, of: str, total: Total) -> str:
        """Σ."""
        raise NotImplementedError

    def entrywise(self, left: str, right: str) -> str:
        """left ⊙ right."""
        raise NotImplementedError

    def transposed(self, of: Node) -> str:
        """ofᵀ."""
        raise NotImplementedError

    def stacked(self, of: str) -> str:
        """[1; of]."""
        raise NotImplementedError

    def partial(self, of: str, by: str) -> str:
        """∂of/∂by."""
        raise NotImplementedError

    def slope(self, of: str) -> str:
        """f′(of)."""
        raise NotImplementedError

    def matrix(self, matrix: Matrix, most: int | None) -> str:
        """A matrix with at most so many rows and columns."""
        raise NotImplementedError


def with_gap(shown: list[str], count: int, gap: str) -> list[str]:
    """What is shown of ``count`` things, with a gap in the middle where that is not all."""
    half = len(shown) // 2
    return [*shown[:half], gap, *shown[half:]] if len(shown) < count else shown


def cells(matrix: Matrix, most: int | None, write: Callable[[Any], str], gaps: tuple[str, str, str]) -> list[list[str]]:
    """The cells of a matrix as text, with gaps (in a row, in a column, in both) for what is left out."""
    values = matrix.values
    rows, columns = (kept(count, most) for count in values.shape)
    across, down, both = gaps
    found = [[write(Number(values[i, j])) for j in columns] for i in rows]
    if len(columns) < values.shape[1]:
        for row in found:
            row.insert(len(columns) // 2, across)
    if len(rows) < values.shape[0]:
        line = [down] * len(columns)
        if len(columns) < values.shape[1]:
            line.insert(len(columns) // 2, both)
        found.insert(len(rows) // 2, line)
    return found
