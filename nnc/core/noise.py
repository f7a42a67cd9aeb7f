"""How far rounding has taken each number of a calculation from what exact arithmetic would give.

The calculation is repeated a few times. Each time all rounded numbers are moved at random, by some units in the last
place. The results scatter as far as rounding may have moved them, with every cancellation and amplification on the way
(Vignes 1993, A stochastic arithmetic for reliable scientific computation; Parker 1997, Monte Carlo Arithmetic). This is
an estimate with a wide margin, not a proven bound. It needs no formula of any activation, loss or kind of layer.
"""

from collections.abc import Callable
from functools import partial

import numpy as np
from msgspec.structs import replace

from nnc.core.arrays import Array
from nnc.core.grading.rule import FLOAT_NOISE
from nnc.core.layers import Layer
from nnc.core.network import Network
from nnc.core.objective import Objective, changed
from nnc.core.passes import RULES, At
from nnc.core.problem import solve
from nnc.core.quantities import Calculation
from nnc.core.record import Record

Move = Callable[[Array], Array]


class Noise(Record):
    """How far rounding takes the numbers of a quantity: at most ``bound``, an array of its shape.

    Where rounding takes a number across a kink, it jumps. ``rival`` is its value on the other side, give or take the
    same bound; NaN where there is none.
    """

    bound: Array
    rival: Array

    def reach(self, value: Array) -> Array:
        """How far from the value the exact one may be, on either side of a kink."""
        return np.asarray(self.bound + np.nan_to_num(np.abs(self.rival - value)))

    @classmethod
    def around(cls, bound: Array) -> "Noise":
        """Noise that takes no number across a kink."""
        return cls(bound, np.full(bound.shape, np.nan))


RUNS = 8
SHAKE = 16
"""The most units in the last place by which a number is moved; rounding moves it by half a unit."""
SAME_SIDE = 1e-3
"""How near to each other results on the same side of every kink are, as a share of what all results span."""


def noise(calculation: Calculation, exact: Calculation | None = None) -> dict[str, Noise]:
    """The noise of each quantity of a whole calculation; the same every time, and none of exact numbers.

    With the same calculation in ``exact`` numbers, it is how far from these the floats may be.
    """
    if any(q.value.dtype == object for q in calculation.quantities):
        return {name: Noise.around(np.zeros(value.shape)) for name, value in calculation.items()}
    rng = np.random.default_rng(0)
    runs = [dict(_repeated(calculation, rng).items()) for _ in range(RUNS)]
    return {
        name: _spread(value, [run[name] for run in runs], None if exact is None else exact[name])
        for name, value in calculation.items()
    }


@np.errstate(invalid="ignore")
def _spread(value: Array, others: list[Array], exact: Array | None) -> Noise:
    """The noise of a quantity, from the values that repeating its calculation gave."""
    if value.dtype.kind != "f":
        return Noise.around(np.zeros(value.shape))
    centre = value if exact is None else exact.astype(value.dtype)
    points = np.stack([value, *others])
    off = np.abs(points - centre)
    span = np.ptp(np.concatenate([points, centre[None]]), axis=0)
    # Where the exact numbers are known, the only rival is what floats give: they may be on the other side of a kink.
    rival = value if exact is not None else np.take_along_axis(points, off.argmax(axis=0)[None], axis=0)[0]
    jumps = (span > np.sqrt(np.finfo(value.dtype).eps) * np.max(np.abs(points), initial=0)) & _few_values(points, span)
    nearest = np.minimum(off, np.abs(points - rival))
    off = np.where(jumps, np.where(nearest <= span * SAME_SIDE, nearest, 0), off)
    least = FLOAT_NOISE * np.spacing(np.maximum(np.abs(value), np.abs(centre)))
    bound = np.nan_to_num(np.maximum(least, np.max(off, axis=0)))  # NaN, and so 0, where the value itself is infinite
    return Noise(np.asarray(bound), np.where(jumps & (rival != centre), rival, np.nan))


def _few_values(points: Array, span: Array) -> Array:
    """Whether the numbers along axis 0 are few values, each many times, and not scattered."""
    apart = np.diff(np.sort(points, axis=0), axis=0) > span * SAME_SIDE
    return np.asarray(apart.sum(axis=0) < len(points) // 2)


def _repeated(calculation: Calculation, rng: np.random.Generator) -> Calculation:
    """The calculation once more, with moved numbers.

    Numbers are moved towards 0, which keeps probabilities in their domain. The forward pass moves only numbers that may
    have been rounded: at 2 · 3 − 6 relu is exactly at its kink, and must stay there. The backward pass has no kinks of
    its own, so it moves everything: sums of derivatives may cancel, too.
    """
    moved, rounded = partial(_moved, rng), partial(_rounded, rng)

    def slope(at: At) -> Array | None:
        slopes = RULES.slope(at)
        return None if slopes is None else rounded(slopes)

    rules = replace(
        RULES,
        activate=lambda at, z: rounded(RULES.activate(at, z)),
        slope=slope,
        dz=lambda at, da: rounded(RULES.dz(at, da)),
        da=lambda at, dz: RULES.da(replace(at, layer=_with_parameters(at.layer, moved)), dz),
    )
    problem = calculation.problem
    given = {name: getattr(problem, name) for name in ("x", "y_hat", "y")}
    arrays = {name: value if value is None else rounded(value) for name, value in given.items()}
    layers = () if problem.network is None else problem.network.layers
    network = Network(tuple(_with_parameters(layer, rounded) for layer in layers)) if layers else None
    again = replace(problem, **arrays, network=network, objective=_with_weights(calculation, moved))
    return solve(again, calculation.quantities[-1].stage, given=calculation.given, rules=rules)


def _moved(rng: np.random.Generator, values: Array) -> Array:
    """Every value moved, by at most ``SHAKE`` units."""
    unit = np.finfo(values.dtype).eps
    return values * (1 - SHAKE * unit * rng.random(values.shape)).astype(values.dtype)


def _rounded(rng: np.random.Generator, values: Array) -> Array:
    """The values, of which those are moved that are not whole numbers or short binary fractions."""
    if values.dtype.kind != "f":
        return values
    half = 2.0 ** ((np.finfo(values.dtype).nmant + 1) // 2)
    return np.where(np.frexp(values)[0] * half % 1 == 0, values, _moved(rng, values))


def _with_parameters(layer: Layer, move: Move) -> Layer:
    return replace(layer, parameters={key: move(value) for key, value in layer.parameters.items()})


def _with_weights(calculation: Calculation, move: Move) -> Objective | None:
    """What J is, with every sample's weight and every class weight moved."""
    objective = calculation.objective
    if objective is None or "y" not in calculation:
        return objective
    given, dtype = objective.sample_weights, calculation["y_hat"].dtype
    weights = np.ones(calculation.samples, dtype) if given is None else np.asarray(given, dtype)
    classes = changed(objective.class_weights, lambda values: move(values.astype(float)))
    return replace(objective, sample_weights=move(weights), class_weights=classes)
