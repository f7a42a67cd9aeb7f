"""Derivations as LaTeX: a fragment for a document of one's own, or a document that pdfLaTeX sets without a warning."""

from nnc.render.formats import Style
from nnc.render.formula.latex import escaped
from nnc.render.numbers import PRECISION
from nnc.render.steps import StepsReport
from nnc.render.steps.equations import Equations

WIDTH = 84
"""About as many characters of maths as a line of the document holds."""

_DOCUMENT = r"""\documentclass[a4paper]{article}
\usepackage[margin=2.2cm]{geometry}
\usepackage{%s}
\allowdisplaybreaks
\setlength{\parindent}{0pt}
\raggedbottom
\begin{document}
%s\end{document}
"""


def render(report: StepsReport, style: Style) -> str:
    """The sections as unnumbered headings and displayed equations; ``standalone`` puts the document around them."""
    equations = Equations(PRECISION if style.precision is None else style.precision, report.most, WIDTH, scale=True)
    lines: list[str] = []
    if report.sample_words:
        lines += [f"\\section*{{{escaped(report.sample_words)}}}"]
    for section in report.derivation.sections:
        lines += [f"\\subsection*{{{escaped(section.title)}}}"]
        for group in section.groups:
            display = equations.of(group)
            note = "".join(each if maths else escaped(each) for each, maths in _marked(equations.note(group)))
            if note:
                lines.append(f"{note[:1].upper()}{note[1:]}{'' if note.endswith(':') else '.'}")
            lines += [r"\begin{align*}", *_ended(display.rows), r"\end{align*}"] if display.rows else []
    text = "\n".join(lines) + "\n"
    packages = "amsmath,graphicx" if r"\resizebox" in text else "amsmath"
    return _DOCUMENT % (packages, text) if report.standalone else f"% Needs {packages}.\n{text}"


def _marked(words: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
    return [(f"${text}$" if maths else text, maths) for text, maths in words]


def _ended(rows: list[str]) -> list[str]:
    return [f"{row} \\\\" for row in rows[:-1]] + rows[-1:]
