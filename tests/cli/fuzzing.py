"""Random calls of nnc with mutated files, the same for the same seed, and what is wrong with how they end."""

import os
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

import typer
from shells import Said, in_process

from nnc.cli.app import COMMANDS, assemble
from nnc.core.functions.activations import ACTIVATIONS
from nnc.core.functions.losses import LOSSES
from nnc.core.imbalance import METHODS
from nnc.render.formats import FORMATS

SAMPLES = Path(__file__).parents[2] / "samples"
_SAMPLES = sorted(path for path in SAMPLES.rglob("*") if path.is_file() and path.stat().st_size < 10_000)
MAY_SAY_NO = ("check", "inspect", "--expect", "--verify")
"""What a call has that may end with status 1."""

NUMBERS = (
    *("0", "1", "2", "-1", "0.5", "-0.5", "0.1", "1/3", "-2/7", "1e-3", ".5", "5.", "+1", "1e308", "-1e308", "1e-320"),
    *("nan", "inf", "-inf", "∞", "−1", "1/0", "1_0", "１", "0x1", "1e999", "1e-999", "", " ", "x", "true", "null", "½"),
    *("9" * 40, "0." + "3" * 60, "1e400/3", "--1", "1,", "[", "]", "{}", "\ud800", "a\x1bb", "1\n2"),
)
NAMES = ("A", "cat", "0", "1", "Größe", "猫", "a b", "=1", "\x1b[31m", "[red]", "a,b", "y_hat", "")
WORDS = ("--nosuch", "-z", "--", "-h", "@", "--version", "forward", *NAMES)
PARTS = ("y_hat", "x", "z1", "a1", "z2", "a2", "dW1", "db1", "dW2", "dx", "loss", "losses", "terms", "weights", "y")
BASES = (
    "forward -w two_layer_relu.json -x 2,3",
    "forward -w two_layer_relu_batch.json",
    "forward -w two_layer_relu_named.json -a sigmoid,identity -x 1,2;3,4",
    "loss -w two_layer_relu_problem.yaml",
    "loss -w softmax_classes.yaml --class-weights 1,2,3",
    "loss --y-hat 0.2,0.3,0.5 -y 0 -l cross_entropy",
    "loss --y-hat 0.5,0.2;0.3,0.4 -y 0.1,0.9;0,1 -l bce --reduction sum",
    "loss -w two_layer_relu_problem.yaml --expect 0.485",
    "grad -w two_layer_relu_pytorch.json -x 2,3 -y 0.1,0.9 -l half_sse",
    "grad -w two_layer_relu_theta.json -x 2,3 -y 0.1,0.9 -l huber --l2 0.1",
    "grad -w softmax_classes.yaml",
    "grad -w sigmoid_batch.yaml --reduction weighted-mean --class-weights 1,2",
    "grad -w sigmoid_batch.yaml --verify",
    "grad -w two_layer_relu_problem.yaml --verify",
    "grad -w absolute_value.json -x 0;3 --of y_hat[2,1]",
    "grad -w two_layer_relu_problem.yaml --exact",
    "grad -w two_layer_relu_problem.yaml --steps",
    "grad -w softmax_classes.yaml --steps --sample 2 -f latex --standalone",
    "grad -w softmax_classes.yaml --steps -f markdown --full",
    "grad -w two_layer_relu_problem.yaml --expect dW2[2,1]=0.31 --expect dx=-0.02,0.06",
    "imbalance-weights --counts 100,1000",
    "imbalance-weights --counts A=10,B=200,C=3 --method effective --beta 0.9",
    "imbalance-weights --labels cat,dog,dog --normalize mean --steps",
    "imbalance-weights --counts 10,20 --expect 1.5,0.75",
    "activations softmax -x 1,2,3",
    "activations leaky_relu:negative_slope=0.1 -x -2,2",
    "losses huber:delta=0.5",
    "inspect -w two_layer_relu_problem.yaml",
    "check sheet.yaml class.csv",
    "check sheet.yaml ada.json",
    "check sheet.yaml ada.json class.csv --hide-expected",
    "check sheet.yaml --solution",
    "check sheet.yaml --solution --steps",
)
"""Calls that are right, on the samples."""
NASTY = ("\x00", "\x1b", "\u202e", "\ufeff", "\ud83d", "\\", '"', "'", "{", "}", "[", "]", ":", ",", "-", "\n", "\t")
TOKENS = (*NASTY, "&a ", "*a", "!!x ", "<<: ", "---\n", "# ", "| ", "NaN", "1e999", "0", "-1", "[]", "{}", '""', "null")


class Case(NamedTuple):
    """A call: its words, standard input, and the files that it may read."""

    args: list[str]
    stdin: bytes
    files: dict[str, bytes]


def commands() -> dict[str, list[Any]]:
    """The parameters of each command."""
    group: Any = typer.main.get_command(assemble(COMMANDS))
    return {name: command.params for name, command in group.commands.items()}


def case(seed: int, number: int, known: dict[str, list[Any]]) -> Case:
    """The call of this number."""
    draw = _Draw(random.Random(f"{seed} {number}"))
    args = draw.one(BASES).split()
    files = draw.files([word for word in args if "." in word])
    draw.names = [*files, *files, "nosuch.json", ".", "a\0b", "-", ""]
    for _ in range(draw.one((0, 0, 1, 1, 1, 2))):
        args = draw.slipped(args, known)
    args = [word.replace("\0", "") for word in args]  # no system passes a NUL on
    return Case(args, draw.mutated(draw.one(list(files.values()))), files)


class _Draw:
    """Draws values of all kinds."""

    def __init__(self, source: random.Random) -> None:
        self.random = source
        self.names: Sequence[str] = ()

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def one(self, choices: Sequence[Any]) -> Any:
        return self.random.choice(choices)

    def files(self, named: Sequence[str]) -> dict[str, bytes]:
        """The samples that a call names and one more, half of them mutated, and a student's answers."""
        chosen = [path for path in _SAMPLES if path.name in named] + [self.one(_SAMPLES)]
        found = {path.name: self.mutated(path.read_bytes()) for path in chosen}
        answers = "{" + ", ".join(f'"{one}": "{self.value()}"' for one in ("output", "loss", "gradient")) + "}"
        return found | {"ada.json": self.mutated(answers.encode(errors="replace"))}

    def slipped(self, args: list[str], known: dict[str, list[Any]]) -> list[str]:
        """The words with an option more, one less, or another word in the place of one."""
        at = self.random.randrange(len(args) + 1) or self.chance(0.9)
        if self.chance(0.6) and args and args[0] in known:
            return args + self.option(self.one(known[args[0]]))
        if self.chance(0.3):
            return args[:at] + args[at + 1 :]
        return [*args[:at], self.one((self.value(), self.part(), self.one(self.names), *WORDS)), *args[at + 1 :]]

    def mutated(self, data: bytes) -> bytes:
        """The text with a few slips in it, or none."""
        for _ in range(self.one((0, 0, 0, 0, 0, 0, 1, 1, 2, 5))):
            at = self.random.randrange(len(data) + 1)
            end = min(len(data), at + self.one((1, 2, 5, 20)))
            token = str(self.one((*TOKENS, *NUMBERS))).encode(errors="replace")
            data = self.one(
                (
                    data[:at] + token + data[at:],
                    data[:at] + token + data[end:],
                    data[:at] + data[end:],
                    data[:end] + data[at:],
                    data[:at] + bytes([self.random.randrange(256 if self.chance(0.1) else 128)]) + data[at:],
                    data[:at] if self.chance(0.1) else data,
                )
            )
        return data

    def option(self, parameter: Any) -> list[str]:
        """An option and its value, as words."""
        value = self.of(parameter)
        if parameter.param_type_name == "argument":
            return [value, *(self.of(parameter) for _ in range(self.one((0, 0, 1)) if parameter.nargs == -1 else 0))]
        name = self.one(parameter.opts)
        if parameter.is_flag:
            return [] if parameter.name in ("help", "version") and self.chance(0.9) else [name]
        return [f"{name}={value}"] if name.startswith("--") and self.chance(0.3) else [name, value]

    def of(self, parameter: Any) -> str:
        """A value for a parameter, most of the time of its kind."""
        kinds: dict[str, Callable[[], str]] = {
            "loss": lambda: self.function(LOSSES),
            "activations": lambda: ",".join(self.function(ACTIVATIONS) for _ in range(self.one((1, 2, 2, 3)))),
            "name": lambda: self.function(self.one((LOSSES, ACTIVATIONS))),
            "l2": self.number,
            "beta": self.number,
            "method": lambda: self.one((*METHODS, "balancd")),
            "format": lambda: self.one((*dict.fromkeys(row.name for row in FORMATS), "xml")),
            "show": lambda: ",".join(self.part() for _ in range(self.one((1, 2, 3)))),
            "of": self.part,
            "expect": lambda: f"{self.part()}={self.value()}" if self.chance(0.7) else self.value(),
            "given": lambda: f"{self.part().partition(chr(91))[0]}={self.value()}",
            "counts": lambda: self.named() if self.chance(0.5) else self.value(),
            "labels": lambda: ",".join(self.one(NAMES) for _ in range(5)),
            "class_weights": lambda: self.named() if self.chance(0.5) else self.value(),
        }
        if self.chance(0.07):
            return self.value()
        if parameter.name in ("weights", "sheet", "answers", "output"):
            return str(self.one(self.names))
        if parameter.name == "file":
            return str(self.one(("network", "sheet", "x")))
        if hasattr(parameter.type, "choices"):
            return str(self.one(list(parameter.type.choices)))
        if parameter.type.name in ("int", "float"):
            return str(self.one((1, 2, 3, 6, 17) if self.chance(0.8) else (0, -1, 100, 10**9, "1e-3", "nan", "x")))
        return str(kinds.get(parameter.name, self.value)())

    def value(self) -> str:
        """A value as --x takes it."""
        if self.chance(0.08):
            return f"@{self.one(self.names)}" if self.names else "@"
        if self.chance(0.03):
            return "-"
        rows = [[self.number() for _ in range(self.one((1, 2, 2, 2, 3)))] for _ in range(self.one((1, 1, 2)))]
        if self.chance(0.1):
            return "[" + ",".join(f"[{','.join(row)}]" for row in rows) + "]"
        return ";".join(map(",".join, rows))

    def number(self) -> str:
        return str(self.one(NUMBERS)) if self.chance(0.15) else f"{self.random.gauss(0, 2):.{self.one((0, 1, 3))}f}"

    def named(self) -> str:
        return ",".join(f"{self.one(NAMES)}={self.one(('1', '20', '300', self.number()))}" for _ in range(3))

    def function(self, table: Any) -> str:
        """A loss or an activation, sometimes with a parameter."""
        row = table[self.one(list(table))]
        if row.parameters and self.chance(0.5):
            return f"{row.name}:{self.one(list(row.parameters))}={self.number()}"
        return str(row.name)

    def part(self) -> str:
        part = self.one(PARTS) if self.chance(0.95) else self.one(NAMES)
        return f"{part}[{','.join(str(self.one((1, 1, 2, 0, 9))) for _ in range(self.one((1, 2))))}]" * self.one(
            (0, 1)
        ) or str(part)


def ending(one: Case) -> Said:
    """Makes the call in the current folder, without a process of its own."""
    for name, data in one.files.items():
        Path(name).unlink(missing_ok=True)  # a disk is slow to write over what is there
        Path(name).write_bytes(data)
    with patch.dict(os.environ, NNC_DEBUG="1"):  # so that a fault says where it is
        return in_process(one.args, one.stdin)


def amiss(one: Case, end: Said) -> str:
    """What is wrong with how a call ended; nothing, if nothing is."""
    lines = end.err.splitlines()
    if end.status not in (0, 1, 2) or "Traceback" in end.err:
        return f"status {end.status}: {end.err}"
    if end.status == 1 and not any(word.startswith(MAY_SAY_NO) for word in one.args):
        return "status 1 of a call that asks for no verdict"
    if [line for line in lines if not line.startswith("nnc: ")]:
        return f"a message of more than one line: {end.err!r}"
    messages = [line for line in lines if not line.startswith("nnc: warning: ")]
    if len(messages) != (end.status == 2):
        return f"status {end.status} with {len(messages)} messages: {end.err!r}"
    acting = {sign for sign in end.out + end.err if not (sign.isprintable() or sign in "\n\r")}
    return f"signs that act: {acting!r}" if acting else ""
