"""What is shown of something long."""

GAP = "⋯"


def kept(count: int, most: int | None) -> list[int]:
    """The indices that are shown of ``count``: all, or the first and the last of them if they are more than ``most``.

    A few less than ``most`` then, so that the gap never stands in the place of one thing alone.
    """
    if most is None or count <= most:
        return list(range(count))
    ends = max(most // 2 - 1, 1)
    return [*range(ends), *range(count - ends, count)]
