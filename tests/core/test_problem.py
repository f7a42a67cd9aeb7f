"""A problem is a value, and whatever asks "what if" is ``solve`` with one thing changed."""

import pickle
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import twin
from dense import as_twin, random_layer
from msgspec.structs import replace

import nnc
from nnc.core.arrays import EXACT, FLOAT32
from nnc.core.layers import KINDS
from nnc.core.passes import RULES, At
from nnc.core.places import Place
from nnc.core.problem import Problem, solve

SAMPLES = 4
WAYS = {"tanh": "sigmoid", "relu": "identity", "sigmoid": "softmax"}
"""Activations of the first and the last layer."""


def random_problem(kind: str, first: str) -> Problem:
    rng = np.random.default_rng([*kind.encode(), *first.encode()])
    last = WAYS[first]
    layers = [random_layer(rng, kind, 3, 4, first), random_layer(rng, kind, 4, 2, last)]
    x, y = rng.normal(size=(SAMPLES, 3)), np.eye(2)[rng.integers(2, size=SAMPLES)]
    return Problem(nnc.network(*layers), x=x, y=y, objective=nnc.objective("half_sse"))


def twin_of(problem: Problem, **changed: Any) -> dict[str, Any]:
    assert problem.network is not None
    assert problem.x is not None
    assert problem.y is not None
    layers = [as_twin(layer) for layer in problem.network.layers]
    return twin.grad(layers, problem.x.tolist(), twin.Aim("half_sse", problem.y.tolist()), **changed)


def agree(found: nnc.Calculation, expected: dict[str, Any]) -> None:
    assert list(found) == list(expected)
    for name, value in expected.items():
        np.testing.assert_allclose(found[name], value, rtol=1e-12, atol=1e-14, err_msg=name)


every_problem = pytest.mark.parametrize("problem", [random_problem(kind, first) for kind in KINDS for first in WAYS])


@every_problem
@pytest.mark.parametrize("name", ["z1", "a1", "z2", "dz2", "da_dz1", "dz1"])
def test_everything_follows_from_a_quantity_that_is_given(problem: Problem, name: str) -> None:
    right = solve(problem)[name]
    own = right + np.random.default_rng(1).normal(size=right.shape)
    found = solve(problem, given={name: own})
    agree(found, twin_of(problem, given={name: own.tolist()}))
    assert found[name].tolist() == own.tolist()


@every_problem
def test_a_slip_is_a_rule_that_is_replaced(problem: Problem) -> None:
    forgotten = replace(RULES, dz=lambda at, da: da)  # f′ is left out
    agree(solve(problem, rules=forgotten), twin_of(problem, dz_of=lambda layer, z, da: da))


def test_weights_and_biases_have_rules_of_their_own() -> None:
    problem = random_problem("W", "tanh")
    right = solve(problem)["dW1"]

    def thrice(at: At, dz: Any) -> Any:
        return {key: 3 * value for key, value in RULES.dW(at, dz).items()}

    by_weights, by_biases = (solve(problem, rules=replace(RULES, **{rule: thrice}))["dW1"] for rule in ("dW", "db"))
    np.testing.assert_array_equal(by_weights, np.concatenate([right[:1], 3 * right[1:]]))
    np.testing.assert_array_equal(by_biases, np.concatenate([3 * right[:1], right[1:]]))


def test_a_problem_is_compared_pickled_and_changed_by_replace() -> None:
    problem = random_problem("weight", "relu")
    assert problem == random_problem("weight", "relu")
    assert pickle.loads(pickle.dumps(problem)) == problem
    assert replace(problem, x=problem.x + 1) != problem  # type: ignore[operator]  # it has an x
    assert replace(problem, of=Place("y_hat", (0, 0))) != problem


@pytest.mark.parametrize("dtype", [FLOAT32, EXACT])
def test_a_problem_of_whole_numbers_is_solved_in_any_numbers(dtype: np.dtype[Any]) -> None:
    network = nnc.network(nnc.layer("relu", W=[[1, 0], [2, 1], [0, 3]]))
    problem = Problem(network, x=np.array([1.0, 2.0]), y=np.array([1.0, 1.0]), objective=nnc.objective("sse"))
    found = solve(problem, dtype=dtype)
    assert found["loss"] == 40  # z = (3, 7): 2² + 6²
    assert {value.dtype for _, value in found.items()} == {dtype}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"a3": np.ones((SAMPLES, 2))}, "unknown quantity 'a3'"),
        ({"x": np.ones((SAMPLES, 3))}, "x is an input, so it is not calculated"),
        ({"a1": np.ones(4)}, "a1 is given 4 numbers, expected 4 × 4"),
        ({"a1": [[Fraction(1, 3)] * 4] * 3 + [[Fraction(10**400)] * 4]}, r"a1\[4,1\] is out of range for float64"),
        ({"a1": np.full((SAMPLES, 4), np.nan)}, r"a1\[1,1\] is NaN"),
    ],
)
def test_what_cannot_be_given_is_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(nnc.InputError, match=message):
        solve(random_problem("W", "tanh"), given=given)


def test_no_float_is_given_to_fractions() -> None:
    network = nnc.network(nnc.layer(W=[[Fraction(1, 3)], [Fraction(2)]]))
    problem = Problem(network, x=np.array([Fraction(1, 2)], dtype=object))
    assert solve(problem, given={"z1": [Fraction(1, 7)]})["y_hat"].tolist() == [Fraction(1, 7)]
    with pytest.raises(nnc.InputError, match="z1"):
        solve(problem, given={"z1": [0.1]})
