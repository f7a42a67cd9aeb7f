"""Gradients checked against finite differences as a report."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from nnc import __version__
from nnc.core.record import Record
from nnc.core.verify import TOLERANCE, Check
from nnc.render.report import Block, Column, Fact, Grid, Tone

NEGLIGIBLE = 1e-9
"""Below this a table gives no digits of an error: they are rounding, and others on another machine. JSON has them."""
NAMED = 5
"""As many entries that were left out as a table names of each quantity; JSON names all."""


class VerificationReport(Record):
    """The report of one verification; see ``Report``."""

    checks: list[Check]

    @property
    def holds(self) -> bool:
        """Whether every gradient agrees."""
        return all(check.holds for check in self.checks)

    def data(self) -> dict[str, Any]:
        return {
            "quantities": {check.name: _plain(check) for check in self.checks},
            "tolerance": TOLERANCE,
            "holds": self.holds,
            "meta": {"version": __version__},
        }

    def records(self) -> Iterator[dict[str, Any]]:
        for check in self.checks:
            yield {"quantity": check.name, **_plain(check)}

    def values(self) -> Iterator[float]:
        for check in self.checks:
            yield np.nan if check.worst is None else check.worst

    def blocks(self) -> Iterator[Block]:
        """A row a quantity, then the entries that were left out."""
        yield Grid(
            "Gradients against central differences",
            [
                Column("quantity", [check.name for check in self.checks]),
                Column("entries", [check.entries for check in self.checks]),
                Column("checked", [check.checked for check in self.checks]),
                Column("worst relative error", list(map(_worst, self.checks))),
                Column("at", list(map(_at, self.checks))),
                Column("verdict", list(map(_verdict, self.checks)), tones=list(map(_tone, self.checks))),
            ],
            elide=False,
        )
        yield self._verdict()
        for check in self.checks:
            if check.kinks:
                name = f"{check.name} within a step of a kink, left out"
                yield Fact(name, _some(check.kinks), tone=Tone.DOUBT)
            if check.unresolved:
                name = f"{check.name} hidden by rounding, left out"
                yield Fact(name, _some(check.unresolved), tone=Tone.DOUBT)

    def _verdict(self) -> Fact:
        if not self.holds:
            return Fact("verdict", "gradients differ", tone=Tone.WRONG)
        if any(check.checked < check.entries for check in self.checks):
            return Fact("verdict", "every entry that was checked agrees", tone=Tone.DOUBT)
        return Fact("verdict", "every entry agrees", tone=Tone.RIGHT)

    def captions(self) -> Iterator[str]:
        yield "central differences of each function, extrapolated to step 0 (Ridders), joined by the chain rule"
        yield f"a gradient agrees where its worst relative error is at most {_power(TOLERANCE)}"


def _plain(check: Check) -> dict[str, Any]:
    return {
        "entries": check.entries,
        "checked": check.checked,
        "worst": check.worst,
        "at": check.at,
        "holds": check.holds,
        "kinks": check.kinks,
        "unresolved": check.unresolved,
    }


def _worst(check: Check) -> str:
    if check.worst is None:
        return ""
    return f"< {_power(NEGLIGIBLE)}" if check.worst < NEGLIGIBLE else f"{check.worst:.1e}"


def _power(bound: float) -> str:
    """A power of ten as people write it: 1e-9, not 1e-09."""
    return f"{bound:g}".replace("e-0", "e-")


def _at(check: Check) -> str:
    return check.at if check.at and (check.worst or 0) >= NEGLIGIBLE else ""


def _verdict(check: Check) -> str:
    if not check.holds:
        return "differs"
    return "agrees" if check.checked else "left out"


def _tone(check: Check) -> Tone:
    if not check.holds:
        return Tone.WRONG
    return Tone.RIGHT if check.checked else Tone.DOUBT


def _some(names: tuple[str, ...]) -> str:
    rest = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + rest
