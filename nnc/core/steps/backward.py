"""The backward pass as steps: the chain rule from J down to x."""

from collections.abc import Callable, Iterator
from importlib import import_module

import numpy as np
from msgspec.structs import replace

from nnc.core.arrays import EXACT, Array
from nnc.core.formula import tree
from nnc.core.formula.parse import parse
from nnc.core.formula.tree import Node, Number, Partial, Product, Series, Symbol, column, put, times
from nnc.core.functions.activations import backward
from nnc.core.layers import Layer, Terms, Weights
from nnc.core.places import below, by, last_factors, of_layer, slope
from nnc.core.steps.derivation import Group, Line, Lines, Sample, Section, Words, below_symbol
from nnc.core.steps.forward import arguments, letter, title
from nnc.core.steps.loss import SATURATED, Setting, applied, factors


def backward_sections(setting: Setting) -> list[Section]:
    """∂J/∂y_hat; then of each layer, last first, ∂J/∂z, ∂J/∂W and ∂J/∂a of the layer below."""
    sample, network = setting.sample, setting.sample.calculation.network
    sections = [Section("Backward · the derivatives of J", (_outputs(setting),))]
    if network is None:
        return sections
    for k in range(len(network.layers), 0, -1):
        layer = network.layers[k - 1]
        groups = [_slopes(sample, layer, k)] if slope(k) in sample else []
        groups += _pre_activations(setting, layer, k)
        groups += _parameters(setting, layer, k)
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
        # A saturated output divides by 0, or by a number without digits: there is a value, but no numbers for it.
        there = dy_hat.dtype == EXACT or (np.isfinite(dy_hat[k]) and not lost[k])
        left = Partial(Symbol("y_hat", index=(k + 1,)))
        return Line(setting.sample.name("dy_hat", k), left, formula(k) if there else None, dy_hat[k])

    rule = (Partial(Symbol("y_hat", index=("k",))), formula(None))
    note = ("from z where 1 − ŷ has lost its digits",) if any(lost) else ()
    return Group("dy_hat", rule, (), Lines(len(dy_hat), line), note)


def _slopes(sample: Sample, layer: Layer, k: int) -> Group:
    row, z, values = layer.activation.row, sample[of_layer("z", k)], sample[slope(k)]
    formula = parse(row.derivative_formula)

    def line(j: int) -> Line:
        numbers = put(formula, arguments(layer.activation, Number(z.flat[j])))
        left = tree.Slope(sample.symbol(Symbol("z", k), slope(k), j))
        return Line(sample.name(slope(k), j), left, numbers, values.flat[j])

    letters = put(formula, arguments(layer.activation, Symbol("z", k)))
    return Group(slope(k), (tree.Slope(Symbol("z", k)), letters), (), Lines(z.size, line))


def _pre_activations(setting: Setting, layer: Layer, k: int) -> list[Group]:
    """∂J/∂z from its two factors and, for a fused pair, from z."""
    sample = setting.sample
    above = Symbol("y_hat") if k == setting.last else Symbol("a", k)
    da = sample["dy_hat" if k == setting.last else by(of_layer("a", k))]
    given = sample.calculation.given.keys() & {by(of_layer("z", k)), *last_factors(k)}
    fused = [_fused(setting, k)] if k == setting.last and setting.fused is not None and not given else []
    if fused and setting.saturated:
        return fused
    if slope(k) in sample:
        return [_entrywise(sample, above, da, k), *fused]
    return [_jacobian(sample, layer, above, da, k), *fused]


def _entrywise(sample: Sample, above: Symbol, da: Array, k: int) -> Group:
    name = by(of_layer("z", k))
    slopes, dz = sample[slope(k)], sample[name]

    def line(j: int) -> Line:
        numbers = Product((Number(da.flat[j]), Number(slopes.flat[j])))
        return Line(sample.name(name, j), Partial(sample.symbol(Symbol("z", k), name, j)), numbers, dz.flat[j])

    rule = (Partial(Symbol("z", k)), tree.Entrywise(Partial(above), tree.Slope(Symbol("z", k))))
    return Group(name, rule, (), Lines(dz.size, line))


def _jacobian(sample: Sample, layer: Layer, above: Symbol, da: Array, k: int) -> Group:
    """∂J/∂z of units that depend on each other: the matrix of all ∂a_k/∂z_j, transposed, times ∂J/∂a."""
    name = by(of_layer("z", k))
    z, a, dz = sample[of_layer("z", k)], sample[of_layer("a", k)], sample[name]
    one = np.eye(len(a), dtype=np.int64).astype(a.dtype)
    rows = backward(layer.activation, one, np.broadcast_to(z, one.shape), np.broadcast_to(a, one.shape)) + 0

    def line(j: int) -> Line:
        numbers = Series(len(da), lambda i: Product((Number(rows[i, j]), Number(da[i]))))
        return Line(sample.name(name, j), Partial(Symbol("z", k, (j + 1,))), numbers, dz[j])

    jacobian = Partial(Symbol("z", k), Symbol("a", k))
    rule = (Partial(Symbol("z", k)), tree.MatrixProduct((tree.Transposed(jacobian), Partial(above))))
    entry = Partial(Symbol("z", index=("j",)), Symbol("a", index=("k",)))
    note = ("the matrix has ", entry, " = ", parse(layer.activation.row.derivative_formula), " in row k, column j")
    matrices = (tree.MatrixProduct((tree.Matrix(rows.T), column(da))), column(dz))
    return Group(name, rule, matrices, Lines(len(dz), line), note)


def _fused(setting: Setting, k: int) -> Group:
    """∂J/∂z of the last layer from the fused loss: its derivative and, where they are the same, ŷ − y."""
    assert setting.fused is not None  # the caller has asked
    name = by(of_layer("z", k))
    sample, fused, dz = setting.sample, setting.fused.row, setting.sample[name]
    from_z = setting.saturated or not setting.known_output
    letter, of = (Symbol("z", k), sample[of_layer("z", k)]) if from_z else (Symbol("y_hat"), setting.p)
    difference = _is_difference(setting, k)

    def formula(unit: int | None, *, plain: bool) -> Node:
        if plain:
            p, y = Symbol("y_hat", index=("k",)), Symbol("y", index=("k",))
            body: Node = tree.Sum((("+", p), ("−", y)))
            if unit is not None:
                body = tree.Sum((("+", Number(setting.p[unit])), ("−", Number(setting.y[unit]))))
        else:
            body = applied(setting, fused, fused.derivative_formula, letter, of, unit, outputs=not from_z)
        return times(*factors(setting, reduced=True, letters=unit is None), body)

    def line(unit: int) -> Line:
        left = Partial(Symbol("z", k, (unit + 1,)))
        return Line(sample.name(name, unit), left, formula(unit, plain=difference and not from_z), dz[unit])

    rule: tuple[Node, ...] = (Partial(Symbol("z", k, ("k",))), formula(None, plain=False))
    if difference:
        rule = (*rule, formula(None, plain=True))
    pair = f"{setting.activation} and {setting.objective.loss.row.name} together: "
    note = pair + ("from z, for ŷ has lost its digits" if setting.saturated else "f′ cancels, no division is left")
    return Group(name, rule, (), Lines(len(dz), line), (note,))


def _is_difference(setting: Setting, k: int) -> bool:
    """Whether ∂J/∂z is ŷ − y times its factors, as it is of most pairs without class weights."""
    if setting.objective.class_weights is not None or not setting.known_output:
        return False
    factor = setting.losses.s[setting.sample.index] / (setting.losses.share * setting.losses.divisor)
    expected = (setting.p - setting.y) * factor
    return bool(np.allclose(expected, setting.sample[by(of_layer("z", k))], rtol=1e-6, atol=1e-12))


def _parameters(setting: Setting, layer: Layer, k: int) -> Iterator[Group]:
    """∂J by each parameter array of a layer."""
    sample, l2 = setting.sample, setting.objective.l2
    inputs, dz = sample.rows(below(k)), sample.rows(by(of_layer("z", k)))
    z = Symbol("z", k)
    for terms in layer.kind.terms(layer.parameters):
        each, parameter = next(found for found in layer.kind.of(layer.parameters) if found[0].key == terms.key)
        name, symbol = by(of_layer(each.name, k)), letter(layer, k, each.key)
        value = sample[name]
        rule: tuple[Node, ...] = (Partial(symbol),)
        matrices: tuple[Node, ...] = ()
        note: Words = ()
        if each.weighing is None:
            rule = (*rule, tree.Total(Partial(z), "i") if sample.batch else Partial(z))
            matrices = () if sample.batch else (column(value),)
        elif layer.kind.matrices:
            write = import_module(layer.kind.matrices).of_weights
            whole, numbers, note = write(layer, symbol, below_symbol(k), z, inputs, dz, l2, batch=sample.batch)
            rule, matrices = (*rule, whole), (numbers, tree.Matrix(value))
        line = _parameter_line(setting, terms, name, symbol, parameter, each, inputs, dz)
        yield Group(name, rule, matrices, Lines(value.size, line, bool(matrices) and not sample.batch), note)


def _parameter_line(
    setting: Setting, terms: Terms, name: str, symbol: Symbol, parameter: Array, each: Weights, inputs: Array, dz: Array
) -> Callable[[int], Line]:
    """The derivative by one number: over the samples, its inputs times its units' dz; and λ times a weight."""
    sample, l2, value, bias = setting.sample, setting.objective.l2, setting.sample[name], each.is_bias(parameter)

    def line(number: int) -> Line:
        place = tuple(int(i) for i in np.unravel_index(number, value.shape))
        met = [(int(terms.input[row]), int(terms.z[row])) for row in terms.of("at", number).tolist()]

        def term(i: int) -> Node:
            row, (at, unit) = i // len(met), met[i % len(met)]
            own = Number(dz[row].flat[unit])
            if at < 0 and each.weighing is None:
                return own
            return Product((Number(1 if at < 0 else inputs[row].flat[at]), own))

        numbers: Node = Series(len(dz) * len(met), term)
        if l2 is not None and not bias[place]:
            numbers = tree.added(numbers, Product((Number(l2), Number(parameter[place]))))
        left = Partial(replace(symbol, index=tuple(i + 1 for i in place)))
        return Line(sample.name(name, *place), left, numbers, value[place])

    return line


def _inputs(sample: Sample, layer: Layer, k: int) -> Group:
    name, symbol, dz = by(below(k)), below_symbol(k), sample[by(of_layer("z", k))]
    value, terms = sample[name], layer.kind.terms(layer.parameters)

    def line(j: int) -> Line:
        factors = [
            (layer.parameters[each.key].flat[each.at[row]], dz.flat[each.z[row]])
            for each in terms
            for row in each.of("input", j).tolist()
        ]
        numbers = Series(len(factors), lambda i: Product((Number(factors[i][0]), Number(factors[i][1]))))
        return Line(sample.name(name, j), Partial(sample.symbol(symbol, name, j)), numbers, value.flat[j])

    rule: tuple[Node, ...] = (Partial(symbol),)
    matrices: tuple[Node, ...] = ()
    note: Words = ()
    if layer.kind.matrices:
        main = letter(layer, k, layer.kind.weights[0].key)
        whole, product, note = import_module(layer.kind.matrices).of_inputs(layer, main, Symbol("z", k), dz)
        rule, matrices = (*rule, whole), (product, column(value))
    return Group(name, rule, matrices, Lines(value.size, line), note)
