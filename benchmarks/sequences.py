"""What the benchmarks of recurrent layers share."""

from typing import Any

import numpy as np
import pytorch
from harness import fitting, Work
from networks import recurrent


def letters(name: str, words: str, data: Any, epochs: int, short: int) -> Work:
    """Returns the work of training LSTM(32) on letters, batch 1."""

    def keras(side):
        x, y = side.data
        model = recurrent(side.library, "LSTM", x.shape[1:], 32)
        model.compile(
            "adam", "categorical_crossentropy", metrics=["accuracy"], **side.options
        )
        return fitting(model, x, y, batch_size=1, epochs=side.pick(epochs, short))

    def torch(side):
        nn, optim = side.library.nn, side.library.optim
        x, y = (pytorch.tensor(side, array) for array in side.data)
        model = nn.Sequential(
            nn.LSTM(1, 32, batch_first=True),
            pytorch.last_output(side.library),
            nn.Linear(32, 26),
        )
        model = pytorch.prepared(side, model, x[:1])
        optimizer = optim.Adam(model.parameters(), eps=1e-7, fused=True)
        loss, epochs_now = nn.CrossEntropyLoss(), side.pick(epochs, short)
        return pytorch.training(
            model, loss, optimizer, x, y.argmax(1), batch_size=1, epochs=epochs_now
        )

    makes = {"keras": keras, "torch": torch}
    return Work(name, words, makes, data, executions=(1, 25))


def long(kind: str, name: str, words: str) -> Work:
    """Returns the work of training a layer of 128 units on long sequences."""

    def data(side):
        rng = np.random.default_rng(0)
        x = rng.normal(size=(side.pick(3200, 128), 100, 32)).astype("float32")
        return x, x[:, :, :1].mean(1)

    def keras(side):
        layers = side.library.layers
        model = side.library.Sequential(
            [layers.Input((100, 32)), getattr(layers, kind)(128), layers.Dense(1)]
        )
        model.compile("adam", "mse", **side.options)
        return fitting(model, *side.data, batch_size=64, epochs=1)

    def torch(side):
        nn, optim = side.library.nn, side.library.optim
        x, y = (pytorch.tensor(side, array) for array in side.data)
        model = nn.Sequential(
            getattr(nn, kind)(32, 128, batch_first=True),
            pytorch.last_output(side.library),
            nn.Linear(128, 1),
        )
        model = pytorch.prepared(side, model, x[:1])
        optimizer = optim.Adam(model.parameters(), eps=1e-7, fused=True)
        return pytorch.training(
            model, nn.MSELoss(), optimizer, x, y, batch_size=64, epochs=1
        )

    makes = {"keras": keras, "torch": torch}
    return Work(name, words, makes, data, executions=(1, 25))
