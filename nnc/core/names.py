"""Names to choose from that have no rows, for those too who ask for them without importing NumPy."""

from typing import Literal

Reduction = Literal["mean", "sum", "weighted-mean"]
"""How the losses of a batch become one."""

NoiseOf = Literal["float32", "float64", "none"]
"""The floats of which an answer may have the noise."""

Normalization = Literal["none", "mean", "sum", "max"]
"""What of class weights is made 1."""
