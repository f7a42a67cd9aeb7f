"""The commands put together, and the one place where errors become messages and exit statuses."""

import os
import sys
from typing import Annotated

import typer

from nnc import __version__
from nnc.cli import forward, grad, imbalance_weights, loss
from nnc.cli.output import say
from nnc.errors import NncError

app = typer.Typer(
    name="nnc",
    help="A calculator for neural networks: every number of the forward and backward pass.",
    epilog="A network is a JSON or YAML file; a value is 2,3 or 2,3;4,5 or 1/3 or JSON or @file or - (standard input).",
    add_completion=False,
    rich_markup_mode=None,  # Rich is slow to import, and help is read more often than admired
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
app.command("forward")(forward.forward)
app.command("loss")(loss.loss)
app.command("grad")(grad.grad)
app.command("imbalance-weights")(imbalance_weights.imbalance_weights)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"nnc {__version__}")
        raise typer.Exit


@app.callback()
def _nnc(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    pass


def run(args: list[str]) -> int:
    """Runs the command line ``args`` and returns its exit status; prints every error as one message."""
    try:
        status = typer.main.get_command(app).main(args or ["--help"], prog_name="nnc", standalone_mode=False)
        sys.stdout.flush()
    except NncError as error:
        say(str(error))
        return 2
    except typer.TyperException as error:
        say(_usage(error))
        return 2
    except BrokenPipeError:
        # The reader has seen enough. Python would complain again when it flushes at exit: let it flush into nothing.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return int(status or 0)


def _usage(error: typer.TyperException) -> str:
    """A wrong call in one line: what Typer says of it, the nearest option or command, and where help is."""
    message = getattr(error, "format_message", error.__str__)().rstrip(".")
    context = getattr(error, "ctx", None)
    return f"{message[:1].lower()}{message[1:]} (help: {context.command_path if context else 'nnc'} --help)"
