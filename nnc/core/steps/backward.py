"""The backward pass as steps: the chain rule from J down to x, with both factors of every product."""

from collections.abc import Callable

import numpy as np

from nnc.core.activations import backward
from nnc.core.arrays import EXACT, Array
from nnc.core.formula.parse import parse
from nnc.core.formula.tree import (
    Entrywise,
    Matrix,
    MatrixProduct,
    Node,
    Number,
    Partial,
    Product,
    Series,
    Slope,
    Stacked,
    Symbol,
    Total,
    Transposed,
    added,
    column,
    dot,
    put,
    times,
)
from nnc.core.network import Layer
from nnc.core.steps.derivation import Group, Line, Lines, Sample, Section, below, below_name, with_one
from nnc.core.steps.forward import arguments, title, weights_symbol
from nnc.core.steps.fused import fused_groups
from nnc.core.steps.loss import SATURATED, Setting, applied, factors


def backward_sections(setting: Setting) -> list[Section]:
    """∂J/∂y_hat, then of each layer, last first, ∂J/∂z, ∂J/∂W and ∂J/∂a of the layer below."""
    sample, network = setting.sample, setting.sample.calculation.network
    sections = [Section("Backward · the derivatives of J", (_outputs(setting),))]
    if network is None:
        return sections
    for k in range(len(network.layers), 0, -1):
        layer = network.layers[k - 1]
        groups = [_slopes(sample, layer, k)] if f"da_dz{k}" in sample else []
        groups += _pre_activations(setting, layer, k)
        groups.append(_weights(setting, layer, k))
        if f"db{k}" in sample:
            groups.append(_bias(sample, k))
        groups.append(_inputs(sample, layer, k))
        sections.append(Section(f"Backward · {title(layer, k)}", tuple(groups)))
    return sections


def _outputs(setting: Setting) -> Group:
    loss, dy_hat = setting.objective.loss.row, setting.sample["dy_hat"]
    two = setting.fused is not None and loss.classes == "two"
    lost = [two and 1 - p < SATURATED for p in setting.p]

    def formula(k: int | None) -> Node:
        body = applied(setting, loss, loss.derivative_formula, Symbol("y_hat"), setting.p, k)
        return times(*factors(setting, reduced=True, letters=k is None), body)

    def line(k: int) -> Line:
        # What a saturated output divides by is 0, or has lost its digits: there is a value, but no number to put in.
        there = dy_hat.dtype == EXACT or (np.isfinite(dy_hat[k]) and not lost[k])
        left = Partial(Symbol("y_hat", index=(k + 1,)))
        return Line(setting.sample.name("dy_hat", k), left, formula(k) if there else None, dy_hat[k])

    rule = (Partial(Symbol("y_hat", index=("k",))), formula(None))
    note = ("from z where 1 − ŷ has lost its digits",) if any(lost) else ()
    return Group("dy_hat", rule, (), Lines(len(dy_hat), line), note)


def _slopes(sample: Sample, layer: Layer, k: int) -> Group:
    row, z, values = layer.activation.row, sample[f"z{k}"], sample[f"da_dz{k}"]
    formula = parse(row.derivative_formula)

    def line(j: int) -> Line:
        numbers = put(formula, arguments(layer.activation, Number(z[j])))
        return Line(sample.name(f"da_dz{k}", j), Slope(Symbol("z", k, (j + 1,))), numbers, values[j])

    letters = put(formula, arguments(layer.activation, Symbol("z", k)))
    return Group(f"da_dz{k}", (Slope(Symbol("z", k)), letters), (), Lines(len(z), line))


def _pre_activations(setting: Setting, layer: Layer, k: int) -> list[Group]:
    """∂J/∂z from the two factors and, for a fused pair, what their product comes to."""
    sample = setting.sample
    above = Symbol("y_hat") if k == setting.last else Symbol("a", k)
    da = sample["dy_hat" if k == setting.last else f"da{k}"]
    fused = fused_groups(setting, k) if k == setting.last and setting.fused is not None else []
    if fused and setting.saturated:
        return fused
    if f"da_dz{k}" in sample:
        return [_entrywise(sample, above, da, k), *fused]
    return [_jacobian(sample, layer, above, da, k), *fused]


def _entrywise(sample: Sample, above: Symbol, da: Array, k: int) -> Group:
    slopes, dz = sample[f"da_dz{k}"], sample[f"dz{k}"]

    def line(j: int) -> Line:
        numbers = Product((Number(da[j]), Number(slopes[j])))
        return Line(sample.name(f"dz{k}", j), Partial(Symbol("z", k, (j + 1,))), numbers, dz[j])

    rule = (Partial(Symbol("z", k)), Entrywise(Partial(above), Slope(Symbol("z", k))))
    return Group(f"dz{k}", rule, (), Lines(len(dz), line))


def _jacobian(sample: Sample, layer: Layer, above: Symbol, da: Array, k: int) -> Group:
    """Units that depend on each other: the matrix of all ∂a_k/∂z_j, transposed, times ∂J/∂a."""
    z, a, dz = sample[f"z{k}"], sample[f"a{k}"], sample[f"dz{k}"]
    one = np.eye(len(a), dtype=np.int64).astype(a.dtype)
    rows = backward(layer.activation, one, np.broadcast_to(z, one.shape), np.broadcast_to(a, one.shape)) + 0

    def line(j: int) -> Line:
        return Line(sample.name(f"dz{k}", j), Partial(Symbol("z", k, (j + 1,))), dot(rows[:, j], da), dz[j])

    jacobian = Partial(Symbol("z", k), Symbol("a", k))
    rule = (Partial(Symbol("z", k)), MatrixProduct((Transposed(jacobian), Partial(above))))
    entry = Partial(Symbol("z", index=("j",)), Symbol("a", index=("k",)))
    note = ("the matrix has ", entry, " = ", parse(layer.activation.row.derivative_formula), " in row k, column j")
    matrices = (MatrixProduct((Matrix(rows.T), column(da))), column(dz))
    return Group(f"dz{k}", rule, matrices, Lines(len(dz), line), note)


def _weights(setting: Setting, layer: Layer, k: int) -> Group:
    sample, layout, l2 = setting.sample, layer.layout, setting.objective.l2
    inputs, dz = sample.rows(below_name(k)), sample.rows(f"dz{k}")
    factor: Node = below(k)
    if layout.bias_in_matrix:
        inputs, factor = with_one(inputs), Stacked(factor)
    letters: tuple[Node, Node] = (factor, Transposed(Partial(Symbol("z", k))))
    matrices: tuple[Node, Node] = (Matrix(inputs.T), Matrix(dz))
    if layout.inputs_axis == 1:
        letters = (Partial(Symbol("z", k)), Transposed(factor))
        matrices = (Matrix(dz.T), Matrix(inputs))
    rule, numbers = MatrixProduct(letters), MatrixProduct(matrices)
    whole: Node = Total(rule, "i") if sample.batch else rule
    note = [f"the {len(dz)} samples are the columns on the left and the rows on the right"] if sample.batch else []
    W = weights_symbol(layer, k)
    if l2 is not None:
        decayed = layout.join(layer.kernel, layer.kernel[0] * 0)
        whole = added(whole, MatrixProduct((Symbol("lambda"), W)))
        numbers_and_decay = added(numbers, MatrixProduct((Number(l2), Matrix(decayed))))
        note += ["λ W without its bias"] if layout.bias_in_matrix else []
    dW = sample[f"dW{k}"]
    lines = Lines(dW.size, _weight_line(setting, layer, k, inputs, dz), data_only=not sample.batch)
    shown = numbers if l2 is None else numbers_and_decay
    return Group(f"dW{k}", (Partial(W), whole), (shown, Matrix(dW)), lines, ("; ".join(note),) if note else ())


def _weight_line(setting: Setting, layer: Layer, k: int, inputs: Array, dz: Array) -> Callable[[int], Line]:
    """One weight's derivative: the products of its input and its unit, over the samples, and λ times the weight."""
    layout, l2, dW = layer.layout, setting.objective.l2, setting.sample[f"dW{k}"]

    def line(number: int) -> Line:
        place = (number // dW.shape[1], number % dW.shape[1])
        at_input, unit = place if layout.inputs_axis == 0 else place[::-1]
        numbers: Node = dot(inputs[:, at_input], dz[:, unit])
        if l2 is not None and (at_input or not layout.bias_in_matrix):
            numbers = added(numbers, Product((Number(l2), Number(layer.matrix[place]))))
        symbol = Symbol(layout.symbol, k, (place[0] + 1, place[1] + 1))
        return Line(setting.sample.name(f"dW{k}", *place), Partial(symbol), numbers, dW[place])

    return line


def _bias(sample: Sample, k: int) -> Group:
    dz, db = sample.rows(f"dz{k}"), sample[f"db{k}"]
    letters: Node = Partial(Symbol("z", k))
    rule = (Partial(Symbol("b", k)), Total(letters, "i") if sample.batch else letters)

    def line(j: int) -> Line:
        numbers = Series(len(dz), lambda i: Number(dz[i, j]))
        return Line(sample.name(f"db{k}", j), Partial(Symbol("b", k, (j + 1,))), numbers, db[j])

    return Group(f"db{k}", rule, () if sample.batch else (column(db),), Lines(len(db), line, not sample.batch))


def _inputs(sample: Sample, layer: Layer, k: int) -> Group:
    name, letter = (f"da{k - 1}", Symbol("a", k - 1)) if k > 1 else ("dx", Symbol("x"))
    kernel, dz, value = layer.kernel, sample[f"dz{k}"], sample[name]
    layout = layer.layout
    part = "" if not layout.bias_in_matrix else "1:" if layout.inputs_axis == 0 else ":,1:"
    W: Node = weights_symbol(layer, k, part)
    note = (W, ": without the bias ", "row" if layout.inputs_axis == 0 else "column") if part else ()
    if layout.inputs_axis == 1:
        W = Transposed(W)

    def line(j: int) -> Line:
        return Line(
            sample.name(name, j), Partial(Symbol(letter.name, letter.layer, (j + 1,))), dot(kernel[j], dz), value[j]
        )

    rule = (Partial(letter), MatrixProduct((W, Partial(Symbol("z", k)))))
    matrices = (MatrixProduct((Matrix(kernel), column(dz))), column(value))
    return Group(name, rule, matrices, Lines(len(value), line), note)
