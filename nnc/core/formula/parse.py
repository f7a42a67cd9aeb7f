"""A formula's text as a tree.

    elu        z if z > 0, else alpha (exp(z) − 1)
    softmax    exp(z) / Σ exp(z_j)
    gelu       ½ z (1 + t), with t = tanh(√(2/π) (z + 0.044715 z³))
    W          Wᵀ [1; a]

Factors stand side by side, with a space or a · between them, and / divides all that stands before it in its term.
What text a derivation writes, ``(1/3)·softmax(0.2, -1e-05)₁``, can be read, too.
"""

import re
from functools import cache

from nnc.core.formula.tree import (
    Absolute,
    Beside,
    Bracket,
    Call,
    Cases,
    Comparison,
    Component,
    Constant,
    Negative,
    Node,
    Power,
    Quotient,
    Stacked,
    Sum,
    Symbol,
    Total,
    Transposed,
    Where,
)

FUNCTIONS = ("max", "min", "exp", "log", "erf", "tanh", "cosh", "sign", "softmax", "σ", "√")
_TOKEN = re.compile(
    r"""\s*(?: (?P<constant> \d+/(?:\d+|π) | \d+π | \d*\.?\d+(?:e[+-]?\d+)? | [½π] )
          | (?P<name> [A-Za-zα-ωŷ]+ (?: _[a-z]+ )* [₀-₉]? | √ )
          | (?P<sign> [²³^ᵀ;()\[\]|,+−\-·/<>≤≥=≠Σ] | [₀-₉]+ ) )""",
    re.VERBOSE,
)
_COMPARISONS = ("<", ">", "≤", "≥", "=", "≠")
_WORDS = ("if", "else", "with")
_INDEXED = re.compile(r"(?P<letter>.+)_(?P<index>[kjc])")
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_POWERS = {"²": Constant("2"), "³": Constant("3")}


@cache
def parse(text: str) -> Node:
    """The tree of a formula. Raises ValueError for what is none: a fault in a row."""
    return _Parser(text).whole()


class _Parser:
    """Recursive descent: a method for each level of the grammar."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[tuple[str, str]] = []
        at = 0
        while text[at:].strip():
            match = _TOKEN.match(text, at)
            if match is None:
                raise ValueError(f"{text!r}: what is {text[at:]!r}?")
            kind = str(match.lastgroup)
            self.tokens.append((kind, match[kind].replace("-", "−") if kind == "sign" else match[kind]))
            at = match.end()
        self.at = 0

    def peek(self) -> str:
        """The next token, empty at the end."""
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def take(self, *expected: str) -> str:
        """The next token, which must be one of these if any are named."""
        found = self.peek()
        if not found or (expected and found not in expected):
            raise ValueError(f"{self.text!r}: found {found!r}, expected {expected}")
        self.at += 1
        return found

    def whole(self) -> Node:
        """cases, with letters = formulas."""
        body = self.cases()
        definitions = []
        if self.peek() == ",":
            self.take()
            self.take("with")
            while True:
                name = self.take()
                self.take("=")
                definitions.append((name, self.sum()))
                if not self.peek():
                    break
                self.take(",")
        if self.peek():
            raise ValueError(f"{self.text!r} goes on with {self.peek()!r}")
        return Where(body, tuple(definitions)) if definitions else body

    def cases(self) -> Node:
        """Sum if comparison, sum if comparison, else sum."""
        value, pieces = self.sum(), []
        while self.peek() == "if":
            self.take()
            pieces.append((value, self.comparison()))
            self.take(",")
            if self.peek() == "else":
                self.take()
                return Cases(tuple(pieces), self.sum())
            value = self.sum()
        return value

    def comparison(self) -> Node:
        """Sum < sum ≤ sum."""
        first, others = self.sum(), []
        while self.peek() in _COMPARISONS:
            others.append((self.take(), self.sum()))
        return Comparison(first, tuple(others)) if others else first

    def sum(self) -> Node:
        """Term + term − term, the first of which may have a minus."""
        first = Negative(self.term()) if self.peek() == "−" and self.take() else self.term()
        terms = [("+", first)]
        while self.peek() in ("+", "−"):
            terms.append((self.take(), self.term()))
        return Sum(tuple(terms)) if len(terms) > 1 else first

    def term(self) -> Node:
        """Factors side by side, / and more of them."""
        found = self.beside()
        while self.peek() == "/":
            self.take()
            found = Quotient(found, self.beside(), spaced=True)
        return found

    def beside(self) -> Node:
        """Factors side by side."""
        factors = [self.factor()]
        while (self.peek() == "·" and self.take()) or self.begins_a_factor():
            factors.append(self.factor())
        return Beside(tuple(factors)) if len(factors) > 1 else factors[0]

    def begins_a_factor(self) -> bool:
        """Whether a factor comes next; a | ends one that is open."""
        if self.at == len(self.tokens):
            return False
        kind, text = self.tokens[self.at]
        return kind == "constant" or (kind == "name" and text not in _WORDS) or text in ("(", "[", "Σ")

    def factor(self) -> Node:
        """An atom to a power."""
        base = self.atom()
        if self.peek() == "ᵀ" and self.take():
            return Transposed(base)
        if self.peek() in _POWERS:
            return Power(base, _POWERS[self.take()])
        if self.peek() == "^":
            self.take()
            return Power(base, self.atom())
        return base

    def atom(self) -> Node:
        """A number, a letter, a function, a sum over all outputs, or what stands in brackets."""
        kind, text = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
        if kind == "constant":
            return Constant(self.take())
        if kind == "name":
            return self.call() if text in FUNCTIONS else self.letter()
        match self.take("(", "[", "|", "Σ"):
            case "(":
                return self.closed(")", self.cases())
            case "[":
                return self.bracket()
            case "|":
                return Absolute(self.closed("|", self.sum()))
            case _:
                return Total(self.beside(), "j", silent=True)

    def bracket(self) -> Node:
        """[comparison], [sum] or [1; a]."""
        inside = self.comparison()
        if self.peek() == ";" and self.take():
            return Stacked(self.closed("]", self.sum()))
        return Bracket(self.closed("]", inside))

    def closed(self, bracket: str, inside: Node) -> Node:
        """What stands before a closing bracket."""
        self.take(bracket)
        return inside

    def call(self) -> Node:
        """A function of arguments in brackets, or of what stands right behind it."""
        name = self.take()
        squared = self.peek() == "²" and bool(self.take())
        if self.peek() != "(":
            return Call(name, (self.atom(),), squared)
        self.take("(")
        arguments = [self.sum()]
        while self.peek() == ",":
            self.take()
            arguments.append(self.sum())
        self.take(")")
        called = Call(name, tuple(arguments), squared)
        index = self.peek().translate(_SUBSCRIPTS)
        if self.at < len(self.tokens) and self.tokens[self.at][0] == "sign" and index.isdecimal():
            self.take()
            return Component(called, int(index))
        return called

    def letter(self) -> Symbol:
        """A letter with its index: z_j, w₁."""
        name = self.take()
        if match := _INDEXED.fullmatch(name):
            return Symbol(_LETTERS.get(match["letter"], match["letter"]), index=(match["index"],))
        plain = name.rstrip("₀₁₂₃₄₅₆₇₈₉")
        index = (int(name[len(plain) :].translate(_SUBSCRIPTS)),) if plain != name else ()
        return Symbol(_LETTERS.get(plain, plain), index=index)


_LETTERS = {"ŷ": "y_hat"}
"""letter of a formula -> the name of the quantity that it stands for."""
