"""Summaries are drawn as Keras 3 draws them, character by character."""

import keras
import pytest

import keryx


def plain(lib):
    layer = lib.layers
    return lib.Sequential(
        [
            lib.Input((8, 8, 1)),
            layer.Conv2D(8, 3),
            layer.BatchNormalization(),
            layer.Flatten(),
            layer.Dense(10),
        ]
    )


def compiled(lib):
    model = plain(lib)
    model.compile("adam", "mse")
    model.optimizer.build(model.trainable_variables)
    return model


def unbuilt(lib):
    return lib.Sequential([lib.layers.Dense(4), lib.layers.Dropout(0.5)])


def line(lib):
    x = lib.Input((4,))
    return lib.Model(x, lib.layers.Dense(3)(x))


def residual(lib):
    x = lib.Input((4,), name="a_name_that_is_too_long_for_its_column")
    y = lib.layers.Dense(4)(x)
    return lib.Model(x, lib.layers.Add()([x, y]))


def nested(lib):
    inner = lib.Sequential([lib.Input((4,)), lib.layers.Dense(2)], name="inner")
    return lib.Sequential([lib.Input((4,)), inner, lib.layers.Dense(1)])


@pytest.mark.parametrize(
    ("build", "options"),
    [
        (plain, {}),
        (compiled, {}),
        (unbuilt, {}),
        (line, {}),
        (residual, {}),
        (nested, {"expand_nested": True}),
        (plain, {"layer_range": ["batch.*", "flatten"]}),
    ],
    ids=lambda value: getattr(value, "__name__", None) or "-".join(value),
)
def test_summary_looks_as_in_keras(build, options, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    texts = []
    for lib in (keras, keryx):
        lib.utils.clear_session()
        build(lib).summary(print_fn=texts.append, **options)

    theirs, ours = texts

    assert ours == theirs
