"""What a network file holds, as a report."""

from collections.abc import Iterator
from typing import Any

from nnc import __version__
from nnc.core.fits import Fit
from nnc.core.layers import KINDS
from nnc.core.network import Network
from nnc.core.quotes import line
from nnc.render.report import Block, Column, Fact, Grid, Heading, Report


class InspectionReport(Report):
    """The report of one network file. ``about`` is its title, source and note."""

    network: Network
    fits: list[Fit]
    about: dict[str, str]

    def data(self) -> dict[str, Any]:
        return {
            **{key: text for key, text in self.about.items() if text},
            "layers": list(self.records()),
            "parameters": self._parameters(),
            "fits": {fit.name: {"found": fit.found, "fits": fit.why is None, "why": fit.why} for fit in self.fits},
            "meta": {"version": __version__},
        }

    def records(self) -> Iterator[dict[str, Any]]:
        for number, layer in enumerate(self.network.layers, start=1):
            yield {
                "layer": number,
                "layout": layer.kind.name,
                "shape": list(layer.parameters[layer.kind.name].shape),
                "bias": any(each.has_bias for each, _ in layer.kind.of(layer.parameters)),
                "inputs": layer.n_in,
                "outputs": layer.n_out,
                "activation": str(layer.activation),
                "parameters": layer.size,
            }

    def values(self) -> Iterator[int]:
        yield self._parameters()

    def blocks(self) -> Iterator[Block]:
        """One row per layer, then what else the file holds.

        There is a space before the parameters of an activation, so that a narrow terminal can break the line.
        """
        layers = list(self.records())
        if self.about["title"]:
            yield Heading(line(self.about["title"]))
        yield Grid(
            "Layers",
            [
                Column("layer", [layer["layer"] for layer in layers]),
                Column("in → out", [f"{layer['inputs']} → {layer['outputs']}" for layer in layers]),
                Column("activation", [layer["activation"].replace(":", " ") for layer in layers], strong=True),
                Column("layout", [layer["layout"] + ("" if layer["bias"] else ", no bias") for layer in layers]),
                Column("shape", [" × ".join(map(str, layer["shape"])) for layer in layers]),
                Column("parameters", [layer["parameters"] for layer in layers]),
            ],
            elide=False,
        )
        yield Fact("parameters in all", self._parameters(), strong=True)
        for fit in self.fits:
            yield Fact(fit.name, f"{fit.found}: {'fits' if fit.why is None else 'does not fit: ' + fit.why}")
        for key in ("source", "note"):
            if self.about[key]:
                yield Fact(key, line(self.about[key]))

    def captions(self) -> Iterator[str]:
        for name in dict.fromkeys(layer.kind.name for layer in self.network.layers):
            yield f"{name}: {KINDS[name].note}, as in {KINDS[name].writers}"

    def _parameters(self) -> int:
        return sum(layer.size for layer in self.network.layers)
