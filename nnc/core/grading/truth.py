"""The true values that answers are compared with: exact where possible, else floats with their rounding noise."""

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import cached_property, partial
from typing import Any

import numpy as np

from nnc.core.arrays import EXACT, FLOAT64, Array
from nnc.core.decimals import nearest_float, read_written
from nnc.core.grading.allowance import Allowances
from nnc.core.grading.rule import Judgement, Rule, Truth, Verdict, too_few
from nnc.core.grading.verdicts import Judged, Shape, judge_all, truths
from nnc.core.imbalance import ClassWeighting, Weighing, imbalance_weights
from nnc.core.noise import SHAKE, Noise, noise
from nnc.core.places import Place, read_index, split_place
from nnc.core.problem import Problem, solve
from nnc.core.quantities import Stage, check_index
from nnc.core.record import Record
from nnc.core.rows import Chosen
from nnc.errors import NncError, unknown

MOST_EXACT_WORK = 20_000
"""The most products of a forward pass that is repeated in fractions: some tenths of a second."""
MOST_EXACT_GROWTH = 2000
"""The largest factor by which the digits of the inputs may grow in such a pass."""
MOST_EXACT_COUNT = 1000
"""The largest class whose size is a power in fractions, for a method that raises a parameter to it."""

FLOAT_EPS = float(np.finfo(FLOAT64).eps)


class Result(Record, dict=True):
    """A quantity or one number of it: its true value, and how far from it floats may be, see ``Noise``.

    ``axes`` say what each axis stands for. Class weights are called by the names of their ``classes``, other numbers by
    indices from 1. A ``given`` quantity is not calculated: the calculation starts from it.
    """

    name: str
    value: Array
    noise: Noise
    axes: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    given: bool = False
    allowances: Allowances | None = None
    place: Place | None = None
    """Where its numbers are among those of the ``allowances``."""

    @cached_property
    def _truths(self) -> list[Truth | None]:
        return truths(self.value, self.noise.bound, self.noise.rival)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.classes)}

    def of_class(self, name: str) -> "Result":
        """The weight of one class. Raises InputError where there is no such class."""
        if name not in self._places:
            raise unknown("class", name, self.classes)
        return self.at((self._places[name],))

    def at(self, index: Shape) -> "Result":
        """The number at an index from 0. Raises InputError where the index is not that of one number."""
        check_index(self.name, self.value.shape, self.axes, index)
        noise = Noise(np.asarray(self.noise.bound[index]), np.asarray(self.noise.rival[index]))
        at = None if self.place is None else Place(self.place.name, (*self.place.index, *index))
        one = np.asarray(self.value[index])
        return Result(self.name_of(index), one, noise, given=self.given, allowances=self.allowances, place=at)

    def name_of(self, index: Shape) -> str:
        """What the number at an index from 0 is called: ``dW2[1,1]``, ``weights[A]``."""
        return f"{self.name}[{self.classes[index[0]]}]" if self.classes and index else str(Place(self.name, index))

    def numbers(self) -> Iterator[tuple[Shape, str]]:
        """The index of each number, from 0, row by row, and what it is called."""
        return ((index, self.name_of(index)) for index in np.ndindex(self.value.shape))

    def judge(self, given: object, rule: Rule | None = None) -> Judged:
        """The verdicts on an answer: nested lists, one leaf, or a mapping of class to weight."""
        if isinstance(given, Mapping) and self.classes and given.keys() <= self._places.keys():
            given = [given.get(name) for name in self.classes]
        rule = rule or Rule()
        known = self._truths if rule.noise != "none" else truths(self.value)
        judged = judge_all(given, self.value.shape, known, rule)
        return judged.revised(partial(self._second_look, rule)) if rule.as_written else judged

    def _second_look(self, rule: Rule, index: Shape, judgement: Judgement) -> Verdict:
        """The verdict on a number, were it that of an honest answer which is farther off than its last digit."""
        written = read_written(judgement.given)
        if self.allowances is None or self.place is None or written is None:
            return judgement.verdict
        if written.value is None or (written.value and too_few(written, rule)):
            return judgement.verdict
        number = nearest_float(written.value)
        unit = float(written.unit) if number else 0.0  # a 0 says nothing of its digits
        for verdict, bounds in self.allowances.of(written, rule):
            bound = bounds.get(self.place.name)
            if bound is not None and bound.allows((*self.place.index, *index), number, unit):
                return verdict
        return judgement.verdict

    def as_floats(self) -> Array:
        """The true values as floats: 0.8 where 0.7999999999999999 was calculated and the exact value is 0.8."""
        known = self._truths
        pairs = zip(known, self.value.ravel().tolist(), strict=True)
        floats = [float(truth.value if truth and truth.exact else value) for truth, value in pairs]
        return np.array(floats).reshape(self.value.shape)

    @property
    def finite(self) -> bool:
        return self.value.dtype == EXACT or bool(np.isfinite(self.value).all())


def finest(build: Callable[[np.dtype[Any]], Problem]) -> Problem:
    """The problem that ``build`` makes, in fractions if it is small enough for them, else in floats.

    Raises what ``build`` raises in floats.
    """
    problem = build(FLOAT64)
    if _is_small(problem):
        with suppress(NncError):  # a number may have too many digits
            return build(EXACT)
    return problem


def of_problem(
    problem: Problem,
    upto: Stage | None = None,
    dtype: np.dtype[Any] = FLOAT64,
    given: Mapping[str, Array] = {},
) -> dict[str, Result]:
    """The quantities of a problem's calculation in a dtype, by name; the arguments are those of ``solve``.

    In float64, a problem in fractions (see ``finest``) is also calculated in them, if it is rational.
    """
    floats = dtype if problem.exact and dtype != EXACT else None  # other problems are in that dtype already
    calculation, exact = solve(problem, upto, floats, given), None
    if dtype == FLOAT64 and problem.exact:
        with suppress(NncError):  # what is irrational refuses to be calculated exactly
            exact = solve(problem, upto, EXACT, given)
    noises = noise(calculation, exact)
    true = calculation if exact is None else exact
    allowances = Allowances(problem, upto, given) if dtype == FLOAT64 else None
    return {
        q.name: Result(
            q.name,
            q.value,
            noises[q.name],
            q.axes,
            given=q.name in calculation.starts,
            allowances=allowances,
            place=Place(q.name),
        )
        for q in true.quantities
    }


def of_weighing(weighing: Weighing, dtype: np.dtype[Any] = FLOAT64) -> dict[str, Result]:
    """The class weights in a dtype; in float64 with exact true values, if they are rational."""
    weighting = weighing.weigh(dtype)
    value = _weights(weighting, dtype)
    bound = np.zeros(value.shape) if dtype == EXACT else _weighting_noise(weighting, value)
    if dtype == FLOAT64 and (not weighting.method.parameters or max(weighting.counts.values()) <= MOST_EXACT_COUNT):
        with suppress(NncError):
            value = _weights(weighing.weigh(EXACT), EXACT)
    return {"weights": Result("weights", value, Noise.around(bound), ("class",), tuple(weighting.weights))}


def result_at(text: str, results: Mapping[str, Result]) -> Result:
    """The quantity, or the number of one, that ``text`` names. Raises InputError where there is none."""
    name, inside = split_place(text)
    if name not in results:
        raise unknown("quantity", name, (known for known, result in results.items() if not result.given))
    result = results[name]
    if inside is None:
        return result
    return result.of_class(inside.strip()) if result.classes else result.at(read_index(inside, text))


def _weights(weighting: ClassWeighting, dtype: np.dtype[Any]) -> Array:
    return np.array(list(weighting.weights.values()), dtype=dtype)


def _weighting_noise(weighting: ClassWeighting, value: Array) -> Array:
    """How far rounding takes class weights: a few operations, and the rounding of β, which 1 − β makes large."""
    method = weighting.method
    moved = {key: p * (1 - SHAKE * FLOAT_EPS) if isinstance(p, float) else p for key, p in method.parameters.items()}
    again = imbalance_weights(weighting.counts, Chosen(method.row, moved), weighting.normalize)
    scatter = np.abs(np.array(list(again.weights.values())) - value)
    return np.asarray(np.maximum(SHAKE * np.spacing(np.abs(value)), scatter))


def _is_small(problem: Problem) -> bool:
    layers, samples = () if problem.network is None else problem.network.layers, problem.samples
    work = samples * sum(layer.size for layer in layers)
    growth = samples * math.prod(layer.n_in + 1 for layer in layers)
    return work <= MOST_EXACT_WORK and growth <= MOST_EXACT_GROWTH
