"""Whether the parts of a problem fit each other: the network, x, y and the loss."""

from collections.abc import Callable

import numpy as np

from nnc.core.arrays import Array
from nnc.core.objective import Objective
from nnc.core.problem import Problem, solve
from nnc.core.record import Record
from nnc.core.targets import read_targets
from nnc.errors import InputError, NncError, counted


class Fit(Record):
    """One part of a problem: what it is, and why it does not fit (None where it does)."""

    name: str
    found: str
    why: str | None = None


def fits_of(problem: Problem) -> list[Fit]:
    """Whether x, the loss and y, as far as they are given, fit the network and the parts before them."""
    x, y, objective = problem.x, problem.y, problem.objective
    fits = []
    if x is not None:
        fits.append(Fit("x", _samples(np.atleast_1d(x), "input"), _fault(lambda: solve(problem, "forward"))))
    if objective is not None:
        fits.append(Fit("loss", str(objective.loss)))
    if y is not None:
        why = None  # without a loss, which says what a target may be, there is nothing to judge it by
        if objective is not None:
            why = "x does not fit" if x is not None and fits[0].why else _misfit(problem, y, objective)
        indexed = objective is not None and objective.loss.row.target != "values" and y.ndim < 2
        batch = x is not None and x.ndim == 2
        found = counted(y.size, "class index", "class indices") if indexed and batch else _samples(y, "output")
        fits.append(Fit("y", found, why))
    return fits


def _misfit(problem: Problem, y: Array, objective: Objective) -> str | None:
    """Why a target does not fit; without x it may be that of one sample or of a batch."""
    if problem.x is not None:
        return _fault(lambda: solve(problem, "loss"))
    assert problem.network is not None  # what is inspected is a network
    row, outputs = objective.loss.row, problem.network.n_out
    as_sample = _fault(lambda: read_targets(row, y, np.zeros((1, outputs)), batch=False))
    if as_sample is None or y.ndim == 0:
        return as_sample
    as_batch = _fault(lambda: read_targets(row, y, np.zeros((len(y), outputs)), batch=True))
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
