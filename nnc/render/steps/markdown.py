"""Derivations as Markdown with maths that GitHub sets: headings, notes, and one ``math`` block per quantity.

Inside a ``math`` block a backslash stays a backslash. GitHub refuses ``\\operatorname``.
"""

from nnc.core.quotes import inert
from nnc.render.formats import Style
from nnc.render.numbers import PRECISION
from nnc.render.steps import StepsReport
from nnc.render.steps.equations import Equations

WIDTH = 100
"""About how many characters of maths fit on a line of a page."""

_SPECIAL = {sign: f"\\{sign}" for sign in r"\`*_{}[]<>#|$~&"}


def render(report: StepsReport, style: Style) -> str:
    """The sections as headings and blocks of maths."""
    equations = Equations(style.precision or PRECISION, report.most, WIDTH, scale=False)
    paragraphs = [f"**{report.sample_words}**"] if report.sample_words else []
    for section in report.derivation.sections:
        paragraphs.append(f"## {_escaped(section.title)}")
        for group in section.groups:
            note = "".join(f"$`{text}`$" if maths else _escaped(text) for text, maths in equations.note(group))
            if note:
                paragraphs.append(f"{note[:1].upper()}{note[1:]}{'' if note.endswith(':') else '.'}")
            body = " \\\\\n".join(equations.of(group))
            paragraphs.append(f"```math\n\\begin{{aligned}}\n{body}\n\\end{{aligned}}\n```")
    return "\n\n".join(paragraphs).replace(r"\operatorname{", r"\mathrm{") + "\n"


def _escaped(text: str) -> str:
    return "".join(_SPECIAL.get(sign, sign) for sign in inert(text, None))
