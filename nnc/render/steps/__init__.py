"""A derivation as a report: its steps as data, and what all its formats share."""

from collections.abc import Iterator
from typing import Any, ClassVar

from nnc import __version__
from nnc.core.steps.derivation import Derivation, Group, Line
from nnc.render.calculation import meta
from nnc.render.elision import kept, with_gap
from nnc.render.formats import DERIVATIONS, Subject
from nnc.render.formula.text import TextNotation
from nnc.render.numbers import plain
from nnc.render.report import Report

LONG = 8
"""The most terms, rows, columns or lines that are shown; of more the middle is left out."""


class StepsReport(Report):
    """The report of one derivation. With ``full`` nothing is left out; ``standalone`` is for LaTeX."""

    subject: ClassVar[Subject] = DERIVATIONS
    derivation: Derivation
    full: bool = False
    standalone: bool = False

    @property
    def most(self) -> int | None:
        """The most terms, rows, columns or lines that are shown."""
        return None if self.full else LONG

    @property
    def sample_words(self) -> str:
        """Which sample of the batch this is; nothing where there is no batch."""
        calculation, sample = self.derivation.calculation, self.derivation.sample
        return "" if calculation is None or sample is None else f"Sample {sample} of {calculation.samples}"

    def data(self) -> dict[str, Any]:
        """Every step in order with all its numbers, then ``meta``."""
        calculation = self.derivation.calculation
        about: dict[str, Any] = {"version": __version__} if calculation is None else meta(calculation)
        if self.derivation.sample is not None:
            about["sample"] = self.derivation.sample
        return {"steps": list(self.records()), "meta": about}

    def records(self) -> Iterator[dict[str, Any]]:
        """One object per step: its quantity, the formula, the formula with its numbers, the value."""
        notation = TextNotation(None, None)
        for section in self.derivation.sections:
            for group in section.groups:
                formula = " = ".join(map(notation.write, group.rule[1:])) or None
                for line in map(group.lines.make, range(group.lines.count)) if group.lines else ():
                    numbers = None if line.numbers is None else notation.filled(line.numbers)
                    yield {
                        "section": section.title,
                        "quantity": line.quantity,
                        "formula": formula,
                        "substituted": numbers,
                        "value": plain(line.value),
                    }


def shown_lines(group: Group, most: int | None) -> list[Line | None]:
    """The lines that people see. None stands for those that are left out of the middle."""
    if group.lines is None or group.lines.data_only:
        return []
    shown: list[Line | None] = [group.lines.make(i) for i in kept(group.lines.count, most)]
    return with_gap(shown, group.lines.count, None)
