"""The rule for when an answer is right, in words, and what a verdict amounts to."""

from typing import Any

from nnc.core.judging import Rule, Verdict
from nnc.errors import counted
from nnc.render.report import Tone


def plain_rule(rule: Rule) -> dict[str, Any]:
    """The measures that a rule uses, by name."""
    asked = {name: getattr(rule, name) for name in ("rtol", "atol", "sig", "decimals")}
    return {name: value for name, value in asked.items() if value is not None} or {"min_sig": rule.min_sig}


def rule_words(rule: Rule) -> str:
    """The rule in a line."""
    match plain_rule(rule):
        case {"min_sig": digits}:
            enough = f"{counted(digits, 'significant digit')} or more"
            return f"right: rounded or cut off at its last digit, {enough}"
        case {"sig": digits}:
            return f"right: the first {_several(digits, 'significant digit')}, rounded or cut off"
        case {"decimals": digits}:
            return f"right: the first {_several(digits, 'decimal')}, rounded or cut off"
        case measures:
            return f"right: within {measures.get('atol', 0):g} + {measures.get('rtol', 0):g} · |true value|"


def tone(verdict: Verdict) -> Tone:
    """Right, wrong, or neither: nothing says that an answer of too few digits, or none, is wrong."""
    if verdict.holds:
        return Tone.RIGHT
    return Tone.DOUBT if verdict in (Verdict.TOO_FEW_DIGITS, Verdict.MISSING) else Tone.WRONG


def _several(count: int, noun: str) -> str:
    return noun if count == 1 else counted(count, noun)
