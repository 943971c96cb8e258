"""Regularizers: penalties added to the loss, by their names in Keras."""

from ._regularizers import (
    deserialize as deserialize,
    get as get,
    L1 as L1,
    L1L2 as L1L2,
    L2 as L2,
    OrthogonalRegularizer as OrthogonalRegularizer,
    Regularizer as Regularizer,
    serialize as serialize,
)

l1 = L1
l1_l2 = L1L2
l2 = L2
orthogonal_regularizer = OrthogonalRegularizer
