"""Starting anew within one process."""

import gc
import weakref

from keryx import layers
from keryx.utils import clear_session


def test_made_up_names_start_again():
    clear_session()
    names = [layers.Dense(1).name, layers.Dense(1).name]

    clear_session()

    assert names == ["dense", "dense_1"]
    assert layers.Dense(1).name == "dense"


def test_layers_that_nothing_refers_to_are_freed():
    layer = layers.Dense(1)
    layer.itself = [layer]
    layer.itself[0] = layer
    seen = weakref.ref(layer)
    gc.disable()
    del layer

    clear_session()

    gc.enable()
    assert seen() is None
