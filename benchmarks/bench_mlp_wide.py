"""The 3072-1000-500-100 network on 10,000 rows, batch 32, SGD: one epoch."""

import numpy as np
from harness import fitting, main, Work


def make(library, execution):
    layers = library.layers
    model = library.Sequential(
        [
            layers.Input((32, 32, 3)),
            layers.Flatten(),
            layers.Dense(1000, activation="relu"),
            layers.Dense(500, activation="relu"),
            layers.Dense(100, activation="softmax"),
        ]
    )
    model.compile(
        "sgd",
        "categorical_crossentropy",
        metrics=["accuracy"],
        steps_per_execution=execution,
    )
    rng = np.random.default_rng(0)
    x = rng.random((10000, 32, 32, 3), "float32")
    y = np.eye(100, dtype="float32")[rng.integers(0, 100, 10000)]
    return fitting(model, x, y, batch_size=32, epochs=1)


if __name__ == "__main__":
    main(Work("mlp_wide", make))
