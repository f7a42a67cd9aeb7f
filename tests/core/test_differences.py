"""Differences: every derivative is within its error, at saturation, at kinks and next to a logarithm of 0."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nnc.core.arrays import FLOAT64, Array
from nnc.core.differences import Estimate, Function, derivative
from nnc.core.functions import activations
from nnc.core.functions.activations import ACTIVATIONS
from nnc.core.rows import choose

ALONE = [name for name, row in ACTIVATIONS.items() if row.backward is None]
POINTS = np.array([0, *np.logspace(-12, 3, 151), 1, 2, 3, 6, 1 - 1e-12, 3 + 1e-12, 1e8, 1e16])


def differences(
    f: Callable[[Array], Array], z: Any, *, kinks: tuple[float, ...] = (), relative: bool = False
) -> Estimate:
    """Those of a function of one number, at several."""
    function = Function(f, lambda z: z[..., None] - np.array(kinks, dtype=float), alone=True, relative=relative)
    with np.errstate(all="ignore"):
        return derivative(function, np.atleast_2d(z), slice(None))


@pytest.mark.parametrize("name", ALONE)
def test_the_derivative_of_every_activation_is_within_the_error_or_at_a_kink(name: str) -> None:
    needed = {key: 0.3 for key, parameter in ACTIVATIONS[name].parameters.items() if parameter.default is None}
    chosen = choose(ACTIVATIONS, "activation", name, needed, FLOAT64)
    z = np.concatenate([-POINTS, POINTS])
    kinks = chosen.row.kinks(**chosen.parameters)
    found = differences(lambda z: activations.apply(chosen, z), z, kinks=kinks)
    slopes = activations.derivative(chosen, z)
    assert slopes is not None
    assert found.kink[0].tolist() == np.isin(z, kinks).tolist()
    off = np.abs(found.value[0] - slopes)
    assert (off <= found.error[0] + 8 * np.spacing(np.abs(slopes)))[~found.kink[0]].all()
    ordinary = (np.abs(z) < 1e3) & np.all([np.abs(z - kink) > 1e-3 for kink in kinks], axis=0)
    assert (found.error[0] < 1e-9)[ordinary].all()


@pytest.mark.parametrize("scale", [1e-3, 1e-6, 1e-9, 1e-12])
@pytest.mark.parametrize("at", [-2, -0.01, 0, 0.01, 0.7, 3])
def test_a_bend_that_long_steps_pass_over_is_found(scale: float, at: float) -> None:
    # scale · log(1 + e^(z/scale)) is straight but for about |z| < scale; its slope is σ(z/scale)
    found = differences(lambda z: scale * np.logaddexp(0, z / scale), at * scale)
    assert abs(found.value[0, 0] - 1 / (1 + np.exp(-at))) <= found.error[0, 0] < 1e-6


@pytest.mark.parametrize("p", [1e-300, 1e-30, 1e-9, 0.25, 1 - 1e-9, np.nextafter(1, 0)])
def test_the_slope_of_a_logarithm_is_found_up_to_its_pole(p: float) -> None:
    def of(p: Array) -> Array:
        return np.log(p) if p.max() < 0.5 else np.log1p(-p)

    slope = 1 / p if p < 0.5 else -1 / (1 - p)
    found = differences(of, p, relative=True)
    assert abs(found.value[0, 0] - slope) <= found.error[0, 0]
    assert found.error[0, 0] < (1e-6 if p < 0.9 or 1 - p > 1e-10 else np.inf) * abs(slope)


def test_a_number_that_depends_on_others_is_moved_alone() -> None:
    function = Function(lambda z: z * z[:, ::-1], lambda z: np.zeros((len(z), 0)), alone=False, relative=False)
    found = derivative(function, np.array([[2.0, 5.0], [3.0, 7.0]]), slice(0, 1))
    np.testing.assert_allclose(found.value, [[5, 5], [7, 7]], rtol=1e-12)  # ∂(z₁z₂)/∂z₁ and ∂(z₂z₁)/∂z₁


def test_a_constant_has_a_slope_of_0_that_rounding_may_hide() -> None:
    found = differences(np.ones_like, [0.5, 1000])
    assert found.value.tolist() == [[0, 0]]
    assert (found.error > 0).all()
    assert (found.error < 1e-14).all()


def test_the_error_at_a_kink_is_the_size_of_the_slopes() -> None:
    found = differences(lambda z: 3 * np.abs(z), 0.0, kinks=(0,))
    assert found.kink.all()
    assert found.error.tolist() == [[6]]  # 3 to the right and 3 to the left
