"""Formulas as plain text, with the signs of Unicode."""

from nnc.core.formula import tree
from nnc.core.quotes import inert
from nnc.render.elision import GAP
from nnc.render.formula.notation import Binds, Notation, cells

LETTERS = {"y_hat": "ŷ", "Theta": "Θ", "terms": "ℓ", "losses": "L", "penalty": "P", "lambda": "λ"}
"""The letters of names that are not letters themselves."""

_SUBSCRIPTS = str.maketrans("0123456789kji", "₀₁₂₃₄₅₆₇₈₉ₖⱼᵢ")
_SUPERSCRIPTS = str.maketrans("0123456789()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾")
_POWERS = {"2": "²", "3": "³"}


class TextNotation(Notation):
    """``z⁽¹⁾₂``, ``(-0.1)·2``, ``[1; a]``. A layer is a superscript in parentheses, because z² is a square."""

    dot = "·"
    odot = "⊙"
    minus = "−"
    about = "≈"

    def constant(self, node: tree.Constant) -> str:
        return node.text

    def symbol(self, symbol: tree.Symbol) -> str:
        """The letter, the layer above, the index below; two indices in brackets."""
        layer = "" if symbol.layer is None else f"({symbol.layer})".translate(_SUPERSCRIPTS)
        letter = LETTERS.get(symbol.name, symbol.name) + layer
        if symbol.part:
            return f"{letter}[{symbol.part.replace(',', ', ')}]"
        return letter + subscript(symbol.index)

    def power(self, node: tree.Power) -> str:
        under = self.tight(node.base, Binds.ATOM)
        if isinstance(node.base, tree.Symbol) and any(sign in under for sign in "⁾₀ₖ"):
            under = self.parenthesised(under)
        above = self.write(node.exponent)
        return under + (_POWERS.get(above) or f"^{self.tight(node.exponent, Binds.ATOM)}")

    def quotient(self, quotient: tree.Quotient) -> str:
        slash = " / " if quotient.spaced else "/"
        below = self.tight(quotient.below, Binds.PRODUCT if isinstance(quotient.below, tree.Total) else Binds.ATOM)
        return f"{self.tight(quotient.above, Binds.PRODUCT)}{slash}{below}"

    def call(self, call: tree.Call) -> str:
        """f(x); ``log softmax(x)`` and √2 without parentheses."""
        name = call.name + ("²" if call.squared else "")
        inside = ", ".join(map(self.write, call.arguments))
        argument = call.arguments[0]
        if call.name == "√" and (isinstance(argument, tree.Symbol) or inside.isdecimal()):
            return f"{name}{inside}"
        if call.name == "log" and isinstance(argument, tree.Call | tree.Component | tree.Total):
            return f"{name} {inside}"
        return f"{name}({inside})"

    def component(self, node: tree.Component) -> str:
        return self.write(node.of) + subscript((node.index,))

    def cases(self, cases: tree.Cases) -> str:
        pieces = [f"{self.write(value)} if {self.write(condition)}" for value, condition in cases.pieces]
        return ", ".join([*pieces, f"else {self.write(cases.otherwise)}"])

    def where(self, node: tree.Where) -> str:
        definitions = [f"{name} = {self.write(meaning)}" for name, meaning in node.definitions]
        return f"{self.write(node.of)}, with {', '.join(definitions)}"

    def sigma(self, total: tree.Total) -> str:
        return f"Σ{'' if total.silent else total.over.translate(_SUBSCRIPTS)}"

    def transposed(self, node: tree.Transposed) -> str:
        text = self.write(node.of)
        return f"{text}ᵀ" if isinstance(node.of, tree.Stacked) or text.isalnum() else f"({text})ᵀ"

    def stacked(self, node: tree.Stacked) -> str:
        return f"[1; {self.write(node.of)}]"

    def partial(self, node: tree.Partial) -> str:
        return f"∂{self.write(node.of)}/∂{self.write(node.by)}"

    def slope(self, node: tree.Slope) -> str:
        return f"f′({self.write(node.of)})"

    def matrix(self, node: tree.Matrix) -> str:
        """On one line, with semicolons between the rows."""
        rows = cells(node, self.most, self.write, (GAP, GAP, GAP))
        if node.values.shape[1] == 1 or len(rows) == 1:
            return f"[{('; ' if node.values.shape[1] == 1 else '  ').join(cell for row in rows for cell in row)}]"
        return f"[{'; '.join('  '.join(row) for row in rows)}]"


def subscript(index: tuple[int | str, ...]) -> str:
    """Indices below the line where Unicode has them (₁₂, ₖ), else in brackets ([1,2], [cat])."""
    if not index:
        return ""
    text = ",".join(map(str, index))
    if len(index) == 1 and (text.isdecimal() or text in ("k", "j", "i")):
        return text.translate(_SUBSCRIPTS)
    return f"[{inert(text, None)}]"
