"""Losses of single outputs, and their derivatives, in forms that keep their digits.

Every function takes outputs p (N, K), targets y (N, K) and class weights w (see ``losses.Loss``) and returns (N, K).
"""

from typing import Any

import numpy as np

from nnc.core.arrays import Array, indicator
from nnc.core.functions.compensated import exp_of_sum, in_float64, two_product, two_sum
from nnc.core.functions.elementwise import sigmoid, softplus


def xlogy(x: Array, p: Array) -> Array:
    """``x log p``, with 0 log 0 = 0."""
    return np.where(x == 0, 0, x * np.log(np.where(x == 0, 1, p)))


def ratio(x: Array, p: Array) -> Array:
    """``x / p``, with 0 / 0 = 0: an output without a share in the loss has no share in its derivative."""
    return np.where(x == 0, 0, x / np.where(x == 0, 1, p))


def huber(p: Array, y: Array, w: None, delta: Any) -> Array:
    """½ d² up to delta, beyond it the tangent, with d = |p − y|."""
    d = np.abs(p - y)
    return np.where(d <= delta, np.minimum(d, delta) ** 2 / 2, delta * (d - delta / 2))


def smooth_l1(p: Array, y: Array, w: None, beta: Any) -> Array:
    """½ d² / beta below beta, beyond it d − beta / 2, with d = |p − y|: huber / beta."""
    d = np.abs(p - y)
    return d if beta == 0 else np.where(d < beta, np.minimum(d, beta) ** 2 / (2 * beta), d - beta / 2)


def log_cosh(p: Array, y: Array, w: None) -> Array:
    """log cosh d = log(1 + 2 sinh²(d / 2)), which keeps its digits near 0 and overflows far out."""
    d = np.abs(p - y)
    near = np.log1p(2 * np.sinh(np.minimum(d, 2) / 2) ** 2)
    return np.where(d < 2, near, d - np.log(2) + np.log1p(np.exp(-2 * d))).astype(d.dtype)


def multi_margin_derivative(p: Array, y: Array, w: None, margin: Any) -> Array:
    """1 for each k ≠ y that comes within the margin, minus their number for k = y."""
    within = (1 - y) * indicator(violation(p, y, margin) > 0, p)
    return within - y * within.sum(axis=-1, keepdims=True)


def violation(p: Array, y: Array, margin: Any) -> Array:
    """``margin − (p_y − p_k)``, with the right sign even where p_y − p_k is rounded to the margin."""
    difference, rest = two_sum((p * y).sum(axis=-1, keepdims=True), -p)
    return (margin - difference) - rest


def bce_by_output(z: Array, y: Array, w: Array) -> Array:
    """w₀ (1 − y) / (1 − p) − w₁ y / p at p = sigmoid(z), with 1/p = 1 + e⁻ᶻ and 1/(1 − p) = 1 + eᶻ."""
    return times(w[0] * (1 - y), 1 + np.exp(z)) - times(w[1] * y, 1 + np.exp(-z))


def times(x: Array, v: Array) -> Array:
    """``x v``, with 0 ∞ = 0: an output without a share in the loss has no share in its derivative."""
    return np.where(x == 0, 0, x * v)


def xlog1py(x: Array, p: Array) -> Array:
    """``x log(1 + p)``, with 0 log 0 = 0."""
    return np.where(x == 0, 0, x * np.log1p(np.where(x == 0, 0, p)))


def focal(p: Array, y: Array, w: Array, gamma: Any) -> Array:
    """Both terms of bce, times (1 − p)^gamma and p^gamma."""
    return -((1 - p) ** gamma * xlogy(w[1] * y, p) + p**gamma * xlog1py(w[0] * (1 - y), -p))


def focal_derivative(p: Array, y: Array, w: Array, gamma: Any) -> Array:
    """−w₁ y (1 − p)^gamma (1 + gamma h(p)) / p, and the same of 1 − p with the other sign.

    h(p) = −p log p / (1 − p) is 0 at p = 0 and, as a limit, 1 at p = 1.
    """
    q = 1 - p
    h = -xlogy(p, p) / np.where(q == 0, 1, q) + (q == 0)
    h_of_q = -xlog1py(q, -p) / np.where(p == 0, 1, p) + (p == 0)
    of_1 = ratio(w[1] * y, p) * q**gamma * (1 + gamma * h)
    of_0 = ratio(w[0] * (1 - y), q) * p**gamma * (1 + gamma * h_of_q)
    return of_0 - of_1


@in_float64
def focal_with_logits(z: Array, y: Array, w: Array, gamma: Any) -> Array:
    """``focal`` of p = sigmoid(z), with 1 − p = sigmoid(−z)."""
    of_1 = y * _sigmoid_power(-z, gamma) * softplus(-z)
    of_0 = (1 - y) * _sigmoid_power(z, gamma) * softplus(z)
    return w[1] * of_1 + w[0] * of_0


@in_float64
def focal_with_logits_derivative(z: Array, y: Array, w: Array, gamma: Any) -> Array:
    """w₀ (1 − y) p^(gamma + 1) (1 + gamma h(1 − p)) − w₁ y (1 − p)^(gamma + 1) (1 + gamma h(p)); see ``focal``."""
    of_1 = y * _sigmoid_power(-z, gamma) * sigmoid(-z) * (1 + gamma * _entropy_ratio(z))
    of_0 = (1 - y) * _sigmoid_power(z, gamma) * sigmoid(z) * (1 + gamma * _entropy_ratio(-z))
    return w[0] * of_0 - w[1] * of_1


@in_float64
def focal_by_output(z: Array, y: Array, w: Array, gamma: Any) -> Array:
    """``focal_derivative`` at p = sigmoid(z), with 1/p = 1 + e⁻ᶻ and 1/(1 − p) = 1 + eᶻ."""
    of_1 = (1 + np.exp(-z)) * _sigmoid_power(-z, gamma) * (1 + gamma * _entropy_ratio(z))
    of_0 = (1 + np.exp(z)) * _sigmoid_power(z, gamma) * (1 + gamma * _entropy_ratio(-z))
    return times(w[0] * (1 - y), of_0) - times(w[1] * y, of_1)


def _sigmoid_power(z: Array, gamma: Any) -> Array:
    """σ(z)^gamma: left of 0 as e^(gamma z) / (1 + eᶻ)^gamma, with what rounding took from gamma z and 1 + eᶻ."""
    x, rest = two_product(np.minimum(z, 0), gamma)
    total, lost = two_sum(np.ones_like(z), np.exp(-np.abs(z)))
    return exp_of_sum(x, rest - gamma * lost / total) / total**gamma


def _entropy_ratio(z: Array) -> Array:
    """−p log p / (1 − p) = eᶻ log(1 + e⁻ᶻ) for p = sigmoid(z): 1 far right."""
    e = np.exp(-np.abs(z))
    return np.where(z > 0, np.where(e == 0, 1, np.log1p(e) / np.where(e == 0, 1, e)), e * (np.log1p(e) - z))


def kl_div(p: Array, y: Array, w: None) -> Array:
    """``y log(y / p)``, with 0 log 0 = 0; where y and p are near, from y − p, which is exact."""
    some = np.where(y == 0, 1, y)
    of = np.where(y == 0, 1, p)
    near = np.abs(some - of) < of / 2
    log_near = np.log1p((some - of) / np.where(near, of, 1))
    quotient = some / of
    log_far = np.where(np.isinf(quotient), np.log(some) - np.log(of), np.log(quotient))
    return np.where(y == 0, 0, y * np.where(near, log_near, log_far))
