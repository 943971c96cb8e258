"""What is written as `.h5` is read by Keras 3, by Keras 2, and by ourselves."""

import json

import h5py
import keras
import numpy as np
import pytest

from keryx import layers, models, saving

RNG = np.random.default_rng(0)


def image():
    return models.Sequential(
        [
            layers.Input((6, 6, 2)),
            layers.Conv2D(3, 3, activation="relu"),
            layers.BatchNormalization(),
            layers.Flatten(),
            layers.Dense(2),
        ]
    )


def graph():
    x = layers.Input((5,), dtype="int32")
    y = layers.Embedding(7, 4)(x)
    a = layers.LSTM(3, return_sequences=True)(y)
    b = layers.Bidirectional(layers.GRU(3, return_sequences=True))(y)
    y = layers.GlobalAveragePooling1D()(layers.Concatenate()([a, b]))
    return models.Model(x, layers.Dense(2)(layers.Add()([y, layers.Dense(9)(y)])))


def nested():
    # A bias before a normalization has no gradient but rounding, which Adam enlarges.
    inner = models.Sequential(
        [
            layers.Input((4,)),
            layers.Dense(3, use_bias=False),
            layers.BatchNormalization(),
        ]
    )
    x = layers.Input((4,))
    y = inner(x)
    return models.Model(x, layers.Dense(2)(layers.Add()([y, layers.Dropout(0.2)(y)])))


def outputs(model, x):
    return np.asarray(model.predict(x, verbose=0))


def inputs(model):
    tensor = model.inputs[0]
    shape = (8, *tensor.shape[1:])
    if tensor.dtype == "int32":
        return RNG.integers(0, 7, shape).astype("int32")
    return RNG.normal(size=shape).astype("float32")


MODELS = [image, graph, nested]
FIT = {"batch_size": 4, "epochs": 1, "shuffle": False, "verbose": 0}


@pytest.mark.parametrize("make", MODELS)
@pytest.mark.parametrize("ending", [".h5", ".hdf5"])
def test_model_comes_back_as_it_was(make, ending, tmp_path):
    model = make()
    model.save(tmp_path / f"m{ending}")

    other = saving.load_model(tmp_path / f"m{ending}")

    assert other.get_config() == model.get_config()
    for a, b in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("make", MODELS)
def test_keras_3_computes_the_same(make, tmp_path):
    model = make()
    x = inputs(model)
    model.save(tmp_path / "m.h5")

    theirs = keras.models.load_model(tmp_path / "m.h5")

    np.testing.assert_allclose(outputs(theirs, x), outputs(model, x), 1e-5, 1e-5)


def with_state(path):
    """Loads a model and its optimizer's state, which Keras 3 forgets to build."""
    model = keras.models.load_model(path, compile=False)
    model.compile("adam", "mse")
    model.optimizer.build(model.trainable_variables)
    with h5py.File(path) as file:
        group = file["optimizer_weights"]
        names = group.attrs["weight_names"]
        for variable, name in zip(model.optimizer.variables, names, strict=True):
            variable.assign(group[name][()])
    return model


@pytest.mark.parametrize("make", [image, nested])
def test_keras_3_goes_on_with_training(make, tmp_path):
    model = make()
    if make is nested:  # each library drops others
        model.layers[2].rate = 0.0
    x = inputs(model)
    y = RNG.normal(size=(8, 2)).astype("float32")
    model.compile("adam", "mse")
    model.fit(x, y, **FIT)
    model.save(tmp_path / "m.h5")
    theirs = with_state(tmp_path / "m.h5")

    model.fit(x, y, **FIT)
    theirs.fit(x, y, **FIT)

    assert int(theirs.optimizer.iterations.value) == 4
    for a, b in zip(model.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("make", [image, graph])
def test_keras_2_computes_the_same(make, tmp_path):
    tf_keras = pytest.importorskip("tf_keras")
    model = make()
    x = inputs(model)
    model.compile("adam", "mse")
    model.save(tmp_path / "m.h5")

    theirs = tf_keras.models.load_model(tmp_path / "m.h5")

    np.testing.assert_allclose(outputs(theirs, x), outputs(model, x), 1e-5, 1e-5)


def test_training_goes_on_as_if_never_saved(tmp_path):
    model = image()
    x, y = inputs(model), RNG.normal(size=(8, 2)).astype("float32")
    model.compile("adam", "mse", metrics=["mae"])
    model.fit(x, y, **FIT)
    model.save(tmp_path / "m.h5")
    other = saving.load_model(tmp_path / "m.h5")

    model.fit(x, y, **FIT)
    other.fit(x, y, **FIT)

    for a, b in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("make", [image, graph])
def test_configuration_is_spelled_as_keras_2_did(make, tmp_path):
    make().save(tmp_path / "m.h5")

    with h5py.File(tmp_path / "m.h5") as file:
        text = file.attrs["model_config"]

    assert "batch_input_shape" in text
    for newer in ("DTypePolicy", "input_axes", "zero_output_for_mask", '"args"'):
        assert newer not in text


def test_graph_that_keras_2_cannot_spell_is_as_keras_3_has_it(tmp_path):
    nested().save(tmp_path / "m.h5")

    with h5py.File(tmp_path / "m.h5") as file:
        config = json.loads(file.attrs["model_config"])

    assert "args" in config["config"]["layers"][-1]["inbound_nodes"][0]


@pytest.mark.parametrize("make", MODELS)
def test_weights_by_layer_come_back(make, tmp_path):
    model, other = make(), make()
    model.save_weights(tmp_path / "w.h5")

    other.load_weights(tmp_path / "w.h5")

    for a, b in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_keras_3_reads_weights_by_layer(tmp_path):
    model = image()
    model.save(tmp_path / "m.h5")
    theirs = keras.models.load_model(tmp_path / "m.h5")
    model.set_weights([RNG.normal(size=w.shape) ** 2 for w in model.get_weights()])
    model.save_weights(tmp_path / "w.h5")

    theirs.load_weights(tmp_path / "w.h5")

    for a, b in zip(theirs.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_layers_with_long_names_are_listed_in_pieces(tmp_path):
    rows = [layers.Dense(1, name="d" * 900 + str(i)) for i in range(80)]
    model = models.Sequential([layers.Input((1,)), *rows])
    model.save_weights(tmp_path / "w.h5")
    other = models.clone_model(model)

    other.load_weights(tmp_path / "w.h5")

    with h5py.File(tmp_path / "w.h5") as file:
        assert "layer_names" not in file.attrs
        assert len(file.attrs["layer_names0"]) == 40
    np.testing.assert_array_equal(other.get_weights()[-2], model.get_weights()[-2])


def test_older_file_stays_if_writing_fails(tmp_path):
    model = image()
    model.save(tmp_path / "m.h5")
    before = (tmp_path / "m.h5").read_bytes()

    class Broken(layers.Layer):
        def call(self, inputs):
            return inputs

        def get_config(self):
            raise RuntimeError("no")

    model.add(Broken())
    with pytest.raises(RuntimeError, match="no"):
        model.save(tmp_path / "m.h5")

    assert (tmp_path / "m.h5").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["m.h5"]
