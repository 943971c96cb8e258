"""What the benchmarks of recurrent layers on long sequences share."""

from collections.abc import Callable
from typing import Any

import numpy as np
from harness import fitting


def long_sequences(kind: str) -> Callable[[Any, int], Callable[[], float]]:
    """Returns the making of a model of one recurrent layer, `kind`, of 128 units."""

    def make(library, execution):
        layers = library.layers
        model = library.Sequential(
            [
                layers.Input((100, 32)),
                getattr(layers, kind)(128),
                layers.Dense(1),
            ]
        )
        model.compile("adam", "mse", steps_per_execution=execution)
        rng = np.random.default_rng(0)
        x = rng.normal(size=(3200, 100, 32)).astype("float32")
        y = x[:, :, :1].mean(1)
        return fitting(model, x, y, batch_size=64, epochs=1)

    return make
