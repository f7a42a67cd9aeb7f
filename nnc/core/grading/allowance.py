"""How far off an honest answer may be: by rounding on the way, or by single precision.

A person rounds every number that is written down, and goes on from it. So the calculation is repeated with every
quantity rounded: as people do, and at random, for not everybody writes down the same numbers. A program may calculate
in float32.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache, partial
from itertools import product
from typing import NamedTuple

import numpy as np
from msgspec.structs import replace

from nnc.core.arrays import FLOAT32, FLOAT64, Array
from nnc.core.decimals import Written
from nnc.core.functions.activations import Activation, apply
from nnc.core.functions.losses import FUSED, Loss
from nnc.core.grading.rule import MIN_DECIMALS, MOST_JUDGED, Rule, Verdict
from nnc.core.noise import noise
from nnc.core.objective import Objective, fused_loss
from nnc.core.passes import RULES, At, Rules
from nnc.core.places import Index
from nnc.core.problem import Problem, solve
from nnc.core.quantities import Stage
from nnc.core.record import Record
from nnc.core.rows import Chosen
from nnc.errors import NncError

MOST_BY_HAND = 10_000
"""The most products of a forward pass that anybody calculates by hand."""
SINGLE_DIGITS = 6
"""Digits that single precision gets right; what follows them may be its noise."""
RUNS = 3
"""How often everything is rounded at random, in each way of calculating."""
INPUTS = ("x", "y")
"""What is given exactly, and so not rounded."""

NEAR = 0.03
"""The largest share of a number by which an honest answer is off from where rounding as people do takes it."""
TIE = 1e-9
"""By which a float may miss the half of a unit that it is."""

Round = Callable[[Array], Array]


class Bound(Record):
    """Where honest answers for a quantity are: near one of the ``points``, at most ``off`` away."""

    points: Sequence[Array]
    off: Array

    def allows(self, index: Index, given: float, unit: float) -> bool:
        """Whether a number, whose last digit is that of ``unit``, may be an answer for the number at an index."""
        off, half = float(self.off[index]), unit / 2 * (1 + TIE)
        points = (float(values[index]) for values in self.points)
        return any(abs(given - point) <= min(off, NEAR * abs(point)) + half for point in points)


Bounds = Mapping[str, Bound]


class Rounding(NamedTuple):
    """To so many significant digits, or to so many decimals."""

    digits: int | None = None
    decimals: int | None = None

    def unit(self, values: Array) -> Array:
        """1 at the last digit that each value keeps."""
        if self.digits is None:
            return np.full(values.shape, 10.0 ** -(self.decimals or 0))
        leading = np.floor(np.log10(np.abs(values), where=values != 0, out=np.zeros(values.shape)))
        return np.asarray(10.0 ** (leading - self.digits + 1))

    def nearest(self, values: Array) -> Array:
        """The values rounded."""
        unit = self.unit(values)
        return np.asarray(np.round(values / unit) * unit)

    def anywhere(self, rng: np.random.Generator, values: Array) -> Array:
        """The values moved at random by up to a quarter of a unit; those that need no rounding stay."""
        unit, near = self.unit(values), self.nearest(values)
        moved = values + (rng.random(values.shape) - 0.5) * unit / 2
        return np.where(np.abs(near - values) <= 1e-9 * unit, values, moved)


class Allowances:
    """How far the numbers of one problem may be off, by quantity; each bound is worked out when it is first needed."""

    def __init__(self, problem: Problem, stage: Stage | None, given: Mapping[str, Array]) -> None:
        self.problem, self.stage, self.given = problem, stage, given
        self.rounded = cache(self._rounded)
        self.single = cache(self._single)

    def of(self, written: Written, rule: Rule) -> Iterator[tuple[Verdict, Bounds]]:
        """How far off an answer may be that is written so, and what it then is."""
        if rule.noise == "float32" and SINGLE_DIGITS < written.digits < math.inf:
            yield Verdict.RIGHT, self.single()
        if not rule.rounding_on_the_way or not written.unit:
            return
        digits = max(rule.min_sig, written.decimals) if not written.value else int(written.digits)  # 1.00 − 1 is 0.00
        if rule.min_sig <= digits <= MOST_JUDGED:
            yield Verdict.ROUNDED_ON_THE_WAY, self.rounded(Rounding(digits=digits))
        if written.digits and MIN_DECIMALS <= written.decimals <= MOST_JUDGED:
            yield Verdict.ROUNDED_ON_THE_WAY, self.rounded(Rounding(decimals=written.decimals))

    def _rounded(self, rounding: Rounding) -> Bounds:
        """The bounds of answers whose every intermediate number has been rounded; none where nobody would do that."""
        layers = () if self.problem.network is None else self.problem.network.layers
        if self.problem.samples * sum(layer.size for layer in layers) > MOST_BY_HAND:
            return {}
        at_random = partial(rounding.anywhere, np.random.default_rng(0))
        true = dict(solve(self.problem, self.stage, FLOAT64, self.given).items())
        points = [true, *self._runs(rounding.nearest)]
        runs = [true, *(run for _ in range(RUNS) for run in self._runs(at_random))]
        return {
            name: Bound(
                [run.get(name, value) for run in points],
                np.max([np.abs(run.get(name, value) - value) for run in runs], axis=0),
            )
            for name, value in true.items()
        }

    def _runs(self, way: Round) -> Iterator[dict[str, Array]]:
        """Every quantity before it is itself rounded, of calculations that go on from numbers rounded in one way."""
        for rules in self._rules(way):
            found: dict[str, Array] = {}

            def keep(name: str, value: Array, found: dict[str, Array] = found) -> Array:
                found[name] = value
                return value if name in INPUTS or value.dtype.kind != "f" else way(value)

            with suppress(NncError):  # an output that is rounded to 0 or 1 may have an infinite loss
                solve(self.problem, self.stage, FLOAT64, self.given, replace(rules, keep=keep))
                yield found

    def _rules(self, way: Round) -> Iterator[Rules]:
        """The ways of calculating: f′ from z or from a, and a fused pair from z, from ŷ − y, or in two steps."""
        network, objective = self.problem.network, self.problem.objective
        last = network.layers[-1].activation if network is not None else None
        pairs: list[Pair] = [fused_loss]
        if objective is not None and last is not None and fused_loss(objective, last) is not None:
            pairs += [partial(_of_output, way), lambda objective, activation: None]
        of_a = network is not None and any(layer.activation.row.by_output for layer in network.layers)
        for fused, slope in product(pairs, (RULES.slope, _slope_of_a) if of_a else (RULES.slope,)):
            yield replace(RULES, fused=fused, slope=slope)

    def _single(self) -> Bounds:
        """The bounds of answers in float32; none where that overflows."""
        try:
            found = solve(self.problem, self.stage, FLOAT32, self.given)
        except NncError:
            return {}
        true = solve(self.problem, self.stage, FLOAT64, self.given)
        noises = noise(found)
        return {
            name: Bound([value, true[name]], noises[name].reach(value) + np.abs(value - true[name]))
            for name, value in found.items()
        }


Pair = Callable[[Objective, Chosen[Activation]], Chosen[Loss] | None]


def _slope_of_a(at: At) -> Array | None:
    of_output = at.layer.activation.row.by_output
    return RULES.slope(at) if of_output is None else of_output(at.a)


def _of_output(way: Round, objective: Objective, activation: Chosen[Activation]) -> Chosen[Loss] | None:
    """The fused pair whose derivative by z is taken from the rounded output, as in ŷ − y."""
    fused, pair = fused_loss(objective, activation), FUSED[activation.row.name, objective.loss.row.name]
    assert fused is not None  # only a pair is asked for
    return Chosen(
        replace(
            fused.row, derivative=lambda z, *given, **named: pair.of_output(way(apply(activation, z)), *given, **named)
        ),
        fused.parameters,
    )
