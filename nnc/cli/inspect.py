"""``nnc inspect``: what a network file holds, and whether it fits together."""

from nnc.cli.options import FileOptions, NetworkOptions, OutputOptions


def inspect(network: FileOptions, output: OutputOptions) -> int:
    """Print the layers of a file, and whether its x, y and loss fit them; exit 1 if one does not."""
    from nnc.cli.output import show
    from nnc.cli.problem import Inputs
    from nnc.core.fits import fits_of
    from nnc.render.inspection import InspectionReport

    inputs = Inputs(NetworkOptions(network.weights))
    file = inputs.file()
    with inputs.attributed():
        fits = fits_of(file.problem)
    about = {"title": file.title, "source": file.source, "note": file.note}
    show(InspectionReport(file.network, fits, about), output)
    return 0 if all(fit.why is None for fit in fits) else 1
