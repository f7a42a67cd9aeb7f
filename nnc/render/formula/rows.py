"""The formulas of activations, losses and methods, with the names of their parameters or with their values."""

from collections.abc import Mapping

from nnc.core.formula.parse import parse
from nnc.core.formula.tree import NOTHING, Beside, Bracket, Constant, Node, Partial, Quotient, Symbol, Total, Where, put
from nnc.core.functions.activations import Activation
from nnc.core.functions.losses import Loss
from nnc.core.imbalance import Method
from nnc.core.rows import Chosen
from nnc.render.formula.notation import Notation
from nnc.render.formula.text import TextNotation

OUTPUT_SHARE = Quotient(Constant("1"), Symbol("K"))


class PlainNotation(TextNotation):
    """Text in which an index that is a letter follows a _: z_j."""

    def symbol(self, symbol: Symbol) -> str:
        if symbol.index and isinstance(symbol.index[0], str):
            return f"{super().symbol(Symbol(symbol.name))}_{symbol.index[0]}"
        return super().symbol(symbol)


PLAIN = PlainNotation(None, None)


def activation_formulas(
    row: Activation, notation: Notation = PLAIN, z: str = "z", a: str = "a", texts: Mapping[str, str] = {}
) -> tuple[str, str]:
    """f and f′ of the letter z. Where units depend on each other, ∂a_k/∂z_j takes the place of f′."""
    alone = row.derivative is not None
    letters: dict[str, Node] = {"z": Symbol(z) if alone else Symbol(z, index=("k",)), "z_j": Symbol(z, index=("j",))}
    letters |= {f"a_{index}": Symbol(a, index=(index,)) for index in "kj"}
    letters |= {key: Constant(text) for key, text in texts.items()}
    f, slope = (notation.write(put(parse(text), letters)) for text in (row.formula, row.derivative_formula))
    if alone:
        return f, slope
    entry = notation.write(Partial(Symbol(z, index=("j",)), Symbol(a, index=("k",))))
    return f, f"{entry} = {slope}"


def loss_formulas(
    row: Loss, notation: Notation = PLAIN, *, weighted: bool, mean: bool, texts: Mapping[str, str] = {}
) -> tuple[str, str]:
    """The loss of one sample and its derivative by one of the outputs ŷ.

    ``weighted`` says whether the class weights are in it, ``mean`` whether the factor 1/K is.
    """
    letters: dict[str, Node] = {"p": Symbol("y_hat")}
    letters |= {} if weighted else dict.fromkeys(("w", "w_0", "w_1", "w_j"), NOTHING)
    letters |= {key: Constant(text) for key, text in texts.items()}
    terms, slope = (put(parse(text), letters) for text in (row.formula, row.derivative_formula))
    whole: Node = Total(terms)
    if mean:
        whole = Beside((OUTPUT_SHARE, whole))
        of, definitions = (slope.of, slope.definitions) if isinstance(slope, Where) else (slope, ())
        slope = Beside((OUTPUT_SHARE, Bracket(of)))
        slope = Where(slope, definitions) if definitions else slope
    return notation.write(whole), notation.write(slope)


def loss_formula(loss: Chosen[Loss], *, weighted: bool) -> str:
    """The loss of one sample as text, with the values of its parameters."""
    mean = loss.parameters.get("outputs") == "mean"
    return loss_formulas(loss.row, weighted=weighted, mean=mean, texts=loss.texts)[0]


def method_formula(method: Chosen[Method]) -> str:
    """The weight of class k as text."""
    letters = {"n": Symbol("n", index=("k",)), **{key: Constant(text) for key, text in method.texts.items()}}
    return PLAIN.write(put(parse(method.row.formula), letters))
