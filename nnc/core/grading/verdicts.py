"""Answers in nested lists against a result of any shape: one verdict per number, or one on the shape."""

from collections.abc import Callable, Mapping, Sequence
from itertools import chain

import numpy as np
import numpy.typing as npt
from msgspec.structs import replace

from nnc.core.arrays import Array
from nnc.core.grading.rule import FLOAT_NOISE, Judgement, Rule, Truth, Verdict, judge
from nnc.core.record import Record
from nnc.errors import counted

Shape = tuple[int, ...]
SECOND = (Verdict.WRONG, Verdict.TOO_FEW_DIGITS)
"""The verdicts on numbers that are looked at again."""


class Judged(Record):
    """The verdict on each number, by its index in the result from 0, and the worst of them.

    An answer that is missing or of another shape has no single verdicts; ``misfit`` says what is wrong with the shape.
    """

    verdict: Verdict
    size: int
    """How many numbers are asked for."""
    elements: Mapping[Shape, Judgement] = {}
    misfit: str = ""

    def revised(self, look: Callable[[Shape, Judgement], Verdict]) -> "Judged":
        """The same after a second ``look`` at each number that does not hold."""
        if not any(element.verdict in SECOND for element in self.elements.values()):
            return self
        elements = {
            index: replace(element, verdict=look(index, element)) if element.verdict in SECOND else element
            for index, element in self.elements.items()
        }
        return replace(self, verdict=_worst(elements), elements=elements)

    @property
    def right(self) -> int:
        """How many of the numbers hold."""
        return sum(element.verdict.holds for element in self.elements.values())


def judge_all(given: object, shape: Shape, known: Sequence[Truth | None], rule: Rule | None = None) -> Judged:
    """The verdicts on nested lists of answers for a result of this shape, whose truths are ``known``.

    Axes of length 1 do not count: n numbers, 1×n and n×1 are the same vector. None and blank text are a missing answer,
    for one number or for all.
    """
    found, leaves = _flattened(given)
    if found == () and len(known) > 1 and (lone := judge(leaves[0], None).verdict) is not Verdict.WRONG:
        return Judged(lone, len(known))
    if found is None or _without_ones(found) != _without_ones(shape):
        return Judged(Verdict.WRONG_SHAPE, len(known), misfit=_misfit(found, shape))
    judgements = (judge(leaf, truth, rule) for leaf, truth in zip(leaves, known, strict=True))
    elements = dict(zip(np.ndindex(shape), judgements, strict=True))
    return Judged(_worst(elements), len(known), elements)


def _worst(elements: Mapping[Shape, Judgement]) -> Verdict:
    return max((element.verdict for element in elements.values()), key=list(Verdict).index)


def _flattened(given: object) -> tuple[Shape | None, list[object]]:
    """The shape of nested lists, and their leaves in order; no shape where lengths differ."""
    level: list[object] = [given]
    shape: Shape = ()
    while any(isinstance(item, list | tuple) for item in level):
        rows = [item for item in level if isinstance(item, list | tuple)]
        if len(rows) < len(level) or len(set(map(len, rows))) > 1:
            return None, []
        shape = (*shape, len(rows[0]))
        level = list(chain.from_iterable(rows))
    return shape, level


@np.errstate(invalid="ignore")
def truths(true: Array, noise: npt.ArrayLike = 0.0, rival: npt.ArrayLike = np.nan) -> list[Truth | None]:
    """The truth of each number of a result in order, None where it is not finite.

    ``noise`` and ``rival``, of its shape, are those of ``Truth``.
    """
    margins, rivals = (np.broadcast_to(np.asarray(given), true.shape) for given in (noise, rival))
    if true.dtype.kind == "f":
        margins = np.maximum(margins, FLOAT_NOISE * np.spacing(np.abs(true)))  # in the result's own precision
    each = zip(*(array.ravel().tolist() for array in (true, margins, rivals)), strict=True)
    return [Truth.of(*one) if abs(one[0]) < np.inf else None for one in each]


def _without_ones(shape: Shape) -> Shape:
    return tuple(length for length in shape if length != 1)


def _misfit(shape: Shape | None, wanted: Shape) -> str:
    if shape is None:
        return f"rows of different lengths, expected {_named(wanted)}"
    hint = "; the transpose fits" if _without_ones(shape[::-1]) == _without_ones(wanted) else ""
    return f"{_named(shape)}, expected {_named(wanted)}{hint}"


def _named(shape: Shape) -> str:
    if len(shape) < 2:
        return counted(shape[0] if shape else 1, "number")
    return "×".join(map(str, shape))
