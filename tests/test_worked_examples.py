"""nnc gives the numbers of worked examples that others have published, to every digit that they print."""

import shlex

import numpy as np
import pytest
from worked import ROOT, SOURCES, Case, Figure, figures, holds, is_next_float, output, rounds_to, tables, truncates_to

import nnc

PAGE = ROOT / "docs/worked-examples.md"
WRITTEN = "<!-- From here on written by pytest --rewrite from tests/worked_examples.yaml. -->\n"
CASES = [case for source in SOURCES for case in source.cases]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.command)
def test_nnc_gives_every_number_of_a_published_example(case: Case) -> None:
    found = output(case.command)
    for name, value in case.full.items():
        if isinstance(value, dict):
            assert list(found[name]) == list(value)
            np.testing.assert_allclose(list(found[name].values()), list(value.values()), rtol=1e-9, err_msg=name)
        else:
            assert np.shape(found[name]) == np.shape(value), name
            np.testing.assert_allclose(found[name], value, rtol=1e-9, err_msg=name)


def explained(figure: Figure) -> bool:
    """Whether a printed figure goes with nnc's number in the way that it is said to."""
    match figure.differs.how:
        case "agrees":
            return rounds_to(figure.value, figure.printed)
        case "last bit":
            return is_next_float(figure.value, figure.printed)
        case "truncated":
            return truncates_to(figure.value, figure.printed) and not rounds_to(figure.value, figure.printed)
        case "rounded steps":
            return not rounds_to(figure.value, figure.printed)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.command)
def test_a_printed_figure_is_nncs_number_rounded_or_is_explained(case: Case) -> None:
    assert [figure for figure in figures(case) if not explained(figure)] == []


@pytest.mark.parametrize("case", [case for case in CASES if case.differs], ids=lambda case: case.command)
def test_what_differs_is_a_printed_figure_and_its_steps_lead_to_it(case: Case) -> None:
    for name, differs in case.differs.items():
        assert name in case.printed
        assert [step for step in differs.steps if not holds(step)] == []
        if differs.how == "rounded steps":
            assert differs.steps[-1].endswith(f" = {case.printed[name]}")


@pytest.mark.parametrize(
    ("value", "printed", "rounds", "truncates"),
    [
        (0.06302, "0.0631", False, False),
        (0.06302, "0.0630", True, True),
        (0.64497, "0.6449", False, True),
        (0.64497, "0.6450", True, False),
        (-1.56, "-1.5", False, True),
        (-1.56, "-1.6", True, False),
        (0.2, "0.3", False, False),
        (1 / 3, "0.3333333333333333", True, True),
        (289.438, "289.44", True, False),
        (3.0, "3", True, True),
        (3.6, "3", False, True),
    ],
)
def test_a_figure_is_held_to_the_digits_it_has(value: float, printed: str, rounds: bool, truncates: bool) -> None:
    assert (rounds_to(value, printed), truncates_to(value, printed)) == (rounds, truncates)


@pytest.mark.parametrize(
    ("step", "right"),
    [
        ("1/2 * 0.1261 = 0.0631", True),
        ("1/2 * 0.1261 = 0.0630", False),
        ("0.5 * 3 = 1.5", True),
        ("0.5 * 3 = 1.6", False),
    ],
)
def test_a_step_rounds_half_up(step: str, right: bool) -> None:
    assert holds(step) is right


def test_every_worked_sample_is_run_and_names_its_source() -> None:
    samples = {path.relative_to(ROOT).as_posix() for path in (ROOT / "samples/worked").iterdir()}
    assert samples == {word for case in CASES for word in shlex.split(case.command) if word.startswith("samples/")}
    for sample in samples:
        problem = nnc.load(str(ROOT / sample))
        assert problem.title
        assert problem.source


def test_the_page_shows_what_nnc_gives_today(pytestconfig: pytest.Config) -> None:
    text = PAGE.read_text(encoding="utf-8")
    prose, written, shown = text.partition(WRITTEN)
    assert written
    if pytestconfig.getoption("rewrite"):
        PAGE.write_text(f"{prose}{WRITTEN}\n{tables()}", encoding="utf-8")
    else:
        assert shown == f"\n{tables()}"
