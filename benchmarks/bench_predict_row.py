"""One row at a time, 1,000 times, 784-512-10 network: by `predict`, by `model(x)`."""

import numpy as np
import pytorch
from harness import main, same_weights, Work
from networks import wide, wide_torch
from weights import drawn

SHAPES = [(784, 512), (512,), (512, 10), (10,)]


def data(side):
    rng = np.random.default_rng(0)
    return rng.random((side.pick(1000, 5), 1, 784), "float32")


def looping(rows, predict):
    """Returns the loop over all rows; its outputs come to NumPy, one by one."""
    return lambda: sum(float(np.asarray(predict(row)).max()) for row in rows)


def predicting(side):
    model = wide(side.library)
    model.compile(**side.options)
    same_weights(model)
    return looping(side.data, lambda row: model.predict(row, verbose=0))


def calling(side):
    model = wide(side.library)
    same_weights(model)
    numpy = side.library.ops.convert_to_numpy
    return looping(side.data, lambda row: numpy(model(row)))


def torch(side):
    nn, library = side.library.nn, side.library
    model = nn.Sequential(*wide_torch(library), nn.Softmax(-1))
    model = pytorch.prepared(side, model, pytorch.tensor(side, side.data[0])).eval()

    def predict(row):
        with library.inference_mode():
            return model(library.from_numpy(row)).numpy()

    return looping(side.data, predict)


def by_hand(side):
    jax = side.library
    kernel, bias, kernel_2, bias_2 = jax.device_put(drawn(SHAPES))

    @jax.jit
    def predict(row):
        hidden = jax.nn.relu(row @ kernel + bias)
        return jax.nn.softmax(hidden @ kernel_2 + bias_2)

    return looping(side.data, predict)


if __name__ == "__main__":
    rivals = {"torch": torch, "jax": by_hand}
    main(
        Work(
            "predict_row",
            "`predict` of one row, 1,000 times, 784-512-10",
            {"keras": predicting, **rivals},
            data,
            executions=(1,),
        ),
        Work(
            "call_row",
            "`model(x)` of one row, 1,000 times, 784-512-10",
            {"keras": calling, **rivals},
            data,
            executions=(),
        ),
    )
