"""Softmax and its logarithm, with their backward rules: the units of a layer are the last axis."""

import numpy as np

from nnc.core.arrays import Array
from nnc.core.functions.compensated import exp_of_sum, two_sum


def softmax(z: Array) -> Array:
    """e^z_k / Σ e^z_j over the last axis."""
    e = _exp_shifted(z)
    return e / e.sum(axis=-1, keepdims=True)


def inverse_softmax(z: Array) -> Array:
    """1 / softmax(z)_k = Σ e^(z_j − z_k), also right where softmax(z)_k is too small to have all its digits."""
    far = exp_of_sum(*two_sum(np.max(z, axis=-1, keepdims=True), -z))
    return far * _exp_shifted(z).sum(axis=-1, keepdims=True)


def softmax_backward(da: Array, z: Array, a: Array) -> Array:
    """dz_k = a_k (da_k (1 − a_k) − Σ_(j≠k) a_j da_j), which is a_k (da_k − Σ a_j da_j).

    1 − a_k is the sum of the other probabilities, so it keeps its digits where a_k is next to 1.
    """
    return a * (da * _sum_of_others(a) - _sum_of_others(a * da))


def log_softmax(z: Array) -> Array:
    """z_k − log Σ e^z_j over the last axis.

    The largest term is 1 after the shift and log1p takes the others, so that a probability next to 1 keeps the digits
    of its distance from 1.
    """
    e = _exp_shifted(z)
    largest = np.argmax(z, axis=-1, keepdims=True)
    np.put_along_axis(e, largest, 0, axis=-1)
    return (z - np.max(z, axis=-1, keepdims=True)) - np.log1p(e.sum(axis=-1, keepdims=True))


def log_softmax_backward(da: Array, z: Array, a: Array) -> Array:
    """dz_k = da_k (1 − p_k) − p_k Σ_(j≠k) da_j with p = softmax(z), which is da_k − p_k Σ da_j.

    1 − p_k is the sum of the other probabilities, as in ``softmax_backward``.
    """
    p = softmax(z)
    return da * _sum_of_others(p) - p * _sum_of_others(da)


def _exp_shifted(z: Array) -> Array:
    """e^(z − max z), with the rounding error of the difference taken in."""
    return exp_of_sum(*two_sum(z, -np.max(z, axis=-1, keepdims=True)))


def _sum_of_others(v: Array) -> Array:
    """Σ_(j≠k) v_j for every k of the last axis, added up from both ends: Σ v_j − v_k would lose digits."""
    nothing = np.zeros_like(v[..., :1])
    before = np.concatenate([nothing, np.cumsum(v, axis=-1)[..., :-1]], axis=-1)
    after = np.concatenate([np.cumsum(v[..., :0:-1], axis=-1)[..., ::-1], nothing], axis=-1)
    return before + after
