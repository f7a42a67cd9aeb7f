"""The loss J of a batch: class and sample weights, the reduction, the L2 term."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from msgspec.structs import force_setattr, replace

from nnc.core.arrays import EXACT, Array, Scalar, naming, scalar, summed, whole
from nnc.core.functions.activations import Activation
from nnc.core.functions.losses import FUSED, LOSSES, Loss
from nnc.core.given import cast, from_0_up, in_dtype, named, numbers, shown
from nnc.core.layers import Layer
from nnc.core.names import Reduction
from nnc.core.places import Place
from nnc.core.record import Comparable, Record
from nnc.core.reductions import REDUCTIONS
from nnc.core.rows import Chosen
from nnc.core.targets import Targets
from nnc.errors import InputError, about, counted, either, require_known

ClassWeights = Sequence[Scalar] | Mapping[str, Scalar]
"""A list, class 0 first, or a mapping of class to weight."""


class Objective(Comparable):
    """What J is: a loss, and how the losses of the samples become one number.

    J = Σ_i s_i loss_i / D + ½ λ Σ W², with the sample weights s (1 where none are given) and the D of the reduction.
    Biases are not in Σ W². Raises InputError for a field that is none of these things.
    """

    loss: Chosen[Loss]
    reduction: Reduction = "mean"
    class_weights: ClassWeights | None = None
    sample_weights: Array | None = None
    l2: Scalar | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.loss, Chosen) or not isinstance(self.loss.row, Loss):
            raise InputError(f"loss is {shown(self.loss)}, expected one of the losses: {', '.join(LOSSES)}")
        require_known("reduction", self.reduction, REDUCTIONS)
        if self.class_weights is not None:
            with about("class_weights"):
                force_setattr(self, "class_weights", _read_class_weights(self.class_weights))
        if self.sample_weights is not None:
            with about("sample_weights"):
                force_setattr(self, "sample_weights", _read_sample_weights(self.sample_weights))
        if self.l2 is not None:
            with about("l2"):
                force_setattr(self, "l2", from_0_up(numbers("l2", self.l2, most=0), lambda _: "l2").item())

    def decay(self, dtype: np.dtype[Any]) -> Scalar | None:
        """λ in ``dtype``, None where there is no penalty. Raises InputError for a float among fractions."""
        if self.l2 is None:
            return None
        with about("l2"):
            factor: Scalar = in_dtype("l2", np.asarray(self.l2), dtype, lambda _: "l2").item()
        return factor

    def cast(self, dtype: np.dtype[Any]) -> "Objective":
        """The same with its numbers in ``dtype``; fractions may become the nearest floats."""
        with about("loss"):
            loss = self.loss.in_dtype(dtype)
        return Objective(
            loss,
            self.reduction,
            changed(self.class_weights, lambda weights: cast("class_weights", weights, dtype)),
            None if self.sample_weights is None else cast("sample_weights", self.sample_weights, dtype),
            None if self.l2 is None else cast("l2", np.asarray(self.l2), dtype).item(),
        )


def changed(weights: ClassWeights | None, change: Callable[[Array], Array]) -> ClassWeights | None:
    """Class weights with the same change of all numbers, as a list or a mapping, as they were."""
    if isinstance(weights, Mapping):
        return dict(zip(weights, change(np.array(list(weights.values()))).tolist(), strict=True))
    return None if weights is None else change(np.array(weights)).tolist()


class Losses(Record):
    """The losses of a batch, and the factors that lead from them to J.

    ``terms`` (N, K) are already divided by ``share`` (K, or 1) and multiplied by the weights of their samples, ``s``
    (N,), but not divided by D, the ``divisor``. ``derivative`` (N, K) is ∂J/∂p itself.
    """

    terms: Array
    derivative: Array
    w: Array | None
    """The class weights (C,) that the loss takes; None where it takes none."""
    s: Array
    share: int
    divisor: Scalar

    def of_all(self, losses: Array) -> Array:
        """J without its penalty, from the losses of the samples."""
        return np.asarray(summed(losses, axis=0) / self.divisor)


def fused_loss(objective: Objective, activation: Chosen[Activation]) -> Chosen[Loss] | None:
    """The loss of z where ``activation`` and the loss are a fused pair, else None."""
    pair = FUSED.get((activation.row.name, objective.loss.row.name))
    return None if pair is None else Chosen(LOSSES[pair.loss], objective.loss.parameters)


def by_output(objective: Objective, activation: Chosen[Activation]) -> Chosen[Loss]:
    """The ``fused_loss``, with the derivative by the output instead of that by z."""
    pair = FUSED[activation.row.name, objective.loss.row.name]
    return Chosen(replace(LOSSES[pair.loss], derivative=pair.by_output), objective.loss.parameters)


def shaping(loss: Chosen[Loss], dtype: np.dtype[Any]) -> dict[str, Any]:
    """The parameters that the functions of the loss take, in ``dtype``."""
    return {key: value for key, value in loss.in_dtype(dtype).parameters.items() if key != "outputs"}


def evaluate(objective: Objective, loss: Chosen[Loss], p: Array, targets: Targets) -> Losses:
    """The losses of outputs p (N, K), or of pre-activations for a fused ``loss``, and their derivative.

    Raises InputError for an irrational loss of fractions, and for weights that do not fit the loss.
    """
    row = loss.row
    if p.dtype == EXACT:
        with about("loss"):
            row.require_rational()
    count, outputs = p.shape
    parameters = shaping(loss, p.dtype)
    share = outputs if loss.parameters.get("outputs") == "mean" else 1
    divided: Any = scalar(str(share), p.dtype)  # a quotient of ints alone would be a float, even of exact numbers
    with about("class_weights"):
        w = _class_weights(objective, row, outputs, p)
    with about("sample_weights"):
        s = _sample_weights(objective, count, p)
    terms = _weighted(row.terms(p, targets.y, w, **parameters), s) / divided
    derivative = _weighted(row.derivative(p, targets.y, w, **parameters), s) / divided
    with naming("the sum of the weights"):
        divisor = _divisor(objective, targets, w, s)
    return Losses(terms, derivative / divisor, w, s, share, divisor)


def _weighted(values: Array, s: Array) -> Array:
    """The values (N, K) times the weights of their samples; a weight of 0 gives 0, even of an infinite value."""
    weight = s[:, None]
    return np.where(weight == 0, 0, values) * weight


def all_weights(layers: Iterable[Layer]) -> Iterator[Array]:
    """The weights of every layer, without biases."""
    for layer in layers:
        for each, parameter in layer.kind.of(layer.parameters):
            if each.weighing is not None:
                yield parameter[each.weighing]


def penalty(l2: Scalar, layers: Iterable[Layer]) -> Array:
    """½ λ Σ W² over ``all_weights``."""
    squares = np.array([summed(weights**2) for weights in all_weights(layers)])
    return np.asarray(summed(squares) * l2 / 2)


def _class_weights(objective: Objective, loss: Loss, outputs: int, p: Array) -> Array | None:
    """The weights (C,) that the loss takes, 1 where none are given; None where it takes none."""
    given, name = objective.class_weights, objective.loss.row.name
    if loss.classes is None:
        if given is not None:
            weighted = [row.name for row in LOSSES.values() if row.classes]
            raise InputError(f"{name} takes no class weights; the losses that do: {', '.join(weighted)}")
        return None
    count = 2 if loss.classes == "two" else outputs
    if given is None:
        return whole(np.ones(count, dtype=np.int64), p.dtype)
    if isinstance(given, Mapping):
        names = [str(c) for c in range(count)]
        if sorted(given) != sorted(names):
            # Names such as A, B mean classes in the order in which they are given; numbers mean themselves.
            if any(name.isascii() and name.isdigit() for name in given) and len(given) == count:
                raise InputError(f"class_weights names the classes {', '.join(given)}, expected {', '.join(names)}")
            names = list(given)
        given = [given[each] for each in names]
    if len(given) != count:
        whose = "class 0 and class 1" if loss.classes == "two" else f"one for each of {outputs} outputs"
        raise InputError(f"class_weights has {counted(len(given), 'value')}, expected {count} for {name}: {whose}")
    return in_dtype("class_weights", np.array(given), p.dtype)


def _read_class_weights(given: object) -> ClassWeights:
    """Weights from 0 up, as a list or a mapping, as they were given."""
    names = named(given, "class_weights") if isinstance(given, Mapping) else None

    def place(index: tuple[int, ...]) -> str:
        if not index:
            return "class_weights"
        return f"class_weights of class {index[0] if names is None else names[index[0]]}"

    listed = list(given.values()) if isinstance(given, Mapping) else given
    values: list[Scalar] = from_0_up(np.atleast_1d(numbers("class_weights", listed, 1, place)), place).tolist()
    return values if names is None else dict(zip(names, values, strict=True))


def _read_sample_weights(given: object) -> Array:
    """Weights (N,) from 0 up, of a list or of a matrix of one row or one column."""
    weights = np.atleast_1d(numbers("sample_weights", given))
    if weights.ndim == 2 and 1 not in weights.shape:
        raise InputError(f"sample_weights has {counted(len(weights), 'row')}, expected one number a sample")
    return from_0_up(weights.reshape(-1), lambda index: str(Place("sample_weights", index)))


def _sample_weights(objective: Objective, count: int, p: Array) -> Array:
    """The weights (N,) of the samples, 1 where none are given."""
    given = objective.sample_weights
    if given is None:
        return whole(np.ones(count, dtype=np.int64), p.dtype)
    if given.shape != (count,):
        raise InputError(f"sample_weights has {counted(given.size, 'value')}, expected {count}: one a sample")
    return in_dtype("sample_weights", given, p.dtype)


def _divisor(objective: Objective, targets: Targets, w: Array | None, s: Array) -> Scalar:
    """What the sum of the samples' losses is divided by."""
    name, row = objective.reduction, REDUCTIONS[objective.reduction]
    if row.by_class and (w is None or targets.classes is None):
        loss = objective.loss.row.name
        why = f"{loss} has no classes" if w is None else "y gives a sample several outputs or a probability"
        others = either(other for other in REDUCTIONS if not REDUCTIONS[other].by_class)
        message = f"reduction {name} needs one class a sample, but {why}; use {others}"
        raise InputError(message, about="reduction")
    divisor = row.of(s, w, targets.classes)
    if divisor == 0:
        message = f"reduction {name} divides by the weights of the samples' classes, which sum to 0"
        raise InputError(message, about="reduction")
    return divisor
