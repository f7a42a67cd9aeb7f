"""Class weights that make up for classes of unequal size."""

import math
from collections.abc import Callable, Iterable, Mapping, Set
from contextlib import suppress
from fractions import Fraction
from typing import Any

import numpy as np

from nnc.core.arrays import (
    EXACT,
    FLOAT64,
    MOST_EXACT_DIGITS,
    Array,
    Scalar,
    TooLongError,
    naming,
    require_finite,
    require_short,
    scalar,
    summed,
)
from nnc.core.given import is_number, named, plainly, shown
from nnc.core.names import Normalization
from nnc.core.record import Comparable, Record
from nnc.core.rows import Chosen, Parameter, Row, by_name
from nnc.errors import InputError, about, require_known


class Method(Row, kw_only=True):
    """A method: ``weights(n, **parameters)`` (K,) from the counts n (K,).

    In its formula n is n_k, N the sum of the counts and K the number of classes.
    """

    kind = "method"
    weights: Callable[..., Array]
    formula: str


def _balanced(n: Array) -> Array:
    n = n / 2**64  # the weights stay what they are, and neither N nor K n overflows
    return n.sum() / (len(n) * n)


def _pos_weight(n: Array) -> Array:
    if len(n) != 2:
        raise InputError(
            f"method pos-weight weighs class 1 against class 0, but there are {len(n)} classes; expected 2",
            about="counts",
        )
    return np.array([n[1] / n[1], n[0] / n[1]], dtype=n.dtype)


def _effective(n: Array, beta: Any) -> Array:
    if n.dtype == EXACT:
        if n.max() * Fraction(math.log10(beta.denominator)) > MOST_EXACT_DIGITS:
            raise TooLongError
        return (1 - beta) / (1 - np.power(beta, n))  # a Fraction to an array's power would be floats
    # 1 - βⁿ loses its digits for β next to 1; expm1 keeps them. log1p(β - 1) is log β without the rounding of β.
    return (1 - beta) / -np.expm1(n * np.log1p(beta - 1)) if beta else np.ones_like(n)


METHODS = by_name(
    Method(
        name="balanced",
        weights=_balanced,
        formula="N / (K n)",
        rational=True,
        source="King & Zeng 2001, Logistic Regression in Rare Events Data; sklearn.utils.class_weight",
    ),
    Method(
        name="inverse",
        weights=lambda n: 1 / n,
        formula="1 / n",
        rational=True,
        source="inverse class frequency",
    ),
    Method(
        name="sqrt",
        weights=lambda n: 1 / np.sqrt(n),
        formula="1 / √n",
        source="inverse square root of class frequency: Mahajan et al. 2018, section 2.2",
    ),
    Method(
        name="effective",
        parameters={
            "beta": Parameter("0.999", takes="a number from 0 up, below 1", holds=lambda value: 0 <= value < 1)
        },
        weights=_effective,
        formula="(1 − beta) / (1 − beta^n)",
        rational=True,
        source="Cui et al. 2019, Class-Balanced Loss Based on Effective Number of Samples, section 3.2",
    ),
    Method(
        name="pos-weight",
        weights=_pos_weight,
        formula="n₀ / n",
        rational=True,
        source="torch.nn.BCEWithLogitsLoss, pos_weight",
    ),
)
"""name -> row."""
Method.table = METHODS

NORMALIZATIONS: dict[Normalization, Callable[[Array], Any]] = {
    "none": lambda w: 1,
    "mean": lambda w: summed(w) / len(w),
    "sum": lambda w: summed(w),
    "max": lambda w: w.max(),
}
"""name -> what the weights are divided by, so that their mean, sum or maximum is 1."""


class ClassWeighting(Record):
    """The weight of each class, with the counts and the method that it follows from."""

    method: Chosen[Method]
    normalize: Normalization
    counts: Mapping[str, int]
    weights: Mapping[str, Scalar]
    unscaled: Mapping[str, Scalar]
    """The weights as the method gives them, before they are divided by ``divisor``."""
    divisor: Scalar

    @property
    def products(self) -> dict[str, Scalar]:
        """Weight × count of each class: its share in a weighted sum over the samples."""
        return {name: self.weights[name] * count for name, count in self.counts.items()}


class Weighing(Comparable):
    """What class weights follow from: the samples in each class, a method, and what is made 1."""

    counts: Mapping[str, int]
    method: Chosen[Method]
    normalize: Normalization = "none"

    def weigh(self, dtype: np.dtype[Any] = FLOAT64) -> ClassWeighting:
        """The weights in a dtype. Raises InputError as ``imbalance_weights`` does."""
        with about("method"):
            method = self.method.in_dtype(dtype)
        return imbalance_weights(self.counts, method, self.normalize, dtype)


@np.errstate(all="ignore")
def imbalance_weights(
    counts: Mapping[str, Scalar] | Iterable[Scalar],
    method: Chosen[Method],
    normalize: Normalization = "none",
    dtype: np.dtype[Any] = FLOAT64,
) -> ClassWeighting:
    """One weight per class, from the number of samples in each; counts without names are the classes 0, 1, …

    Raises InputError for fewer than two classes, for a count that is no whole number from 1 up, and for a method that
    does not fit the number of classes.
    """
    require_known("normalization", normalize, NORMALIZATIONS)
    whole = read_counts(counts)
    if len(whole) < 2:
        found = "1 class has nothing to be weighed against" if whole else "there are no classes"
        raise InputError(f"{found}; expected at least 2", about="counts")
    n = np.array([_number(name, count, dtype) for name, count in whole.items()], dtype=dtype)
    with naming("weights"):
        unscaled = method.row.weights(n, **method.in_dtype(dtype).parameters)
    require_finite("weights", unscaled)
    with naming("weights"):
        divisor = NORMALIZATIONS[normalize](unscaled)
    require_finite("the sum of the weights", np.asarray(divisor))
    weights = unscaled / divisor
    require_finite("weights", weights)
    with naming("weight × count"):
        require_short(weights * n)

    def by_class(values: Array) -> dict[str, Scalar]:
        return dict(zip(whole, values.tolist(), strict=True))

    return ClassWeighting(method, normalize, whole, by_class(weights), by_class(unscaled), divisor)


def read_counts(given: Mapping[str, Scalar] | Iterable[Scalar]) -> dict[str, int]:
    """The count of each class by its name. Raises InputError for what is no whole number from 1 up."""
    if isinstance(given, Mapping):
        names, counts = named(given, "counts"), list(given.values())
    else:
        counts = _listed(given)
        names = [str(number) for number in range(len(counts))]
    return {name: _count(name, count) for name, count in zip(names, counts, strict=True)}


def _listed(given: Iterable[Scalar]) -> list[Scalar]:
    if isinstance(given, Iterable) and not isinstance(given, str | bytes | Set):
        with suppress(TypeError):  # an array that is one number
            return list(given)
    raise InputError(f"counts is {shown(given)}, expected one number a class, or a mapping of class to number")


def _count(name: str, count: Scalar) -> int:
    if not is_number(count):
        raise InputError(f"class {name} has as its count what is {shown(count)}, expected a whole number")
    if count % 1 != 0:  # NaN and infinity too
        raise InputError(f"class {name} has a count of {plainly(count)}, expected a whole number")
    if count < 1:
        why = ": its weight would be infinite" if count == 0 else ""
        raise InputError(f"class {name} has a count of {int(count)}, expected at least 1{why}")
    return int(count)


def _number(name: str, count: int, dtype: np.dtype[Any]) -> Scalar:
    try:
        return scalar(str(count), dtype)
    except OverflowError:
        raise InputError(f"class {name} has a count beyond {dtype}", about="counts") from None
