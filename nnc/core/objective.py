"""The loss J of a batch: targets in the outputs' shape, class and sample weights, the reduction, the L2 term."""

from collections.abc import Mapping, Sequence
from typing import Literal, get_args

import numpy as np
from msgspec import Struct

from nnc.core.activations import Activation
from nnc.core.arrays import Array, Scalar, part_name
from nnc.core.losses import FUSED, LOSSES, Domain, Loss
from nnc.core.network import Network
from nnc.core.rows import Chosen
from nnc.errors import InputError

Reduction = Literal["mean", "sum", "weighted-mean"]
REDUCTIONS: tuple[Reduction, ...] = get_args(Reduction)

ClassWeights = Sequence[Scalar] | Mapping[str, Scalar]
"""Class 0 first, or a mapping of class to weight whose names are the classes' indices."""

SUM_TOLERANCE = 1e-6
"""How far the probabilities of a target may sum from 1: what float32 frameworks print."""


class Objective(Struct, frozen=True, eq=False):
    """What J is: a loss, and how the samples' losses become one number.

    J = Σ_i s_i loss_i / D + ½ λ Σ W², with the sample weights s (1 where none are given) and D = N (``mean``),
    1 (``sum``) or Σ_i s_i w_class(i) (``weighted-mean``, as torch.nn.CrossEntropyLoss divides). Biases are not in Σ W².
    """

    loss: Chosen[Loss]
    reduction: Reduction = "mean"
    class_weights: ClassWeights | None = None
    sample_weights: Array | None = None
    l2: Scalar | None = None


class Losses(Struct, frozen=True, eq=False):
    """The losses of a batch, and the factor that each sample has in J.

    ``terms`` (N, K) and ``losses`` (N,) are before the division by D, which is ``divisor``; ``derivative`` (N, K) is
    ∂J/∂p itself. Terms are divided by ``share`` (K, or 1) and multiplied by the weights of their samples, ``s`` (N,).
    """

    terms: Array
    losses: Array
    loss: Array
    derivative: Array
    w: Array | None
    """The class weights (C,) that the loss takes; None where it takes none."""
    s: Array
    share: int
    divisor: Scalar


class Targets(Struct, frozen=True, eq=False):
    """Targets of a batch: ``y`` (N, K) as the loss takes them, ``classes`` (N,) where each sample has one class."""

    y: Array
    given: Array
    """As the person gave them: (N, K) values, or class indices (N,) as integers."""
    classes: Array | None


def fused_loss(objective: Objective, activation: Chosen[Activation]) -> Chosen[Loss] | None:
    """The loss that takes z where ``activation`` and the loss are a fused pair, else None."""
    name = FUSED.get((activation.row.name, objective.loss.row.name))
    return None if name is None else Chosen(LOSSES[name], objective.loss.parameters)


def evaluate(objective: Objective, loss: Chosen[Loss], p: Array, targets: Targets) -> Losses:
    """The losses of outputs p (N, K), or of pre-activations where ``loss`` is the fused one, and their derivative."""
    row = loss.row
    count, outputs = p.shape
    parameters = {key: value for key, value in loss.parameters.items() if key != "outputs"}
    share = outputs if loss.parameters.get("outputs") == "mean" else 1
    w = _class_weights(objective, row, outputs, p)
    s = _sample_weights(objective, count, p)
    terms = _weighted(row.terms(p, targets.y, w, **parameters), s) / share
    losses = terms.sum(axis=-1)
    divisor = _divisor(objective, row, targets, w, s)
    return Losses(
        terms=terms,
        losses=losses,
        loss=losses.sum(axis=0) / divisor,
        derivative=_weighted(row.derivative(p, targets.y, w, **parameters), s) / (share * divisor),
        w=w,
        s=s,
        share=share,
        divisor=divisor,
    )


def _weighted(values: Array, s: Array) -> Array:
    """The values (N, K) times the weights of their samples: 0 where that is 0, were the value infinite."""
    weight = s[:, None]
    return np.where(weight == 0, 0, values) * weight


def penalty(l2: Scalar, network: Network) -> Array:
    """½ λ Σ of the squared weights of every layer, biases left out."""
    return np.asarray(sum((layer.kernel**2).sum() for layer in network.layers) * l2 / 2)


def read_targets(loss: Loss, y: Array, p: Array, *, batch: bool) -> Targets:
    """Targets y brought to the shape (N, K) of the outputs p.

    y is, for one sample, (K,), or () for a class index or a network's only output; for a batch, (N, K), (N, 1) or
    (N,), one target a sample. Raises InputError where the shape fits none of these, and for a value outside the
    loss's domain.
    """
    count, outputs = p.shape
    indexed = loss.target != "values" and y.ndim == (1 if batch else 0)
    if loss.target != "values" and batch and y.shape == (count, 1) and outputs > 1:
        y, indexed = y[:, 0], True
    if batch and y.shape[:1] != (count,):
        wanted = _counted(count, "target" if indexed or y.ndim < 2 else "row")
        raise InputError(f"y {_has(y)}, expected {wanted}: one a sample")
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


def _from_indices(y: Array, outputs: int, p: Array) -> Targets:
    for given in y:
        if given % 1 != 0:  # NaN and infinity too
            raise InputError(f"y is {given}, expected a class: a whole number from 0 to {outputs - 1}")
        if not 0 <= given < outputs:
            raise InputError(
                f"y is class {float(given):.15g}, but there {'is' if outputs == 1 else 'are'} "
                f"{_counted(outputs, 'output')}: classes count from 0, so 0 to {outputs - 1}"
            )
    classes = np.array([int(given) for given in y], dtype=np.int64)
    one_hot = (np.arange(outputs) == classes[:, None]).astype(np.int64).astype(p.dtype)
    return Targets(y=one_hot, given=classes, classes=classes)


def _classes(loss: Loss, y: Array, *, batch: bool) -> Array | None:
    """The class of each sample (N,) of targets y (N, K); None where a target is no single class."""
    if loss.target == "values":
        if loss.classes == "two" and y.shape[1] == 1 and ((y == 0) | (y == 1)).all():
            return y[:, 0].astype(np.int64)
        return None
    _check_domain(loss.name, "y", y, Domain("a probability, from 0 to 1", lambda v: (v >= 0) & (v <= 1)), batch=batch)
    for number, (row, total) in enumerate(zip(y, y.sum(axis=1), strict=True), start=1):
        if abs(total - 1) > SUM_TOLERANCE:
            where = f"row {number} of y" if batch else "y"
            raise InputError(
                f"{where} sums to {float(total):g}, expected 1: one-hot, or probabilities of {len(row)} classes"
            )
    one_hot = ((y == 0) | (y == 1)).all(axis=1)
    if loss.target == "class" and not one_hot.all():
        raise InputError(f"{loss.name} takes one class a sample: an index, or a one-hot row")
    return np.argmax(y, axis=1) if one_hot.all() else None


def _class_weights(objective: Objective, loss: Loss, outputs: int, p: Array) -> Array | None:
    """The weights (C,) that the loss takes, 1 where none are given; None where it takes none."""
    given = objective.class_weights
    if loss.classes is None:
        if given is not None:
            weighted = [row.name for row in LOSSES.values() if row.classes]
            raise InputError(f"{loss.name} takes no class weights; the losses that do: {', '.join(weighted)}")
        return None
    count = 2 if loss.classes == "two" else outputs
    if given is None:
        return np.ones(count, dtype=np.int64).astype(p.dtype)
    if isinstance(given, Mapping):
        given = {str(name): weight for name, weight in given.items()}
        names = [str(c) for c in range(count)]
        if sorted(given) != sorted(names):
            # Names such as A, B mean classes in the order in which they are given; numbers mean themselves.
            if any(_is_index(name) for name in given) and len(given) == count:
                raise InputError(f"class_weights names the classes {', '.join(given)}, expected {', '.join(names)}")
            names = list(given)
        given = [given[name] for name in names]
    if len(given) != count:
        whose = "class 0 and class 1" if loss.classes == "two" else f"one for each of {outputs} outputs"
        raise InputError(
            f"class_weights has {_counted(len(given), 'value')}, expected {count} for {loss.name}: {whose}"
        )
    weights = np.array(list(given), dtype=p.dtype)
    if (weights < 0).any():
        raise InputError(f"class_weights has {weights.min()}, expected numbers from 0 up")
    return weights


def _is_index(name: str) -> bool:
    return name.isascii() and name.isdigit()


def _sample_weights(objective: Objective, count: int, p: Array) -> Array:
    """The weights (N,) of the samples, 1 where none are given."""
    given = objective.sample_weights
    if given is None:
        return np.ones(count, dtype=np.int64).astype(p.dtype)
    weights = np.asarray(given, dtype=p.dtype).reshape(-1)
    if weights.shape != (count,):
        raise InputError(f"sample_weights has {_counted(weights.size, 'value')}, expected {count}: one a sample")
    if (weights < 0).any():
        raise InputError(f"sample_weights has {weights.min()}, expected numbers from 0 up")
    return weights


def _divisor(objective: Objective, loss: Loss, targets: Targets, w: Array | None, s: Array) -> Scalar:
    """What the sum of the samples' losses is divided by."""
    if objective.reduction == "sum":
        return 1
    if objective.reduction == "mean":
        return len(s)
    if w is None or targets.classes is None:
        why = f"{loss.name} has no classes" if w is None else "y gives a sample several outputs or a probability"
        raise InputError(f"reduction weighted-mean needs one class a sample, but {why}; use mean or sum")
    total: Scalar = (w[targets.classes] * s).sum()
    if total == 0:
        raise InputError("reduction weighted-mean divides by the weights of the samples' classes, which sum to 0")
    return total


def _check_domain(name: str, what: str, values: Array, domain: Domain, *, batch: bool, remedy: str = "") -> None:
    outside = ~np.asarray(domain.holds(values), dtype=bool)
    if not outside.any():
        return
    row, column = (int(i) for i in np.argwhere(outside)[0])
    place = part_name(what, (row, column) if batch else (column,))
    message = f"{place} is {values[row, column]}, but {name} takes {domain.words}"
    raise InputError(f"{message}: {remedy}" if remedy else message)


def _has(y: Array) -> str:
    if y.ndim == 0:
        return "is one number"
    return f"has {_counted(len(y), 'value' if y.ndim == 1 else 'row')}"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _wrong_shape(loss: Loss, y: Array, outputs: int, *, batch: bool) -> str:
    kind = {"values": "values", "probabilities": "probabilities", "class": "entries of a one-hot row"}[loss.target]
    message = f"expected {outputs} {kind if outputs > 1 else kind.removesuffix('s')}: one an output"
    if loss.target != "values":
        message += ", or a class index"
    if batch:
        found = "one number a sample" if y.ndim == 1 else f"{y.shape[-1]} in a row"
        return f"y has {found}, {message}"
    if y.ndim == 2:
        return f"y {_has(y)}, but there is one sample; {message}"
    return f"y {_has(y)}, {message}"
