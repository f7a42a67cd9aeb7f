"""A person who calculates by hand: every number that is written down is rounded, and the next one goes on from it.

It shares nothing with nnc's own passes but the networks that it draws, and the names of quantities.
"""

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

import numpy as np

import nnc
from nnc.core.arrays import Array
from nnc.core.problem import Problem

LOSSES = {
    "sigmoid": ("bce", "half_sse", "mse"),
    "softmax": ("cross_entropy",),
    "tanh": ("half_sse", "mse", "sse"),
    "relu": ("half_sse", "mse", "sse"),
    "identity": ("half_sse", "mse", "sse"),
}
"""Last activation -> the losses that go with it."""
HABITS = {"3 digits": 3, "4 digits": 4, "5 digits": 5, "3 decimals": -3, "4 decimals": -4}
"""How people round: to so many significant digits, or, as a negative number, to so many decimals."""


def draw(rng: np.random.Generator) -> Problem:
    """Two layers of one to three units, with numbers of one or two decimals."""
    last = str(rng.choice(list(LOSSES)))
    sizes = rng.integers(1, 4, size=3)
    sizes[2] = max(sizes[2], 2) if last == "softmax" else sizes[2]
    places = int(rng.integers(1, 3))
    first = str(rng.choice(["relu", "sigmoid", "tanh", "identity"]))
    layers = [
        nnc.layer(activation, W=rng.normal(size=(n_in + 1, n_out)).round(places))
        for activation, n_in, n_out in zip((first, last), sizes[:-1], sizes[1:], strict=True)
    ]
    loss = str(rng.choice(LOSSES[last]))
    y: Array = rng.normal(size=sizes[2]).round(places)
    if loss == "bce":
        y = rng.integers(0, 2, sizes[2]).astype(float)
    elif loss == "cross_entropy":
        y = np.eye(sizes[2])[rng.integers(sizes[2])]
    x = rng.normal(scale=2, size=sizes[0]).round(places)
    return Problem(nnc.network(*layers), x=x, y=y, objective=nnc.objective(loss))


def text(value: float, habit: int) -> str:
    """The number as the person writes it."""
    exact = Decimal(value)
    if habit < 0:
        return f"{exact:.{-habit}f}"
    if not exact:
        return "0"
    unit = Decimal(1).scaleb(exact.adjusted() - habit + 1)
    return f"{exact.quantize(unit, ROUND_HALF_EVEN):f}"


def rounded(values: Any, habit: int) -> Array:
    """The numbers that the person goes on from."""
    return np.array([float(text(float(v), habit)) for v in np.ravel(values)]).reshape(np.shape(values))


@np.errstate(all="ignore")
def calculated(problem: Problem, habit: int, *, at_once: bool) -> dict[str, Array] | None:
    """Every quantity; None where a rounded output has no logarithm. ``at_once``: ŷ − y for a pair, not two steps."""
    assert problem.network is not None
    assert problem.x is not None
    assert problem.y is not None
    assert problem.objective is not None
    y, found, a = problem.y, {}, [problem.x]
    matrices = [layer.parameters["W"] for layer in problem.network.layers]
    names = [layer.activation.row.name for layer in problem.network.layers]
    for k, (matrix, name) in enumerate(zip(matrices, names, strict=True), start=1):
        z = found[f"z{k}"] = rounded(matrix[0] + a[-1] @ matrix[1:], habit)
        found[f"a{k}"] = rounded(_activated(name, z), habit)
        a.append(found[f"a{k}"])
    p = found["y_hat"] = a[-1]
    terms, slope = _loss(problem.objective.loss.row.name, p, y)
    if not (np.isfinite(terms).all() and np.isfinite(slope).all()):
        return None
    found["terms"] = rounded(terms, habit)
    found["loss"] = rounded(found["terms"].sum(), habit)
    da = found["dy_hat"] = rounded(slope, habit)
    pair = names[-1] == "softmax" or (names[-1] == "sigmoid" and problem.objective.loss.row.name == "bce")
    for k in range(len(matrices), 0, -1):
        name, z, own = names[k - 1], found[f"z{k}"], a[k]
        if name == "softmax":
            dz = (np.diag(own) - np.outer(own, own)) @ da
        else:
            slopes = found[f"da_dz{k}"] = rounded(_slope(name, z, own), habit)
            dz = da * slopes
        if at_once and pair and k == len(matrices):
            dz = (own - y) / (1 if name == "softmax" else len(y))
        dz = found[f"dz{k}"] = rounded(dz, habit)
        found[f"dW{k}"] = rounded(np.outer(np.concatenate([[1.0], a[k - 1]]), dz), habit)
        da = found[f"da{k - 1}" if k > 1 else "dx"] = rounded(matrices[k - 1][1:] @ dz, habit)
    return found


def _activated(name: str, z: Array) -> Array:
    match name:
        case "relu":
            return np.maximum(z, 0)
        case "sigmoid":
            return np.asarray(1 / (1 + np.exp(-z)))
        case "tanh":
            return np.asarray(np.tanh(z))
        case "softmax":
            return np.asarray(np.exp(z) / np.exp(z).sum())
    return z


def _slope(name: str, z: Array, a: Array) -> Array:
    match name:
        case "relu":
            return (z > 0).astype(float)
        case "sigmoid":
            return np.asarray(a * (1 - a))
        case "tanh":
            return np.asarray(1 - a * a)
    return np.ones_like(z)


def _loss(name: str, p: Array, y: Array) -> tuple[Array, Array]:
    match name:
        case "bce":
            terms = -np.where(y == 1, np.log(p), np.log(1 - p)) / len(y)
            return terms, (p - y) / (p * (1 - p)) / len(y)
        case "cross_entropy":
            return -np.where(y == 1, np.log(p), 0), -y / p
    factor = {"half_sse": 0.5, "sse": 1, "mse": 1 / len(y)}[name]
    return factor * (p - y) ** 2, 2 * factor * (p - y)
