"""What ``--expect`` prints: each answer beside the true value, with the verdict."""

from collections.abc import Mapping

from msgspec.structs import replace

from nnc.cli.options import ExpectOptions, OutputOptions, QuantityOptions, StepsOptions
from nnc.cli.output import show
from nnc.cli.problem import Inputs
from nnc.core.arrays import EXACT, FLOAT64
from nnc.core.grading.rule import MIN_SIG, Rule
from nnc.core.grading.truth import Result, finest, of_problem
from nnc.errors import InputError
from nnc.io.values.answer import read_expectation
from nnc.render.grading.expected import Comparison, ExpectationReport, comparisons


def compare(
    inputs: Inputs, main: str | None, expected: ExpectOptions, steps: StepsOptions, output: QuantityOptions
) -> int:
    """Prints answers beside the quantities of a calculation. Returns 0 where all are right, else 1."""
    if output.show is not None:
        raise InputError("--expect prints the quantities that it names, so --show has nothing to do")
    inputs = replace(inputs, as_written=True)
    if inputs.dtype == FLOAT64:
        problem = finest(lambda dtype: inputs.in_dtype(dtype).problem()[0])
    else:
        problem, _ = inputs.problem()
    with inputs.attributed():
        given = inputs.given(EXACT if problem.exact else inputs.dtype)
        results = of_problem(problem, inputs.stage, inputs.dtype, given)
    return show_comparison(results, main, expected, steps, output, exact=inputs.network.exact)


def show_comparison(
    results: Mapping[str, Result],
    main: str | None,
    expected: ExpectOptions,
    steps: StepsOptions,
    output: OutputOptions,
    *,
    exact: bool,
) -> int:
    """Prints answers beside results. Returns 0 where all are right, else 1. With ``exact`` fractions stay fractions."""
    if steps.steps:
        raise InputError("--expect and --steps exclude each other: a verdict is printed, or a derivation")
    min_sig = MIN_SIG if expected.min_sig is None else expected.min_sig
    rule = Rule(
        min_sig,
        expected.rtol,
        expected.atol,
        expected.sig,
        expected.decimals,
        not expected.no_rounding_on_the_way,
        expected.noise,
    )
    rows: list[Comparison] = []
    for text in expected.expect or []:
        result, given = read_expectation(text, main, results)
        rows += comparisons(result, given, result.judge(given, rule))
    report = ExpectationReport(rows, rule, exact)
    show(report, output)
    return 0 if report.holds else 1
