"""Gradients checked against finite differences as a report."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from nnc import __version__
from nnc.core.verify import TOLERANCE, Check
from nnc.render.report import Block, Column, Fact, Grid, Report, Tone

NEGLIGIBLE = 1e-9
"""Below this a table prints no digits of an error: they are rounding, and differ between machines. JSON has them."""
NAMED = 5
"""The most left-out entries of a quantity that a table names; JSON names all."""


class VerificationReport(Report):
    """The report of one verification."""

    checks: list[Check]

    @property
    def holds(self) -> bool:
        """Whether every gradient agrees."""
        return all(check.holds for check in self.checks)

    def data(self) -> dict[str, Any]:
        return {
            "quantities": {row.pop("quantity"): row for row in self.records()},
            "tolerance": TOLERANCE,
            "holds": self.holds,
            "meta": {"version": __version__},
        }

    def records(self) -> Iterator[dict[str, Any]]:
        for check in self.checks:
            names = ("entries", "checked", "worst", "at", "holds", "kinks", "unresolved")
            yield {"quantity": check.name, **{name: getattr(check, name) for name in names}}

    def values(self) -> Iterator[float]:
        return (np.nan if check.worst is None else check.worst for check in self.checks)

    def blocks(self) -> Iterator[Block]:
        verdicts, tones = zip(*map(_verdict, self.checks), strict=True)
        yield Grid(
            "Gradients against central differences",
            [
                Column("quantity", [check.name for check in self.checks]),
                Column("entries", [check.entries for check in self.checks]),
                Column("checked", [check.checked for check in self.checks]),
                Column("worst relative error", list(map(_worst, self.checks))),
                Column("at", [check.at or "" if (check.worst or 0) >= NEGLIGIBLE else "" for check in self.checks]),
                Column("verdict", verdicts, tones=tones),
            ],
            elide=False,
        )
        yield self._verdict()
        for check in self.checks:
            if check.kinks:
                yield Fact(f"{check.name} within a step of a kink, left out", _some(check.kinks), tone=Tone.DOUBT)
            if check.unresolved:
                yield Fact(f"{check.name} hidden by rounding, left out", _some(check.unresolved), tone=Tone.DOUBT)

    def _verdict(self) -> Fact:
        if not self.holds:
            return Fact("verdict", "gradients differ", tone=Tone.WRONG)
        if any(check.checked < check.entries for check in self.checks):
            return Fact("verdict", "every entry that was checked agrees", tone=Tone.DOUBT)
        return Fact("verdict", "every entry agrees", tone=Tone.RIGHT)

    def captions(self) -> Iterator[str]:
        yield "central differences of each function, extrapolated to step 0 (Ridders), joined by the chain rule"
        yield f"a gradient agrees where its worst relative error is at most {_power(TOLERANCE)}"


def _worst(check: Check) -> str:
    if check.worst is None:
        return ""
    return f"< {_power(NEGLIGIBLE)}" if check.worst < NEGLIGIBLE else f"{check.worst:.1e}"


def _power(bound: float) -> str:
    """A power of ten as people write it: 1e-9, not 1e-09."""
    return f"{bound:g}".replace("e-0", "e-")


def _verdict(check: Check) -> tuple[str, Tone]:
    if not check.holds:
        return "differs", Tone.WRONG
    return ("agrees", Tone.RIGHT) if check.checked else ("left out", Tone.DOUBT)


def _some(names: tuple[str, ...]) -> str:
    rest = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + rest
