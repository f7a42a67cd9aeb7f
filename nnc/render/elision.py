"""What is shown of something long."""

GAP = "⋯"


def kept(count: int, most: int | None) -> list[int]:
    """The indices that are shown of ``count``: all, or the first and the last of them."""
    if most is None or count <= most:
        return list(range(count))
    half = most // 2
    return [*range(half), *range(count - (most - half), count)]
