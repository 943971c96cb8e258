"""Constraints: what weights must satisfy, by their names in Keras."""

from ._constraints import (
    Constraint as Constraint,
    deserialize as deserialize,
    get as get,
    MaxNorm as MaxNorm,
    MinMaxNorm as MinMaxNorm,
    NonNeg as NonNeg,
    serialize as serialize,
    UnitNorm as UnitNorm,
)

max_norm = MaxNorm
min_max_norm = MinMaxNorm
non_neg = NonNeg
unit_norm = UnitNorm
