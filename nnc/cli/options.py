"""The options that commands share, each written once, in the groups in which commands take them."""

import inspect
from collections.abc import Callable
from typing import Annotated, Any, Literal, TypeAlias, get_type_hints

import typer
from msgspec.structs import fields

from nnc.cli.memory import require_memory
from nnc.core.names import Reduction
from nnc.core.record import Record
from nnc.errors import InputError, either
from nnc.render.formats import DERIVATIONS, MARKS, RESULTS, formats

Exact: TypeAlias = Annotated[
    bool, typer.Option("--exact", help="Take decimals as exact fractions, 0.1 as 1/10, and calculate with those.")
]


_OF_STEPS = either(name for name in formats(DERIVATIONS) if name not in formats(RESULTS))


class Options(Record):
    """A group of options: each field is one, with its help; a command takes the group as one parameter."""


class FileOptions(Options):
    """A network file."""

    weights: Annotated[
        str | None,
        typer.Option("--weights", "-w", metavar="FILE", help="Network file, JSON or YAML; - is standard input."),
    ] = None


class NetworkOptions(FileOptions):
    """A network, its input, and the numbers that all is calculated in."""

    x: Annotated[
        str | None, typer.Option("--x", "-x", metavar="VALUE", help="Input: 2,3 is one sample, 2,3;4,5 a batch.")
    ] = None
    activations: Annotated[
        str | None,
        typer.Option(
            "--activations", "-a", metavar="NAME,…", help="One a layer, as in leaky_relu:negative_slope=0.1,identity."
        ),
    ] = None
    dtype: Annotated[
        Literal["float64", "float32"], typer.Option(help="The numbers that everything is calculated in.")
    ] = "float64"
    exact: Exact = False


class LossOptions(Options):
    """A target, a loss, and how a batch's losses become one."""

    y: Annotated[
        str | None, typer.Option("--y", "-y", metavar="VALUE", help="Target: values, one-hot or class index.")
    ] = None
    loss: Annotated[
        str | None, typer.Option("--loss", "-l", metavar="LOSS", help="Loss, as in half_sse or mse:outputs=sum.")
    ] = None
    y_hat: Annotated[
        str | None, typer.Option("--y-hat", metavar="VALUE", help="Outputs, in place of a network and its input.")
    ] = None
    class_weights: Annotated[
        str | None,
        typer.Option(metavar="VALUE", help="One a class, class 0 first; or the output of nnc imbalance-weights."),
    ] = None
    sample_weights: Annotated[str | None, typer.Option(metavar="VALUE", help="One a sample of a batch.")] = None
    reduction: Annotated[
        Reduction | None,
        typer.Option(help="How a batch's losses become one; mean if not given."),
    ] = None
    l2: Annotated[
        str | None,
        typer.Option("--l2", metavar="LAMBDA", help="Add ½ λ Σ of the squared weights, biases left out."),
    ] = None


class StepsOptions(Options):
    """Whether the work is shown, and how. Raises InputError for an option that goes with --steps alone."""

    steps: Annotated[
        bool, typer.Option("--steps", help=f"Show the work, each formula with its numbers; also -f {_OF_STEPS}.")
    ] = False
    full: Annotated[bool, typer.Option("--full", help="With --steps: leave nothing out of what is long.")] = False
    standalone: Annotated[
        bool, typer.Option("--standalone", help="With --steps -f latex: a whole document, not a part of one.")
    ] = False

    def __post_init__(self) -> None:
        for f in fields(self):
            if f.name != "steps" and getattr(self, f.name) != f.default and not self.steps:
                raise InputError(f"--{f.name} is about a derivation, so it goes with --steps")


class SampleStepsOptions(StepsOptions):
    """Of which sample of a batch the work is shown, too."""

    sample: Annotated[
        int | None,
        typer.Option(metavar="K", help="With --steps: the sample of a batch, from 1; the first if not given."),
    ] = None


class ExpectOptions(Options):
    """Answers to compare with, and the rule for when one is right."""

    expect: Annotated[
        list[str] | None,
        typer.Option(
            "--expect",
            metavar="ANSWER",
            help="Compare with an answer, loss=0.5 or dW2[1,1]=0.4; exit 1 if it is not right, that is, rounded or cut "
            "off at its last digit. Repeatable.",
        ),
    ] = None
    min_sig: Annotated[
        int | None,
        typer.Option("--min-sig", metavar="N", help="With --expect: significant digits needed; 3 if not given."),
    ] = None
    rtol: Annotated[
        float | None, typer.Option("--rtol", metavar="R", help="With --expect: right within A + R · |true value|.")
    ] = None
    atol: Annotated[float | None, typer.Option("--atol", metavar="A", help="With --expect: A of --rtol.")] = None
    sig: Annotated[
        int | None, typer.Option("--sig", metavar="N", help="With --expect: judge the first N significant digits.")
    ] = None
    decimals: Annotated[
        int | None, typer.Option("--decimals", metavar="N", help="With --expect: judge the first N decimals.")
    ] = None

    def __post_init__(self) -> None:
        for f in fields(self):
            if f.name != "expect" and getattr(self, f.name) is not None and not self.expect:
                option = f"--{f.name.replace('_', '-')}"
                raise InputError(f"{option} says when an answer is right, so it goes with --expect")


class OutputOptions(Options):
    """How results are printed."""

    precision: Annotated[
        int | None,
        typer.Option(
            "--precision",
            "-p",
            metavar="N",
            help="Significant digits: 6 in tables, all in plain values; JSON keeps every digit.",
        ),
    ] = None
    format: Annotated[
        str | None,
        typer.Option(
            "--format",
            "-f",
            metavar="|".join(formats(RESULTS)),
            help="What to print; a table if not given.",
        ),
    ] = None
    json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False


class ReportOptions(OutputOptions):
    """How marks are printed, or where they are written."""

    format: Annotated[
        str | None,
        typer.Option(
            "--format",
            "-f",
            metavar="FORMAT",
            help=f"{either(formats(MARKS))}.".replace("table", "table (if not given)"),
        ),
    ] = None
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write to a file, which is whole or not there."),
    ] = None


class CheckOptions(Options):
    """What of a sheet is shown, and what it may read."""

    hide_expected: Annotated[
        bool, typer.Option("--hide-expected", help="Leave out true values, and hints that hold one.")
    ] = False
    solution: Annotated[bool, typer.Option("--solution", help="Print the right answers.")] = False
    allow_outside: Annotated[
        bool, typer.Option("--allow-outside", help="Let the sheet's weights lie outside its folder.")
    ] = False


class QuantityOptions(OutputOptions):
    """Which quantities are printed, and how."""

    show: Annotated[
        list[str] | None,
        typer.Option("--show", "-s", metavar="NAME,…", help="Only these, in this order: y_hat,dW1 or dW2[1,1]."),
    ] = None


def spread(command: Callable[..., int | None], **also: Any) -> Callable[..., int | None]:
    """The command with each group of options that it takes spread into one parameter an option, as Typer wants them.

    ``also``: options by name that the command itself does not take.
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
