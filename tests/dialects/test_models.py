"""Old methods and arguments of models, optimizers and helpers do what they did."""

import warnings

import numpy as np
import pytest

import keryx
from keryx import layers, models, optimizers, utils
from keryx.dialects import legacy_module

pytestmark = pytest.mark.filterwarnings("ignore::keryx.dialects._report.DialectWarning")
X, Y = np.linspace(0, 1, 24, dtype="float32").reshape(8, 3), np.arange(8.0)


def small(outputs=1, activation=None, **compiled):
    model = models.Sequential(
        [layers.Dense(outputs, activation, input_dim=3, kernel_initializer="ones")]
    )
    model.compile(**{"optimizer": "sgd", "loss": "mse", **compiled})
    return model


def batches():
    while True:
        for place in (0, 4):
            yield X[place : place + 4], Y[place : place + 4]


def test_nb_epoch_is_epochs():
    assert small().fit(X, Y, nb_epoch=3, verbose=0).epoch == [0, 1, 2]


def test_a_text_after_the_layers_is_the_name():
    assert models.Sequential([layers.Dense(1)], "mine").name == "mine"


def test_epochs_may_be_a_whole_float():
    assert small().fit(X, Y, epochs=2.0, verbose=0).epoch == [0, 1]


def test_what_changed_nothing_is_left_out():
    history = small().fit(
        X, Y, verbose=0, max_q_size=3, pickle_safe=True, class_weight="auto"
    )

    assert history.epoch == [0]


def test_a_third_argument_with_names_is_the_metrics():
    model = models.Sequential([layers.Dense(1, input_dim=3)])
    model.compile("sgd", "mse", ["mae"])

    assert len(model.evaluate(X, Y, verbose=0)) == 2


def test_a_third_argument_with_numbers_is_the_weights():
    model = models.Sequential([layers.Dense(1, input_dim=3)])
    model.compile("sgd", "mse", [0.5])
    plain = models.Sequential([layers.Dense(1, input_dim=3)])
    plain.compile("sgd", "mse")
    plain.set_weights(model.get_weights())

    half = model.evaluate(X, Y, verbose=0)
    assert half == pytest.approx(plain.evaluate(X, Y, verbose=0) / 2, rel=1e-5)


@pytest.mark.parametrize("given", ["categorical", "binary"])
def test_a_class_mode_has_no_effect(given):
    model = models.Sequential([layers.Dense(1, input_dim=3)])

    model.compile("sgd", "mse", given)

    assert model.compiled
    model.compile("sgd", "mse", class_mode=given)


def test_fit_generator_of_keras_1_counts_samples():
    model = small()

    history = model.fit_generator(
        batches(), samples_per_epoch=8, nb_epoch=2, verbose=0, nb_worker=1
    )

    assert history.epoch == [0, 1]
    assert int(model.optimizer.iterations) == 4


def test_fit_generator_of_keras_2_counts_steps():
    model = small()

    model.fit_generator(batches(), 3, 2, verbose=0, workers=4)

    assert int(model.optimizer.iterations) == 6


@pytest.mark.parametrize(("name", "value"), [("val_samples", 8), ("steps", 2)])
def test_generators_of_one_pass(name, value):
    model = small()

    loss = model.evaluate_generator(batches(), **{name: value})
    scores = model.predict_generator(((x,) for x, _ in batches()), **{name: value})

    assert loss == pytest.approx(model.evaluate(X, Y, verbose=0), rel=1e-5)
    np.testing.assert_allclose(scores, model.predict(X, verbose=0), rtol=1e-5)


def test_steps_may_be_a_fraction():
    model = small()

    model.fit(batches(), steps_per_epoch=7 / 4, verbose=0)

    assert int(model.optimizer.iterations) == 2


def test_classes_of_several_outputs_are_the_highest():
    model = small(3, "softmax")
    model.set_weights([np.eye(3), np.zeros(3)])

    assert model.predict_classes(np.eye(3)).tolist() == [0, 1, 2]
    assert model.predict_proba(np.eye(3)).shape == (3, 3)


def test_classes_of_one_output_keep_the_column():
    model = small(1, "sigmoid")
    model.set_weights([np.ones((3, 1)), np.array([-1.5])])

    classes = model.predict_classes(np.array([[1.0, 1, 1], [0, 0, 0]]))

    assert classes.tolist() == [[1], [0]]
    assert classes.dtype == np.int32


def test_a_dict_is_the_class_weight_of_a_batch():
    x, y = np.ones((4, 3)), np.array([0, 0, 1, 1])
    model = small()
    plain = small()
    plain.set_weights(model.get_weights())

    loss = model.train_on_batch(x, y, {0: 0.0, 1: 2.0})

    expected = plain.train_on_batch(x, y, class_weight={0: 0.0, 1: 2.0})
    assert loss == pytest.approx(expected)


def test_model_of_keras_1_takes_input_and_output():
    start = layers.Input((3,))
    model = models.Model(input=start, output=layers.Dense(2)(start))

    assert type(model) is type(models.Model(start, layers.Dense(2)(start)))
    assert model.predict(X, verbose=0).shape == (8, 2)


def test_merge_feeds_a_branch_twice_if_it_is_there_twice():
    left = models.Sequential([layers.Dense(2, input_dim=3)])
    right = models.Sequential([layers.Dense(2, input_dim=3)])
    model = models.Sequential()
    model.add(layers.Merge([left, right, left], mode="concat"))

    outputs = model.predict([X, 2 * X, 3 * X], verbose=0)

    expected = [left.predict(X, verbose=0), right.predict(2 * X, verbose=0)]
    expected.append(left.predict(3 * X, verbose=0))
    np.testing.assert_allclose(outputs, np.concatenate(expected, 1), rtol=1e-5)
    assert model.count_params() == 16


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("sum", lambda a, b: a + b),
        ("mul", lambda a, b: a * b),
        ("ave", lambda a, b: (a + b) / 2),
        ("max", np.maximum),
        ("concat", lambda a, b: np.concatenate([a, b], -1)),
        ("dot", lambda a, b: np.sum(a * b, -1, keepdims=True)),
        (
            "cos",
            lambda a, b: (np.sum(a * b, -1) / np.linalg.norm(a, axis=-1)
                          / np.linalg.norm(b, axis=-1))[:, None, None],
        ),
        (lambda pair: pair[0] - pair[1], lambda a, b: a - b),
    ],
    ids=lambda v: v if isinstance(v, str) else "function",
)  # fmt: skip
def test_the_modes_of_merge(mode, expected):
    a, b = layers.Input((3,)), layers.Input((3,))
    model = models.Model([a, b], layers.merge([a, b], mode=mode))
    one, two = X + 1, X[::-1] + 2

    outputs = model.predict([one, two], verbose=0)

    np.testing.assert_allclose(outputs, expected(one, two), rtol=1e-5)


def test_shapes_of_layers_by_their_calls():
    start = layers.Input((3,))
    dense = layers.Dense(2)
    dense(start)

    assert dense.output_shape == dense.get_output_shape_at(0) == (None, 2)
    assert dense.input_shape == dense.get_input_shape_at(0) == (None, 3)
    assert dense.get_output_at(0) is dense.output
    assert dense.W is dense.kernel


def test_an_attribute_that_nobody_had_is_the_usual_error():
    with pytest.raises(AttributeError, match="no attribute 'kernels'") as caught:
        _ = layers.Dense(2).kernels

    assert (caught.value.name, type(caught.value.obj).__name__) == ("kernels", "Dense")


def test_a_layer_without_the_thing_does_not_have_its_old_name():
    assert not hasattr(layers.Flatten(), "W")
    assert not hasattr(optimizers.SGD(), "predict_classes")


def test_weights_that_a_layer_of_keras_1_lists_are_its_weights():
    class Scale(layers.Layer):
        def build(self, input_shape):
            self.scale = keryx.Variable(np.full(input_shape[-1:], 2, "float32"))
            self.trainable_weights = [self.scale]

        def call(self, x, mask=None):
            return x * self.scale

    layer = Scale()

    assert layer(np.ones((1, 3))).tolist() == [[2, 2, 2]]
    assert [w.shape for w in layer.trainable_weights] == [(3,)]


@pytest.mark.parametrize(
    "args",
    [
        (("w", (3, 4)), {}),
        (((3, 4),), {"name": "w"}),
        ((), {"name": "w", "shape": (3, 4), "use_resource": True}),
    ],
    ids=["name first", "shape first", "tf"],
)
def test_a_weight_by_name_and_shape_in_any_order(args):
    weight = layers.Layer().add_weight(*args[0], **args[1])

    assert (weight.name, weight.shape) == ("w", (3, 4))


def test_one_hot_rows_of_keras_1():
    rows = utils.np_utils.to_categorical([0, 2], nb_classes=4)

    assert rows.tolist() == [[1, 0, 0, 0], [0, 0, 1, 0]]
    assert utils.to_categorical([0, 1], dtype="int8").dtype == np.int8


def test_weights_of_an_optimizer():
    model = small(optimizer=optimizers.SGD(lr=0.1, momentum=0.9))
    model.train_on_batch(X, Y)
    values = model.optimizer.get_weights()

    model.optimizer.set_weights(values)

    assert len(values) == len(model.optimizer.weights)


# --- modules --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("keras.layers.core", "Dense"),
        ("keras.layers.core", "Merge"),
        ("keras.layers.convolutional", "MaxPooling2D"),
        ("keras.layers.merge", "concatenate"),
        ("keras.layers.advanced_activations", "LeakyReLU"),
        ("keras.engine.topology", "Layer"),
        ("keras.engine.topology", "merge"),
        ("keras.engine.training", "Model"),
        ("keras.legacy.layers", "MaxoutDense"),
        ("keras.objectives", "categorical_crossentropy"),
        ("keras.initializations", "glorot_uniform"),
        ("keras.utils.np_utils", "probas_to_classes"),
        ("keras.utils.layer_utils", "convert_all_kernels_in_model"),
        ("tensorflow.keras.layers", "LocallyConnected1D"),
        ("tensorflow.python.keras.engine.training", "Model"),
        ("tensorflow.contrib.keras.python.keras.layers", "Dense"),
        ("keras.optimizers.legacy", "Adam"),
        ("keras.mixed_precision.experimental", "set_policy"),
        ("keras.models", "Input"),
        ("tf_keras.layers", "Layer"),
        ("keras.src.layers", "ThresholdedReLU"),
    ],
)
def test_old_modules_have_their_names(path, name):
    assert getattr(legacy_module(path), name) is not None


def test_a_module_that_no_keras_had_is_none():
    assert legacy_module("keras.layers.nonsense") is None
    assert legacy_module("keras._core.serial") is None


def test_a_name_that_no_module_had_is_an_error():
    with pytest.raises(AttributeError, match="Nonsense"):
        _ = legacy_module("keras.layers.core").Nonsense
    with pytest.raises(AttributeError, match="Nonsense"):
        _ = layers.Nonsense


def test_a_star_import_has_old_names_too():
    names = {}
    exec("from keryx.layers import *", names)

    assert {"Dense", "Layer", "Input", "Convolution2D", "MaxoutDense"} <= set(names)


def test_merge_is_a_module_and_a_function():
    merge = legacy_module("keras.layers.merge")
    a, b = layers.Input((3,)), layers.Input((3,))

    assert merge([a, b], mode="sum").shape == merge.add([a, b]).shape == (None, 3)


# --- layers that are no more ----------------------------------------------------------


def test_maxout_is_the_largest_of_the_maps():
    layer = layers.MaxoutDense(2, nb_feature=3, init="uniform")
    y = layer(X)

    w, b = (v.numpy() for v in (layer.W, layer.b))
    expected = (np.einsum("bi,kio->bko", X, w) + b).max(1)
    np.testing.assert_allclose(y, expected, rtol=1e-5)


def test_highway_passes_part_of_its_input():
    layer = layers.Highway(activation="tanh")
    y = layer(X)

    w, carry = layer.W.numpy(), layer.W_carry.numpy()
    share = 1 / (1 + np.exp(-(X @ carry + 1)))
    expected = share * np.tanh(X @ w) + (1 - share) * X
    np.testing.assert_allclose(y, expected, rtol=1e-5)


def test_s_relu_is_three_lines():
    layer = layers.SReLU(
        "zeros", lambda s, dtype=None: np.full(s, 0.5), "ones", "zeros"
    )

    y = layer(np.array([[-2.0, 0.5, 3.0]]))

    assert y.tolist() == [[-1.0, 0.5, 1.0]]


def test_parametric_softplus():
    y = layers.ParametricSoftplus(2.0, 3.0)(X)

    np.testing.assert_allclose(y, 2 * np.log1p(np.exp(3 * X)), rtol=1e-5)


@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
def test_locally_connected_layers_have_a_kernel_at_each_place(data_format):
    x = np.random.default_rng(0).normal(size=(2, 5, 4, 3)).astype("float32")
    layer = layers.LocallyConnected2D(
        2, (2, 3), strides=(2, 1), data_format=data_format
    )
    y = layer(x if data_format == "channels_last" else np.moveaxis(x, -1, 1))
    y = np.asarray(y if data_format == "channels_last" else np.moveaxis(y, 1, -1))

    kernel = layer.kernel.numpy()
    for place, (row, column) in enumerate(np.ndindex(2, 2)):
        window = x[:, 2 * row : 2 * row + 2, column : column + 3]
        if data_format == "channels_first":
            window = np.moveaxis(window, -1, 1)
        expected = window.reshape(2, -1) @ kernel[place]
        np.testing.assert_allclose(y[:, row, column], expected, rtol=1e-4, atol=1e-5)


def test_locally_connected_over_time():
    x = np.random.default_rng(0).normal(size=(2, 5, 3)).astype("float32")
    layer = layers.LocallyConnected1D(2, 2)
    y = np.asarray(layer(x))

    assert layer.kernel.shape == (4, 6, 2)
    for step in range(4):
        window = x[:, step : step + 2].reshape(2, -1)
        np.testing.assert_allclose(
            y[:, step], window @ layer.kernel.numpy()[step], rtol=1e-4, atol=1e-5
        )


@pytest.mark.parametrize(
    "make",
    [
        lambda: layers.MaxoutDense(2),
        lambda: layers.Highway(),
        lambda: layers.ThresholdedReLU(0.5),
        lambda: layers.ParametricSoftplus(),
        lambda: layers.SReLU(),
        lambda: layers.LocallyConnected1D(2, 2),
    ],
    ids=["maxout", "highway", "threshold", "softplus", "srelu", "local"],
)
def test_legacy_layers_survive_their_configuration(make):
    layer = make()

    data = keryx.saving.serialize_keras_object(layer)
    again = keryx.saving.deserialize_keras_object(data)

    assert data["module"] == "keras.layers"
    assert again.get_config() == layer.get_config()


def test_metrics_of_keras_1():
    y, p = np.array([1.0, 1.0, 0.0, 0.0]), np.array([0.9, 0.2, 0.8, 0.1])

    assert float(keryx.metrics.fmeasure(y, p)) == pytest.approx(0.5, abs=1e-6)
    assert float(keryx.metrics.matthews_correlation(y, p)) == pytest.approx(0)


@pytest.mark.parametrize(
    ("module", "old", "new"),
    [
        ("losses", "cosine_proximity", "cosine_similarity"),
        ("losses", "kullback_leibler_divergence", "kl_divergence"),
        ("losses", "logcosh", "log_cosh"),
        ("losses", "huber_loss", "huber"),
        ("constraints", "nonneg", "non_neg"),
        ("constraints", "maxnorm", "max_norm"),
        ("initializers", "zero", "zeros"),
        ("initializers", "normal", "random_normal"),
    ],
)
def test_old_strings_name_todays_things(module, old, new):
    get = getattr(keryx, module).get
    made, modern = get(old), get(new)

    assert made is modern or type(made) is type(modern)


def test_nothing_is_warned_of_when_nothing_is_old():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        small().fit(X, Y, epochs=1, verbose=0)
