"""Conv32-pool-Dense100-10 on 12,000 images of 28×28, batch 32: one epoch."""

import numpy as np
from harness import fitting, main, Work


def make(library, execution):
    layers = library.layers
    model = library.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(100, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(
        library.optimizers.SGD(0.01, momentum=0.9),
        "categorical_crossentropy",
        metrics=["accuracy"],
        steps_per_execution=execution,
    )
    rng = np.random.default_rng(0)
    x = rng.random((12000, 28, 28, 1), "float32")
    y = np.eye(10, dtype="float32")[rng.integers(0, 10, 12000)]
    return fitting(model, x, y, batch_size=32, epochs=1)


if __name__ == "__main__":
    main(Work("cnn", make))
