"""Gradients checked against finite differences as a report."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from nnc import __version__
from nnc.core.verify import TOLERANCE, Check
from nnc.render.report import Block, Column, Fact, Grid

NAMED = 5
"""As many entries that were left out as a table names of each quantity; JSON names all."""


class VerificationReport(Struct, frozen=True, eq=False):
    """The report of one verification; see ``Report``."""

    checks: list[Check]

    @property
    def holds(self) -> bool:
        """Whether every gradient agrees."""
        return all(check.holds for check in self.checks)

    def data(self) -> dict[str, Any]:
        """Each quantity's worst relative difference and what was left out, then the verdict."""
        return {
            "quantities": {check.name: _plain(check) for check in self.checks},
            "tolerance": TOLERANCE,
            "holds": self.holds,
            "meta": {"version": __version__},
        }

    def records(self) -> Iterator[dict[str, Any]]:
        """One object a quantity."""
        for check in self.checks:
            yield {"quantity": check.name, **_plain(check)}

    def values(self) -> Iterator[float]:
        """The worst relative difference of each quantity."""
        for check in self.checks:
            yield check.worst

    def blocks(self) -> Iterator[Block]:
        """A row a quantity, then the entries that were left out."""
        yield Grid(
            "Gradients against central differences",
            [
                Column("quantity", [check.name for check in self.checks]),
                Column("entries", [check.entries for check in self.checks]),
                Column("worst relative difference", [f"{check.worst:.1e}" for check in self.checks], strong=True),
                Column("at", [check.at or "" for check in self.checks]),
                Column("verdict", ["agrees" if check.holds else "differs" for check in self.checks]),
            ],
            elide=False,
        )
        for check in self.checks:
            if check.kinks:
                yield Fact(f"{check.name} within a step of a kink, left out", _some(check.kinks))
            if check.unresolved:
                yield Fact(f"{check.name} too small for a difference of the loss, left out", _some(check.unresolved))

    def captions(self) -> Iterator[str]:
        """How the differences are taken, and what holds."""
        yield "central differences, steps halved and extrapolated to 0 (Richardson, Ridders)"
        yield f"a gradient agrees where its worst relative difference is at most {TOLERANCE:g}"


def _plain(check: Check) -> dict[str, Any]:
    return {
        "entries": check.entries,
        "worst": check.worst,
        "at": check.at,
        "holds": check.holds,
        "kinks": check.kinks,
        "unresolved": check.unresolved,
    }


def _some(names: tuple[str, ...]) -> str:
    rest = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + rest
