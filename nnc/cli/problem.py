"""A problem, from the options of a call and its network file. An option wins over what the file says."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

import numpy as np
from msgspec import field
from msgspec.structs import replace

from nnc.cli.options import LossOptions, NetworkOptions, option_name
from nnc.core.arrays import EXACT, FLOAT64, Array
from nnc.core.functions.activations import ACTIVATIONS, Activation
from nnc.core.functions.losses import LOSSES, Loss
from nnc.core.objective import Objective
from nnc.core.places import read_place
from nnc.core.problem import Problem
from nnc.core.quantities import Stage
from nnc.core.quotes import inert
from nnc.core.record import Record
from nnc.core.rows import Chosen
from nnc.errors import InputError, attributed, blame
from nnc.io.files.network import Decoded, NetworkFile, decode, decoded
from nnc.io.text.sources import StandardInput
from nnc.io.values.choices import read_choice, read_choices
from nnc.io.values.option import Value, read_value

LOSS_OPTIONS = ("y", "y_hat", "loss", "class_weights", "sample_weights", "reduction", "l2")
"""The inputs that only a loss needs."""


class Inputs(Record):
    """The input options of a call, and standard input, which one of them may read.

    With ``as_written``, and for exact arithmetic, numbers are kept as text. What has been read is kept in ``values``
    and ``files``, so that nothing is read twice.
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
        """The same call in float64, or in fractions."""
        return self if dtype == FLOAT64 else replace(self, network=replace(self.network, exact=True))

    def problem(self) -> tuple[Problem, str]:
        """What the call calculates, and the title of its file."""
        if self.of is not None:
            self.refuse("--of differentiates a number of the forward pass", *LOSS_OPTIONS)
        if self.loss.y_hat is not None:
            if self.network.weights is not None:
                raise InputError("--weights and --y-hat exclude each other: outputs are given, or calculated")
            self.refuse("--y-hat takes the place of a network", "x", "activations")
            y_hat = self._value("y_hat", None)
            return Problem(y_hat=y_hat, y=self._target(None), objective=self._objective(None)), ""
        file = self.file()
        x = self._value("x", file.x)
        if x is None:
            raise InputError("no input; give it with --x VALUE (-x 2,3) or as x in the network file")
        if self.of is not None:
            with blame("--of"):
                return Problem(file.network, x=x, of=read_place(self.of)), file.title
        if self.stage == "forward":
            return Problem(file.network, x=x), file.title
        return Problem(file.network, x=x, y=self._target(file), objective=self._objective(file)), file.title

    def given(self, dtype: np.dtype[Any]) -> dict[str, Array]:
        """The quantities that are given in place of calculated ones. Raises InputError for one given twice."""
        found: dict[str, Array] = {}
        for text in self.network.given or ():
            name, equals, value = (part.strip() for part in text.partition("="))
            with blame(f"--given {inert(text, 40)}"):
                if not equals:
                    raise InputError("expected NAME=VALUE, as in z1=0.8,-0.7")
                if name in found:
                    raise InputError(f"{name} is given twice")
            found[name] = self._written(f"--given {name}", name, value).array(dtype)
        return found

    def file(self) -> NetworkFile:
        """What the network file holds. Raises InputError where none is given."""
        path = self.network.weights
        if path is None:
            raise InputError("no network; give its file with --weights FILE (-w FILE)")
        activations: Sequence[Chosen[Activation]] | None = None
        if self.network.activations is not None:
            with blame("--activations"):
                activations = read_choices(self.network.activations, ACTIVATIONS, "activation", self.dtype)
        if path not in self.files:
            as_text = self.as_written or self.dtype == EXACT
            if path == "-":
                self.files[path] = decode(self.stdin.take("--weights"), "", self._file, as_text=as_text)
            else:
                self.files[path] = decoded(path, as_text=as_text)
        return self.files[path].read(self.dtype, activations)

    def attributed(self) -> AbstractContextManager[None]:
        """Gives errors of the calculation their source: the option that gave the input, or the network file."""
        if self.of is not None and not self.network.given:
            return blame("--of")
        names = ("x", "y", "loss", "class_weights", "sample_weights", "l2", "y_hat", "reduction")
        given = {key: self._given(key) for key in names}
        options = {key: option_name(key) for key, text in given.items() if text is not None}
        in_file = {} if self.network.weights is None else dict.fromkeys(given, self._file)
        return attributed(in_file | options | {"given": "--given"})

    def refuse(self, why: str, *names: str) -> None:
        """Raises InputError where one of these options is given; ``why`` says why it has nothing to do."""
        for name in names:
            if self._given(name) is not None:
                raise InputError(f"{why}, so {option_name(name)} has nothing to do")

    def _target(self, file: NetworkFile | None) -> Array:
        y = self._value("y", file.y if file else None)
        if y is None:
            where = " or as y in the network file" if file else ""
            raise InputError(f"no target; give it with --y VALUE (-y 0.1,0.9){where}")
        return y

    def _objective(self, file: NetworkFile | None) -> Objective:
        loss = self._loss(file.loss if file else None)
        class_weights = file.class_weights if file else None
        if self.loss.class_weights is not None:
            value = self._written("--class-weights", "weights", self.loss.class_weights, by_class=True)
            class_weights = value.classes(self.dtype)
        sample_weights = self._value("sample_weights", file.sample_weights if file else None)
        l2: Any = self._value("l2", None)
        with self.attributed():
            return Objective(loss, self.loss.reduction or "mean", class_weights, sample_weights, l2)

    def _given(self, name: str) -> str | None:
        given: str | None = getattr(self.network if hasattr(self.network, name) else self.loss, name)
        return given

    @property
    def _file(self) -> str:
        return "--weights -" if self.network.weights == "-" else str(self.network.weights)

    def _value(self, name: str, in_file: Array | None) -> Array | None:
        """The value of an option, or else the file's."""
        given = self._given(name)
        return in_file if given is None else self._written(option_name(name), name, given).array(self.dtype)

    def _written(self, option: str, key: str, given: str, *, by_class: bool = False) -> Value:
        if option not in self.values:
            as_text = self.as_written or self.dtype == EXACT
            self.values[option] = read_value(
                given, option, key=key, stdin=self.stdin, as_text=as_text, by_class=by_class
            )
        return self.values[option]

    def _loss(self, in_file: Chosen[Loss] | None) -> Chosen[Loss]:
        if self.loss.loss is None:
            if in_file is None:
                raise InputError(f"no loss; give it with --loss LOSS (-l half_sse); known: {', '.join(LOSSES)}")
            return in_file
        with blame("--loss"):
            return read_choice(self.loss.loss, LOSSES, "loss", self.dtype)
