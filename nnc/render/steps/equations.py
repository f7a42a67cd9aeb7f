"""The steps of a group as rows of an aligned display, which LaTeX and Markdown share."""

from collections.abc import Callable, Sequence
from functools import partial

from nnc.core.formula.tree import Node
from nnc.core.record import Record
from nnc.core.steps.derivation import Group
from nnc.render.formula.latex import LatexNotation, width
from nnc.render.steps import shown_lines
from nnc.render.steps.layout import Part, broken, chain


class Display(Record):
    """Rows of an ``align*`` or ``aligned``, without what ends them."""

    rows: list[str]


class Equations:
    """Writes groups with numbers of a precision, long things cut after ``most``, rows about ``room`` signs wide."""

    def __init__(self, precision: int, most: int | None, room: int, *, scale: bool) -> None:
        self.notation = LatexNotation(precision, most)
        self.most = most
        self.room = room
        self.scale = scale

    def of(self, group: Group) -> Display:
        rows: list[str] = []
        rule = self.notation.write(group.rule[0]) if group.rule else ""
        if group.rule:
            parts = [(self.notation.equal, self.notation.write(form)) for form in group.rule[1:]]
            if len(group.matrices) == 1:
                parts += self.parts(lambda: self.signed(group.matrices), 0)
            rows += self.fitted(rule, parts)
        if len(group.matrices) > 1:
            rows += self.fitted("", self.parts(lambda: self.signed(group.matrices), width(rule)))
        for line in shown_lines(group, self.most):
            if line is None:
                rows.append(r"& \;\;\vdots")
                continue
            left = self.notation.write(line.left)
            parts = self.parts(partial(chain, self.notation, line), width(left))
            rows += self.fitted("" if left == rule else left, parts)
        return Display(rows)

    def note(self, group: Group) -> list[tuple[str, bool]]:
        """What is said above the numbers, in pieces, each with whether it is maths."""
        return [(each, False) if isinstance(each, str) else (self.notation.write(each), True) for each in group.note]

    def parts(self, make: Callable[[], list[Part]], taken: int) -> list[Part]:
        """What stands behind a left side ``taken`` wide, with less in the middle until each part fits or can be broken.

        What does not fit even so, or has to be shown in full, is scaled down.
        """
        room = self.room - taken - 4
        for most in [None] if self.most is None else range(self.most, 1, -2):
            self.notation.most = most
            parts = make()
            if all(self.fits(text, room) for _, text in parts):
                break
        self.notation.most = self.most
        return [(sign, text if self.fits(text, room) or not self.scale else scaled(text)) for sign, text in parts]

    def fits(self, text: str, room: int) -> bool:
        """Whether a part, broken where it can be, is no wider than the room."""
        return all(width(piece) <= room for piece in broken(text, room, width))

    def signed(self, expressions: Sequence[Node]) -> list[Part]:
        """Each expression with the sign before it."""
        self.notation.rounded = False
        parts = []
        for expression in expressions:
            text = self.notation.write(expression)
            parts.append((self.notation.about if self.notation.rounded else self.notation.equal, text))
        return parts

    def fitted(self, left: str, parts: Sequence[Part]) -> list[str]:
        """An equation in one row, else a row for each sign, sums broken before a sign."""
        whole = f"{left} " + " ".join(f"{sign} {text}" for sign, text in parts)
        if width(whole) <= self.room:
            return [
                " ".join([left, *(f"{'&' if i == 0 else ''}{s} {text}" for i, (s, text) in enumerate(parts))]).strip()
            ]
        rows = []
        for number, (sign, text) in enumerate(parts):
            pieces = broken(text, self.room - width(left) - 4, width)
            rows.append(f"{'' if number else left} &{sign} {pieces[0]}".strip())
            rows += [rf"&\quad {{}} {piece.strip()}" for piece in pieces[1:]]
        return rows


def scaled(text: str) -> str:
    """The text made as narrow as a line."""
    return f"\\resizebox{{0.85\\linewidth}}{{!}}{{$\\displaystyle {text}$}}"
