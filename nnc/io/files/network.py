"""Network files: layers of every kind, or bare matrices, and the rest of a problem."""

import re
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from msgspec import UNSET, Struct, UnsetType, defstruct, field

from nnc.core.arrays import FLOAT64, Array, Scalar
from nnc.core.functions.activations import ACTIVATIONS, Activation
from nnc.core.functions.losses import LOSSES, Loss
from nnc.core.layers import KINDS, Kind, Layer, Parameters, Weights, arrays, most_axes
from nnc.core.network import Network
from nnc.core.objective import ClassWeights, Objective
from nnc.core.problem import Problem
from nnc.core.record import Record
from nnc.core.rows import Chosen
from nnc.errors import InputError, blame, counted, within
from nnc.io.text.documents import decode_document
from nnc.io.text.sources import read_file
from nnc.io.values.arrays import Leaf, to_array, to_number
from nnc.io.values.choices import Choice, read_choice

Vector = list[Leaf]
Matrix = list[Vector]
Rows = list[Leaf | Vector]
"""A matrix, or one unit's weights as a flat list."""

Activations = Sequence[Chosen[Activation]] | None
"""One per layer, in place of those of a file."""


def _array_fields() -> list[tuple[str, Any, Any]]:
    """The keys of arrays in a layer of a document, with their types: first those of the kinds of layer."""
    nested, known = {1: Vector, 2: Rows}, arrays()
    order = [*KINDS, *(key for key in known if key not in KINDS)]
    return [(key, nested.get(len(known[key].axes), list[Any]) | UnsetType, UNSET) for key in order]


def _nested(depth: int) -> Any:
    """The type of a number, or of lists of numbers in up to so many levels."""
    return Leaf if depth == 0 else Leaf | list[_nested(depth - 1)]  # type: ignore[misc]  # types made by a function


if TYPE_CHECKING:
    Numbers: TypeAlias = Any
else:
    Numbers = _nested(most_axes())
_Arrays: Any = defstruct("_Arrays", _array_fields(), forbid_unknown_fields=True)


class LayerEntry(_Arrays):  # type: ignore[misc]  # mypy does not know the base, whose keys come from a table
    """A layer: arrays under the keys of its kind, and an activation."""

    activation: Choice = "identity"


class ProblemDocument(Struct, forbid_unknown_fields=True, kw_only=True):
    """The keys that make a network a problem, and those for people."""

    schema: str = field(name="$schema", default="")
    """For editors; nnc does not read it."""
    x: Numbers | UnsetType = UNSET
    y: Numbers | UnsetType = UNSET
    loss: Choice | UnsetType = UNSET
    class_weights: list[Leaf] | dict[str, Leaf] | UnsetType = UNSET
    sample_weights: Vector | UnsetType = UNSET
    title: str = ""
    source: str = ""
    note: str = ""


class NetworkDocument(ProblemDocument, kw_only=True):
    """A network, and optionally a whole problem."""

    layers: list[LayerEntry]


class NetworkFile(Record):
    """What a network file holds; None stands for what it does not say."""

    network: Network
    x: Array | None = None
    y: Array | None = None
    loss: Chosen[Loss] | None = None
    class_weights: ClassWeights | None = None
    sample_weights: Array | None = None
    title: str = ""
    source: str = ""
    note: str = ""

    def __repr__(self) -> str:
        title = f"{self.title!r}: " if self.title else ""
        there = [name for name in ("x", "y", "class_weights", "sample_weights") if getattr(self, name) is not None]
        there += [] if self.loss is None else [f"loss {self.loss}"]
        return f"<NetworkFile {title}{', '.join([repr(self.network), *there])}>"

    @property
    def objective(self) -> Objective | None:
        """What the file says of J; None if it names no loss."""
        if self.loss is None:
            return None
        return Objective(self.loss, class_weights=self.class_weights, sample_weights=self.sample_weights)

    @property
    def problem(self) -> Problem:
        """What there is to calculate."""
        return Problem(self.network, x=self.x, y=self.y, objective=self.objective)


class Decoded(Record):
    """A network file that is decoded; its numbers are floats, or text as they were written.

    ``places`` are the places of the layers in a file of bare matrices.
    """

    source: str
    document: NetworkDocument
    places: tuple[str, ...] = ()

    def read(self, dtype: np.dtype[Any] = FLOAT64, activations: Activations = None) -> NetworkFile:
        """The file in numbers of ``dtype``. ``activations`` replace those of the file.

        Raises InputError, which names the file and the place in it, for all that is wrong with it.
        """
        with blame(self.source):
            network = read_layers(self.document.layers, dtype, activations, self.places)
            return read_beside(self.document, network, dtype)


def decoded(path: str, *, as_text: bool) -> Decoded:
    """A network file, JSON or YAML by its suffix, decoded. With ``as_text`` its numbers stay as they are written."""
    return decode(read_file(path), PurePath(path).suffix, path, as_text=as_text)


def decode(data: bytes, suffix: str, source: str, *, as_text: bool) -> Decoded:
    """The text of a network file, decoded as by ``decoded``; ``source`` names it in messages."""
    with blame(source):
        match _form(data):
            case "list":
                matrices = decode_document(data, suffix, list[Matrix], as_text=as_text)
                return _bare(source, [(f"[{i}]", "W", matrix) for i, matrix in enumerate(matrices)])
            case "named":
                return _bare(source, _in_order(decode_document(data, suffix, dict[str, Rows | Any], as_text=as_text)))
            case _:
                return Decoded(source, decode_document(data, suffix, NetworkDocument, as_text=as_text))


_BARE_NAME = r"(W|Theta)([1-9][0-9]{0,5})"
_FIRST_KEY = re.compile(rb"\{?\s*[\"']?(?:W|Theta)[1-9][0-9]*[\"']?\s*:")
_BEFORE_CONTENT = re.compile(rb"(?:\s|#[^\n]*|---(?=\s))*")


def _form(data: bytes) -> str:
    """Whether the text is a list of matrices, a mapping of matrices (W1, W2, …), or a document with keys."""
    start = _BEFORE_CONTENT.match(data)
    assert start is not None  # the pattern matches the empty text too
    if data[start.end() : start.end() + 1] in (b"[", b"-"):
        return "list"
    return "named" if _FIRST_KEY.match(data, start.end()) else "document"


def _in_order(named: dict[str, Any]) -> list[tuple[str, str, Rows]]:
    """(place, key, matrix) of each of the matrices W1, W2, … or Theta1, Theta2, …, by their numbers."""
    numbered: dict[int, tuple[str, str, Rows]] = {}
    for name, matrix in named.items():
        match = re.fullmatch(_BARE_NAME, name)
        if match is None:
            raise InputError(
                f"unknown key {name!r} among matrices W1, W2, …, which hold their own bias; "
                "a file with other keys keeps its matrices under layers"
            )
        number = int(match[2])
        if number in numbered:
            raise InputError(f"{name} and {numbered[number][0]} are both layer {number}")
        numbered[number] = (name, match[1], matrix)
    for number in range(1, len(numbered) + 1):
        if number not in numbered:
            raise InputError(
                f"there is no matrix of layer {number}, but {', '.join(named)}; expected numbers from 1 on"
            )
    return [numbered[number] for number in sorted(numbered)]


def _bare(source: str, matrices: Sequence[tuple[str, str, Any]]) -> Decoded:
    entries = [LayerEntry(**{kind: matrix}) for _, kind, matrix in matrices]
    return Decoded(source, NetworkDocument(layers=entries), tuple(place for place, _, _ in matrices))


def read_layers(
    entries: Sequence[LayerEntry], dtype: np.dtype[Any], activations: Activations = None, places: Sequence[str] = ()
) -> Network:
    """The network of a document's layers; ``activations``, ``places`` and errors as in ``Decoded``."""
    if activations is not None and len(activations) != len(entries):
        found, wanted = counted(len(activations), "activation"), counted(len(entries), "layer")
        raise InputError(f"{found} for {wanted}, expected one for each layer", source="--activations")
    layers = []
    for i, entry in enumerate(entries):
        place = f"layers[{i}]"
        kind = _kind(entry, place)
        if activations is not None:
            activation = activations[i]
        else:
            with within(f"{place}.activation"):
                activation = read_choice(entry.activation, ACTIVATIONS, "activation", dtype)
        at = places[i] if places else f"{place}.{kind.name}"
        layers.append(Layer(kind, _parameters(entry, kind, dtype, place, at), activation, at))
    return Network(tuple(layers))


def _kind(entry: LayerEntry, place: str) -> Kind:
    given = [name for name in KINDS if getattr(entry, name) is not UNSET]
    if len(given) != 1:
        found = " and ".join(given) or "no matrix"
        raise InputError(f"{place} has {found}, expected one of {', '.join(KINDS)}")
    return KINDS[given[0]]


def _parameters(entry: LayerEntry, kind: Kind, dtype: np.dtype[Any], place: str, at: str) -> Parameters:
    """All arrays of an entry. What a flat list under the key of the kind means may depend on the other arrays."""
    rows, beside = arrays(), {}
    for key, row in rows.items():
        if key != kind.name and (values := getattr(entry, key)) is not UNSET:
            beside[key] = to_array(values, dtype, f"{place}.{key}", ndim=len(row.axes))
    count = len(rows[kind.name].axes)
    array = to_array(getattr(entry, kind.name), dtype, at, ndim=(1, 2) if count == 2 else count)
    return {kind.name: array if array.ndim == count else _one_unit(array, rows[kind.name], beside, at), **beside}


def _one_unit(values: Array, row: Weights, beside: Parameters, at: str) -> Array:
    """A flat list as the matrix of one unit. Raises InputError where it may mean something else."""
    unit = row.axes.index("unit")
    if not row.partly and values.size > 1 and all(array.size > 1 for array in beside.values()):
        examples = "[[1, 2]]", "[[1], [2]]"
        one, two = reversed(examples) if unit == 1 else examples
        raise InputError(
            f"{at} is a list of numbers, expected rows: one unit of 2 inputs is written {one}, "
            f"2 units of one input {two}"
        )
    return np.expand_dims(values, unit)


def read_beside(document: ProblemDocument, network: Network, dtype: np.dtype[Any]) -> NetworkFile:
    """A network with what a document says beside it. Raises InputError for what is no number, or no loss."""
    weights = document.sample_weights
    return NetworkFile(
        network=network,
        x=None if document.x is UNSET else to_array(document.x, dtype, "x", range(1 + most_axes())),
        y=None if document.y is UNSET else to_array(document.y, dtype, "y"),
        loss=None if document.loss is UNSET else read_choice(document.loss, LOSSES, "loss", dtype),
        class_weights=read_class_weights(document.class_weights, dtype),
        sample_weights=None if weights is UNSET else to_array(weights, dtype, "sample_weights", ndim=1),
        title=document.title,
        source=document.source,
        note=document.note,
    )


def read_class_weights(given: list[Leaf] | dict[str, Leaf] | UnsetType, dtype: np.dtype[Any]) -> ClassWeights | None:
    """The class weights of a document, if it has any. Raises InputError for what is no number."""

    def weight(leaf: Leaf, place: str) -> Scalar:
        try:
            return to_number(leaf, dtype)
        except InputError as error:
            raise InputError(f"class_weights{place} {error}") from None

    if given is UNSET:
        return None
    if isinstance(given, Mapping):
        return {name: weight(leaf, f".{name}") for name, leaf in given.items()}
    return [weight(leaf, f"[{i}]") for i, leaf in enumerate(given)]
