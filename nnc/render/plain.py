"""Values only, one per line: for a shell's ``test``, and for graders that do not read JSON."""

import numpy as np

from nnc.render.formats import Style
from nnc.render.numbers import shown
from nnc.render.report import Report


def render(report: Report, style: Style) -> str:
    """Every number of every value in order, row by row; with all digits unless a precision is asked for."""
    lines = [shown(number, style.precision) for value in report.values() for number in np.asarray(value).reshape(-1)]
    return "".join(f"{line}\n" for line in lines)
