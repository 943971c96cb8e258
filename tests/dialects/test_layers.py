"""Layers of Keras 0 and 1 compute what they did."""

import numpy as np
import pytest

import keryx
from keryx import layers, losses, metrics, models
from keryx.dialects import backend as K, legacy_module, set_era

pytestmark = pytest.mark.filterwarnings("ignore::keryx.dialects._report.DialectWarning")
X = np.linspace(-1, 2, 24, dtype="float32").reshape(8, 3)


@pytest.fixture(autouse=True)
def _no_era():
    yield
    set_era(None)


def test_whole_rows_of_an_embedding_drop_out():
    layer = layers.Embedding(50, 4, dropout=0.5, init="one")
    ids = np.arange(100).reshape(4, 25) % 50

    rows = np.asarray(layer(ids, training=True)).reshape(2, 50, 4)

    assert set(np.unique(rows)) == {0.0, 2.0}
    np.testing.assert_array_equal(rows[0], rows[1])  # a word is in or out everywhere
    np.testing.assert_array_equal(rows[..., :1].repeat(4, -1), rows)
    assert np.all(np.asarray(layer(ids)) == 1)


@pytest.mark.parametrize("mode", [1, 2])
@pytest.mark.parametrize("training", [True, False])
def test_normalization_without_running_statistics(mode, training):
    layer = layers.BatchNormalization(epsilon=0.1, mode=mode)
    y = layer(X, training=training)

    axis = -1 if mode == 1 else 0
    root = np.sqrt(X.var(axis, keepdims=True) + 0.1) + (0.1 if mode == 1 else 0)
    expected = (X - X.mean(axis, keepdims=True)) / root
    np.testing.assert_allclose(y, expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_array_equal(layer.moving_mean.numpy(), 0)


@pytest.mark.parametrize(
    "make",
    [
        lambda: layers.Embedding(5, 2, dropout=0.5),
        lambda: layers.BatchNormalization(mode=1),
    ],
    ids=["embedding", "normalization"],
)
def test_they_survive_their_configuration(make):
    layer = make()

    data = keryx.saving.serialize_keras_object(layer)

    assert keryx.saving.deserialize_keras_object(data).get_config() == (
        layer.get_config()
    )


@pytest.mark.parametrize(
    ("output_shape", "kernel", "mode", "size"),
    [((None, 16, 16, 2), 3, "valid", 7), ((None, 13, 13, 2), 3, "same", 7)],
)
def test_a_deconvolution_has_the_size_that_was_asked_for(
    output_shape, kernel, mode, size
):
    layer = layers.Deconvolution2D(
        2, kernel, kernel, output_shape=output_shape, subsample=(2, 2),
        border_mode=mode,
    )  # fmt: skip

    assert layer(np.ones((1, size, size, 1))).shape[1:] == output_shape[1:]


def test_a_layer_of_keras_1_makes_its_weights_with_the_backend():
    class Scale(layers.Layer):
        def build(self, input_shape):
            self.gain = K.ones((input_shape[-1],))
            self.shift = K.zeros((input_shape[-1],))
            self.trainable_weights = [self.gain, self.shift]

        def call(self, x, mask=None):
            return self.gain * x + self.shift + K.zeros((3,))

    model = models.Sequential([Scale(input_shape=(3,))])

    assert [w.shape for w in model.get_weights()] == [(3,), (3,)]
    np.testing.assert_array_equal(model.predict(X, verbose=0), X)


@pytest.mark.parametrize(
    ("name", "given", "spread"),
    [
        ("uniform", {"scale": 0.5}, 0.5 / np.sqrt(3)),
        ("normal", {"scale": 0.5}, 0.5),
        ("glorot_normal", {}, np.sqrt(2 / 80)),
        ("he_normal", {}, np.sqrt(2 / 40)),
        ("zero", {}, 0),
    ],
)
def test_initializers_of_keras_1_return_variables(name, given, spread):
    make = getattr(legacy_module("keras.initializations"), name)

    found = make((40, 40), name="w", **given)

    assert found.name == "w"
    assert np.std(found.get_value()) == pytest.approx(spread, rel=0.1)


def test_a_function_that_must_be_told_a_name():
    normal = legacy_module("keras.initializations").normal
    layer = layers.Dense(2, init=lambda shape, name: normal(shape, scale=1, name=name))

    layer(X)

    assert np.all(layer.W.get_value() != 0)


# --- losses and metrics that depend on the era ----------------------------------------


@pytest.mark.parametrize(("era", "loss"), [("1", 0.5), ("2", 0.5), (None, 1.0)])
def test_targets_of_hinge(era, loss):
    set_era(era)

    found = losses.get("hinge")(np.array([[0.0, 1.0]]), np.array([[1.0, 1.0]]))

    # Where the target is 0: max(1 - 0, 0), and today max(1 + 1, 0).
    assert float(np.ravel(found)[0]) == pytest.approx(loss)


@pytest.mark.parametrize(
    ("era", "kind", "name"),
    [
        ("1", "BinaryAccuracy", "acc"),
        ("2", "BinaryAccuracy", "acc"),
        ("tf", "BinaryAccuracy", "accuracy"),
        (None, "CategoricalAccuracy", "accuracy"),
    ],
)
def test_accuracy_of_several_yes_and_no(era, kind, name):
    set_era(era)
    model = models.Sequential([layers.Dense(3, "sigmoid", input_dim=3)])
    model.compile("sgd", "binary_crossentropy", metrics=["accuracy"])

    model.test_on_batch(X, np.eye(3)[np.arange(8) % 3])

    (metric,) = model.compiled_metrics.metrics
    assert (type(metric).__name__, metric.name) == (kind, name)
    assert model.metrics_names == ["loss", name]


@pytest.mark.parametrize(
    "use",
    [
        lambda model, y: model.fit(X, y, show_accuracy=True, verbose=0),
        lambda model, y: model.evaluate(X, y, show_accuracy=True, verbose=0),
        lambda model, y: model.train_on_batch(X, y, accuracy=True),
    ],
    ids=["fit", "evaluate", "train_on_batch"],
)
def test_accuracy_may_be_asked_for_later(use):
    model = models.Sequential([layers.Dense(1, "sigmoid", input_dim=3)])
    model.compile("sgd", "binary_crossentropy", class_mode="binary")

    use(model, np.arange(8) % 2)

    assert model.metrics_names == ["loss", "acc"]


def test_a_name_of_keras_2_is_todays_metric():
    assert metrics.CosineProximity is metrics.CosineSimilarity
