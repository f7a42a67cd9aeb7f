"""What the commands that calculate a network have in common: the call and the print."""

from nnc.cli.messages import warn
from nnc.cli.options import OutputOptions, QuantityOptions, SampleStepsOptions
from nnc.cli.output import show
from nnc.cli.problem import Inputs
from nnc.core import passes
from nnc.errors import InputError, blame
from nnc.io.parts import read_part, read_parts
from nnc.render.calculation import CalculationReport


def forward(inputs: Inputs) -> CalculationReport:
    """The forward pass."""
    problem = inputs.problem()
    with inputs.attributed():
        return CalculationReport(passes.forward(problem.network, inputs.inputs(problem)), problem.title)


def loss(inputs: Inputs, *, gradient: bool = False) -> CalculationReport:
    """The loss, and the gradient if asked for, of a network or of outputs that are given."""
    if inputs.loss.y_hat is None:
        problem = inputs.problem()
        x, y, objective = inputs.inputs(problem), inputs.targets(problem), inputs.objective(problem)
        with inputs.attributed():
            run = passes.grad if gradient else passes.loss
            return CalculationReport(run(problem.network, x, y, objective), problem.title)
    if inputs.network.weights is not None:
        raise InputError("--weights and --y-hat exclude each other: outputs are given, or calculated")
    y_hat, y, objective = inputs.outputs(), inputs.targets(None), inputs.objective(None)
    with inputs.attributed():
        return CalculationReport(passes.loss_of_outputs(y_hat, y, objective, gradient=gradient))


def grad_of(inputs: Inputs, part: str) -> CalculationReport:
    """The gradient of one number of the forward pass, ``part``, such as ``y_hat[1]``."""
    inputs.refuse("--of differentiates a number of the forward pass", *LOSS_OPTIONS)
    problem = inputs.problem()
    x = inputs.inputs(problem)
    with blame("--of"):
        name, index = read_part(part)
    with inputs.attributed(), blame("--of"):
        return CalculationReport(passes.grad_of(problem.network, x, name, index), problem.title)


def verify(inputs: Inputs, output: OutputOptions) -> int:
    """Prints how every gradient compares with finite differences; 0 where all agree, else 1."""
    from nnc.core.verify import verify as compare
    from nnc.render.verification import VerificationReport

    inputs.refuse("--verify compares the gradients of a network", "y_hat")
    if inputs.network.exact:
        raise InputError("--verify takes differences of floats; exact gradients have nothing to gain from them")
    problem = inputs.problem()
    x, y, objective = inputs.inputs(problem), inputs.targets(problem), inputs.objective(problem)
    with inputs.attributed():
        calculation, checks = compare(problem.network, x, y, objective)
    report = VerificationReport(checks)
    show(report, output)
    warn(calculation.warnings)
    return 0 if report.holds else 1


LOSS_OPTIONS = ("y", "y_hat", "loss", "class_weights", "sample_weights", "reduction", "l2")
"""The inputs that only a loss needs."""


def show_calculation(report: CalculationReport, steps: SampleStepsOptions, output: QuantityOptions) -> None:
    """Prints the quantities that are asked for, or all, or their derivation; then the warnings."""
    with blame("--show"):
        parts = [part for text in output.show or () for part in read_parts(text)]
        chosen = report.parts(parts) if parts else report
    names = [name for name, _ in parts] or None
    if steps.steps:
        from nnc.cli.steps import show_steps, steps_of  # only a derivation pays for its import

        show_steps(steps_of(report.calculation, steps.sample, names), steps, output)
    else:
        show(chosen, output)
    warn(report.calculation.warnings)
