"""``nnc inspect``: what a network file holds, and whether it fits together."""

from nnc.cli.options import FileOptions, NetworkOptions, OutputOptions


def inspect(network: FileOptions, output: OutputOptions) -> int:
    """Print the layers of a file, and whether its x, y and loss fit; exit 1 if one does not."""
    from nnc.cli.output import show
    from nnc.cli.problem import Inputs
    from nnc.core.inspect import inspect as look
    from nnc.render.inspection import InspectionReport

    inputs = Inputs(NetworkOptions(network.weights))
    problem = inputs.problem()
    x = None if problem.x is None else inputs.inputs(problem)
    with inputs.attributed():
        fits = look(problem.network, x, problem.y, problem.objective)
    about = {"title": problem.title, "source": problem.source, "note": problem.note}
    show(InspectionReport(problem.network, fits, about), output)
    return 0 if all(fit.why is None for fit in fits) else 1
