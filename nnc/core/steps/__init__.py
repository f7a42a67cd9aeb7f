"""The derivation of a whole calculation, for one sample of it."""

import numpy as np

from nnc.core.formula.tree import Symbol, column
from nnc.core.quantities import Calculation
from nnc.core.steps.backward import backward_sections
from nnc.core.steps.derivation import Derivation, Group, Line, Lines, Sample, Section
from nnc.core.steps.forward import input_section, layer_sections
from nnc.core.steps.loss import loss_section, setting_of


@np.errstate(all="ignore")
def derive(calculation: Calculation, number: int = 1) -> Derivation:
    """The derivation of a calculation; of a batch, that of the sample ``number``, from 1."""
    sample = Sample(calculation, number - 1)
    sections = [_given_outputs(sample)]
    if calculation.network is not None:
        sections = [input_section(sample), *layer_sections(sample)]
    if "loss" in sample:
        setting = setting_of(sample)
        sections.append(loss_section(setting))
        if "dy_hat" in sample:
            sections += backward_sections(setting)
    return Derivation(tuple(sections), calculation, sample.index + 1 if sample.batch else None)


def _given_outputs(sample: Sample) -> Section:
    y_hat = sample["y_hat"]
    given = Line(sample.name("y_hat"), Symbol("y_hat"), None, y_hat)
    group = Group("y_hat", (Symbol("y_hat"),), (column(y_hat),), Lines(1, lambda _: given, data_only=True))
    return Section("Outputs", (group,))
