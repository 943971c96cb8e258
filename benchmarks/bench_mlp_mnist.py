"""The 784-512-10 network on 60,000 rows, batch 128, RMSprop: one epoch."""

import numpy as np
from harness import fitting, main, Work


def make(library, execution):
    layers = library.layers
    model = library.Sequential(
        [
            layers.Input((784,)),
            layers.Dense(512, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(
        "rmsprop",
        "categorical_crossentropy",
        metrics=["accuracy"],
        steps_per_execution=execution,
    )
    rng = np.random.default_rng(0)
    x = rng.random((60000, 784), "float32")
    y = np.eye(10, dtype="float32")[rng.integers(0, 10, 60000)]
    return fitting(model, x, y, batch_size=128, epochs=1)


if __name__ == "__main__":
    main(Work("mlp_mnist", make))
