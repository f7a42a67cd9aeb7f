"""Sizes of classes, from counts or labels."""

from collections import Counter
from collections.abc import Iterable, Mapping
from fractions import Fraction

from nnc.core.arrays import Scalar
from nnc.errors import InputError
from nnc.io.numbers import is_number, to_number


def count_labels(labels: Iterable[str]) -> dict[str, int]:
    """How often each label occurs; labels sorted, as numbers where they all are."""
    counted = Counter(labels)
    return {name: counted[name] for name in _sorted(counted)}


def whole_counts(given: Mapping[str, Scalar]) -> dict[str, int]:
    """Counts as ints. Raises InputError for one that is not a whole number."""
    for name, count in given.items():
        if count != int(count):
            raise InputError(f"class {name} has a count of {float(count):g}, expected a whole number")
    return {name: int(count) for name, count in given.items()}


def _sorted(names: Iterable[str]) -> list[str]:
    if all(map(is_number, names)):
        return sorted(names, key=lambda name: Fraction(to_number(name, object)))
    return sorted(names)
