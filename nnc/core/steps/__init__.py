"""The derivation of a whole calculation, for one sample of it."""

import numpy as np

from nnc.core.quantities import Calculation
from nnc.core.steps.backward import backward_sections
from nnc.core.steps.derivation import Derivation, Group, Sample, Section, as_given
from nnc.core.steps.forward import layer_sections
from nnc.core.steps.loss import loss_section, setting_of


@np.errstate(all="ignore")
def derive(calculation: Calculation, number: int = 1) -> Derivation:
    """The derivation of a calculation; of a batch, that of the sample ``number``, from 1."""
    sample = Sample(calculation, number - 1)
    if calculation.network is None:
        sections = [Section("Outputs", (as_given(sample, "y_hat", sample.name("y_hat")),))]
    else:
        sections = [Section("Input", (as_given(sample, "x", "x"),)), *layer_sections(sample, calculation.network)]
    if "loss" in sample:
        setting = setting_of(sample)
        sections.append(loss_section(setting))
        if "dy_hat" in sample:
            sections += backward_sections(setting)
    taken = [Section(s.title, tuple(_taken(sample, group) for group in s.groups)) for s in sections]
    return Derivation(tuple(taken), calculation, sample.index + 1 if sample.batch else None)


def _taken(sample: Sample, group: Group) -> Group:
    """The group, or its values alone where they are given and not calculated."""
    name = group.quantity
    return as_given(sample, name, name, group.rule[0], ("given",)) if name in sample.calculation.given else group
