"""Sequences and series as arrays: padding, windows, pairs of words."""

from ._pad import pad_sequences as pad_sequences
from ._skipgrams import (
    make_sampling_table as make_sampling_table,
    skipgrams as skipgrams,
)
from ._windows import (
    timeseries_dataset_from_array as timeseries_dataset_from_array,
    TimeseriesGenerator as TimeseriesGenerator,
)
