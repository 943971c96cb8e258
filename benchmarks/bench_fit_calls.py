"""100 calls of `fit(epochs=1)` on 25 rows, batch 1: what one call costs."""

import numpy as np
from harness import main, same_weights, Work


def make(library, execution):
    layers = library.layers
    model = library.Sequential(
        [
            layers.Input((8,)),
            layers.Dense(12, activation="relu"),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile("adam", "binary_crossentropy", steps_per_execution=execution)
    same_weights(model)
    start = model.get_weights()
    rng = np.random.default_rng(0)
    x = rng.normal(size=(25, 8)).astype("float32")
    y = (x[:, :1] > 0).astype("float32")

    def run():
        model.set_weights(start)
        for _ in range(100):
            model.fit(x, y, batch_size=1, epochs=1, shuffle=False, verbose=0)
        return 1.0

    return run


if __name__ == "__main__":
    main(Work("fit_calls", make, executions=(1, 25)))
