"""LSTM(32) on 1000 sequences of 5 steps, batch 1, 5 epochs."""

import numpy as np
from harness import main
from sequences import letters


def data(side):
    rng = np.random.default_rng(0)
    rows = rng.integers(0, 21, (side.pick(1000, 50), 1)) + np.arange(6)
    x = rows[:, :5, None].astype("float32") / 26
    return x, np.eye(26, dtype="float32")[rows[:, 5]]


if __name__ == "__main__":
    words = "LSTM(32), 1,000 sequences of 5 steps, batch 1, 5 epochs"
    main(letters("lstm_short", words, data, epochs=5, short=1))
