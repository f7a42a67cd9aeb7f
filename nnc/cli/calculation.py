"""What the commands that calculate a network have in common: the call and the print."""

from contextlib import nullcontext

from nnc.cli.messages import warn
from nnc.cli.options import OutputOptions, QuantityOptions, SampleStepsOptions
from nnc.cli.output import show
from nnc.cli.problem import Inputs
from nnc.core.places import read_places
from nnc.core.problem import solve
from nnc.errors import InputError, blame
from nnc.render.calculation import CalculationReport


def calculate(inputs: Inputs) -> CalculationReport:
    """What a call asks for."""
    problem, title = inputs.problem()
    with inputs.attributed(), nullcontext() if inputs.of is None else blame("--of"):
        return CalculationReport(solve(problem, inputs.stage), title)


def verify(inputs: Inputs, output: OutputOptions) -> int:
    """Prints how every gradient compares with finite differences; 0 where all agree, else 1."""
    from nnc.core.verify import verify as compare
    from nnc.render.verification import VerificationReport

    inputs.refuse("--verify compares the gradients of a network", "y_hat")
    if inputs.network.exact:
        raise InputError("--verify takes differences of floats; exact gradients have nothing to gain from them")
    problem, _ = inputs.problem()
    with inputs.attributed():
        calculation, checks = compare(problem)
    report = VerificationReport(checks)
    show(report, output)
    warn(calculation.warnings)
    return 0 if report.holds else 1


def show_calculation(report: CalculationReport, steps: SampleStepsOptions, output: QuantityOptions) -> None:
    """Prints the quantities that are asked for, or all, or their derivation; then the warnings."""
    with blame("--show"):
        places = [place for text in output.show or () for place in read_places(text)]
        chosen = report.parts(places) if places else report
    names = [place.name for place in places] or None
    if steps.steps:
        from nnc.cli.steps import show_steps, steps_of  # only a derivation pays for its import

        show_steps(steps_of(report.calculation, steps.sample, names), steps, output)
    else:
        show(chosen, output)
    warn(report.calculation.warnings)
