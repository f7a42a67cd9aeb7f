"""Measures the rows of the core against the formulas of ``reference``, in units in the last place.

The unit is the distance between neighbouring float64 numbers at the true value. It is at least 1e-315 / 8, where
numbers are so small that float64 runs out of digits, and at least 1e-15 / 8 near a root that the function crosses,
times the size of the two numbers whose difference it is: 8 units are the bound for a derivative or a loss.
"""

import math
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import reference
from mpmath import mpf
from reference import OfOutputs, OfZ

from nnc.core.functions.activations import ACTIVATIONS, apply, backward, derivative
from nnc.core.functions.losses import LOSSES, Loss
from nnc.core.rows import choose

SPECIAL = (0.0, 5e-324, 1e-310, 2.3e-308, 1e-200, 1e-20, 1e-8, 1e-4, 0.5, 1.0, 1.6, 2.0, 37.0, 709.0, 745.0, 1e4)
NEAR_A_ROOT = 0.5


@dataclass(frozen=True)
class Error:
    """An error in units, and where it is."""

    units: float = 0.0
    where: str = ""


def units(found: float, true: Any, size: float = 0.0) -> float:
    """The distance of ``found`` from the true value, ``size`` being that of the terms near a root."""
    if abs(true) > sys.float_info.max:
        return 0.0 if found == float(true) else math.inf
    unit = max(math.ulp(abs(float(true))), 1e-315 / 8, size * 1e-15 / 8)
    return float(abs(mpf(found) - true) / mpf(unit)) if math.isfinite(found) else math.inf


def numbers(rng: np.random.Generator, count: int, kinks: Iterable[float] = ()) -> np.ndarray:
    """Numbers from −1e4 to 1e4: special ones, the neighbours of kinks, dense and log-spaced random ones."""
    near = [k + side * step for k in kinks for side in (-1, 0, 1) for step in (np.spacing(abs(k)), 1e-12, 1e-6, 0.01)]
    positive = np.concatenate([SPECIAL, rng.uniform(0, 3, count), rng.uniform(0, 40, count)])
    logarithmic = 10 ** np.concatenate([rng.uniform(-3, 4, count), rng.uniform(-310, -3, count // 4)])
    both = np.concatenate([positive, logarithmic])
    return np.concatenate([both, -both, near])


@np.errstate(all="ignore")
def measure_activation(name: str, count: int, seed: int = 0) -> tuple[Error, Error]:
    """The worst errors of an activation and its derivative, at ``count`` random numbers of each kind."""
    rng = np.random.default_rng(seed)
    if name in reference.OF_A_LAYER:
        return _measure_layer(name, count, rng)
    formulas = reference.ACTIVATIONS[name]
    return worst(_values(name, formulas, count, rng)), worst(_derivatives(name, formulas, count, rng))


def _values(name: str, formulas: OfZ, count: int, rng: np.random.Generator) -> Iterator[Error]:
    for parameters in formulas.parameters:
        chosen = choose(ACTIVATIONS, "activation", name, parameters)
        z = numbers(rng, count, chosen.row.kinks(**chosen.parameters))
        for at, found in zip(z.tolist(), apply(chosen, z).tolist(), strict=True):
            yield Error(units(found, formulas.f(mpf(at), **parameters)), f"{chosen} at {at:g}")


def _derivatives(name: str, formulas: OfZ, count: int, rng: np.random.Generator) -> Iterator[Error]:
    for parameters in formulas.parameters:
        chosen = choose(ACTIVATIONS, "activation", name, parameters)
        z = numbers(rng, count, chosen.row.kinks(**chosen.parameters))
        slopes = derivative(chosen, z)
        assert slopes is not None
        for at, found in zip(z.tolist(), slopes.tolist(), strict=True):
            size = any(abs(at - root) < NEAR_A_ROOT for root in formulas.derivative_roots)
            yield Error(units(found, formulas.derivative(mpf(at), **parameters), size), f"{chosen} at {at:g}")


def _measure_layer(name: str, count: int, rng: np.random.Generator) -> tuple[Error, Error]:
    chosen = choose(ACTIVATIONS, "activation", name, {})
    f, slope = reference.OF_A_LAYER[name]
    values, slopes = [], []
    for z in logits(rng, count):
        a = apply(chosen, z[None, :])[0]
        exact = [mpf(v) for v in z.tolist()]
        place = f"{name} at {np.array2string(z, precision=4)}"
        for k in range(len(z)):
            values.append(Error(units(a[k], f(exact, k)), place))
            da = np.eye(len(z))[k]
            dz = backward(chosen, da[None, :], z[None, :], a[None, :])[0]
            slopes += [Error(units(dz[j], slope(exact, k, j)), place) for j in range(len(z))]
    return worst(values), worst(slopes)


def logits(rng: np.random.Generator, count: int) -> Iterator[np.ndarray]:
    """Vectors of 2 to 6 numbers, near each other and widely different, and saturated ones."""
    for scale in (1e-3, 1.0, 10.0, 100.0, 1000.0, 1e4):
        for _ in range(max(count // 8, 2)):
            yield np.clip(rng.normal(size=rng.integers(2, 7)) * scale, -1e4, 1e4)
    yield np.array([1e4, -1e4, 0.0])
    yield np.array([0.0, 0.0])


@np.errstate(all="ignore")
def measure_loss(name: str, count: int, seed: int = 0) -> tuple[Error, Error]:
    """The worst errors of a loss's terms, and their sum over a sample's outputs, and of its derivative."""
    rng = np.random.default_rng(seed)
    formulas, row = reference.LOSSES[name], LOSSES[name]
    losses, slopes = [], []
    for parameters in formulas.parameters:
        chosen = choose(LOSSES, "loss", name, parameters)
        for p, y, w in samples(row, rng, count):
            terms = row.terms(p[None, :], y[None, :], w, **parameters)[0]
            dp = row.derivative(p[None, :], y[None, :], w, **parameters)[0]
            found = _Sample(formulas, parameters, p, y, w)
            place = f"{chosen} at {p.tolist()}, {y.tolist()}"
            losses += [Error(unit, place) for unit in found.losses(terms)]
            slopes += [Error(unit, place) for unit in found.slopes(dp)]
    return worst(losses), worst(slopes)


class _Sample:
    """One sample's outputs, targets and weights, as exact numbers."""

    def __init__(
        self, formulas: OfOutputs, parameters: dict[str, Any], p: np.ndarray, y: np.ndarray, w: np.ndarray | None
    ) -> None:
        self.formulas = formulas
        self.parameters = parameters
        self.given = [[mpf(v) for v in array.tolist()] for array in (p, y, np.ones(len(p)) if w is None else w)]

    def losses(self, found: np.ndarray) -> Iterator[float]:
        """The error of each term; then that of their sum, in units of the sum of their sizes."""
        terms = [self.formulas.term(*self.given, k, **self.parameters) for k in range(len(found))]
        sizes = [self.formulas.size(*self.given, k, **self.parameters) for k in range(len(found))]
        yield from map(units, found.tolist(), terms, sizes)
        signs = {t > 0 for t in terms if t != 0}
        if len(signs) < 2:  # terms of both signs may cancel each other, which is no fault of the loss
            yield units(float(found.sum()), sum(terms), sum(sizes))

    def slopes(self, found: np.ndarray) -> Iterator[float]:
        """The error of the derivative by each output."""
        for k, slope in enumerate(found.tolist()):
            size = self.formulas.derivative_size(*self.given, k, **self.parameters)
            true = self.formulas.derivative(*self.given, k, **self.parameters)
            yield units(slope, true, size)


def samples(
    row: Loss, rng: np.random.Generator, count: int
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray | None]]:
    """Outputs, targets and class weights of the loss's domain: one output far out, near the target, or at random."""
    pool = numbers(rng, count)
    pool = np.concatenate([pool, rng.uniform(0, 1, 4 * count), 1 - 10 ** rng.uniform(-16, 0, count)])
    outputs = rng.permutation(pool[row.p_domain.holds(pool)])
    for p in outputs[: len(outputs) // 3 * 3].reshape(-1, 3):
        w = None if row.classes is None else rng.uniform(0.2, 5, 2 if row.classes == "two" else 3)
        for y in targets(row, rng, p):
            if np.isfinite(row.terms(p[None, :], y[None, :], w, **_defaults(row))).all():
                yield p, y, w


def targets(row: Loss, rng: np.random.Generator, p: np.ndarray) -> Iterator[np.ndarray]:
    """Targets of a loss for outputs p (K,): a class, probabilities, numbers at random and next to p."""
    one_hot = np.eye(len(p))[rng.integers(len(p))]
    if row.target != "values":
        yield one_hot
    if row.target == "probabilities":
        yield rng.dirichlet(np.ones(len(p)))
    if row.target == "values":
        pool = np.concatenate([rng.normal(size=40), rng.uniform(0, 1, 20), rng.uniform(0, 20, 20), [-1, 0, 1] * 20])
        inside = pool[row.y_domain.holds(pool)]
        yield rng.choice(inside, len(p))
        near = p * (1 + rng.choice([1e-14, 1e-9, 1e-3, 0.3], len(p)))
        # A target below 1e-290 loses digits as soon as a class weight makes it smaller still.
        yield np.where(row.y_domain.holds(near) & (np.abs(near) > 1e-290), near, rng.choice(inside, len(p)))


def _defaults(row: Loss) -> dict[str, Any]:
    chosen = choose(LOSSES, "loss", row.name, {})
    return {key: value for key, value in chosen.parameters.items() if key != "outputs"}


def worst(errors: Iterable[Error] | Sequence[Error]) -> Error:
    """The largest of the errors."""
    return max(errors, key=lambda error: error.units, default=Error())
