"""Compares every quantity of nnc with PyTorch's autograd in float64, and exits with 1 where two differ by over 1e-9.

Run it from the root of the repository, where PyTorch is installed: ``python benchmarks/against_torch.py``. Networks of
two layers, in each of the four layouts, of one sample and of a batch, hold every activation and every loss, with every
reduction and class weights where the loss takes them; what PyTorch has no function for is written out in tensors. A
difference is relative to the largest number of its quantity.
"""

import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

import nnc
from nnc.core.functions.activations import ACTIVATIONS
from nnc.core.functions.losses import LOSSES, Loss
from nnc.core.layers import KINDS

try:
    import torch
    import torch.nn.functional as F  # noqa: N812 - its usual name
except ImportError:
    sys.exit("benchmarks/against_torch.py: PyTorch is not installed here (pip install torch), so nothing is compared")

BOUND = 1e-9
torch.set_default_dtype(torch.float64)

SETTINGS: dict[str, list[str]] = {  # beside the defaults
    "leaky_relu": ["negative_slope=0.1"],
    "elu": ["alpha=0.5"],
    "celu": ["alpha=0.7"],
    "gelu": ["approximate=tanh"],
    "softplus": ["beta=3"],
    "hardtanh": ["min_val=-0.2:max_val=0.7"],
    "softshrink": ["lambd=0.1"],
    "hardshrink": ["lambd=0.1"],
    "threshold": ["threshold=0.1:value=2"],
    "huber": ["delta=0.3"],
    "smooth_l1": ["beta=0.3", "beta=0"],
    "focal": ["gamma=0.5"],
    "focal_with_logits": ["gamma=0.5"],
    "multi_margin": ["margin=0.4"],
}
WRITTEN_OUT: dict[str, Callable[..., Any]] = {
    "identity": lambda z: z,
    "step": lambda z: (z >= 0).to(z) + 0 * z,
    # torch.nn.functional.celu takes 1/alpha as a float32 in its derivative: 1e-8 off for an alpha such as 0.7
    "celu": lambda z, alpha=1.0: torch.where(z > 0, z, alpha * torch.expm1(torch.clamp(z, max=0) / alpha)),
    # torch.nn.functional.hardsigmoid takes 1/6 as a float32 in its derivative, which is 3e-8 off
    "hardsigmoid": lambda z: F.relu6(z + 3) / 6,
}
"""Activations that torch.nn.functional does not have, or not to the last digits."""
OF_UNITS = {"softmax", "log_softmax"}


def activation(name: str, settings: dict[str, Any]) -> Callable[[Any], Any]:
    """PyTorch's function of the name, with the parameters."""
    if name in WRITTEN_OUT:
        return lambda z: WRITTEN_OUT[name](z, **settings)
    if name in OF_UNITS:
        settings = {"dim": -1}
    if name == "softplus":
        settings = {"threshold": 700, **settings}  # beyond its default of 20 it is the identity
    function = getattr(F, name)
    return lambda z: function(z, **settings)


def focal(p: Any, q: Any, y: Any, w: Any, gamma: float) -> Any:
    """The paper's equation 5, with one α a class."""
    w0, w1 = (1, 1) if w is None else w
    return -(w1 * y * q**gamma * torch.log(p) + w0 * (1 - y) * p**gamma * torch.log(q))


def factor(w: Any) -> Any:
    """Class weights by output, 1 where there are none."""
    return 1 if w is None else w


TERMS: dict[str, Callable[..., Any]] = {
    "half_sse": lambda p, y, w: F.mse_loss(p, y, reduction="none") / 2,
    "sse": lambda p, y, w: F.mse_loss(p, y, reduction="none"),
    "mse": lambda p, y, w: F.mse_loss(p, y, reduction="none"),
    "mae": lambda p, y, w: F.l1_loss(p, y, reduction="none"),
    "huber": lambda p, y, w, **s: F.huber_loss(p, y, reduction="none", **s),
    "smooth_l1": lambda p, y, w, **s: F.smooth_l1_loss(p, y, reduction="none", **s),
    "log_cosh": lambda p, y, w: torch.log(torch.cosh(p - y)),
    "bce": lambda p, y, w: F.binary_cross_entropy(p, y, reduction="none") if w is None else focal(p, 1 - p, y, w, 0),
    "bce_with_logits": lambda p, y, w: (
        F.binary_cross_entropy_with_logits(p, y, reduction="none")
        if w is None
        else w[0] * F.binary_cross_entropy_with_logits(p, y, reduction="none", pos_weight=w[1] / w[0])
    ),
    "cross_entropy": lambda p, y, w: -factor(w) * y * torch.log(p),
    "cross_entropy_with_logits": lambda p, y, w: F.cross_entropy(p, y, weight=w, reduction="none"),
    "nll": lambda p, y, w: F.nll_loss(p, y.argmax(dim=-1), weight=w, reduction="none"),
    "kl_div": lambda p, y, w: F.kl_div(torch.log(p), y, reduction="none"),
    "hinge": lambda p, y, w: F.relu(1 - y * p),
    "squared_hinge": lambda p, y, w: F.relu(1 - y * p) ** 2,
    "poisson_nll": lambda p, y, w: F.poisson_nll_loss(p, y, log_input=False, eps=0, reduction="none"),
    "focal": lambda p, y, w, gamma=2: focal(p, 1 - p, y, w, gamma),
    "focal_with_logits": lambda p, y, w, gamma=2: focal(torch.sigmoid(p), torch.sigmoid(-p), y, w, gamma),
    "multi_margin": lambda p, y, w, **s: F.multi_margin_loss(p, y.argmax(dim=-1), reduction="none", **s),
}
"""name -> the loss of each output, or of each sample where PyTorch has only that (with the 1/K of multi_margin)."""
LAST = {
    "bce": "sigmoid",
    "focal": "sigmoid",
    "cross_entropy": "softmax",
    "kl_div": "softmax",
    "nll": "log_softmax",
    "poisson_nll": "softplus",
}
"""The activation of the last layer that keeps the outputs in a loss's domain, where identity does not."""


def parsed(setting: str) -> dict[str, Any]:
    """The parameters of a setting such as ``lambd=0.1``."""
    pairs = (pair.split("=") for pair in setting.split(":") if pair)
    return {key: value if value == "tanh" else float(value) for key, value in pairs}


def torch_quantities(
    layers: list[dict[str, Any]], activations: list[Callable[[Any], Any]], x: Any, y: Any, loss: Callable[..., Any]
) -> dict[str, np.ndarray]:
    """Every quantity by its name in nnc, from autograd."""
    named = {"x": torch.tensor(x, requires_grad=True)}
    a, parameters = named["x"], {}
    for k, (layer, f) in enumerate(zip(layers, activations, strict=True), start=1):
        (layout, matrix), bias = next(iter(layer.items())), layer.get("bias")
        W = parameters[f"W{k}"] = torch.tensor(matrix, requires_grad=True)  # noqa: N806 - the maths' own letter
        kernel = W if layout in ("W", "kernel") else W.T
        if bias is not None:
            parameters[f"b{k}"] = torch.tensor(bias, requires_grad=True)
            z = a @ kernel + parameters[f"b{k}"]
        else:
            z = kernel[0] + a @ kernel[1:]
        a = f(z)
        named |= {f"z{k}": z, f"a{k}": a}
    total = loss(a, torch.tensor(y))
    for tensor in (*named.values(), *parameters.values()):
        tensor.retain_grad()
    total.backward()
    last = f"a{len(layers)}"
    gradients = {f"d{name}": tensor.grad for name, tensor in (named | parameters).items() if name != last}
    every = {**named, "y_hat": a, "loss": total, **gradients, "dy_hat": a.grad}
    return {name: np.zeros(()) if value is None else value.detach().numpy() for name, value in every.items()}


def reduced(row: Loss, settings: dict[str, Any], w: Any, reduction: str) -> Callable[..., Any]:
    """The loss J of outputs and targets in PyTorch."""

    def of(p: Any, y: Any) -> Any:
        terms = TERMS[row.name](p, y, w, **settings)
        samples = terms.sum(dim=-1) if terms.ndim == p.ndim else terms
        if row.mean and terms.ndim == p.ndim:
            samples = samples / p.shape[-1]
        if reduction == "weighted-mean":
            return samples.sum() / w[y.argmax(dim=-1)].sum()
        return samples.mean() if reduction == "mean" else samples.sum()

    return of


def target(row: Loss, rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Random targets of the loss's domain."""
    if row.target == "class" or (row.target == "probabilities" and rng.integers(2)):
        return np.eye(shape[-1])[rng.integers(shape[-1], size=shape[:-1])]
    if row.target == "probabilities":
        return rng.dirichlet(np.ones(shape[-1]), shape[:-1])
    y = rng.uniform(0.05, 0.95, shape)
    return y if row.y_domain.holds(y).all() else rng.choice([-1.0, 1.0], shape)


def layer(layout: str, rng: np.random.Generator, n_in: int, n_out: int) -> dict[str, Any]:
    """A random layer under the key of its layout."""
    bias = layout in ("W", "Theta")
    matrix = rng.normal(size=(n_in + bias, n_out))
    matrix = matrix if layout in ("W", "kernel") else matrix.T.copy()
    return {layout: matrix} if bias else {layout: matrix, "bias": rng.normal(size=n_out)}


def difference(name: tuple[str, str], loss: tuple[str, str], last: str, rng: np.random.Generator) -> Iterator[float]:
    """The differences of all quantities, in every layout, shape, reduction and with class weights."""
    row, settings = LOSSES[loss[0]], parsed(loss[1])
    functions = [activation(name[0], parsed(name[1])), activation(last, {})]
    for layout in KINDS:
        for samples in ((), (5,)):
            for reduction, w in choices(row, rng, batch=bool(samples)):
                layers = [layer(layout, rng, 4, 3), layer(layout, rng, 3, 3)]
                x, y = rng.normal(size=(*samples, 4)), target(row, rng, (*samples, 3))
                if reduction == "weighted-mean":
                    y = np.eye(3)[rng.integers(3, size=samples)]
                texts = [joined(*name), last]
                network = nnc.network(*(nnc.layer(text, **one) for text, one in zip(texts, layers, strict=True)))
                objective = nnc.objective(joined(*loss), reduction=reduction, class_weights=w)
                ours = nnc.grad(network, x, y, objective)
                tensor = None if w is None else torch.tensor(w)
                theirs = torch_quantities(layers, functions, x, y, reduced(row, settings, tensor, reduction))
                yield from (apart(ours[key], value) for key, value in theirs.items())


def choices(row: Loss, rng: np.random.Generator, *, batch: bool) -> Iterator[tuple[Any, list[float] | None]]:
    """The reductions and class weights that the loss takes."""
    yield from (("mean", None), ("sum", None))
    if row.classes is not None:
        w = rng.uniform(0.5, 3, 2 if row.classes == "two" else 3).tolist()
        yield "mean", w
        if row.classes == "outputs" and batch:
            yield "weighted-mean", w


def apart(ours: np.ndarray, theirs: np.ndarray) -> float:
    """The largest difference, over the largest number; of what is nearly 0 the difference itself."""
    size = max(float(np.abs(theirs).max()), 1e-3)
    return float(np.abs(ours - theirs).max()) / size


def cases() -> Iterator[tuple[str, tuple[str, str], tuple[str, str], str]]:
    """What is compared: its name, the first layer's activation, the loss, the last layer's activation."""
    for row in ACTIVATIONS.values():
        complete = all(parameter.default is not None for parameter in row.parameters.values())
        for setting in [*([""] if complete else []), *SETTINGS.get(row.name, [])]:
            yield joined(row.name, setting), (row.name, setting), ("mse", ""), "identity"
    for name in LOSSES:
        for setting in ["", *SETTINGS.get(name, [])]:
            yield joined(name, setting), ("tanh", ""), (name, setting), LAST.get(name, "identity")


def joined(name: str, setting: str) -> str:
    """``huber:delta=0.3``."""
    return f"{name}:{setting}" if setting else name


def main() -> int:
    """Prints the worst difference of every activation and every loss."""
    rng, worst = np.random.default_rng(0), 0.0
    for title, first, loss, last in cases():
        found = max(difference(first, loss, last, rng))
        print(f"{title:36} {found:.1e}")
        worst = max(worst, found)
    print(f"{'worst relative difference':36} {worst:.1e}, bound {BOUND:.0e}")
    return 1 if worst > BOUND else 0


if __name__ == "__main__":
    sys.exit(main())
