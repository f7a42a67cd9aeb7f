"""Derivatives of functions from their values alone, each with a bound of its error.

Ridders 1982, Accurate computation of F'(x) and F'(x)F''(x): central differences over a falling row of steps are
extrapolated to step 0 (Richardson), and the estimate that its neighbours agree with best is kept. A row here goes on to
tiny steps, and where these contradict the longer ones they are right: the function bends where those passed over it.
"""

from collections.abc import Callable

import numpy as np

from nnc.core.arrays import Array
from nnc.core.record import Record

STEPS = (1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 17, 20, 24, 28, 33, 38, 44, 52, 62, 75, 100, 140)
"""The steps, as powers of ½ of the number that is moved."""
ORDERS = 5
"""How often a row is extrapolated."""
ROUNDING = 8
"""Units in the last place by which a function's value may be off; tests hold every row to them."""
SURE = 1e-4
"""The relative error up to which an estimate may contradict one from longer steps; beyond it is noise."""
UNKNOWN = 1e200
"""The error of a derivative that no step gives."""


class Function(Record):
    """A function f of samples (N, n), each sample by itself, that gives (N, m).

    ``turns`` (N, …) are numbers that change their sign where f has no derivative.
    """

    f: Callable[[Array], Array]
    turns: Callable[[Array], Array]
    alone: bool
    """Whether m is n and each number depends on its own alone; then ``turns`` are (N, n, …)."""
    relative: bool
    """Whether steps are parts of a number even below 1, as for a logarithm; else they are parts of 1 there."""

    def crossed(self, one: Array, other: Array) -> Array:
        """Whether a kink lies between two places: of each number (N, n) where it is alone, else (N, 1)."""
        differ = np.sign(self.turns(one)) != np.sign(self.turns(other))
        return differ.any(axis=-1) if self.alone else differ.reshape(len(one), -1).any(axis=1)[:, None]


class Estimate(Record):
    """Derivatives, how far each may be off, and whether none could be had for a kink; arrays of one shape."""

    value: Array
    error: Array
    kink: Array

    def map(self, change: Callable[[Array], Array]) -> "Estimate":
        """The same change of all three arrays."""
        return Estimate(change(self.value), change(self.error), change(self.kink))


def derivative(function: Function, z: Array, units: slice) -> Estimate:
    """The derivatives (N, m) by one of the numbers of each sample z (N, n), or by each its own where it is alone.

    The error at a kink is the size of the slopes beside it.
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
