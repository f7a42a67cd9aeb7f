"""What stands in a sheet: a problem, and questions about it."""

from typing import Any, Literal

from msgspec import UNSET, Struct, UnsetType

from nnc.core.names import NoiseOf, Normalization, Reduction
from nnc.io.files.network import LayerEntry, Numbers, ProblemDocument
from nnc.io.values.arrays import Leaf
from nnc.io.values.choices import Choice


class Tolerance(Struct, frozen=True, forbid_unknown_fields=True):
    """When an answer is right; the keys are options of nnc too."""

    min_sig: int | UnsetType = UNSET
    rtol: Leaf | UnsetType = UNSET
    atol: Leaf | UnsetType = UNSET
    sig: int | UnsetType = UNSET
    decimals: int | UnsetType = UNSET
    rounding_on_the_way: bool | UnsetType = UNSET
    noise: NoiseOf | UnsetType = UNSET


class QuestionEntry(Struct, forbid_unknown_fields=True):
    """A question: the quantity or the number that it asks for, and its points."""

    id: str | int
    quantity: str
    points: Leaf = 1
    split: Literal["all", "element"] = "all"
    tolerance: Tolerance | UnsetType = UNSET
    text: str = ""
    feedback: str = ""
    answer: Any = UNSET


class SheetDocument(ProblemDocument, kw_only=True):
    """Questions about a network (its layers, or a file of weights), about outputs, or about class sizes."""

    questions: list[QuestionEntry]
    tolerance: Tolerance = Tolerance()
    layers: list[LayerEntry] | UnsetType = UNSET
    weights: str | UnsetType = UNSET
    activations: list[Choice] | UnsetType = UNSET
    y_hat: Numbers | UnsetType = UNSET
    reduction: Reduction = "mean"
    l2: Leaf | UnsetType = UNSET
    counts: list[Leaf] | dict[str, Leaf] | UnsetType = UNSET
    labels: list[Leaf] | UnsetType = UNSET
    method: Choice = "balanced"
    normalize: Normalization = "none"
