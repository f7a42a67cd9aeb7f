"""``--given``: a pass takes a value and goes on from it."""

import json

import numpy as np
import pytest

import nnc
from nnc.cli.app import run

NET = ["-w", "samples/two_layer_relu.json", "-x", "2,3"]
LOSS = ["-y", "0.1,0.9", "-l", "half_sse"]
# The second layer: z2 = (0.1 + 0.5 a1 + 0.7 a2, 0.1 − 0.6 a1 − 0.8 a2)


def printed(capfd: pytest.CaptureFixture[str], *args: str) -> str:
    assert run(list(args)) == 0
    return capfd.readouterr().out


def test_everything_after_it_follows_and_nothing_before(capfd: pytest.CaptureFixture[str]) -> None:
    # a1 = (1, 2): z2 = (0.1 + 0.5 + 1.4, 0.1 − 0.6 − 1.6) = (2, −2.1), ŷ = (2, 0), J = (1.9² + 0.9²) / 2 = 2.21,
    # dz2 = (1.9, 0), dW2 = (1, 1, 2) (1.9, 0)
    found = json.loads(printed(capfd, "grad", *NET, *LOSS, "--given", "a1=1,2", "--json"))
    np.testing.assert_allclose(found["z1"], [0.8, -0.7], rtol=1e-14)
    assert found["a1"] == [1, 2]
    np.testing.assert_allclose(found["loss"], 2.21, rtol=1e-14)
    np.testing.assert_allclose(found["dW2"], [[1.9, 0], [1.9, 0], [3.8, 0]], rtol=1e-14)
    assert found["meta"]["given"] == ["a1"]


def test_a_slope_that_is_given_is_that_of_dz(capfd: pytest.CaptureFixture[str]) -> None:
    # da1 = 0.5 · 0.4 = 0.2 and 0.7 · 0.4 = 0.28
    found = json.loads(printed(capfd, "grad", *NET, *LOSS, "--given", "da_dz1=[10, 0.5]", "--json"))
    np.testing.assert_allclose(found["dz1"], [2, 0.14], rtol=1e-14)


def test_tables_derivations_and_exact_numbers_know_it(capfd: pytest.CaptureFixture[str]) -> None:
    assert " z1 (given) " in printed(capfd, "forward", *NET, "--given", "z1=1,2")
    assert "  a⁽¹⁾ = [1; 2]   (given)\n" in printed(capfd, "forward", *NET, "--given", "a1=1,2", "--steps")
    # z2 = 0.1 + 0.5/3 + 1.4 = 5/3
    exact = printed(capfd, "forward", *NET, "--given", "a1=1/3,2", "--exact", "-s", "z2[1]", "-f", "plain")
    assert exact == "5/3\n"


def test_an_answer_is_judged_by_what_follows(capfd: pytest.CaptureFixture[str]) -> None:
    args = ["loss", *NET, *LOSS, "--given", "a1=1,2", "--expect"]
    assert [run([*args, answer]) for answer in ("2.21", "0.485")] == [0, 1]


def test_a_fused_pair_steps_over_nothing_that_is_given(capfd: pytest.CaptureFixture[str]) -> None:
    # one sigmoid unit with bce: dz1 is dy_hat · da_dz1, whichever of the two is given, and J is that of the given y_hat
    args = ["grad", "-w", "samples/sigmoid_neuron.yaml", "--json", "--given"]
    for given in ("da_dz1=10", "dy_hat=-3"):
        found = json.loads(printed(capfd, *args, given))
        np.testing.assert_allclose(found["dz1"], np.multiply(found["dy_hat"], found["da_dz1"]), rtol=1e-14)
    found = json.loads(printed(capfd, *args, "y_hat=0.25"))
    np.testing.assert_allclose(found["loss"], np.log(4), rtol=1e-14)
    steps = printed(capfd, "grad", "-w", "samples/sigmoid_neuron.yaml", "--given", "da_dz1=10", "--steps")
    assert "ŷ − y" not in steps.split("Backward · Layer 1")[1]


def test_a_derivative_of_one_number_may_be_given(capfd: pytest.CaptureFixture[str]) -> None:
    # dz2 = (1, 0): dW2 = (1, 0.8, 0) (1, 0)
    args = ["grad", *NET, "--of", "y_hat[1]", "--json", "--given", "dz2=3,0"]
    found = json.loads(printed(capfd, *args))
    np.testing.assert_allclose(found["dW2"], np.array([[3, 0], [2.4, 0], [0, 0]]), rtol=1e-14)


def test_two_may_be_given(capfd: pytest.CaptureFixture[str]) -> None:
    found = json.loads(printed(capfd, "grad", *NET, *LOSS, "--given", "z2=1,1", "--given", "dz1=1,1", "--json"))
    assert found["y_hat"] == [1, 1]
    assert found["dW1"] == [[1, 1], [2, 2], [3, 3]]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["a9=1"], "--given: unknown quantity 'a9'; known: x, z1"),
        (["x=1,2"], "--given: x is an input, so it is not calculated"),
        (["y=1,2"], "--given: y is an input, so it is not calculated"),
        (["z1=1"], "--given: z1 is given 1 number, expected 2"),
        (["dW2=1,2"], "--given: dW2 is given 2 numbers, expected 3 × 2"),
        (["z1"], "--given z1: expected NAME=VALUE, as in z1=0.8,-0.7"),
        (["z1=a,b"], "--given z1: number 1 ('a') is not a number"),
        (["z1=1,2", "z1=1,3"], "--given z1=1,3: z1 is given twice"),
    ],
)
def test_what_cannot_be_given_is_refused(given: list[str], message: str, capfd: pytest.CaptureFixture[str]) -> None:
    options = [word for one in given for word in ("--given", one)]
    assert run(["grad", *NET, *LOSS, *options]) == 2
    assert capfd.readouterr().err.startswith(f"nnc: {message}")


def test_verify_takes_no_given_values(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["grad", *NET, *LOSS, "--given", "z1=1,2", "--verify"]) == 2
    assert capfd.readouterr().err == "nnc: --verify moves every number by itself, so --given has nothing to do\n"


def test_the_library_takes_it_too() -> None:
    network = nnc.network(nnc.layer(W=[[0], [2]]), nnc.layer("relu", W=[[1], [3]]))
    assert nnc.forward(network, [1], given={"z1": [5]})["y_hat"].tolist() == [16]
    assert nnc.grad(network, [1], [0], "half_sse", given={"a1": [5]})["dW2"].tolist() == [[16], [80]]
