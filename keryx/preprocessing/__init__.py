"""Data as networks take them."""

from . import image as image, sequence as sequence, text as text
from ._arrays import (
    normalize as normalize,
    pack_x_y_sample_weight as pack_x_y_sample_weight,
    to_categorical as to_categorical,
    unpack_x_y_sample_weight as unpack_x_y_sample_weight,
)
from ._folders import (
    audio_dataset_from_directory as audio_dataset_from_directory,
    image_dataset_from_directory as image_dataset_from_directory,
    text_dataset_from_directory as text_dataset_from_directory,
)
from ._pipeline import split_dataset as split_dataset
from .sequence import timeseries_dataset_from_array as timeseries_dataset_from_array
