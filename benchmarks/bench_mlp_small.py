"""The 8-12-8-1 network on 768 rows, batch 10, 50 epochs: dispatch is all there is."""

import numpy as np
from harness import fitting, main, Work


def make(library, execution):
    layers = library.layers
    model = library.Sequential(
        [
            layers.Input((8,)),
            layers.Dense(12, activation="relu"),
            layers.Dense(8, activation="relu"),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(
        "adam",
        "binary_crossentropy",
        metrics=["accuracy"],
        steps_per_execution=execution,
    )
    rng = np.random.default_rng(0)
    x = rng.normal(size=(768, 8)).astype("float32")
    y = (x[:, :1] + x[:, 1:2] > 0).astype("float32")
    return fitting(model, x, y, batch_size=10, epochs=50)


if __name__ == "__main__":
    main(Work("mlp_small", make))
