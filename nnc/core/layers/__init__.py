"""Layers, and the table of their kinds."""

from nnc.core.layers.dense import DENSE
from nnc.core.layers.kind import Kind, Layer, Parameters, Terms, Weights

KINDS: dict[str, Kind] = {kind.name: kind for kind in DENSE}
"""name -> row; the name is the key in a file by which a layer's kind is known."""

__all__ = ["KINDS", "Kind", "Layer", "Parameters", "Terms", "Weights"]
