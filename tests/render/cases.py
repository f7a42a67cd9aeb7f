"""Calls whose derivations are tested: every sample, and every option that changes a formula."""

import json
from pathlib import Path

import numpy as np
import pytest

SAMPLES = Path(__file__).parents[2] / "samples"

_POINT = "-x 2,3 -y 0.1,0.9 -l half_sse"
CALLS: tuple[str, ...] = (
    f"grad -w two_layer_relu.json {_POINT}",
    f"grad -w two_layer_relu_keras.json {_POINT}",
    f"grad -w two_layer_relu_pytorch.json {_POINT}",
    f"grad -w two_layer_relu_theta.json {_POINT}",
    f"grad -w two_layer_relu_list.json -a relu,tanh {_POINT}",
    f"grad -w two_layer_relu_named.json -a sigmoid,identity {_POINT}",
    f"grad -w two_layer_relu_named.yaml -a relu,relu {_POINT} --l2 0.1",
    f"grad -w two_layer_relu.json {_POINT} --exact",
    "grad -w two_layer_relu.json -x 1/3,2 -y 0.1,0.9 -l mae --exact",
    "grad -w two_layer_relu_batch.json --sample 2 --exact",
    "grad -w two_layer_relu_batch.json --sample 2",
    "grad -w two_layer_relu_problem.yaml",
    "forward -w two_layer_relu_problem.yaml",
    "loss -w two_layer_relu_problem.yaml -l mae",
    "forward -w absolute_value.json -x 4",
    "grad -w affine_one_layer.json -x -2 -y 1 -l sse",
    "grad -w affine_two_layers.json -x 4 -y 1 -l mse:outputs=sum",
    "forward -w one_neuron.json -x @points.csv --sample 4",
    "grad -w dead_unit.yaml",
    "grad -w deep_sigmoid.yaml",
    "grad -w leaky_relu.yaml -y 0.5 -l mse",
    "grad -w leaky_relu.yaml -y 0.5 -l mse --l2 1/3",
    "grad -w sigmoid_neuron.yaml",
    "grad -w sigmoid_neuron.yaml --class-weights 2,3",
    "grad -w sigmoid_neuron.yaml -x 30,0.25 -y 0",
    "grad -w sigmoid_batch.yaml",
    "grad -w sigmoid_batch.yaml --sample 3 --sample-weights 1,2,3,4",
    "grad -w sigmoid_batch.yaml --sample 2 --reduction sum",
    "grad -w sigmoid_batch.yaml --class-weights 1,2 --l2 0.1 --reduction weighted-mean",
    "grad -w softmax_classes.yaml --sample 2",
    "grad -w softmax_classes.yaml --dtype float32",
    "grad -w softmax_classes.yaml -x 1,2 -y 2 --class-weights 1,1,1 --sample-weights 2",
    "grad -w softmax_classes.yaml -l cross_entropy_with_logits -a identity --sample 3",
    "grad -w sigmoid_neuron.yaml -l bce_with_logits -a identity",
    "loss --y-hat 0.2,0.8;0.5,0.5 -y 0,1;1,1 -l mse --sample 2",
    "grad --y-hat 0.2,0.7,0.1 -y 1 -l cross_entropy",
    "imbalance-weights --counts 100,1000",
    "imbalance-weights --counts a_b=100,Größe=1000,猫=50 --normalize mean",
    "imbalance-weights --counts 10,20,30 --method sqrt --normalize max",
    "imbalance-weights --counts 10,20 --method effective --normalize sum",
    "imbalance-weights --counts 30,10 --method pos-weight",
    "imbalance-weights --counts 30,10 --method inverse",
)
"""Each begins in the folder of the samples."""

CALLS += tuple(
    f"{'grad' if 'loss:' in path.read_text(encoding='utf-8') else 'forward'} -w worked/{path.name}"
    for path in sorted((SAMPLES / "worked").glob("*.yaml"))
)

CALCULATIONS = [call for call in CALLS if not call.startswith("imbalance")]
every_call = pytest.mark.parametrize("call", CALLS)


def large_network(folder: Path) -> str:
    """A network file of 20 inputs, 12 units of relu and 10 of softmax, with x and y; its name."""
    random = np.random.default_rng(1)

    def matrix(rows: int, columns: int) -> list[list[float]]:
        values: list[list[float]] = random.normal(size=(rows, columns)).round(9).tolist()
        return values

    layers = [{"W": matrix(21, 12), "activation": "relu"}, {"W": matrix(13, 10), "activation": "softmax"}]
    problem = {"layers": layers, "x": matrix(1, 20)[0], "y": 3, "loss": "cross_entropy"}
    path = folder / "large.json"
    path.write_text(json.dumps(problem), encoding="utf-8")
    return str(path)
