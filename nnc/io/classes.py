"""Sizes of classes, from labels."""

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction

from nnc.io.numbers import is_number, to_number


def count_labels(labels: Iterable[str]) -> dict[str, int]:
    """How often each label occurs; labels sorted, as numbers where they all are."""
    counted = Counter(labels)
    return {name: counted[name] for name in _sorted(counted)}


def _sorted(names: Iterable[str]) -> list[str]:
    if all(map(is_number, names)):
        return sorted(names, key=lambda name: Fraction(to_number(name, object)))
    return sorted(names)
