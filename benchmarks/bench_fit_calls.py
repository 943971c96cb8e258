"""300 calls of `fit(epochs=1)` and `reset_state()`: 25 letters, a stateful LSTM.

Keras loses the state between steps on JAX: it computes something else.
"""

import numpy as np
import pytorch
from harness import main, same_weights, Work


def data(side):
    x = (np.arange(25, dtype="float32") / 26).reshape(25, 1, 1)
    return x, np.eye(26, dtype="float32")[1:]


def keras(side):
    layers = side.library.layers
    lstm = layers.LSTM(32, stateful=True)
    model = side.library.Sequential(
        [
            layers.Input(batch_shape=(1, 1, 1)),
            lstm,
            layers.Dense(26, activation="softmax"),
        ]
    )
    model.compile(
        "adam", "categorical_crossentropy", metrics=["accuracy"], **side.options
    )
    same_weights(model)
    start, (x, y) = model.get_weights(), side.data

    def run():
        model.set_weights(start)
        losses = []
        for _ in range(side.pick(300, 4)):
            history = model.fit(x, y, batch_size=1, epochs=1, shuffle=False, verbose=0)
            losses += history.history["loss"]
            lstm.reset_state()
        return losses[3]

    return run


def torch(side):
    nn = side.library.nn
    x, y = (pytorch.tensor(side, array) for array in side.data)
    parts = nn.LSTM(1, 32, batch_first=True), pytorch.last_output(side.library)
    model = nn.Sequential(*parts, nn.Linear(32, 26))
    pytorch.prepared(side, model, x[:1])
    lstm, _, dense = model
    optimizer = side.library.optim.Adam(model.parameters(), eps=1e-7, fused=True)
    loss, targets = nn.CrossEntropyLoss(), y.argmax(1)
    start = {name: value.clone() for name, value in model.state_dict().items()}

    def epoch():
        state, total = None, 0.0
        for inputs, target in zip(x.split(1), targets.split(1), strict=True):
            optimizer.zero_grad()
            outputs, state = lstm(inputs, state)
            error = loss(dense(outputs[:, -1]), target)
            error.backward()
            optimizer.step()
            state = [part.detach() for part in state]
            total += error.detach()
        return float(total) / len(x)

    def run():
        model.load_state_dict(start)
        return [epoch() for _ in range(side.pick(300, 4))][3]

    return run


if __name__ == "__main__":
    words = "300 × (`fit(epochs=1)`, `reset_state()`), 25 rows, batch 1, stateful LSTM"
    makes = {"keras": keras, "torch": torch}
    main(Work("fit_calls", words, makes, data, executions=(1, 25)))
