"""A problem from the options of a call and the network file that it names; options win over what the file says."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

import numpy as np
from msgspec import field
from msgspec.structs import replace

from nnc.cli.options import LossOptions, NetworkOptions
from nnc.core.arrays import EXACT, FLOAT64, Array
from nnc.core.functions.activations import ACTIVATIONS, Activation
from nnc.core.functions.losses import LOSSES, Loss
from nnc.core.objective import ClassWeights, Objective
from nnc.core.places import read_place
from nnc.core.problem import Problem
from nnc.core.quantities import Stage
from nnc.core.record import Record
from nnc.core.rows import Chosen
from nnc.errors import InputError, attributed, blame
from nnc.io.files.network import Decoded, NetworkFile, decode, decoded
from nnc.io.text.sources import StandardInput
from nnc.io.values.choices import read_choice, read_choices
from nnc.io.values.option import Value, written

LOSS_OPTIONS = ("y", "y_hat", "loss", "class_weights", "sample_weights", "reduction", "l2")
"""The inputs that only a loss needs."""


class Inputs(Record):
    """The input options of a call, with standard input, which one of them may read.

    Numbers are kept as they are written where ``as_written``, and always for exact arithmetic. What has been read is
    kept in ``values`` and ``files``: nothing is read twice.
    """

    network: NetworkOptions
    loss: LossOptions = LossOptions()
    stage: Stage = "forward"
    of: str | None = None
    as_written: bool = False
    stdin: StandardInput = field(default_factory=StandardInput)
    values: dict[str, Value] = field(default_factory=dict)
    files: dict[str, Decoded] = field(default_factory=dict)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The dtype of every array that is read. Raises InputError where two are asked for."""
        if self.network.exact and self.network.dtype != "float64":
            raise InputError(
                f"--exact calculates with fractions, --dtype {self.network.dtype} with floats; give one of the two"
            )
        return EXACT if self.network.exact else np.dtype(self.network.dtype)

    def in_dtype(self, dtype: np.dtype[Any]) -> "Inputs":
        """The same call with its numbers in float64, or in fractions."""
        return self if dtype == FLOAT64 else replace(self, network=replace(self.network, exact=True))

    def problem(self) -> tuple[Problem, str]:
        """What the call calculates, up to its stage or of the number ``of``; and the title of its file."""
        if self.of is not None:
            self.refuse("--of differentiates a number of the forward pass", *LOSS_OPTIONS)
        if self.loss.y_hat is not None:
            return self._of_outputs(), ""
        file = self.file()
        x = self.inputs(file)
        if self.of is not None:
            with blame("--of"):
                return Problem(file.network, x=x, of=read_place(self.of)), file.title
        if self.stage == "forward":
            return Problem(file.network, x=x), file.title
        return Problem(file.network, x=x, y=self.targets(file), objective=self.objective(file)), file.title

    def _of_outputs(self) -> Problem:
        if self.network.weights is not None:
            raise InputError("--weights and --y-hat exclude each other: outputs are given, or calculated")
        return Problem(y_hat=self.outputs(), y=self.targets(None), objective=self.objective(None))

    def file(self) -> NetworkFile:
        """What the network file holds. Raises InputError where none is given."""
        path = self.network.weights
        if path is None:
            raise InputError("no network; give its file with --weights FILE (-w FILE)")
        activations = self._activations()
        if path not in self.files:
            as_text = self.as_written or self.dtype == EXACT
            if path == "-":
                self.files[path] = decode(self.stdin.take("--weights"), "", self._file, as_text=as_text)
            else:
                self.files[path] = decoded(path, as_text=as_text)
        return self.files[path].read(self.dtype, activations)

    def inputs(self, file: NetworkFile) -> Array:
        """x, one sample (n0,) or a batch (N, n0)."""
        if self.network.x is None and file.x is None:
            raise InputError("no input; give it with --x VALUE (-x 2,3) or as x in the network file")
        return self._value("--x", "x", self.network.x, file.x)

    def outputs(self) -> Array:
        """The outputs y_hat that stand in place of a network, (K,) or (N, K)."""
        self.refuse("--y-hat takes the place of a network", "x", "activations")
        return self._value("--y-hat", "y_hat", self.loss.y_hat, None)

    def targets(self, file: NetworkFile | None) -> Array:
        """y as given: its shape is the loss's to judge."""
        in_file = file.y if file else None
        if self.loss.y is None and in_file is None:
            where = " or as y in the network file" if file else ""
            raise InputError(f"no target; give it with --y VALUE (-y 0.1,0.9){where}")
        return self._value("--y", "y", self.loss.y, in_file)

    def objective(self, file: NetworkFile | None) -> Objective:
        """The loss, the weights and the reduction."""
        loss = self._loss(file.loss if file else None)
        class_weights = self._class_weights(file.class_weights if file else None)
        sample_weights = self._sample_weights(file.sample_weights if file else None)
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
            return self._written(option, key, given).array(self.dtype)
        assert in_file is not None, key  # the caller has refused a value that is in neither place
        return in_file

    def _written(self, option: str, key: str, given: str, *, by_class: bool = False) -> Value:
        if option not in self.values:
            as_text = self.as_written or self.dtype == EXACT
            self.values[option] = written(given, option, key=key, stdin=self.stdin, as_text=as_text, by_class=by_class)
        return self.values[option]

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
        value = self._written("--class-weights", "weights", self.loss.class_weights, by_class=True)
        return value.classes(self.dtype)

    def _sample_weights(self, in_file: Array | None) -> Array | None:
        if self.loss.sample_weights is None:
            return in_file
        return self._value("--sample-weights", "sample_weights", self.loss.sample_weights, None)
