"""Data as networks take them."""

from . import sequence as sequence, text as text
from ._arrays import (
    normalize as normalize,
    pack_x_y_sample_weight as pack_x_y_sample_weight,
    to_categorical as to_categorical,
    unpack_x_y_sample_weight as unpack_x_y_sample_weight,
)
from .sequence import timeseries_dataset_from_array as timeseries_dataset_from_array
