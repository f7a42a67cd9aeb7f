"""One JSON object with every digit (RFC 8259); what is not finite is null."""

import msgspec

from nnc.render.formats import Style
from nnc.render.report import Report


def render(report: Report, style: Style) -> str:
    """The report's data on one line."""
    return inert(msgspec.json.encode(report.data()).decode(), style) + "\n"


def inert(text: str, style: Style) -> str:
    r"""JSON with ``\uXXXX`` for every sign that would act on a terminal, or that the terminal has not."""
    return "\n".join(line if _is_inert(line, style) else _escaped(line, style) for line in text.split("\n"))


def _is_inert(text: str, style: Style) -> bool:
    return text.isprintable() and (style.encoding is None or text.isascii())


def _escaped(text: str, style: Style) -> str:
    from json import dumps  # msgspec escapes no more than JSON demands

    return "".join(sign if _is_inert(sign, style) else dumps(sign)[1:-1] for sign in text)
