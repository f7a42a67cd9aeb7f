"""The commands put together, and the one place where an error becomes a message and a status."""

from collections.abc import Iterable
from importlib import import_module
from typing import Annotated, Any, TypeAlias

import typer

from nnc import __version__
from nnc.cli.messages import say
from nnc.cli.options import spread
from nnc.cli.output import terminal_limits, write
from nnc.errors import NncError

COMMANDS = ("forward", "loss", "grad", "imbalance-weights", "check", "activations", "losses", "inspect", "schema")
"""The commands in the order of the help. Each is a function in a module of the same name."""


def run(args: list[str]) -> int:
    """Runs the command line ``args`` and returns its exit status. Prints every foreseen error as a message."""
    named = [arg for arg in args if not arg.startswith("-")][:1]
    # A call needs one command. To set up all of them takes as long as to calculate.
    commands = named if named and named[0] in COMMANDS else COMMANDS
    try:
        status = typer.main.get_command(assemble(commands)).main(
            _parted(args) or ["--help"], prog_name="nnc", standalone_mode=False
        )
    except NncError as error:
        say(str(error))
        return 2
    except typer.TyperException as error:
        say(_usage(error, "nnc " + commands[0] if len(commands) == 1 else "nnc"))
        return 2
    return int(status or 0)


def _parted(args: Iterable[str]) -> list[str]:
    """The arguments with ``-x=2`` split into ``-x`` and ``2``; Typer would take ``=2`` for the value."""
    parted: list[str] = []
    for arg in args:
        short = arg[:1] == "-" and arg[1:2].isalpha() and arg[2:3] == "="
        parted += [arg[:2], arg[3:]] if short else [arg]
    return parted


def assemble(commands: Iterable[str]) -> typer.Typer:
    """The application with these commands."""
    app = typer.Typer(
        name="nnc",
        help="A calculator for neural networks: every number of the forward and backward pass.",
        epilog="A network is a JSON or YAML file; a value is 2,3 or 2,3;4,5 or 1/3 or JSON or @FILE or - (stdin).",
        add_completion=False,
        rich_markup_mode=None,  # Rich is slow to import, and help does not need it
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": [], "max_content_width": 100},
    )
    app.callback()(_nnc)
    for name in commands:
        function = name.replace("-", "_")
        app.command(name)(spread(getattr(import_module(f"nnc.cli.{function}"), function), help=Help))
    return app


def _help(context: typer.Context, asked: bool) -> None:
    """Prints the help as nnc prints everything. Typer would not notice a full disk, or a terminal's encoding."""
    if asked:
        encoding = terminal_limits()
        if encoding:
            _spell(context.command, encoding)
        write(f"{context.get_help()}\n")
        raise typer.Exit


def _spell(command: Any, encoding: str) -> None:
    """Puts the help of a command, and of those below it, into the signs of an encoding."""
    from nnc.render.signs import spelled

    for each in [command, *command.params, *getattr(command, "commands", {}).values()]:
        for name in ("help", "metavar"):
            if getattr(each, name, None):
                setattr(each, name, spelled(getattr(each, name), encoding))


Help: TypeAlias = Annotated[
    bool, typer.Option("-h", "--help", callback=_help, is_eager=True, help="Show this message and exit.")
]


def _version(asked: bool) -> None:
    if asked:
        write(f"nnc {__version__}\n")
        raise typer.Exit


def _nnc(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
    help: Help = False,
) -> None:
    pass


def _usage(error: typer.TyperException, command: str) -> str:
    """A wrong call in one line: Typer's message, the nearest option or command, and where to find help."""
    message = getattr(error, "format_message", error.__str__)().rstrip(".").replace("\n\t", " ")
    if message.startswith("Got unexpected extra argument"):
        message = _unexpected(message[message.rindex(" (") + 2 : -1])
    known = getattr(error, "possibilities", None)
    if known:
        message = f"{message.partition(' (')[0]}; did you mean {known[0]}?"
    return f"{message[:1].lower()}{message[1:]} (help: {command} --help)"


def _unexpected(arguments: str) -> str:
    """What is wrong with words that belong to no option: a file without -w, or a value without quotes."""
    if arguments.endswith((".json", ".yaml", ".yml")) and " " not in arguments:
        return f"unexpected argument {arguments}; a network file goes with -w {arguments}"
    return f"unexpected argument {arguments}; put quotes around a value with spaces: -x '[1, 2]'"
