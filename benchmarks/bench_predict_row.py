"""`predict` of one row, 200 times in a loop, with the 784-512-10 network."""

import numpy as np
from harness import main, same_weights, Work


def make(library, execution):
    layers = library.layers
    model = library.Sequential(
        [
            layers.Input((784,)),
            layers.Dense(512, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )
    same_weights(model)
    rows = np.random.default_rng(0).random((200, 1, 784), "float32")

    def run():
        return sum(float(model.predict(row, verbose=0).max()) for row in rows)

    return run


if __name__ == "__main__":
    main(Work("predict_row", make, executions=(1,)))
