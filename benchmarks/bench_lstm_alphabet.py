"""LSTM(32) on the 25 pairs of neighbouring letters, batch 1, 100 of 500 epochs."""

import numpy as np
from harness import fitting, main, Work


def make(library, execution):
    layers = library.layers
    model = library.Sequential(
        [
            layers.Input((1, 1)),
            layers.LSTM(32),
            layers.Dense(26, activation="softmax"),
        ]
    )
    model.compile(
        "adam",
        "categorical_crossentropy",
        metrics=["accuracy"],
        steps_per_execution=execution,
    )
    x = (np.arange(25, dtype="float32") / 26).reshape(25, 1, 1)
    y = np.eye(26, dtype="float32")[1:]
    return fitting(model, x, y, batch_size=1, epochs=100)


if __name__ == "__main__":
    main(Work("lstm_alphabet", make, executions=(1, 25)))
