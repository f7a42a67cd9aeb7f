"""The options that commands share, each written once."""

from typing import Annotated, Literal, TypeAlias

import typer

Weights: TypeAlias = Annotated[
    str | None,
    typer.Option("--weights", "-w", metavar="FILE", help="Network file, JSON or YAML; - is standard input."),
]
X: TypeAlias = Annotated[
    str | None, typer.Option("--x", "-x", metavar="VALUE", help="Input: 2,3 is one sample, 2,3;4,5 a batch.")
]
Y: TypeAlias = Annotated[
    str | None, typer.Option("--y", "-y", metavar="VALUE", help="Target: values, one-hot or class index.")
]
YHat: TypeAlias = Annotated[
    str | None, typer.Option("--y-hat", metavar="VALUE", help="Outputs, in place of a network and its input.")
]
LossName: TypeAlias = Annotated[
    str | None, typer.Option("--loss", "-l", metavar="LOSS", help="Loss, as in half_sse or mse:outputs=sum.")
]
Activations: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--activations", "-a", metavar="NAME,…", help="One a layer, as in leaky_relu:negative_slope=0.1,identity."
    ),
]
ClassWeights: TypeAlias = Annotated[
    str | None,
    typer.Option(metavar="VALUE", help="One a class, class 0 first; or the output of nnc imbalance-weights."),
]
SampleWeights: TypeAlias = Annotated[str | None, typer.Option(metavar="VALUE", help="One a sample of a batch.")]
Reduction: TypeAlias = Annotated[
    Literal["mean", "sum", "weighted-mean"] | None,
    typer.Option(help="How a batch's losses become one.", show_default="mean"),
]
L2: TypeAlias = Annotated[
    str | None, typer.Option("--l2", metavar="LAMBDA", help="Add ½ λ Σ of the squared weights, biases left out.")
]
Dtype: TypeAlias = Annotated[
    Literal["float64", "float32"], typer.Option(help="The numbers that everything is calculated in.")
]
Show: TypeAlias = Annotated[
    str | None, typer.Option("--show", "-s", metavar="NAME,…", help="Only these quantities, in this order.")
]
Precision: TypeAlias = Annotated[
    int | None,
    typer.Option(
        "--precision",
        "-p",
        metavar="N",
        help="Significant digits in tables and plain values; JSON keeps every digit.",
        show_default="6 in tables",
    ),
]
Format: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--format",
        "-f",
        metavar="table|json|ndjson|plain",
        help="What to print; with --steps also markdown and latex.",
        show_default="table",
    ),
]
Json: TypeAlias = Annotated[bool, typer.Option("--json", help="The same as --format json.")]
Steps: TypeAlias = Annotated[bool, typer.Option("--steps", help="Show the work: each formula, with its numbers.")]
Sample: TypeAlias = Annotated[
    int | None,
    typer.Option(metavar="K", help="With --steps: the sample of a batch, from 1.", show_default="1"),
]
Full: TypeAlias = Annotated[bool, typer.Option("--full", help="With --steps: leave nothing out of what is long.")]
Standalone: TypeAlias = Annotated[
    bool, typer.Option("--standalone", help="With --steps -f latex: a whole document, not a part of one.")
]
