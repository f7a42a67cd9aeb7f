"""Derivations as LaTeX: a part for your own document, or a whole document that pdfLaTeX sets without a warning."""

from nnc.render.formats import Style
from nnc.render.formula.latex import escaped
from nnc.render.numbers import PRECISION
from nnc.render.steps import StepsReport
from nnc.render.steps.equations import Equations

WIDTH = 84
"""About how many characters of maths fit on a line of the document."""

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
    """The sections as headings and displayed equations; with ``standalone`` as a whole document."""
    equations = Equations(style.precision or PRECISION, report.most, WIDTH, scale=True)
    lines: list[str] = []
    if report.sample_words:
        lines += [f"\\section*{{{escaped(report.sample_words)}}}"]
    for section in report.derivation.sections:
        lines += [f"\\subsection*{{{escaped(section.title)}}}"]
        for group in section.groups:
            note = "".join(f"${text}$" if maths else escaped(text) for text, maths in equations.note(group))
            if note:
                lines.append(f"{note[:1].upper()}{note[1:]}{'' if note.endswith(':') else '.'}")
            if rows := equations.of(group):
                lines += [r"\begin{align*}", " \\\\\n".join(rows), r"\end{align*}"]
    text = "\n".join(lines) + "\n"
    packages = "amsmath,graphicx" if r"\resizebox" in text else "amsmath"
    return _DOCUMENT % (packages, text) if report.standalone else f"% Needs {packages}.\n{text}"
