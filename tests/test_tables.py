"""What has to repeat the names of a table, because NumPy is slow to import or a type has to be spelt out, agrees."""

import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, get_args

import pytest
import typer

from nnc.cli.app import COMMANDS, assemble
from nnc.core.imbalance import METHODS, NORMALIZATIONS
from nnc.core.names import Normalization, Reduction
from nnc.core.reductions import REDUCTIONS
from nnc.errors import InputError, either
from nnc.render.formats import (
    CLASS_MARKS,
    DERIVATIONS,
    FORMATS,
    KEYS,
    MARKS,
    RESULTS,
    Style,
    Subject,
    formats,
    render,
)
from nnc.render.report import Report

DOCS = Path(__file__).parents[1] / "docs"


def documented(page: str, head: str) -> dict[str, str]:
    """The names in the first column of a page's one table whose first column has this head; the rest of each row."""
    (table,) = re.findall(rf"^\| {head} \|.*\n((?:\|.*\n)+)", (DOCS / page).read_text(encoding="utf-8"), re.MULTILINE)
    rows = [row.split(" | ", 1) for row in table.splitlines()[1:]]
    return {name: rest for names, rest in rows for name in re.findall(r"`(?:-f )?([\w-]+)", names)}


def help_of(command: str, option: str) -> str:
    found: Any = typer.main.get_command(assemble([command]))
    return str(next(each.help for each in found.commands[command].params if option in each.opts))


@pytest.mark.parametrize(
    ("names", "table"), [(Reduction, REDUCTIONS), (Normalization, NORMALIZATIONS)], ids=["reduction", "normalization"]
)
def test_the_type_of_a_name_has_the_names_of_the_table_in_order(names: Any, table: Iterable[str]) -> None:
    assert get_args(names) == tuple(table)


def test_the_help_of_methods_names_them_all_in_order() -> None:
    assert help_of("imbalance-weights", "--method") == f"{either(METHODS)}."


def test_the_docs_have_every_reduction_with_its_formula() -> None:
    rows = documented("conventions.md", "`--reduction`")
    assert list(rows) == list(REDUCTIONS)
    assert [name for name, row in REDUCTIONS.items() if not rows[name].startswith(row.formula)] == []


def test_the_docs_have_every_method() -> None:
    assert list(documented("conventions.md", "`--method`")) == list(METHODS)


@pytest.mark.parametrize(
    ("page", "subjects"),
    [("conventions.md", (RESULTS, DERIVATIONS)), ("derivations.md", (DERIVATIONS,)), ("grading.md", (MARKS,))],
)
def test_the_docs_have_every_format(page: str, subjects: tuple[Subject, ...]) -> None:
    assert set(documented(page, "format")) == {name for subject in subjects for name in formats(subject)}


@pytest.mark.parametrize("subject", [RESULTS, DERIVATIONS, MARKS, CLASS_MARKS, KEYS], ids=lambda each: each.words)
def test_a_format_that_a_report_has_not_is_refused_with_what_it_is_for(subject: Subject) -> None:
    class Bare(Report):
        @property
        def subject(self) -> Subject:
            return subject

    for row in FORMATS:
        if row.name not in formats(subject):
            with pytest.raises(InputError, match=f"format .?{row.name}"):
                render(Bare(), row.name, Style())


@pytest.mark.parametrize("args", [["--help"], *([name, "--help"] for name in COMMANDS)], ids=" ".join)
def test_help_imports_no_numpy(args: list[str]) -> None:
    code = "import sys; from nnc.cli.app import run; run(sys.argv[1:]); print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code, *args], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "False"
