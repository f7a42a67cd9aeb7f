"""``nnc schema``: what files may hold, for editors."""

from typing import Annotated, Literal

import typer


def schema(
    file: Annotated[Literal["network", "sheet"], typer.Argument(metavar="network|sheet", help="The kind of file.")],
) -> None:
    """Print the JSON Schema of a kind of file, with which editors complete and check it."""
    from nnc.cli.output import write
    from nnc.io.files.schema import schema_text

    write(schema_text(file))
