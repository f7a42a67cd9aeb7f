"""What is shown of something long."""

from collections.abc import Sequence
from typing import TypeVar

GAP = "⋯"
T = TypeVar("T")


def kept(count: int, most: int | None) -> list[int]:
    """The indices that are shown of ``count``: all, or the first and the last few if there are more than ``most``.

    These few are less than ``most``, so that a gap never stands for one thing alone.
    """
    if most is None or count <= most:
        return list(range(count))
    ends = max(most // 2 - 1, 1)
    return [*range(ends), *range(count - ends, count)]


def with_gap(shown: Sequence[T], count: int, gap: T) -> list[T]:
    """What is shown of ``count`` things, with a gap in the middle if it is not all of them."""
    half = len(shown) // 2
    return [*shown[:half], gap, *shown[half:]] if len(shown) < count else list(shown)
