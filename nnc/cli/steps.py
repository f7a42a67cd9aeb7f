"""What ``--steps`` prints."""

from collections.abc import Sequence

from nnc.cli.options import OutputOptions, StepsOptions
from nnc.cli.output import show
from nnc.core.quantities import Calculation
from nnc.core.steps.derivation import Derivation, only
from nnc.errors import InputError


def show_steps(derivation: Derivation, steps: StepsOptions, output: OutputOptions, to: str | None = None) -> None:
    """Prints a derivation, or writes it to the file ``to``, in the format asked for.

    Raises InputError for --standalone with a format but latex.
    """
    from nnc.render.steps import StepsReport

    if steps.standalone and output.format != "latex":
        raise InputError("--standalone makes a LaTeX document, so it goes with --format latex (-f latex)")
    show(StepsReport(derivation, steps.full, steps.standalone), output, to)


def steps_of(calculation: Calculation, sample: int | None, names: Sequence[str] | None) -> Derivation:
    """The derivation of a calculation, with the steps of the quantities called ``names``, or all."""
    from nnc.core.steps import derive

    derivation = derive(calculation, number_of(sample, calculation))
    if names is None:
        return derivation
    return Derivation(only(derivation.sections, names), calculation, derivation.sample)


def number_of(sample: int | None, calculation: Calculation) -> int:
    """The number of the sample that is asked for, 1 if none is. Raises InputError for one that is not there."""
    if sample is None:
        return 1
    if not calculation.batch:
        raise InputError("there is one sample, not a batch of them; leave --sample out")
    count = calculation.samples
    if not 1 <= sample <= count:
        raise InputError(f"--sample is {sample}, but there {'is' if count == 1 else 'are'} {count}: 1 to {count}")
    return sample
