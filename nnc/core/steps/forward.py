"""The forward pass as steps: every z as a sum of products, every activation applied."""

from collections.abc import Mapping
from importlib import import_module

from nnc.core.formula.parse import parse
from nnc.core.formula.tree import NOTHING, Node, Number, Product, Series, Symbol, column, put
from nnc.core.functions.activations import Activation
from nnc.core.layers import Layer
from nnc.core.network import Network
from nnc.core.places import below, of_layer
from nnc.core.rows import Chosen
from nnc.core.steps.derivation import Group, Line, Lines, Sample, Section, below_symbol


def layer_sections(sample: Sample, network: Network) -> list[Section]:
    """z and a of every layer, the outputs with the last."""
    sections = []
    for k, layer in enumerate(network.layers, start=1):
        groups = [_affine(sample, layer, k), _activated(sample, layer, k)]
        if k == len(network.layers):
            groups.append(_outputs(sample, k))
        sections.append(Section(title(layer, k), tuple(groups)))
    return sections


def title(layer: Layer, number: int) -> str:
    """The heading of a layer."""
    return f"Layer {number} · {layer.activation} · {layer.n_in} → {layer.n_out}"


def arguments(activation: Chosen[Activation], z: Node) -> dict[str, Node]:
    """The nodes for the letters of an activation's formula."""
    return {"z": z, **parameters(activation.parameters)}


def parameters(given: Mapping[str, object]) -> dict[str, Node]:
    """The nodes for those parameters of a row that are numbers; a word chooses the formula."""
    return {key: Number(value) for key, value in given.items() if not isinstance(value, str)}


def letter(layer: Layer, number: int, key: str) -> Symbol:
    """The letter of a layer's parameter."""
    return Symbol(layer.kind.letters.get(key, key), number)


def _affine(sample: Sample, layer: Layer, k: int) -> Group:
    name, kind = of_layer("z", k), layer.kind
    a, z = sample[below(k)], sample[name]
    terms = kind.terms(layer.parameters)

    def line(j: int) -> Line:
        factors = [
            (layer.parameters[each.key].flat[each.at[row]], int(each.input[row]))
            for each in terms
            for row in each.of("z", j).tolist()
        ]

        def term(i: int) -> Node:
            weight, at = factors[i]
            return Number(weight) if at < 0 else Product((Number(weight), Number(a.flat[at])))

        return Line(sample.name(name, j), sample.symbol(Symbol("z", k), name, j), Series(len(factors), term), z.flat[j])

    letters = {each.key: letter(layer, k, each.key) for each, _ in kind.of(layer.parameters)}
    absent = {each.key: NOTHING for each in kind.weights if each.key not in layer.parameters}
    rule = (Symbol("z", k), put(parse(kind.formula), {**letters, **absent, "a": below_symbol(k)}))
    matrices = (import_module(kind.matrices).of_z(layer, a), column(z)) if kind.matrices else ()
    note = (kind.note,) if any(each.partly for each in kind.weights) else ()
    return Group(name, rule, matrices, Lines(z.size, line), note)


def _activated(sample: Sample, layer: Layer, k: int) -> Group:
    name = of_layer("a", k)
    activation, z, a = layer.activation, sample[of_layer("z", k)], sample[name]
    formula = parse(activation.row.formula)
    alone = activation.row.derivative is not None
    every = Symbol("z", k) if alone else Symbol("z", k, ("k",))
    letters = {**arguments(activation, every), "z_j": Symbol("z", k, ("j",))}
    rule = (Symbol("a", k) if alone else Symbol("a", k, ("k",)), put(formula, letters))
    each = () if alone else [{"z_j": Number(value)} for value in z]

    def line(j: int) -> Line:
        numbers = put(formula, arguments(activation, Number(z.flat[j])), each)
        return Line(sample.name(name, j), sample.symbol(Symbol("a", k), name, j), numbers, a.flat[j])

    return Group(name, rule, (), Lines(a.size, line))


def _outputs(sample: Sample, k: int) -> Group:
    y_hat = sample["y_hat"]

    def line(j: int) -> Line:
        a = Number(sample[of_layer("a", k)][j])
        return Line(sample.name("y_hat", j), Symbol("y_hat", index=(j + 1,)), a, y_hat[j])

    lines = Lines(len(y_hat), line, data_only=True)
    return Group("y_hat", (Symbol("y_hat"), Symbol("a", k)), (column(y_hat),), lines)
