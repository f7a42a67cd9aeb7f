"""Answers compared with true values as a report: one row per number."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from nnc import __version__
from nnc.core.arrays import EXACT, Array
from nnc.core.grading.rule import Rule, Verdict
from nnc.core.grading.truth import Result
from nnc.core.grading.verdicts import Judged
from nnc.core.quotes import quotation
from nnc.core.record import Record
from nnc.render.grading.words import plain_rule, rule_words, tone
from nnc.render.numbers import plain
from nnc.render.report import Block, Column, Grid, Report


class Comparison(Record):
    """One number of an answer, or a whole answer that is missing, unreadable or of another shape."""

    quantity: str
    expected: str
    computed: Array
    difference: float | None
    verdict: Verdict
    note: str = ""


class ExpectationReport(Report):
    """The report of some answers to one calculation. With ``exact`` fractions stay fractions."""

    comparisons: list[Comparison]
    rule: Rule
    exact: bool = False

    @property
    def holds(self) -> bool:
        """Whether every answer is right."""
        return all(comparison.verdict.holds for comparison in self.comparisons)

    def data(self) -> dict[str, Any]:
        return {
            "expectations": list(self.records()),
            "holds": self.holds,
            "rule": plain_rule(self.rule),
            "meta": {"version": __version__},
        }

    def records(self) -> Iterator[dict[str, Any]]:
        for c in self.comparisons:
            yield {
                "quantity": c.quantity,
                "expected": c.expected,
                "computed": plain(self._value(c)),
                "difference": c.difference,
                "verdict": c.verdict.value,
                "holds": c.verdict.holds,
                **({"note": c.note} if c.note else {}),
            }

    def values(self) -> Iterator[str]:
        return (comparison.verdict.value for comparison in self.comparisons)

    def blocks(self) -> Iterator[Block]:
        rows = self.comparisons
        columns = [
            Column("quantity", [c.quantity for c in rows]),
            Column("expected", [c.expected for c in rows]),
            Column("computed", ["" if c.computed.ndim else self._value(c).reshape(-1)[0] for c in rows]),
            Column("difference", ["" if c.difference is None else c.difference for c in rows]),
            Column(
                "verdict",
                [f"{c.verdict}: {c.note}" if c.note else str(c.verdict) for c in rows],
                tones=[tone(c.verdict) for c in rows],
            ),
        ]
        yield Grid("", columns, strong=True)

    def captions(self) -> Iterator[str]:
        yield rule_words(self.rule)

    def _value(self, c: Comparison) -> Array:
        return c.computed.astype(float) if c.computed.dtype == EXACT and not self.exact else c.computed


def comparisons(result: Result, given: object, judged: Judged) -> Iterator[Comparison]:
    """One row per number of an answer, or one row in all where numbers are missing from it."""
    if not judged.elements:
        yield Comparison(result.name, quotation(given), result.value, None, judged.verdict, judged.misfit)
    for index, name in result.numbers():
        if judged.elements:
            one = judged.elements[index]
            yield Comparison(name, quotation(one.given), np.asarray(result.value[index]), one.difference, one.verdict)
