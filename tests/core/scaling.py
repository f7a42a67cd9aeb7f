"""Two more kinds of layers, a row each, and nnc with them."""

import numpy as np

from nnc.core.arrays import summed
from nnc.core.layers import KINDS, Kind, Terms, Weights

UNITS = ("unit",)
SCALING = Kind(
    name="gamma",
    weights=(
        Weights("gamma", "gamma", UNITS, words="γ of each unit."),
        Weights("beta", "beta", UNITS, weighing=None, words="β of each unit."),
    ),
    shapes=lambda given: (given["gamma"].shape, given["gamma"].shape),
    forward=lambda given, a: given["gamma"] * a + given["beta"],
    gradients=lambda given, a, dz: {"gamma": summed(a * dz, axis=0), "beta": summed(dz, axis=0)},
    backward=lambda given, a, dz: dz * given["gamma"],
    formula="gamma a + beta",
    note="beta is the bias",
    writers="batch normalisation",
    terms=lambda given: (
        Terms("gamma", *(np.arange(len(given["gamma"])),) * 3),
        Terms("beta", *(np.arange(len(given["beta"])),) * 2, np.full(len(given["beta"]), -1)),
    ),
)
"""γ ⊙ a + β, of numbers (unit,)."""

ROWS = Kind(
    name="omega",
    weights=(Weights("omega", "omega", ("row", "column")),),
    shapes=lambda given: (given["omega"].shape, given["omega"].shape[:1]),
    takes=("row", "column"),
    forward=lambda given, a: summed(given["omega"] * a, axis=-1),
    gradients=lambda given, a, dz: {"omega": summed(a * dz[:, :, None], axis=0)},
    backward=lambda given, a, dz: given["omega"] * dz[:, :, None],
    formula="Σ omega_j a_j",
    note="there is no bias",
    writers="nobody",
    terms=lambda given: (
        Terms("omega", np.indices(given["omega"].shape)[0].reshape(-1), *(np.arange(given["omega"].size),) * 2),
    ),
)
"""Σ_c ω_rc a_rc, of pictures (row, column): a number for each row."""


if __name__ == "__main__":
    KINDS.update(gamma=SCALING, omega=ROWS)

    from nnc.__main__ import main

    main()
