"""What is saved comes back; what cannot be saved or loaded is said clearly."""

import copy
import json
import warnings
import zipfile

import h5py
import numpy as np
import pytest

from keryx import layers, models, optimizers, random, saving
from keryx._core.errors import (
    FileError,
    KeryxWarning,
    SignatureError,
    UnknownNameError,
)

X = np.random.default_rng(0).normal(size=(8, 4)).astype("float32")


def make_model(units=3, out=2):
    return models.Sequential(
        [
            layers.Input((4,)),
            layers.Dense(units, activation="tanh"),
            layers.Dropout(0.2),
            layers.Dense(out),
        ]
    )


def one_epoch(model):
    random.set_random_seed(1)
    model.fit(X, X[:, :2], batch_size=4, epochs=1, verbose=0)


def assert_same_weights(one, other):
    for a, b in zip(one.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


# --- round trips ------------------------------------------------------------------


@pytest.mark.parametrize(
    "optimizer",
    [
        optimizers.Adam(0.1),
        optimizers.SGD(0.1, momentum=0.9),
        optimizers.SGD(optimizers.schedules.ExponentialDecay(0.1, 2, 0.5)),
        optimizers.Adam(0.1, use_ema=True, gradient_accumulation_steps=2),
    ],
    ids=["adam", "momentum", "schedule", "ema"],
)
def test_training_goes_on_as_if_never_saved(optimizer, tmp_path):
    model = make_model()
    model.compile(optimizer, "mse", metrics=["mae"])
    one_epoch(model)
    model.save(tmp_path / "m.keras")
    other = saving.load_model(tmp_path / "m.keras")

    one_epoch(model)
    one_epoch(other)

    assert_same_weights(model, other)


def test_arguments_of_compile_come_back(tmp_path):
    model = make_model()
    model.compile(optimizers.SGD(0.25, momentum=0.5), "huber", metrics=["mae"])
    model.save(tmp_path / "m.keras")

    other = saving.load_model(tmp_path / "m.keras")

    assert other.get_compile_config() == model.get_compile_config()
    assert float(other.optimizer.learning_rate) == 0.25


def test_uncompiled_model_is_loaded_if_so_asked(tmp_path):
    model = make_model()
    model.compile("adam", "mse")
    one_epoch(model)
    model.save(tmp_path / "m.keras")

    other = saving.load_model(tmp_path / "m.keras", compile=False)

    assert not other.compiled
    assert_same_weights(model, other)


def test_weights_of_a_compiled_model_go_into_one_that_is_not(tmp_path):
    model, other = make_model(), make_model()
    model.compile("adam", "mse")
    one_epoch(model)

    model.save_weights(tmp_path / "m.weights.h5")
    other.load_weights(tmp_path / "m.weights.h5")

    assert_same_weights(model, other)


def test_weights_are_read_from_the_file_of_a_whole_model(tmp_path):
    model, other = make_model(), make_model()

    model.save(tmp_path / "m.keras")
    other.load_weights(tmp_path / "m.keras")

    assert_same_weights(model, other)


def test_state_of_another_optimizer_is_left_out_with_a_warning(tmp_path):
    model, other = make_model(), make_model()
    model.compile("adam", "mse")
    other.compile("sgd", "mse")
    one_epoch(model)
    one_epoch(other)
    model.save_weights(tmp_path / "m.weights.h5")

    with pytest.warns(KeryxWarning, match="of another optimizer"):
        other.load_weights(tmp_path / "m.weights.h5")

    assert_same_weights(model, other)


def test_frozen_layers_stay_frozen(tmp_path):
    model = make_model()
    model.layers[0].trainable = False
    model.save(tmp_path / "m.keras")

    other = saving.load_model(tmp_path / "m.keras")

    flags = [v.trainable for v in other.weights]
    assert flags == [False, False, True, True]


def test_calls_that_are_always_in_inference_stay_so(tmp_path):
    x = layers.Input((4,))
    y = layers.Dropout(0.5, name="never")(x, training=False)
    model = models.Model(x, layers.Dropout(0.5, name="sometimes")(y))
    model.save(tmp_path / "m.keras")

    other = saving.load_model(tmp_path / "m.keras")

    kept = np.asarray(other(np.ones((100, 4), "float32"), training=True))
    assert set(np.unique(kept)) == {0.0, 2.0}


def test_model_without_weights_warns(tmp_path):
    model = models.Sequential([layers.Dense(2)])

    with pytest.warns(KeryxWarning, match="no weights yet"):
        model.save(tmp_path / "m.keras")

    assert not saving.load_model(tmp_path / "m.keras").built


# --- the user's own classes -------------------------------------------------------


class Scale(layers.Layer):
    def __init__(self, factor, start=1.0):
        super().__init__()
        self.factor, self.start = factor, start

    def build(self, input_shape):
        self.scale = self.add_weight((input_shape[-1],), "ones")

    def call(self, inputs):
        return inputs * self.scale * self.factor


class Tower(models.Model):
    def __init__(self, units, **options):
        super().__init__(**options)
        self.units = units
        self.blocks = [layers.Dense(units), Scale(2.0)]

    def call(self, inputs):
        for block in self.blocks:
            inputs = block(inputs)
        return inputs


def test_users_model_and_layer_come_back_by_custom_objects(tmp_path):
    model = Tower(3, name="tower")
    expected = model(X)
    model.save(tmp_path / "m.keras")

    other = saving.load_model(
        tmp_path / "m.keras", custom_objects={"Tower": Tower, "Scale": Scale}
    )

    assert other.name == "tower"
    np.testing.assert_array_equal(other(X), expected)


def test_layer_whose_constructor_takes_no_name_keeps_its_name(tmp_path):
    layer = Scale(3.0)
    layer.name, layer.trainable = "mine", False
    model = models.Sequential([layers.Input((4,)), layer])
    model.save(tmp_path / "m.keras")

    with saving.custom_object_scope({"Scale": Scale}):
        other = saving.load_model(tmp_path / "m.keras").layers[0]

    assert (other.name, other.factor, other.trainable) == ("mine", 3.0, False)


def test_registered_class_and_function_need_no_custom_objects(tmp_path, monkeypatch):
    monkeypatch.setattr("keryx._core.registry._custom", {})

    @saving.register_keras_serializable("mine")
    def double(x):
        return 2 * x

    saving.register_keras_serializable("mine")(Scale)
    model = models.Sequential(
        [layers.Input((4,)), Scale(2.0), layers.Dense(2, activation=double)]
    )
    model.save(tmp_path / "m.keras")

    other = saving.load_model(tmp_path / "m.keras")

    assert other.layers[1].activation is double
    np.testing.assert_array_equal(other(X), model(X))


def test_unknown_class_is_named_with_the_remedy(tmp_path):
    model = models.Sequential([layers.Input((4,)), Scale(2.0)])
    model.save(tmp_path / "m.keras")

    with pytest.raises(UnknownNameError, match="'Scale' is not known") as caught:
        saving.load_model(tmp_path / "m.keras")

    assert "custom_objects" in caught.value.__notes__[0]


class Secret(layers.Layer):
    """Keeps its weight upside down in files."""

    fails = False

    def build(self, input_shape):
        self.w = self.add_weight((input_shape[-1],), "ones")

    def call(self, inputs):
        return inputs * self.w

    def save_own_variables(self, store):
        store["negative"] = -self.w.numpy()

    def load_own_variables(self, store):
        self.w.assign(-store["negative"])
        if self.fails:
            raise RuntimeError("on purpose")


def make_secret():
    return models.Sequential([layers.Input((4,)), layers.Dense(4), Secret()])


def test_layer_may_write_its_variables_itself(tmp_path):
    model, other = make_secret(), make_secret()
    model.layers[1].w.assign([1.0, 2.0, 3.0, 4.0])
    model.save_weights(tmp_path / "m.weights.h5")

    other.load_weights(tmp_path / "m.weights.h5")

    with h5py.File(tmp_path / "m.weights.h5") as file:
        assert file["layers/secret/vars/negative"][0] == -1.0
    assert_same_weights(model, other)


def test_model_is_as_before_if_a_layer_fails_to_read(tmp_path):
    model, other = make_secret(), make_secret()
    model.save_weights(tmp_path / "m.weights.h5")
    other.layers[1].w.assign([5.0, 6.0, 7.0, 8.0])
    other.layers[1].fails = True
    before = copy.deepcopy(other.get_weights())

    with pytest.raises(RuntimeError, match="on purpose"):
        other.load_weights(tmp_path / "m.weights.h5")

    for a, b in zip(before, other.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_lambda_is_refused_before_anything_is_written(tmp_path):
    model = models.Sequential(
        [layers.Input((4,)), layers.Dense(2, activation=lambda x: x)]
    )

    with pytest.raises(FileError, match="functions that have names"):
        model.save(tmp_path / "m.keras")

    assert list(tmp_path.iterdir()) == []


# --- weights that do not fit ------------------------------------------------------

MISFITS = [
    (lambda: make_model(units=5), r"3 of another shape.*shape \(4, 5\), the file"),
    (
        lambda: models.Sequential([layers.Input((4,)), layers.Dense(3)]),
        "0 missing, 2 unexpected.*Not in the model: 'layers/dense_1/vars/0'",
    ),
    (
        lambda: models.Sequential(
            [layers.Input((4,)), layers.Dense(3), layers.Dense(2), layers.PReLU()]
        ),
        r"1 missing, 0 unexpected.*'layers/p_re_lu/vars/0' \(",
    ),
    (lambda: models.Sequential([layers.Dense(3)]), "has no weights yet: call it"),
]


@pytest.mark.parametrize(("make", "message"), MISFITS)
def test_weights_that_do_not_fit_are_listed_and_change_nothing(make, message, tmp_path):
    make_model().save_weights(tmp_path / "m.weights.h5")
    model = make()
    before = copy.deepcopy(model.get_weights())

    with pytest.raises(FileError, match=f"(?s){message}"):
        model.load_weights(tmp_path / "m.weights.h5")

    for a, b in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_nearest_name_is_given_for_a_missing_array(tmp_path):
    make_model().save_weights(tmp_path / "m.weights.h5")
    with h5py.File(tmp_path / "m.weights.h5", "a") as file:
        file.move("layers/dense_1", "layers/dense_7")

    with pytest.raises(FileError, match="nearest 'layers/dense_7/vars/0'"):
        make_model().load_weights(tmp_path / "m.weights.h5")


def test_skip_mismatch_loads_what_fits_and_warns(tmp_path):
    saved = make_model(out=5)
    saved.save_weights(tmp_path / "m.weights.h5")
    model = make_model(out=2)

    with pytest.warns(KeryxWarning, match="2 of another shape"):
        model.load_weights(tmp_path / "m.weights.h5", skip_mismatch=True)

    np.testing.assert_array_equal(model.get_weights()[0], saved.get_weights()[0])


def test_weights_that_fit_give_no_warning(tmp_path):
    make_model().save_weights(tmp_path / "m.weights.h5")

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        make_model().load_weights(tmp_path / "m.weights.h5", skip_mismatch=True)


# --- the files themselves ---------------------------------------------------------


class Broken(layers.Layer):
    """Fails when half of a file is written."""

    def call(self, inputs):
        return inputs

    def save_own_variables(self, store):
        raise RuntimeError("disk on fire")


@pytest.mark.parametrize("name", ["m.keras", "m.weights.h5"])
def test_failure_while_writing_leaves_the_old_file(name, tmp_path):
    path = tmp_path / name
    path.write_bytes(b"the old one")
    model = models.Sequential([layers.Input((4,)), layers.Dense(2), Broken()])
    save = model.save if name == "m.keras" else model.save_weights

    with pytest.raises(RuntimeError, match="disk on fire"):
        save(path)

    assert path.read_bytes() == b"the old one"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["m.keras", "m.weights.h5"])
def test_file_is_not_replaced_against_the_users_will(name, tmp_path):
    path = tmp_path / name
    path.write_bytes(b"precious")
    save = make_model().save if name == "m.keras" else make_model().save_weights

    with pytest.raises(FileError, match="overwrite"):
        save(path, overwrite=False)

    assert path.read_bytes() == b"precious"


def test_archive_has_the_three_members_of_the_format(tmp_path):
    make_model().save(tmp_path / "m.keras")

    with zipfile.ZipFile(tmp_path / "m.keras") as archive:
        names = archive.namelist()
        config = json.loads(archive.read("config.json"))

    assert sorted(names) == ["config.json", "metadata.json", "model.weights.h5"]
    assert config["compile_config"] == {}


WRONG_CALLS = [
    (lambda m, p: m.save(p / "m.pkl"), FileError, r"ends in \.keras"),
    (lambda m, p: m.save(p / "m.weights.h5"), FileError, "`save_weights`"),
    (lambda m, p: m.save_weights(p / "m.npz"), FileError, r"ends in \.weights\.h5"),
    (lambda m, p: m.save_weights(p / "m.keras"), FileError, "`save_model`"),
    (lambda m, p: m.load_weights(p / "no.weights.h5"), FileError, "none of that name"),
    (lambda m, p: saving.load_model(p / "no.keras"), FileError, "none of that name"),
    (lambda m, p: m.save(p / "no" / "m.keras"), FileError, "Make the folder first"),
    (lambda m, p: m.save(p / "m.keras", zip=1), SignatureError, "`zip=1`"),
    (lambda m, p: m.save(p / "m.keras", zipped=False), FileError, "name of a folder"),
]


@pytest.mark.parametrize(("call", "error", "message"), WRONG_CALLS)
def test_wrong_call_says_what_is_supported(call, error, message, tmp_path):
    with pytest.raises(error, match=message):
        call(make_model(), tmp_path)
