"""The Markdown files do what they say, and the runner that shows it would notice if they did not."""

import shutil
from pathlib import Path
from textwrap import dedent

import pytest
from transcripts import blocks, call_of, in_a_process, play, rewritten, said

ROOT = Path(__file__).parents[1]
FILES = sorted(
    path
    for pattern in ("README.md", "CONTRIBUTING.md", "docs/**/*.md", "tests/transcripts/*.md")
    for path in ROOT.glob(pattern)
)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_markdown_file_shows_what_its_commands_print(path: Path, tmp_path: Path, pytestconfig: pytest.Config) -> None:
    shutil.copytree(ROOT / "samples", tmp_path / "samples")
    text = path.read_text(encoding="utf-8")
    differences = play(text, tmp_path)
    if pytestconfig.getoption("rewrite"):
        path.write_text(rewritten(text, differences), encoding="utf-8")
    elif differences:
        name = path.relative_to(ROOT).as_posix()
        pytest.fail("\n\n".join(difference.report(name) for difference in differences), pytrace=False)


@pytest.mark.parametrize(
    "command",
    [
        "pip install . && nnc forward --weights samples/two_layer_relu.json --x 2,3",
        "pip install -e '.[test]' && pytest",
    ],
)
def test_readme_gives_the_set_up_command_on_a_line_of_an_sh_block(command: str) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert command in [line.strip() for block in blocks(readme) if block.language == "sh" for line in block.lines]


@pytest.mark.parametrize(
    "block",
    [
        "$ echo one | tr a-z A-Z\nONE",
        "$ echo one\none\n\n$ echo two\ntwo",
        "$ printf 'one  \\n\\ntwo\\n\\n'\none\n\ntwo",
        "$ echo late >&2; echo early\nearly\nlate",
        "$ exit 2\n[exit 2]",
        "$ echo wrong >&2; false\nwrong\n[exit 1]",
        "$ echo one \\\n>   two\none two",
        "$ cat > n.txt <<'END'\n> $HOME\n>\n> two\n> END\n$ cat n.txt\n$HOME\n\ntwo",
        '$ test "$(pwd)" = "$HOME" && cat',
        '$ echo "$COLUMNS$TERM$NO_COLOR$FORCE_COLOR$GITHUB_ACTIONS$LC_ALL"\nC.UTF-8',
        "$ command -v python >/dev/null",
    ],
)
def test_what_a_command_really_prints_is_accepted(block: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("COLUMNS", "TERM", "NO_COLOR", "FORCE_COLOR", "GITHUB_ACTIONS"):
        monkeypatch.setenv(name, "7")
    assert play(f"Text.\n\n```console\n{block}\n```\n", tmp_path) == []


CALLS = [
    "nnc grad -w samples/two_layer_relu_problem.yaml --steps",
    "nnc loss -w samples/two_layer_relu_problem.yaml --expect 0.4850001 --json",
    "nnc forward -w samples/absolute_value.json -x '-1; 3' -s \"y_hat, z1\" \\\n  -f plain",
    "nnc forward -w samples/two_layer_relu.json -x -",
    "nnc forward -w samples/wrong/misfit_x.json",
    "nnc loss --y-hat 0.5,0.9 -y 1 -l cross_entropy",
    "nnc check samples/grading/sheet.yaml samples/grading/class.csv --hide-expected -f csv -o marks.csv",
    "nnc grad --help",
    "nnc",
    "nnc grad --weihgts net.json",
]


@pytest.mark.parametrize("command", CALLS)
def test_a_call_in_this_process_leaves_what_a_process_leaves(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("COLUMNS", "TERM", "NO_COLOR", "FORCE_COLOR", "GITHUB_ACTIONS"):
        monkeypatch.setenv(name, "7")
    argv = ["sh", "-c", command]
    assert call_of(argv) is not None
    left = []
    for run, folder in ((said, tmp_path / "call"), (in_a_process, tmp_path / "process")):
        shutil.copytree(ROOT / "samples", folder / "samples")
        end = run(argv, folder)
        files = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        left.append((end, files))
    assert left[0] == left[1]


@pytest.mark.parametrize(
    "command",
    [
        *("nnc a | b", "nnc a > b", "nnc a < b", "nnc a; b", "nnc a && b", "nnc a &", "nnc a\nb", "nnc a #b"),
        *("nnc $a", 'nnc "$a"', "nnc $(a)", "nnc `a`", "nnc *.json", "nnc ?", "nnc [a]", "nnc ~", "nnc a\\ b"),
        *("nnc 'a", "(nnc a)", "A=1 nnc a", "nncs a", "./nnc a", "python -m nnc a", "sh a"),
    ],
)
def test_what_needs_a_shell_or_another_program_gets_one(command: str) -> None:
    assert call_of(["sh", "-c", command]) is None


def test_the_words_of_a_call_are_those_of_a_shell(tmp_path: Path) -> None:
    words = """a 'b  "c"' "d 'e'" f'g'"h" '' -x=-1,2/3 '[1, 2]' @i.csv \\\n  ½ 'two\nlines' 100% a^b !"""
    shell = in_a_process(["sh", "-c", f"printf '%s\\0' {words}"], tmp_path)
    assert call_of(["sh", "-c", f"nnc {words}"]) == shell.out.split("\0")[:-1]


@pytest.mark.parametrize(
    ("block", "found"),
    [
        ("$ echo one\ntwo", ["one"]),
        ("$ echo one", ["one"]),
        ("$ true\none", []),
        ("$ echo one\n one", ["one"]),
        ("$ exit 2\n[exit 1]", ["[exit 2]"]),
        ("$ exit 2", ["[exit 2]"]),
        ("$ true\n[exit 2]", []),
        ("$ echo one >&2", ["one"]),
    ],
)
def test_what_a_command_does_not_print_is_refused_and_rewritten(block: str, found: list[str], tmp_path: Path) -> None:
    text = f"```console\n{block}\n```\n"
    differences = play(text, tmp_path)
    assert [difference.found for difference in differences] == [found]
    assert play(rewritten(text, differences), tmp_path) == []


def test_rewriting_changes_the_outputs_that_differ_and_nothing_else(tmp_path: Path) -> None:
    said = dedent("""\
        1. First:

           ```console
           $ printf 'one\\n\\ntwo  \\n'
           1

           $ echo kept
           kept
           $ false
           ```

        ~~~~console
        $ echo '```'
        ~~~~
        $ echo outside
        """)
    becomes = said.replace("   1\n", "   one\n\n   two\n").replace("false\n", "false\n   [exit 1]\n")
    becomes = becomes.replace("'```'\n", "'```'\n```\n")
    assert rewritten(said, play(said, tmp_path)) == becomes


def test_a_difference_is_reported_with_its_place_and_a_diff(tmp_path: Path) -> None:
    (difference,) = play("Text.\n\n```console\n$ true\n$ echo one\ntwo\n```\n", tmp_path)
    assert difference.report("docs/a.md").splitlines() == [
        "docs/a.md:5: echo one",
        "--- docs/a.md:5",
        "+++ printed",
        "@@ -1 +1 @@",
        "-two",
        "+one",
    ]


def test_a_shown_file_is_there_for_the_commands_below_it(tmp_path: Path) -> None:
    text = "<!-- file: net.yaml -->\n```yaml\nx: [2, 3]\n```\n\n```console\n$ cat net.yaml\nx: [2, 3]\n```\n"
    assert play(text, tmp_path) == []


def test_a_script_is_held_to_the_text_block_below_it(tmp_path: Path) -> None:
    text = "<!-- run -->\n\n```python\nprint(1 + 1)\n```\n\nprints\n\n```text\n3\n```\n"
    differences = play(text, tmp_path)
    assert rewritten(text, differences) == text.replace("3", "2")


@pytest.mark.parametrize("language", ["python", "sh", "yaml", ""])
def test_a_block_that_is_not_marked_does_not_run(language: str, tmp_path: Path) -> None:
    assert play(f"```{language}\n$ touch ran\nopen('ran', 'w')\ntouch ran\n```\n", tmp_path) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Text.\n```console\nnnc forward\n```\n", "line 2: a console block begins with"),
        ("```console\n```\n", "line 1: a console block begins with"),
        ("```console\nout\n$ true\n```\n", "line 1: a console block begins with"),
        ("<!-- run -->\n```python\n```\n", "line 2: <!-- run --> needs"),
        ("<!-- run -->\n```sh\n```\n```text\n```\n", "line 2: <!-- run --> needs"),
    ],
)
def test_a_block_outside_the_notation_is_refused_before_anything_runs(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=message):
        play(f"{text}\n```console\n$ touch ran\n```\n", tmp_path)
    assert list(tmp_path.iterdir()) == []
