"""Formulas as LaTeX maths that amsmath, KaTeX and MathJax all understand."""

import re

from nnc.core.formula import tree
from nnc.core.formula.tree import Node
from nnc.render.formula.notation import Binds, Notation, cells

LETTERS = {
    "y_hat": r"\hat{y}",
    "Theta": r"\Theta",
    "kernel": r"\mathrm{kernel}",
    "terms": r"\ell",
    "losses": "L",
    "penalty": "P",
    "lambda": r"\lambda",
    "λ": r"\lambda",
    "α": r"\alpha",
    "lambd": r"\lambda",
    **{name: rf"\{name}" for name in ("alpha", "beta", "gamma", "delta")},
}
"""The letters of names that are not letters themselves."""

_FUNCTIONS = {name: rf"\{name}" for name in ("max", "min", "log", "tanh", "cosh")} | {"σ": r"\sigma"}
_SIGNS = {"≤": r"\le", "≥": r"\ge", "≠": r"\ne"}
_MEETING = (
    re.compile(r"[\d)}]$"),
    re.compile(r"[\d(\[]|\\frac|\\tfrac|\\log|\\sigma|\\tanh|\\operatorname|e\^|\\max|\\min"),
)
_COMMAND = re.compile(r"\\(?:begin|end)\{\w+\}(?:\{[^}]*\})?|\\left|\\right|\\[a-zA-Z]+|\\.")
_SPECIAL = {sign: f"\\{sign}" for sign in "#$%&_{}"} | {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "·": r"$\cdot$",
    "→": r"$\to$",
    "ŷ": r"$\hat{y}$",
    "′": "$'$",
    "λ": r"$\lambda$",
    "−": "$-$",
}
_LATIN = "ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝàáâãäåçèéêëìíîïñòóôõöøùúûüýÿßæÆ"


class LatexNotation(Notation):
    r"""``z^{[1]}_{2}``, ``(-0.1) \cdot 2``, ``\begin{bmatrix} 1 \\ a \end{bmatrix}``."""

    dot = r" \cdot "
    odot = r"\odot"
    minus = "-"
    about = r"\approx"
    gap = r"\cdots"

    def __init__(self, precision: int | None, most: int | None) -> None:
        super().__init__(precision, most)
        self.raised = False
        """Whether an exponent is being written; a quotient then stands on one line."""

    def numeral(self, text: str) -> str:
        if "/" in text:
            above, below = text.removeprefix("-").split("/")
            return f"{'-' if text.startswith('-') else ''}\\tfrac{{{above}}}{{{below}}}"
        digits, _, exponent = text.partition("e")
        if exponent:
            return f"{digits} \\cdot 10^{{{int(exponent)}}}"
        return text.replace("∞", r"\infty")

    def constant(self, node: tree.Constant) -> str:
        text = node.text
        if text == "½":
            return r"\tfrac12"
        above, _, below = text.replace("π", r"\pi").partition("/")
        return f"{above} / {below}" if "π" in text and below else rf"\tfrac{{{above}}}{{{below}}}" if below else above

    def symbol(self, symbol: tree.Symbol) -> str:
        """The letter, the layer above in brackets, the indices below."""
        layer = "" if symbol.layer is None else f"^{{[{symbol.layer}]}}"
        index = symbol.part or ",".join(map(_index, symbol.index))
        return _letter(symbol.name) + layer + (f"_{{{index}}}" if index else "")

    def sign(self, sign: str) -> str:
        return _SIGNS.get(sign, sign)

    def power(self, node: tree.Power) -> str:
        under = self.tight(node.base, Binds.ATOM)
        if "^" in under and not isinstance(node.base, tree.Call):
            under = self.parenthesised(under)
        return f"{under}^{self.exponent(node.exponent)}"

    def exponent(self, node: Node) -> str:
        """An exponent, in braces unless it is one sign."""
        outer, self.raised = self.raised, True
        text = self.write(node)
        self.raised = outer
        return text if len(text) == 1 else f"{{{text}}}"

    def quotient(self, node: tree.Quotient) -> str:
        if self.raised:
            return f"{self.tight(node.above, Binds.PRODUCT)} / {self.tight(node.below, Binds.ATOM)}"
        return f"\\frac{{{self.write(node.above)}}}{{{self.write(node.below)}}}"

    def binds(self, node: Node) -> Binds:
        """A fraction with a bar needs no parentheses."""
        if isinstance(node, tree.Cases):
            return Binds.SUM
        found = super().binds(node)
        stands = isinstance(node, tree.Number) or (isinstance(node, tree.Quotient) and not self.raised)
        return Binds.ATOM if found is Binds.QUOTIENT and stands else found

    def call(self, call: tree.Call) -> str:
        """f(x); e^x, a root, and a logarithm without parentheses before another function."""
        argument = call.arguments[0]
        if call.name == "exp":
            return f"e^{{{self.exponent(argument).removeprefix('{').removesuffix('}')}}}"
        if call.name == "√":
            return f"\\sqrt{{{self.write(argument)}}}"
        name = _FUNCTIONS.get(call.name, rf"\operatorname{{{call.name}}}") + ("^2" if call.squared else "")
        if call.name == "log" and isinstance(argument, tree.Call | tree.Component | tree.Total):
            return f"{name} {self.write(argument)}" if isinstance(argument, tree.Total) else name + self.write(argument)
        return name + self.parenthesised(", ".join(map(self.write, call.arguments)))

    def parenthesised(self, text: str) -> str:
        return f"\\left({text}\\right)" if _is_tall(text) else f"({text})"

    def bracket(self, node: tree.Bracket) -> str:
        text = self.write(node.of)
        return f"\\left[{text}\\right]" if _is_tall(text) else f"[{text}]"

    def component(self, node: tree.Component) -> str:
        return f"{self.write(node.of)}_{{{_index(node.index)}}}"

    def cases(self, cases: tree.Cases) -> str:
        lines = [f"{self.write(value)} & {self.write(condition)}" for value, condition in cases.pieces]
        lines.append(rf"{self.write(cases.otherwise)} & \text{{otherwise}}")
        body = r" \\ ".join(lines)
        return rf"\begin{{cases}} {body} \end{{cases}}"

    def where(self, node: tree.Where) -> str:
        definitions = [f"{_letter(name)} = {self.write(meaning)}" for name, meaning in node.definitions]
        return rf"{self.write(node.of)}, \quad {', '.join(definitions)}"

    def meet(self, before: str, after: str, follows: Node) -> bool:
        ends, begins = _MEETING
        return bool(ends.search(before) and begins.match(after))

    def sigma(self, total: tree.Total) -> str:
        over = total.over if total.silent else f"{{{total.over}}}"
        return f"\\sum_{over}" if total.over else "\\sum"

    def transposed(self, node: tree.Transposed) -> str:
        text = self.write(node.of)
        if isinstance(node.of, tree.Partial) or text.startswith(r"\frac"):
            return f"\\left({text}\\right)^\\top"
        return f"({text})^\\top" if "^" in text and not text.startswith(r"\begin") else f"{text}^\\top"

    def stacked(self, node: tree.Stacked) -> str:
        return f"\\begin{{bmatrix}} 1 \\\\ {self.write(node.of)} \\end{{bmatrix}}"

    def partial(self, node: tree.Partial) -> str:
        return f"\\frac{{\\partial {self.write(node.of)}}}{{\\partial {self.write(node.by)}}}"

    def slope(self, node: tree.Slope) -> str:
        return f"f'({self.write(node.of)})"

    def matrix(self, node: tree.Matrix) -> str:
        """An array in brackets, numbers flushed right. A bmatrix has at most ten columns."""
        rows = cells(node, self.most, self.write, (r"\cdots", r"\vdots", r"\ddots"))
        lines = r" \\ ".join(" & ".join(row) for row in rows)
        return f"\\left[\\begin{{array}}{{{'r' * len(rows[0])}}} {lines} \\end{{array}}\\right]"


def escaped(text: str) -> str:
    """Text outside maths. A sign that is not in the standard fonts is written as its number."""

    def written(sign: str) -> str:
        return sign if sign in _LATIN or " " <= sign <= "~" else f"U+{ord(sign):04X}"

    return "".join(_SPECIAL.get(sign) or written(sign) for sign in text)


def width(latex: str) -> int:
    """The width of a formula, in about as many characters. A command counts as one, a matrix by its columns."""
    total, rest = 0, latex.replace(r"\frac{\partial J}", "")  # no wider than what is below it
    while (start := rest.find(r"\left[\begin{array}")) >= 0:
        end = rest.index(r"\end{array}\right]", start)
        body = rest[rest.index("} ", start) + 2 : end]
        cells_by_row = [[_plain_width(cell) for cell in row.split("&")] for row in body.split(r"\\")]
        total += _plain_width(rest[:start]) + sum(max(column) + 2 for column in zip(*cells_by_row, strict=True)) + 2
        rest = rest[end + len(r"\end{array}\right]") :]
    return total + _plain_width(rest)


def _plain_width(latex: str) -> int:
    return len(re.sub(r"[{}^_]", "", _COMMAND.sub("#", latex)))


def _is_tall(text: str) -> bool:
    return r"\frac" in text or r"\begin" in text


def _letter(name: str) -> str:
    """A letter; any other name upright."""
    return LETTERS.get(name) or (name if len(name) == 1 else rf"\text{{{escaped(name)}}}")


def _index(index: int | str) -> str:
    text = str(index)
    plain = text.isascii() and (text.isdecimal() or (len(text) == 1 and text.isalpha()))
    return text if plain else f"\\text{{{escaped(text)}}}"
