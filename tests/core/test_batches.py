"""J of a batch from the losses of its samples, for every loss, and the same batch from every source."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import reference
from mpmath import mpf

import nnc
from nnc.cli.app import run
from nnc.core.arrays import Array
from nnc.core.functions.losses import LOSSES, Loss
from nnc.core.rows import choose

SAMPLES, K = 4, 3
SAMPLE_WEIGHTS = [1, 0.5, 0, 3]
CLASSES = [0, 1, 1, 0]  # of the samples, where a loss has classes
CLASS_WEIGHTS = {"two": [1.5, 4], "outputs": [1.5, 4, 0.25], None: None}


class Batch:
    """Random outputs and targets of a loss's domain; one output where the loss has a class 0 and a class 1."""

    def __init__(self, loss: str) -> None:
        self.chosen = choose(LOSSES, "loss", loss.partition(":")[0], {})
        row = self.chosen.row
        rng = np.random.default_rng(list(loss.encode()))
        outputs = 1 if row.classes == "two" else K
        self.p = np.concatenate([rng.uniform(0.05, 0.95, size=(SAMPLES, outputs - 1)), np.full((SAMPLES, 1), 0.35)], 1)
        if not row.p_domain.holds(self.p).all():  # logarithms
            self.p = -self.p
        self.y = targets(row, outputs, rng)

    def losses(self, class_weights: list[float] | None) -> list[float]:
        """The loss of each sample by the formulas of ``reference``, before its own weight."""
        row = self.chosen.row
        formulas = reference.LOSSES[row.name]
        parameters = {key: value for key, value in self.chosen.parameters.items() if key != "outputs"}
        w = [mpf(v) for v in class_weights or [1] * max(self.p.shape[1], 2)]
        found = []
        for p, y in zip(self.p.tolist(), self.y.tolist(), strict=True):
            given = [mpf(v) for v in p], [mpf(v) for v in y], w
            total = sum(formulas.term(*given, k, **parameters) for k in range(len(p)))
            found.append(float(total / len(p) if row.mean else total))
        return found


def targets(row: Loss, outputs: int, rng: np.random.Generator) -> Array:
    if row.target != "values":
        return np.eye(outputs)[CLASSES]
    if row.classes == "two":
        return np.array(CLASSES, dtype=float)[:, None]
    return (
        rng.choice([-1.0, 1.0], size=(SAMPLES, outputs))
        if row.y_domain.words == "-1 or 1"
        else rng.uniform(size=(SAMPLES, outputs))
    )


def divisor(reduction: str, class_weights: list[float] | None, s: list[float]) -> float:
    """What Σ_i s_i loss_i is divided by; by weighted-mean as torch.nn.CrossEntropyLoss does."""
    if reduction == "weighted-mean":
        w = class_weights or [1] * K
        return sum(s[i] * w[CLASSES[i]] for i in range(SAMPLES))
    return SAMPLES if reduction == "mean" else 1


CASES = [
    pytest.param(name, reduction, weights, sample_weights, id=f"{name}-{reduction}-{weights}-{bool(sample_weights)}")
    for name, row in LOSSES.items()
    for reduction in ("mean", "sum", "weighted-mean")
    for weights in (None, CLASS_WEIGHTS[row.classes])[: 2 if row.classes else 1]
    for sample_weights in (None, SAMPLE_WEIGHTS)
    if reduction != "weighted-mean" or row.classes
]


@pytest.mark.parametrize(("loss", "reduction", "class_weights", "sample_weights"), CASES)
def test_every_loss_of_a_batch_is_its_samples_losses_reduced(
    loss: str, reduction: Any, class_weights: list[float] | None, sample_weights: list[float] | None
) -> None:
    batch = Batch(loss)
    objective = nnc.objective(loss, reduction=reduction, class_weights=class_weights, sample_weights=sample_weights)
    found = nnc.loss_of_outputs(batch.p, batch.y, objective)
    s = sample_weights or [1.0] * SAMPLES
    losses = [weight * one for weight, one in zip(s, batch.losses(class_weights), strict=True)]
    np.testing.assert_allclose(found["losses"], losses, rtol=1e-13)
    np.testing.assert_allclose(found["terms"].sum(axis=1), losses, rtol=1e-13)
    assert found["loss"] == pytest.approx(sum(losses) / divisor(reduction, class_weights, s), rel=1e-13)


@pytest.mark.parametrize(("loss", "reduction", "class_weights", "sample_weights"), CASES)
def test_the_gradient_of_a_batch_is_that_of_each_sample_times_its_share(
    loss: str, reduction: Any, class_weights: list[float] | None, sample_weights: list[float] | None
) -> None:
    batch = Batch(loss)
    s = sample_weights or [1.0] * SAMPLES
    objective = nnc.objective(loss, reduction=reduction, class_weights=class_weights, sample_weights=sample_weights)
    found = nnc.loss_of_outputs(batch.p, batch.y, objective)["dy_hat"]
    alone = nnc.objective(loss, class_weights=class_weights)
    for i in range(SAMPLES):
        share = s[i] / divisor(reduction, class_weights, s)
        expected = share * nnc.loss_of_outputs(batch.p[i], batch.y[i], alone)["dy_hat"]
        np.testing.assert_allclose(found[i], expected, rtol=1e-14)


@pytest.mark.parametrize("loss", [name for name, row in LOSSES.items() if row.mean])
def test_outputs_sum_leaves_the_division_by_their_number_out(loss: str) -> None:
    batch = Batch(loss)
    mean = nnc.loss_of_outputs(batch.p, batch.y, loss)
    summed = nnc.loss_of_outputs(batch.p, batch.y, f"{loss}:outputs=sum")
    for name in ("terms", "losses", "loss", "dy_hat"):
        np.testing.assert_allclose(summed[name], batch.p.shape[1] * mean[name], rtol=1e-15, err_msg=name)


@pytest.mark.parametrize("loss", [name for name, row in LOSSES.items() if row.classes is None])
def test_a_loss_without_classes_refuses_class_weights_and_the_mean_by_them(loss: str) -> None:
    batch = Batch(loss)
    with pytest.raises(nnc.InputError, match=f"^{loss} takes no class weights; the losses that do: bce, "):
        nnc.loss_of_outputs(batch.p, batch.y, nnc.objective(loss, class_weights=[1, 1, 1]))
    with pytest.raises(nnc.InputError, match=r"^reduction weighted-mean needs one class a sample, but "):
        nnc.loss_of_outputs(batch.p, batch.y, nnc.objective(loss, reduction="weighted-mean"))


def test_pytorchs_weighted_mean_worked_by_hand() -> None:
    # torch.nn.functional.nll_loss([[-1, -2], [-3, -4]], [0, 1], weight=[1, 3]): (1·1 + 3·4) / (1 + 3)
    found = nnc.loss_of_outputs(
        [[-1, -2], [-3, -4]], [0, 1], nnc.objective("nll", reduction="weighted-mean", class_weights=[1, 3])
    )
    assert found["losses"].tolist() == [1, 12]
    assert found["loss"] == 13 / 4
    assert found["dy_hat"].tolist() == [[-1 / 4, 0], [0, -3 / 4]]


def test_a_penalty_is_added_once_however_many_samples() -> None:
    # ½ · 2 · (3² + 4²) = 25; the biases 5 are left out
    network = nnc.network(nnc.layer(W=[[5, 5], [3, 4]]))
    for x in ([[0.0]], [[0.0]] * 3):
        found = nnc.loss(network, x, np.full((len(x), 2), 5.0), nnc.objective("sse", l2=2))
        assert [float(found[name]) for name in ("penalty", "loss")] == [25, 25]


# The same batch from every source

X = [[1.0, -2.0], [0.5, 3.0], [-1.0, 0.25]]
Y = [2, 0, 1]
WEIGHTS = [1.0, 0.0, 2.5]
NETWORK = {
    "layers": [
        {"weight": [[0.5, -0.25], [0.125, 1], [-1, 0.75]], "bias": [0.1, 0.2, 0.3], "activation": "softmax"},
    ],
    "loss": "cross_entropy",
}
FILES = {
    "x.csv": "a,b\n1,-2\n0.5,3\n-1,0.25\n",
    "bare.csv": "1,-2\n0.5,3\n-1,0.25\n",
    "x.json": json.dumps(X),
    "object.json": json.dumps({"x": X, "y": Y}),
    "x.yaml": "- [1, -2]\n- [0.5, 3]\n- [-1, 0.25]\n",
    "x.ndjson": "[1, -2]\n[0.5, 3]\n[-1, 0.25]\n",
    "objects.ndjson": '{"x": [1, -2]}\n{"x": [0.5, 3]}\n{"x": [-1, 0.25]}\n',
    "y.csv": "2\n0\n1\n",
    "y.json": "[2, 0, 1]",
    "y.ndjson": "2\n0\n1\n",
    "one_hot.csv": "0,0,1\n1,0,0\n0,1,0\n",
    "s.csv": "1\n0\n2.5\n",
    "s.json": "[1, 0, 2.5]",
    "s.ndjson": "1\n0\n2.5\n",
}

Calls = Callable[..., Any]


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Calls:
    """Runs ``nnc grad --json`` on the network above, in a folder with the files above."""
    monkeypatch.chdir(tmp_path)
    Path("net.json").write_text(json.dumps(NETWORK))
    for name, text in FILES.items():
        Path(name).write_text(text)

    def calling(*args: str) -> Any:
        status = run(["grad", "--json", *args])
        out, err = capfd.readouterr()
        assert (status, err) == (0, "")
        return json.loads(out)

    return calling


def whole(call: Calls) -> Any:
    """The whole problem in one file."""
    Path("whole.json").write_text(json.dumps({**NETWORK, "x": X, "y": Y, "sample_weights": WEIGHTS}))
    return call("-w", "whole.json")


@pytest.mark.parametrize(
    "x",
    [
        "1,-2;0.5,3;-1,0.25",
        "1,-2; 1/2,3; -1,1/4",
        json.dumps(X),
        *(f"@{f}" for f in FILES if f.startswith(("x", "bare", "object"))),
    ],
)
def test_x_is_the_same_from_every_source(x: str, call: Calls) -> None:
    assert call("-w", "net.json", "-x", x, "-y", "2,0,1", "--sample-weights", "1,0,2.5") == whole(call)


@pytest.mark.parametrize("y", ["2,0,1", "2;0;1", "[2,0,1]", "@y.csv", "@y.json", "@y.ndjson", "@object.json"])
def test_targets_are_the_same_from_every_source(y: str, call: Calls) -> None:
    assert call("-w", "net.json", "-x", "@x.csv", "-y", y, "--sample-weights", "1,0,2.5") == whole(call)


def test_one_hot_rows_differ_from_indices_in_y_alone(call: Calls) -> None:
    found = call("-w", "net.json", "-x", "@x.csv", "-y", "@one_hot.csv", "--sample-weights", "1,0,2.5")
    assert found.pop("y") == [[0, 0, 1], [1, 0, 0], [0, 1, 0]]
    assert found == {name: value for name, value in whole(call).items() if name != "y"}


@pytest.mark.parametrize("weights", ["1,0,2.5", "1;0;2.5", "1,0,5/2", "[1,0,2.5]", "@s.csv", "@s.json", "@s.ndjson"])
def test_sample_weights_are_the_same_from_every_source(weights: str, call: Calls) -> None:
    assert call("-w", "net.json", "-x", "@x.csv", "-y", "2,0,1", "--sample-weights", weights) == whole(call)


def test_an_option_wins_over_the_sample_weights_of_the_file(call: Calls) -> None:
    expected = call("-w", "net.json", "-x", "@x.csv", "-y", "2,0,1")
    whole(call)
    assert call("-w", "whole.json", "--sample-weights", "1,1,1") == expected


def test_a_batch_is_its_samples_to_the_last_digit(call: Calls) -> None:
    batch = call("-w", "net.json", "-x", "@x.csv", "-y", "2,0,1", "--reduction", "sum")
    for i, (x, y) in enumerate(zip(X, Y, strict=True)):
        one = call("-w", "net.json", "-x", json.dumps(x), "-y", str(y), "--reduction", "sum")
        for name in ("z1", "a1", "y_hat", "terms", "dy_hat", "dz1", "dx"):
            assert batch[name][i] == one[name], name
        assert batch["losses"][i] == one["loss"]


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ("1,2", "--sample-weights: sample_weights has 2 values, expected 3: one a sample"),
        ("1,2,-1", "--sample-weights: sample_weights[3] is -1, expected a number from 0 up"),
        ("1,2,x", "--sample-weights: number 3 ('x') is not a number"),
    ],
)
def test_sample_weights_that_do_not_fit_are_refused(
    weights: str, message: str, call: Calls, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["grad", "-w", "net.json", "-x", "@x.csv", "-y", "2,0,1", "--sample-weights", weights]) == 2
    assert capfd.readouterr() == ("", f"nnc: {message}\n")
