"""Random problems, and their gradients with one fault: what ``--verify`` is measured by."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from dense import kernel_of, matrix_of, random_layer
from msgspec.structs import replace

import nnc
from nnc.core.arrays import Array
from nnc.core.functions.activations import ACTIVATIONS
from nnc.core.functions.losses import LOSSES
from nnc.core.layers import KINDS, Layer
from nnc.core.network import Network
from nnc.core.objective import Objective
from nnc.core.passes import RULES, At
from nnc.core.problem import Problem, solve
from nnc.core.quantities import Calculation
from nnc.core.rows import Chosen
from nnc.core.verify import TOLERANCE, Check, check, verify

SETTINGS = {"threshold": "threshold:threshold=0.1:value=0.5"}
OUTPUTS = {
    "any number": list(ACTIVATIONS),
    "a number from 0 to 1": ["sigmoid", "softmax", "hardsigmoid"],
    "a number from 0 up": ["softplus", "sigmoid", "softmax", "relu6"],
    "the logarithm of a probability, from 0 down": ["log_softmax", "logsigmoid"],
}
"""The last activations whose outputs are in a loss's domain."""


class Drawn(NamedTuple):
    """What ``verify`` takes."""

    network: Network
    x: Array
    y: Array
    objective: Objective

    @property
    def value(self) -> Problem:
        """The same for ``solve``."""
        return Problem(self.network, x=self.x, y=self.y, objective=self.objective)

    def check(self) -> list[Check]:
        """The checks of its own gradients."""
        return verify(self.value)[1]

    def check_of(self, calculation: Calculation) -> list[Check]:
        """The checks of gradients that are said to be its own."""
        return check(self.value, calculation)


def draw(rng: np.random.Generator, weights: float, inputs: float, width: int | None = None) -> Drawn:
    """A problem that nnc does not refuse: any activations and loss, 1 to 3 layers, all layouts, a sample or a batch.

    Weights and inputs have these standard deviations. With a width all layers have it, and there is a batch.
    """
    while True:
        problem = _draw(rng, weights, inputs, width)
        try:
            nnc.grad(*problem)
        except nnc.NncError:  # an output outside of the loss's domain, an infinite loss
            continue
        return problem


def _draw(rng: np.random.Generator, weights: float, inputs: float, width: int | None) -> Drawn:
    loss = LOSSES[rng.choice(list(LOSSES))]
    depth = int(rng.integers(1, 4))
    sizes = [width or int(n) for n in rng.integers(1 + (loss.target != "values"), 7, depth + 1)]
    names = [*rng.choice(list(ACTIVATIONS), depth - 1), rng.choice(OUTPUTS[loss.p_domain.words])]
    layers = [_layer(rng, str(name), sizes[k : k + 2], weights) for k, name in enumerate(names)]
    samples = int(rng.integers(2, 6))
    x, y = rng.normal(scale=inputs, size=(samples, sizes[0])), _targets(rng, loss.name, samples, sizes[-1])
    l2 = 0.1 if rng.random() < 0.3 else None
    if width is None and rng.random() < 0.5:
        x, y = x[0], y[0]
    return Drawn(nnc.network(*layers), x, y, nnc.objective(loss.name, l2=l2))


def _layer(rng: np.random.Generator, activation: str, sizes: list[int], weights: float) -> Layer:
    kind = str(rng.choice(list(KINDS)))
    bias = weights if rng.random() < 0.7 else 0
    return random_layer(rng, kind, sizes[0], sizes[1], SETTINGS.get(activation, activation), weights, bias)


def _targets(rng: np.random.Generator, loss: str, samples: int, outputs: int) -> Array:
    row = LOSSES[loss]
    if row.target == "class" or (row.target == "probabilities" and rng.random() < 0.5):
        return rng.integers(outputs, size=samples).astype(float)
    if row.target == "probabilities":
        return rng.dirichlet(np.ones(outputs), size=samples)
    pool = np.concatenate([rng.normal(size=20), rng.uniform(size=20), [-1, 1]])
    return rng.choice(pool[row.y_domain.holds(pool)], size=(samples, outputs))


def _scaled(factor: float) -> Callable[[np.random.Generator, Drawn], Calculation]:
    """The derivative of one activation, or of the loss, times a factor."""

    def times(function: Callable[..., Array] | None) -> Callable[..., Array] | None:
        return function and (lambda *arrays, **parameters: factor * function(*arrays, **parameters))

    def calculate(rng: np.random.Generator, problem: Drawn) -> Calculation:
        layers, loss = list(problem.network.layers), problem.objective.loss
        k = int(rng.integers(len(layers) + 1))
        if k == len(layers):
            wrong = Chosen(replace(loss.row, derivative=times(loss.row.derivative)), loss.parameters)
            return nnc.grad(*problem[:3], replace(problem.objective, loss=wrong))
        row, parameters = layers[k].activation.row, layers[k].activation.parameters
        row = replace(row, derivative=times(row.derivative), backward=times(row.backward))
        layers[k] = replace(layers[k], activation=Chosen(row, parameters))
        return nnc.grad(Network(tuple(layers)), *problem[1:])

    return calculate


def _transposed(rng: np.random.Generator, problem: Drawn) -> Calculation:
    """A square layer whose weights the backward pass takes transposed."""
    k = rng.integers(len(problem.network.layers)) + 1

    def da(at: At, dz: Array) -> Array:
        right = RULES.da(at, dz)
        return dz @ kernel_of(at.layer.kind.name, matrix_of(at.layer)) if at.number == k else right

    return solve(problem.value, rules=replace(RULES, da=da))


def _one_entry(rng: np.random.Generator, problem: Drawn) -> Calculation:
    calculation = nnc.grad(*problem)
    quantities = list(calculation.quantities)
    at = rng.choice([i for i, q in enumerate(quantities) if q.name.startswith(("dW", "db", "dx"))])
    value = quantities[at].value.copy()
    value[np.unravel_index(rng.integers(value.size), value.shape)] *= 1 + 1e-5
    quantities[at] = replace(quantities[at], value=value)
    return replace(calculation, quantities=tuple(quantities))


FAULTS: dict[str, Callable[[np.random.Generator, Drawn], Calculation]] = {
    "a derivative off by 2e-6": _scaled(1 + 2e-6),
    "a sign": _scaled(-1),
    "a factor of 2": _scaled(2),
    "a transposition": _transposed,
    "a forgotten mean": lambda rng, problem: nnc.grad(*problem[:3], replace(problem.objective, reduction="sum")),
    "one entry off by 1e-5": _one_entry,
}
"""What is wrong -> the gradients of a problem with that fault."""


def draw_fault(rng: np.random.Generator, kind: str) -> tuple[Drawn, Calculation]:
    """A problem of weights and inputs of scale 1, and its gradients with a fault, which changes one of them."""
    while True:
        problem = draw(rng, 1, 1, width=int(rng.integers(2, 5)))
        right, wrong = nnc.grad(*problem), FAULTS[kind](rng, problem)
        for name in (name for name in right if name.startswith(("dW", "db", "dx"))):
            if (np.abs(wrong[name] - right[name]) > 1.5 * TOLERANCE * np.abs(right[name])).any():
                return problem, wrong
