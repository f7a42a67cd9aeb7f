"""What ``--steps`` prints, and the options that go with it alone."""

from collections.abc import Sequence

from msgspec import Struct

from nnc.cli.output import show
from nnc.core.derivation import Derivation, only
from nnc.core.quantities import Calculation
from nnc.errors import InputError


class StepOptions(Struct, frozen=True, eq=False):
    """The options of a derivation as a call gives them. Raises InputError for one without ``--steps``."""

    steps: bool = False
    sample: int | None = None
    full: bool = False
    standalone: bool = False

    def __post_init__(self) -> None:
        given = {"--sample": self.sample is not None, "--full": self.full, "--standalone": self.standalone}
        if not self.steps and any(given.values()):
            name = next(name for name, found in given.items() if found)
            raise InputError(f"{name} is about a derivation, so it goes with --steps")


def show_steps(
    derivation: Derivation, options: StepOptions, *, format: str | None, json: bool, precision: int | None
) -> None:
    """Prints a derivation in the format asked for. Raises InputError for --standalone with a format but latex."""
    from nnc.render.steps import STEPS_FORMATS, StepsReport

    if options.standalone and format != "latex":
        raise InputError("--standalone makes a LaTeX document, so it goes with --format latex (-f latex)")
    report = StepsReport(derivation, options.full, options.standalone)
    show(report, format=format, json=json, precision=precision, formats=STEPS_FORMATS)


def steps_of(calculation: Calculation, options: StepOptions, names: Sequence[str] | None) -> Derivation:
    """The derivation of a calculation, with the steps of the quantities called ``names``, or all."""
    from nnc.core.steps import derive

    derivation = derive(calculation, options.sample)
    if names is None:
        return derivation
    return Derivation(only(derivation.sections, names), calculation, derivation.sample)
