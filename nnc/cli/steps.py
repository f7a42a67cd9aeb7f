"""What ``--steps`` prints."""

from collections.abc import Sequence

from nnc.cli.options import OutputOptions, StepsOptions
from nnc.cli.output import show
from nnc.core.arrays import FLOAT64
from nnc.core.imbalance import Weighing
from nnc.core.problem import Problem, solve
from nnc.core.quantities import Calculation
from nnc.core.steps import derive
from nnc.core.steps.derivation import Derivation, only
from nnc.core.steps.weighting import derive_weighting
from nnc.errors import InputError
from nnc.render.steps import StepsReport


def show_steps(derivation: Derivation, steps: StepsOptions, output: OutputOptions, to: str | None = None) -> None:
    """Prints a derivation, or writes it to the file ``to``.

    Raises InputError for --standalone with another format than latex.
    """
    if steps.standalone and output.format != "latex":
        raise InputError("--standalone makes a LaTeX document, so it goes with --format latex (-f latex)")
    show(StepsReport(derivation, steps.full, steps.standalone), output, to)


def steps_of(calculation: Calculation, sample: int | None, names: Sequence[str] | None) -> Derivation:
    """The derivation of a calculation, with the steps of the quantities called ``names``, or all."""
    derivation = derive(calculation, _number(sample, calculation))
    if names is None:
        return derivation
    return Derivation(only(derivation.sections, names), calculation, derivation.sample)


def solution_steps(problem: Problem | None, weighing: Weighing | None, sample: int | None) -> Derivation:
    """The derivation of everything that a sheet may ask for: of its problem, its class weights, or both."""
    parts = []
    if problem is not None:
        parts.append(steps_of(solve(problem, dtype=FLOAT64), sample, None))
    if weighing is not None:
        parts.append(derive_weighting(weighing.weigh()))
    sections = tuple(section for part in parts for section in part.sections)
    return Derivation(sections, parts[0].calculation, parts[0].sample)


def _number(sample: int | None, calculation: Calculation) -> int:
    """The number of the sample that is asked for, 1 if none is. Raises InputError where there is no such sample."""
    if sample is None:
        return 1
    if not calculation.batch:
        raise InputError("there is one sample, not a batch of them; leave --sample out")
    count = calculation.samples
    if not 1 <= sample <= count:
        raise InputError(f"--sample is {sample}, but there {'is' if count == 1 else 'are'} {count}: 1 to {count}")
    return sample
