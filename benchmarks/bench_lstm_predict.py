"""`predict` of one sequence, LSTM(32), 200 times in a loop."""

import numpy as np
import pytorch
from harness import main, same_weights, Work
from networks import recurrent


def data(side):
    return (np.arange(5, dtype="float32") / 26).reshape(1, 5, 1)


def keras(side):
    model = recurrent(side.library, "LSTM", (5, 1), 32)
    model.compile(**side.options)
    same_weights(model)

    def run():
        for _ in range(side.pick(200, 5)):
            outputs = model.predict(side.data, verbose=0)
        return float(outputs[0, 0])

    return run


def torch(side):
    nn, x = side.library.nn, pytorch.tensor(side, side.data)
    model = nn.Sequential(
        nn.LSTM(1, 32, batch_first=True),
        pytorch.last_output(side.library),
        nn.Linear(32, 26),
        nn.Softmax(-1),
    )
    model = pytorch.prepared(side, model, x).eval()

    def run():
        with side.library.inference_mode():
            for _ in range(side.pick(200, 5)):
                outputs = model(x).numpy()
        return float(outputs[0, 0])

    return run


if __name__ == "__main__":
    words = "`predict` of one sequence of 5 steps, LSTM(32), 200 times"
    makes = {"keras": keras, "torch": torch}
    main(Work("lstm_predict", words, makes, data, executions=(1,)))
