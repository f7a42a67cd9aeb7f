"""How the losses of a batch become one number: a row for each reduction."""

from collections.abc import Callable
from typing import Any

from nnc.core.arrays import Array, Scalar, summed
from nnc.core.names import Reduction
from nnc.core.record import Record


class Divisor(Record):
    """What the sum of the samples' losses is divided by, ``of(s, w, classes)``: its letter, and the formula of J.

    s (N,) are the weights of the samples; w (C,) those of the classes and ``classes`` (N,), of a row ``by_class``.
    """

    letter: str
    formula: str
    of: Callable[[Array, Any, Any], Scalar]
    by_class: bool = False


REDUCTIONS: dict[Reduction, Divisor] = {
    "mean": Divisor("N", "J = (1/N) Σ of the samples' losses", lambda s, w, classes: len(s)),
    "sum": Divisor("1", "J = Σ of the samples' losses", lambda s, w, classes: 1),
    "weighted-mean": Divisor(
        "D",
        "J = Σ of the samples' losses / Σ of the weights of their classes",
        lambda s, w, classes: summed(w[classes] * s),  # as torch.nn.CrossEntropyLoss divides
        by_class=True,
    ),
}
"""name -> row."""
