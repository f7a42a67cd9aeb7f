"""A formula's tree as text: what plain text and LaTeX have in common.

A part gets parentheses where it binds less tightly than its place wants. Each notation writes fractions, powers, cases
and matrices in its own way.
"""

from collections.abc import Callable
from enum import IntEnum
from typing import Any

from nnc.core.formula import tree
from nnc.core.formula.tree import Node
from nnc.render.elision import GAP, kept, with_gap
from nnc.render.numbers import is_own_display, shown


class Binds(IntEnum):
    """How tightly a formula holds together, loosest first."""

    CASES = 0
    SUM = 1
    QUOTIENT = 2
    PRODUCT = 3
    ATOM = 4


class Notation:
    """Writes formulas. Each kind of node has a method of its name. ``rounded`` remembers whether a number was cut.

    Numbers have ``precision`` significant digits, or all where that is None. Of more than ``most`` terms, rows or
    columns the middle is left out; None keeps all.
    """

    dot: str
    odot: str
    minus: str
    equal = "="
    about: str
    gap = GAP

    def __init__(self, precision: int | None, most: int | None) -> None:
        self.precision = precision
        self.most = most
        self.rounded = False
        self.filling = False
        """Whether the formula has numbers in place of letters. Two numbers side by side need a sign between them."""

    def filled(self, node: Node, least: Binds = Binds.CASES) -> str:
        """A formula with numbers in place of its letters; otherwise as ``tight``."""
        self.filling = True
        text = self.tight(node, least)
        self.filling = False
        return text

    def write(self, node: Node) -> str:
        text: str = getattr(self, type(node).__name__.lower())(node)
        return text

    def number(self, node: tree.Number) -> str:
        self.rounded |= not is_own_display(node.value, self.precision)
        return self.numeral(shown(node.value, self.precision))

    def sum(self, node: tree.Sum) -> str:
        """Terms with their signs. A negative one is in parentheses, unless it is the first."""
        (_, first), *others = node.terms
        text = self.tight(first, Binds.SUM)
        for sign, term in others:
            text += f" {'+' if sign == '+' else self.minus} {self.tight(term, Binds.QUOTIENT)}"
        return text

    def series(self, node: tree.Series) -> str:
        places = kept(node.count, self.most)
        written = [self.tight(node.term(i), Binds.SUM if i == 0 else Binds.QUOTIENT) for i in places]
        return " + ".join(with_gap(written, node.count, self.gap))

    def negative(self, node: tree.Negative) -> str:
        return f"{self.minus}{self.tight(node.of, Binds.QUOTIENT)}"

    def beside(self, node: tree.Beside) -> str:
        """Factors side by side, with a sign between two that would look like one number."""
        written = [self.tight(factor, Binds.PRODUCT) for factor in node.factors]
        text = written[0]
        for before, after, follows in zip(written, written[1:], node.factors[1:], strict=False):
            text += (self.dot if self.filling and self.meet(before, after, follows) else " ") + after
        return text

    def product(self, node: tree.Product) -> str:
        return self.dot.join(self.tight(factor, Binds.PRODUCT) for factor in node.factors)

    def entrywise(self, node: tree.Entrywise) -> str:
        return f"{self.write(node.left)} {self.odot} {self.write(node.right)}"

    def absolute(self, node: tree.Absolute) -> str:
        return f"|{self.write(node.of)}|"

    def bracket(self, node: tree.Bracket) -> str:
        return f"[{self.write(node.of)}]"

    def comparison(self, node: tree.Comparison) -> str:
        others = [f"{self.sign(sign)} {self.write(other)}" for sign, other in node.others]
        return " ".join([self.write(node.first), *others])

    def total(self, node: tree.Total) -> str:
        text = self.write(node.of)
        return f"{self.sigma(node)} {self.parenthesised(text) if isinstance(node.of, tree.Sum) else text}"

    def vector(self, node: tree.Vector) -> str:
        written = [self.write(tree.Number(node.values[i])) for i in kept(len(node.values), self.most)]
        return ", ".join(with_gap(written, len(node.values), self.gap))

    def matrixproduct(self, node: tree.MatrixProduct) -> str:
        return " ".join(self.tight(factor, Binds.QUOTIENT) for factor in node.factors)

    def binds(self, node: Node) -> Binds:
        """How tightly a formula holds together in this notation."""
        match node:
            case tree.Cases() | tree.Where() | tree.Comparison():
                return Binds.CASES
            case tree.Sum() | tree.Negative():
                return Binds.SUM
            case tree.Series(count, term):
                return Binds.SUM if count > 1 else self.binds(term(0))
            case tree.Quotient():
                return Binds.QUOTIENT
            case tree.Beside() | tree.Product() | tree.MatrixProduct() | tree.Entrywise() | tree.Total():
                return Binds.PRODUCT
            case tree.Constant(text):
                return Binds.SUM if text.startswith("-") else Binds.ATOM
            case tree.Number(value):
                text = shown(value, self.precision)
                return Binds.SUM if text.startswith("-") else Binds.QUOTIENT if "/" in text else Binds.ATOM
        return Binds.ATOM

    def tight(self, node: Node, least: Binds) -> str:
        """The formula, in parentheses if it binds less tightly than ``least``."""
        text = self.write(node)
        return self.parenthesised(text) if self.binds(node) < least else text

    def meet(self, before: str, after: str, follows: Node) -> bool:
        """Whether a sign of multiplication must stand between two factors."""
        ends, begins = "0123456789)½²³₀₁₂₃₄₅₆₇₈₉", "0123456789([½"
        return before[-1] in ends and (after[0] in begins or isinstance(follows, tree.Call))

    def parenthesised(self, text: str) -> str:
        return f"({text})"

    def numeral(self, text: str) -> str:
        """A number, from its decimal digits, fraction or exponent as plain text."""
        return text

    def sign(self, sign: str) -> str:
        """A sign of comparison, from that of plain text."""
        return sign

    def sigma(self, total: tree.Total) -> str:
        """Σ with its index."""
        raise NotImplementedError


def cells(
    matrix: tree.Matrix, most: int | None, write: Callable[[Any], str], gaps: tuple[str, str, str]
) -> list[list[str]]:
    """The cells of a matrix as text, with gaps (in a row, in a column, in both) for what is left out."""
    height, width = matrix.values.shape
    rows, columns = kept(height, most), kept(width, most)
    across, down, both = gaps
    found = [with_gap([write(tree.Number(matrix.values[i, j])) for j in columns], width, across) for i in rows]
    return with_gap(found, height, with_gap([down] * len(columns), width, both))
