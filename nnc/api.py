"""The library: what the command line does, from a script, on NumPy arrays or nested lists."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from nnc.core import imbalance, passes
from nnc.core.activations import ACTIVATIONS
from nnc.core.arrays import EXACT, FLOAT64, Array, Scalar
from nnc.core.losses import LOSSES
from nnc.core.network import LAYOUTS, Layer, Network
from nnc.core.objective import ClassWeights, Objective, Reduction
from nnc.core.quantities import Calculation
from nnc.core.verify import Check
from nnc.core.verify import verify as compare
from nnc.errors import InputError
from nnc.io.choices import Choice, read_choice
from nnc.io.parts import read_part


def layer(activation: Choice = "identity", bias: npt.ArrayLike | None = None, **matrix: npt.ArrayLike) -> Layer:
    """A layer from one matrix under the key of its layout: ``layer("relu", W=[[0, 0], [1, 2]])``.

    The keys are those of a network file: ``W`` (n_in + 1, n_out) and ``Theta`` (n_out, n_in + 1) hold their bias,
    ``weight`` (n_out, n_in) and ``kernel`` (n_in, n_out) have it beside them. Raises InputError where
    shapes do not fit.
    """
    if len(matrix) != 1 or not matrix.keys() <= LAYOUTS.keys():
        raise InputError(f"layer takes one matrix, as one of {', '.join(LAYOUTS)}; found {', '.join(matrix) or 'none'}")
    ((key, values),) = matrix.items()
    chosen = read_choice(activation, ACTIVATIONS, "activation", FLOAT64)
    return Layer(LAYOUTS[key], _array(values), None if bias is None else _array(bias), chosen)


def network(*layers: Layer) -> Network:
    """A network of these layers, first to last. Raises InputError where one does not take what the one before gives."""
    return Network(layers)


def objective(
    loss: Choice,
    *,
    reduction: Reduction = "mean",
    class_weights: ClassWeights | None = None,
    sample_weights: npt.ArrayLike | None = None,
    l2: Scalar | None = None,
) -> Objective:
    """What J is: a loss (``"huber:delta=0.5"``, ``{"name": "huber", "delta": 0.5}``), weights and the reduction."""
    chosen = read_choice(loss, LOSSES, "loss", FLOAT64)
    weights = None if sample_weights is None else _array(sample_weights)
    return Objective(chosen, reduction, class_weights, weights, l2)


def forward(network: Network, x: npt.ArrayLike) -> Calculation:
    """x, every z_k and a_k, and y_hat, for one sample x (n0,) or a batch (N, n0)."""
    return passes.forward(network, _array(x))


def loss(network: Network, x: npt.ArrayLike, y: npt.ArrayLike, objective: Objective | Choice) -> Calculation:
    """Everything of ``forward``, and the loss. y is (nL,) or (N, nL), or class indices, () or (N,)."""
    return passes.loss(network, _array(x), _array(y), _objective(objective))


def grad(network: Network, x: npt.ArrayLike, y: npt.ArrayLike, objective: Objective | Choice) -> Calculation:
    """Everything of ``loss``, and the derivative of J by every quantity, weight and input."""
    return passes.grad(network, _array(x), _array(y), _objective(objective))


def grad_of(network: Network, x: npt.ArrayLike, part: str) -> Calculation:
    """The derivatives of one number of the forward pass, such as ``"y_hat[1]"`` (from 1), by all that leads to it."""
    return passes.grad_of(network, _array(x), *read_part(part))


def verify(
    network: Network, x: npt.ArrayLike, y: npt.ArrayLike, objective: Objective | Choice
) -> tuple[Calculation, list[Check]]:
    """Everything of ``grad``, and how each gradient compares with central differences."""
    return compare(network, _array(x), _array(y), _objective(objective))


def loss_of_outputs(y_hat: npt.ArrayLike, y: npt.ArrayLike, objective: Objective | Choice) -> Calculation:
    """The loss of outputs y_hat, (K,) or (N, K), without a network, and dy_hat."""
    return passes.loss_of_outputs(_array(y_hat), _array(y), _objective(objective), gradient=True)


def imbalance_weights(
    counts: Mapping[str, int] | Sequence[int], method: Choice = "balanced", normalize: str = "none"
) -> imbalance.ClassWeighting:
    """One weight a class, from the number of samples in each; a sequence names the classes 0, 1, …"""
    named = counts if isinstance(counts, Mapping) else {str(i): count for i, count in enumerate(counts)}
    return imbalance.imbalance_weights(named, read_choice(method, imbalance.METHODS, "method", FLOAT64), normalize)


def _objective(given: Objective | Choice) -> Objective:
    return given if isinstance(given, Objective) else objective(given)


def _array(values: npt.ArrayLike) -> Array:
    """float32 and object arrays stay what they are; everything else is float64."""
    array = np.asarray(values)
    return array if array.dtype in (np.float32, EXACT) else array.astype(FLOAT64)
