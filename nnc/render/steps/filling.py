"""Arguments put into a formula's places, in parentheses where they need them and only there."""

from collections.abc import Mapping
from string import Formatter

_OPENERS = ("(", "[", "{", "|", ",", "if", "else", "&", r"\\", "<", ">", "≤", "≥", "=")
_CLOSERS = (")", "]", "}", "|", ",", "+", "−", "-", "<", ">", "≤", "≥", "if", r"\\", r"\le", r"\ge", "&")
_ENDS_A_NAME = ("²", "}", "′")
_BINARY = (" + ", " − ", " - ", " / ", " if ", "/")


def fill(template: str, values: Mapping[str, str]) -> str:
    """The template with its places filled.

    A value that is a sum or has a sign is put in parentheses unless it stands between brackets or signs that part it
    from the rest; parentheses of the template around a bare value go, unless they belong to a function.
    """
    pieces = [(literal, field) for literal, field, _, _ in Formatter().parse(template)]
    text, owed = "", ""
    for at, (literal, field) in enumerate(pieces):
        text += literal.removeprefix(owed) if owed else literal
        owed = ""
        if field is None:
            continue
        value = values[field]
        after = pieces[at + 1][0] if at + 1 < len(pieces) else ""
        raised = after.startswith(("ᵀ", "^")) and any(sign in value for sign in "⁾^")
        if raised or (loose(value) and not _stands_alone(text, after)):
            value = f"({value})"
        elif _in_idle_parentheses(text, value, after):
            text, owed = text[:-1], ")"
        text += value
    return text


def loose(text: str) -> bool:
    """Whether an expression would come apart in a product: it has a sign, or a sum or quotient outside brackets."""
    if text.startswith(("-", "−")):
        return True
    depth = 0
    for at, sign in enumerate(text):
        if sign in "([{" or text.startswith(r"\begin", at):
            depth += 1
        elif sign in ")]}" or text.startswith(r"\end", at):
            depth -= 1
        elif depth == 0 and text.startswith(_BINARY, at) and "∂" not in text:
            return True
    return False


def split_sum(template: str, sigma: str) -> tuple[str, str, str]:
    """A template as what stands before the term of its sum over all outputs, that term, and the rest.

    The term's ``z_j``, ``y_j`` and ``{w}`` become places of their own. Without a sum the term is empty.
    """
    start = template.find(sigma)
    if start < 0:
        return template, "", ""
    start += len(sigma)
    depth, end = 0, len(template)
    for at in range(start, len(template)):
        depth += (template[at] in "([{") - (template[at] in ")]}")
        if depth < 0 or (depth == 0 and template[at] == " "):
            end = at
            break
    term = template[start:end].replace("{w}", "{w_j}").replace("z_j", "{z_j}").replace("y_j", "{y_j}")
    return template[:start], term, template[end:]


def _stands_alone(before: str, after: str) -> bool:
    before, after = before.rstrip(), after.lstrip()
    return (not before or before.endswith(_OPENERS)) and (not after or after.startswith(_CLOSERS))


def _in_idle_parentheses(before: str, value: str, after: str) -> bool:
    """Whether the value stands in parentheses that it does not need: ``1 / (0.5)``, unlike ``exp(0.5)``."""
    if not (before.endswith("(") and after.startswith(")")) or loose(value):
        return False
    if after[1:].startswith(("^", "²")) and any(sign in value for sign in "⁾^_₀ₖ"):
        return False
    opener = before[-2:-1]
    return not (opener.isalnum() or opener in _ENDS_A_NAME)
