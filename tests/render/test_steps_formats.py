"""Derivations fit where they are shown: 80 columns, a page of pdfLaTeX, a block of Markdown."""

import re
import shutil
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from cases import CALLS, every_call, large_network

from nnc.core.formula.tree import Number, Series, Symbol
from nnc.core.steps.derivation import Derivation, Group, Line, Lines, Section
from nnc.render.formats import Style, render
from nnc.render.numbers import is_own_display, shown
from nnc.render.steps import StepsReport
from nnc.render.steps.parts import broken, laid_out

Nnc = Callable[[str], str]
ROOT = Path(__file__).parents[2]
FAULT = re.compile(r"^.*(?:[Ww]arning|Overfull|Underfull|Missing character|^!).*$", re.MULTILINE)

needs_latex = pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")


def faults(document: str, folder: Path) -> list[str]:
    """What pdfLaTeX has to say against a document."""
    (folder / "steps.tex").write_text(document, encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "steps.tex"]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=120)
    log = (folder / "steps.log").read_text(encoding="utf-8", errors="replace")
    found = [match[0] for match in FAULT.finditer(log)]
    return found if found or done.returncode == 0 else [log[-1000:]]


def bound(documents: Iterable[str]) -> str:
    """One document of the pages of all; their preambles are the same."""
    begin, end = "\\begin{document}\n", "\\end{document}\n"
    parts = [document.removesuffix(end).partition(begin) for document in documents]
    (preamble,) = {preamble for preamble, _, _ in parts}
    return preamble + begin + "\\clearpage\n".join(pages for _, _, pages in parts) + end


@needs_latex
def test_pdflatex_sets_standalone_documents_without_a_warning(nnc: Nnc, tmp_path: Path) -> None:
    documents = {call: nnc(f"{call} --steps -f latex --standalone") for call in CALLS}
    if together := faults(bound(documents.values()), tmp_path):
        alone = {call: found for call, document in documents.items() if (found := faults(document, tmp_path))}
        pytest.fail(f"{alone or together}")


@needs_latex
@pytest.mark.parametrize("call", CALLS[:3])
def test_pdflatex_sets_a_standalone_document_without_a_warning(call: str, nnc: Nnc, tmp_path: Path) -> None:
    assert faults(nnc(f"{call} --steps -f latex --standalone"), tmp_path) == []


@needs_latex
@pytest.mark.parametrize("option", ["", "--full", "--precision 17"])
def test_pdflatex_sets_a_large_network_without_a_warning(option: str, nnc: Nnc, tmp_path: Path) -> None:
    call = f"grad -w {large_network(tmp_path)} --steps -f latex --standalone {option}"
    assert faults(nnc(call), tmp_path) == []


@needs_latex
def test_the_test_of_documents_sees_a_line_that_is_too_wide(tmp_path: Path) -> None:
    document = "\\documentclass{article}\\begin{document}\\[%s\\]\\end{document}" % ("1234567890" * 20)
    assert [fault[:8] for fault in faults(document, tmp_path)] == ["Overfull"]


@every_call
def test_text_fits_80_columns(call: str, nnc: Nnc) -> None:
    assert [line for line in nnc(f"{call} --steps").splitlines() if len(line) > 80] == []


@pytest.mark.parametrize("option", ["", "--precision 3", "--precision 12"])
def test_text_of_a_large_network_fits_80_columns(option: str, nnc: Nnc, tmp_path: Path) -> None:
    lines = nnc(f"grad -w {large_network(tmp_path)} --steps {option}").splitlines()
    assert [line for line in lines if len(line) > 80] == []


@every_call
def test_no_format_leaves_a_place_of_a_template_or_a_sign_that_is_not_its_own(call: str, nnc: Nnc) -> None:
    assert re.findall(r"[{}\\]", nnc(f"{call} --steps")) == []
    latex = nnc(f"{call} --steps -f latex")
    assert re.findall(r"[ŷ∂Σσ₀-₉⁽⁾·−≈⋯]", latex) == []
    assert latex.count("{") == latex.count("}")


@every_call
def test_markdown_has_its_maths_in_blocks_that_github_sets(call: str, nnc: Nnc) -> None:
    text = nnc(f"{call} --steps -f markdown")
    blocks = re.findall(r"^```math\n(.*?)\n```$", text, re.MULTILINE | re.DOTALL)
    assert blocks
    assert text.count("```") == 2 * len(blocks)
    outside = re.sub(r"```math\n.*?\n```", "", text, flags=re.DOTALL)
    assert r"\\" not in outside
    assert r"\operatorname" not in text
    for block in blocks:
        assert block.startswith("\\begin{aligned}\n")
        assert block.endswith("\n\\end{aligned}")
        assert all(row.count("&") >= 1 for row in block.split("\n")[1:-1])


def test_the_document_in_docs_is_what_its_command_prints(nnc: Nnc, monkeypatch: pytest.MonkeyPatch) -> None:
    guide = (ROOT / "docs" / "derivations.md").read_text(encoding="utf-8")
    (command,) = re.findall(r"^nnc (.*) > docs/two_layer_relu\.tex$", guide, re.MULTILINE)
    monkeypatch.chdir(ROOT)
    assert nnc(command) == (ROOT / "docs" / "two_layer_relu.tex").read_text(encoding="utf-8")


def test_a_heading_is_bold_on_a_terminal_alone() -> None:
    report = StepsReport(Derivation((Section("Input", ()),)))
    assert render(report, "table", Style(color=True)).startswith("\x1b[1mInput\x1b[0m\n")
    assert render(report, "table", Style()).startswith("Input\n")


def test_a_narrow_terminal_breaks_sums_below_their_sign() -> None:
    line = Line("J", Symbol("J"), Series(8, lambda i: Number(1000 + i)), 8028)
    group = Group("loss", (), (), Lines(1, lambda _: line))
    text = render(StepsReport(Derivation((Section("Loss", (group,)),))), "table", Style(width=40))
    assert text.splitlines()[2:] == [
        "  J = 1000 + 1001 + 1002 + 1003 + 1004",
        "      + 1005 + 1006 + 1007",
        "    = 8028",
    ]


def test_an_equation_that_is_too_wide_has_a_line_for_each_sign() -> None:
    assert laid_out("z", [("=", "1 + 2"), ("=", "3")], 20) == ["z = 1 + 2 = 3"]
    assert laid_out("z", [("=", "1 + 2"), ("=", "3")], 10) == ["z = 1 + 2", "  = 3"]


def test_a_sum_is_broken_outside_parentheses_first() -> None:
    assert broken("a + (b + c) + (d + e)", 14) == ["a + (b + c)", "+ (d + e)"]
    assert broken("(a + b + c + d)", 10) == ["(a + b + c", "+ d)"]


@pytest.mark.parametrize(
    ("value", "precision", "text", "own"),
    [
        (0.7999999999999999, 6, "0.8", True),
        (1 / 3, 6, "0.333333", False),
        (5.551115123125783e-17, 6, "5.55112e-17", False),
        (0.1 + 0.2, 17, "0.30000000000000004", True),
        (2.0, 6, "2", True),
    ],
)
def test_a_number_equals_its_display_but_for_the_noise_of_its_last_digits(
    value: float, precision: int, text: str, own: bool
) -> None:
    assert shown(value, precision) == text
    assert is_own_display(value, precision) == own


def test_the_calls_have_a_case_of_every_command() -> None:
    assert {call.split()[0] for call in CALLS} == {"forward", "loss", "grad", "imbalance-weights"}
