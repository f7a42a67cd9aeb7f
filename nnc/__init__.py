"""nnc: every number of a neural network's forward and backward pass.

What the command line does, a script can::

    import nnc

    problem = nnc.load("net.json")
    result = nnc.grad(problem.network, [2, 3], [0.1, 0.9], "half_sse")
    result["dW1"]
"""

__version__ = "0.1.0"

TYPE_CHECKING = False  # typing has it, but takes long to import, and until nnc runs an interrupt is a traceback
if TYPE_CHECKING:
    from nnc.api import (
        forward,
        grad,
        grad_of,
        imbalance_weights,
        layer,
        load,
        loss,
        loss_of_outputs,
        network,
        objective,
        verify,
    )
    from nnc.core.imbalance import ClassWeighting
    from nnc.core.layers import Layer
    from nnc.core.network import Network
    from nnc.core.objective import Objective
    from nnc.core.quantities import Calculation
    from nnc.errors import InputError, NncError, NotFiniteError
    from nnc.io.files.network import NetworkFile

__all__ = [
    "Calculation",
    "ClassWeighting",
    "InputError",
    "Layer",
    "Network",
    "NetworkFile",
    "NncError",
    "NotFiniteError",
    "Objective",
    "__version__",
    "forward",
    "grad",
    "grad_of",
    "imbalance_weights",
    "layer",
    "load",
    "loss",
    "loss_of_outputs",
    "network",
    "objective",
    "verify",
]

_HOMES = {
    "ClassWeighting": "nnc.core.imbalance",
    "Layer": "nnc.core.layers",
    "Network": "nnc.core.network",
    "Objective": "nnc.core.objective",
    "Calculation": "nnc.core.quantities",
    "InputError": "nnc.errors",
    "NncError": "nnc.errors",
    "NotFiniteError": "nnc.errors",
    "NetworkFile": "nnc.io.files.network",
}


def __getattr__(name: str) -> object:
    """Imports a public name when it is first used: ``nnc --help`` needs none of them, and NumPy is slow to import."""
    from importlib import import_module

    if name not in __all__:
        raise AttributeError(f"module 'nnc' has no attribute {name!r}")
    return getattr(import_module(_HOMES.get(name, "nnc.api")), name)


def __dir__() -> list[str]:
    return __all__
