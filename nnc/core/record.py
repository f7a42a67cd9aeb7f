"""What nearly every value of nnc is built on."""

from typing import dataclass_transform

from msgspec import Struct, field


@dataclass_transform(frozen_default=True, eq_default=False, field_specifiers=(field,))
class Record(Struct, frozen=True, eq=False):
    """Named fields that do not change. Two are equal only if they are the same: many hold arrays."""
