"""Writes docs/functions.md, the page of every activation and loss, from the rows that nnc calculates with.

Run it from anywhere: ``python docs/functions.py``.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from nnc.core.arrays import FLOAT64, scalar
from nnc.core.functions.activations import ACTIVATIONS, Activation
from nnc.core.functions.losses import FUSED, LOSSES, Loss
from nnc.render.functions import facts

PAGE = Path(__file__).resolve().parent / "functions.md"
INTRODUCTION = """\
# Activations and losses

Every function that nnc knows, with its derivative. The page is written by [functions.py](functions.py) from the code
that calculates them. `nnc activations` and `nnc losses` print the same; `nnc activations NAME --json` and
`nnc losses NAME --json` have the formulas in LaTeX too.

σ is the logistic function, `sigmoid`. Parameters follow the name: `-a leaky_relu:negative_slope=0.1`,
`-l huber:delta=0.5`. What is called *rational* gives fractions for fractions, so `--exact` can calculate it.
"""
ABOUT_ACTIVATIONS = """\
## Activations

An activation takes any number z. At a kink or a jump it has no derivative; nnc takes that of one side, as PyTorch does.
"""
ABOUT_LOSSES = """\
## Losses

The loss of one sample with K outputs ŷ and the target y. Σ is over the outputs, and ∂/∂ŷ is the derivative by one of
them. w is the class weight of an output's class, w₀ and w₁ are those of class 0 and class 1; all are 1 where none are
given. How the losses of a batch become one is in [Conventions](conventions.md#losses).

`outputs=sum` leaves the factor 1/K out. A network that ends in the activation that is named as *fused* has its loss and
`dz` calculated from z, so that they are right where the output has rounded to 0 or 1.
"""


def page() -> str:
    """The page as Markdown."""
    parts = [INTRODUCTION, ABOUT_ACTIVATIONS, *map(_activation, ACTIVATIONS.values())]
    return "\n".join([*parts, ABOUT_LOSSES, *map(_loss, LOSSES.values())])


def _activation(row: Activation) -> str:
    described = facts(row)
    if row.derivative is None:
        formulas = [f"a_k = {described['formula']}", described["derivative"]]
    else:
        formulas = [f"f(z)  = {described['formula']}", f"f′(z) = {described['derivative']}"]
    return _section(row, formulas, [*_parameters(row), *_kinks(row)])


def _loss(row: Loss) -> str:
    described = facts(row)
    formulas = [f"loss = {described['formula']}", f"∂/∂ŷ = {described['derivative']}"]
    lines = [f"y: {described['y']}", f"ŷ: {described['y_hat']}"]
    if described["class_weights"]:
        lines.append(f"class weights: {described['class_weights']}")
    lines += _parameters(row)
    if row.kinks:
        lines.append("no derivative at " + re.sub(r"\bp\b", "ŷ", row.kinks))
    lines += [f"fused with {activation}" for (activation, loss) in FUSED if loss == row.name]
    return _section(row, formulas, lines)


def _section(row: Activation | Loss, formulas: list[str], lines: list[str]) -> str:
    also = "".join(f", also `{alias}`" for alias in row.aliases)
    rational = ["rational"] if row.rational else []
    items = [f"- {line}" for line in [*lines, *rational, f"source: {row.source}"]]
    return "\n".join([f"### `{row.name}`{also}", "", *(f"    {formula}" for formula in formulas), "", *items, ""])


def _parameters(row: Activation | Loss) -> Iterator[str]:
    for key, parameter in row.parameters.items():
        if key != "outputs":  # the same for all losses that have it, so the page says it once
            takes = " or ".join(parameter.words) or parameter.takes
            default = f"{parameter.default} if not given" if parameter.default else "it must be given"
            yield f"`{key}`: {takes}; {default}"


def _kinks(row: Activation) -> Iterator[str]:
    """Where the derivative jumps, with the default parameters, and what it is taken to be there."""
    defaults = {k: scalar(p.default, FLOAT64) for k, p in row.parameters.items() if p.default and not p.words}
    if len(defaults) < len([p for p in row.parameters.values() if not p.words]):
        return  # a parameter without a default says itself where its kink is
    for kink in dict.fromkeys(row.kinks(**defaults)):
        assert row.derivative is not None, row.name  # those of whole layers have no kinks
        slope = row.derivative(np.array([float(kink)]), **defaults)[0]
        yield f"a kink at {kink:g}, where f′ is {slope:g}".replace("-", "−")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
