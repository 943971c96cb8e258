"""LSTM(32) on 1000 sequences of 5 steps, batch 1, 5 epochs."""

import numpy as np
from harness import fitting, main, Work


def make(library, execution):
    layers = library.layers
    model = library.Sequential(
        [
            layers.Input((5, 1)),
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
    rng = np.random.default_rng(0)
    letters = rng.integers(0, 21, (1000, 1)) + np.arange(6)
    x = letters[:, :5, None].astype("float32") / 26
    y = np.eye(26, dtype="float32")[letters[:, 5]]
    return fitting(model, x, y, batch_size=1, epochs=5)


if __name__ == "__main__":
    main(Work("lstm_short", make, executions=(1, 25)))
