"""Targets in the shape of the outputs and in the domain of the loss."""

import numpy as np

from nnc.core.arrays import Array, first_index, indicator, naming, summed
from nnc.core.functions.losses import PROBABILITY, UNIT_INTERVAL, Domain, Loss
from nnc.core.given import in_dtype, plainly
from nnc.core.places import Place
from nnc.core.record import Record
from nnc.errors import InputError, counted

SUM_TOLERANCE = 1e-6
"""How far from 1 the sum of a target's probabilities may be: frameworks print float32."""


class Targets(Record):
    """The targets of a batch: ``y`` (N, K) for the loss, and ``classes`` (N,) where each sample has one class."""

    y: Array
    given: Array
    """As the person gave them: (N, K) values, or class indices (N,) as integers."""
    classes: Array | None


def read_targets(loss: Loss, y: Array, p: Array, *, batch: bool) -> Targets:
    """Targets y in the shape (N, K) of the outputs p.

    For one sample y is (K,), or () for a class index or the target of a single output. For a batch it is (N, K), or
    (N, 1) or (N,) with one target per sample. Raises InputError for another shape, for a value outside the domain of
    the loss, and for floats beside fractions.
    """
    count, outputs = p.shape
    y = in_dtype("y", y, p.dtype)
    indexed = loss.target != "values" and y.ndim == (1 if batch else 0)
    if loss.target != "values" and batch and y.shape == (count, 1) and outputs > 1:
        y, indexed = y[:, 0], True
    if batch and y.shape[:1] != (count,):
        lines = counted(count, "target" if indexed or y.ndim < 2 else "row")
        raise InputError(f"y {_has(y)}, expected {lines}: one for each sample")
    if indexed:
        return _from_indices(y.reshape(count), outputs, p)
    if outputs == 1 and y.ndim == (1 if batch else 0):
        y = y[..., None]
    wanted = p.shape if batch else (outputs,)
    if y.shape != wanted:
        raise InputError(_wrong_shape(loss, y, outputs, batch=batch))
    rows = y.reshape(p.shape)
    _check_domain(loss.name, "y", rows, loss.y_domain, batch=batch)
    return Targets(y=rows, given=rows, classes=_classes(loss, rows, batch=batch))


def check_outputs(loss: Loss, p: Array, *, batch: bool) -> None:
    """Raises InputError where an output in p (N, K) is outside the domain of the loss."""
    _check_domain(loss.name, "y_hat", p, loss.p_domain, batch=batch, remedy=loss.remedy)


def doubts(loss: Loss, p: Array, *, batch: bool) -> str | None:
    """A warning where outputs p (N, K) should be probabilities of K classes but do not sum to 1."""
    if loss.target != "probabilities" or loss.p_domain is not UNIT_INTERVAL:
        return None
    for number, total in enumerate(p.sum(axis=1), start=1):
        if abs(total - 1) > SUM_TOLERANCE:
            where = f"row {number} of y_hat" if batch else "y_hat"
            return f"{where} sums to {float(total):g}, not 1; {loss.name} is for probabilities, as softmax gives them"
    return None


def _from_indices(y: Array, outputs: int, p: Array) -> Targets:
    for given in y:
        if given % 1 != 0:  # NaN and infinity too
            raise InputError(f"y is {plainly(given)}, expected a class: a whole number from 0 to {outputs - 1}")
        if not 0 <= given < outputs:
            raise InputError(
                f"y is class {plainly(given)}, but there {'is' if outputs == 1 else 'are'} "
                f"{counted(outputs, 'output')}: classes count from 0, so 0 to {outputs - 1}"
            )
    classes = np.array([int(given) for given in y], dtype=np.int64)
    one_hot = indicator(np.arange(outputs) == classes[:, None], p)
    return Targets(y=one_hot, given=classes, classes=classes)


def _classes(loss: Loss, y: Array, *, batch: bool) -> Array | None:
    """The class of each sample (N,) of targets y (N, K); None where a target is not a single class."""
    if loss.target == "values":
        if loss.classes == "two" and y.shape[1] == 1 and ((y == 0) | (y == 1)).all():
            return y[:, 0].astype(np.int64)
        return None
    _check_domain(loss.name, "y", y, PROBABILITY, batch=batch)
    with naming("y"):
        totals = summed(y, axis=1)
    for number, (row, total) in enumerate(zip(y, totals, strict=True), start=1):
        if abs(total - 1) > SUM_TOLERANCE:
            where = f"row {number} of y" if batch else "y"
            raise InputError(
                f"{where} sums to {float(total):g}, expected 1: one-hot, or probabilities of {len(row)} classes"
            )
    one_hot = ((y == 0) | (y == 1)).all(axis=1)
    if loss.target == "class" and not one_hot.all():
        raise InputError(f"{loss.name} takes one class a sample: an index, or a one-hot row")
    return np.argmax(y, axis=1) if one_hot.all() else None


def _check_domain(name: str, what: str, values: Array, domain: Domain, *, batch: bool, remedy: str = "") -> None:
    outside = ~np.asarray(domain.holds(values), dtype=bool)
    if not outside.any():
        return
    row, column = first_index(outside)
    place = str(Place(what, (row, column) if batch else (column,)))
    message = f"{place} is {plainly(values[row, column])}, but {name} takes {domain.words}"
    raise InputError(f"{message}: {remedy}" if remedy else message)


def _has(y: Array) -> str:
    if y.ndim == 0:
        return "is one number"
    return f"has {counted(len(y), 'value' if y.ndim == 1 else 'row')}"


def _wrong_shape(loss: Loss, y: Array, outputs: int, *, batch: bool) -> str:
    kind = {"values": "values", "probabilities": "probabilities", "class": "entries of a one-hot row"}[loss.target]
    message = f"expected {outputs} {kind if outputs > 1 else kind.removesuffix('s')}: one for each output"
    if loss.target != "values":
        message += ", or a class index"
    if batch:
        found = "one number a sample" if y.ndim == 1 else f"{y.shape[-1]} in a row"
        return f"y has {found}, {message}"
    return f"y {_has(y)}{', but there is one sample;' if y.ndim == 2 else ','} {message}"
