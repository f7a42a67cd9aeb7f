"""Layers, and the table of their kinds."""

from nnc.core.layers.dense import DENSE
from nnc.core.layers.kind import Kind, Layer, Parameters, Terms, Weights

KINDS: dict[str, Kind] = {kind.name: kind for kind in DENSE}
"""name -> row; the name is the key in a file by which a layer's kind is known."""


def arrays() -> dict[str, Weights]:
    """key -> what stands under it in a layer, of any kind."""
    return {each.key: each for kind in KINDS.values() for each in kind.weights}


def most_axes() -> int:
    """The most axes that an input may have, that of the samples among them."""
    return 1 + max(len(kind.takes) for kind in KINDS.values())


__all__ = ["KINDS", "Kind", "Layer", "Parameters", "Terms", "Weights", "arrays", "most_axes"]
