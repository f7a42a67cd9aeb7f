"""Every gradient against central differences, link by link.

J is a chain of links: the losses depend on the outputs, each activation on its z, each z on the inputs of its layer.
Each number of a link is moved by itself, by steps that fit it, and the chain rule joins the derivatives. A difference
of J itself would lose a small derivative in the rounding of a large loss, would need one step for all samples, and all
layers above for each entry. Of what is checked only the forward pass is used, never the backward pass.
"""

from collections.abc import Iterator
from functools import partial

import numpy as np
from msgspec.structs import replace

from nnc.core.arrays import FLOAT32, FLOAT64, Array
from nnc.core.differences import STEPS, Estimate, Function, derivative
from nnc.core.functions import activations
from nnc.core.layers import Layer
from nnc.core.network import Network
from nnc.core.noise import noise
from nnc.core.objective import Objective, evaluate, fused_loss, shaping
from nnc.core.places import Place, below, by, of_layer
from nnc.core.problem import Problem, solve
from nnc.core.quantities import Calculation, Quantity
from nnc.core.record import Record
from nnc.core.targets import read_targets
from nnc.errors import InputError, counted

TOLERANCE = 1e-6
"""The largest relative difference that holds."""
RUNS = 16
"""How often the chain is multiplied again with its derivatives moved at random by their errors."""
SMALLEST = np.finfo(np.float64).tiny
MOST_WORK = 5e8
"""The most numbers to calculate: about half a minute."""


class Check(Record):
    """The check of one gradient: its worst relative difference and where, and the entries without a verdict."""

    name: str
    entries: int
    worst: float | None
    """None where no entry could be judged."""
    at: str | None
    kinks: tuple[str, ...]
    """Entries next to a kink: a difference across it is no derivative."""
    unresolved: tuple[str, ...]
    """Entries whose difference or gradient may be off, by rounding, by more than the tolerance."""

    @property
    def checked(self) -> int:
        """How many entries could be judged."""
        return self.entries - len(self.kinks) - len(self.unresolved)

    @property
    def holds(self) -> bool:
        """Whether every entry that could be judged agrees."""
        return self.worst is None or self.worst <= TOLERANCE


@np.errstate(all="ignore")
def verify(problem: Problem) -> tuple[Calculation, list[Check]]:
    """The gradients of a problem in float64, and a check of each dW, db and dx. Raises as ``solve`` and ``check``."""
    _refuse_dtype(problem)
    calculation = solve(problem)
    return calculation, check(problem, calculation)


def _refuse_dtype(problem: Problem) -> None:
    """Raises InputError for a problem that is not in float64."""
    if problem.exact:
        raise InputError("gradients are verified in float64; exact ones gain nothing from differences of floats")
    parts = [part for part in (problem.network, problem.x) if part is not None]
    if parts and all(part.dtype == FLOAT32 for part in parts):
        raise InputError("gradients are verified in float64; in float32 differences of the loss are rounding noise")


@np.errstate(all="ignore")
def check(problem: Problem, calculation: Calculation) -> list[Check]:
    """A check of each dW, db and dx of a calculation of the problem.

    Raises InputError where there are none, and where there is too much to do.
    """
    apart = solve(problem)  # a second run, so that a wrong number does not count as its own noise
    problem = apart.problem
    network, objective = problem.network, problem.objective
    if network is None or objective is None:
        raise InputError("there are no gradients of a loss by a network to compare")
    _refuse_too_much(network, calculation.samples)
    expected = _chain(network, calculation, objective)
    rounding = {name: found.reach(apart[name]) for name, found in noise(apart).items()}
    checked = (q for q in calculation.quantities if q.name in expected)
    return [_check(q, expected[q.name], rounding[q.name]) for q in checked]


def _refuse_too_much(network: Network, samples: int) -> None:
    """Raises InputError for too many weights, or pairs of units that depend on each other."""
    weights = sum(layer.n_in * layer.n_out for layer in network.layers)
    pairs = network.n_out**2 + sum(layer.n_out**2 for layer in network.layers if layer.activation.row.backward)
    work = 2 * len(STEPS) * (weights + samples * pairs) + samples * weights
    if work > MOST_WORK:
        raise InputError(
            f"{weights} weights and {counted(network.n_out, 'output')} in {counted(samples, 'sample')} are too many to "
            f"verify, about {work / MOST_WORK:.2g} times; verify fewer samples, or a smaller network of the same kind"
        )


class _Derivative(Record):
    """The derivative of J by n numbers of each sample, and whether a kink is in the way.

    ``runs`` is (1 + RUNS, N, n). In all but the first, each factor is moved at random by its error, so the others
    scatter as far as the first may be off.
    """

    runs: Array
    kink: Array

    def times(self, slopes: Estimate, rng: np.random.Generator) -> "_Derivative":
        """This times the slopes, number by number."""
        moves = rng.normal(size=self.runs.shape)
        moves[0] = 0
        passed_on = self.kink & ((slopes.value != 0) | slopes.kink)
        met = slopes.kink & ((self.runs[0] != 0) | self.kink)
        return _Derivative(self.runs * (slopes.value + moves * slopes.error), passed_on | met)

    def before(self, function: Function, z: Array, rng: np.random.Generator) -> "_Derivative":
        """The derivative by the inputs z (N, n) of a function, where this is the one by its results."""
        if function.alone:
            return self.times(derivative(function, z, slice(None)), rng)
        units = [self.times(derivative(function, z, slice(i, i + 1)), rng) for i in range(z.shape[1])]
        return _Derivative(
            np.stack([unit.runs.sum(axis=-1) for unit in units], axis=-1),
            np.stack([unit.kink.any(axis=-1) for unit in units], axis=-1),
        )

    def through(self, layer: Layer) -> "_Derivative":
        """The derivative by the inputs of a layer, where this is the one by its z."""
        matrix = np.zeros((layer.n_out, layer.n_in + 1))
        for terms in layer.kind.terms(layer.parameters):
            np.add.at(matrix, (terms.z, terms.input), layer.parameters[terms.key].reshape(-1)[terms.at])
        matrix = matrix[:, :-1]  # the last column, of input −1, are the biases
        return _Derivative(self.runs @ matrix, _any(self.kink, matrix))

    def by_parameters(self, layer: Layer, inputs: Array) -> dict[str, Estimate]:
        """The derivatives by the parameters of a layer with these inputs, where this is the one by its z."""
        inputs = np.concatenate([inputs, np.ones((len(inputs), 1))], axis=1)  # a bias meets a 1, as its input −1
        products, kink = [run.T @ inputs for run in self.runs], _any(self.kink.T, inputs)
        found = {}
        for terms in layer.kind.terms(layer.parameters):
            shape = layer.parameters[terms.key].shape
            sums = (np.bincount(terms.at, product[terms.z, terms.input], np.prod(shape)) for product in products)
            crossed = np.bincount(terms.at, kink[terms.z, terms.input], np.prod(shape)) > 0
            estimate = _estimate(sums, crossed)
            found[terms.key] = estimate.map(partial(np.reshape, shape=shape))
        return found


def _any(kink: Array, matrix: Array) -> Array:
    """Whether a kink is among the terms that a product with the matrix adds up."""
    return np.asarray(kink.astype(float) @ (matrix != 0) > 0)


def _estimate(runs: Iterator[Array], kink: Array) -> Estimate:
    value = next(runs)
    error = np.zeros_like(value)
    for run in runs:
        error = np.maximum(error, np.abs(run - value))
    return Estimate(value, error, kink)


def _chain(network: Network, calculation: Calculation, objective: Objective) -> dict[str, Estimate]:
    """name of each dW, db and dx -> the derivative of J, in its shape."""
    forward = (q for q in calculation.quantities if q.stage == "forward")
    values = {q.name: q.value.reshape(calculation.samples, -1) for q in forward}
    rng = np.random.default_rng(0)
    found = {}
    loss, outputs = _loss(network, values, calculation["y"], objective, batch=calculation.batch)
    ones = _Derivative(np.ones((1 + RUNS, *outputs.shape)), np.zeros(outputs.shape, dtype=bool))
    dz = ones.before(loss, outputs, rng)
    for k, layer in reversed(list(enumerate(network.layers, start=1))):
        if outputs is not values[of_layer("z", k)]:
            dz = dz.before(_activation(layer), values[of_layer("z", k)], rng)
        estimates = dz.by_parameters(layer, values[below(k)])
        for each, parameter in layer.kind.of(layer.parameters):
            estimate = estimates[each.key]
            decay = np.where(each.is_bias(parameter), 0, float(objective.l2 or 0) * parameter)
            found[by(of_layer(each.name, k))] = replace(estimate, value=estimate.value + decay)
        dz = dz.through(layer)
    found["dx"] = _estimate(iter(dz.runs), dz.kink).map(partial(np.reshape, shape=calculation["dx"].shape))
    return found


def _activation(layer: Layer) -> Function:
    row, parameters = layer.activation.row, layer.activation.parameters
    kinks = np.array(row.kinks(**parameters), dtype=float)
    return Function(
        f=lambda z: activations.apply(layer.activation, z),
        turns=lambda z: z[..., None] - kinks,
        alone=row.backward is None,
        relative=False,
    )


def _loss(
    network: Network, values: dict[str, Array], y: Array, objective: Objective, *, batch: bool
) -> tuple[Function, Array]:
    """The function of each output's share of J (N, K), and the outputs that it takes: the last z for a fused pair."""
    fused = fused_loss(objective, network.layers[-1].activation)
    loss = fused or objective.loss
    targets = read_targets(objective.loss.row, y, values["y_hat"], batch=batch)
    parameters = shaping(loss, FLOAT64)

    def share(p: Array) -> Array:
        losses = evaluate(objective, loss, p, targets)
        return np.asarray(losses.terms / losses.divisor)

    function = Function(
        f=share,
        turns=lambda p: loss.row.turns(p, targets.y, **parameters),
        alone=False,
        relative=not loss.row.p_domain.holds(np.array(-1.0)),
    )
    return function, values[of_layer("z", len(network.layers)) if fused else "y_hat"]


def _check(q: Quantity, expected: Estimate, rounding: Array) -> Check:
    """The check of one quantity, whose own rounding may be as large as ``rounding``."""
    apart = np.abs(expected.value - q.value)
    size = np.maximum(np.abs(expected.value), np.abs(q.value))
    least = np.maximum(TOLERANCE * size, SMALLEST)
    same = apart < SMALLEST  # float64 has no digits for a smaller difference
    doubtful = ~(rounding <= least) | ~same & ~(expected.error <= least)
    unknown = ~expected.kink & doubtful & ~(apart > expected.error + rounding)
    relative = np.where(same, 0, apart / np.where(same, 1, size))
    relative[expected.kink | unknown] = -1
    worst = np.unravel_index(relative.argmax(), relative.shape)
    judged = relative[worst] >= 0
    return Check(
        q.name,
        q.value.size,
        float(relative[worst]) if judged else None,
        str(Place(q.name, tuple(map(int, worst)))) if judged else None,
        _names(q, expected.kink),
        _names(q, unknown),
    )


def _names(q: Quantity, chosen: Array) -> tuple[str, ...]:
    return tuple(str(Place(q.name, tuple(map(int, place)))) for place in np.argwhere(chosen))
