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
    typer.Option(help="How a batch's losses become one; mean if not given."),
]
L2: TypeAlias = Annotated[
    str | None, typer.Option("--l2", metavar="LAMBDA", help="Add ½ λ Σ of the squared weights, biases left out.")
]
Of: TypeAlias = Annotated[
    str | None, typer.Option("--of", metavar="PART", help="Differentiate this number, not the loss, as in y_hat[1].")
]
Verify: TypeAlias = Annotated[
    bool, typer.Option("--verify", help="Compare every gradient with finite differences; exit 1 if one differs.")
]
Dtype: TypeAlias = Annotated[
    Literal["float64", "float32"], typer.Option(help="The numbers that everything is calculated in.")
]
Exact: TypeAlias = Annotated[
    bool, typer.Option("--exact", help="Take decimals as exact fractions, 0.1 as 1/10, and calculate with those.")
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
        help="Significant digits: 6 in tables, all in plain values; JSON keeps every digit.",
    ),
]
Format: TypeAlias = Annotated[
    str | None,
    typer.Option("--format", "-f", metavar="table|json|ndjson|plain", help="What to print; a table if not given."),
]
Json: TypeAlias = Annotated[bool, typer.Option("--json", help="The same as --format json.")]
