"""The options that commands share. Each is written once, in a group that a command takes as one parameter."""

import inspect
from collections.abc import Callable
from typing import Annotated, Any, Literal, TypeAlias, get_type_hints

import typer
from msgspec.structs import fields

from nnc.cli.memory import require_memory
from nnc.core.names import NoiseOf, Reduction
from nnc.core.record import Record
from nnc.errors import InputError, either
from nnc.render.formats import DERIVATIONS, MARKS, RESULTS, formats


def option(names: str, help: str, metavar: str | None = None) -> Any:
    """An option: its names, what it does, and what its value is called."""
    return typer.Option(*names.split(), help=help, metavar=metavar)


def option_name(field: str) -> str:
    """The option that a field stands for: ``--min-sig``."""
    return f"--{field.replace('_', '-')}"


Text: TypeAlias = str | None
Exact: TypeAlias = Annotated[bool, option("--exact", "Calculate with exact fractions; 0.1 is read as 1/10.")]


_OF_STEPS = either(name for name in formats(DERIVATIONS) if name not in formats(RESULTS))


class Options(Record):
    """A group of options. Each field is one, with its help."""

    def _require(self, main: str, why: str) -> None:
        """Raises InputError where an option of the group is given without the option ``main``."""
        for f in fields(self):
            if f.name != main and getattr(self, f.name) != f.default and not getattr(self, main):
                raise InputError(f"{option_name(f.name)} {why}, so it goes with {option_name(main)}")


class FileOptions(Options):
    """A network file."""

    weights: Annotated[Text, option("--weights -w", "Network file, JSON or YAML; - is standard input.", "FILE")] = None


class NetworkOptions(FileOptions):
    """A network, its input, and the type of its numbers."""

    x: Annotated[Text, option("--x -x", "Input: 2,3 is one sample, 2,3;4,5 a batch.", "VALUE")] = None
    activations: Annotated[
        Text, option("--activations -a", "One per layer, as in leaky_relu:negative_slope=0.1,identity.", "NAME,…")
    ] = None
    dtype: Annotated[
        Literal["float64", "float32"], option("--dtype", "The type of number that everything is calculated in.")
    ] = "float64"
    exact: Exact = False
    given: Annotated[
        list[str] | None,
        option("--given", "Take this value and go on from it, as in z1=0.8,-0.7. Repeatable.", "NAME=VALUE"),
    ] = None


class LossOptions(Options):
    """A target, a loss, and how a batch's losses become one."""

    y: Annotated[Text, option("--y -y", "Target: values, one-hot or class index.", "VALUE")] = None
    loss: Annotated[Text, option("--loss -l", "Loss, as in half_sse or mse:outputs=sum.", "LOSS")] = None
    y_hat: Annotated[Text, option("--y-hat", "Outputs, in place of a network and its input.", "VALUE")] = None
    class_weights: Annotated[
        Text,
        option("--class-weights", "One per class, class 0 first; or the output of nnc imbalance-weights.", "VALUE"),
    ] = None
    sample_weights: Annotated[Text, option("--sample-weights", "One per sample of a batch.", "VALUE")] = None
    reduction: Annotated[
        Reduction | None, option("--reduction", "How the losses of a batch become one; mean if not given.")
    ] = None
    l2: Annotated[
        Text, option("--l2", "Add a penalty: ½ λ times the sum of the squared weights, without biases.", "LAMBDA")
    ] = None


class StepsOptions(Options):
    """Whether the work is shown, and how. Raises InputError for an option that needs --steps."""

    steps: Annotated[
        bool, option("--steps", f"Show the work: each formula, then its numbers. Also with -f {_OF_STEPS}.")
    ] = False
    full: Annotated[bool, option("--full", "With --steps: print long sums and large matrices in full.")] = False
    standalone: Annotated[bool, option("--standalone", "With --steps -f latex: print a whole document.")] = False

    def __post_init__(self) -> None:
        self._require("steps", "is about a derivation")


class SampleStepsOptions(StepsOptions):
    """The same, and for which sample of a batch."""

    sample: Annotated[
        int | None, option("--sample", "With --steps: which sample of a batch, from 1; the first if not given.", "K")
    ] = None


class ExpectOptions(Options):
    """Answers to compare with, and when one is right. Raises InputError for an option that needs --expect."""

    expect: Annotated[
        list[str] | None,
        option(
            "--expect",
            "Compare with an answer, as in loss=0.5 or dW2[1,1]=0.4; exit 1 if it is not right. "
            "Right is the true value, rounded or cut off at its last digit. Repeatable.",
            "ANSWER",
        ),
    ] = None
    min_sig: Annotated[
        int | None, option("--min-sig", "With --expect: significant digits needed; 3 if not given.", "N")
    ] = None
    rtol: Annotated[float | None, option("--rtol", "With --expect: right within A + R · |true value|.", "R")] = None
    atol: Annotated[float | None, option("--atol", "With --expect: the A of --rtol.", "A")] = None
    sig: Annotated[int | None, option("--sig", "With --expect: judge the first N significant digits.", "N")] = None
    decimals: Annotated[int | None, option("--decimals", "With --expect: judge the first N decimals.", "N")] = None
    no_rounding_on_the_way: Annotated[
        bool, option("--no-rounding-on-the-way", "With --expect: no number before the answer may be rounded.")
    ] = False
    noise: Annotated[NoiseOf, option("--noise", "With --expect: the floats in which an answer may be calculated.")] = (
        "float32"
    )

    def __post_init__(self) -> None:
        self._require("expect", "says when an answer is right")


class OutputOptions(Options):
    """How results are printed."""

    precision: Annotated[
        int | None,
        option("--precision -p", "Significant digits: 6 in tables, all in plain values; JSON keeps every digit.", "N"),
    ] = None
    format: Annotated[
        Text, option("--format -f", "What to print; a table if not given.", "|".join(formats(RESULTS)))
    ] = None
    json: Annotated[bool, option("--json", "The same as --format json.")] = False


class ReportOptions(OutputOptions):
    """How marks are printed, or where they are written."""

    format: Annotated[
        Text,
        option(
            "--format -f",
            f"{either(formats(MARKS))}.".replace("table", "table (if not given)"),
            "FORMAT",
        ),
    ] = None
    output: Annotated[Text, option("--output -o", "Write to this file: all of it, or nothing.", "FILE")] = None


class CheckOptions(Options):
    """What of a sheet is shown, and what it may read."""

    hide_expected: Annotated[
        bool, option("--hide-expected", "Leave out the true values, and hints that contain one.")
    ] = False
    solution: Annotated[bool, option("--solution", "Print the right answers.")] = False
    allow_outside: Annotated[bool, option("--allow-outside", "Let the sheet read weights from outside its folder.")] = (
        False
    )


class QuantityOptions(OutputOptions):
    """Which quantities are printed, and how."""

    show: Annotated[
        list[str] | None, option("--show -s", "Print only these, in this order: y_hat,dW1 or dW2[1,1].", "NAME,…")
    ] = None


def spread(command: Callable[..., int | None], **also: Any) -> Callable[..., int | None]:
    """The command as Typer wants it: with one parameter per option, in place of groups of them.

    ``also`` are options, by name, that the command itself does not take.
    """
    signature = inspect.signature(command)
    groups = {
        name: parameter.annotation
        for name, parameter in signature.parameters.items()
        if isinstance(parameter.annotation, type) and issubclass(parameter.annotation, Options)
    }
    parameters = []
    for name, parameter in signature.parameters.items():
        parameters += _options(groups[name]) if name in groups else [parameter.replace(kind=parameter.KEYWORD_ONLY)]
    parameters += [_option(name, annotation, False) for name, annotation in also.items()]

    def call(**given: Any) -> int | None:
        require_memory()
        made = {name: group(**{f.name: given.pop(f.name) for f in fields(group)}) for name, group in groups.items()}
        return command(**made, **{name: value for name, value in given.items() if name not in also})

    call.__doc__ = command.__doc__
    call.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]  # functions take it
    call.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return call


def _options(group: type[Options]) -> list[inspect.Parameter]:
    hints = get_type_hints(group, include_extras=True)
    return [_option(f.name, hints[f.name], f.default) for f in fields(group)]


def _option(name: str, annotation: Any, default: object) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
