"""Gradients of deep networks: small ones keep their digits, and none is rounded to 0."""

from fractions import Fraction

import mpmath
import numpy as np
import pytest
import twin
from mpmath import mpf

import nnc

DEPTH = 50


@pytest.mark.parametrize("seed", range(3))
def test_fifty_layers_of_leaky_relu_keep_gradients_of_1e_minus_24_to_ten_digits(seed: int) -> None:
    # The twin calculates in fractions, which the weights, being floats, are: nothing is rounded.
    rng = np.random.default_rng(seed)
    weights = [rng.uniform(-0.85, 0.85, size=(3, 2)) for _ in range(DEPTH)]
    slope = 0.25
    layers = [nnc.layer(f"leaky_relu:negative_slope={slope}", W=matrix) for matrix in weights]
    x, y = [0.75, -1.5], [0.5, 2.0]
    found = nnc.grad(nnc.network(*layers), x, y, "half_sse")
    exact = [
        twin.Layer("W", [[Fraction(v) for v in row] for row in matrix.tolist()], None, "leaky_relu", Fraction(slope))
        for matrix in weights
    ]
    expected = twin.grad(exact, [[Fraction(v) for v in x]], twin.Aim("half_sse", [[Fraction(v) for v in y]]))
    smallest = np.abs(found["dW1"]).min()
    assert 1e-31 < smallest < 1e-21
    for name in [*(f"dW{k}" for k in range(1, DEPTH + 1)), "dx"]:
        true = np.array(expected[name] if name != "dx" else expected[name][0], dtype=float)
        np.testing.assert_allclose(found[name], true, rtol=1e-10, err_msg=name)


def test_fifty_sigmoids_in_a_row_keep_the_product_of_their_slopes() -> None:
    # One unit a layer with weight 1 and bias 0: dz1 = (ŷ − y) Π σ′(z_k)
    network = nnc.network(*[nnc.layer("sigmoid", W=[[0], [1]]) for _ in range(DEPTH)])
    found = nnc.grad(network, [1], [0], "half_sse")
    with mpmath.workdps(50):
        a, product = mpf(1), mpf(1)
        for _ in range(DEPTH):
            a = 1 / (1 + mpmath.exp(-a))
            product *= a * (1 - a)
        assert 1e-34 < product < 1e-30
        np.testing.assert_allclose(found["dx"], [float(a * product)], rtol=1e-12)


def test_a_thousand_layers_do_not_stop_a_gradient_that_is_a_float64() -> None:
    # slope ½ a layer: 2⁻¹⁰⁰⁰ = 9.3e-302
    network = nnc.network(*[nnc.layer(kernel=[[0.5]]) for _ in range(1000)])
    assert nnc.grad(network, [1], [-1], "half_sse")["dx"].tolist() == [2.0**-1000]
