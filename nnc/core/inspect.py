"""Whether the parts of a problem fit together: a network, its input, its target, its loss."""

from collections.abc import Callable

import numpy as np
from msgspec import Struct

from nnc.core.arrays import Array
from nnc.core.network import Network
from nnc.core.objective import Objective
from nnc.core.passes import forward, loss
from nnc.core.targets import read_targets
from nnc.errors import InputError, NncError, counted


class Fit(Struct, frozen=True, eq=False):
    """One part of a problem: what it is, and why it does not fit, None where it does."""

    name: str
    found: str
    why: str | None = None


def inspect(network: Network, x: Array | None, y: Array | None, objective: Objective | None) -> list[Fit]:
    """What is there of x, y and the loss, and whether each fits the network and those before it."""
    fits = []
    if x is not None:
        fits.append(Fit("x", _samples(x, "input"), _fault(lambda: forward(network, x))))
    if objective is not None:
        fits.append(Fit("loss", str(objective.loss)))
    if y is not None:
        if objective is None:
            why: str | None = "there is no loss, which says what a target may be"
        elif x is None:
            why = _fault(lambda: _alone(network, y, objective))
        elif fits[0].why:
            why = "x does not fit"
        else:
            why = _fault(lambda: loss(network, x, y, objective))
        indexed = objective is not None and objective.loss.row.target != "values" and y.ndim < 2
        batch = x is not None and x.ndim == 2
        found = counted(y.size, "class index", "class indices") if indexed and batch else _samples(y, "output")
        fits.append(Fit("y", found, why))
    return fits


def _alone(network: Network, y: Array, objective: Objective) -> None:
    """Raises InputError where a target does not fit, of one sample or a batch of as many as it has rows."""
    count = len(y) if y.ndim == 2 else 1
    read_targets(objective.loss.row, y, np.zeros((count, network.n_out)), batch=y.ndim == 2)


def _fault(call: Callable[[], object]) -> str | None:
    try:
        call()
    except NncError as error:
        return error.message if isinstance(error, InputError) else str(error)
    return None


def _samples(values: Array, axis: str) -> str:
    if values.ndim == 0:
        return "one number"
    each = counted(values.shape[-1], axis)
    return each if values.ndim == 1 else f"a batch of {counted(len(values), 'sample')} of {each}"
