"""A problem, and the one way to calculate it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from msgspec.structs import replace

from nnc.core.arrays import EXACT, Array
from nnc.core.given import cast, numbers
from nnc.core.network import Network
from nnc.core.objective import Objective
from nnc.core.passes import RULES, UNIT, Pass, Rules
from nnc.core.places import Place
from nnc.core.quantities import STAGES, Calculation, Stage
from nnc.core.record import Comparable
from nnc.errors import about

MOST_AXES = 8


class Problem(Comparable):
    """What is calculated: a network and its input x, or outputs y_hat; and for the loss a target y and what J is.

    x is (n0,) for one sample or (N, n0) for a batch, y_hat likewise; y has the outputs' shape, or is class indices.
    With ``of``, the derivatives are those of that number of the forward pass, and y and J are not used.
    """

    network: Network | None = None
    x: Array | None = None
    y_hat: Array | None = None
    y: Array | None = None
    objective: Objective | None = None
    of: Place | None = None

    @property
    def stage(self) -> Stage:
        """The last stage that can be calculated."""
        whole = self.of is not None or (self.y is not None and self.objective is not None)
        return "backward" if whole else "forward"

    @property
    def samples(self) -> int:
        """How many samples there are."""
        inputs, takes = (self.y_hat, UNIT) if self.network is None else (self.x, self.network.layers[0].kind.takes)
        return len(inputs) if inputs is not None and inputs.ndim > len(takes) else 1

    @property
    def exact(self) -> bool:
        """Whether it has fractions in it."""
        arrays = [value for value in (self.network, self.x, self.y_hat, self.y) if value is not None]
        return any(value.dtype == EXACT for value in arrays)

    def in_dtype(self, dtype: np.dtype[Any]) -> "Problem":
        """The same with all its numbers in ``dtype``; fractions may become the nearest floats.

        Raises InputError for floats that would become fractions, and for numbers beyond the dtype.
        """
        given = {name: getattr(self, name) for name in ("x", "y_hat", "y")}
        arrays = {}
        for name, value in given.items():
            with about(name):
                arrays[name] = None if value is None else cast(name, value, dtype)
        network = None if self.network is None else self.network.cast(dtype)
        objective = None if self.objective is None else self.objective.cast(dtype)
        return replace(self, network=network, objective=objective, **arrays)


@np.errstate(all="ignore")
def solve(
    problem: Problem,
    upto: Stage | None = None,
    dtype: np.dtype[Any] | None = None,
    given: Mapping[str, Any] = {},
    rules: Rules = RULES,
) -> Calculation:
    """The calculation of a problem, up to a stage or as far as it goes, in ``dtype`` or in that of its numbers.

    A ``given`` quantity takes that value, and all quantities after it follow from it. ``rules`` are the equations.
    Raises InputError where the parts of the problem do not fit each other, and for a given quantity that is not
    calculated or has another shape; NotFiniteError where a quantity overflows.
    """
    stage = upto or problem.stage
    if stage == "forward":  # a loss is not used
        problem = replace(problem, y=None, objective=None)
    if dtype is not None:
        problem = problem.in_dtype(dtype)
    values = {name: numbers(name, value, most=MOST_AXES) for name, value in given.items()}
    run = Pass(problem, values, rules, gradient=stage == "backward")
    for each in STAGES[: STAGES.index(stage) + 1]:
        getattr(run, each)()
    return run.done()
