"""What the questions of a sheet are about: a network or outputs, and class sizes."""

from pathlib import Path
from typing import Any

import numpy as np
from msgspec import UNSET
from msgspec.structs import replace

from nnc.core.arrays import EXACT, Array
from nnc.core.functions.activations import ACTIVATIONS
from nnc.core.functions.losses import LOSSES
from nnc.core.grading.truth import finest
from nnc.core.imbalance import METHODS, Weighing, read_counts
from nnc.core.objective import Objective
from nnc.core.problem import Problem
from nnc.errors import InputError, within
from nnc.io.files.network import Decoded, NetworkFile, decoded, read_beside, read_class_weights, read_layers
from nnc.io.files.sheet_document import SheetDocument
from nnc.io.values.arrays import to_array, to_number
from nnc.io.values.choices import read_choice
from nnc.io.values.labels import count_labels


def problem_of(sheet: SheetDocument, folder: Path, *, allow_outside: bool) -> Problem | None:
    """The problem of the sheet's network or outputs, in fractions if they can be used; None where it has neither.

    ``folder`` is the sheet's. Raises InputError where the sheet has both, and for a file outside the folder.
    """
    given = [name for name in ("layers", "weights", "y_hat") if getattr(sheet, name) is not UNSET]
    if len(given) > 1:
        raise InputError(f"the sheet has {' and '.join(given)}, expected one of them")
    if not given:
        return None
    if sheet.y_hat is not UNSET:
        return finest(lambda dtype: _of_outputs(sheet, dtype))
    file = None
    if sheet.weights is not UNSET:
        file = decoded(str(_inside(sheet.weights, folder, allow_outside=allow_outside)), as_text=True)
    return finest(lambda dtype: _of_network(sheet, file, dtype))


def weighing_of(sheet: SheetDocument) -> Weighing | None:
    """How the sheet's classes are weighed; None where it has no classes."""
    if sheet.counts is UNSET and sheet.labels is UNSET:
        return None
    counts = _counts(sheet)
    with within("method"):
        return Weighing(counts, read_choice(sheet.method, METHODS, "method", None), sheet.normalize)


def _of_network(sheet: SheetDocument, weights: Decoded | None, dtype: np.dtype[Any]) -> Problem:
    file = _file(sheet, weights, dtype)
    if file.x is None:
        raise InputError("x is missing: the input that the questions are about")
    if file.loss is None or file.y is None:
        return Problem(file.network, x=file.x)
    objective = Objective(file.loss, sheet.reduction, file.class_weights, file.sample_weights, _l2(sheet, dtype))
    return Problem(file.network, x=file.x, y=file.y, objective=objective)


def _of_outputs(sheet: SheetDocument, dtype: np.dtype[Any]) -> Problem:
    if sheet.loss is UNSET or sheet.y is UNSET:
        raise InputError(f"{'loss' if sheet.loss is UNSET else 'y'} is missing: outputs alone leave nothing to ask")
    loss = read_choice(sheet.loss, LOSSES, "loss", dtype)
    weights = None if sheet.sample_weights is UNSET else to_array(sheet.sample_weights, dtype, "sample_weights", 1)
    by_class = read_class_weights(sheet.class_weights, dtype)
    objective = Objective(loss, sheet.reduction, by_class, weights, _l2(sheet, dtype))
    return Problem(y_hat=to_array(sheet.y_hat, dtype, "y_hat"), y=to_array(sheet.y, dtype, "y"), objective=objective)


def _file(sheet: SheetDocument, weights: Decoded | None, dtype: np.dtype[Any]) -> NetworkFile:
    """The sheet as a network file. What it says wins over what its file of weights says."""
    activations = None
    if sheet.activations is not UNSET:
        with within("activations"):
            activations = [read_choice(choice, ACTIVATIONS, "activation", dtype) for choice in sheet.activations]
    if weights is None:
        assert sheet.layers is not UNSET  # one of the two is given
        return read_beside(sheet, read_layers(sheet.layers, dtype, activations), dtype)
    in_file = weights.read(dtype, activations)
    own = read_beside(sheet, in_file.network, dtype)
    keys = ("x", "y", "loss", "class_weights", "sample_weights")
    return replace(own, **{key: getattr(in_file, key) for key in keys if getattr(own, key) is None})


def _inside(name: str, folder: Path, *, allow_outside: bool) -> Path:
    """The path of a file that the sheet names. Raises InputError where it leaves the sheet's folder."""
    if "\0" in name:
        raise InputError(f"weights is {name!r}, which is no file")
    path = folder / name
    if not allow_outside and not path.resolve().is_relative_to(folder.resolve()):
        raise InputError(f"weights is {name!r}, a file outside the sheet's folder; move it there, or --allow-outside")
    if path.exists() and not path.is_file():
        raise InputError(f"weights is {name!r}, which is no file")
    return path


def _l2(sheet: SheetDocument, dtype: np.dtype[Any]) -> Any:
    if sheet.l2 is UNSET:
        return None
    with within("l2"):
        return to_number(sheet.l2, dtype)


def _counts(sheet: SheetDocument) -> dict[str, int]:
    if sheet.labels is not UNSET:
        if sheet.counts is not UNSET:
            raise InputError("the sheet has counts and labels, expected one of them")
        return count_labels(str(label).strip() for label in sheet.labels)
    assert sheet.counts is not UNSET  # one of the two is given
    named = sheet.counts if isinstance(sheet.counts, dict) else {str(i): n for i, n in enumerate(sheet.counts)}
    counts: Array = to_array(list(named.values()), EXACT, "counts", ndim=1)
    with within("counts"):
        return read_counts(dict(zip(named, counts.tolist(), strict=True)))
