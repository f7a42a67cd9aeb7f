"""What ``--expect`` prints: each answer beside the true value, with the verdict."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from msgspec.structs import replace

from nnc.cli.options import ExpectOptions, OutputOptions, QuantityOptions, StepsOptions
from nnc.cli.output import show
from nnc.cli.problem import Inputs
from nnc.core.arrays import EXACT
from nnc.core.judging import MIN_SIG, Rule
from nnc.core.quantities import Calculation
from nnc.core.results import Result, of_calculation
from nnc.errors import InputError
from nnc.io.expectations import read_expectation
from nnc.render.calculation import CalculationReport
from nnc.render.expectations import Comparison, ExpectationReport, comparisons


def compare(
    run: Callable[[Inputs], CalculationReport],
    inputs: Inputs,
    main: str | None,
    expected: ExpectOptions,
    steps: StepsOptions,
    output: QuantityOptions,
) -> int:
    """Prints answers beside the quantities of a calculation; 0 where all are right, else 1.

    ``main`` is the quantity of an answer without a name.
    """
    if output.show is not None:
        raise InputError("--expect prints the quantities that it names, so --show has nothing to do")

    def calculate(dtype: np.dtype[Any]) -> Calculation:
        network = replace(inputs.network, exact=dtype == EXACT)
        return run(replace(inputs, network=network)).calculation

    results = of_calculation(calculate, inputs.dtype)
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
    """Prints answers beside results; 0 where all are right, else 1. ``exact``: whether fractions are printed so."""
    if steps.steps:
        raise InputError("--expect and --steps exclude each other: a verdict is printed, or a derivation")
    rule = _rule(expected)
    rows: list[Comparison] = []
    for text in expected.expect or []:
        result, given = read_expectation(text, main, results)
        rows += comparisons(result, given, result.judge(given, rule))
    report = ExpectationReport(rows, rule, exact)
    show(report, output)
    return 0 if report.holds else 1


def _rule(expected: ExpectOptions) -> Rule:
    min_sig = MIN_SIG if expected.min_sig is None else expected.min_sig
    return Rule(min_sig, expected.rtol, expected.atol, expected.sig, expected.decimals)
