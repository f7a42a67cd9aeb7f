"""Runs what Markdown files show, and finds where they say something else than is printed.

These blocks count, in the order of the file and in one working directory:

- ``console``: each ``$ command`` is run by ``sh``; lines that begin with ``> `` right below it continue it. Then stands
  what it prints: standard output, then standard error, then ``[exit 2]`` where its status is not 0. A command that is
  ``nnc`` and words, with nothing for a shell to do, is called in this process instead, where it prints the same.
- ``python`` after the comment ``<!-- run -->``: a script; the next block, of ``text``, holds what it prints.
- any block after the comment ``<!-- file: net.yaml -->``: written to the file of that name.

White space at the end of a line and blank lines at the end of an output are not compared. Each command has a shell of
its own, so files last from one command to the next, while variables and ``cd`` do not.
"""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import chdir
from dataclasses import dataclass
from difflib import unified_diff
from itertools import zip_longest
from pathlib import Path
from unittest.mock import patch

from shells import Said, in_process

_FENCE = re.compile(r"(?P<indent> *)(?P<fence>`{3,}|~{3,})(?P<language>\w*)[^`]*")
_NOTE = re.compile(r"\s*<!-- (?P<note>run|file: \S+) -->\s*")
_TIMEOUT = 60  # seconds a process
# A word in which a shell finds nothing to do but to take off quotes.
_WORD = r"""(?:[^\s'"\\$`|&;<>()*?\[\]{}#~]|'[^'\\]*'|"[^"\\$`]*")+"""
_CALL = re.compile(rf"nnc(?:(?:[ \t]|\\\n)+{_WORD})*[ \t]*")


@dataclass(frozen=True)
class Block:
    """A fenced block: its lines without their indentation, and the comment that stands before it."""

    language: str
    note: str
    indent: str
    first: int  # the index in the file of its first inner line
    lines: list[str]


@dataclass(frozen=True)
class Command:
    """A command of a file and the output that the file gives it, which begins at the index ``first``."""

    argv: list[str]
    line: int  # counted from 1, as editors do
    first: int
    indent: str
    expected: list[str]


@dataclass(frozen=True)
class Difference:
    """A command that printed something else than its file says."""

    command: Command
    found: list[str]

    def report(self, name: str) -> str:
        """The place, the first line of the command and a unified diff from the file's text to what was printed."""
        place = f"{name}:{self.command.line}"
        diff = unified_diff(self.command.expected, self.found, place, "printed", lineterm="")
        return "\n".join([f"{place}: {self.command.argv[-1].splitlines()[0]}", *diff])


def blocks(text: str) -> Iterator[Block]:
    """The fenced blocks of a Markdown text, in its order."""
    lines = text.split("\n")
    note, index = "", 0
    while index < len(lines):
        index += 1
        if fence := _FENCE.fullmatch(lines[index - 1]):
            closing = re.compile(rf"\s*{fence['fence']}{fence['fence'][0]}*\s*")
            end = next((i for i in range(index, len(lines)) if closing.fullmatch(lines[i])), len(lines))
            inner = [line.removeprefix(fence["indent"]) for line in lines[index:end]]
            yield Block(fence["language"], note, fence["indent"], index, inner)
            note, index = "", end + 1
        elif lines[index - 1].strip():
            comment = _NOTE.fullmatch(lines[index - 1])
            note = comment["note"] if comment else ""


def play(text: str, folder: Path) -> list[Difference]:
    """Runs a Markdown text in ``folder``; a block outside the notation is a ValueError before anything runs."""
    every = list(blocks(text))
    steps = [(block, _commands(block, after)) for block, after in zip_longest(every, every[1:])]
    differences = []
    for block, commands in steps:
        if block.note.startswith("file: "):
            (folder / block.note.removeprefix("file: ")).write_text("\n".join([*block.lines, ""]), encoding="utf-8")
        for command in commands:
            found = _printed(command.argv, folder)
            if found != command.expected:
                differences.append(Difference(command, found))
    return differences


def rewritten(text: str, differences: Iterable[Difference]) -> str:
    """The text with what was printed in the place of what it said."""
    lines = text.split("\n")
    for difference in sorted(differences, key=lambda each: each.command.first, reverse=True):
        command = difference.command
        found = [f"{command.indent}{line}".rstrip() for line in difference.found]
        lines[command.first : command.first + len(command.expected)] = found
    return "\n".join(lines)


def _commands(block: Block, after: Block | None) -> list[Command]:
    if block.note == "run":
        if block.language != "python" or after is None or after.language != "text":
            raise ValueError(
                f"line {block.first}: <!-- run --> needs a python block, and a text block of its output next"
            )
        argv = [sys.executable, "-c", "\n".join(block.lines)]
        return [Command(argv, block.first, after.first, after.indent, _trimmed(after.lines))]
    if block.language == "console":
        return _console(block)
    return []


def _console(block: Block) -> list[Command]:
    starts = [index for index, line in enumerate(block.lines) if line.startswith("$ ")]
    if not starts or starts[0] != 0:
        raise ValueError(f"line {block.first}: a console block begins with a line '$ command'")
    commands = []
    for start, end in zip(starts, [*starts[1:], len(block.lines)], strict=True):
        output = start + 1
        while output < end and (block.lines[output] + " ").startswith("> "):
            output += 1
        argv = ["sh", "-c", "\n".join(line[2:] for line in block.lines[start:output])]
        place = block.first + start + 1, block.first + output
        commands.append(Command(argv, *place, block.indent, _trimmed(block.lines[output:end])))
    return commands


def said(argv: list[str], folder: Path) -> Said:
    """What a command leaves behind in ``folder``: called in this process if it can be, else run as one."""
    arguments = call_of(argv)
    if arguments is None:
        return in_a_process(argv, folder)
    # Python asks the real standard output how wide it is, and is answered where pytest runs with -s.
    with chdir(folder), patch.dict(os.environ, _environment(folder) | {"COLUMNS": "80"}, clear=True):
        return in_process(arguments)


def call_of(argv: list[str]) -> list[str] | None:
    """The arguments of a call of nnc that needs no shell; None for any other command."""
    if argv[:2] != ["sh", "-c"] or not _CALL.fullmatch(argv[2]):
        return None
    return shlex.split(argv[2].replace("\\\n", ""))[1:]


def in_a_process(argv: list[str], folder: Path) -> Said:
    """What a command leaves behind as a process in ``folder``, with nothing to read."""
    done = subprocess.run(
        argv,
        cwd=folder,
        env=_environment(folder),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=_TIMEOUT,
        check=False,
    )
    return Said(done.returncode, done.stdout.decode(), done.stderr.decode())


def _environment(folder: Path) -> dict[str, str]:
    """Nothing else of the caller's: what is printed must not depend on COLUMNS, NO_COLOR and their like."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    return {"PATH": path, "HOME": str(folder), "LC_ALL": "C.UTF-8"}


def _printed(argv: list[str], folder: Path) -> list[str]:
    status, *streams = said(argv, folder)
    out, err = (_trimmed(stream.split("\n")) for stream in streams)
    return [*out, *err, *([f"[exit {status}]"] if status else [])]


def _trimmed(lines: Iterable[str]) -> list[str]:
    trimmed = [line.rstrip() for line in lines]
    while trimmed and not trimmed[-1]:
        trimmed.pop()
    return trimmed
