"""Expressions in the signs of one notation: what plain text and LaTeX have in common."""

from collections.abc import Callable, Mapping
from typing import Any

from nnc.core.steps.derivation import Line
from nnc.core.steps.expressions import (
    Applied,
    Entrywise,
    Expression,
    Jacobian,
    Matrix,
    MatrixProduct,
    MatrixSum,
    Number,
    Partial,
    Product,
    Quotient,
    Series,
    Slope,
    Square,
    Stacked,
    Symbol,
    Template,
    Total,
    Transposed,
    Vector,
)
from nnc.render.elision import GAP, kept
from nnc.render.numbers import decimal_of, is_own_display, shown
from nnc.render.steps.filling import fill, loose, split_sum

_FACTORS = {"w", "w0", "w1", "w_j"}
"""The places in a formula for a factor that may be absent; a space parts it from what it multiplies."""

_NUMBERS = ("z", "p", "n")
"""The places that hold a number where a formula's numbers are put in."""

Part = tuple[str, str]
"""A sign, = or ≈, and what stands behind it."""


class Notation:
    """Writes expressions, and remembers in ``rounded`` whether a number was cut in doing so.

    ``precision`` is in significant digits, None for all of them; ``most`` is how many terms, rows or columns are
    written before the middle is left out, None for all. Text and LaTeX fill in what they write in their own way.
    """

    dot: str
    equal: str
    about: str
    sigma: str
    """How templates begin a sum over all outputs."""
    gap = GAP

    def __init__(self, precision: int | None, most: int | None) -> None:
        self.precision = precision
        self.most = most
        self.rounded = False

    def write(self, expression: Expression) -> str:
        """The expression on one line."""
        match expression:
            case Number(value):
                self.rounded |= not is_own_display(value, self.precision)
                return self.number(shown(value, self.precision))
            case Symbol():
                return self.symbol(expression)
            case Applied():
                return self.applied(expression)
            case Series(count, term):
                return self.series(count, lambda i: self.term(term(i), first=i == 0))
            case Product(factors):
                return self.dot.join(map(self.factor, factors))
            case Square(of):
                return self.square(self.factor(of))
            case Total(of, over):
                return self.total(self.factor(of), over)
            case Quotient(above, below):
                return self.quotient(above, below)
            case Vector(values):
                written = [self.write(Number(values[i])) for i in kept(len(values), self.most)]
                return ", ".join(_with_gap(written, len(values), self.gap))
            case _:
                return self.vectors(expression)

    def vectors(self, expression: Expression) -> str:
        """The rest: derivatives, and what is made of vectors and matrices."""
        match expression:
            case MatrixProduct(factors):
                return " ".join(map(self.factor, factors))
            case MatrixSum(terms):
                return " + ".join(map(self.write, terms))
            case Entrywise(left, right):
                return self.entrywise(self.write(left), self.write(right))
            case Transposed(of):
                return self.transposed(of)
            case Stacked(of):
                return self.stacked(self.write(of))
            case Matrix():
                return self.matrix(expression, self.most)
            case Partial(of):
                return self.partial("J", self.write(of))
            case Slope(of):
                return self.slope(self.write(of))
            case Jacobian(layer):
                return self.partial(self.write(Symbol("a", layer)), self.write(Symbol("z", layer)))
        raise AssertionError(expression)

    def chain(self, line: Line) -> list[Part]:
        """What stands behind the left of a line: the numbers put in, where they say more, then the value."""
        self.rounded = False
        numbers = None if line.numbers is None else self.write(line.numbers)
        sign = self.about if self.rounded else self.equal
        value = self.write(Number(line.value))
        parts: list[Part] = []
        if numbers is not None and numbers != value:
            parts.append((sign, f"({numbers})" if " if " in numbers and loose(numbers) else numbers))
        parts.append((self.about if self.rounded else self.equal, value))
        if self.precision is not None and "/" in shown(line.value, self.precision):
            parts.append((self.about, self.number(decimal_of(line.value, self.precision))))
        return parts

    def factor(self, expression: Expression) -> str:
        """The expression as it stands in a product: in parentheses where it is a sum or has a sign."""
        text = self.write(expression)
        return f"({text})" if loose(text) else text

    def term(self, expression: Expression, *, first: bool) -> str:
        """The expression as it stands in a sum: a negative number in parentheses, unless it is the first."""
        text = self.write(expression)
        return text if first or not text.startswith(("-", "−")) else f"({text})"

    def series(self, count: int, term: Callable[[int], str]) -> str:
        """The sum of ``term(0)`` …, its middle left out where it is long."""
        return " + ".join(_with_gap([term(i) for i in kept(count, self.most)], count, self.gap))

    def applied(self, expression: Applied) -> str:
        """A template with its arguments in their places, a sum over all outputs written out."""
        template = self.of(expression.template)
        values = self.arguments(expression.values)
        before, body, after = split_sum(template, self.sigma)
        if body:
            if expression.each:
                each, before = expression.each, before.removesuffix(self.sigma)
                total = self.series(len(each), lambda j: self.spaced(fill(body, self.arguments(each[j]))))
                enclosed = before.endswith(("(", "{{")) and after.startswith((")", "}}"))
                body = "{total}" if enclosed or len(each) == 1 else "({total})"
                values = {**values, "total": total}
            template = before + body + after
        text = fill(template, values)
        numbers = any(isinstance(expression.values.get(place), Number) for place in _NUMBERS)
        return self.spaced(text) if numbers else self.pretty(text)

    def arguments(self, values: Mapping[str, Expression | str | None]) -> dict[str, str]:
        """The arguments of a template as text."""
        written: dict[str, str] = {}
        for name, value in values.items():
            text = "" if value is None else value if isinstance(value, str) else self.write(value)
            written[name] = f"{text} " if text and name in _FACTORS else text
        return written

    # What each notation writes in its own way.

    def of(self, template: Template) -> str:
        """The notation's side of a template."""
        raise NotImplementedError

    def number(self, text: str) -> str:
        """A number that is written in decimal digits, as a fraction or with an exponent."""
        raise NotImplementedError

    def symbol(self, symbol: Symbol) -> str:
        """A letter with its layer and its indices."""
        raise NotImplementedError

    def spaced(self, text: str) -> str:
        """A formula filled with numbers, with a sign of multiplication where two of them meet."""
        raise NotImplementedError

    def pretty(self, text: str) -> str:
        """A formula filled with letters."""
        return text

    def square(self, of: str) -> str:
        """of²."""
        raise NotImplementedError

    def total(self, of: str, over: str) -> str:
        """Σ."""
        raise NotImplementedError

    def quotient(self, above: Expression, below: Expression) -> str:
        """above / below."""
        raise NotImplementedError

    def entrywise(self, left: str, right: str) -> str:
        """left ⊙ right."""
        raise NotImplementedError

    def transposed(self, of: Expression) -> str:
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


def _with_gap(shown: list[str], count: int, gap: str) -> list[str]:
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
