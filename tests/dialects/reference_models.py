"""Models and callbacks for the lines of the reference tables."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from keryx.dialects import set_era
from tests.dialects.reference_helpers import B, K, L, M, n, O, old, U, x, x3, y


def activity(regularizer):
    """The penalty that a layer adds to the loss, for outputs equal to `x`."""
    layer = L.Activation("linear", activity_regularizer=regularizer)
    model = M.Sequential([L.Input((4,)), layer])
    model.compile("sgd", "mse")
    return model.evaluate(x, x, verbose=0)


def tiny(units=1):
    layer = L.Dense(units, input_dim=4, name="last", kernel_initializer="ones")
    model = M.Sequential([layer], name="tiny")
    model.compile("sgd", "mse")
    return model


def squares():
    return ((x.sum(1, keepdims=True) - y) ** 2).mean()


def b4sum(value):
    return L.Dense(1)(value)


@cache
def trained_model():
    model = tiny()
    model.fit(x, y, verbose=0)
    return model


def compiled(*args, **kwargs):
    model = tiny()
    model.compile(*args, **kwargs)
    model.test_on_batch(x, y)
    return model.metrics_names


def epochs_of(_x, _y, *args, **kwargs):
    return len(tiny().fit(x, y, *args, verbose=0, **kwargs).epoch)


def fitted(**kwargs):
    data_given = {} if "X" in kwargs else {"x": x}
    history = tiny().fit(**data_given, y=y, verbose=0, **kwargs)
    return bool(np.isfinite(history.history["loss"]).all())


def on_batch(first, second):
    return tiny().train_on_batch(x, np.zeros(2), first, second)


def pairs():
    while True:
        yield x, y


def counted_steps(*args, era=None, **kwargs):
    """How many batches of two `fit_generator` trains on."""
    seen = []
    counting = B.LambdaCallback(on_train_batch_end=lambda i, logs: seen.append(i))
    set_era(era)
    if args:
        args, kwargs = (pairs(), *args), {"callbacks": [counting], "verbose": 0}
    else:
        kwargs |= {"generator": pairs(), "callbacks": [counting], "verbose": 0}
    tiny().fit_generator(*args, **kwargs)
    return len(seen)


def stated(how):
    """The output of an LSTM that is given its states."""
    lstm = L.LSTM(4, kernel_initializer="ones", recurrent_initializer="ones")
    if how == "list":
        return n(lstm([x3, x, x]))
    return n(lstm(x3, initial_state=[x, x]))


def summed(line_length, positions):
    lines = []
    tiny().summary(line_length, positions, print_fn=lambda s, **_: lines.append(s))
    return bool(lines)


def printed(**kwargs):
    lines = []
    tiny().summary(print_fn=lambda line, **_: lines.append(line), **kwargs)
    return "\n".join(lines).split("\n") + ["end"]


def popped():
    model = tiny()
    model.pop()
    return len(model.layers)


def saved(name, *args, **kwargs):
    """Whether a model that is saved comes back."""
    model = tiny()
    model.save(name, *args, **kwargs)
    back = M.load_model(name)
    return bool((back.predict(x, verbose=0) == model.predict(x, verbose=0)).all())


def weights_saved(name, *args, by_name=False, **kwargs):
    model, other = tiny(), tiny()
    other.set_weights([2 * w for w in other.get_weights()])
    model.save_weights(name, *args)
    given = {"by_name": True, **kwargs} if by_name else kwargs
    other.load_weights(name, **given)
    return bool((other.get_weights()[0] == 1).all())


def loaded(**kwargs):
    tiny().save("loaded.h5")
    return M.load_model("loaded.h5", **kwargs).count_params() == 5


def sequential_of_list():
    config = tiny().get_config()
    return M.Sequential.from_config(config["layers"])


def yaml_model():
    pytest.importorskip("yaml")
    return M.model_from_yaml(tiny().to_yaml())


def normed():
    return M.Sequential([L.BatchNormalization(input_shape=(4,))])


def two_norms():
    norm = L.BatchNormalization
    return M.Sequential([norm(input_shape=(4,)), norm()])


def copied(how):
    import copy
    import pickle

    model = tiny()
    return copy.copy(model) if how == "copy" else pickle.loads(pickle.dumps(model))


def graph():
    model = M.Graph()
    model.add_input(name="in", input_shape=(4,))
    model.add_node(L.Dense(2), name="middle", input="in")
    model.add_output(name="out", input="middle")
    model.compile("sgd", {"out": "mse"})
    model.fit({"in": x, "out": x[:, :2]}, nb_epoch=1, verbose=0)
    return {"out": np.asarray(model.predict({"in": x})["out"])[:, :1]}


def phase(value):
    model = M.Sequential([L.Dropout(0.5, input_shape=(4,))])
    function = K.function([model.layers[0].input, K.learning_phase()],
                          [model.layers[-1].output])  # fmt: skip
    return function([x, value])[0]


def named(cls, *args):
    U.clear_session()
    return [getattr(L, cls)(*args).name for _ in range(2)]


def input_name():
    U.clear_session()
    return L.Input((4,)).node.function.name


def logs(metrics, **kwargs):
    model = tiny()
    model.compile("sgd", "mse", metrics=metrics, **kwargs)
    model.test_on_batch(x, y)
    return model.metrics_names[1:]


def cosine_metric(y_true, y_pred):
    return (y_true * y_pred).mean()


def multilabel(metric):
    model = M.Sequential([L.Activation("linear", input_shape=(2,))])
    model.compile("sgd", "binary_crossentropy", metrics=[metric])
    truth = np.array([[1.0, 0.0], [1.0, 0.0]])
    guess = np.array([[0.9, 0.1], [0.2, 0.4]])
    return model.test_on_batch(guess, truth)[1]


def metrics_named(count):
    start = L.Input((4,))
    ends = [L.Dense(1, name=name)(start) for name in ("first", "second")]
    model = M.Model(start, ends)
    model.compile("sgd", "mse", metrics=["accuracy"])
    model.test_on_batch(x, [y, y])
    return model.metrics_names


def evaluated():
    model = tiny()
    return model.evaluate(x, model.predict(x, verbose=0), verbose=0)


def recorded(epochs):
    model = tiny()
    model.compile("sgd", "mse", metrics=["accuracy"])
    return model.fit(x, y, epochs=epochs, verbose=0).history


def get_test(**kwargs):
    return old.utils.test_utils.get_test_data(**kwargs)[0]


# --- callbacks ------------------------------------------------------------------------


class Script(B.Callback):
    """Puts losses that rise and accuracies that fall in the logs."""

    def on_epoch_end(self, epoch, logs=None):
        logs.update(val_loss=1.0 + epoch, val_acc=0.5 - epoch / 10)


def _run(callback, epochs, optimizer=None):
    model = tiny()
    model.compile(optimizer or O.SGD(1.0), "mse", metrics=["acc"])
    model.fit(x, y, epochs=epochs, verbose=0, callbacks=[Script(), callback])
    return model


def saves(callback, epochs):
    _run(callback, epochs)
    return sorted(path.name for path in Path().glob("*.h5"))


def stops(callback):
    return len(_run(callback, 6).history.epoch)


def rates(callback, epochs):
    seen = []
    note = B.LambdaCallback(on_epoch_end=lambda epoch, logs: seen.append(
        float(callback.model.optimizer.learning_rate)))  # fmt: skip
    model = tiny()
    model.compile(O.SGD(1.0), "mse")
    model.fit(x, y, epochs=epochs, verbose=0, callbacks=[Script(), callback, note])
    return seen


def columns(callback):
    tiny_model = tiny()
    tiny_model.compile("sgd", "mse", metrics=["acc"])
    tiny_model.fit(x, y, verbose=0, callbacks=[callback])
    with open("log.csv") as file:
        return file.readline().strip()


def lambdas():
    """What the functions of a `LambdaCallback` are called with."""
    seen = []

    def two(number, log):
        seen.append((number, isinstance(log, dict)))

    def one(log):
        seen.append((isinstance(log, dict),))

    callback = B.LambdaCallback(
        on_epoch_begin=two, on_epoch_end=two, on_batch_begin=two, on_batch_end=two,
        on_train_begin=one, on_train_end=one,
    )  # fmt: skip
    tiny().fit(x, y, verbose=0, callbacks=[callback])
    return sorted(seen, key=len, reverse=True)


class Noting(B.Callback):
    """Notes what it is called with, by the names of Keras 1 and 2."""

    def __init__(self):
        super().__init__()
        self.called, self.log, self.data = [], {}, None

    def on_batch_begin(self, batch, logs=None):
        self.called.append("batch_begin")

    def on_batch_end(self, batch, logs=None):
        self.called.append("batch_end")
        self.log = dict(logs)

    def on_epoch_end(self, epoch, logs=None):
        self.called.append("epoch_end")
        self.data = self.validation_data
        logs["extra"] = 0.5


def _noted(**kwargs):
    noting = Noting()
    history = tiny().fit(x, y, verbose=0, callbacks=[noting], **kwargs)
    return noting, history


def hooks():
    return _noted()[0].called


def batch_logs():
    return _noted()[0].log


def params():
    noting = _noted()[0]
    known = ("batch_size", "nb_epoch", "nb_sample", "verbose", "metrics", "epochs",
             "steps", "samples")  # fmt: skip
    return [name for name in known if _has(noting.params, name)]


def _has(mapping, name):
    try:
        mapping[name]
    except KeyError:
        return False
    return True


def validation():
    return _noted(validation_data=(x, y))[0].data


def recorded_key():
    return _noted()[1].history["extra"]


class PairsSequence(U.PyDataset):
    """A sequence that does not call its base's constructor."""

    def __init__(self):
        self.rows = 4

    def __len__(self):
        return 2

    def __getitem__(self, i):
        return x, y


def passes(source):
    return bool(np.isfinite(tiny().fit_generator(source, verbose=0).history["loss"][0]))
