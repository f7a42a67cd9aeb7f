"""A problem from the options of a call and the network file that it names; options win over what the file says."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

import numpy as np
from msgspec import Struct, field

from nnc.cli.options import LossOptions, NetworkOptions
from nnc.core.activations import ACTIVATIONS, Activation
from nnc.core.arrays import EXACT, Array
from nnc.core.losses import LOSSES, Loss
from nnc.core.objective import ClassWeights, Objective
from nnc.core.rows import Chosen
from nnc.errors import InputError, attributed, blame
from nnc.io.choices import read_choice, read_choices
from nnc.io.network_file import Problem, load, parse
from nnc.io.sources import StandardInput
from nnc.io.values import read_classes, read_value


class Inputs(Struct, frozen=True, eq=False):
    """The input options of a call, with standard input, which one of them may read."""

    network: NetworkOptions
    loss: LossOptions = LossOptions()
    stdin: StandardInput = field(default_factory=StandardInput)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The dtype of every array that is read. Raises InputError where two are asked for."""
        if self.network.exact and self.network.dtype != "float64":
            raise InputError(
                f"--exact calculates with fractions, --dtype {self.network.dtype} with floats; give one of the two"
            )
        return EXACT if self.network.exact else np.dtype(self.network.dtype)

    def problem(self) -> Problem:
        """The network file's problem. Raises InputError where no file is given."""
        if self.network.weights is None:
            raise InputError("no network; give its file with --weights FILE (-w FILE)")
        activations = self._activations()
        if self.network.weights == "-":
            return parse(self.stdin.take("--weights"), "", self._file, self.dtype, activations)
        return load(self.network.weights, self.dtype, activations)

    def inputs(self, problem: Problem) -> Array:
        """x, one sample (n0,) or a batch (N, n0)."""
        if self.network.x is None and problem.x is None:
            raise InputError("no input; give it with --x VALUE (-x 2,3) or as x in the network file")
        return self._value("--x", "x", self.network.x, problem.x)

    def outputs(self) -> Array:
        """The outputs y_hat that stand in place of a network, (K,) or (N, K)."""
        self.refuse("--y-hat takes the place of a network", "x", "activations")
        return self._value("--y-hat", "y_hat", self.loss.y_hat, None)

    def targets(self, problem: Problem | None) -> Array:
        """y as given: its shape is the loss's to judge."""
        in_file = problem.y if problem else None
        if self.loss.y is None and in_file is None:
            where = " or as y in the network file" if problem else ""
            raise InputError(f"no target; give it with --y VALUE (-y 0.1,0.9){where}")
        return self._value("--y", "y", self.loss.y, in_file)

    def objective(self, problem: Problem | None) -> Objective:
        """The loss, the weights and the reduction."""
        loss = self._loss(problem.loss if problem else None)
        class_weights = self._class_weights(problem.class_weights if problem else None)
        sample_weights = self._sample_weights(problem.sample_weights if problem else None)
        l2: Any = None if self.loss.l2 is None else self._value("--l2", "l2", self.loss.l2, None)
        with self.attributed():
            return Objective(loss, self.loss.reduction or "mean", class_weights, sample_weights, l2)

    def attributed(self) -> AbstractContextManager[None]:
        """Gives errors of the calculation their source: the option that gave the input, or the network file."""
        names = ("x", "y", "loss", "class_weights", "sample_weights", "l2", "y_hat")
        given = {key: self._given(key) for key in names}
        options = {key: f"--{key.replace('_', '-')}" for key, text in given.items() if text is not None}
        in_file = {} if self.network.weights is None else dict.fromkeys(given, self._file)
        return attributed(in_file | options)

    def refuse(self, why: str, *names: str) -> None:
        """Raises InputError where one of these options is given; ``why`` says what leaves it nothing to do."""
        for name in names:
            if self._given(name) is not None:
                raise InputError(f"{why}, so --{name.replace('_', '-')} has nothing to do")

    def _given(self, name: str) -> str | None:
        """The text of an option, by its name."""
        given: str | None = getattr(self.network if hasattr(self.network, name) else self.loss, name)
        return given

    @property
    def _file(self) -> str:
        return "--weights -" if self.network.weights == "-" else str(self.network.weights)

    def _value(self, option: str, key: str, given: str | None, in_file: Array | None) -> Array:
        if given is not None:
            return read_value(given, option, self.dtype, key=key, stdin=self.stdin)
        assert in_file is not None, key  # the caller has refused a value that is in neither place
        return in_file

    def _activations(self) -> Sequence[Chosen[Activation]] | None:
        if self.network.activations is None:
            return None
        with blame("--activations"):
            return read_choices(self.network.activations, ACTIVATIONS, "activation", self.dtype)

    def _loss(self, in_file: Chosen[Loss] | None) -> Chosen[Loss]:
        if self.loss.loss is None:
            if in_file is None:
                raise InputError(f"no loss; give it with --loss LOSS (-l half_sse); known: {', '.join(LOSSES)}")
            return in_file
        with blame("--loss"):
            return read_choice(self.loss.loss, LOSSES, "loss", self.dtype)

    def _class_weights(self, in_file: ClassWeights | None) -> ClassWeights | None:
        if self.loss.class_weights is None:
            return in_file
        return read_classes(self.loss.class_weights, "--class-weights", self.dtype, key="weights", stdin=self.stdin)

    def _sample_weights(self, in_file: Array | None) -> Array | None:
        if self.loss.sample_weights is None:
            return in_file
        return self._value("--sample-weights", "sample_weights", self.loss.sample_weights, None)
