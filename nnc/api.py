"""The library: what the command line does, from Python, on NumPy arrays or nested lists.

Whatever is wrong with what a caller gives is an ``NncError``.
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from os import PathLike
from typing import Any, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from nnc.core import imbalance
from nnc.core.arrays import EXACT, FLOAT32, FLOAT64, Array, Scalar
from nnc.core.functions.activations import ACTIVATIONS, Activation
from nnc.core.functions.losses import LOSSES, Loss
from nnc.core.given import numbers, shown
from nnc.core.layers import KINDS, Layer, arrays
from nnc.core.names import Normalization, Reduction
from nnc.core.network import Network
from nnc.core.objective import ClassWeights, Objective
from nnc.core.places import read_place
from nnc.core.problem import Problem, solve
from nnc.core.quantities import Calculation
from nnc.core.rows import Chosen, Row
from nnc.core.verify import Check
from nnc.core.verify import verify as compare
from nnc.errors import InputError
from nnc.io.files.network import NetworkFile, decoded
from nnc.io.values.choices import Choice, read_choice

Numbers: TypeAlias = npt.ArrayLike | Fraction | Sequence[float | Fraction] | Sequence[Sequence[float | Fraction]]
"""What an array is made of: a number, numbers, or rows of numbers."""
LossChoice: TypeAlias = Choice | Chosen[Loss]
"""A loss: its name, a mapping of name and parameters, or what ``load`` has read from a file."""
ActivationChoice: TypeAlias = Choice | Chosen[Activation]
Given: TypeAlias = Mapping[str, Numbers]
"""Quantities that are not calculated but have this value; everything after them follows from it."""
R = TypeVar("R", bound=Row)


def load(
    path: str | PathLike[str], dtype: npt.DTypeLike = FLOAT64, activations: Sequence[ActivationChoice] | None = None
) -> NetworkFile:
    """What is in a network file, JSON or YAML by its suffix, in float64, float32 or fractions (dtype object).

    ``activations``, one per layer, replace those of the file. Raises InputError, which names the file and the place in
    it, for all that is wrong with it.
    """
    if not isinstance(path, str | PathLike):
        raise InputError(f"the path is {shown(path)}, expected that of a network file")
    read_in = _dtype(dtype)
    chosen = None
    if activations is not None:
        if isinstance(activations, str) or not isinstance(activations, Iterable):
            raise InputError(f"activations is {shown(activations)}, expected a list of one per layer")
        chosen = [_chosen(one, ACTIVATIONS, "activation").in_dtype(read_in) for one in activations]
    return decoded(str(path), as_text=read_in == EXACT).read(read_in, chosen)


def layer(activation: ActivationChoice = "identity", bias: Numbers | None = None, **given: Numbers) -> Layer:
    """A layer from arrays, by the keys of a network file: ``layer("relu", W=[[0, 0], [1, 2]])``.

    ``W`` (n_in + 1, n_out) and ``Theta`` (n_out, n_in + 1) hold their bias. ``weight`` (n_out, n_in) and ``kernel``
    (n_in, n_out) take it as ``bias``. Raises InputError where shapes do not fit.
    """
    kinds, rows = given.keys() & KINDS.keys(), arrays()
    if len(kinds) != 1 or not given.keys() <= rows.keys():
        raise InputError(f"layer takes one matrix, as one of {', '.join(KINDS)}; found {', '.join(given) or 'none'}")
    (kind,) = kinds
    beside = {} if bias is None else {"bias": bias}
    parameters = {key: numbers(key, values, most=len(rows[key].axes)) for key, values in {**beside, **given}.items()}
    return Layer(KINDS[kind], parameters, _chosen(activation, ACTIVATIONS, "activation"))


def network(*layers: Layer) -> Network:
    """A network of these layers, first to last. Raises InputError where a layer does not fit the one before it."""
    return Network(layers)


def objective(
    loss: LossChoice,
    *,
    reduction: Reduction = "mean",
    class_weights: ClassWeights | None = None,
    sample_weights: Numbers | None = None,
    l2: Scalar | None = None,
) -> Objective:
    """What J is: a loss (``"huber:delta=0.5"``, ``{"name": "huber", "delta": 0.5}``), weights and the reduction."""
    weights: Any = sample_weights  # the objective makes an array of it
    return Objective(_chosen(loss, LOSSES, "loss"), reduction, class_weights, weights, l2)


def forward(network: Network, x: Numbers, *, given: Given | None = None) -> Calculation:
    """x, every z_k and a_k, and y_hat, for one sample x (n0,) or a batch (N, n0)."""
    return solve(Problem(_network(network), x=_inputs(network, x)), given=given or {})


def loss(
    network: Network, x: Numbers, y: Numbers, objective: Objective | LossChoice, *, given: Given | None = None
) -> Calculation:
    """Everything of ``forward``, and the loss. y is (nL,) or (N, nL), or one class index per sample, () or (N,)."""
    return solve(_problem(network, x, y, objective), "loss", given=given or {})


def grad(
    network: Network, x: Numbers, y: Numbers, objective: Objective | LossChoice, *, given: Given | None = None
) -> Calculation:
    """Everything of ``loss``, and the derivative of J by every quantity, weight and input."""
    return solve(_problem(network, x, y, objective), given=given or {})


def grad_of(network: Network, x: Numbers, part: str) -> Calculation:
    """The derivatives of one number of the forward pass, such as ``"y_hat[1]"``, by all that it depends on."""
    if not isinstance(part, str):
        raise InputError(f"part is {shown(part)}, expected the name of a number, as in y_hat[1]")
    return solve(Problem(_network(network), x=_inputs(network, x), of=read_place(part)))


def verify(
    network: Network, x: Numbers, y: Numbers, objective: Objective | LossChoice
) -> tuple[Calculation, list[Check]]:
    """Everything of ``grad``, and how each gradient compares with central differences."""
    return compare(_problem(network, x, y, objective))


def loss_of_outputs(y_hat: Numbers, y: Numbers, objective: Objective | LossChoice) -> Calculation:
    """The loss of outputs y_hat, (K,) or (N, K), without a network, and dy_hat."""
    return solve(Problem(y_hat=numbers("y_hat", y_hat), y=numbers("y", y), objective=_objective(objective)))


def imbalance_weights(
    counts: Mapping[str, int] | Iterable[int], method: Choice = "balanced", normalize: Normalization = "none"
) -> imbalance.ClassWeighting:
    """One weight per class, from the number of samples in each; in a sequence the classes are 0, 1, …"""
    return imbalance.imbalance_weights(counts, _chosen(method, imbalance.METHODS, "method"), normalize)


def _problem(network: Network, x: Numbers, y: Numbers, objective: Objective | LossChoice) -> Problem:
    return Problem(_network(network), x=_inputs(network, x), y=numbers("y", y), objective=_objective(objective))


def _inputs(network: Network, x: Numbers) -> Array:
    return numbers("x", x, most=1 + len(_network(network).layers[0].kind.takes))


def _network(given: Network) -> Network:
    if isinstance(given, Network):
        return given
    hint = "; it has one, as .network" if isinstance(given, NetworkFile) else ""
    raise InputError(f"network is {shown(given)}, expected a Network, as nnc.network gives it{hint}")


def _objective(given: Objective | LossChoice) -> Objective:
    return given if isinstance(given, Objective) else objective(given)


def _chosen(given: Choice | Chosen[R], table: Mapping[str, R], kind: str) -> Chosen[R]:
    """The row that is named. Its parameters stay as written: only a calculation knows whether it is exact."""
    if not isinstance(given, Chosen):
        return read_choice(given, table, kind, None)
    if given.row.kind != kind:
        raise InputError(f"{kind} is the {given.row.kind} {given}, expected one of {', '.join(table)}")
    return given


def _dtype(given: npt.DTypeLike) -> np.dtype[Any]:
    known = (FLOAT64, FLOAT32, EXACT)
    try:
        return known[known.index(np.dtype(given))]
    except (TypeError, ValueError):
        raise InputError(f"dtype is {shown(given)}, expected float64, float32, or object for fractions") from None
