"""NDJSON: one JSON object per line, as a rule one per sample."""

import msgspec

from nnc.render.formats import Style
from nnc.render.json_text import inert
from nnc.render.report import Report


def render(report: Report, style: Style) -> str:
    """The report's records, one per line."""
    return inert(msgspec.json.Encoder().encode_lines(report.records()).decode(), style)
