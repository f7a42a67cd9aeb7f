"""Equations fitted to a width: on one line, else a line for each equals sign, sums broken at their signs."""

from collections.abc import Sequence

from nnc.render.notation import Part

_BREAKS = (" + ", " − ", " - ")


def laid_out(left: str, parts: Sequence[Part], width: int) -> list[str]:
    """An equation of a left side and what follows each of its signs."""
    whole = left + "".join(f" {sign} {text}" for sign, text in parts)
    if len(whole) <= width:
        return [whole]
    lines, margin = [], " " * len(left)
    for number, (sign, text) in enumerate(parts):
        first, *others = broken(text, width - len(left) - 3)
        lines.append(f"{margin if number else left} {sign} {first}")
        lines += [f"{margin}   {other}" for other in others]
    return lines


def broken(text: str, width: int) -> list[str]:
    """A text in pieces of at most ``width``, which begin with the sign of the next term; a long term stays whole."""
    pieces = []
    while len(text) > width:
        places = [at for at in range(1, len(text)) if text.startswith(_BREAKS, at)]
        fitting = [at for at in places if at <= width] or places[:1]
        if not fitting:
            break
        shallow = min(_depth(text, at) for at in fitting)
        at = max(at for at in fitting if _depth(text, at) == shallow)
        pieces.append(text[:at])
        text = text[at + 1 :]
    return [*pieces, text]


def _depth(text: str, end: int) -> int:
    before = text[:end]
    return sum(map(before.count, "([{")) - sum(map(before.count, ")]}"))
