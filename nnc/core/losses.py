"""Every loss function: its value, its derivative, its domain, its formula, one row each."""

from collections.abc import Callable
from typing import Literal

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from nnc.core.activations import log_softmax, sigmoid, softmax
from nnc.core.arrays import Array
from nnc.core.rows import Chosen, Parameter, Row, by_name


class Domain(Struct, frozen=True, eq=False):
    """The numbers that a loss is defined for: in words, and as a mask over an array."""

    words: str
    holds: Callable[[Array], Array]


ANY = Domain("any number", lambda v: v == v)
UNIT_INTERVAL = Domain("a number from 0 to 1", lambda v: (v >= 0) & (v <= 1))
PROBABILITY = Domain("a probability, from 0 to 1", UNIT_INTERVAL.holds)
SIGNS = Domain("-1 or 1", lambda v: (v == 1) | (v == -1))
NOT_NEGATIVE = Domain("a number from 0 up", lambda v: v >= 0)


class Loss(Row, frozen=True, kw_only=True, eq=False):
    """A loss of one sample: the sum over the K outputs of ``terms``, divided by K where ``mean`` is set.

    ``terms(p, y, w, **parameters)`` and ``derivative(p, y, w, **parameters)`` take outputs p and targets y of shape
    (N, K) and return, of that shape, each output's share and its derivative by p, before the division by K. w are
    the class weights: (w₀, w₁) where ``classes`` is "two", one an output where it is "outputs", else absent (None).
    No reduction over samples happens here.

    Formulas are templates: ``{p}``, ``{y}``, ``{w}`` (a factor, with a space behind it, or nothing), ``{w0}``,
    ``{w1}`` and the parameters' names stand where the numbers go.
    """

    terms: Callable[..., Array]
    derivative: Callable[..., Array]
    mean: bool = False
    classes: Literal["two", "outputs"] | None = None
    target: Literal["values", "probabilities", "class"] = "values"
    """What y is: K values, K probabilities or a class index, or one class (an index or one-hot)."""
    y_domain: Domain = ANY
    p_domain: Domain = ANY
    remedy: str = ""
    """What a person may do whose outputs are outside ``p_domain``."""
    formula: str
    latex: str
    derivative_formula: str
    derivative_latex: str
    kinks: str = ""
    """Where the loss has no derivative, in words."""
    turns: Callable[..., Array] = lambda p, y, **parameters: p[:, :0]
    """``turns(p, y, **parameters)`` (N, …): numbers that change their sign where the loss has no derivative."""


def formula(loss: Chosen[Loss], *, weighted: bool = False) -> str:
    """The loss of one sample as text, ŷ being the outputs; ``weighted`` puts the class weights in."""
    factor = "(1/K) " if loss.parameters.get("outputs") == "mean" else ""
    w, w0, w1 = ("w ", "w₀ ", "w₁ ") if weighted else ("", "", "")
    return factor + "Σ " + loss.row.formula.format(p="ŷ", y="y", w=w, w0=w0, w1=w1, **loss.parameters)


def squared(p: Array, y: Array, w: Array | None) -> Array:
    """(p − y)²."""
    return (p - y) ** 2


def xlogy(x: Array, p: Array) -> Array:
    """X log p, with 0 log 0 = 0."""
    return np.where(x == 0, 0, x * np.log(np.where(x == 0, 1, p)))


def ratio(x: Array, p: Array) -> Array:
    """X / p, with 0 / 0 = 0: an output without a share in the loss has no share in its derivative."""
    return np.where(x == 0, 0, x / np.where(x == 0, 1, p))


def bce(p: Array, y: Array, w: Array) -> Array:
    """−[w₁ y log p + w₀ (1 − y) log(1 − p)]."""
    q = w[0] * (1 - y)
    log_q = np.where(q == 0, 0, q * np.log1p(-np.where(q == 0, 0, p)))
    return -(xlogy(w[1] * y, p) + log_q)


def bce_derivative(p: Array, y: Array, w: Array) -> Array:
    """−w₁ y / p + w₀ (1 − y) / (1 − p)."""
    return ratio(w[0] * (1 - y), 1 - p) - ratio(w[1] * y, p)


def softplus(z: Array) -> Array:
    """log(1 + eᶻ), which is −log(1 − sigmoid(z))."""
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))


def bce_with_logits(z: Array, y: Array, w: Array) -> Array:
    """w₁ y softplus(−z) + w₀ (1 − y) softplus(z): bce of sigmoid(z), finite however far z is out."""
    return w[1] * y * softplus(-z) + w[0] * (1 - y) * softplus(z)


def bce_with_logits_derivative(z: Array, y: Array, w: Array) -> Array:
    """w₀ (1 − y) p − w₁ y (1 − p) with 1 − p = sigmoid(−z): p − y where the weights are 1."""
    return w[0] * (1 - y) * sigmoid(z) - w[1] * y * sigmoid(-z)


def cross_entropy_with_logits(z: Array, y: Array, w: Array) -> Array:
    """−w_k y_k log softmax(z)_k."""
    return np.where(y == 0, 0, -w * y * log_softmax(z))


def cross_entropy_with_logits_derivative(z: Array, y: Array, w: Array) -> Array:
    """p_k Σ_(j≠k) w_j y_j − w_k y_k (1 − p_k): p − y where the weights are 1.

    1 − p_k is the sum of the other probabilities, and the sum without k is built from both ends, so that neither
    loses its digits where p_k is next to 1.
    """
    p = softmax(z)
    return p * _sum_of_others(w * y) - w * y * _sum_of_others(p)


def _sum_of_others(v: Array) -> Array:
    """Σ_(j≠k) v_j for every k of the last axis, without subtracting."""
    nothing = np.zeros_like(v[..., :1])
    before = np.concatenate([nothing, np.cumsum(v, axis=-1)[..., :-1]], axis=-1)
    after = np.concatenate([np.cumsum(v[..., :0:-1], axis=-1)[..., ::-1], nothing], axis=-1)
    return before + after


HALF_SSE = Loss(
    name="half_sse",
    terms=lambda p, y, w: squared(p, y, w) / 2,
    derivative=lambda p, y, w: p - y,
    formula="½ ({p} − {y})²",
    latex=r"\tfrac12 ({p} - {y})^2",
    derivative_formula="{p} − {y}",
    derivative_latex="{p} - {y}",
    rational=True,
    source="Bishop 2006, Pattern Recognition and Machine Learning, eq. 5.11",
)
SSE = replace(
    HALF_SSE,
    name="sse",
    terms=squared,
    derivative=lambda p, y, w: 2 * (p - y),
    formula="({p} − {y})²",
    latex="({p} - {y})^2",
    derivative_formula="2 ({p} − {y})",
    derivative_latex="2 ({p} - {y})",
    source="torch.nn.MSELoss with reduction='sum'",
)
MSE = replace(SSE, name="mse", mean=True, source="torch.nn.MSELoss")
MAE = Loss(
    name="mae",
    aliases=("l1",),
    terms=lambda p, y, w: np.abs(p - y),
    derivative=lambda p, y, w: np.sign(p - y),
    mean=True,
    formula="|{p} − {y}|",
    latex=r"|{p} - {y}|",
    derivative_formula="sign({p} − {y})",
    derivative_latex=r"\operatorname{{sign}}({p} - {y})",
    kinks="p = y",
    turns=lambda p, y: p - y,
    rational=True,
    source="torch.nn.L1Loss",
)
BCE = Loss(
    name="bce",
    terms=bce,
    derivative=bce_derivative,
    mean=True,
    classes="two",
    y_domain=UNIT_INTERVAL,
    p_domain=UNIT_INTERVAL,
    remedy="end the network with sigmoid, or use bce_with_logits",
    formula="−[{w1}{y} log({p}) + {w0}(1 − {y}) log(1 − {p})]",
    latex=r"-[{w1}{y} \log({p}) + {w0}(1 - {y}) \log(1 - {p})]",
    derivative_formula="−{w1}{y} / ({p}) + {w0}(1 − {y}) / (1 − {p})",
    derivative_latex=r"-{w1}\frac{{{y}}}{{{p}}} + {w0}\frac{{1 - {y}}}{{1 - {p}}}",
    source="torch.nn.BCELoss, without its clamp of the logarithm",
)
BCE_WITH_LOGITS = replace(
    BCE,
    name="bce_with_logits",
    terms=bce_with_logits,
    derivative=bce_with_logits_derivative,
    p_domain=ANY,
    remedy="",
    formula="−[{w1}{y} log σ({p}) + {w0}(1 − {y}) log(1 − σ({p}))]",
    latex=r"-[{w1}{y} \log\sigma({p}) + {w0}(1 - {y}) \log(1 - \sigma({p}))]",
    derivative_formula="{w0}(1 − {y}) σ({p}) − {w1}{y} (1 − σ({p}))",
    derivative_latex=r"{w0}(1 - {y}) \sigma({p}) - {w1}{y} (1 - \sigma({p}))",
    source="torch.nn.BCEWithLogitsLoss; w₁ is its pos_weight",
)
CROSS_ENTROPY = Loss(
    name="cross_entropy",
    terms=lambda p, y, w: -xlogy(w * y, p),
    derivative=lambda p, y, w: -ratio(w * y, p),
    classes="outputs",
    target="probabilities",
    p_domain=UNIT_INTERVAL,
    remedy="end the network with softmax, or use cross_entropy_with_logits",
    formula="−{w}{y} log({p})",
    latex=r"-{w}{y} \log({p})",
    derivative_formula="−{w}{y} / ({p})",
    derivative_latex=r"-{w}\frac{{{y}}}{{{p}}}",
    source="keras.losses.CategoricalCrossentropy; Goodfellow, Bengio & Courville 2016, Deep Learning, section 6.2",
)
CROSS_ENTROPY_WITH_LOGITS = replace(
    CROSS_ENTROPY,
    name="cross_entropy_with_logits",
    terms=cross_entropy_with_logits,
    derivative=cross_entropy_with_logits_derivative,
    p_domain=ANY,
    remedy="",
    formula="−{w}{y} log softmax({p})",
    latex=r"-{w}{y} \log\operatorname{{softmax}}({p})",
    derivative_formula="softmax({p}) Σ {w}y_j − {w}{y}",
    derivative_latex=r"\operatorname{{softmax}}({p}) \sum_j {w}y_j - {w}{y}",
    source="torch.nn.CrossEntropyLoss",
)

OUTPUTS = Parameter("mean", words=("mean", "sum"))
"""The parameter of every loss that divides by the number of outputs: ``sum`` leaves the division out."""


def _with_outputs(loss: Loss) -> Loss:
    return replace(loss, parameters={**loss.parameters, "outputs": OUTPUTS}) if loss.mean else loss


LOSSES = by_name(
    *map(
        _with_outputs,
        (HALF_SSE, SSE, MSE, MAE, BCE, BCE_WITH_LOGITS, CROSS_ENTROPY, CROSS_ENTROPY_WITH_LOGITS),
    )
)
"""name -> row. A new row is all that a new loss takes."""

FUSED = {
    ("sigmoid", "bce"): "bce_with_logits",
    ("softmax", "cross_entropy"): "cross_entropy_with_logits",
}
"""(last activation, loss) -> the loss that gives the same from z, where a saturated output has lost it."""
