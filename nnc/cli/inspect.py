"""``nnc inspect``: what a network file holds, and whether it fits together."""

from nnc.cli import options


def inspect(
    weights: options.Weights = None,
    precision: options.Precision = None,
    format: options.Format = None,
    json: options.Json = False,
) -> int:
    """Print the layers of a file, and whether its x, y and loss fit; exit 1 if one does not."""
    from nnc.cli.output import show
    from nnc.cli.problem import Inputs
    from nnc.core.inspect import inspect as look
    from nnc.render.inspection import InspectionReport

    problem = Inputs("float64", weights=weights).problem()
    fits = look(problem.network, problem.x, problem.y, problem.objective)
    about = {"title": problem.title, "source": problem.source, "note": problem.note}
    show(InspectionReport(problem.network, fits, about), format=format, json=json, precision=precision)
    return 0 if all(fit.why is None for fit in fits) else 1
