"""Settings in a file that ask for far more memory than the file has bytes."""

import time

import pytest

from keryx import layers, metrics
from keryx._core import budget, serial
from keryx._core.errors import FileError

HUGE = 10**8
CONFIGS = {
    "pooling": (layers.AdaptiveAveragePooling1D(2), {"output_size": HUGE}),
    "pooling of images": (layers.AdaptiveMaxPooling2D(2), {"output_size": [HUGE, 1]}),
    "curve": (metrics.AUC(), {"num_thresholds": HUGE}),
    "point of a curve": (
        metrics.SensitivityAtSpecificity(0.5),
        {"num_thresholds": HUGE},
    ),
}


@pytest.mark.parametrize("case", CONFIGS.values(), ids=CONFIGS)
def test_a_setting_is_bounded_by_the_files_size(case):
    thing, settings = case
    data = serial.serialize(thing)
    data["config"] |= settings
    start = time.monotonic()

    with budget.limited(2**26), pytest.raises(FileError, match="67108864 bytes"):
        serial.deserialize(data)

    assert time.monotonic() - start < 1.0


@pytest.mark.parametrize("case", CONFIGS.values(), ids=CONFIGS)
def test_usual_settings_are_not(case):
    with budget.limited(2**20):
        serial.deserialize(serial.serialize(case[0]))
