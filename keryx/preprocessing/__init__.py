"""Data as networks take them."""

from ._arrays import (
    normalize as normalize,
    pack_x_y_sample_weight as pack_x_y_sample_weight,
    to_categorical as to_categorical,
    unpack_x_y_sample_weight as unpack_x_y_sample_weight,
)
