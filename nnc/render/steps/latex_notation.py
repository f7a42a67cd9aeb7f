"""Expressions as LaTeX maths, in what amsmath, KaTeX and MathJax all understand."""

import re

from nnc.core.steps.expressions import Expression, Matrix, Partial, Symbol, Template
from nnc.render.steps.notation import Notation, cells

LETTERS = {
    "y_hat": r"\hat{y}",
    "Theta": r"\Theta",
    "kernel": r"\mathrm{kernel}",
    "terms": r"\ell",
    "losses": "L",
    "penalty": "P",
    "lambda": r"\lambda",
}
"""name -> its letter, where that is another."""

_MEETING = re.compile(r"(?<=[\d)]) (?=[\d(\[]|\\frac|\\log|\\sigma)")
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
    equal = "="
    about = r"\approx"
    sigma = r"\sum_j "
    gap = r"\cdots"

    def of(self, template: Template) -> str:
        """The LaTeX."""
        return template.latex

    def number(self, text: str) -> str:
        """With powers of ten and fractions as such."""
        if "/" in text:
            above, below = text.removeprefix("-").split("/")
            return f"{'-' if text.startswith('-') else ''}\\tfrac{{{above}}}{{{below}}}"
        digits, _, exponent = text.partition("e")
        if exponent:
            return f"{digits} \\cdot 10^{{{int(exponent)}}}"
        return text.replace("∞", r"\infty")

    def symbol(self, symbol: Symbol) -> str:
        """The letter, the layer above in brackets, the indices below."""
        layer = "" if symbol.layer is None else f"^{{[{symbol.layer}]}}"
        index = symbol.part or ",".join(map(_index, symbol.index))
        return LETTERS.get(symbol.name, symbol.name) + layer + (f"_{{{index}}}" if index else "")

    def spaced(self, text: str) -> str:
        r"""With \cdot where numbers meet."""
        return _MEETING.sub(r" \\cdot ", text)

    def square(self, of: str) -> str:
        """of²."""
        return f"{of}^2"

    def total(self, of: str, over: str) -> str:
        """Σ with its index."""
        return f"\\sum_{{{over}}} {of}" if over else f"\\sum {of}"

    def quotient(self, above: Expression, below: Expression) -> str:
        """A fraction."""
        return f"\\frac{{{self.write(above)}}}{{{self.write(below)}}}"

    def entrywise(self, left: str, right: str) -> str:
        """left ⊙ right."""
        return f"{left} \\odot {right}"

    def transposed(self, of: Expression) -> str:
        """ofᵀ."""
        text = self.write(of)
        if isinstance(of, Partial) or text.startswith(r"\frac"):
            return f"\\left({text}\\right)^\\top"
        return f"({text})^\\top" if "^" in text and not text.startswith(r"\begin") else f"{text}^\\top"

    def stacked(self, of: str) -> str:
        """[1; of]."""
        return f"\\begin{{bmatrix}} 1 \\\\ {of} \\end{{bmatrix}}"

    def partial(self, of: str, by: str) -> str:
        """∂of/∂by."""
        return f"\\frac{{\\partial {of}}}{{\\partial {by}}}"

    def slope(self, of: str) -> str:
        """f′(of)."""
        return f"f'({of})"

    def matrix(self, matrix: Matrix, most: int | None) -> str:
        """In brackets, numbers to the right of their columns; an array, for bmatrix ends at ten columns."""
        rows = cells(matrix, most, self.write, (r"\cdots", r"\vdots", r"\ddots"))
        lines = r" \\ ".join(" & ".join(row) for row in rows)
        return f"\\left[\\begin{{array}}{{{'r' * len(rows[0])}}} {lines} \\end{{array}}\\right]"


def escaped(text: str) -> str:
    """Text outside maths. A sign that the standard fonts have no letter for is given by its number."""

    def written(sign: str) -> str:
        return sign if sign in _LATIN or " " <= sign <= "~" else f"U+{ord(sign):04X}"

    return "".join(_SPECIAL.get(sign) or written(sign) for sign in text)


def width(latex: str) -> int:
    """About how many characters of text a formula is wide: commands as one sign, matrices by their widest row."""
    total, rest = 0, latex.replace(r"\frac{\partial J}", "")  # as wide as what it stands on
    while (start := rest.find(r"\left[\begin{array}")) >= 0:
        end = rest.index(r"\end{array}\right]", start)
        body = rest[rest.index("} ", start) + 2 : end]
        cells_by_row = [[_plain_width(cell) for cell in row.split("&")] for row in body.split(r"\\")]
        total += _plain_width(rest[:start]) + sum(max(column) + 2 for column in zip(*cells_by_row, strict=True)) + 2
        rest = rest[end + len(r"\end{array}\right]") :]
    return total + _plain_width(rest)


def _plain_width(latex: str) -> int:
    return len(re.sub(r"[{}^_]", "", _COMMAND.sub("#", latex)))


def _index(index: int | str) -> str:
    text = str(index)
    return (
        text
        if text.isascii() and (text.isdecimal() or (len(text) == 1 and text.isalpha()))
        else f"\\text{{{escaped(text)}}}"
    )
