"""Files go both ways between keryx and Keras 3, and hold the same things."""

import functools
import inspect
import io
import json
import zipfile

import h5py
import jax
import keras
import numpy as np
import pytest

from keryx import layers, models, optimizers, saving

RNG = np.random.default_rng(0)
FLAT = RNG.normal(size=(3, 4)).astype("float32")
IMAGES = RNG.normal(size=(2, 8, 8, 2)).astype("float32")
TOKENS = RNG.integers(0, 10, (3, 6)).astype("int32")
OURS = (models, layers, optimizers)
THEIRS = (keras, keras.layers, keras.optimizers)


def mlp(m, lay, opt):
    return m.Sequential(
        [
            lay.Input((4,)),
            lay.Dense(3, activation="relu", kernel_regularizer="l2"),
            lay.Dropout(0.5),
            lay.Dense(2, use_bias=False, activation="softmax"),
        ]
    )


def conv(m, lay, opt):
    return m.Sequential(
        [
            lay.Input((8, 8, 2)),
            lay.Conv2D(3, 3, padding="same", activation="relu"),
            lay.BatchNormalization(),
            lay.MaxPooling2D(),
            lay.Dropout(0.3),
            lay.SeparableConv2D(2, 2),
            lay.Flatten(),
            lay.Dense(3),
        ]
    )


def shared(m, lay, opt):
    a, b = lay.Input((4,), name="a"), lay.Input((4,), name="b")
    layer = lay.Dense(3, name="shared")
    joined = lay.Concatenate()([layer(a), layer(b)])
    out = lay.Dense(2, name="out")(lay.GaussianNoise(0.1)(joined))
    return m.Model([a, b], [lay.Dense(1, name="aux")(joined), out])


def nested(m, lay, opt):
    x = lay.Input((4,))
    block = m.Model(x, lay.Add()([lay.Dense(4)(x), x]), name="block")
    head = m.Sequential([lay.Dense(3), lay.LayerNormalization()], name="head")
    y = lay.Input((4,))
    z = block(block(y))
    return m.Model(y, {"out": head(z), "features": z})


def embedding(m, lay, opt):
    return m.Sequential(
        [
            lay.Input((6,), dtype="int32"),
            lay.Embedding(10, 4),
            lay.GlobalAveragePooling1D(),
            lay.PReLU(),
            lay.EinsumDense("ab,bc->ac", 5, bias_axes="c"),
        ]
    )


def calling_itself_in_inference(m, lay, opt):
    x = lay.Input((4,))
    return m.Model(x, lay.Dense(3)(lay.BatchNormalization()(x, training=False)))


CASES = [
    (mlp, FLAT),
    (conv, IMAGES),
    (shared, [FLAT, FLAT[::-1]]),
    (nested, FLAT),
    (embedding, TOKENS),
    (calling_itself_in_inference, FLAT),
]
IDS = [make.__name__ for make, _ in CASES]


def scramble(model):
    """Gives all weights values of their own, so that a mix-up shows."""
    rng = np.random.default_rng(1)
    model.set_weights([rng.uniform(0.5, 1.5, w.shape) for w in model.get_weights()])
    return model


def assert_equal_outputs(one, other, x):
    ours, theirs = jax.tree.leaves(one(x)), jax.tree.leaves(other(x))
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(("make", "x"), CASES, ids=IDS)
def test_keras_opens_our_model(make, x, tmp_path):
    model = scramble(make(*OURS))

    model.save(tmp_path / "m.keras")

    assert_equal_outputs(model, keras.models.load_model(tmp_path / "m.keras"), x)


@pytest.mark.parametrize(("make", "x"), CASES, ids=IDS)
def test_we_open_a_model_of_keras(make, x, tmp_path):
    model = scramble(make(*THEIRS))

    model.save(tmp_path / "m.keras")

    assert_equal_outputs(saving.load_model(tmp_path / "m.keras"), model, x)


@pytest.mark.parametrize(("make", "x"), CASES, ids=IDS)
def test_weights_go_both_ways(make, x, tmp_path):
    ours, theirs = scramble(make(*OURS)), make(*THEIRS)

    ours.save_weights(tmp_path / "ours.weights.h5")
    theirs.load_weights(tmp_path / "ours.weights.h5")
    theirs.save_weights(tmp_path / "theirs.weights.h5")
    again = make(*OURS)
    again.load_weights(tmp_path / "theirs.weights.h5")

    for a, b in zip(ours.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def contents(path):
    """Returns the arrays of a file by path, as `(shape, type)`, and empty groups."""
    found = {}

    def note(name, item):
        if isinstance(item, h5py.Dataset):
            found[name] = (item.shape, item.dtype)
        elif not len(item):
            found[name] = "empty"

    with h5py.File(path, "r") as file:
        file.visititems(note)
    return found


@pytest.mark.parametrize(("make", "x"), CASES, ids=IDS)
def test_weights_are_where_keras_has_them(make, x, tmp_path):
    make(*OURS).save_weights(tmp_path / "ours.weights.h5")
    make(*THEIRS).save_weights(tmp_path / "theirs.weights.h5")

    ours = contents(tmp_path / "ours.weights.h5")
    assert ours == contents(tmp_path / "theirs.weights.h5")


def make_user_model(m, lay, opt):
    class Block(lay.Layer):
        def __init__(self, **options):
            super().__init__(**options)
            self.zeta = lay.Dense(2)
            self.alpha = [lay.Dense(2), [3, 4], [lay.Dense(2)], lay.Dense(2)]
            self.by_name = {"x": lay.Dense(2), "y": (lay.Dense(2),)}

        def build(self, input_shape):
            self.still = self.add_weight(shape=(2,), trainable=False, name="still")
            self.scale = self.add_weight(shape=(2,), initializer="ones", name="scale")

        def call(self, x):
            x = self.alpha[3](self.alpha[2][0](self.alpha[0](self.zeta(x))))
            return self.by_name["y"][0](self.by_name["x"](x)) * self.scale + self.still

    class Net(m.Model):
        def __init__(self):
            super().__init__()
            self.dense = lay.Dense(2)
            self.again = self.dense
            self._hidden = lay.Dense(2)
            self._other = lay.Dense(2)
            self.tower = m.Sequential([lay.Dense(2), lay.BatchNormalization()])
            self.Upper = lay.Dense(2)
            self.blocks = [Block(), Block()]
            self.k10 = self.k9 = lay.Dense(2)

        @property
        def other(self):
            return self._other

        def call(self, x):
            for layer in (self.dense, self._hidden, self._other, self.tower):
                x = layer(x)
            for layer in (self.Upper, *self.blocks, self.k9):
                x = layer(x)
            return x

    model = Net()
    model(np.ones((1, 2), "float32"))
    return model


def test_weights_of_a_users_model_are_where_keras_has_them(tmp_path):
    make_user_model(*OURS).save_weights(tmp_path / "ours.weights.h5")
    make_user_model(*THEIRS).save_weights(tmp_path / "theirs.weights.h5")

    ours = contents(tmp_path / "ours.weights.h5")
    assert ours == contents(tmp_path / "theirs.weights.h5")


def test_weights_of_a_users_model_go_both_ways(tmp_path):
    theirs, ours = scramble(make_user_model(*THEIRS)), make_user_model(*OURS)

    theirs.save_weights(tmp_path / "theirs.weights.h5")
    ours.load_weights(tmp_path / "theirs.weights.h5")

    assert_equal_outputs(ours, theirs, FLAT[:, :2])


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_weights_of_16_bits_go_both_ways(dtype, tmp_path):
    def make(m, lay, opt):
        return m.Sequential([lay.Input((4,)), lay.Dense(3, dtype=dtype)])

    ours, theirs = make(*OURS), make(*THEIRS)
    ours.save(tmp_path / "ours.keras")
    back = keras.models.load_model(tmp_path / "ours.keras")
    theirs.save(tmp_path / "theirs.keras")
    here = saving.load_model(tmp_path / "theirs.keras")

    np.testing.assert_array_equal(back.get_weights()[0], ours.get_weights()[0])
    np.testing.assert_array_equal(here.get_weights()[0], theirs.get_weights()[0])


OPTIMIZERS = [
    ("Adam", {"learning_rate": 0.1}),
    ("SGD", {"learning_rate": 0.1, "momentum": 0.9, "nesterov": True}),
    ("RMSprop", {"learning_rate": 0.05, "centered": True, "momentum": 0.5}),
]


def trained(m, lay, opt, name, options):
    """Returns a model with two branches, trained for an epoch."""
    keras.utils.set_random_seed(0)
    x = lay.Input((4,))
    side = lay.Dense(2, name="side", kernel_initializer="ones")(x)
    deep = lay.Dense(3, name="a", activation="tanh", kernel_initializer="ones")(x)
    deep = lay.Dense(2, name="b", kernel_initializer="ones")(deep)
    model = m.Model(x, lay.Add()([side, deep]))
    model.compile(getattr(opt, name)(**options), "mse", metrics=["mae"])
    one_epoch(model)
    return model


def one_epoch(model):
    x = np.concatenate([FLAT, FLAT[::-1] * 0.5])
    model.fit(x, x[:, :2], batch_size=2, epochs=1, shuffle=False, verbose=0)


@pytest.mark.parametrize(("name", "options"), OPTIMIZERS[:2])
def test_keras_goes_on_training_our_model(name, options, tmp_path):
    model = trained(*OURS, name, options)
    model.save(tmp_path / "m.keras")
    other = keras.models.load_model(tmp_path / "m.keras")

    one_epoch(model)
    one_epoch(other)

    for a, b in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(("name", "options"), OPTIMIZERS)
def test_we_go_on_training_a_model_of_keras(name, options, tmp_path):
    model = trained(*THEIRS, name, options)
    model.save(tmp_path / "m.keras")
    other = saving.load_model(tmp_path / "m.keras")

    one_epoch(model)
    one_epoch(other)

    for a, b in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


def test_compiled_but_untrained_model_of_keras_is_opened(tmp_path):
    model = mlp(*THEIRS)
    model.compile("adam", "mse")
    model.save(tmp_path / "m.keras")

    other = saving.load_model(tmp_path / "m.keras")

    one_epoch(other)
    assert int(other.optimizer.iterations) == 3


def test_arguments_of_compile_survive_the_way_to_keras(tmp_path):
    model = shared(*OURS)
    model.compile(
        optimizers.SGD(optimizers.schedules.ExponentialDecay(0.1, 10, 0.9)),
        {"aux": "mse", "out": "mae"},
        metrics={"out": ["mse"]},
        loss_weights={"aux": 1.0, "out": 0.5},
    )
    model.save(tmp_path / "m.keras")

    other = keras.models.load_model(tmp_path / "m.keras").get_compile_config()

    assert other["loss"] == {"aux": "mse", "out": "mae"}
    assert other["loss_weights"] == {"aux": 1.0, "out": 0.5}
    assert other["metrics"] == {"out": ["mse"]}
    rate = other["optimizer"]["config"]["learning_rate"]["config"]
    assert rate["decay_rate"] == 0.9


def test_unused_and_shared_layers_have_the_order_of_keras():
    def make(m, lay, opt):
        unused, x, y = (lay.Input((4,), name=name) for name in "uxy")
        layer = lay.Dense(4, name="shared")
        deep = lay.Dense(4, name="deep")(layer(layer(x)))
        wide = lay.Add(name="sum")([deep, y, lay.Dense(4, name="wide")(y)])
        ends = [lay.Dense(1, name="last")(wide), lay.Dense(1, name="early")(y)]
        return m.Model([unused, x, y], ends)

    ours, theirs = make(*OURS), make(*THEIRS)

    assert [a.name for a in ours.layers] == [b.name for b in theirs.layers]


# A layer for each way to keep weights: what it is, and the shape of its input.
LAYERS = [
    ("BatchNormalization", {}, (4,)),
    ("GroupNormalization", {"groups": 2}, (4,)),
    ("RMSNormalization", {}, (4,)),
    ("DepthwiseConv2D", {"kernel_size": 2}, (4, 4, 2)),
    ("Conv1DTranspose", {"filters": 2, "kernel_size": 2}, (5, 3)),
    ("SeparableConv1D", {"filters": 2, "kernel_size": 2}, (5, 3)),
    ("SpatialDropout1D", {"rate": 0.5}, (5, 3)),
    ("RandomFlip", {}, (4, 4, 3)),
    ("LSTM", {"units": 2}, (5, 3)),
    ("GRU", {"units": 2, "dropout": 0.1}, (5, 3)),
    ("SimpleRNN", {"units": 2}, (5, 3)),
    ("ConvLSTM2D", {"filters": 2, "kernel_size": 2}, (3, 4, 4, 2)),
    ("Attention", {"use_scale": True}, None),
    ("AdditiveAttention", {}, None),
    ("MultiHeadAttention", {"num_heads": 2, "key_dim": 2}, None),
    ("GroupQueryAttention",
     {"num_query_heads": 2, "num_key_value_heads": 1, "head_dim": 2}, None),
    ("Normalization", {}, (4,)),
]  # fmt: skip
LAYERS = [case for case in LAYERS if hasattr(layers, case[0])]


def one_layer(m, lay, name, options, shape):
    x = lay.Input(shape or (5, 4))
    layer = getattr(lay, name)(**options)
    if shape is None:
        listed = "Multi" not in name and "Group" not in name
        return m.Model(x, layer([x, x]) if listed else layer(x, x))
    return m.Model(x, layer(x))


@pytest.mark.parametrize(("name", "options", "shape"), LAYERS)
def test_layer_is_laid_out_as_in_keras(name, options, shape, tmp_path):
    ours = one_layer(models, layers, name, options, shape)
    theirs = scramble(one_layer(keras, keras.layers, name, options, shape))
    ours.save_weights(tmp_path / "ours.weights.h5")
    theirs.save(tmp_path / "theirs.keras")

    again = saving.load_model(tmp_path / "theirs.keras")

    with zipfile.ZipFile(tmp_path / "theirs.keras") as archive:
        expected = contents(io.BytesIO(archive.read("model.weights.h5")))
    assert contents(tmp_path / "ours.weights.h5") == expected
    # Keras computes with these weights only once they come from a file.
    if name == "Normalization":
        theirs = keras.saving.load_model(tmp_path / "theirs.keras")
    x = RNG.uniform(0.5, 1.0, (2, *(shape or (5, 4)))).astype("float32")
    # Keras's random layers draw unless they are told not to.
    still = [functools.partial(model, training=False) for model in (again, theirs)]
    assert_equal_outputs(*still, x)


WRAPPED = [
    lambda lay: lay.Bidirectional(lay.GRU(2)),
    lambda lay: lay.TimeDistributed(lay.Dense(2)),
    lambda lay: lay.RNN([lay.SimpleRNNCell(2), lay.LSTMCell(2)]),
    lambda lay: lay.SpectralNormalization(lay.Dense(2)),
]
WRAPPERS = ["Bidirectional", "TimeDistributed", "RNN", "SpectralNormalization"]


@pytest.mark.parametrize(
    ("make", "name"),
    [pair for pair in zip(WRAPPED, WRAPPERS, strict=True) if hasattr(layers, pair[1])],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_wrapper_is_laid_out_as_in_keras(make, name, tmp_path):
    def build(m, lay):
        return m.Sequential([lay.Input((5, 3)), make(lay)])

    build(models, layers).save_weights(tmp_path / "ours.weights.h5")
    theirs = scramble(build(keras, keras.layers))
    theirs.save(tmp_path / "theirs.keras")

    again = saving.load_model(tmp_path / "theirs.keras")

    with zipfile.ZipFile(tmp_path / "theirs.keras") as archive:
        expected = contents(io.BytesIO(archive.read("model.weights.h5")))
    assert contents(tmp_path / "ours.weights.h5") == expected
    assert_equal_outputs(again, theirs, np.ones((2, 5, 3), "float32"))


def test_registered_function_is_written_as_keras_writes_it():
    def act(x):
        return x * 2

    saving.register_keras_serializable("ours")(act)
    keras.saving.register_keras_serializable("ours")(act)

    expected = keras.saving.serialize_keras_object(act)
    assert saving.serialize_keras_object(act) == expected
    assert saving.deserialize_keras_object(expected) is act


VALUES = [
    *((1, 2.5), {"a": [None, True]}, ..., slice(1, None)),
    *(np.arange(3.0), np.float32(2.0)),
]


@pytest.mark.parametrize("value", VALUES, ids=str)
def test_plain_data_is_written_as_keras_writes_it(value):
    expected = keras.saving.serialize_keras_object(value)

    assert saving.serialize_keras_object(value) == expected
    np.testing.assert_equal(saving.deserialize_keras_object(expected), value)


@pytest.mark.parametrize("name", ["Sequential", "Functional"])
def test_models_have_the_names_that_keras_gives_them(name, tmp_path):
    make = mlp if name == "Sequential" else shared
    descriptions = []
    for library in (OURS, THEIRS):
        make(*library).save(tmp_path / "m.keras")
        with zipfile.ZipFile(tmp_path / "m.keras") as archive:
            data = json.loads(archive.read("config.json"))
        keys = ("module", "class_name", "registered_name")
        descriptions.append([data[key] for key in keys])

    assert descriptions[0] == descriptions[1]


FUNCTIONS = [
    *("load_model", "load_weights", "register_keras_serializable"),
    *("get_registered_object", "get_registered_name", "get_custom_objects"),
    *("serialize_keras_object", "save_model", "save_weights"),
]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_arguments_are_those_of_keras(name):
    def arguments(function):
        found = inspect.signature(function).parameters.values()
        return [(p.name, p.default) for p in found if p.kind is not p.VAR_KEYWORD]

    ours = arguments(getattr(saving, name))
    assert ours == arguments(getattr(keras.saving, name))
