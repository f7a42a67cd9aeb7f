"""One JSON object with every digit (RFC 8259; what is not finite is null)."""

import msgspec

from nnc.render.formats import Style
from nnc.render.report import Report


def render(report: Report, style: Style) -> str:
    """The report's data on one line."""
    return msgspec.json.encode(report.data()).decode() + "\n"
