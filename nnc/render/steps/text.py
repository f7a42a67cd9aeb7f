"""Derivations on a terminal: formulas, numbers and matrices in plain text, fitted to its width."""

from collections.abc import Iterator, Sequence

from nnc.core.formula.tree import Matrix, MatrixProduct, Node, Sum
from nnc.core.steps.derivation import Group
from nnc.render.elision import GAP
from nnc.render.formats import Style
from nnc.render.formula.notation import cells
from nnc.render.formula.text import TextNotation
from nnc.render.numbers import PRECISION, aligned
from nnc.render.steps import StepsReport, shown_lines
from nnc.render.steps.parts import Part, chain, laid_out, signed

WIDTH = 80
"""Columns of a page, and of a terminal whose width is not known."""
INDENT = "  "
_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"

Box = list[str]
"""Lines of equal length."""


def render(report: StepsReport, style: Style) -> str:
    """The sections of a derivation, with a blank line between the quantities."""
    page = _Page(style.precision or PRECISION, report.most, style)
    lines: list[str] = []
    if report.sample_words:
        lines += [report.sample_words, ""]
    for section in report.derivation.sections:
        title = style.text(section.title)
        lines += [f"{_BOLD}{title}{_PLAIN}" if style.color else title, ""]
        for group in section.groups:
            lines += [f"{INDENT}{line}".rstrip() for line in page.group(group)]
            lines.append("")
    return "\n".join(lines[:-1]) + "\n"


class _Page:
    """Writes groups for one place, with numbers to ``precision`` digits and at most ``most`` terms, rows and columns.

    An expression is written in Unicode, put into the signs of the place, and then laid out.
    """

    def __init__(self, precision: int, most: int | None, style: Style) -> None:
        self.notation = TextNotation(precision, most)
        self.most = most
        self.style = style
        self.width = max(style.width or WIDTH, 40) - len(INDENT)

    def write(self, expression: Node) -> str:
        return self.style.text(self.notation.write(expression))

    def styled(self, parts: Sequence[Part]) -> list[Part]:
        """Parts in the signs of the place."""
        return [(self.style.text(sign), self.style.text(text)) for sign, text in parts]

    def group(self, group: Group) -> Iterator[str]:
        """The formula in letters, in matrices, and number by number; their = are below each other."""
        lines = shown_lines(group, self.most)
        lefts = [self.write(line.left) if line else "" for line in lines]
        rule = self.write(group.rule[0]) if group.rule else ""
        margin = max(map(len, [rule, *lefts]))
        yield from self.rule(group, margin)
        if len(group.matrices) > 1:
            yield from self.matrices(margin, group.matrices)
        for left, line in zip(lefts, lines, strict=True):
            if line is None:
                yield self.style.text(GAP)
                continue
            parts = self.styled(chain(self.notation, line))
            yield from laid_out(("" if left == rule else left).ljust(margin), parts, self.width)

    def rule(self, group: Group, margin: int) -> Iterator[str]:
        """The formula in letters, with its value if that is one matrix, and the note if there is room for it."""
        note = "".join(self.style.text(each) if isinstance(each, str) else self.write(each) for each in group.note)
        if not group.rule:
            yield from [note] if note else []
            return
        left, *forms = map(self.write, group.rule)
        parts = [("=", form) for form in forms]
        if len(group.matrices) == 1:
            parts += self.styled(signed(self.notation, group.matrices))
        lines = laid_out(left.ljust(margin), parts, self.width)
        if note and len(lines) == 1 and len(lines[0]) + len(note) + 5 <= self.width:
            lines = [f"{lines[0]}   ({note})"]
        elif note:
            from textwrap import wrap  # few notes are too long for the line

            lines += wrap(f"({note})", self.width)
        yield from lines

    def matrices(self, margin: int, parts: Sequence[Node]) -> Iterator[str]:
        """An equation of matrices: on one line, else one line per part or per term, else with fewer columns."""
        room = self.width - margin - 3
        signs = [self.style.text(sign) for sign, _ in signed(self.notation, parts)]
        for most in [None] if self.most is None else range(self.most, 1, -2):
            boxes = [(sign, self.box(part, most)) for sign, part in zip(signs, parts, strict=True)]
            row = beside([[" " * margin], *(box for sign, part in boxes for box in ([f" {sign} "], part))])
            if len(row[0]) <= self.width:
                yield from row
                return
            terms = [
                each for sign, part in zip(signs, parts, strict=True) for each in self.terms(sign, part, most, room)
            ]
            if all(len(box[0]) <= room for _, box in terms):
                break
        for sign, box in terms:
            yield from beside([[" " * margin], [f" {sign} "], box])

    def terms(self, sign: str, part: Node, most: int | None, room: int) -> Iterator[tuple[str, Box]]:
        """A part of an equation with its sign; or the terms of a sum that is wider than the room, with theirs."""
        box = self.box(part, most)
        if isinstance(part, Sum) and len(box[0]) > room:
            for number, (_, term) in enumerate(part.terms):
                yield ("+" if number else sign), self.box(term, most)
        else:
            yield sign, box

    def box(self, expression: Node, most: int | None) -> Box:
        match expression:
            case Matrix():
                gaps = (self.style.text(GAP), self.style.text("⋮"), self.style.text("⋱"))
                return framed(cells(expression, most, self.write, gaps), self.style)
            case MatrixProduct(factors):
                return _joined([self.box(factor, most) for factor in factors], " ")
            case Sum(terms):
                return _joined([self.box(term, most) for _, term in terms], " + ")
        return [self.write(expression)]


def framed(rows: list[list[str]], style: Style) -> Box:
    """A matrix in its brackets, the decimal points of a column below each other."""
    columns = [aligned(column) for column in zip(*rows, strict=True)]
    widths = [max(map(len, column)) for column in columns]
    lines = ["  ".join(map(str.rjust, cells, widths)) for cells in zip(*columns, strict=True)]
    if len(lines) == 1:
        return [f"[{lines[0]}]"]
    last = len(lines) - 1
    frames = ["⎡⎤" if i == 0 else "⎣⎦" if i == last else "⎢⎥" for i in range(len(lines))]
    frames = list(map(style.text, frames))
    return [f"{frame[0]}{line}{frame[1]}" for frame, line in zip(frames, lines, strict=True)]


def beside(boxes: Sequence[Box]) -> Box:
    """Boxes side by side, their middles on one line."""
    above = max((len(box) - 1) // 2 for box in boxes)
    under = max(len(box) - 1 - (len(box) - 1) // 2 for box in boxes)
    padded = []
    for box in boxes:
        top = above - (len(box) - 1) // 2
        blank = [" " * len(box[0])]
        padded.append([*blank * top, *box, *blank * (above + under + 1 - top - len(box))])
    return ["".join(line) for line in zip(*padded, strict=True)]


def _joined(boxes: Sequence[Box], sign: str) -> Box:
    joined: list[Box] = []
    for box in boxes:
        joined += [[sign], box] if joined else [box]
    return beside(joined)
