"""A formula's text as a tree.

    elu        z if z > 0, else alpha (exp(z) − 1)
    softmax    exp(z) / Σ exp(z_j)
    gelu       ½ z (1 + t), with t = tanh(√(2/π) (z + 0.044715 z³))
    W          Wᵀ [1; a]

Factors stand side by side, with a space or a · between them; / divides all factors before it by all behind it. The text
that a derivation writes, ``(1/3)·softmax(0.2, -1e-05)₁``, can be read, too.
"""

import re
from functools import cache

from nnc.core.formula import tree
from nnc.core.formula.tree import Node

_FUNCTIONS = ("max", "min", "exp", "log", "erf", "tanh", "cosh", "sign", "softmax", "σ", "√")
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
_LETTERS = {"ŷ": "y_hat"}  # letter of a formula -> the name of its quantity
_POWERS = {"²": tree.Constant("2"), "³": tree.Constant("3")}


@cache
def parse(text: str) -> Node:
    """The tree of a formula. Raises ValueError for other text: a fault in a row."""
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

    def next(self) -> tuple[str, str]:
        """The kind of the next token and its text, both empty at the end."""
        return self.tokens[self.at] if self.at < len(self.tokens) else ("", "")

    def peek(self) -> str:
        """The text of the next token, empty at the end."""
        return self.next()[1]

    def take(self, *expected: str) -> str:
        """The next token, which must be one of these if any are named."""
        found = self.peek()
        if not found or (expected and found not in expected):
            raise ValueError(f"{self.text!r}: found {found!r}, expected {expected}")
        self.at += 1
        return found

    def accept(self, *expected: str) -> str:
        """The next token if it is one of these, else nothing is taken."""
        return self.take() if self.peek() in expected else ""

    def whole(self) -> Node:
        """A formula; behind ``, with`` the letters that it defines."""
        body, definitions = self.cases(), []
        if self.accept(","):
            self.take("with")
            definitions.append(self.definition())
            while self.accept(","):
                definitions.append(self.definition())
        if self.peek():
            raise ValueError(f"{self.text!r} goes on with {self.peek()!r}")
        return tree.Where(body, tuple(definitions)) if definitions else body

    def definition(self) -> tuple[str, Node]:
        """``letter = sum``."""
        name = self.take()
        self.take("=")
        return name, self.sum()

    def cases(self) -> Node:
        """``sum if comparison, sum if comparison, else sum``."""
        value, pieces = self.sum(), []
        while self.accept("if"):
            pieces.append((value, self.comparison()))
            self.take(",")
            if self.accept("else"):
                return tree.Cases(tuple(pieces), self.sum())
            value = self.sum()
        return value

    def comparison(self) -> Node:
        """``sum < sum ≤ sum``."""
        first, others = self.sum(), []
        while sign := self.accept(*_COMPARISONS):
            others.append((sign, self.sum()))
        return tree.Comparison(first, tuple(others)) if others else first

    def sum(self) -> Node:
        """``term + term − term``; the first may have a minus."""
        first = tree.Negative(self.term()) if self.accept("−") else self.term()
        terms = [("+", first)]
        while sign := self.accept("+", "−"):
            terms.append((sign, self.term()))
        return tree.Sum(tuple(terms)) if len(terms) > 1 else first

    def term(self) -> Node:
        """``factors / factors``."""
        found = self.beside()
        while self.accept("/"):
            found = tree.Quotient(found, self.beside(), spaced=True)
        return found

    def beside(self) -> Node:
        """Factors side by side."""
        factors = [self.factor()]
        while self.accept("·") or self.begins_a_factor():
            factors.append(self.factor())
        return tree.Beside(tuple(factors)) if len(factors) > 1 else factors[0]

    def begins_a_factor(self) -> bool:
        """Whether a factor comes next; a | ends one that is open."""
        kind, text = self.next()
        return kind == "constant" or (kind == "name" and text not in _WORDS) or text in ("(", "[", "Σ")

    def factor(self) -> Node:
        """An atom, transposed or to a power."""
        base = self.atom()
        if self.accept("ᵀ"):
            return tree.Transposed(base)
        if sign := self.accept(*_POWERS):
            return tree.Power(base, _POWERS[sign])
        return tree.Power(base, self.atom()) if self.accept("^") else base

    def atom(self) -> Node:
        """A number, a letter, a function, a sum over all outputs, or what stands in brackets."""
        kind, text = self.next()
        if kind == "constant":
            return tree.Constant(self.take())
        if kind == "name":
            return self.call() if text in _FUNCTIONS else self.letter()
        match self.take("(", "[", "|", "Σ"):
            case "(":
                return self.closed(")", self.cases())
            case "[":
                return self.bracket()
            case "|":
                return tree.Absolute(self.closed("|", self.sum()))
            case _:
                return tree.Total(self.beside(), "j", silent=True)

    def bracket(self) -> Node:
        """``[comparison]``, ``[sum]`` or ``[1; sum]``."""
        inside = self.comparison()
        if self.accept(";"):
            return tree.Stacked(self.closed("]", self.sum()))
        return tree.Bracket(self.closed("]", inside))

    def closed(self, bracket: str, inside: Node) -> Node:
        """What stands before a closing bracket."""
        self.take(bracket)
        return inside

    def call(self) -> Node:
        """A function of arguments in brackets, or of the atom behind it."""
        name, squared = self.take(), bool(self.accept("²"))
        if not self.accept("("):
            return tree.Call(name, (self.atom(),), squared)
        arguments = [self.sum()]
        while self.accept(","):
            arguments.append(self.sum())
        self.take(")")
        called = tree.Call(name, tuple(arguments), squared)
        kind, sign = self.next()
        index = sign.translate(_SUBSCRIPTS)
        if kind == "sign" and index.isdecimal():
            self.take()
            return tree.Component(called, int(index))
        return called

    def letter(self) -> Node:
        """A letter with its index: z_j, w₁."""
        name = self.take()
        index: tuple[int | str, ...] = ()
        if match := _INDEXED.fullmatch(name):
            name, index = match["letter"], (match["index"],)
        elif name[-1] in "₀₁₂₃₄₅₆₇₈₉":
            name, index = name[:-1], (int(name[-1].translate(_SUBSCRIPTS)),)
        return tree.Symbol(_LETTERS.get(name, name), index=index)
