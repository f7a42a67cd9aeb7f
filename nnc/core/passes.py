"""The forward pass, the loss and the backward pass: the equations and their order."""

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from msgspec.structs import replace

from nnc.core.arrays import Array, Scalar, first_index, is_finite, naming, require_short, summed
from nnc.core.cancelling import cancelling
from nnc.core.functions import activations
from nnc.core.functions.losses import Loss
from nnc.core.given import in_dtype
from nnc.core.layers import Layer
from nnc.core.network import Network
from nnc.core.objective import Losses, Objective, by_output, evaluate, fused_loss, penalty
from nnc.core.places import Place, below, by, last_factors, of_layer, outputs, slope
from nnc.core.quantities import Calculation, Recorder, check_index
from nnc.core.record import Record
from nnc.core.rows import Chosen
from nnc.core.targets import Targets, check_outputs, doubts, read_targets
from nnc.errors import InputError, NotFiniteError, about

if TYPE_CHECKING:
    from nnc.core.problem import Problem

UNIT = ("unit",)
Gradients: TypeAlias = Mapping[str, Array]
"""key of a parameter -> the derivative by it."""


class At(Record):
    """Where an equation is applied: a layer, its number from 1, and all quantities so far, (N, …).

    ``known`` is ∂J/∂z where it does not come from ∂J/∂a: the last activation and the loss are a fused pair.
    """

    number: int
    layer: Layer
    values: Mapping[str, Array]
    known: Array | None = None

    @property
    def inputs(self) -> Array:
        return self.values[below(self.number)]

    @property
    def z(self) -> Array:
        return self.values[of_layer("z", self.number)]

    @property
    def a(self) -> Array:
        return self.values[of_layer("a", self.number)]


class Rules(Record):
    """The equations of a calculation; ``replace(RULES, dz=…)`` changes one.

    ``dW`` and ``db`` both give an array for each parameter of a layer. Of that of ``dW`` the weights are taken, of that
    of ``db`` the biases. ``fused`` is the loss of z in place of the last activation and the loss, None where they are
    two steps. ``keep`` is what is kept, and gone on from, of a quantity that has been calculated.
    """

    affine: Callable[[At, Array], Array]
    activate: Callable[[At, Array], Array]
    losses: Callable[[Objective, Chosen[Loss], Array, Targets], Losses]
    dy_hat: Callable[[Losses], Array]
    slope: Callable[[At], Array | None]
    dz: Callable[[At, Array | None], Array]
    dW: Callable[[At, Array], Gradients]
    db: Callable[[At, Array], Gradients]
    da: Callable[[At, Array], Array]
    fused: Callable[[Objective, Chosen[activations.Activation]], Chosen[Loss] | None]
    keep: Callable[[str, Array], Array]


def _dz(at: At, da: Array | None) -> Array:
    if at.known is not None:
        return at.known
    assert da is not None  # a layer has one of the two
    slopes = at.values.get(slope(at.number))
    return activations.backward(at.layer.activation, da, at.z, at.a) if slopes is None else da * slopes


def _gradients(at: At, dz: Array) -> Gradients:
    return at.layer.kind.gradients(at.layer.parameters, at.inputs, dz)


RULES = Rules(
    affine=lambda at, a: at.layer.kind.forward(at.layer.parameters, a),
    activate=lambda at, z: activations.apply(at.layer.activation, z),
    losses=evaluate,
    dy_hat=lambda losses: losses.derivative,
    slope=lambda at: activations.derivative(at.layer.activation, at.z),
    dz=_dz,
    dW=_gradients,
    db=_gradients,
    da=lambda at, dz: at.layer.kind.backward(at.layer.parameters, at.inputs, dz),
    fused=fused_loss,
    keep=lambda name, value: value,
)
"""The mathematics."""


class Pass:
    """One calculation under way: a method per stage, to be called in order."""

    def __init__(self, problem: "Problem", given: Mapping[str, Array], rules: Rules, *, gradient: bool) -> None:
        self.rules = rules
        self.gradient = gradient
        self.of_z: Chosen[Loss] | None = None
        if problem.network is None:
            if problem.objective is not None and problem.objective.l2 is not None:
                raise InputError("the L2 penalty is a sum over a network's weights, but there is no network")
            self.layers: tuple[Layer, ...] = ()
            self.start = np.atleast_1d(_there(problem.y_hat, "y_hat"))
        else:
            x = np.atleast_1d(_there(problem.x, "x"))
            problem.network.check_inputs(x)
            dtype = np.result_type(problem.network.dtype, x.dtype)
            network: Network = problem.network.in_dtype(dtype)
            problem = replace(problem, network=network)
            self.layers = network.layers
            with about("x"):
                self.start = in_dtype("x", x, dtype)
        for name in given.keys() & {"x", "y", "y_hat" if problem.network is None else "x"}:
            raise InputError(f"{name} is an input, so it is not calculated", about="given")
        self.problem = problem
        # What the axes of x are, then those of the z and a of each layer.
        self.axes = [self.layers[0].kind.takes, *(layer.kind.gives for layer in self.layers)] if self.layers else [UNIT]
        batch = self.start.ndim > len(self.axes[0])
        self.record = Recorder(len(self.start) if batch else 1, batch=batch, given=given, keep=rules.keep)
        self.values = self.record.values

    def done(self) -> Calculation:
        """The calculation. Raises InputError where a quantity was given that is not calculated."""
        calculation = self.record.done(self.problem)
        with about("given"):
            for name in self.record.given:
                calculation.quantity(name)
        return calculation

    def at(self, number: int, known: Array | None = None) -> At:
        """Where the equations of a layer are applied."""
        return At(number, self.layers[number - 1], self.values, known)

    def _record(self, name: str, value: Array, number: int) -> Array:
        """Records what has a number for each of a layer's units, or for each input where the number is 0."""
        return self.record.samples(name, value, number, self.axes[number])

    def forward(self) -> None:
        """x, every z and a, and y_hat."""
        rows = self.start if self.record.batch else self.start[None]
        if not self.layers:
            self.record.samples("y_hat", rows)
            return
        a = self._record("x", rows, 0)
        for number in range(1, len(self.layers) + 1):
            at, z_name, a_name = self.at(number), of_layer("z", number), of_layer("a", number)
            with naming(z_name):
                z = self.rules.affine(at, a)
                require_short(z)
            z = self._record(z_name, z, number)
            a = self._record(a_name, self.rules.activate(at, z), number)
        self.record.samples("y_hat", a, axes=self.axes[-1])

    def loss(self) -> None:
        """y, the terms of the outputs, the losses of the samples, and J."""
        if self.problem.of is not None:
            return
        objective, y_hat = _there(self.problem.objective, "loss"), self.values["y_hat"]
        with about("y"):
            targets = read_targets(objective.loss.row, _there(self.problem.y, "y"), y_hat, batch=self.record.batch)
        self.record.stage = "loss"
        if self.layers and not self.record.given.keys() & outputs(len(self.layers)):
            self.of_z = self.rules.fused(objective, self.layers[-1].activation)
        self.targets = targets
        self.all_losses = losses = self._losses(objective, targets)
        self.record.samples("y", targets.given)
        terms = self.record.samples("terms", losses.terms)
        with naming("loss"):
            sums = np.asarray(summed(terms, axis=-1))
            if self.record.batch:
                sums = self.record.samples("losses", sums)
            total = losses.of_all(sums)
        l2 = self._decay()
        if l2 is not None:
            with naming("penalty"):
                added = penalty(l2, self.layers)
            total = total + self.record.whole("penalty", added)
        self.record.whole("loss", total)

    def backward(self) -> None:
        """The derivatives of J, or of the number ``of``, last layer first."""
        self.record.stage = "backward"
        if self.problem.of is not None:
            self._back_from(self.problem.of)
            return
        objective = _there(self.problem.objective, "loss")
        losses, dz = self.all_losses, None
        if self.of_z is not None:
            activation = self.layers[-1].activation
            at_output = evaluate(objective, by_output(objective, activation), self._last_z(), self.targets)
            if self.rules.dy_hat is RULES.dy_hat and not self.record.given.keys() & last_factors(len(self.layers)):
                dz = losses.derivative
            losses = at_output
        dy_hat = self.record.samples("dy_hat", self.rules.dy_hat(losses), stepped_over=dz is not None)
        self._back(len(self.layers), dy_hat, dz)

    def _losses(self, objective: Objective, targets: Targets) -> Losses:
        """The losses, of z for a fused pair, else of the outputs, which must be in the domain of the loss."""
        if self.of_z is not None:
            return self.rules.losses(objective, self.of_z, self._last_z(), targets)
        p, batch = self.values["y_hat"], self.record.batch
        with nullcontext() if self.layers else about("y_hat"):
            check_outputs(objective.loss.row, p, batch=batch)
        losses = self.rules.losses(objective, objective.loss, p, targets)
        self.record.warn(doubts(objective.loss.row, p, batch=batch))
        _refuse_infinite(objective, p, losses, batch=batch)
        for warning in cancelling(objective, p, targets, losses, batch=batch, gradient=self.gradient):
            self.record.warn(warning)
        return losses

    def _last_z(self) -> Array:
        return self.values[of_layer("z", len(self.layers))]

    def _decay(self) -> Scalar | None:
        objective = self.problem.objective
        return None if objective is None else objective.decay(self.values["y_hat"].dtype)

    def _back_from(self, of: Place) -> None:
        """The backward pass from one number of the forward pass."""
        quantity = self.record.done(self.problem).quantity(of.name)
        check_index(quantity.name, quantity.value.shape, quantity.axes, of.index)
        seed = np.zeros(quantity.value.shape, dtype=np.int64).astype(quantity.value.dtype)
        seed[of.index] = 1
        rows = seed if self.record.batch else seed[None]
        top = len(self.layers) if quantity.layer is None else quantity.layer
        if quantity.name == of_layer("z", top):
            self._back(top, None, rows)
        else:
            self._back(top, self.record.samples(by(of.name), rows, quantity.layer, self.axes[top]), None)

    def _back(self, top: int, da: Array | None, dz: Array | None) -> None:
        """The chain rule from a layer down to x, from its da, or from its dz where that is known."""
        l2 = None if self.problem.of is not None else self._decay()
        for number in range(top, 0, -1):
            at, dz_name = self.at(number, dz), by(of_layer("z", number))
            slopes = self.rules.slope(at)
            if slopes is not None:
                self._record(slope(number), slopes, number)
            dz = self._record(dz_name, self.rules.dz(at, da), number)
            self._by_parameters(at, dz, l2)
            with naming(by(below(number))):
                da = self.rules.da(at, dz)
            da, dz = self._record(by(below(number)), da, number - 1), None

    def _by_parameters(self, at: At, dz: Array, l2: Scalar | None) -> None:
        kind, rules = at.layer.kind, self.rules
        with naming(by(of_layer(kind.weights[0].name, at.number))):
            gradients = rules.dW(at, dz)
            by_biases = None if rules.db is rules.dW else rules.db(at, dz)
        for each, parameter in kind.of(at.layer.parameters):
            value = gradients[each.key]
            if by_biases is not None:
                value = np.where(each.is_bias(parameter), by_biases[each.key], value)
            if l2 is not None:
                value = value + np.where(each.is_bias(parameter), 0, l2 * parameter)
            self.record.whole(by(of_layer(each.name, at.number)), value, each.axes, at.number)


def _there(value: Any, name: str) -> Any:
    """A part of the problem. Raises InputError where the problem does not have it."""
    if value is None:
        raise InputError(f"the problem has no {name}", about=name)
    return value


def _refuse_infinite(objective: Objective, p: Array, losses: Losses, *, batch: bool) -> None:
    """Raises NotFiniteError, naming the output, where the loss is infinite without an overflow, as by log 0."""
    remedy = objective.loss.row.remedy
    if not remedy or is_finite(losses.terms).all() or not is_finite(p).all():
        return
    index = first_index(~is_finite(losses.terms))
    place = Place("y_hat", index if batch else index[1:])
    raise NotFiniteError("loss", f"with {place} = {p[index]:g} and that target it is infinite: {remedy}")
