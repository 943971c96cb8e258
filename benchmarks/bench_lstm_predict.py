"""`predict` of one sequence, LSTM(32), 200 times in a loop."""

import numpy as np
from harness import main, same_weights, Work


def make(library, execution):
    layers = library.layers
    model = library.Sequential(
        [
            layers.Input((5, 1)),
            layers.LSTM(32),
            layers.Dense(26, activation="softmax"),
        ]
    )
    same_weights(model)
    x = (np.arange(5, dtype="float32") / 26).reshape(1, 5, 1)

    def run():
        for _ in range(200):
            outputs = model.predict(x, verbose=0)
        return float(outputs[0, 0])

    return run


if __name__ == "__main__":
    main(Work("lstm_predict", make, executions=(1,)))
