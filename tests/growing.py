"""Calls of nnc of any size, by what grows in them: for a test that counts, and a benchmark that times.

A call writes its files into the current folder.
"""

import json
import math
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

Call = Callable[[int], list[str]]


def write(name: str, content: object) -> str:
    """Writes a file, JSON where the content is no text; its name."""
    Path(name).unlink(missing_ok=True)  # a disk is slow to write over what is there
    Path(name).write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return name


def numbers(count: int) -> list[float]:
    """So many numbers of a few digits."""
    return [round(math.sin(i + 1), 3) for i in range(count)]


def network(*units: int, samples: int = 0, **keys: Any) -> list[str]:
    """The option of a network of layers of so many units, with its input and target, or ``samples`` of them."""
    layers = [{"weight": [numbers(below)] * above, "activation": "relu"} for below, above in pairwise(units)]
    x, y = ([numbers(n)] * samples if samples else numbers(n) for n in (units[0], units[-1]))
    problem = {"layers": layers, "x": x, "y": y, "loss": "half_sse"}
    return ["-w", write("net.json", problem | keys)]


def chain(layers: int, **layer: object) -> list[str]:
    """The option of a network of so many layers of one unit."""
    each = {"weight": [[0.999]], "bias": [0.001]} | layer
    return ["-w", write("net.json", {"layers": [each] * layers, "x": [0.5], "y": [1], "loss": "half_sse"})]


def one() -> list[str]:
    """The option of a network of one weight."""
    return network(1, 1)


def sheet(questions: int) -> str:
    """A sheet of so many questions about eight numbers."""
    asked = [
        {"id": f"q{i}", "quantity": f"z1[{i % 8 + 1}]", "feedback": f"Add 0.{i % 97 + 100} to 1/3."}
        for i in range(questions)
    ]
    return write("sheet.json", {"layers": [{"kernel": [numbers(8)]}], "x": [1], "questions": asked})


def wide_sheet(size: int) -> str:
    """A sheet of one question about so many numbers."""
    asked = {"id": "q", "quantity": "z1", "feedback": "Is it 2, 0.5 or 0.25?"}
    return write("sheet.json", {"layers": [{"kernel": [numbers(size)]}], "x": [1], "questions": [asked]})


def files(students: int, questions: int) -> list[str]:
    """Files of the answers of so many students, two thirds of them right."""
    Path("answers").mkdir(exist_ok=True)
    right = numbers(8)
    return [
        write(
            f"answers/s{student:06}.json",
            {f"q{i}": str(right[i % 8]) if (student + i) % 3 else "no idea" for i in range(questions)},
        )
        for student in range(students)
    ]


def of_a_class(students: int) -> str:
    """A table of the answers of so many students."""
    rows = [f"s{i},0.841,{'0.909' if i % 2 else 'none'}" for i in range(students)]
    return write("class.csv", "\n".join(["student,q0,q1", *rows, ""]))


def sizes(classes: int, *args: str) -> list[str]:
    """The weights of so many classes."""
    counts = write("counts.json", {f"class {i}": i % 97 + 1 for i in range(classes)})
    return ["imbalance-weights", "--counts", f"@{counts}", *args]


def rows(count: int, start: str = "", end: str = "\n") -> str:
    """So many rows of two numbers."""
    return "".join(f"{start}{a},{b}{end}" for a, b in pairwise(numbers(count + 1)))


def inspect(name: str, content: object) -> list[str]:
    """What a network file holds."""
    return ["inspect", "-w", write(name, content)]


def answer(name: str, content: object) -> list[str]:
    """The marks of one file, beside another."""
    return ["check", sheet(1), write(name, content), *files(1, 1)]


def expect(text: str, *args: str) -> list[str]:
    """An answer to a forward pass."""
    return ["forward", *one(), "--expect", text, *args]


def in_forms(name: str, call: Callable[[int], list[str]], **forms: int) -> Iterator[tuple[str, tuple[int, Call]]]:
    """A call in some formats, and the size to begin with in each."""
    for form, size in forms.items():
        yield f"{name} as {form}", (size, lambda n, form=form: [*call(n), "-f", form])  # type: ignore[misc]


def json_of(*args: str) -> list[str]:
    """A call that prints JSON."""
    return [*args, "-f", "json"]


LAYER = '{"layers": [{"W": [[1], [1]]}]}'
STEPS = ("grad", "--steps", "--full")

# what grows -> the size that a benchmark begins with, and the call of a size
CALLS: dict[str, tuple[int, Call]] = dict(
    [
        *in_forms(
            "samples",
            lambda n: ["forward", *network(2, 3, 1, samples=n)],
            table=2000,
            json=8000,
            ndjson=8000,
            plain=8000,
        ),
        *in_forms("inputs", lambda n: ["grad", *network(n, 4, 1)], table=1000, json=20_000, plain=4000),
        *in_forms("units", lambda n: ["grad", *network(1, n, 1)], table=1000, json=20_000),
        *in_forms("layers", lambda n: ["grad", *chain(n)], table=200, json=1000),
        *in_forms(
            "students",
            lambda n: ["check", sheet(4), *files(n, 4)],
            **dict.fromkeys(("table", "json", "ndjson", "plain", "csv", "markdown", "tap", "junit"), 500),
        ),
        *in_forms(
            "students in a table", lambda n: ["check", sheet(2), of_a_class(n)], csv=4000, table=2000, junit=2000
        ),
        *in_forms("questions", lambda n: ["check", sheet(n), *files(2, n)], csv=500, table=500, json=500),
        *in_forms("questions to one student", lambda n: ["check", sheet(n), *files(1, n)], table=500, gradescope=500),
        *in_forms("classes", sizes, table=2000, json=4000, plain=4000),
        *in_forms(
            "steps of inputs",
            lambda n: [*STEPS, *network(n, 2)],
            table=100,
            markdown=100,
            latex=100,
            json=200,
            ndjson=200,
        ),
        *in_forms(
            "steps of units",
            lambda n: [*STEPS, *network(2, n)],
            table=100,
            markdown=100,
            latex=100,
            json=200,
            ndjson=200,
        ),
        *in_forms("steps of layers", lambda n: [*STEPS, *chain(n)], table=100, markdown=100, latex=100, json=200),
        *in_forms("steps of samples", lambda n: [*STEPS, *network(2, 2, samples=n)], table=200, markdown=200, json=800),
        *in_forms("steps of classes", lambda n: sizes(n, "--steps", "--full"), table=500, markdown=500, json=1000),
        *in_forms(
            "steps of units, shortened",
            lambda n: ["grad", "--steps", *network(2, n, y=0, loss="cross_entropy_with_logits")],
            table=10_000,
            markdown=10_000,
            latex=10_000,
        ),
    ]
) | {
    "hints": (500, lambda n: ["check", sheet(n), *files(2, n), "-f", "csv", "--hide-expected"]),
    "solution": (2_000, lambda n: ["check", sheet(n), "--solution", "-f", "csv"]),
    "numbers of a question": (2_000, lambda n: json_of("check", wide_sheet(n), write("a.json", {"q": [0.5] * n}))),
    "hints to a question of many numbers": (
        10_000,
        lambda n: ["check", wide_sheet(n), *files(1, 1), "--hide-expected"],
    ),
    # --expect and --show
    "spaces in --expect": (1_000_000, lambda n: expect("a" + " " * n + ".")),
    "spaces before =": (1_000_000, lambda n: expect("z1" + " " * n + "=1")),
    "letters in --expect": (1_000_000, lambda n: expect("a" * n)),
    "brackets in --expect": (1_000_000, lambda n: expect("a[" * n)),
    "digits in --expect": (1_000_000, lambda n: expect("1" * n + "x")),
    "numbers in --expect": (200_000, lambda n: expect("1," * n)),
    "--expect": (1000, lambda n: json_of("forward", *one(), *["--expect", "z1=0.1"] * n)),
    "--expect as table": (1000, lambda n: ["forward", *one(), *["--expect", "z1=0.1"] * n]),
    "--expect of units": (
        1000,
        lambda n: json_of("forward", *network(1, n), "--expect", ",".join(["0.5"] * n)),
    ),
    "--expect of layers": (250, lambda n: json_of("grad", *chain(n), "--expect", "loss=0.1")),
    "--expect of every layer": (
        250,
        lambda n: json_of("forward", *chain(n), *(part for k in range(n) for part in ("--expect", f"z{k + 1}=1"))),
    ),
    "--expect of classes": (1000, lambda n: json_of(*sizes(n), "--expect", ",".join(["1"] * n))),
    "--expect of every class": (
        1000,
        lambda n: json_of(*sizes(n), *(part for i in range(n) for part in ("--expect", f"weights[class {i}]=1"))),
    ),
    "commas in --show": (200_000, lambda n: ["forward", *one(), "-s", "," * n]),
    "brackets in --show": (200_000, lambda n: ["forward", *one(), "-s", "a[," * n]),
    "names in --show": (10_000, lambda n: json_of("forward", *one(), "-s", ",".join(["z1[1]"] * n))),
    "--show": (2000, lambda n: json_of("forward", *one(), *["-s", "z1"] * n)),
    "--show of every layer": (
        1_000,
        lambda n: json_of("forward", *chain(n), "-s", ",".join(f"z{k + 1}" for k in range(n))),
    ),
    "--steps of every layer": (
        500,
        lambda n: json_of("forward", "--steps", *chain(n), "-s", ",".join(f"z{k + 1}" for k in range(n))),
    ),
    # classes
    "classes, exact": (1000, lambda n: json_of(*sizes(n, "--exact"))),
    "classes on the command line": (
        4000,
        lambda n: json_of("imbalance-weights", "--counts", ",".join(f"c{i}=7" for i in range(n))),
    ),
    "labels": (
        10_000,
        lambda n: json_of("imbalance-weights", "--labels", ",".join(str(i % n) for i in range(2 * n))),
    ),
    "lines of labels": (
        80_000,
        lambda n: json_of("imbalance-weights", "--labels", "@" + write("l.csv", "a\nb\n" * n)),
    ),
    "class weights": (
        20_000,
        lambda n: json_of(
            *("loss", "--y-hat", ",".join(["0.5"] * n), "-y", "0", "-l", "cross_entropy"),
            *("--class-weights", "@" + write("w.json", {f"c{i}": 1 for i in range(n)})),
        ),
    ),
    "class indices": (
        8_000,
        lambda n: json_of(
            *("loss", *network(2, 3, samples=n, y=[i % 3 for i in range(n)])), *("-l", "nll", "-a", "log_softmax")
        ),
    ),
    # activations, layers
    "--activations": (
        1_000,
        lambda n: json_of("forward", *chain(n), "-a", ",".join(["leaky_relu:negative_slope=0.1"] * n)),
    ),
    "layers of a file": (500, lambda n: ["inspect", *chain(n)]),
    "layers of a file as json": (1000, lambda n: json_of("inspect", *chain(n))),
    "parameters of an activation": (100_000, lambda n: ["activations", "relu" + ":a=1" * n]),
    "points of an activation": (40_000, lambda n: json_of("activations", "tanh", "-x", ",".join(["0.5"] * n))),
    "bare matrices": (2_000, lambda n: inspect("w.json", {f"W{i + 1}": [[0], [1]] for i in range(n)})),
    "bare matrices in YAML": (2_000, lambda n: inspect("w.yaml", "".join(f"W{i + 1}: [[0], [1]]\n" for i in range(n)))),
    # files, and what is wrong with them
    "keys of JSON": (20_000, lambda n: answer("a.json", {f"k{i}": 1 for i in range(n)})),
    "keys of YAML": (5000, lambda n: answer("a.yaml", "".join(f"k{i}: 1\n" for i in range(n)))),
    "lines of CSV answers": (20_000, lambda n: answer("a.csv", "".join(f"k{i},1\n" for i in range(n)))),
    "quotes in JSON": (250_000, lambda n: answer("a.json", '"' * n)),
    "halves of characters in JSON": (40_000, lambda n: answer("a.json", '{"a": "' + "\\ud800" * n)),
    "spaces in JSON": (250_000, lambda n: answer("a.json", "[1" + " " * n + "x")),
    "braces in text in JSON": (80_000, lambda n: answer("a.json", '{"a": "' + '{\\"' * n + '"}')),
    "spaces before a network": (1_000_000, lambda n: inspect("w.json", " " * n + LAYER)),
    "spaces in a network": (1_000_000, lambda n: inspect("w.json", "{" + " " * n + "W1")),
    "comments in YAML": (400_000, lambda n: inspect("w.yaml", "# comment\n" * n + LAYER)),
    "lines before a slip in YAML": (20_000, lambda n: inspect("w.yaml", "- 1\n" * n + "x: [")),
    "lines before a sign in YAML": (200_000, lambda n: inspect("w.yaml", "- 1\n" * n + "\x01")),
    "rows before a longer one": (200_000, lambda n: inspect("w.json", {"layers": [{"W": [[1]] * n + [[1, 2]]}]})),
    "digits": (1_000_000, lambda n: ["forward", *one(), "-x", "1" * n + "x"]),
    "digits in CSV": (1_000_000, lambda n: ["forward", *one(), "-x", "@" + write("x.csv", "1" * n + "x\n1\n")]),
    "numbers without commas": (1_000_000, lambda n: ["forward", *one(), "-x", "1 " * n]),
    "rows of CSV": (40_000, lambda n: json_of("forward", *network(2, 1), "-x", "@" + write("x.csv", rows(n)))),
    "rows of CSV before a slip": (20_000, lambda n: ["forward", *one(), "-x", "@" + write("x.csv", rows(n) + "1,x\n")]),
    "rows of NDJSON": (
        20_000,
        lambda n: json_of("forward", *network(2, 1), "-x", "@" + write("x.ndjson", rows(n, "[", "]\n"))),
    ),
    "rows on the command line": (20_000, lambda n: json_of("forward", *network(2, 1), "-x", rows(n, end=";"))),
    # exact
    "samples, exact": (1000, lambda n: json_of("grad", *network(2, 3, 1, samples=n), "--exact")),
    "inputs, exact": (1000, lambda n: json_of("grad", *network(n, 4, 1), "--exact")),
    "layers, exact": (200, lambda n: json_of("grad", *chain(n, weight=[[1]], bias=[2]), "--exact")),
    "terms that grow too long": (
        4_000,
        lambda n: [
            "forward",
            *network(1, 1, layers=[{"weight": [[f"1/{10**99 + i}" for i in range(n)]]}], x=[1] * n),
            "--exact",
        ],
    ),
}
