"""The forward pass as steps: every z as a sum of products, every activation applied."""

from collections.abc import Mapping

from nnc.core.activations import Activation
from nnc.core.formula.parse import parse
from nnc.core.formula.tree import (
    Matrix,
    MatrixProduct,
    Node,
    Number,
    Series,
    Stacked,
    Symbol,
    Transposed,
    added,
    column,
    dot,
    put,
)
from nnc.core.network import Layer
from nnc.core.rows import Chosen
from nnc.core.steps.derivation import Group, Line, Lines, Sample, Section, below, below_name, with_one


def input_section(sample: Sample) -> Section:
    """x as given."""
    x = sample["x"]
    given = Group("x", (Symbol("x"),), (column(x),), Lines(1, lambda _: Line("x", Symbol("x"), None, x), True))
    return Section("Input", (given,))


def layer_sections(sample: Sample) -> list[Section]:
    """z and a of every layer, the outputs with the last."""
    network = sample.calculation.network
    assert network is not None  # who has z has a network
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
    """What stands in the place of the letters of an activation's formula."""
    return {"z": z, **parameters(activation.parameters)}


def parameters(given: Mapping[str, object]) -> dict[str, Node]:
    """A row's parameters that are numbers; one that is a word has chosen the formula."""
    return {key: Number(value) for key, value in given.items() if not isinstance(value, str)}


def weights_symbol(layer: Layer, number: int, part: str = "") -> Symbol:
    """The letter of a layer's matrix: that of its layout."""
    return Symbol(layer.layout.symbol, number, part=part)


def _affine(sample: Sample, layer: Layer, k: int) -> Group:
    layout, a, z = layer.layout, sample[below_name(k)], sample[f"z{k}"]
    kernel, bias = layout.split(layer.matrix, layer.bias)
    numbers: Node
    if layout.bias_in_matrix:
        whole = layer.matrix if layout.inputs_axis == 1 else layer.matrix.T
        numbers = MatrixProduct((Matrix(whole), column(with_one(a[None])[0])))
    else:
        numbers = MatrixProduct((Matrix(kernel.T), column(a)))
        if bias is not None:
            numbers = added(numbers, column(bias))

    def line(j: int) -> Line:
        products = dot(kernel[:, j], a)
        return Line(sample.name(f"z{k}", j), Symbol("z", k, (j + 1,)), _with_bias(layer, products, j), z[j])

    note = (layout.bias_at,) if layout.bias_in_matrix else ()
    rule = (Symbol("z", k), affine_formula(layer, weights_symbol(layer, k), below(k), Symbol("b", k)))
    return Group(f"z{k}", rule, (numbers, column(z)), Lines(len(z), line), note)


def affine_formula(layer: Layer, W: Node, a: Node, b: Node) -> Node:
    """z in letters: the matrix in its layout times what the layer takes."""
    if layer.layout.inputs_axis == 0:
        W = Transposed(W)
    if layer.layout.bias_in_matrix:
        return MatrixProduct((W, Stacked(a)))
    return MatrixProduct((W, a)) if layer.bias is None else added(MatrixProduct((W, a)), b)


def _with_bias(layer: Layer, products: Series, j: int) -> Node:
    """The sum of one unit, its bias where the formula has it: first in the matrix, last beside it."""
    bias = layer.layout.split(layer.matrix, layer.bias)[1]
    if bias is None:
        return products
    own, count = Number(bias[j]), products.count
    if layer.layout.bias_in_matrix:
        return Series(count + 1, lambda i: products.term(i - 1) if i else own)
    return Series(count + 1, lambda i: products.term(i) if i < count else own)


def _activated(sample: Sample, layer: Layer, k: int) -> Group:
    activation, z, a = layer.activation, sample[f"z{k}"], sample[f"a{k}"]
    formula = parse(activation.row.formula)
    alone = activation.row.derivative is not None
    every = Symbol("z", k) if alone else Symbol("z", k, ("k",))
    letters = {**arguments(activation, every), "z_j": Symbol("z", k, ("j",))}
    rule = (Symbol("a", k) if alone else Symbol("a", k, ("k",)), put(formula, letters))
    each = () if alone else [{"z_j": Number(value)} for value in z]

    def line(j: int) -> Line:
        numbers = put(formula, arguments(activation, Number(z[j])), each)
        return Line(sample.name(f"a{k}", j), Symbol("a", k, (j + 1,)), numbers, a[j])

    return Group(f"a{k}", rule, (), Lines(len(a), line))


def _outputs(sample: Sample, k: int) -> Group:
    y_hat = sample["y_hat"]

    def line(j: int) -> Line:
        return Line(sample.name("y_hat", j), Symbol("y_hat", index=(j + 1,)), Number(sample[f"a{k}"][j]), y_hat[j])

    lines = Lines(len(y_hat), line, data_only=True)
    return Group("y_hat", (Symbol("y_hat"), Symbol("a", k)), (column(y_hat),), lines)
