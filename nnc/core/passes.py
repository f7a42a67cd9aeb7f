"""The forward pass, the loss and the backward pass of a network."""

import numpy as np
from msgspec import Struct

from nnc.core import activations
from nnc.core.arrays import Array, Scalar, is_finite, part_name, require_short, rows_times, summed, times
from nnc.core.cancelling import cancelling
from nnc.core.given import in_dtype
from nnc.core.network import Network
from nnc.core.objective import Losses, Objective, by_output, evaluate, fused_loss, penalty
from nnc.core.quantities import Calculation, Recorder
from nnc.core.targets import Targets, check_outputs, doubts, read_targets
from nnc.errors import InputError, NotFiniteError, about


class Trace(Struct, frozen=True, eq=False):
    """The forward pass of a batch: ``z[k]`` and ``a[k]`` (N, n_k) of layer k; ``a[0]`` is x, and so is ``z[0]``."""

    z: tuple[Array, ...]
    a: tuple[Array, ...]


def run(network: Network, x: Array) -> Trace:
    """The forward pass of a batch x (N, n0). What overflows is infinite: refusing it is left to the caller.

    Raises InputError for exact numbers of too many digits."""
    z, a = [x], [x]
    for k, layer in enumerate(network.layers, start=1):
        z.append(layer.affine(a[-1], f"z{k}"))
        require_short(f"z{k}", z[-1])
        a.append(activations.apply(layer.activation, z[-1]))
    return Trace(tuple(z), tuple(a))


@np.errstate(all="ignore")
def forward(network: Network, x: Array) -> Calculation:
    """x, every z_k and a_k, and y_hat, for one sample x (n0,) or a batch (N, n0).

    Raises InputError where x does not fit the network, NotFiniteError where a quantity overflows.
    """
    record, network, _ = _forward(network, x)
    return record.done(network)


@np.errstate(all="ignore")
def loss(network: Network, x: Array, y: Array, objective: Objective) -> Calculation:
    """Everything that ``forward`` gives, then y, each output's and each sample's share of the loss, and J.

    y is (nL,), or (N, nL) for a batch; class indices are () and (N,). Raises as ``forward`` does, and InputError where
    y, the weights or the reduction do not fit the loss.
    """
    record, network, trace = _forward(network, x)
    _loss(record, network, trace, y, objective)
    return record.done(network, objective)


@np.errstate(all="ignore")
def grad(network: Network, x: Array, y: Array, objective: Objective) -> Calculation:
    """Everything that ``loss`` gives, then the derivatives of J by all that leads to it, last layer first.

    Each has the shape of what it is the derivative by, parameters as their file lays them out. Raises as ``loss``.
    """
    record, network, trace = _forward(network, x)
    dy_hat, dz = _loss(record, network, trace, y, objective, gradient=True)
    record.part = "backward"
    record.samples("dy_hat", dy_hat, stepped_over=dz is not None)
    l2 = objective.decay(trace.a[0].dtype)
    _backward(record, network, trace, dy_hat, dz, l2, len(network.layers))
    return record.done(network, objective)


@np.errstate(all="ignore")
def loss_of_outputs(y_hat: Array, y: Array, objective: Objective, *, gradient: bool = False) -> Calculation:
    """The loss of outputs y_hat, (K,) or (N, K), without a network; with ``gradient``, dy_hat too.

    Raises InputError where y_hat, y or the weights do not fit the loss, NotFiniteError where the loss overflows.
    """
    if objective.l2 is not None:
        raise InputError("the L2 penalty is a sum over a network's weights, but there is no network")
    p = np.atleast_2d(y_hat)
    record = Recorder(len(p), batch=y_hat.ndim == 2)
    record.samples("y_hat", p)
    with about("y"):
        targets = read_targets(objective.loss.row, y, p, batch=record.batch)
    with about("y_hat"):
        losses = _evaluate_outputs(record, objective, p, targets, gradient=gradient)
    _record_loss(record, targets, losses, None)
    if gradient:
        record.part = "backward"
        record.samples("dy_hat", losses.derivative)
    return record.done(objective=objective)


@np.errstate(all="ignore")
def grad_of(network: Network, x: Array, name: str, index: tuple[int, ...]) -> Calculation:
    """Everything that ``forward`` gives, then the derivatives of one number of it by all that leads to it.

    ``name`` is x, y_hat, or z or a of a layer; ``index`` counts from 0, with the sample first for a batch. The
    derivatives keep their names: here dW1 is that of the number by W1. Layers above the number have none. Raises as
    ``forward`` does, and InputError for a number that is not there.
    """
    record, network, trace = _forward(network, x)
    quantity = record.done(network).quantity(name)
    quantity.check_index(index)
    seed = np.zeros(quantity.value.shape, dtype=np.int64).astype(quantity.value.dtype)
    seed[index] = 1
    top = len(network.layers) if quantity.layer is None else quantity.layer
    record.part = "backward"
    if name.startswith("z"):
        _backward(record, network, trace, None, np.atleast_2d(seed), None, top)
    else:
        record.samples(f"d{name}", np.atleast_2d(seed), quantity.layer)
        _backward(record, network, trace, np.atleast_2d(seed), None, None, top)
    return record.done(network, of=part_name(name, index))


def _forward(network: Network, x: Array) -> tuple[Recorder, Network, Trace]:
    """Records the forward pass. Returns the network in the dtype of the calculation, in which x and all else follow.

    One number is x of one input.
    """
    x = np.atleast_1d(x)
    network.check_inputs(x)
    dtype = np.result_type(network.dtype, x.dtype)
    network = network.in_dtype(dtype)
    with about("x"):
        x = in_dtype("x", x, dtype)
    trace = run(network, np.atleast_2d(x))
    record = Recorder(len(trace.a[0]), batch=x.ndim == 2)
    record.samples("x", trace.a[0], 0)
    for k in range(1, len(trace.a)):
        record.samples(f"z{k}", trace.z[k], k)
        record.samples(f"a{k}", trace.a[k], k)
    record.samples("y_hat", trace.a[-1])
    return record, network, trace


def _loss(
    record: Recorder, network: Network, trace: Trace, y: Array, objective: Objective, *, gradient: bool = False
) -> tuple[Array, Array | None]:
    """Records the loss. Returns ∂J/∂y_hat and, where the last activation and the loss are fused, ∂J/∂z."""
    with about("y"):
        targets = read_targets(objective.loss.row, y, trace.a[-1], batch=record.batch)
    activation = network.layers[-1].activation
    of_z = fused_loss(objective, activation)
    if of_z is None:
        losses = _evaluate_outputs(record, objective, trace.a[-1], targets, gradient=gradient)
        dy_hat, dz = losses.derivative, None
    else:
        losses = evaluate(objective, of_z, trace.z[-1], targets)
        dy_hat = evaluate(objective, by_output(objective, activation), trace.z[-1], targets).derivative
        dz = losses.derivative
    l2 = objective.decay(trace.a[0].dtype)
    _record_loss(record, targets, losses, None if l2 is None else penalty(l2, network))
    return dy_hat, dz


def _evaluate_outputs(record: Recorder, objective: Objective, p: Array, targets: Targets, *, gradient: bool) -> Losses:
    """The losses of the outputs, which must be in the loss's domain."""
    check_outputs(objective.loss.row, p, batch=record.batch)
    losses = evaluate(objective, objective.loss, p, targets)
    record.warn(doubts(objective.loss.row, p, batch=record.batch))
    _refuse_infinite(objective, p, losses, batch=record.batch)
    for warning in cancelling(objective, p, targets, losses, batch=record.batch, gradient=gradient):
        record.warn(warning)
    return losses


def _refuse_infinite(objective: Objective, p: Array, losses: Losses, *, batch: bool) -> None:
    """Raises NotFiniteError, naming the output, where the loss itself is infinite: log 0 is no overflow."""
    remedy = objective.loss.row.remedy
    if not remedy or is_finite(losses.terms).all() or not is_finite(p).all():
        return
    index = tuple(int(i) for i in np.argwhere(~is_finite(losses.terms))[0])
    place = part_name("y_hat", index if batch else index[1:])
    raise NotFiniteError("loss", f"with {place} = {p[index]:g} and that target it is infinite: {remedy}")


def _record_loss(record: Recorder, targets: Targets, losses: Losses, added: Array | None) -> None:
    record.part = "loss"
    record.samples("y", targets.given)
    record.samples("terms", losses.terms)
    if record.batch:
        record.samples("losses", losses.losses)
    if added is not None:
        record.whole("penalty", added)
    record.whole("loss", losses.loss if added is None else losses.loss + added)


def _backward(
    record: Recorder,
    network: Network,
    trace: Trace,
    da: Array | None,
    dz: Array | None,
    l2: Scalar | None,
    top: int,
) -> None:
    """The chain rule from layer ``top`` down to x, given that layer's da, or its dz where that is known better."""
    for k in range(top, 0, -1):
        layer, z, a = network.layers[k - 1], trace.z[k], trace.a[k]
        da_dz = activations.derivative(layer.activation, z)
        if da_dz is not None:
            record.samples(f"da_dz{k}", da_dz, k)
        if dz is None:
            assert da is not None  # a layer is given one of the two
            dz = activations.backward(layer.activation, da, z, a)
        record.samples(f"dz{k}", dz, k)
        dkernel, dbias = times(f"dW{k}", trace.a[k - 1].T, dz), summed(f"dW{k}", dz, axis=0)
        if l2 is not None:
            dkernel = dkernel + l2 * layer.kernel
        record.whole(f"dW{k}", layer.layout.join(dkernel, dbias), layer.layout.axes, k)
        if layer.bias is not None:
            record.whole(f"db{k}", dbias, ("unit",), k)
        below = f"da{k - 1}" if k > 1 else "dx"
        da, dz = rows_times(below, dz, layer.kernel.T), None
        record.samples(below, da, k - 1)
