"""What the commands that calculate a network have in common: the call and the print."""

from nnc.cli.output import show, warn
from nnc.cli.problem import Inputs
from nnc.cli.steps import StepOptions, show_steps, steps_of
from nnc.core import passes
from nnc.core.quantities import Calculation
from nnc.errors import InputError, blame
from nnc.render.calculation import CalculationReport


def calculate(inputs: Inputs, *, gradient: bool) -> Calculation:
    """The loss, or the gradient, of a network or of outputs that are given."""
    if inputs.y_hat is None:
        problem = inputs.problem()
        x, y, objective = inputs.inputs(problem), inputs.targets(problem), inputs.objective(problem)
        return (passes.grad if gradient else passes.loss)(problem.network, x, y, objective)
    if inputs.weights is not None:
        raise InputError("--weights and --y-hat exclude each other: outputs are given, or calculated")
    return passes.loss_of_outputs(inputs.outputs(), inputs.targets(None), inputs.objective(None), gradient=gradient)


def show_calculation(
    calculation: Calculation,
    options: StepOptions,
    *,
    names: str | None,
    precision: int | None,
    format: str | None,
    json: bool,
) -> None:
    """Prints the quantities called ``names``, or all, or their derivation, in the format asked for; then warnings."""
    chosen = None if names is None else [name.strip() for name in names.split(",")]
    with blame("--show"):
        only = calculation if chosen is None else calculation.only(chosen)
    if options.steps:
        derivation = steps_of(calculation, options, chosen)
        show_steps(derivation, options, format=format, json=json, precision=precision)
    else:
        show(CalculationReport(only), format=format, json=json, precision=precision)
    warn(calculation.warnings)
