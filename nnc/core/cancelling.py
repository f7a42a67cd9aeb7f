"""Warnings where an output ŷ is so near to 1 that 1 − ŷ, which the loss takes, has lost its digits.

Such an output may be off by one unit in its last place. So the loss is also calculated with those outputs one unit
lower; the digits that the two results share are right. A loss from z has no such output, see ``FUSED``.
"""

from collections.abc import Iterator

import numpy as np

from nnc.core.arrays import EXACT, Array
from nnc.core.functions.losses import UNIT_INTERVAL
from nnc.core.objective import Losses, Objective, evaluate
from nnc.core.places import Place
from nnc.core.targets import Targets
from nnc.errors import counted


def cancelling(
    objective: Objective, p: Array, targets: Targets, losses: Losses, *, batch: bool, gradient: bool
) -> Iterator[str]:
    """Warnings where half of the digits are lost, for outputs p (N, K).

    The first is of J, or else of the losses or terms that it adds up; the second, with ``gradient``, of dy_hat.
    """
    if p.dtype == EXACT or objective.loss.row.p_domain is not UNIT_INTERVAL:
        return
    near = (p < 1) & (1 - p < _least(p))
    if not near.any():
        return
    lower = evaluate(objective, objective.loss, np.where(near, np.nextafter(p, 0), p), targets)
    blame = np.abs(lower.terms - losses.terms)
    each, lower_each = losses.terms.sum(axis=-1), lower.terms.sum(axis=-1)
    sums = [("loss", losses.of_all(each), lower.of_all(lower_each)), ("losses", each, lower_each)]
    for name, value, other in (*sums[: 1 + batch], ("terms", losses.terms, lower.terms)):
        warning = _warning(name, value, other, blame, batch=batch)
        if warning:
            yield warning
            break
    if gradient:
        value, other = losses.derivative, lower.derivative
        warning = _warning("dy_hat", value, other, _change(value, other), batch=batch)
        if warning:
            yield warning


def _warning(name: str, value: Array, other: Array, blame: Array, *, batch: bool) -> str | None:
    """A warning of the number that changes most, if it changes much; ``blame`` (N, K) says by which output."""
    change = _change(value, other)
    worst = _first_largest(change)
    if change[worst] <= _least(value):
        return None
    digits = max(0, int(-np.log10(float(change[worst]))))
    output = (*worst, *_first_largest(blame[worst]))
    number, by = (str(Place(n, i if batch else i[1:])) for n, i in ((name, worst), ("y_hat", output)))
    return f"{number} has about {counted(digits, 'right digit')}: 1 − {by} cancels"


def _least(values: Array) -> float:
    """The relative change that takes half of the digits."""
    return float(np.sqrt(np.finfo(values.dtype).eps))


def _change(value: Array, other: Array) -> Array:
    """The relative difference of two results; 0 where they are equal or infinite."""
    same = (value == other) | ~np.isfinite(value - other)
    return np.where(same, 0, np.abs(other - value) / np.where(value == 0, 1, np.abs(value)))


def _first_largest(values: Array) -> tuple[int, ...]:
    return tuple(int(i) for i in np.unravel_index(np.argmax(values), values.shape))
