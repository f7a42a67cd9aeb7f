"""Whether two versions of nnc print the same: some 2,000 calls, every command, format, sample and error.

    python benchmarks/same_output.py record before.json
    python benchmarks/same_output.py compare before.json after.json

``record`` runs the nnc that Python finds, so PYTHONPATH chooses the version. ``compare`` prints the calls that differ,
with ``--show`` how. The calls are made from the folder of this version, whose samples they read.
"""

import argparse
import difflib
import io
import json
import shlex
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

ROOT = Path(__file__).parents[1]
FORMATS = ("table", "json", "ndjson", "plain")
STEPS = ("table", "json", "markdown", "latex")


def calls() -> Iterator[str]:
    """The command lines."""
    samples = [*sorted(Path("samples").glob("*.[jy]*")), *sorted(Path("samples/worked").glob("*.yaml"))]
    yield from _of_networks([str(path) for path in samples])
    yield from _of_functions()
    yield from _of_grading()
    yield from _of_errors()


def _of_networks(samples: list[str]) -> Iterator[str]:
    from nnc import load

    for path in samples:
        problem = load(path)
        x = "" if problem.x is not None else f" -x {','.join('1' * problem.network.layers[0].n_in)}"
        whole = problem.y is not None and problem.loss is not None
        commands = [f"forward -w {path}{x}", *([f"loss -w {path}{x}", f"grad -w {path}{x}"] if whole else [])]
        for command in commands:
            yield from (f"{command} -f {form} -p {p}" for form in FORMATS for p in (3, 6, 12))
            yield from (f"{command} --dtype float32 -f {form}" for form in FORMATS)
            yield from (f"{command} --exact -f {form}" for form in FORMATS)
            yield from (f"{command} --steps -f {form}{more}" for form in STEPS for more in ("", " --full", " -p 3"))
            yield from (f"{command} --steps --exact -f {form}" for form in STEPS)
            yield f"{command} --steps --sample 2"
            yield f"{command} --expect y_hat=0.5 --expect z1=1,2 -f json"
            yield f"{command} -s y_hat,z1,a1 -f plain"
        yield from (f"inspect -w {path} -f {form}" for form in FORMATS)
        if whole:
            yield f"grad -w {path}{x} --verify -f json"
            yield f"grad -w {path}{x} --l2 0.1 --steps"
            yield f"grad -w {path}{x} --reduction sum --steps -f latex"


def _of_functions() -> Iterator[str]:
    from nnc.core.functions.activations import ACTIVATIONS
    from nnc.core.functions.losses import LOSSES

    given = {"threshold": "threshold:threshold=0.1:value=-2"}
    for name in ACTIVATIONS:
        row = given.get(name, name)
        yield from (f"activations {row} -f {form}" for form in FORMATS)
        yield from (f"activations {row} -x -2,0,0.5,3 -f {form}" for form in FORMATS)
        network = f"-w samples/softmax_classes.yaml -a {row}"
        yield from (f"forward {network} --steps -f {form}" for form in STEPS)
        yield from (f"grad {network} -y 1,0,0 -x 1,2 -l half_sse --steps -f {form}" for form in STEPS)
    for name, loss in LOSSES.items():
        yield from (f"losses {name} -f {form}" for form in FORMATS)
        y = {"class": "1", "probabilities": "0,1,0"}.get(loss.target, "1,-1,1" if "hinge" in name else "0,1,0.5")
        p = "-1,-0.5,-2" if name == "nll" else "0.2,0.3,0.5"
        for more in ("", " --class-weights 1,2,3", " --class-weights 1,2", " --sample-weights 2"):
            yield from (f"loss --y-hat {p} -y {y} -l {name}{more} --steps -f {form}" for form in STEPS)
            yield f"loss --y-hat {p} -y {y} -l {name}{more}"
            yield f"loss --y-hat {p} -y {y} -l {name}:outputs=sum{more} --json"
    yield from (f"{command} -f {form}" for command in ("activations", "losses") for form in FORMATS)
    for method in ("balanced", "inverse", "sqrt", "effective", "pos-weight"):
        for more in ("", " --normalize mean", " --normalize sum", " --normalize max", " --exact"):
            for counts in ("100,1000", "A=10,B=20,C=30"):
                command = f"imbalance-weights --counts {counts} --method {method}{more}"
                yield from (f"{command} -f {form}" for form in FORMATS)
                yield from (f"{command} --steps -f {form}" for form in STEPS)


def _of_grading() -> Iterator[str]:
    sheet = "check samples/grading/sheet.yaml"
    for form in (*FORMATS, "csv", "markdown", "tap", "junit", "gradescope"):
        yield f"{sheet} samples/grading/class.csv -f {form}"
        yield f"{sheet} samples/grading/class.csv -f {form} --hide-expected"
        yield f"{sheet} --solution -f {form}"
    yield from (f"{sheet} --solution --steps -f {form}" for form in STEPS)


def _of_errors() -> Iterator[str]:
    wrong = (ROOT / "tests/transcripts/wrong.md").read_text(encoding="utf-8")
    yield from (line.removeprefix("$ nnc ") for line in wrong.splitlines() if line.startswith("$ nnc "))
    for command in (
        "forward",
        "loss",
        "grad",
        "imbalance-weights",
        "check",
        "activations",
        "losses",
        "inspect",
        "schema",
    ):
        yield f"{command} --help"
    yield from ("--help", "--version", "schema network", "schema sheet", "nothing", "forward", "grad --x")


def record(file: str) -> None:
    """Runs every call and writes down what it says."""
    from nnc.cli.app import run

    said = {}
    for call in dict.fromkeys(calls()):
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            try:
                status = run(shlex.split(call))
            except SystemExit as end:
                status = int(end.code or 0)
        said[call] = [status, out.getvalue(), err.getvalue()]
    Path(file).write_text(json.dumps(said), encoding="utf-8")
    print(f"{len(said)} calls")


def compare(before: str, after: str, show: int) -> int:
    """Prints which calls differ, and of the first few how."""
    old, new = (json.loads(Path(file).read_text(encoding="utf-8")) for file in (before, after))
    differ = [call for call in old if old[call] != new.get(call)]
    for call in differ:
        print(call)
        if differ.index(call) < show:
            one, other = (str(said).replace("\\n", "\n").splitlines() for said in (old[call], new.get(call)))
            print("\n".join(f"    {line}" for line in difflib.unified_diff(one, other, lineterm="", n=0)))
    print(f"{len(differ)} of {len(old)} calls differ")
    return 1 if differ else 0


def main() -> None:
    """Records or compares."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("what", choices=["record", "compare"])
    parser.add_argument("files", nargs="+")
    parser.add_argument("--show", type=int, default=0, help="of so many calls, how they differ")
    given = parser.parse_args()
    if given.what == "record":
        record(given.files[0])
    else:
        sys.exit(compare(given.files[0], given.files[1], given.show))


if __name__ == "__main__":
    main()
