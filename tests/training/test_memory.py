"""Models that are dropped leave nothing behind."""

import gc
import weakref
from pathlib import Path

import numpy as np
import pytest


def resident():
    """Returns the resident memory of this process in MB."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
def test_memory_is_flat_over_200_models(make_model, data):
    for _ in range(20):
        make_model().fit(*data, batch_size=11, verbose=0)
    gc.collect()
    before = resident()

    for _ in range(180):
        make_model().fit(*data, batch_size=11, verbose=0)
    gc.collect()

    assert resident() < before * 1.05


def test_a_dropped_model_is_freed(make_model, data):
    model = make_model()
    model.fit(*data, batch_size=11, verbose=0)
    model.predict(np.zeros((1, 3)), verbose=0)
    ghost = weakref.ref(model)

    del model
    gc.collect()

    assert ghost() is None
