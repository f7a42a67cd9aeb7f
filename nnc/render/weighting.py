"""Class weights as a report."""

from collections.abc import Iterator
from typing import Any

from nnc.core.imbalance import ClassWeighting
from nnc.render.formula.rows import method_formula
from nnc.render.numbers import plain
from nnc.render.report import Block, Column, Grid, Report


class WeightingReport(Report):
    """The report of one class weighting."""

    weighting: ClassWeighting

    def data(self) -> dict[str, Any]:
        """The object that --class-weights reads."""
        return {
            "method": str(self.weighting.method),
            "counts": dict(self.weighting.counts),
            "weights": {name: plain(weight) for name, weight in self.weighting.weights.items()},
        }

    def records(self) -> Iterator[dict[str, Any]]:
        for name, count in self.weighting.counts.items():
            yield {"class": name, "count": count, "weight": plain(self.weighting.weights[name])}

    def values(self) -> Iterator[Any]:
        yield from self.weighting.weights.values()

    def blocks(self) -> Iterator[Block]:
        weighting = self.weighting
        yield Grid(
            "Class weights",
            [
                Column("class", list(weighting.counts)),
                Column("count", list(weighting.counts.values())),
                Column("weight", list(weighting.weights.values()), strong=True),
                Column("weight × count", list(weighting.products.values())),
            ],
            strong=True,
        )

    def captions(self) -> Iterator[str]:
        method = self.weighting.method
        yield f"method {method}: {method_formula(method)}"
        if self.weighting.normalize != "none":
            yield f"normalized: the {self.weighting.normalize} of the weights is 1"
