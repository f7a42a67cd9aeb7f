"""Class weights as steps: the counts, the method, the normalization, and what the weights balance."""

from nnc.core.arrays import Scalar
from nnc.core.formula.parse import parse
from nnc.core.formula.tree import Node, Number, Product, Quotient, Series, Symbol, Total, put
from nnc.core.imbalance import ClassWeighting
from nnc.core.steps.derivation import Derivation, Group, Line, Lines, Section
from nnc.core.steps.forward import parameters


def derive_weighting(weighting: ClassWeighting) -> Derivation:
    """The steps of a class weighting."""
    counts = list(weighting.counts.values())
    groups = [_total(counts), _weights(weighting)]
    if weighting.normalize != "none":
        groups += [_divisor(weighting), _scaled(weighting)]
    return Derivation((Section(f"Class weights · {weighting.method}", (*groups, _products(weighting))),))


def _total(counts: list[int]) -> Group:
    line = Line("N", Symbol("N"), Series(len(counts), lambda i: Number(counts[i])), sum(counts))
    rule = (Symbol("N"), Total(Symbol("n", index=("k",)), "k"))
    note = (f"K = {len(counts)} classes with n samples each, N in all",)
    return Group("counts", rule, (), Lines(1, lambda _: line), note)


def _weights(weighting: ClassWeighting) -> Group:
    """The weights that the method gives: w, or u where they are scaled afterwards."""
    letter, quantity = ("w", "weights") if weighting.normalize == "none" else ("u", "unscaled")
    names, counts = list(weighting.counts), list(weighting.counts.values())
    method = weighting.method
    fixed = {"N": Number(sum(counts)), "K": Number(len(counts)), "n_0": Number(counts[0])}
    letters = {"N": Symbol("N"), "K": Symbol("K"), "n_0": Symbol("n", index=(names[0],))}
    given, formula = parameters(method.parameters), parse(method.row.formula)

    def line(i: int) -> Line:
        numbers = put(formula, {**fixed, **given, "n": Number(counts[i])})
        return Line(f"{quantity}[{names[i]}]", Symbol(letter, index=(names[i],)), numbers, weighting.unscaled[names[i]])

    rule = put(formula, {**letters, **given, "n": Symbol("n", index=("k",))})
    return Group(quantity, (Symbol(letter, index=("k",)), rule), (), Lines(len(names), line))


def _divisor(weighting: ClassWeighting) -> Group:
    values = list(weighting.unscaled.values())
    count = len(values)
    whole: Node = Series(count, lambda i: Number(values[i]))
    letters: Node = Total(Symbol("u", index=("k",)), "k")
    if weighting.normalize == "mean":
        whole = Product((Quotient(Number(1), Number(count)), whole))
        letters = Product((Quotient(Number(1), Symbol("K")), letters))
    elif weighting.normalize == "max":
        largest = max(range(count), key=values.__getitem__)
        whole, letters = Number(values[largest]), Symbol("u", index=(list(weighting.counts)[largest],))
    line = Line("divisor", Symbol("D"), whole, weighting.divisor)
    note = (f"the {weighting.normalize} of the weights becomes 1",)
    return Group("divisor", (Symbol("D"), letters), (), Lines(1, lambda _: line), note)


def _scaled(weighting: ClassWeighting) -> Group:
    names = list(weighting.counts)

    def line(i: int) -> Line:
        numbers = Quotient(Number(weighting.unscaled[names[i]]), Number(weighting.divisor))
        return Line(f"weights[{names[i]}]", Symbol("w", index=(names[i],)), numbers, weighting.weights[names[i]])

    rule = (Symbol("w", index=("k",)), Quotient(Symbol("u", index=("k",)), Symbol("D")))
    return Group("weights", rule, (), Lines(len(names), line))


def _products(weighting: ClassWeighting) -> Group:
    names, products = list(weighting.counts), weighting.products

    def line(i: int) -> Line:
        name = names[i]
        weight: Scalar = weighting.weights[name]
        left = Product((Symbol("w", index=(name,)), Symbol("n", index=(name,))))
        numbers = Product((Number(weight), Number(weighting.counts[name])))
        return Line(f"products[{name}]", left, numbers, products[name])

    note = ("what each class weighs in a sum over all samples:",)
    return Group("products", (), (), Lines(len(names), line), note)
