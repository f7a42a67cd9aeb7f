"""The loss as steps: the term of each output, the loss of each sample, and J."""

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
from msgspec.structs import replace

from nnc.core.arrays import Array
from nnc.core.formula import tree
from nnc.core.formula.parse import parse
from nnc.core.formula.tree import NOTHING, Node, Number, Product, Quotient, Series, Symbol, column, put, times
from nnc.core.functions.losses import Loss
from nnc.core.objective import Losses, Objective, all_weights, evaluate, fused_loss
from nnc.core.places import of_layer, outputs
from nnc.core.record import Record
from nnc.core.reductions import REDUCTIONS
from nnc.core.rows import Chosen
from nnc.core.steps.derivation import Group, Line, Lines, Sample, Section, as_given
from nnc.core.steps.forward import parameters
from nnc.core.targets import Targets, read_targets

SATURATED = 1e-6
"""An output of a fused pair this near to 1 (with two classes, or to 0) is shown with its loss from z."""

AS_OUTPUT = {"sigmoid": tree.Call("σ", (Symbol("p"),)), "softmax": tree.Call("softmax", (Symbol("p"),))}
"""activation -> its output ŷ in the formula of a loss of z."""


class Setting(Record, dict=True):
    """What the loss of a sample is calculated from: its outputs, the targets of all samples, the factors."""

    sample: Sample
    objective: Objective
    targets: Targets
    losses: Losses
    fused: Chosen[Loss] | None

    @property
    def p(self) -> Array:
        """The outputs of the sample (K,)."""
        return self.sample["y_hat"]

    @property
    def y(self) -> Array:
        """The targets of the sample (K,)."""
        return self.targets.y[self.sample.index]

    @property
    def last(self) -> int:
        """The number of the last layer."""
        network = self.sample.calculation.network
        return 0 if network is None else len(network.layers)

    @property
    def activation(self) -> str:
        """The name of the last layer's activation."""
        network = self.sample.calculation.network
        return "" if network is None else network.layers[-1].activation.row.name

    @cached_property
    def each(self) -> Sequence[Mapping[str, Node]]:
        """The nodes for the letters of each term of a sum over all outputs."""
        weighted = self.objective.class_weights is not None and self.objective.loss.row.classes == "outputs"
        w = self.losses.w if weighted else None
        return [
            {
                "j": Number(j + 1),
                "y_j": Number(y),
                "y_hat_j": Number(self.p[j]),
                "w_j": NOTHING if w is None else Number(w[j]),
            }
            for j, y in enumerate(self.y)
        ]

    @property
    def known_output(self) -> bool:
        """Whether the formula of the fused loss has ŷ in it, as σ(z) or softmax(z)."""
        return self.fused is not None and self.activation in AS_OUTPUT

    @property
    def saturated(self) -> bool:
        """Whether outputs have lost digits that the loss needs."""
        if not self.known_output:
            return False
        to_zero = SATURATED if self.objective.loss.row.classes == "two" else 0
        return bool(((1 - self.p < SATURATED) | (self.p <= to_zero)).any())


def setting_of(sample: Sample) -> Setting:
    """The setting of a sample of a calculation that has a loss."""
    calculation, objective = sample.calculation, sample.calculation.objective
    assert objective is not None  # the calculation has a loss
    p = sample.rows("y_hat")
    targets = read_targets(objective.loss.row, calculation["y"], p, batch=calculation.batch)
    network = calculation.network
    fused = None
    if network is not None and not calculation.given.keys() & outputs(len(network.layers)):
        fused = fused_loss(objective, network.layers[-1].activation)
    return Setting(sample, objective, targets, evaluate(objective, objective.loss, p, targets), fused)


def loss_section(setting: Setting) -> Section:
    """y, terms, losses, penalty and J."""
    sample, groups = setting.sample, [_target(setting), _terms(setting)]
    if "losses" in sample:
        groups.append(_sum_of_terms(setting))
    if "penalty" in sample:
        groups.append(_penalty(setting))
    return Section(f"Loss · {setting.objective.loss}", (*groups, _loss(setting)))


def arguments(setting: Setting, loss: Loss, p: Node, k: int | None) -> dict[str, Node]:
    """The nodes for the letters of a loss's formula: numbers for output k, from 0, or symbols where k is None."""
    values = parameters({key: v for key, v in setting.objective.loss.parameters.items() if key != "outputs"})
    values |= {"p": p, "y": Symbol("y", index=("k",)) if k is None else Number(setting.y[k])}
    values |= dict.fromkeys(("w", "w_0", "w_1", "w_j"), NOTHING)
    w = setting.losses.w
    if setting.objective.class_weights is not None and w is not None:
        if loss.classes == "two":
            values |= {f"w_{c}": Symbol("w", index=(c,)) if k is None else Number(w[c]) for c in (0, 1)}
        else:
            values |= {"w": Symbol("w", index=("k",)) if k is None else Number(w[k]), "w_j": Symbol("w", index=("j",))}
    return values


def applied(
    setting: Setting, loss: Loss, text: str, p: Symbol, of: Array, k: int | None, *, outputs: bool = False
) -> Node:
    """A formula of a loss that takes the numbers ``of``, for output k; in letters, with p for them, where k is None.

    With ``outputs``, the formula is of z, but ``of`` are the outputs ŷ: they replace σ(z) and softmax(z) in it.
    """
    every = p if k is None else tree.Vector(of)

    def of_all_outputs(node: Node) -> Node | None:
        if outputs and node == AS_OUTPUT[setting.activation]:
            return Symbol("p")
        if node == AS_OUTPUT["softmax"]:
            return tree.Component(tree.Call("softmax", (every,)), "k" if k is None else k + 1)
        return None

    formula = tree.rewritten(parse(text), of_all_outputs)
    values = arguments(setting, loss, Symbol(p.name, p.layer, ("k",)) if k is None else Number(of[k]), k)
    if k is None:
        return put(formula, values)
    if loss.target == "class":
        own = int(setting.y.argmax())
        values |= {"k": Number(k + 1), "c": Number(own + 1), "y_hat_c": Number(of[own])}
    return put(formula, values, setting.each)


def factors(setting: Setting, *, reduced: bool, letters: bool) -> Sequence[Node]:
    """The factors of a term: the weight of its sample, 1/K and, with ``reduced``, 1/N or 1/D of J."""
    below: list[Node] = []
    if reduced and (divisor := divisor_of(setting, letters=letters)) is not None:
        below.append(divisor)
    if setting.losses.share > 1:
        below.append(Symbol("K") if letters else Number(setting.losses.share))
    found: list[Node] = []
    if setting.objective.sample_weights is not None:
        found.append(Symbol("s", index=("i",)) if letters else Number(setting.losses.s[setting.sample.index]))
    return [*found, Quotient(Number(1), times(*below))] if below else found


def divisor_of(setting: Setting, *, letters: bool) -> Node | None:
    """The divisor of the sum of the losses, None where it is 1."""
    row, divisor = REDUCTIONS[setting.objective.reduction], setting.losses.divisor
    if divisor == 1 and not row.by_class:
        return None
    return Symbol(row.letter) if letters else Number(divisor)


def _target(setting: Setting) -> Group:
    y = setting.sample["y"]
    group = as_given(setting.sample, "y", setting.sample.name("y"))
    if y.ndim:
        return group
    note = ("class ", Number(y), ", counted from 0, as one-hot")
    return replace(group, rule=(Symbol("y"), Number(y)), matrices=(column(setting.y),), note=note)


def _terms(setting: Setting) -> Group:
    loss, p, of = setting.objective.loss.row, Symbol("y_hat"), setting.p
    note: tuple[str | Node, ...] = ()
    if setting.saturated and setting.fused is not None:
        loss, p = setting.fused.row, Symbol("z", setting.last)
        of = setting.sample[of_layer("z", setting.last)]
        note = ("from z, for an output next to 0 or 1 has lost its digits",)

    def line(k: int) -> Line:
        body = applied(setting, loss, loss.formula, p, of, k)
        numbers = times(*factors(setting, reduced=False, letters=False), body)
        return Line(setting.sample.name("terms", k), Symbol("terms", index=(k + 1,)), numbers, terms[k])

    terms = setting.sample["terms"]
    body = applied(setting, loss, loss.formula, p, of, None)
    rule = (Symbol("terms", index=("k",)), times(*factors(setting, reduced=False, letters=True), body))
    return Group("terms", rule, (), Lines(len(terms), line), note)


def _sum_of_terms(setting: Setting) -> Group:
    sample = setting.sample
    own = Symbol("losses", index=(sample.index + 1,))
    terms = sample["terms"]
    line = Line(sample.name("losses"), own, Series(len(terms), lambda k: Number(terms[k])), sample["losses"])
    rule = (Symbol("losses", index=("i",)), tree.Total(Symbol("terms", index=("k",)), "k"))
    return Group("losses", rule, (), Lines(1, lambda _: line))


def _penalty(setting: Setting) -> Group:
    network, l2 = setting.sample.calculation.network, setting.objective.l2
    assert network is not None  # a penalty is of a network's weights
    weights = np.concatenate([each.reshape(-1) for each in all_weights(network.layers)])
    half, two = Quotient(Number(1), Number(2)), tree.Constant("2")
    squares = Series(len(weights), lambda i: tree.Power(Number(weights[i]), two))
    line = Line("penalty", Symbol("penalty"), Product((half, Number(l2), squares)), setting.sample["penalty"][()])
    square = tree.Power(Symbol("W"), two)
    rule = (Symbol("penalty"), Product((half, Symbol("lambda"), tree.Total(square))))
    note = ("the sum is over the weights of all layers, without the biases",)
    return Group("penalty", rule, (), Lines(1, lambda _: line), note)


def _loss(setting: Setting) -> Group:
    sample = setting.sample
    name = "losses" if "losses" in sample else "terms"
    values = sample.calculation[name]
    index = "i" if name == "losses" else "k"

    def j(*, letters: bool) -> Node:
        whole: Node = Series(len(values), lambda i: Number(values[i]))
        if letters:
            whole = tree.Total(Symbol(name, index=(index,)), index)
        divisor = divisor_of(setting, letters=letters)
        if divisor is not None:
            whole = Product((Quotient(Number(1), divisor), whole))
        if "penalty" not in sample:
            return whole
        return tree.added(whole, Symbol("penalty") if letters else Number(sample["penalty"][()]))

    line = Line("loss", Symbol("J"), j(letters=False), sample["loss"][()])
    return Group("loss", (Symbol("J"), j(letters=True)), (), Lines(1, lambda _: line), _divisor_note(setting))


def _divisor_note(setting: Setting) -> tuple[str | Node, ...]:
    w, s, classes = setting.losses.w, setting.losses.s, setting.targets.classes
    if not REDUCTIONS[setting.objective.reduction].by_class or w is None or classes is None:
        return ()
    of_classes = w[classes]
    weighted = setting.objective.sample_weights is not None

    def term(i: int) -> Node:
        return Product((Number(s[i]), Number(of_classes[i]))) if weighted else Number(of_classes[i])

    return "D adds up the weights of the samples: ", Symbol("D"), " = ", Series(len(s), term)
