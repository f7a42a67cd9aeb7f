"""What the commands that calculate a network have in common: the call and the print."""

from nnc.cli.messages import warn
from nnc.cli.options import ExpectOptions, OutputOptions, QuantityOptions, SampleStepsOptions
from nnc.cli.output import show
from nnc.cli.problem import Inputs
from nnc.core.places import read_places
from nnc.core.problem import solve
from nnc.errors import InputError, blame
from nnc.render.calculation import CalculationReport


def answer(
    inputs: Inputs, main: str | None, expected: ExpectOptions, steps: SampleStepsOptions, output: QuantityOptions
) -> int:
    """Prints a calculation or its derivation, then the warnings; or compares answers. Returns the exit status.

    ``main`` is the quantity that an answer without a name is compared with.
    """
    if expected.expect:
        from nnc.cli.expect import compare

        return compare(inputs, main, expected, steps, output)
    problem, title = inputs.problem()
    with inputs.attributed():
        report = CalculationReport(solve(problem, inputs.stage, given=inputs.given(inputs.dtype)), title)
    with blame("--show"):
        places = [place for text in output.show or () for place in read_places(text)]
        chosen = report.parts(places) if places else report
    if steps.steps:
        from nnc.cli.steps import show_steps, steps_of  # only a derivation pays for its import

        names = [place.name for place in places] or None
        show_steps(steps_of(report.calculation, steps.sample, names), steps, output)
    else:
        show(chosen, output)
    warn(report.calculation.warnings)
    return 0


def verify(inputs: Inputs, output: OutputOptions) -> int:
    """Prints how every gradient compares with finite differences. Returns 0 where all agree, else 1."""
    from nnc.core.verify import verify as compare
    from nnc.render.verification import VerificationReport

    inputs.refuse("--verify compares the gradients of a network", "y_hat")
    inputs.refuse("--verify moves every number by itself", "given")
    if inputs.network.exact:
        raise InputError("--verify takes differences of floats; exact gradients have nothing to gain from them")
    problem, _ = inputs.problem()
    with inputs.attributed():
        calculation, checks = compare(problem)
    report = VerificationReport(checks)
    show(report, output)
    warn(calculation.warnings)
    return 0 if report.holds else 1
