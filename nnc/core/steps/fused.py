"""∂J/∂z of a fused pair: the activation's f′ cancels against the derivative of the loss, no division is left."""

import numpy as np

from nnc.core.formula.tree import Node, Number, Partial, Sum, Symbol, times
from nnc.core.places import by, of_layer
from nnc.core.steps.derivation import Group, Line, Lines
from nnc.core.steps.loss import Setting, applied, factors


def fused_groups(setting: Setting, k: int) -> list[Group]:
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
            body: Node = Sum((("+", p), ("−", y)))
            if unit is not None:
                body = Sum((("+", Number(setting.p[unit])), ("−", Number(setting.y[unit]))))
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
    return [Group(name, rule, (), Lines(len(dz), line), (note,))]


def _is_difference(setting: Setting, k: int) -> bool:
    """Whether ∂J/∂z is ŷ − y times its factors, as it is of most pairs without class weights."""
    if setting.objective.class_weights is not None or not setting.known_output:
        return False
    factor = setting.losses.s[setting.sample.index] / (setting.losses.share * setting.losses.divisor)
    expected = (setting.p - setting.y) * factor
    return bool(np.allclose(expected, setting.sample[by(of_layer("z", k))], rtol=1e-6, atol=1e-12))
