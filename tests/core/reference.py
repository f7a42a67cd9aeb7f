"""The formulas of the rows in mpmath at 50 digits, by name: what ``ulps`` measures the core against.

They are written as the definitions are, without the core's care about digits. A row may have none.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import mpmath
from mpmath import mpf

mpmath.mp.dps = 50

Number = Any  # mpmath has no types


@dataclass(frozen=True)
class OfZ:
    """An activation's value and derivative at a number z."""

    f: Callable[..., Number]
    derivative: Callable[..., Number]
    parameters: Sequence[dict[str, Any]] = ({},)
    """The settings at which it is measured."""
    derivative_roots: Sequence[float] = ()
    """Where the derivative changes its sign; no formula of a few terms keeps relative digits there."""


@dataclass(frozen=True)
class OfOutputs:
    """What output k adds to a loss, and its derivative by that output, given all outputs, targets and weights."""

    term: Callable[..., Number]
    derivative: Callable[..., Number]
    parameters: Sequence[dict[str, Any]] = ({},)
    size: Callable[..., Number] = field(default=lambda p, y, w, k, **parameters: 0)
    """How large the two numbers are whose difference the term is; 0 where it is none."""
    derivative_size: Callable[..., Number] = field(default=lambda p, y, w, k, **parameters: 0)


def sigmoid(z: Number) -> Number:
    """1 / (1 + e⁻ᶻ)."""
    return 1 / (1 + mpmath.exp(-z))


def log1pexp(z: Number) -> Number:
    """log(1 + eᶻ)."""
    return mpmath.log1p(mpmath.exp(z))


def normal(z: Number) -> Number:
    """The normal distribution."""
    return mpmath.erfc(-z / mpmath.sqrt(2)) / 2


def gelu(z: Number, approximate: str) -> Number:
    """Both forms."""
    if approximate == "none":
        return z * normal(z)
    return z * sigmoid(2 * mpmath.sqrt(2 / mpmath.pi) * (z + mpf("0.044715") * z**3))


def gelu_derivative(z: Number, approximate: str) -> Number:
    """Both forms."""
    if approximate == "none":
        return normal(z) + z * mpmath.npdf(z)
    c = 2 * mpmath.sqrt(2 / mpmath.pi)
    u = c * (z + mpf("0.044715") * z**3)
    return sigmoid(u) + z * sigmoid(u) * sigmoid(-u) * c * (1 + 3 * mpf("0.044715") * z**2)


def mish(z: Number) -> Number:
    """Z tanh(log(1 + eᶻ))."""
    return z * mpmath.tanh(log1pexp(z))


def mish_derivative(z: Number) -> Number:
    """By the product and chain rules."""
    s = log1pexp(z)
    return mpmath.tanh(s) + z * sigmoid(z) / mpmath.cosh(s) ** 2


def tanhshrink(z: Number) -> Number:
    """Z − tanh z with digits enough for the difference, which is z³/3 near 0."""
    with mpmath.workdps(50 + 2 * max(0, -int(mpmath.log10(abs(z)))) if 1e-120 < abs(z) < 1 else 50):
        return z**3 / 3 if abs(z) <= 1e-120 else z - mpmath.tanh(z)


def _selu_constants() -> tuple[Number, Number]:
    """Λ and α of the paper's equation 14, for mean 0 and variance 1."""
    r, s, e, pi = mpmath.erfc(1 / mpmath.sqrt(2)), mpmath.erfc(mpmath.sqrt(2)), mpmath.e, mpmath.pi
    alpha = -mpmath.sqrt(2 / pi) / (r * mpmath.sqrt(e) - 1)
    variance = 2 * s * e**2 + pi * r**2 * e - 2 * (2 + pi) * r * mpmath.sqrt(e) + pi + 2
    return (1 - r * mpmath.sqrt(e)) * mpmath.sqrt(2 * pi) / mpmath.sqrt(variance), alpha


SCALE, ALPHA = _selu_constants()


def clip(z: Number, low: float, high: float) -> Number:
    """The number from low to high nearest to z."""
    return min(max(z, mpf(low)), mpf(high))


ACTIVATIONS = {
    "identity": OfZ(lambda z: z, lambda z: 1),
    "relu": OfZ(lambda z: max(z, 0), lambda z: int(z > 0)),
    "leaky_relu": OfZ(
        lambda z, negative_slope: z if z > 0 else z * negative_slope,
        lambda z, negative_slope: 1 if z > 0 else negative_slope,
        parameters=[{"negative_slope": 0.01}, {"negative_slope": -0.3}],
    ),
    "relu6": OfZ(lambda z: clip(z, 0, 6), lambda z: int(0 < z < 6)),
    "elu": OfZ(
        lambda z, alpha: z if z > 0 else alpha * mpmath.expm1(z),
        lambda z, alpha: 1 if z > 0 else alpha * mpmath.exp(z),
        parameters=[{"alpha": 1.0}, {"alpha": 0.3}],
    ),
    "selu": OfZ(
        lambda z: SCALE * (z if z > 0 else ALPHA * mpmath.expm1(z)),
        lambda z: SCALE * (1 if z > 0 else ALPHA * mpmath.exp(z)),
    ),
    "celu": OfZ(
        lambda z, alpha: z if z > 0 else alpha * mpmath.expm1(z / alpha),
        lambda z, alpha: 1 if z > 0 else mpmath.exp(z / alpha),
        parameters=[{"alpha": 1.0}, {"alpha": 0.3}, {"alpha": 3.0}],
    ),
    "gelu": OfZ(
        gelu,
        gelu_derivative,
        parameters=[{"approximate": "none"}, {"approximate": "tanh"}],
        derivative_roots=[-0.7518, -0.7525],
    ),
    "silu": OfZ(lambda z: z * sigmoid(z), lambda z: sigmoid(z) * (1 + z * sigmoid(-z)), derivative_roots=[-1.2785]),
    "mish": OfZ(mish, mish_derivative, derivative_roots=[-1.1924]),
    "softplus": OfZ(
        lambda z, beta: log1pexp(beta * z) / beta,
        lambda z, beta: sigmoid(beta * z),
        parameters=[{"beta": 1.0}, {"beta": 0.3}, {"beta": 7.0}],
    ),
    "softsign": OfZ(lambda z: z / (1 + abs(z)), lambda z: 1 / (1 + abs(z)) ** 2),
    "sigmoid": OfZ(sigmoid, lambda z: sigmoid(z) * sigmoid(-z)),
    "logsigmoid": OfZ(lambda z: -log1pexp(-z), lambda z: sigmoid(-z)),
    "hardsigmoid": OfZ(lambda z: clip(z + 3, 0, 6) / 6, lambda z: mpf(int(-3 < z < 3)) / 6),
    "tanh": OfZ(mpmath.tanh, lambda z: mpmath.sech(z) ** 2),
    "hardtanh": OfZ(
        lambda z, min_val, max_val: clip(z, min_val, max_val),
        lambda z, min_val, max_val: int(min_val < z < max_val),
        parameters=[{"min_val": -1.0, "max_val": 1.0}, {"min_val": 0.1, "max_val": 0.7}],
    ),
    "hardswish": OfZ(
        lambda z: z * clip(z + 3, 0, 6) / 6,
        lambda z: mpf(0) if z <= -3 else mpf(1) if z >= 3 else (2 * z + 3) / 6,
    ),
    "tanhshrink": OfZ(tanhshrink, lambda z: mpmath.tanh(z) ** 2),
    "softshrink": OfZ(
        lambda z, lambd: z - lambd if z > lambd else z + lambd if z < -lambd else mpf(0),
        lambda z, lambd: int(abs(z) > lambd),
        parameters=[{"lambd": 0.5}, {"lambd": 0.3}],
    ),
    "hardshrink": OfZ(
        lambda z, lambd: z if abs(z) > lambd else mpf(0),
        lambda z, lambd: int(abs(z) > lambd),
        parameters=[{"lambd": 0.5}],
    ),
    "threshold": OfZ(
        lambda z, threshold, value: z if z > threshold else value,
        lambda z, threshold, value: int(z > threshold),
        parameters=[{"threshold": 0.1, "value": 20.0}],
    ),
    "step": OfZ(lambda z: int(z >= 0), lambda z: 0),
}
"""name -> formulas of each unit alone. Those of the whole layer are below."""


def log_softmax(z: Sequence[Number], k: int) -> Number:
    """−log Σ_j e^(z_j − z_k), where the term of j = k is 1."""
    return -mpmath.log1p(mpmath.fsum(mpmath.exp(z[j] - z[k]) for j in range(len(z)) if j != k))


def softmax(z: Sequence[Number], k: int) -> Number:
    """e^z_k / Σ e^z_j."""
    return 1 / mpmath.fsum(mpmath.exp(z[j] - z[k]) for j in range(len(z)))


def one_minus_softmax(z: Sequence[Number], k: int) -> Number:
    """The sum of the other probabilities."""
    return mpmath.fsum(softmax(z, j) for j in range(len(z)) if j != k)


OF_A_LAYER: dict[str, tuple[Callable[..., Number], Callable[..., Number]]] = {
    "softmax": (
        softmax,
        lambda z, k, j: softmax(z, k) * (one_minus_softmax(z, k) if k == j else -softmax(z, j)),
    ),
    "log_softmax": (
        log_softmax,
        lambda z, k, j: one_minus_softmax(z, k) if k == j else -softmax(z, j),
    ),
}
"""name -> a_k of all z, and ∂a_k/∂z_j."""


def xlogy(x: Number, p: Number) -> Number:
    """X log p, with 0 log 0 = 0."""
    return mpf(0) if x == 0 else x * mpmath.log(p)


def xlog1py(x: Number, p: Number) -> Number:
    """X log(1 + p), with 0 log 0 = 0; 50 digits do not hold 1 + p where p is below 1e-50."""
    return mpf(0) if x == 0 else x * mpmath.log1p(p)


def alone(term: Callable[..., Number]) -> Callable[..., Number]:
    """A term of its own output and target only."""
    return lambda p, y, w, k, **parameters: term(p[k], y[k], w, **parameters)


def entropy_part(p: Number, y: Number, w: Any) -> Number:
    """Bce."""
    return -(w[1] * xlogy(y, p) + w[0] * xlog1py(1 - y, -p))


def bce_derivative(p: Number, y: Number, w: Any) -> Number:
    """Of bce by p."""
    return (w[0] * (1 - y) / (1 - p) if y != 1 else 0) - (w[1] * y / p if y != 0 else 0)


def focal(p: Number, y: Number, w: Any, gamma: float) -> Number:
    """Bce with each term times (1 − p_t)^gamma."""
    return -(w[1] * (1 - p) ** gamma * xlogy(y, p) + w[0] * p**gamma * xlog1py(1 - y, -p))


def focal_derivative(p: Number, y: Number, w: Any, gamma: float) -> Number:
    """By the product rule."""
    of_1 = focal_slope(p, 1 - p, mpmath.log(p), gamma) if y != 0 else mpf(0)
    of_0 = focal_slope(1 - p, p, mpmath.log1p(-p), gamma) if y != 1 else mpf(0)
    return w[0] * (1 - y) * of_0 - w[1] * y * of_1


def focal_slope(p: Number, q: Number, log_p: Number, gamma: float) -> Number:
    """The derivative by p of q^gamma log p, where q = 1 − p; log p / q has a limit at q = 0."""
    return q**gamma / p - (0 if q == 0 else gamma * q ** (gamma - 1) * log_p)


def focal_with_logits(z: Number, y: Number, w: Any, gamma: float) -> Number:
    """Focal of p = sigmoid(z), with 1 − p = sigmoid(−z)."""
    return w[1] * y * sigmoid(-z) ** gamma * log1pexp(-z) + w[0] * (1 - y) * sigmoid(z) ** gamma * log1pexp(z)


def focal_with_logits_derivative(z: Number, y: Number, w: Any, gamma: float) -> Number:
    """By the chain rule: dp/dz = p (1 − p)."""
    p, q = sigmoid(z), sigmoid(-z)
    of_1, of_0 = focal_slope(p, q, -log1pexp(-z), gamma), focal_slope(q, p, -log1pexp(z), gamma)
    return p * q * (w[0] * (1 - y) * of_0 - w[1] * y * of_1)


def sides(p: Sequence[Number], y: Sequence[Number], w: Any, k: int, **parameters: Any) -> Number:
    """1 where a soft target makes the derivative a difference of two numbers of about its size, else 0."""
    return int(0 < y[k] < 1) * max(w)


def multi_margin(p: Sequence[Number], y: Sequence[Number], w: Any, k: int, margin: float) -> Number:
    """max(0, margin − p_y + p_k) for k ≠ y."""
    return mpf(0) if y[k] else max(mpf(0), margin - mpmath.fdot(p, y) + p[k])


def multi_margin_derivative(p: Sequence[Number], y: Sequence[Number], w: Any, k: int, margin: float) -> Number:
    """1 where the term is above 0; minus their number for k = y."""
    within = [int(multi_margin(p, y, w, j, margin) > 0) for j in range(len(p))]
    return -sum(within) if y[k] else within[k]


LOSSES = {
    "half_sse": OfOutputs(alone(lambda p, y, w: (p - y) ** 2 / 2), alone(lambda p, y, w: p - y)),
    "sse": OfOutputs(alone(lambda p, y, w: (p - y) ** 2), alone(lambda p, y, w: 2 * (p - y))),
    "mse": OfOutputs(alone(lambda p, y, w: (p - y) ** 2), alone(lambda p, y, w: 2 * (p - y))),
    "mae": OfOutputs(alone(lambda p, y, w: abs(p - y)), alone(lambda p, y, w: mpmath.sign(p - y))),
    "huber": OfOutputs(
        alone(lambda p, y, w, delta: min(abs(p - y), delta) * (abs(p - y) - min(abs(p - y), delta) / 2)),
        alone(lambda p, y, w, delta: clip(p - y, -delta, delta)),
        parameters=[{"delta": 1.0}, {"delta": 0.3}],
    ),
    "smooth_l1": OfOutputs(
        alone(lambda p, y, w, beta: (p - y) ** 2 / (2 * beta) if abs(p - y) < beta else abs(p - y) - mpf(beta) / 2),
        alone(lambda p, y, w, beta: clip((p - y) / beta, -1, 1) if beta else mpmath.sign(p - y)),
        parameters=[{"beta": 1.0}, {"beta": 0.3}, {"beta": 0.0}],
    ),
    "log_cosh": OfOutputs(
        alone(lambda p, y, w: mpmath.log1p(2 * mpmath.sinh((p - y) / 2) ** 2)),
        alone(lambda p, y, w: mpmath.tanh(p - y)),
    ),
    "bce": OfOutputs(alone(entropy_part), alone(bce_derivative), derivative_size=sides),
    "bce_with_logits": OfOutputs(
        alone(lambda z, y, w: w[1] * y * log1pexp(-z) + w[0] * (1 - y) * log1pexp(z)),
        alone(lambda z, y, w: w[0] * (1 - y) * sigmoid(z) - w[1] * y * sigmoid(-z)),
        derivative_size=sides,
    ),
    "cross_entropy": OfOutputs(
        lambda p, y, w, k: -w[k] * xlogy(y[k], p[k]),
        lambda p, y, w, k: -w[k] * y[k] / p[k] if y[k] else 0,
    ),
    "cross_entropy_with_logits": OfOutputs(
        lambda z, y, w, k: -w[k] * y[k] * log_softmax(z, k) if y[k] else mpf(0),
        lambda z, y, w, k: (
            softmax(z, k) * mpmath.fsum(w[j] * y[j] for j in range(len(z)) if j != k)
            - w[k] * y[k] * one_minus_softmax(z, k)
        ),
        derivative_size=sides,
    ),
    "nll": OfOutputs(lambda p, y, w, k: -w[k] * y[k] * p[k], lambda p, y, w, k: -w[k] * y[k]),
    "kl_div": OfOutputs(
        alone(lambda p, y, w: y * mpmath.log(y / p) if y else mpf(0)), alone(lambda p, y, w: -y / p if y else mpf(0))
    ),
    "hinge": OfOutputs(alone(lambda p, y, w: max(mpf(0), 1 - y * p)), alone(lambda p, y, w: -y * int(1 - y * p > 0))),
    "squared_hinge": OfOutputs(
        alone(lambda p, y, w: max(mpf(0), 1 - y * p) ** 2), alone(lambda p, y, w: -2 * y * max(mpf(0), 1 - y * p))
    ),
    "poisson_nll": OfOutputs(
        alone(lambda p, y, w: p - xlogy(y, p)),
        alone(lambda p, y, w: 1 - y / p if y else mpf(1)),
        size=lambda p, y, w, k: max(1, p[k]) if y[k] > 1 else 0,
    ),
    "focal": OfOutputs(
        alone(focal),
        alone(focal_derivative),
        parameters=[{"gamma": 2.0}, {"gamma": 0.0}, {"gamma": 0.5}, {"gamma": 5.0}],
        derivative_size=sides,
    ),
    "focal_with_logits": OfOutputs(
        alone(focal_with_logits),
        alone(focal_with_logits_derivative),
        parameters=[{"gamma": 2.0}, {"gamma": 0.0}, {"gamma": 0.5}, {"gamma": 5.0}],
        derivative_size=sides,
    ),
    "multi_margin": OfOutputs(multi_margin, multi_margin_derivative, parameters=[{"margin": 1.0}, {"margin": 0.3}]),
}
"""name -> formulas."""


def bce_by_output(z: Sequence[Number], y: Sequence[Number], w: Any, k: int) -> Number:
    """Of bce by p = sigmoid(z)."""
    return w[0] * (1 - y[k]) / sigmoid(-z[k]) - w[1] * y[k] / sigmoid(z[k])


def focal_by_output(z: Sequence[Number], y: Sequence[Number], w: Any, k: int, gamma: float) -> Number:
    """Of focal by p = sigmoid(z)."""
    p, q = sigmoid(z[k]), sigmoid(-z[k])
    of_1, of_0 = focal_slope(p, q, -log1pexp(-z[k]), gamma), focal_slope(q, p, -log1pexp(z[k]), gamma)
    return w[0] * (1 - y[k]) * of_0 - w[1] * y[k] * of_1


FUSED: dict[tuple[str, str], Callable[..., Number]] = {
    ("sigmoid", "bce"): bce_by_output,
    ("sigmoid", "focal"): focal_by_output,
    ("softmax", "cross_entropy"): lambda z, y, w, k: -w[k] * y[k] / softmax(z, k),
    ("log_softmax", "nll"): lambda z, y, w, k: -w[k] * y[k],
}
"""(last activation, loss) -> the derivative by the output, of z."""
