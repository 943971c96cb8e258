"""Callbacks decide as Keras 3's do."""

import inspect
import io
import itertools
import re
from types import SimpleNamespace

import keras
import numpy as np
import pytest

from keryx import callbacks

# Keras takes `**kwargs` there, to refuse names that were once accepted.
CLASSES = {
    "BackupAndRestore": (),
    "CSVLogger": (),
    "Callback": (),
    "CallbackList": (),
    "EarlyStopping": (),
    "History": (),
    "LambdaCallback": (),
    "LearningRateScheduler": (),
    "ModelCheckpoint": (),
    "ProgbarLogger": (),
    "ReduceLROnPlateau": ("kwargs",),
    "RemoteMonitor": (),
    "SwapEMAWeights": (),
    "TerminateOnNaN": (),
}


def arguments(cls, left_out=()):
    parameters = list(inspect.signature(cls.__init__).parameters.values())[1:]
    return [(p.name, p.default, p.kind) for p in parameters if p.name not in left_out]


@pytest.mark.parametrize("name", CLASSES)
def test_constructors_take_keras_arguments(name):
    theirs = getattr(keras.callbacks, name)

    assert arguments(getattr(callbacks, name)) == arguments(theirs, CLASSES[name])


def test_progbar_takes_keras_arguments():
    theirs = keras.utils.Progbar

    assert arguments(callbacks.Progbar) == arguments(theirs)
    for method in ("update", "add"):
        names = [
            list(inspect.signature(getattr(cls, method)).parameters)
            for cls in (callbacks.Progbar, theirs)
        ]
        assert names[0] == names[1]


def test_hooks_have_keras_names():
    hooks = lambda cls: {n for n in vars(cls) if n.startswith("on_")}

    assert hooks(callbacks.Callback) == hooks(keras.callbacks.Callback)


def play(callback, values):
    """Plays epochs; returns what the callback did to the model after each."""
    optimizer = SimpleNamespace(learning_rate=0.5)
    model = SimpleNamespace(stop_training=False, optimizer=optimizer, weights=[-1])
    model.get_weights = lambda: list(model.weights)
    model.set_weights = lambda weights: setattr(model, "weights", weights)
    callback.set_model(model)
    callback.on_train_begin()
    steps = []
    for epoch, value in enumerate(values):
        model.weights = [epoch]
        callback.on_epoch_end(epoch, {"loss": np.float32(value)})
        steps.append((model.stop_training, round(optimizer.learning_rate, 7)))
        if model.stop_training:
            break
    callback.on_train_end()
    return steps, model.weights


def sequences():
    drawn = np.random.default_rng(0).integers(0, 8, (12, 10)) / 4
    falling = 4 * 0.7 ** np.arange(10)
    return [*drawn, falling, -falling, np.ones(10)]


def options(**table):
    keys = list(table)
    return [
        dict(zip(keys, row, strict=True)) for row in itertools.product(*table.values())
    ]


STOPPING = options(
    mode=["min", "max"],
    patience=[0, 2],
    min_delta=[0, 0.3],
    baseline=[None, 0.6],
    start_from_epoch=[0, 2],
)
REDUCING = options(
    mode=["min", "max"],
    patience=[1, 2],
    min_delta=[1e-4, 0.3],
    cooldown=[0, 2],
    min_lr=[0.0, 0.02],
)


@pytest.mark.parametrize("settings", STOPPING, ids=str)
def test_early_stopping_decides_as_keras(settings):
    settings = {"monitor": "loss", "restore_best_weights": True, **settings}

    for values in sequences()[::3]:
        ours = play(callbacks.EarlyStopping(**settings), values)
        theirs = play(keras.callbacks.EarlyStopping(**settings), values)
        assert ours == theirs


@pytest.mark.parametrize("settings", REDUCING, ids=str)
def test_reduce_lr_decides_as_keras(settings):
    for values in sequences()[1::3]:
        ours = play(callbacks.ReduceLROnPlateau("loss", 0.25, **settings), values)
        theirs = play(
            keras.callbacks.ReduceLROnPlateau("loss", 0.25, **settings), values
        )
        assert ours == theirs


def metric_classes():
    made = {
        name: cls
        for name, cls in vars(keras.metrics).items()
        if inspect.isclass(cls) and issubclass(cls, keras.metrics.Metric)
    }
    options = {
        "IoU": {"num_classes": 2, "target_class_ids": [0]},
        "OneHotIoU": {"num_classes": 2, "target_class_ids": [0]},
        "MeanIoU": {"num_classes": 2},
        "OneHotMeanIoU": {"num_classes": 2},
        "SensitivityAtSpecificity": {"specificity": 0.5},
        "SpecificityAtSensitivity": {"sensitivity": 0.5},
        "PrecisionAtRecall": {"recall": 0.5},
        "RecallAtPrecision": {"precision": 0.5},
    }
    for name, cls in sorted(made.items()):
        if name in ("Metric", "MeanMetricWrapper"):
            continue
        metric = cls(**options.get(name, {}))
        way = {"up": "max", "down": "min"}.get(getattr(metric, "_direction", None))
        if way:
            yield metric.name, way


@pytest.mark.parametrize(("name", "way"), list(metric_classes()))
def test_the_direction_of_metrics_is_keras_one(name, way):
    assert callbacks.MonitorCallback(f"val_{name}").way() == way


VALUES = [
    [("loss", 0.51234567), ("acc", 1.234e-5)],
    [("loss", 0.0), ("acc", 123456.789)],
    [("loss", float("nan")), ("f1", np.array([1.0, 2.0]))],
]


@pytest.mark.parametrize("values", VALUES, ids=str)
@pytest.mark.parametrize("target", [1, 10, 12345])
def test_lines_look_like_keras_ones(target, values, monkeypatch):
    lines = []
    for cls in (keras.utils.Progbar, callbacks.Progbar):
        screen = io.StringIO()
        monkeypatch.setattr("sys.stdout", screen)
        cls(target, verbose=2).update(target, values, finalize=True)
        lines.append(re.sub(r"\d+(us|ms|s)/", "*/", screen.getvalue()))

    assert lines[0] == lines[1]


@pytest.mark.parametrize("values", VALUES, ids=str)
@pytest.mark.parametrize("current", [1, 4, 10])
def test_bars_look_like_keras_ones(current, values, monkeypatch):
    for name in ("CI", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    lines = []
    for cls in (keras.utils.Progbar, callbacks.Progbar):
        screen = io.StringIO()
        screen.isatty = lambda: True
        monkeypatch.setattr("sys.stdout", screen)
        cls(10).update(current, values)
        text = re.sub(r"\x1b\[\d+m", "", screen.getvalue())
        lines.append(re.sub(r"\d+(us|ms|s)/", "*/", text))

    assert lines[0] == lines[1]
