"""LSTM(32) on the 25 pairs of neighbouring letters, batch 1, 500 epochs."""

import numpy as np
from harness import main
from sequences import letters


def data(side):
    x = (np.arange(25, dtype="float32") / 26).reshape(25, 1, 1)
    return x, np.eye(26, dtype="float32")[1:]


if __name__ == "__main__":
    words = "LSTM(32), 25 sequences of 1 step, batch 1, 500 epochs"
    main(letters("lstm_alphabet", words, data, epochs=500, short=3))
