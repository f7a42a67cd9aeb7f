"""Formulas as plain text with the signs of Unicode."""

from nnc.core.formula.tree import (
    Call,
    Cases,
    Component,
    Constant,
    Entrywise,
    Matrix,
    Partial,
    Power,
    Quotient,
    Slope,
    Stacked,
    Symbol,
    Total,
    Transposed,
    Where,
)
from nnc.core.quotes import inert
from nnc.render.elision import GAP
from nnc.render.formula.notation import Binds, Notation, cells

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
_POWERS = {"2": "²", "3": "³"}


class TextNotation(Notation):
    """``z⁽¹⁾₂``, ``(-0.1)·2``, ``[1; a]``: layers are superscripts in parentheses, for z² is a square."""

    dot = "·"
    minus = "−"
    about = "≈"

    def numeral(self, text: str) -> str:
        """As it is."""
        return text

    def constant(self, node: Constant) -> str:
        """As it is."""
        return node.text

    def symbol(self, symbol: Symbol) -> str:
        """The letter, the layer above, the index below; two indices in brackets."""
        layer = "" if symbol.layer is None else f"({symbol.layer})".translate(_SUPERSCRIPTS)
        letter = LETTERS.get(symbol.name, symbol.name) + layer
        if symbol.part:
            return f"{letter}[{symbol.part.replace(',', ', ')}]"
        return letter + subscript(symbol.index)

    def sign(self, sign: str) -> str:
        """As it is."""
        return sign

    def power(self, node: Power) -> str:
        """base², or base^exponent."""
        under = self.tight(node.base, Binds.ATOM)
        if isinstance(node.base, Symbol) and any(sign in under for sign in "⁾₀ₖ"):
            under = self.parenthesised(under)
        above = self.write(node.exponent)
        return under + (_POWERS.get(above) or f"^{self.tight(node.exponent, Binds.ATOM)}")

    def quotient(self, quotient: Quotient) -> str:
        """above / below; without spaces in a derivation."""
        slash = " / " if quotient.spaced else "/"
        below = self.tight(quotient.below, Binds.PRODUCT if isinstance(quotient.below, Total) else Binds.ATOM)
        return f"{self.tight(quotient.above, Binds.PRODUCT)}{slash}{below}"

    def call(self, call: Call) -> str:
        """f(x); ``log softmax(x)`` and √2 without parentheses."""
        name = call.name + ("²" if call.squared else "")
        inside = ", ".join(map(self.write, call.arguments))
        argument = call.arguments[0]
        if call.name == "√" and (isinstance(argument, Symbol) or inside.isdecimal()):
            return f"{name}{inside}"
        if call.name == "log" and isinstance(argument, Call | Component | Total):
            return f"{name} {inside}"
        return f"{name}({inside})"

    def component(self, node: Component) -> str:
        """The index below."""
        return self.write(node.of) + subscript((node.index,))

    def cases(self, cases: Cases) -> str:
        """value if condition, else value."""
        pieces = [f"{self.write(value)} if {self.write(condition)}" for value, condition in cases.pieces]
        return ", ".join([*pieces, f"else {self.write(cases.otherwise)}"])

    def where(self, node: Where) -> str:
        """formula, with letter = formula."""
        definitions = [f"{name} = {self.write(meaning)}" for name, meaning in node.definitions]
        return f"{self.write(node.of)}, with {', '.join(definitions)}"

    def sigma(self, total: Total) -> str:
        """Σ with its index."""
        return f"Σ{'' if total.silent else total.over.translate(_SUBSCRIPTS)}"

    def entrywise(self, node: Entrywise) -> str:
        """left ⊙ right."""
        return f"{self.write(node.left)} ⊙ {self.write(node.right)}"

    def transposed(self, node: Transposed) -> str:
        """ofᵀ."""
        text = self.write(node.of)
        return f"{text}ᵀ" if isinstance(node.of, Stacked) or text.isalnum() else f"({text})ᵀ"

    def stacked(self, node: Stacked) -> str:
        """[1; of]."""
        return f"[1; {self.write(node.of)}]"

    def partial(self, node: Partial) -> str:
        """∂of/∂by."""
        return f"∂{self.write(node.of)}/∂{self.write(node.by)}"

    def slope(self, node: Slope) -> str:
        """f′(of)."""
        return f"f′({self.write(node.of)})"

    def matrix(self, node: Matrix) -> str:
        """On one line: rows parted by semicolons."""
        rows = cells(node, self.most, self.write, (GAP, GAP, GAP))
        if node.values.shape[1] == 1 or len(rows) == 1:
            return f"[{('; ' if node.values.shape[1] == 1 else '  ').join(cell for row in rows for cell in row)}]"
        return f"[{'; '.join('  '.join(row) for row in rows)}]"


def subscript(index: tuple[int | str, ...]) -> str:
    """Indices below the line where Unicode has them: 12, k; else in brackets: [1,2], [cat]."""
    if not index:
        return ""
    text = ",".join(map(str, index))
    if len(index) == 1 and (text.isdecimal() or text in ("k", "j", "i")):
        return text.translate(_SUBSCRIPTS)
    return f"[{inert(text, None)}]"
