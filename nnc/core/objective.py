"""The loss J of a batch: class and sample weights, the reduction, the L2 term."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, get_args

import numpy as np
from msgspec import Struct

from nnc.core.activations import Activation
from nnc.core.arrays import Array, Scalar, scalar, summed, whole
from nnc.core.losses import FUSED, LOSSES, Loss
from nnc.core.network import Network
from nnc.core.rows import Chosen, require_rational
from nnc.core.targets import Targets
from nnc.errors import InputError, about, counted

Reduction = Literal["mean", "sum", "weighted-mean"]
REDUCTIONS: tuple[Reduction, ...] = get_args(Reduction)

ClassWeights = Sequence[Scalar] | Mapping[str, Scalar]
"""Class 0 first, or a mapping of class to weight whose names are the classes' indices."""


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


def fused_loss(objective: Objective, activation: Chosen[Activation]) -> Chosen[Loss] | None:
    """The loss that takes z where ``activation`` and the loss are a fused pair, else None."""
    name = FUSED.get((activation.row.name, objective.loss.row.name))
    return None if name is None else Chosen(LOSSES[name], objective.loss.parameters)


def evaluate(objective: Objective, loss: Chosen[Loss], p: Array, targets: Targets) -> Losses:
    """The losses of outputs p (N, K), or of pre-activations where ``loss`` is the fused one, and their derivative.

    Raises InputError for a loss that p's numbers do not go with, and weights that do not go with the loss.
    """
    row = loss.row
    with about("loss"):
        require_rational("loss", row, p.dtype)
    count, outputs = p.shape
    parameters = {key: value for key, value in loss.parameters.items() if key != "outputs"}
    share = outputs if loss.parameters.get("outputs") == "mean" else 1
    divided: Any = scalar(str(share), p.dtype)  # a quotient of ints alone would be a float, even of exact numbers
    with about("class_weights"):
        w = _class_weights(objective, row, outputs, p)
    with about("sample_weights"):
        s = _sample_weights(objective, count, p)
    terms = _weighted(row.terms(p, targets.y, w, **parameters), s) / divided
    losses = summed("loss", terms, axis=-1)
    divisor = _divisor(objective, row, targets, w, s)
    return Losses(
        terms=terms,
        losses=losses,
        loss=summed("loss", losses, axis=0) / divisor,
        derivative=_weighted(row.derivative(p, targets.y, w, **parameters), s) / divided / divisor,
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
    squares = np.array([summed("penalty", layer.kernel**2) for layer in network.layers])
    return np.asarray(summed("penalty", squares) * l2 / 2)


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
        return whole(np.ones(count, dtype=np.int64), p.dtype)
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
        raise InputError(f"class_weights has {counted(len(given), 'value')}, expected {count} for {loss.name}: {whose}")
    weights = np.array(list(given), dtype=p.dtype)
    if (weights < 0).any():
        raise InputError(f"class_weights has {float(weights.min()):.15g}, expected numbers from 0 up")
    return weights


def _is_index(name: str) -> bool:
    return name.isascii() and name.isdigit()


def _sample_weights(objective: Objective, count: int, p: Array) -> Array:
    """The weights (N,) of the samples, 1 where none are given."""
    given = objective.sample_weights
    if given is None:
        return whole(np.ones(count, dtype=np.int64), p.dtype)
    weights = np.asarray(given, dtype=p.dtype).reshape(-1)
    if weights.shape != (count,):
        raise InputError(f"sample_weights has {counted(weights.size, 'value')}, expected {count}: one a sample")
    if (weights < 0).any():
        raise InputError(f"sample_weights has {float(weights.min()):.15g}, expected numbers from 0 up")
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
    total: Scalar = summed("the sum of the weights", w[targets.classes] * s)
    if total == 0:
        raise InputError("reduction weighted-mean divides by the weights of the samples' classes, which sum to 0")
    return total
