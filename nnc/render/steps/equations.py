"""The steps of a group as rows of ``align*`` or ``aligned``, which LaTeX and Markdown share."""

from collections.abc import Callable, Sequence
from functools import partial

from nnc.core.steps.derivation import Group
from nnc.render.formula.latex import LatexNotation, width
from nnc.render.steps import shown_lines
from nnc.render.steps.parts import Part, broken, chain, signed


class Equations:
    """Writes groups: numbers to ``precision`` digits, at most ``most`` terms, rows about ``room`` signs wide."""

    def __init__(self, precision: int, most: int | None, room: int, *, scale: bool) -> None:
        self.notation = LatexNotation(precision, most)
        self.most = most
        self.room = room
        self.scale = scale

    def of(self, group: Group) -> list[str]:
        rows: list[str] = []
        rule = self.notation.write(group.rule[0]) if group.rule else ""
        if group.rule:
            parts = [(self.notation.equal, self.notation.write(form)) for form in group.rule[1:]]
            if len(group.matrices) == 1:
                parts += self.parts(lambda: signed(self.notation, group.matrices), 0)
            rows += self.fitted(rule, parts)
        if len(group.matrices) > 1:
            rows += self.fitted("", self.parts(lambda: signed(self.notation, group.matrices), width(rule)))
        for line in shown_lines(group, self.most):
            if line is None:
                rows.append(r"& \;\;\vdots")
                continue
            left = self.notation.write(line.left)
            parts = self.parts(partial(chain, self.notation, line), width(left))
            rows += self.fitted("" if left == rule else left, parts)
        return rows

    def note(self, group: Group) -> list[tuple[str, bool]]:
        """The words above the numbers, in pieces, and of each whether it is maths."""
        return [(each, False) if isinstance(each, str) else (self.notation.write(each), True) for each in group.note]

    def parts(self, make: Callable[[], list[Part]], taken: int) -> list[Part]:
        """What follows a left side that is ``taken`` wide, with fewer terms until each part fits.

        A part that still does not fit is scaled down, where ``scale`` says so.
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
        """Whether a part fits into the room, once it is broken where it can be."""
        return all(width(piece) <= room for piece in broken(text, room, width))

    def fitted(self, left: str, parts: Sequence[Part]) -> list[str]:
        """An equation in one row, or with one row per sign and long sums broken."""
        whole = f"{left} " + " ".join(f"{sign} {text}" for sign, text in parts)
        if width(whole) <= self.room:
            return [f"{left} &{' '.join(f'{sign} {text}' for sign, text in parts)}".strip()]
        rows = []
        for number, (sign, text) in enumerate(parts):
            pieces = broken(text, self.room - width(left) - 4, width)
            rows.append(f"{'' if number else left} &{sign} {pieces[0]}".strip())
            rows += [rf"&\quad {{}} {piece.strip()}" for piece in pieces[1:]]
        return rows


def scaled(text: str) -> str:
    """The text, made as narrow as a line."""
    return f"\\resizebox{{0.85\\linewidth}}{{!}}{{$\\displaystyle {text}$}}"
