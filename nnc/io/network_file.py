"""Network files: layers in four layouts, bare matrices, and the rest of a problem that a file may hold."""

import re
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

import numpy as np
from msgspec import UNSET, Struct, UnsetType, field

from nnc.core.activations import ACTIVATIONS, Activation
from nnc.core.arrays import EXACT, FLOAT64, Array, Scalar
from nnc.core.losses import LOSSES, Loss
from nnc.core.network import LAYOUTS, Layer, Layout, Network
from nnc.core.objective import ClassWeights, Objective
from nnc.core.rows import Chosen
from nnc.errors import InputError, blame, counted, within
from nnc.io.choices import Choice, read_choice
from nnc.io.documents import decode_document
from nnc.io.numbers import Leaf, to_array, to_number
from nnc.io.sources import read_file

Vector = list[Leaf]
Matrix = list[Vector]
Rows = list[Leaf | Vector]
"""A matrix, or one unit's weights as a flat list."""
Numbers = Leaf | list[Leaf | list[Leaf]]


class LayerEntry(Struct, forbid_unknown_fields=True):
    """A layer: one matrix under the key of its layout, a bias beside it where the layout has one, an activation."""

    W: Rows | UnsetType = UNSET
    Theta: Rows | UnsetType = UNSET
    weight: Rows | UnsetType = UNSET
    kernel: Rows | UnsetType = UNSET
    bias: Vector | UnsetType = UNSET
    activation: Choice = "identity"


class ProblemDocument(Struct, forbid_unknown_fields=True, kw_only=True):
    """What makes a problem of a network, and what is there for people."""

    schema: str = field(name="$schema", default="")
    """Where an editor finds the schema of the file; nothing to nnc."""
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


class Problem(Struct, frozen=True, eq=False):
    """What a network file holds; None where it does not say."""

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
        return f"<Problem {title}{', '.join([repr(self.network), *there])}>"

    @property
    def objective(self) -> Objective | None:
        """What the file says of J, None where it names no loss."""
        if self.loss is None:
            return None
        return Objective(self.loss, class_weights=self.class_weights, sample_weights=self.sample_weights)


def load(path: str, dtype: np.dtype[Any] = FLOAT64, activations: Sequence[Chosen[Activation]] | None = None) -> Problem:
    """The problem in a network file, JSON or YAML by its suffix.

    ``activations``, one a layer, replace those of the file. Raises InputError, which names the file and the place in
    it, for all that is wrong with it.
    """
    return parse(read_file(path), PurePath(path).suffix, path, dtype, activations)


def parse(
    data: bytes,
    suffix: str,
    source: str,
    dtype: np.dtype[Any] = FLOAT64,
    activations: Sequence[Chosen[Activation]] | None = None,
) -> Problem:
    """The problem in the text of a network file; ``source`` names it in messages. Otherwise as ``load``."""
    with blame(source):
        as_text = dtype == EXACT
        match _kind(data):
            case "list":
                matrices = decode_document(data, suffix, list[Matrix], as_text=as_text)
                bare = [(f"[{i}]", "W", matrix) for i, matrix in enumerate(matrices)]
                return Problem(_bare_network(bare, dtype, activations))
            case "named":
                named = decode_document(data, suffix, dict[str, Rows | Any], as_text=as_text)
                return Problem(_bare_network(_in_order(named), dtype, activations))
            case _:
                return _problem(decode_document(data, suffix, NetworkDocument, as_text=as_text), dtype, activations)


_BARE_NAME = r"(W|Theta)([1-9][0-9]{0,5})"
_FIRST_KEY = re.compile(rb"\{?\s*[\"']?(?:W|Theta)[1-9][0-9]*[\"']?\s*:")
_BEFORE_CONTENT = re.compile(rb"(?:\s|#[^\n]*|---(?=\s))*")


def _kind(data: bytes) -> str:
    """Whether the text is a list of matrices, a mapping of matrices W1, W2, …, or a document with keys."""
    start = _BEFORE_CONTENT.match(data)
    assert start is not None  # it matches nothing at all, too
    if data[start.end() : start.end() + 1] in (b"[", b"-"):
        return "list"
    return "named" if _FIRST_KEY.match(data, start.end()) else "document"


def _in_order(named: dict[str, Any]) -> list[tuple[str, str, Rows]]:
    """(place, layout, matrix) of matrices named W1, W2, … (or Theta1, …), by their numbers."""
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


def _bare_network(
    matrices: Sequence[tuple[str, str, Sequence[Any]]],
    dtype: np.dtype[Any],
    activations: Sequence[Chosen[Activation]] | None,
) -> Network:
    entries = [
        (place, LAYOUTS[layout], _matrix(matrix, LAYOUTS[layout], None, dtype, place))
        for place, layout, matrix in matrices
    ]
    chosen = activations or [read_choice("identity", ACTIVATIONS, "activation", dtype)] * len(entries)
    _check_count(chosen, len(entries))
    return Network(
        tuple(
            Layer(layout, matrix, None, activation, place)
            for (place, layout, matrix), activation in zip(entries, chosen, strict=True)
        )
    )


def _problem(
    document: NetworkDocument, dtype: np.dtype[Any], activations: Sequence[Chosen[Activation]] | None
) -> Problem:
    return read_problem(document, read_layers(document.layers, dtype, activations), dtype)


def read_layers(
    entries: Sequence[LayerEntry], dtype: np.dtype[Any], activations: Sequence[Chosen[Activation]] | None = None
) -> Network:
    """The network of a document's layers. ``activations`` and errors as for ``load``."""
    if activations is not None:
        _check_count(activations, len(entries))
    return Network(
        tuple(
            _layer(entry, f"layers[{i}]", dtype, activations[i] if activations else None)
            for i, entry in enumerate(entries)
        )
    )


def read_problem(document: ProblemDocument, network: Network, dtype: np.dtype[Any]) -> Problem:
    """A network with what a document says beside it. Raises InputError for what is no number, or no loss."""
    return Problem(
        network=network,
        x=None if document.x is UNSET else to_array(document.x, dtype, "x"),
        y=None if document.y is UNSET else to_array(document.y, dtype, "y"),
        loss=None if document.loss is UNSET else read_choice(document.loss, LOSSES, "loss", dtype),
        class_weights=read_class_weights(document.class_weights, dtype),
        sample_weights=(
            None
            if document.sample_weights is UNSET
            else to_array(document.sample_weights, dtype, "sample_weights", ndim=1)
        ),
        title=document.title,
        source=document.source,
        note=document.note,
    )


def _layer(entry: LayerEntry, place: str, dtype: np.dtype[Any], activation: Chosen[Activation] | None) -> Layer:
    given = [name for name in LAYOUTS if getattr(entry, name) is not UNSET]
    if len(given) != 1:
        found = " and ".join(given) or "no matrix"
        raise InputError(f"{place} has {found}, expected one of {', '.join(LAYOUTS)}")
    layout = LAYOUTS[given[0]]
    if activation is None:
        with within(f"{place}.activation"):
            activation = read_choice(entry.activation, ACTIVATIONS, "activation", dtype)
    bias = None if entry.bias is UNSET else to_array(entry.bias, dtype, f"{place}.bias", ndim=1)
    place = f"{place}.{layout.name}"
    matrix = _matrix(getattr(entry, layout.name), layout, bias, dtype, place)
    return Layer(layout, matrix, bias, activation, place)


def _matrix(values: Sequence[Any], layout: Layout, bias: Array | None, dtype: np.dtype[Any], place: str) -> Array:
    """A layer's matrix; a flat list is that of one unit where it can be nothing else."""
    matrix = to_array(values, dtype, place, ndim=(1, 2))
    if matrix.ndim == 2:
        return matrix
    if not layout.bias_in_matrix and matrix.size > 1 and (bias is None or bias.size > 1):
        row, column = "[[1, 2]]", "[[1], [2]]"
        one, two = (column, row) if layout.inputs_axis == 0 else (row, column)
        raise InputError(
            f"{place} is a list of numbers, expected rows: one unit of 2 inputs is written {one}, "
            f"2 units of one input {two}"
        )
    return np.expand_dims(matrix, 1 - layout.inputs_axis)


def read_class_weights(given: list[Leaf] | dict[str, Leaf] | UnsetType, dtype: np.dtype[Any]) -> ClassWeights | None:
    """Weights of classes as a document gives them, if it does. Raises InputError for what is no number."""
    if given is UNSET:
        return None
    if isinstance(given, Mapping):
        return {name: _weight(leaf, f"class_weights.{name}", dtype) for name, leaf in given.items()}
    return [_weight(leaf, f"class_weights[{i}]", dtype) for i, leaf in enumerate(given)]


def _weight(leaf: Leaf, place: str, dtype: np.dtype[Any]) -> Scalar:
    try:
        return to_number(leaf, dtype)
    except InputError as error:
        raise InputError(f"{place} {error}") from None


def _check_count(activations: Sequence[Chosen[Activation]], layers: int) -> None:
    if len(activations) != layers:
        found, wanted = counted(len(activations), "activation"), counted(layers, "layer")
        raise InputError(f"{found} for {wanted}, expected one for each layer", source="--activations")
