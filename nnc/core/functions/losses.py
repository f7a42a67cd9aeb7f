"""The table of loss functions: value, derivative, domain and formula, one row per loss."""

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
from msgspec.structs import replace

from nnc.core.arrays import Array, indicator, summed
from nnc.core.functions import terms as of
from nnc.core.functions.elementwise import clip, sigmoid, softplus
from nnc.core.functions.softmaxes import inverse_softmax, log_softmax, log_softmax_backward
from nnc.core.record import Record
from nnc.core.rows import Parameter, Row, by_name, not_negative, positive


class Domain(Record):
    """The numbers that a loss is defined for: in words, and as a mask over an array."""

    words: str
    holds: Callable[[Array], Array]


ANY = Domain("any number", lambda v: v == v)
UNIT_INTERVAL = Domain("a number from 0 to 1", lambda v: (v >= 0) & (v <= 1))
PROBABILITY = Domain("a probability, from 0 to 1", UNIT_INTERVAL.holds)
SIGNS = Domain("-1 or 1", lambda v: (v == 1) | (v == -1))
NOT_NEGATIVE = Domain("a number from 0 up", lambda v: v >= 0)
LOGARITHM = Domain("the logarithm of a probability, from 0 down", lambda v: v <= 0)


def nowhere(p: Array, y: Array, **parameters: Any) -> Array:
    """No numbers (N, 0): the ``turns`` of a loss that has a derivative everywhere."""
    return p[:, :0]


class Loss(Row, kw_only=True):
    """A loss of one sample: the sum of its ``terms`` over the K outputs, divided by K where ``mean`` is set.

    ``terms(p, y, w, **parameters)`` and ``derivative(p, y, w, **parameters)`` take outputs p and targets y (N, K).
    They return each output's share and its derivative by p, (N, K), before the division by K. The class weights w are
    (w₀, w₁) where ``classes`` is "two", one per output where it is "outputs", else None.

    Formulas are texts that ``nnc.core.formula`` reads. Their letters are p, y, the class weights w, or w₁ and w₀, the
    parameters, and c, the class of the target.
    """

    kind = "loss"
    may_rest = True  # a file may name one for a forward pass, which needs none

    terms: Callable[..., Array]
    derivative: Callable[..., Array]
    mean: bool = False
    classes: Literal["two", "outputs"] | None = None
    target: Literal["values", "probabilities", "class"] = "values"
    """What y is: K values, K probabilities or a class index, or one class (an index or one-hot)."""
    y_domain: Domain = ANY
    p_domain: Domain = ANY
    remedy: str = ""
    """What to do where outputs are outside ``p_domain``."""
    formula: str
    derivative_formula: str
    kinks: str = ""
    """Where the loss has no derivative, in words."""
    turns: Callable[..., Array] = nowhere
    """``turns(p, y, **parameters)`` (N, …) gives numbers that change their sign where the loss has no derivative."""


OUTPUTS = Parameter("mean", words=("mean", "sum"))
"""The parameter of every loss with ``mean``: ``sum`` leaves out the division by the number of outputs."""


def _with_outputs(loss: Loss) -> Loss:
    return replace(loss, parameters={**loss.parameters, "outputs": OUTPUTS}) if loss.mean else loss


_ROWS = (
    Loss(
        name="half_sse",
        terms=lambda p, y, w: (p - y) ** 2 / 2,
        derivative=lambda p, y, w: p - y,
        formula="½ (p − y)²",
        derivative_formula="p − y",
        rational=True,
        source="Bishop 2006, Pattern Recognition and Machine Learning, eq. 5.11",
    ),
    Loss(
        name="sse",
        terms=lambda p, y, w: (p - y) ** 2,
        derivative=lambda p, y, w: 2 * (p - y),
        formula="(p − y)²",
        derivative_formula="2 (p − y)",
        rational=True,
        source="torch.nn.MSELoss with reduction='sum'",
    ),
    Loss(
        name="mse",
        aliases=("mean_squared_error",),
        terms=lambda p, y, w: (p - y) ** 2,
        derivative=lambda p, y, w: 2 * (p - y),
        mean=True,
        formula="(p − y)²",
        derivative_formula="2 (p − y)",
        rational=True,
        source="torch.nn.MSELoss",
    ),
    Loss(
        name="mae",
        aliases=("l1", "mean_absolute_error"),
        terms=lambda p, y, w: np.abs(p - y),
        derivative=lambda p, y, w: np.sign(p - y),
        mean=True,
        formula="|p − y|",
        derivative_formula="sign(p − y)",
        kinks="p = y",
        turns=lambda p, y: p - y,
        rational=True,
        source="torch.nn.L1Loss",
    ),
    Loss(
        name="huber",
        parameters={"delta": positive("1")},
        terms=of.huber,
        derivative=lambda p, y, w, delta: clip(p - y, -delta, delta),
        mean=True,
        formula="½ (p − y)² if |p − y| ≤ delta, else delta (|p − y| − delta / 2)",
        derivative_formula="min(max(−delta, p − y), delta)",
        rational=True,
        source="Huber 1964, Robust Estimation of a Location Parameter; torch.nn.HuberLoss",
    ),
    Loss(
        name="smooth_l1",
        parameters={"beta": not_negative("1")},
        terms=of.smooth_l1,
        derivative=lambda p, y, w, beta: np.sign(p - y) if beta == 0 else clip((p - y) / beta, -1, 1),
        mean=True,
        formula="½ (p − y)² / beta if |p − y| < beta, else |p − y| − beta / 2",
        derivative_formula="(p − y) / beta if |p − y| < beta, else sign(p − y)",
        kinks="p = y where beta is 0",
        turns=lambda p, y, beta: p - y if beta == 0 else nowhere(p, y),
        rational=True,
        source="Girshick 2015, Fast R-CNN, eq. 3; torch.nn.SmoothL1Loss",
    ),
    Loss(
        name="log_cosh",
        terms=of.log_cosh,
        derivative=lambda p, y, w: np.tanh(p - y),
        mean=True,
        formula="log cosh(p − y)",
        derivative_formula="tanh(p − y)",
        source="keras.losses.LogCosh",
    ),
    Loss(
        name="bce",
        aliases=("binary_cross_entropy",),
        perhaps=("log_loss", "logloss"),
        terms=lambda p, y, w: -(of.xlogy(w[1] * y, p) + of.xlog1py(w[0] * (1 - y), -p)),
        derivative=lambda p, y, w: of.ratio(w[0] * (1 - y), 1 - p) - of.ratio(w[1] * y, p),
        mean=True,
        classes="two",
        y_domain=UNIT_INTERVAL,
        p_domain=UNIT_INTERVAL,
        remedy="end the network with sigmoid, or use bce_with_logits",
        formula="−[w₁ y log(p) + w₀ (1 − y) log(1 − p)]",
        derivative_formula="−w₁ y / p + w₀ (1 − y) / (1 − p)",
        source="torch.nn.BCELoss, without its clamp of the logarithm",
    ),
    Loss(
        name="bce_with_logits",
        aliases=("binary_cross_entropy_with_logits",),
        terms=lambda p, y, w: w[1] * y * softplus(-p) + w[0] * (1 - y) * softplus(p),
        derivative=lambda p, y, w: w[0] * (1 - y) * sigmoid(p) - w[1] * y * sigmoid(-p),
        mean=True,
        classes="two",
        y_domain=UNIT_INTERVAL,
        formula="−[w₁ y log σ(p) + w₀ (1 − y) log(1 − σ(p))]",
        derivative_formula="w₀ (1 − y) σ(p) − w₁ y (1 − σ(p))",
        source="torch.nn.BCEWithLogitsLoss; w₁ is its pos_weight",
    ),
    Loss(
        name="cross_entropy",
        aliases=("categorical_crossentropy", "ce"),
        perhaps=("log_loss", "logloss"),
        terms=lambda p, y, w: -of.xlogy(w * y, p),
        derivative=lambda p, y, w: -of.ratio(w * y, p),
        classes="outputs",
        target="probabilities",
        p_domain=UNIT_INTERVAL,
        remedy="end the network with softmax, or use cross_entropy_with_logits",
        formula="−w y log(p)",
        derivative_formula="−w y / p",
        source="keras.losses.CategoricalCrossentropy; Goodfellow, Bengio & Courville 2016, Deep Learning, section 6.2",
    ),
    Loss(
        name="cross_entropy_with_logits",
        terms=lambda p, y, w: np.where(y == 0, 0, -w * y * log_softmax(p)),
        derivative=lambda p, y, w: log_softmax_backward(-w * y, p, p),
        classes="outputs",
        target="probabilities",
        formula="−w y log softmax(p)",
        derivative_formula="softmax(p) Σ w_j y_j − w y",
        source="torch.nn.CrossEntropyLoss",
    ),
    Loss(
        name="nll",
        terms=lambda p, y, w: -w * y * p,
        derivative=lambda p, y, w: -w * y,
        classes="outputs",
        target="class",
        p_domain=LOGARITHM,
        remedy="end the network with log_softmax, or use cross_entropy",
        formula="−w y p",
        derivative_formula="−w y",
        rational=True,
        source="torch.nn.NLLLoss",
    ),
    Loss(
        name="kl_div",
        terms=of.kl_div,
        derivative=lambda p, y, w: -of.ratio(y, p),
        target="probabilities",
        p_domain=UNIT_INTERVAL,
        remedy="end the network with softmax",
        formula="y (log(y) − log(p))",
        derivative_formula="−y / p",
        source="Kullback & Leibler 1951, On Information and Sufficiency; keras.losses.KLDivergence, without its "
        "clipping (torch.nn.KLDivLoss takes log p)",
    ),
    Loss(
        name="hinge",
        terms=lambda p, y, w: np.maximum(1 - y * p, 0),
        derivative=lambda p, y, w: -y * indicator(1 - y * p > 0, p),
        mean=True,
        y_domain=SIGNS,
        formula="max(0, 1 − y p)",
        derivative_formula="−y if y p < 1, else 0",
        kinks="y p = 1",
        turns=lambda p, y: 1 - y * p,
        rational=True,
        source="Cortes & Vapnik 1995, Support-Vector Networks; keras.losses.Hinge",
    ),
    Loss(
        name="squared_hinge",
        terms=lambda p, y, w: np.maximum(1 - y * p, 0) ** 2,
        derivative=lambda p, y, w: -2 * y * np.maximum(1 - y * p, 0),
        mean=True,
        y_domain=SIGNS,
        formula="max(0, 1 − y p)²",
        derivative_formula="−2 y max(0, 1 − y p)",
        rational=True,
        source="keras.losses.SquaredHinge",
    ),
    Loss(
        name="poisson_nll",
        terms=lambda p, y, w: p - of.xlogy(y, p),
        derivative=lambda p, y, w: np.where(y == 0, 1, (p - y) / np.where(y == 0, 1, p)),  # keeps its digits near 0
        mean=True,
        y_domain=NOT_NEGATIVE,
        p_domain=NOT_NEGATIVE,
        remedy="end the network with softplus or relu",
        formula="p − y log(p)",
        derivative_formula="1 − y / p",
        source="torch.nn.PoissonNLLLoss with log_input=False and eps=0; keras.losses.Poisson",
    ),
    Loss(
        name="focal",
        parameters={"gamma": not_negative("2")},
        terms=of.focal,
        derivative=of.focal_derivative,
        mean=True,
        classes="two",
        y_domain=UNIT_INTERVAL,
        p_domain=UNIT_INTERVAL,
        remedy="end the network with sigmoid, or use focal_with_logits",
        formula="−[w₁ y (1 − p)^gamma log(p) + w₀ (1 − y) p^gamma log(1 − p)]",
        derivative_formula="w₁ y (1 − p)^gamma [gamma log(p) / (1 − p) − 1 / p] "
        "− w₀ (1 − y) p^gamma [gamma log(1 − p) / p − 1 / (1 − p)]",
        source="Lin et al. 2017, Focal Loss for Dense Object Detection, eq. 4 and 5; w₁ is its α, w₀ its 1 − α",
    ),
    Loss(
        name="focal_with_logits",
        parameters={"gamma": not_negative("2")},
        terms=of.focal_with_logits,
        derivative=of.focal_with_logits_derivative,
        mean=True,
        classes="two",
        y_domain=UNIT_INTERVAL,
        formula="−[w₁ y (1 − σ(p))^gamma log σ(p) + w₀ (1 − y) σ(p)^gamma log(1 − σ(p))]",
        derivative_formula="w₁ y (1 − s)^gamma [gamma s log(s) − (1 − s)] "
        "− w₀ (1 − y) s^gamma [gamma (1 − s) log(1 − s) − s], with s = σ(p)",
        source="Lin et al. 2017, Focal Loss for Dense Object Detection, eq. 4 and 5; "
        "torchvision.ops.sigmoid_focal_loss",
    ),
    Loss(
        name="multi_margin",
        parameters={"margin": Parameter("1")},
        terms=lambda p, y, w, margin: (1 - y) * np.maximum(of.violation(p, y, margin), 0),
        derivative=of.multi_margin_derivative,
        mean=True,
        target="class",
        formula="max(0, margin − ŷ_c + p) if k ≠ c, else 0",
        derivative_formula="[margin − ŷ_c + p > 0] if k ≠ c, else −Σ [j ≠ c] [margin − ŷ_c + ŷ_j > 0]",
        kinks="an output margin below that of the class",
        turns=of.violation,
        rational=True,
        source="Crammer & Singer 2001, Multiclass Kernel-based Vector Machines; torch.nn.MultiMarginLoss",
    ),
)
LOSSES = by_name(*map(_with_outputs, _ROWS))
"""name -> row. A new row is all that a new loss takes."""
Loss.table = LOSSES


class Fused(Record):
    """A last activation and a loss calculated together, from z: a saturated output has lost its digits.

    ``loss`` names the loss of z that equals the pair. ``by_output(z, y, w, **parameters)`` is the derivative by the
    output, and ``of_output(p, y, w, **parameters)`` that by z as it follows from the output, as in p − y.
    """

    loss: str
    by_output: Callable[..., Array]
    of_output: Callable[..., Array]


def _of_focal(p: Array, y: Array, w: Array, gamma: Any) -> Array:
    return of.focal_derivative(p, y, w, gamma) * p * (1 - p)


def _of_probabilities(p: Array, y: Array, w: Array) -> Array:
    return p * summed(w * y, axis=-1)[:, None] - w * y


FUSED = {
    ("sigmoid", "bce"): Fused(
        "bce_with_logits", of.bce_by_output, lambda p, y, w: w[0] * (1 - y) * p - w[1] * y * (1 - p)
    ),
    ("softmax", "cross_entropy"): Fused(
        "cross_entropy_with_logits", lambda z, y, w: -of.times(w * y, inverse_softmax(z)), _of_probabilities
    ),
    ("sigmoid", "focal"): Fused("focal_with_logits", of.focal_by_output, _of_focal),
    ("log_softmax", "nll"): Fused(
        "cross_entropy_with_logits", LOSSES["nll"].derivative, lambda p, y, w: _of_probabilities(np.exp(p), y, w)
    ),
}
"""(last activation, loss) -> the fused pair."""
