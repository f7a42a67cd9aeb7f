from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from typing import Any

import mpmath
import numpy as np
import pytest
import twin
from dense import as_twin, bias_of, matrix_of, random_layer, with_parameters
from mpmath import mpf

import nnc
from nnc.core.arrays import EXACT, Array
from nnc.core.layers import KINDS, Layer
from nnc.core.network import Network
from nnc.core.objective import Objective
from nnc.core.quantities import Calculation

ORDER = list(KINDS)
WHOLE = ("dW", "db", "loss", "penalty")  # names of quantities without a sample axis begin like one of these
SIZES = (3, 4, 2, 3)

# (loss, last activation, what a target is)
PAIRS = [
    ("half_sse", "identity", "values"),
    ("half_sse", "softmax", "values"),
    ("sse", "tanh", "values"),
    ("mse", "leaky_relu", "values"),
    ("mse:outputs=sum", "relu", "values"),
    ("mae", "identity", "values"),
    ("bce", "sigmoid", "parts"),
    ("bce:outputs=sum", "sigmoid", "parts"),
    ("bce", "softmax", "parts"),
    ("bce_with_logits", "identity", "parts"),
    ("cross_entropy", "softmax", "index"),
    ("cross_entropy", "softmax", "one-hot"),
    ("cross_entropy", "softmax", "probabilities"),
    ("cross_entropy", "sigmoid", "index"),
    ("cross_entropy_with_logits", "tanh", "index"),
    ("cross_entropy_with_logits", "identity", "probabilities"),
]
EVERY_CASE = [
    pytest.param(*pair, reduction, samples, turn, id=f"{'-'.join(pair)}-{reduction}-{samples or 'one'}-{ORDER[turn]}")
    for pair, reduction, samples, turn in product(PAIRS, ("mean", "sum", "weighted-mean"), (None, 3), range(4))
    if reduction != "weighted-mean" or pair[2] in ("index", "one-hot")
]
NAMES = ("loss", "last", "target", "reduction", "samples", "turn")
every_case = pytest.mark.parametrize(NAMES, EVERY_CASE)
# Differences are slow, and the twin goes through every case: each pair meets each order of the layouts here.
some_cases = pytest.mark.parametrize(NAMES, [case for i, case in enumerate(EVERY_CASE) if i % 4 == i // 4 % 4])


class Problem:
    """A random network, input and objective; three layers in layouts that begin with the ``turn``-th of the four."""

    def __init__(self, loss: str, last: str, target: str, reduction: str, samples: int | None, turn: int) -> None:
        rng = np.random.default_rng([turn, samples or 0, len(reduction), *loss.encode(), *target.encode()])
        self.samples = samples
        self.reduction = reduction
        self.loss = loss
        hidden = [["relu", "tanh"], ["sigmoid", "leaky_relu:negative_slope=0.3"]][turn % 2]
        names = [*hidden, last]
        layouts = [ORDER[(turn + k) % 4] for k in range(3)]
        self.network = nnc.network(*(random_layer(rng, layouts[k], SIZES[k], SIZES[k + 1], names[k]) for k in range(3)))
        count = samples or 1
        self.x = rng.normal(size=(count, SIZES[0]))
        self.y = random_targets(rng, target, count, SIZES[-1])
        weighted = "bce" in loss or "cross_entropy" in loss
        self.class_weights = rng.uniform(0.5, 2, 2 if "bce" in loss else SIZES[-1]).tolist() if weighted else None
        self.sample_weights = rng.uniform(0.5, 2, count)
        self.l2 = 0.1

    def objective(self, **changes: Any) -> Objective:
        given: dict[str, Any] = {
            "reduction": self.reduction,
            "class_weights": self.class_weights,
            "sample_weights": self.sample_weights,
            "l2": self.l2,
        }
        return nnc.objective(self.loss, **given | changes)

    def as_given(self, rows: Array) -> Array:
        """A batch, or its only sample."""
        return rows if self.samples else rows[0]

    def grad(self) -> Calculation:
        return nnc.grad(self.network, self.as_given(self.x), self.as_given(self.y), self.objective())

    def loss_at(self, network: Network, x: Array) -> float:
        return float(nnc.loss(network, self.as_given(x), self.as_given(self.y), self.objective())["loss"])

    def twins(self) -> dict[str, Any]:
        name, _, outputs = self.loss.partition(":outputs=")
        aim = twin.Aim(
            name,
            self.y.tolist(),
            outputs or "mean",
            self.reduction,
            self.class_weights,
            self.sample_weights.tolist(),
            self.l2,
        )
        found = twin.grad([as_twin(layer) for layer in self.network.layers], self.x.tolist(), aim)
        if self.samples:
            return found
        return {
            name: value if name.startswith(WHOLE) else value[0] for name, value in found.items() if name != "losses"
        }


def random_targets(rng: np.random.Generator, target: str, count: int, outputs: int) -> Array:
    match target:
        case "values":
            return rng.normal(size=(count, outputs))
        case "parts":
            return rng.uniform(size=(count, outputs))
        case "probabilities":
            return rng.dirichlet(np.ones(outputs), size=count)
    classes = rng.integers(outputs, size=count)
    return classes if target == "index" else np.eye(outputs)[classes]


@every_case
def test_every_quantity_is_that_of_the_loop_by_loop_twin(
    loss: str, last: str, target: str, reduction: str, samples: int | None, turn: int
) -> None:
    problem = Problem(loss, last, target, reduction, samples, turn)
    found, expected = problem.grad(), problem.twins()
    assert list(found) == list(expected)
    for name, value in expected.items():
        np.testing.assert_allclose(found[name], value, rtol=1e-12, atol=1e-12, err_msg=name)
        assert found[name].shape == np.shape(value), name


@some_cases
def test_every_gradient_is_that_of_central_differences(
    loss: str, last: str, target: str, reduction: str, samples: int | None, turn: int
) -> None:
    problem = Problem(loss, last, target, reduction, samples, turn)
    found = problem.grad()
    compared = set()
    for name, expected in differences(problem, found):
        np.testing.assert_allclose(found[name], expected, rtol=1e-6, atol=1e-6, err_msg=name)
        compared.add(name)
    assert {name for name in found if name[0] == "d" and name[:5] != "da_dz"} == compared


def differences(problem: Problem, found: Calculation) -> Iterator[tuple[str, Array]]:
    """Each gradient by central differences: of the calculation itself, or of what is left of it from there on."""
    layers = problem.network.layers
    yield "dx", problem.as_given(central(lambda x: problem.loss_at(problem.network, x), problem.x))
    for k, layer in enumerate(layers, start=1):
        yield f"dW{k}", central(lambda W, k=k: problem.loss_at(with_matrix(layers, k, W), problem.x), matrix_of(layer))
        if (beside := bias_of(layer)) is not None:
            yield f"db{k}", central(lambda b, k=k: problem.loss_at(with_bias(layers, k, b), problem.x), beside)
        z, a = (found[name] if problem.samples else found[name][None] for name in (f"z{k}", f"a{k}"))
        through = Network((nnc.layer(layer.activation, kernel=np.eye(layer.n_out)), *layers[k:]))
        yield f"dz{k}", problem.as_given(central(lambda z, rest=through: problem.loss_at(rest, z), z))
        if k < len(layers):
            rest = Network(layers[k:])
            yield f"da{k}", problem.as_given(central(lambda a, rest=rest: problem.loss_at(rest, a), a))
    y_hat = found["y_hat"] if problem.samples else found["y_hat"][None]
    objective = problem.objective(l2=None)

    def of_outputs(p: Array) -> float:
        y = problem.as_given(problem.y)
        return float(nnc.loss_of_outputs(problem.as_given(p), np.asarray(y), objective)["loss"])

    yield "dy_hat", problem.as_given(central(of_outputs, y_hat))


def central(f: Any, at: Array, h: float = 1e-6) -> Array:
    """(f(v + h) − f(v − h)) / 2h for every number v of an array."""
    slopes = np.empty(at.shape)
    for index in np.ndindex(at.shape):
        step = np.zeros(at.shape)
        step[index] = h
        slopes[index] = (f(at + step) - f(at - step)) / (2 * h)
    return slopes


def with_matrix(layers: tuple[Layer, ...], k: int, matrix: Array) -> Network:
    return Network((*layers[: k - 1], with_parameters(layers[k - 1], matrix), *layers[k:]))


def with_bias(layers: tuple[Layer, ...], k: int, bias: Array) -> Network:
    return Network((*layers[: k - 1], with_parameters(layers[k - 1], bias=bias), *layers[k:]))


def test_weighted_mean_of_one_sigmoid_output_is_that_of_the_twin() -> None:
    rng = np.random.default_rng(5)
    layer = nnc.layer("sigmoid", [0.1], weight=rng.normal(size=(1, 2)))
    x, y, s = rng.normal(size=(4, 2)), [[0], [1], [1], [0]], [1, 2, 0.5, 3]
    objective = nnc.objective("bce", reduction="weighted-mean", class_weights=[1, 5.5], sample_weights=s)
    aim = twin.Aim("bce", y, "mean", "weighted-mean", [1, 5.5], s)
    expected = twin.grad([as_twin(layer)], x.tolist(), aim)
    found = nnc.grad(nnc.network(layer), x, y, objective)
    assert list(found) == list(expected)
    for name, value in expected.items():
        np.testing.assert_allclose(found[name], value, rtol=1e-12, err_msg=name)


@pytest.mark.parametrize("loss", ["half_sse", "sse", "mse", "mae"])
def test_fractions_in_give_the_very_fractions_of_the_twin(loss: str) -> None:
    matrix = [[Fraction(1, 3), Fraction(-1, 7)], [Fraction(2, 5), Fraction(3)], [Fraction(-1, 9), Fraction(1, 2)]]
    x, y = [[Fraction(1, 2), Fraction(-2, 3)]], [[Fraction(1, 10), Fraction(9, 10)]]
    layer = nnc.layer("relu", W=np.array(matrix, dtype=EXACT))
    aim = twin.Aim(loss, y, sample_weights=[Fraction(1)])
    found = nnc.grad(nnc.network(layer), np.array(x, dtype=EXACT), np.array(y, dtype=EXACT), loss)
    for name, value in twin.grad([twin.Layer("W", matrix, None, "relu")], x, aim).items():
        assert found[name].tolist() == value, name
        assert all(isinstance(number, Fraction | int) for number in found[name].reshape(-1)), name


# The names, order and shapes of a pass through a network 2 → 3 → 2, its first layer W, its second weight and bias.
SHAPES = {
    "x": (2,), "z1": (3,), "a1": (3,), "z2": (2,), "a2": (2,), "y_hat": (2,),
    "y": (2,), "terms": (2,), "losses": None, "penalty": (), "loss": (),
    "dy_hat": (2,), "da_dz2": (2,), "dz2": (2,), "dW2": (2, 3), "db2": (2,), "da1": (3,),
    "da_dz1": (3,), "dz1": (3,), "dW1": (3, 3), "dx": (2,),
}  # fmt: skip
TWO_LAYERS = nnc.network(
    nnc.layer("relu", W=np.ones((3, 3))), nnc.layer("sigmoid", np.zeros(2), weight=np.ones((2, 3)))
)
PENALIZED = nnc.objective("half_sse", l2=1)


def shapes(calculation: Calculation) -> dict[str, tuple[int, ...]]:
    return {name: value.shape for name, value in calculation.items()}


def test_one_sample_has_the_names_order_and_shapes_of_a_pass() -> None:
    found = shapes(nnc.grad(TWO_LAYERS, [1, 2], [0, 1], PENALIZED))
    assert list(found.items()) == [(name, shape) for name, shape in SHAPES.items() if shape is not None]


@pytest.mark.parametrize("samples", [1, 5])
def test_a_batch_has_the_samples_in_front_and_a_loss_for_each(samples: int) -> None:
    x, y = np.ones((samples, 2)), np.ones((samples, 2))
    found = shapes(nnc.grad(TWO_LAYERS, x, y, PENALIZED))
    expected = [
        (name, shape if name.startswith(WHOLE) and name != "losses" else (samples, *(shape or ())))
        for name, shape in SHAPES.items()
    ]
    assert list(found.items()) == expected


def test_forward_and_loss_are_the_beginning_of_grad() -> None:
    everything = list(nnc.grad(TWO_LAYERS, [1, 2], [0, 1], PENALIZED))
    assert list(nnc.forward(TWO_LAYERS, [1, 2])) == everything[: everything.index("y_hat") + 1]
    assert list(nnc.loss(TWO_LAYERS, [1, 2], [0, 1], PENALIZED)) == everything[: everything.index("loss") + 1]


@pytest.mark.parametrize(("y", "shape"), [(1, ()), ([1, 0, 1], (3,))])
def test_a_class_index_stays_an_index(y: Any, shape: tuple[int, ...]) -> None:
    found = nnc.loss(TWO_LAYERS, np.ones((*shape, 2)), y, "cross_entropy_with_logits")
    assert found["y"].shape == shape
    assert np.issubdtype(found["y"].dtype, np.integer)


@pytest.mark.parametrize("layout", KINDS)
def test_gradients_of_weights_lie_as_the_weights_do(layout: str) -> None:
    layer = random_layer(np.random.default_rng(0), layout, 3, 2, "identity")
    found = nnc.grad(nnc.network(layer), [1, 2, 4], [0, 0], "half_sse")
    assert found["dW1"].shape == matrix_of(layer).shape
    assert ("db1" in found) == (bias_of(layer) is not None)


def test_without_a_network_there_are_outputs_and_loss_and_dy_hat() -> None:
    # half_sse of (0.5, 0) against (0.1, 0.9): (0.4² + 0.9²) / 2 = 0.485; its derivative is the difference
    found = nnc.loss_of_outputs([0.5, 0], [0.1, 0.9], "half_sse")
    assert list(found) == ["y_hat", "y", "terms", "loss", "dy_hat"]
    assert found["loss"] == pytest.approx(0.485, rel=1e-15)
    np.testing.assert_allclose(found["dy_hat"], [0.4, -0.9], rtol=1e-15)


def test_the_tutorials_network_has_the_numbers_worked_by_hand() -> None:
    # z1 = (0.1 − 0.2 + 0.9, 0.1 + 0.4 − 1.2) = (0.8, −0.7), a1 = (0.8, 0)
    # z2 = (0.1 + 0.5·0.8, 0.1 − 0.6·0.8) = (0.5, −0.38), y_hat = (0.5, 0)
    # dz2 = (0.5 − 0.1, 0) as the second unit is off; da1 = 0.4·(0.5, 0.7); dz1 = (0.2, 0); dx = 0.2·(−0.1, 0.3)
    network = nnc.network(
        nnc.layer("relu", W=[[0.1, 0.1], [-0.1, 0.2], [0.3, -0.4]]),
        nnc.layer("relu", W=[[0.1, 0.1], [0.5, -0.6], [0.7, -0.8]]),
    )
    found = nnc.grad(network, [2, 3], [0.1, 0.9], "half_sse")
    worked: dict[str, Any] = {
        "z1": [0.8, -0.7], "a1": [0.8, 0], "z2": [0.5, -0.38], "y_hat": [0.5, 0], "loss": 0.485,
        "dy_hat": [0.4, -0.9], "dz2": [0.4, 0], "dW2": [[0.4, 0], [0.32, 0], [0, 0]], "da1": [0.2, 0.28],
        "dz1": [0.2, 0], "dW1": [[0.2, 0], [0.4, 0], [0.6, 0]], "dx": [-0.02, 0.06],
    }  # fmt: skip
    for name, value in worked.items():
        np.testing.assert_allclose(found[name], value, rtol=1e-14, atol=1e-16, err_msg=name)


def identity_network(activation: str, size: int) -> Network:
    """z is the input itself."""
    return nnc.network(nnc.layer(activation, kernel=np.eye(size)))


@pytest.mark.parametrize("z", [-1000, -40, -3, 0, 3, 40, 1000])
@pytest.mark.parametrize("y", [0, 1])
@pytest.mark.filterwarnings("error")
def test_saturated_sigmoid_keeps_its_bce_and_its_gradient(z: float, y: int) -> None:
    found = nnc.grad(identity_network("sigmoid", 1), [z], [y], "bce")
    with mpmath.workdps(50):
        p = 1 / (1 + mpmath.exp(-mpf(z)))
        true_loss = mpmath.log1p(mpmath.exp(mpf(z) if y == 0 else -mpf(z)))
        true_dz = p if y == 0 else -1 / (1 + mpmath.exp(mpf(z)))  # p − y
        np.testing.assert_allclose(found["loss"], float(true_loss), rtol=1e-15)
        np.testing.assert_allclose(found["dz1"], [float(true_dz)], rtol=1e-15)


@pytest.mark.parametrize("size", [3, 40, 1000])
@pytest.mark.parametrize("y", [0, 1, 2])
def test_saturated_softmax_keeps_its_cross_entropy_and_its_gradient(size: float, y: int) -> None:
    z = [size, 0, -size]
    found = nnc.grad(identity_network("softmax", 3), z, y, "cross_entropy")
    with mpmath.workdps(50):
        total = mpmath.fsum(mpmath.exp(mpf(v) - size) for v in z)
        others = [mpmath.fsum(mpmath.exp(mpf(v) - size) for k, v in enumerate(z) if k != j) for j in range(3)]
        p = [mpmath.exp(mpf(v) - size) / total for v in z]
        true_loss = -(mpf(z[y]) - size) + mpmath.log1p(others[0])
        true_dz = [-others[k] / total if k == y else p[k] for k in range(3)]
        np.testing.assert_allclose(found["loss"], float(true_loss), rtol=1e-15)
        np.testing.assert_allclose(found["dz1"], [float(v) for v in true_dz], rtol=2e-15)


@pytest.mark.parametrize(
    ("activation", "loss", "x", "y", "dy_hat"),
    [
        ("sigmoid", "bce", [-1000, 0], [1, 1], [-np.inf, -1]),  # −y / p, over two outputs
        ("softmax", "cross_entropy", [-1000, 0], 0, [-np.inf, 0]),
    ],
)
def test_what_a_fused_pair_steps_over_may_be_infinite_with_a_warning(
    activation: str, loss: str, x: list[float], y: Any, dy_hat: list[float]
) -> None:
    found = nnc.grad(identity_network(activation, 2), x, y, loss)
    np.testing.assert_array_equal(found["dy_hat"], dy_hat)
    assert found.warnings == ("dy_hat exceeds float64 at a saturated output; the loss and dz are from z, and exact",)
    assert np.isfinite(found["dz1"]).all()


def test_a_loss_that_is_not_fused_is_refused_where_it_is_infinite() -> None:
    # y log p with y = 1 and p = 0
    with pytest.raises(
        nnc.NotFiniteError, match=r"^loss is not finite: with y_hat\[1\] = 0 .* it is infinite: end the"
    ):
        nnc.loss_of_outputs([0, 0.5], [1, 0], "bce")


@pytest.mark.parametrize("y_hat", [0, 1])
def test_a_class_or_a_sample_of_weight_0_adds_nothing_however_wrong_its_output(y_hat: int) -> None:
    p, y = np.array([[y_hat], [0.5]]), [[1 - y_hat], [y_hat]]
    by_class = nnc.loss_of_outputs(p, y, nnc.objective("bce", class_weights=[1 - y_hat, y_hat]))
    by_sample = nnc.loss_of_outputs(p, y, nnc.objective("bce", sample_weights=[0, 1]))
    for found in (by_class, by_sample):
        assert found["losses"].tolist() == pytest.approx([0, np.log(2)], rel=1e-15)
        assert found["dy_hat"][0] == 0


def test_a_class_of_weight_0_has_no_gradient_where_the_output_is_saturated() -> None:
    found = nnc.grad(
        identity_network("softmax", 2), [-1000, 0], 0, nnc.objective("cross_entropy", class_weights=[0, 1])
    )
    assert [found[name].tolist() for name in ("loss", "dy_hat", "dz1")] == [0, [0, 0], [0, 0]]
    assert found.warnings == ()


BIG = 1e200
OVERFLOWS = [
    # z = x · w, and the quantity that leaves float64 first; 1e200² is beyond its 1.8e308
    ([BIG], [[BIG]], [0], "z1", "z1[1]"),
    ([-BIG], [[BIG]], [0], "z1", "z1[1]"),
    # Infinity, or the NaN of ∞ − ∞, by whether the processor fuses multiplication and addition: both are said alike.
    ([BIG, -BIG], [[BIG]] * 2, [0], "z1", "z1[1]"),
    ([1], [[BIG]], [0], "terms", "terms[1]"),
    ([BIG, 1], [[1e-50], [0]], [0], "dW1", "dW1[1,1]"),
]  # fmt: skip


@pytest.mark.parametrize(("x", "kernel", "y", "name", "place"), OVERFLOWS)
def test_overflow_names_the_first_quantity_that_leaves_float64(
    x: list[float], kernel: list[list[float]], y: list[float], name: str, place: str
) -> None:
    with pytest.raises(nnc.NotFiniteError) as caught:
        nnc.grad(nnc.network(nnc.layer(kernel=kernel)), x, y, "half_sse")
    assert caught.value.quantity == name
    beyond = f"{place} or a number on the way to it is beyond 1.8e+308, where float64 ends"
    assert str(caught.value) == f"{name} is not finite: {beyond}"


def test_the_number_that_overflows_is_named_by_sample_and_unit() -> None:
    network = nnc.network(nnc.layer(kernel=[[1, BIG]]))
    with pytest.raises(nnc.NotFiniteError, match=r"z1\[2,2\] or a number on the way"):
        nnc.forward(network, np.array([[1], [BIG]]))


def test_a_sum_of_finite_losses_that_overflows_is_refused_as_the_loss() -> None:
    # 1e308 + 1e308 is beyond 1.8e308, each of them is not
    with pytest.raises(nnc.NotFiniteError) as caught:
        nnc.loss_of_outputs([[1e154], [1e154]], [[0], [0]], nnc.objective("sse", reduction="sum"))
    assert caught.value.quantity == "loss"


def test_a_negative_zero_is_0_in_every_quantity() -> None:
    # −1 · 0 is −0, and so are relu's z, the difference −0 − 0 and what follows from them
    network = nnc.network(nnc.layer("identity", [-0.0], kernel=[[-1.0]]))
    found = nnc.grad(network, [[-0.0], [0.0]], [[0.0], [-0.0]], nnc.objective("half_sse", l2=0))
    for name, value in found.items():
        assert not np.signbit(value[value == 0] if value.ndim else value).any(), name


@pytest.mark.parametrize("samples", [None, 2])
def test_float32_stays_float32_throughout(samples: int | None) -> None:
    network = nnc.network(nnc.layer("sigmoid", np.ones(2, np.float32), kernel=np.ones((2, 2), np.float32)))
    x = np.ones((2,) if samples is None else (samples, 2), np.float32)
    objective = nnc.objective("bce", class_weights=[1, 5.5], sample_weights=[0.5] * (samples or 1), l2=0.1)
    found = nnc.grad(network, x, x, objective)
    assert {name: value.dtype.name for name, value in found.items()} == dict.fromkeys(found, "float32")


@pytest.mark.parametrize("names", [["dW1"], ["loss", "x"], ["y_hat", "z2", "z1"]])
def test_only_gives_these_quantities_in_this_order(names: list[str]) -> None:
    assert list(nnc.grad(TWO_LAYERS, [1, 2], [0, 1], "mse").only(names)) == names


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("yhat", "unknown quantity 'yhat'; did you mean y_hat?"),
        ("DW1", "unknown quantity 'DW1'; did you mean dW1?"),
        ("q", "unknown quantity 'q'; known: x, z1, a1, z2, a2, y_hat, y, terms, loss, "
              "dy_hat, da_dz2, dz2, dW2, db2, da1, da_dz1, dz1, dW1, dx"),
    ],
)  # fmt: skip
def test_an_unknown_quantity_is_answered_by_the_nearest_or_by_all(name: str, message: str) -> None:
    with pytest.raises(nnc.InputError) as caught:
        nnc.grad(TWO_LAYERS, [1, 2], [0, 1], "mse").only([name])
    assert str(caught.value) == message
