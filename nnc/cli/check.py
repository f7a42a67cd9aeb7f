"""``nnc check``: answers to a sheet of questions, marked."""

from typing import Annotated

import typer

from nnc.cli.options import CheckOptions, ReportOptions, SampleStepsOptions


def check(
    sheet: Annotated[str, typer.Argument(metavar="SHEET", help="A problem with questions, JSON or YAML.")],
    answers: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="ANSWERS",
            help="Files of answers, one per student; or one CSV of a class, with one row per student; - is standard "
            "input. Without them the sheet's own answers are checked.",
        ),
    ] = None,
    *,
    options: CheckOptions,
    steps: SampleStepsOptions,
    output: ReportOptions,
) -> int:
    """Mark answers to the questions of a sheet; exit 1 if one is not right.

    An answer is right if it is the true value, rounded or cut off at its last digit, with 3 digits or more. The sheet
    may set another rule.
    """
    from nnc.cli import marking

    return marking.run(sheet, answers or [], options, steps, output)
