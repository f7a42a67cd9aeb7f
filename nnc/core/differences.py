"""Derivatives of functions from their values alone, each with a bound of its error.

Ridders 1982, Accurate computation of F'(x) and F'(x)F''(x): central differences with ever shorter steps are
extrapolated to step 0 (Richardson), and the estimate that agrees best with its neighbours is kept. Here the steps go on
until they are tiny. Where a short step contradicts the longer ones, it is right: the longer ones passed over a bend.
"""

from collections.abc import Callable

import numpy as np

from nnc.core.arrays import Array
from nnc.core.record import Record

STEPS = (1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 17, 20, 24, 28, 33, 38, 44, 52, 62, 75, 100, 140)
"""The steps: number · ½^power."""
ORDERS = 5
"""How often a difference is extrapolated."""
ROUNDING = 8
"""Units in the last place by which a function's value may be off; tests hold every function to them."""
SURE = 1e-4
"""The largest relative error with which an estimate may contradict one from longer steps."""
UNKNOWN = 1e200
"""The error of a derivative that no step gives."""


class Function(Record):
    """A function f of samples (N, n) that gives (N, m), each sample by itself.

    ``turns`` gives numbers (N, …) that change their sign where f has no derivative.
    """

    f: Callable[[Array], Array]
    turns: Callable[[Array], Array]
    alone: bool
    """Whether each number of f depends on one number alone, its own; then m = n and ``turns`` gives (N, n, …)."""
    relative: bool
    """Whether steps are relative below 1, too, as a logarithm needs; else a number below 1 has the steps of 1."""

    def crossed(self, one: Array, other: Array) -> Array:
        """Whether a kink lies between two places: (N, n), by number, where the function is ``alone``, else (N, 1)."""
        differ = np.sign(self.turns(one)) != np.sign(self.turns(other))
        return differ.any(axis=-1) if self.alone else differ.reshape(len(one), -1).any(axis=1)[:, None]


class Estimate(Record):
    """Derivatives, how far each may be off, and whether a kink is in the way; arrays of one shape."""

    value: Array
    error: Array
    kink: Array

    def map(self, change: Callable[[Array], Array]) -> "Estimate":
        return Estimate(change(self.value), change(self.error), change(self.kink))


def derivative(function: Function, z: Array, units: slice) -> Estimate:
    """The derivatives (N, m) of a function at z (N, n) by the number ``units`` of each sample.

    Where the function is ``alone``, ``units`` are all numbers and the derivative of each is by its own. At a kink the
    error is the size of the slopes beside it.
    """
    at, here = z[:, units], function.f(z)
    size = np.frexp(at)[1] if function.relative else np.maximum(np.frexp(at)[1], 0)
    value, error, beside = np.zeros_like(here), np.full_like(here, np.inf), np.full_like(here, np.nan)
    table: list[Array] = []
    for number, power in enumerate(STEPS):
        step = np.ldexp(1.0, size - power)
        if (at + step == at).all():
            break
        up, down = _moved(z, units, step), _moved(z, units, -step)
        above, below, crossed = function.f(up), function.f(down), function.crossed(up, down)
        right, left = up[:, units] - at, at - down[:, units]  # as rounded: they may differ
        slope = (left / right * (above - here) + right / left * (here - below)) / (right + left)
        beside = np.where(crossed, (np.abs(above - here) + np.abs(below - here)) / step, beside)
        rounding = ROUNDING * np.spacing(np.maximum(np.abs(above), np.abs(below))) / step
        row = [np.where(crossed, np.nan, slope)]
        for order, longer in enumerate(table[:ORDERS], start=1):
            row.append(row[-1] + (row[-1] - longer) / (4.0 ** (power - STEPS[number - order]) - 1))
            off = np.maximum(np.abs(row[-1] - row[-2]), np.abs(row[-1] - longer)) + rounding
            contradicts = (off < SURE * np.abs(row[-1])) & (np.abs(row[-1] - value) > off + error)
            better = (off < error) | contradicts
            value, error = np.where(better, row[-1], value), np.where(better, off, error)
        table = row
    none = np.isinf(error)
    kink = none & ~np.isnan(beside)
    return Estimate(value, np.where(kink, beside, np.where(none, UNKNOWN, error)), kink)


def _moved(z: Array, units: slice, step: Array) -> Array:
    moved = z.copy()
    moved[:, units] += step
    return moved
