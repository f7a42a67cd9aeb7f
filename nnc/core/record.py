"""What nearly every value of nnc is built on."""

from collections.abc import Mapping
from typing import Any, dataclass_transform

from msgspec import Struct, field


@dataclass_transform(frozen_default=True, eq_default=False, field_specifiers=(field,))
class Record(Struct, frozen=True, eq=False):
    """Named fields that do not change. Two records are equal only if they are the same one: many hold arrays."""


class Comparable(Record):
    """A record that equals another of its type with equal fields: arrays agree in dtype, shape and every number."""

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        return all(_same(getattr(self, name), getattr(other, name)) for name in self.__struct_fields__)

    __hash__ = None  # type: ignore[assignment]  # what holds arrays is no key


def _same(one: Any, other: Any) -> bool:
    import numpy as np  # the command line uses records before it needs NumPy

    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other)
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_same(value, other[key]) for key, value in one.items())
    if isinstance(one, list | tuple) and type(one) is type(other):
        return len(one) == len(other) and all(map(_same, one, other))
    return bool(one == other)
