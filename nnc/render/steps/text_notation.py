"""Expressions as plain text with the signs of Unicode."""

import re

from nnc.core.quotes import inert
from nnc.core.steps.expressions import Expression, Matrix, Symbol, Template
from nnc.render.elision import GAP
from nnc.render.steps.filling import loose
from nnc.render.steps.notation import Notation, cells

LETTERS = {
    "y_hat": "ŷ",
    "Theta": "Θ",
    "terms": "ℓ",
    "losses": "L",
    "penalty": "P",
    "lambda": "λ",
}
"""name -> its letter, where that is another."""

_SUBSCRIPTS = str.maketrans("0123456789kji", "₀₁₂₃₄₅₆₇₈₉ₖⱼᵢ")
_SUPERSCRIPTS = str.maketrans("0123456789()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾")
_MEETING = re.compile(r"(?<=[\d)½₀-₉]) (?=[\d(\[½]|(?!if\b|else\b)[a-zσ]+²?(?: [a-zσ]+)?\()")


class TextNotation(Notation):
    """``z⁽¹⁾₂``, ``(-0.1)·2``, ``[1; a]``: layers are superscripts in parentheses, for z² is a square."""

    dot = "·"
    equal = "="
    about = "≈"
    sigma = "Σ "

    def of(self, template: Template) -> str:
        """The text."""
        return template.text

    def number(self, text: str) -> str:
        """As it is."""
        return text

    def symbol(self, symbol: Symbol) -> str:
        """The letter, the layer above, the index below; two indices in brackets."""
        layer = "" if symbol.layer is None else f"({symbol.layer})".translate(_SUPERSCRIPTS)
        letter = LETTERS.get(symbol.name, symbol.name) + layer
        if symbol.part:
            return f"{letter}[{symbol.part.replace(',', ', ')}]"
        return letter + subscript(symbol.index)

    def spaced(self, text: str) -> str:
        """With · where numbers meet."""
        return _MEETING.sub("·", text)

    def pretty(self, text: str) -> str:
        """With indices below."""
        return re.sub(r"_([kj])\b", lambda found: found[1].translate(_SUBSCRIPTS), text)

    def square(self, of: str) -> str:
        """of²."""
        return f"{of}²"

    def total(self, of: str, over: str) -> str:
        """Σ with its index."""
        return f"Σ{over.translate(_SUBSCRIPTS)} {of}"

    def quotient(self, above: Expression, below: Expression) -> str:
        """above/below."""
        under = self.write(below)
        return f"{self.factor(above)}/{f'({under})' if self.dot in under or loose(under) else under}"

    def entrywise(self, left: str, right: str) -> str:
        """left ⊙ right."""
        return f"{left} ⊙ {right}"

    def transposed(self, of: Expression) -> str:
        """ofᵀ."""
        text = self.write(of)
        return f"{text}ᵀ" if text.isalnum() or text.startswith("[") else f"({text})ᵀ"

    def stacked(self, of: str) -> str:
        """[1; of]."""
        return f"[1; {of}]"

    def partial(self, of: str, by: str) -> str:
        """∂of/∂by."""
        return f"∂{of}/∂{by}"

    def slope(self, of: str) -> str:
        """f′(of)."""
        return f"f′({of})"

    def matrix(self, matrix: Matrix, most: int | None) -> str:
        """On one line: rows parted by semicolons."""
        rows = cells(matrix, most, self.write, (GAP, GAP, GAP))
        if matrix.values.shape[1] == 1 or len(rows) == 1:
            return f"[{('; ' if matrix.values.shape[1] == 1 else '  ').join(cell for row in rows for cell in row)}]"
        return f"[{'; '.join('  '.join(row) for row in rows)}]"


def subscript(index: tuple[int | str, ...]) -> str:
    """Indices below the line where Unicode has them: 12, k; else in brackets: [1,2], [cat]."""
    if not index:
        return ""
    text = ",".join(map(str, index))
    if len(index) == 1 and (text.isdecimal() or text in ("k", "j", "i")):
        return text.translate(_SUBSCRIPTS)
    return f"[{inert(text, None)}]"
