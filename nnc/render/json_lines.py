"""One JSON object a line (NDJSON), one line a sample."""

import msgspec

from nnc.render.formats import Style
from nnc.render.json_text import inert
from nnc.render.report import Report


def render(report: Report, style: Style) -> str:
    """The report's records, a line each."""
    return inert(msgspec.json.Encoder().encode_lines(report.records()).decode(), style)
