"""Every gradient against central differences, with a step for each entry and the truncation error extrapolated away.

Ridders 1982, Accurate computation of F'(x) and F'(x)F''(x): differences over a falling row of steps are extrapolated to
step 0 (Richardson), and the estimate that its neighbours agree with best is kept. All of it runs in NumPy's longdouble,
which has 11 bits more than float64 on x86 and is float64 elsewhere.
"""

from collections.abc import Iterator

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from nnc.core import activations
from nnc.core.arrays import EXACT, FLOAT64, Array, part_name
from nnc.core.network import Layer, Network
from nnc.core.objective import Objective, evaluate, fused_loss, shaping
from nnc.core.passes import grad, run
from nnc.core.quantities import Calculation, Quantity
from nnc.core.targets import read_targets
from nnc.errors import InputError, counted

TOLERANCE = 1e-6
"""The largest relative difference that holds."""
FIRST_STEP = 2.0**-4
"""The longest step, as a change of the pre-activations that it moves."""
LARGE = 64
"""The size of a pre-activation from which on the longest step grows with it, lest it drown in its rounding."""
HALVINGS = 8
"""Steps in a row, each half of the one before."""
SHRINKS = (0, 3, 6, 9, 12, 18, 30)
"""Powers of ½ by which an entry's steps are shortened until neither a kink nor an infinite loss lies within them."""
SMALLEST = np.finfo(np.float64).tiny
MOST_WORK = 3e8
"""Multiplications by weights that are too many for differences of every entry: about half a minute."""
CHUNK = 200_000
"""About as many numbers of a layer as are moved at once, to bound the memory."""


class Check(Struct, frozen=True, eq=False):
    """How one gradient fared: the worst relative difference and where, and the entries that could not be judged."""

    name: str
    entries: int
    worst: float | None
    """None where no entry could be judged."""
    at: str | None
    kinks: tuple[str, ...]
    """Entries within a step of a kink: a difference across it is no derivative."""
    unresolved: tuple[str, ...]
    """Entries that no difference of the loss resolves: it is rounding noise, or there is no loss a step away."""

    @property
    def checked(self) -> int:
        """How many entries could be judged."""
        return self.entries - len(self.kinks) - len(self.unresolved)

    @property
    def holds(self) -> bool:
        """Whether every entry that could be judged agrees."""
        return self.worst is None or self.worst <= TOLERANCE


@np.errstate(all="ignore")
def verify(network: Network, x: Array, y: Array, objective: Objective) -> tuple[Calculation, list[Check]]:
    """The gradients of ``grad``, and a check of each dW, db and dx.

    x (n0,) or (N, n0) and y as ``grad`` takes them, of float64. Raises as ``grad`` does, and InputError for another
    dtype.
    """
    dtype = np.result_type(network.dtype, x.dtype)
    if dtype == EXACT:
        raise InputError("gradients are verified in float64; exact ones gain nothing from differences of floats")
    if dtype != FLOAT64:
        raise InputError(f"gradients are verified in float64; in {dtype} differences of the loss are rounding noise")
    calculation = grad(network, x, y, objective)
    assert calculation.network is not None  # what has gradients has a network
    network = calculation.network
    _refuse_too_much(network, len(np.atleast_2d(x)))
    loss = _Loss(network, x, y, objective)
    parameters = [q for q in calculation.quantities if q.name.startswith(("dW", "db")) or q.name == "dx"]
    return calculation, [_check(q, loss) for q in parameters]


def _refuse_too_much(network: Network, samples: int) -> None:
    """Raises InputError where the entries, each times the layers above it, are too many to move one by one."""
    sizes = [layer.kernel.size for layer in network.layers]
    work = samples * sum(size * sum(sizes[k:]) for k, size in enumerate(sizes, start=1))
    if work > MOST_WORK:
        raise InputError(
            f"{sum(sizes)} weights in {counted(samples, 'sample')} are too many to move one by one, "
            f"about {work / MOST_WORK:.2g} times; verify fewer samples, or a smaller network of the same kind"
        )


class _Loss:
    """J as a function of one layer's pre-activations, for many of them at once."""

    def __init__(self, network: Network, x: Array, y: Array, objective: Objective) -> None:
        self.network = Network(tuple(_widened(layer) for layer in network.layers))
        self.trace = run(self.network, np.atleast_2d(x).astype(np.longdouble))
        self.targets = read_targets(objective.loss.row, y, self.trace.a[-1], batch=x.ndim == 2)
        self.fused = fused_loss(objective, network.layers[-1].activation)
        self.objective = objective
        outputs = self.trace.z[-1] if self.fused else self.trace.a[-1]
        here = evaluate(objective, self.fused or objective.loss, outputs, self.targets)
        self.divisor = here.divisor
        self.size = float(np.abs(here.losses).sum() / here.divisor)
        """How large the numbers are whose rounding the differences of J inherit."""

    def __call__(self, k: int, z: Array) -> tuple[Array, Array]:
        """J (P,) without the L2 term, for P sets of pre-activations z (P, N, n_k) of layer k.

        With it the sides (P, …) of the kinks, of activations and of the loss, on which the calculation runs: where two
        of them differ, a kink lies between.
        """
        count, samples, _ = z.shape
        flat = z.reshape(count * samples, -1)
        sides = []
        a = flat
        for number, layer in enumerate(self.network.layers[k - 1 :]):
            flat = layer.affine(a) if number else flat
            sides += [flat > kink for kink in layer.activation.row.kinks(**layer.activation.parameters)]
            a = activations.apply(layer.activation, flat)
        y = np.tile(self.targets.y, (count, 1))
        sides.append(self.objective.loss.row.turns(a, y, **shaping(self.objective.loss, a.dtype)) > 0)
        losses = self._losses(flat if self.fused else a, y, count).reshape(count, samples)
        return losses.sum(axis=1) / self.divisor, np.concatenate([s.reshape(count, -1) for s in sides], axis=1)

    def _losses(self, outputs: Array, y: Array, count: int) -> Array:
        s = self.objective.sample_weights
        tiled = replace(self.objective, reduction="sum", sample_weights=None if s is None else np.tile(s, count))
        return evaluate(tiled, self.fused or self.objective.loss, outputs, replace(self.targets, y=y)).losses


class _Moves(Struct, frozen=True, eq=False):
    """Some entries of one quantity, and what a step of 1 in each does.

    ``directions`` (P, N, n_k) is how it moves the pre-activations of layer k, ``decay`` (P,) the derivative of the L2
    term by it.
    """

    names: list[str]
    gradients: Array
    directions: Array
    decay: Array


def _check(q: Quantity, loss: _Loss) -> Check:
    """The check of one quantity, entry by entry."""
    k = q.layer or 1
    worst: float | None = None
    at = None
    kinks: list[str] = []
    unresolved: list[str] = []
    for moves in _input_moves(q, loss) if q.name == "dx" else _weight_moves(q, loss):
        estimates, noise, crossed = _differences(loss, k, moves.directions)
        estimates = estimates + moves.decay
        size = np.maximum(np.abs(estimates), np.abs(moves.gradients))
        apart = np.abs(estimates - moves.gradients)
        same = apart < SMALLEST  # what float64 has no digits for is no difference
        unknown = ~crossed & ~same & (~np.isfinite(estimates) | ((noise > TOLERANCE * size) & (apart <= noise)))
        kinks += [name for name, out in zip(moves.names, crossed, strict=True) if out]
        unresolved += [name for name, out in zip(moves.names, unknown, strict=True) if out]
        judged = np.flatnonzero(~crossed & ~unknown)
        relative = np.where(same, 0, apart / np.where(same, 1, size))[judged].astype(float)
        if judged.size and (worst is None or relative.max() > worst):
            worst, at = float(relative.max()), moves.names[judged[relative.argmax()]]
    return Check(q.name, q.value.size, worst, at, tuple(kinks), tuple(unresolved))


def _differences(loss: _Loss, k: int, directions: Array) -> tuple[Array, Array, Array]:
    """Derivatives of J (P,) along the directions, how far they may be off, and whether a kink is in the way.

    A derivative is not finite where J is not, however short the step: next to the logarithm of 0.
    """
    z = loss.trace.z[k]
    reach = np.abs(directions).max(axis=(1, 2))
    moved_from = np.where(directions == 0, 0, np.abs(z)).max(axis=(1, 2))
    longest = FIRST_STEP * np.maximum(1, moved_from / LARGE) / np.where(reach == 0, 1, reach)
    step = longest
    crossed = outside = np.ones(len(reach), dtype=bool)
    for shrink in SHRINKS:
        step = np.where(crossed | outside, longest / 2**shrink, step)
        moved = step[:, None, None] * directions
        (above, sides), (below, other_sides) = loss(k, z + moved), loss(k, z - moved)
        crossed, outside = (sides != other_sides).any(axis=1), ~np.isfinite(above - below)
        if not (crossed | outside).any():
            break
    table: list[Array] = []
    best = error = np.full(len(reach), np.inf, dtype=np.longdouble)
    for _ in range(HALVINGS):
        moved = step[:, None, None] * directions
        row = [(loss(k, z + moved)[0] - loss(k, z - moved)[0]) / (2 * step)]
        for order, above in enumerate(table, start=1):
            row.append((4**order * row[-1] - above) / (4**order - 1))
            off = np.maximum(np.abs(row[-1] - row[-2]), np.abs(row[-1] - above))
            best, error = np.where(off < error, row[-1], best), np.minimum(off, error)
        table = row
        step = step / 2
    rounding = 8 * np.finfo(np.longdouble).eps * loss.size / (2 * step)
    return best, np.maximum(error, rounding), crossed


def _weight_moves(q: Quantity, loss: _Loss) -> Iterator[_Moves]:
    """The entries of a layer's matrix or bias: each moves one unit, by the input that it multiplies."""
    assert q.layer is not None  # weights are a layer's
    layer, below = loss.network.layers[q.layer - 1], loss.trace.a[q.layer - 1]
    samples = len(below)
    inputs = np.concatenate([np.ones((samples, 1)), below], axis=1)
    decay = float(loss.objective.l2 or 0)
    places = list(np.ndindex(q.value.shape))
    each = max(1, CHUNK // (samples * layer.n_out))
    for start in range(0, len(places), each):
        chunk = places[start : start + each]
        directions = np.zeros((len(chunk), samples, layer.n_out), dtype=np.longdouble)
        decays = np.zeros(len(chunk))
        for number, place in enumerate(chunk):
            unit, line = _unit_and_input(q, layer, place)
            directions[number, :, unit] = inputs[:, line]
            decays[number] = decay * layer.kernel[line - 1, unit] if line else 0
        yield _Moves([part_name(q.name, p) for p in chunk], _taken(q, chunk), directions, decays)


def _unit_and_input(q: Quantity, layer: Layer, place: tuple[int, ...]) -> tuple[int, int]:
    """The unit that an entry belongs to, and the number of its input, from 1; 0 is the bias."""
    if len(place) == 1:
        return place[0], 0
    line = place[layer.layout.inputs_axis]
    return place[1 - layer.layout.inputs_axis], line if layer.layout.bias_in_matrix else line + 1


def _input_moves(q: Quantity, loss: _Loss) -> Iterator[_Moves]:
    """The entries of x: each moves every unit of layer 1, of its own sample."""
    kernel, samples = loss.network.layers[0].kernel, len(loss.trace.a[0])
    for place in np.ndindex(q.value.shape):
        directions = np.zeros((1, samples, kernel.shape[1]), dtype=np.longdouble)
        directions[0, place[0] if len(place) == 2 else 0] = kernel[place[-1]]
        yield _Moves([part_name(q.name, place)], _taken(q, [place]), directions, np.zeros(1))


def _taken(q: Quantity, places: list[tuple[int, ...]]) -> Array:
    return np.array([q.value[place] for place in places], dtype=np.longdouble)


def _widened(layer: Layer) -> Layer:
    bias = None if layer.bias is None else layer.bias.astype(np.longdouble)
    return replace(layer, matrix=layer.matrix.astype(np.longdouble), bias=bias)
