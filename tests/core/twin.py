"""A network's loss and derivatives, one number at a time: slow, and easy to hold against a textbook.

It shares nothing with nnc but the names of activations, losses and quantities. Numbers are whatever is put in: floats,
or Fractions for activations and losses that need no exponential.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

Number = Any
Vector = list[Number]
Matrix = list[Vector]


@dataclass(frozen=True)
class Layer:
    """A layer as its file has it: z_j = intercept(j) + Σ_i weight(i, j) a_i."""

    layout: str
    matrix: Matrix
    bias: Vector | None = None
    activation: str = "identity"
    slope: Number = 0

    @property
    def inputs(self) -> range:
        lines = len(self.matrix) if self.layout in ("W", "kernel") else len(self.matrix[0])
        return range(lines - 1 if self.layout in ("W", "Theta") else lines)

    @property
    def units(self) -> range:
        return range(len(self.matrix[0]) if self.layout in ("W", "kernel") else len(self.matrix))

    def weight(self, i: int, j: int) -> Number:
        match self.layout:
            case "W":
                return self.matrix[1 + i][j]
            case "Theta":
                return self.matrix[j][1 + i]
            case "weight":
                return self.matrix[j][i]
            case _:
                return self.matrix[i][j]

    def intercept(self, j: int) -> Number:
        if self.layout == "W":
            return self.matrix[0][j]
        if self.layout == "Theta":
            return self.matrix[j][0]
        return 0 if self.bias is None else self.bias[j]

    def laid_out(self, dweight: Matrix, dbias: Vector) -> Matrix:
        """dweight[i][j] and dbias[j] in the places of the weights and intercepts that they are the derivatives by."""
        match self.layout:
            case "W":
                return [dbias, *dweight]
            case "Theta":
                return [[dbias[j], *(row[j] for row in dweight)] for j in self.units]
            case "weight":
                return [[row[j] for row in dweight] for j in self.units]
            case _:
                return dweight


@dataclass(frozen=True)
class Aim:
    """What J is. ``y`` has a row of K values or a class index a sample."""

    loss: str
    y: Sequence[Any]
    outputs: str = "mean"
    reduction: str = "mean"
    class_weights: Sequence[Number] | None = None
    sample_weights: Sequence[Number] | None = None
    l2: Number = 0


def activate(layer: Layer, z: Vector) -> Vector:
    match layer.activation:
        case "relu":
            return [max(v, 0) for v in z]
        case "leaky_relu":
            return [v if v > 0 else layer.slope * v for v in z]
        case "sigmoid":
            return [sigmoid(v) for v in z]
        case "tanh":
            return [math.tanh(v) for v in z]
        case "softmax":
            return softmax(z)
        case _:
            return list(z)


def slope_of_activation(layer: Layer, z: Number) -> Number:
    """f′(z) of an activation that treats each unit alone."""
    match layer.activation:
        case "relu":
            return 1 if z > 0 else 0
        case "leaky_relu":
            return 1 if z > 0 else layer.slope
        case "sigmoid":
            return sigmoid(z) * (1 - sigmoid(z))
        case "tanh":
            return 1 - math.tanh(z) ** 2
        case _:
            return 1


def dz_from_da(layer: Layer, z: Vector, da: Vector) -> Vector:
    """dz_j = Σ_k da_k ∂a_k/∂z_j."""
    if layer.activation != "softmax":
        return [da[j] * slope_of_activation(layer, z[j]) for j in range(len(z))]
    a = softmax(z)
    return [sum(da[k] * a[k] * ((k == j) - a[j]) for k in range(len(z))) for j in range(len(z))]


def sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z))


def softmax(z: Vector) -> Vector:
    return [math.exp(v) / sum(math.exp(u) for u in z) for v in z]


def times_log(y: Number, p: Number) -> Number:
    """y log p, with 0 log 0 = 0."""
    return 0 if y == 0 else y * math.log(p)


def term(loss: str, p: Vector, y: Vector, w: Sequence[Number], k: int) -> Number:
    """The share of output k in the loss of a sample, before the division by K."""
    match loss:
        case "half_sse":
            return (p[k] - y[k]) ** 2 / 2
        case "sse" | "mse":
            return (p[k] - y[k]) ** 2
        case "mae":
            return abs(p[k] - y[k])
        case "bce":
            return -(w[1] * times_log(y[k], p[k]) + w[0] * times_log(1 - y[k], 1 - p[k]))
        case "bce_with_logits":
            return term("bce", [sigmoid(v) for v in p], y, w, k)
        case "cross_entropy":
            return -w[k] * times_log(y[k], p[k])
        case "cross_entropy_with_logits":
            return term("cross_entropy", softmax(p), y, w, k)
    raise ValueError(loss)


def slope_of_loss(loss: str, p: Vector, y: Vector, w: Sequence[Number], k: int) -> Number:
    """The derivative of the sum of a sample's terms by p_k."""
    match loss:
        case "half_sse":
            return p[k] - y[k]
        case "sse" | "mse":
            return 2 * (p[k] - y[k])
        case "mae":
            return (p[k] > y[k]) - (p[k] < y[k])
        case "bce":
            return -w[1] * y[k] / p[k] + w[0] * (1 - y[k]) / (1 - p[k])
        case "bce_with_logits":
            return w[0] * (1 - y[k]) * sigmoid(p[k]) - w[1] * y[k] * (1 - sigmoid(p[k]))
        case "cross_entropy":
            return -w[k] * y[k] / p[k]
        case "cross_entropy_with_logits":
            return softmax(p)[k] * sum(w[j] * y[j] for j in range(len(p))) - w[k] * y[k]
    raise ValueError(loss)


def divided_by_outputs(aim: Aim) -> bool:
    return aim.loss in ("mse", "mae", "bce", "bce_with_logits") and aim.outputs == "mean"


def weights_of_classes(aim: Aim, outputs: int) -> Sequence[Number]:
    return aim.class_weights or [1] * max(outputs, 2)


def divisor(aim: Aim, s: Sequence[Number], outputs: int) -> Number:
    """What Σ_i s_i loss_i is divided by."""
    if aim.reduction == "sum":
        return 1
    if aim.reduction == "mean":
        return len(s)
    w = weights_of_classes(aim, outputs)
    return sum(s[i] * w[class_of(y)] for i, y in enumerate(aim.y))


def class_of(y: Any) -> int:
    """An index, the place of the 1 in a one-hot row, or the one output of a binary classifier."""
    if isinstance(y, int):
        return y
    return int(y[0]) if len(y) == 1 else list(y).index(1)


def values_of(y: Any, outputs: int) -> Vector:
    """A target as K values."""
    return [int(k == y) for k in range(outputs)] if isinstance(y, int) else list(y)


def grad(
    layers: Sequence[Layer],
    x: Matrix,
    aim: Aim,
    given: Mapping[str, Matrix] = MappingProxyType({}),
    dz_of: Callable[[Layer, Vector, Vector], Vector] = dz_from_da,
) -> dict[str, Any]:
    """Every quantity of a batch x of rows, by name, in the order in which they are computed.

    One that is ``given`` has that value, and ``dz_of`` (layer, z, da) is the rule for ∂J/∂z.
    """
    samples, last = range(len(x)), len(layers)
    z, a = [x], [x]
    for k, layer in enumerate(layers, start=1):
        z.append(given.get(f"z{k}") or [[affine(layer, a[-1][n], j) for j in layer.units] for n in samples])
        a.append(given.get(f"a{k}") or [activate(layer, z[-1][n]) for n in samples])
    outputs = len(a[last][0])
    y = [values_of(target, outputs) for target in aim.y]
    s = aim.sample_weights or [1] * len(x)
    w = weights_of_classes(aim, outputs)
    share = outputs if divided_by_outputs(aim) else 1
    total = divisor(aim, s, outputs)

    found: dict[str, Any] = {"x": x}
    for k in range(1, last + 1):
        found |= {f"z{k}": z[k], f"a{k}": a[k]}
    terms = [[s[n] * term(aim.loss, a[last][n], y[n], w, k) / share for k in range(outputs)] for n in samples]
    losses = [sum(row) for row in terms]
    found |= {"y_hat": a[last], "y": aim.y, "terms": terms, "losses": losses}
    squares = sum(layer.weight(i, j) ** 2 for layer in layers for i in layer.inputs for j in layer.units)
    penalty = aim.l2 * squares / 2
    if aim.l2:
        found["penalty"] = penalty
    found["loss"] = sum(losses) / total + penalty

    da = [
        [s[n] * slope_of_loss(aim.loss, a[last][n], y[n], w, k) / (share * total) for k in range(outputs)]
        for n in samples
    ]
    found["dy_hat"] = da
    for k in range(last, 0, -1):
        layer = layers[k - 1]
        if layer.activation != "softmax":
            slopes = given.get(f"da_dz{k}") or [[slope_of_activation(layer, v) for v in z[k][n]] for n in samples]
            found[f"da_dz{k}"] = slopes
        dz = given.get(f"dz{k}") or [dz_of(layer, z[k][n], da[n]) for n in samples]
        if f"da_dz{k}" in given:
            dz = [[d * s for d, s in zip(da[n], slopes[n], strict=True)] for n in samples]
        dbias = [sum(dz[n][j] for n in samples) for j in layer.units]
        dweight = [
            [sum(dz[n][j] * a[k - 1][n][i] for n in samples) + aim.l2 * layer.weight(i, j) for j in layer.units]
            for i in layer.inputs
        ]
        da = [[sum(dz[n][j] * layer.weight(i, j) for j in layer.units) for i in layer.inputs] for n in samples]
        found |= {f"dz{k}": dz, f"dW{k}": layer.laid_out(dweight, dbias)}
        if layer.bias is not None:
            found[f"db{k}"] = dbias
        found[f"da{k - 1}" if k > 1 else "dx"] = da
    return found


def affine(layer: Layer, a: Vector, j: int) -> Number:
    return layer.intercept(j) + sum(layer.weight(i, j) * a[i] for i in layer.inputs)
