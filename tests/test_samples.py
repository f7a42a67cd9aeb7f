"""Every sample is what its place says: those under wrong/ are refused, all others load and run in every format."""

import shlex
from pathlib import Path

import numpy as np
import pytest
from transcripts import blocks

import nnc
from nnc.cli.app import run
from nnc.render.formats import RESULTS, formats

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "samples"
VALUES = {"points.csv": "absolute_value.json"}  # a file of values, and the network that takes them as x
FILES = sorted(path.relative_to(ROOT).as_posix() for path in SAMPLES.iterdir() if path.is_file())
NETWORKS = [file for file in FILES if Path(file).name not in VALUES]
WRONG = sorted(path.relative_to(ROOT).as_posix() for path in (SAMPLES / "wrong").iterdir())
REFUSED = [
    line.removeprefix("$ ")
    for block in blocks((ROOT / "tests/transcripts/wrong.md").read_text(encoding="utf-8"))
    for line in block.lines
    if line.startswith("$ ")
]


@pytest.fixture(autouse=True)
def in_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def names_file(command: str, file: str) -> bool:
    """Whether a command reads this file, as the network or, after @, as a value."""
    return any(word in (file, f"@{file}") for word in shlex.split(command))


def call(file: str) -> list[str]:
    """A command line that a sample runs in, with ones where a network has no input of its own."""
    name = Path(file).name
    if name in VALUES:
        return ["forward", "-w", f"samples/{VALUES[name]}", "-x", f"@{file}"]
    problem = nnc.load(file)
    command = "grad" if problem.loss else "forward"
    ones = ",".join(["1"] * problem.network.layers[0].n_in)
    return [command, "-w", file, *([] if problem.x is not None else ["-x", ones])]


@pytest.mark.parametrize("form", formats(RESULTS))
@pytest.mark.parametrize("file", FILES)
def test_a_sample_runs_in_every_format(file: str, form: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*call(file), "--format", form]) == 0
    printed = capsys.readouterr()
    assert printed.out.strip()
    assert printed.err == ""


@pytest.mark.parametrize("file", [file for file in NETWORKS if "/two_layer_relu" in file])
def test_the_two_layer_network_is_the_same_however_it_is_written(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["forward", "-w", file, "-a", "relu,relu", "-x", "2,3", "-f", "plain", "-p", "6"]) == 0
    # x = (2, 3), z1 = (0.8, −0.7), a1 = (0.8, 0), z2 = (0.5, −0.38), a2 = y_hat = (0.5, 0), worked by hand
    assert " ".join(capsys.readouterr().out.split()) == "2 3 0.8 -0.7 0.8 0 0.5 -0.38 0.5 0 0.5 0"


def test_two_affine_layers_are_the_one_layer_of_their_product() -> None:
    two, one = (nnc.load(f"samples/affine_{name}.json").network for name in ("two_layers", "one_layer"))
    x = np.random.default_rng(0).normal(size=(20, 1))
    np.testing.assert_allclose(nnc.forward(two, x)["y_hat"], nnc.forward(one, x)["y_hat"], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("file", WRONG)
def test_a_wrong_file_stands_in_a_transcript(file: str) -> None:
    assert [command for command in REFUSED if names_file(command, file)] != []


@pytest.mark.parametrize("command", REFUSED)
def test_a_wrong_file_fails_with_one_line_on_standard_error(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    program, *args = shlex.split(command)
    assert program == "nnc"
    assert run(args) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("nnc: ")
    assert printed.err.count("\n") == 1
    assert len(printed.err) < 300
