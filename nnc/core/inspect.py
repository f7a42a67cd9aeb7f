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
        fits.append(Fit("x", _samples(np.atleast_1d(x), "input"), _fault(lambda: forward(network, x))))
    if objective is not None:
        fits.append(Fit("loss", str(objective.loss)))
    if y is not None:
        why = None  # without a loss, which says what a target may be, there is nothing to judge it by
        if objective is not None:
            why = "x does not fit" if x is not None and fits[0].why else _misfit(network, x, y, objective)
        indexed = objective is not None and objective.loss.row.target != "values" and y.ndim < 2
        batch = x is not None and x.ndim == 2
        found = counted(y.size, "class index", "class indices") if indexed and batch else _samples(y, "output")
        fits.append(Fit("y", found, why))
    return fits


def _misfit(network: Network, x: Array | None, y: Array, objective: Objective) -> str | None:
    """Why a target does not fit; without x, that of one sample or of a batch, whichever it may be."""
    if x is not None:
        return _fault(lambda: loss(network, x, y, objective))
    row = objective.loss.row
    as_sample = _fault(lambda: read_targets(row, y, np.zeros((1, network.n_out)), batch=False))
    if as_sample is None or y.ndim == 0:
        return as_sample
    as_batch = _fault(lambda: read_targets(row, y, np.zeros((len(y), network.n_out)), batch=True))
    return as_batch if as_batch is None or y.ndim == 2 else as_sample


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
