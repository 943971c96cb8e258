"""HDF5 files of Keras 1, 2 and 3: every array comes back, in today's layout."""

import json

import h5py
import keras
import numpy as np
import pytest

from keryx import layers, models, saving
from keryx._core.errors import FileError, KeryxWarning, SignatureError
from keryx._core.hook import Hook

RNG = np.random.default_rng(0)


def write_layers(group, saved, version=None, backend=None):
    """Writes arrays by layer as Keras 1 and 2 did: `{layer: {weight: array}}`."""
    if version:
        group.attrs["keras_version"] = version.encode()
    if backend:
        group.attrs["backend"] = backend.encode()
    group.attrs["layer_names"] = [name.encode() for name in saved]
    for layer, arrays in saved.items():
        inner = group.create_group(layer)
        names = [name.encode() for name in arrays]
        inner.attrs["weight_names"] = names or np.empty(0)
        for name, array in arrays.items():
            inner[name] = array


def weights_file(path, saved, version=None, backend=None):
    with h5py.File(path, "w") as file:
        write_layers(file, saved, version, backend)
    return path


def normal(*shape):
    return RNG.normal(size=shape).astype("float32")


def built(layer, shape):
    return models.Sequential([layers.Input(shape), layer])


# --- Keras 3 ----------------------------------------------------------------------


def keras_models():
    k = keras.layers
    inner = keras.Sequential(
        [k.Input((4,)), k.Dense(3), k.BatchNormalization(), k.Dense(3)], name="inner"
    )
    x = k.Input((4,))
    y = inner(x)
    nested = keras.Model(x, k.Dense(2)(k.Add()([y, k.Dropout(0.2)(y)])))
    rnn = keras.Sequential(
        [
            k.Input((5, 3)),
            k.Bidirectional(k.LSTM(2, return_sequences=True)),
            k.GRU(3),
            k.Dense(1),
        ]
    )
    image = keras.Sequential(
        [k.Input((6, 6, 2)), k.Conv2D(3, 3), k.Flatten(), k.Dense(2)]
    )
    return {"nested": (nested, (4,)), "rnn": (rnn, (5, 3)), "image": (image, (6, 6, 2))}


@pytest.mark.parametrize("name", ["nested", "rnn", "image"])
def test_model_of_keras_3_computes_the_same(name, tmp_path):
    theirs, shape = keras_models()[name]
    theirs.set_weights([normal(*w.shape) ** 2 for w in theirs.get_weights()])
    theirs.save(tmp_path / "m.h5")
    x = normal(4, *shape)

    ours = saving.load_model(tmp_path / "m.h5")

    expected = np.asarray(theirs(x))
    np.testing.assert_allclose(ours.predict(x, verbose=0), expected, 1e-5, 1e-5)


@pytest.mark.parametrize("name", ["m.h5", "m.hdf5", "model", "m.keras"])
def test_contents_decide_how_a_file_is_read(name, tmp_path):
    theirs = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(3)])
    theirs.save(tmp_path / "m.h5")
    (tmp_path / "m.h5").rename(tmp_path / name)

    ours = saving.load_model(tmp_path / name)

    np.testing.assert_array_equal(ours.get_weights()[0], theirs.get_weights()[0])


@pytest.mark.parametrize("optimizer", ["adam", "rmsprop", "nadam"])
def test_training_of_keras_3_goes_on(optimizer, tmp_path):
    x, y = normal(8, 4), normal(8, 2)
    theirs = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(2)])
    theirs.compile(optimizer, "mse")
    fit = {"batch_size": 4, "epochs": 2, "shuffle": False, "verbose": 0}
    theirs.fit(x, y, **fit)
    theirs.save(tmp_path / "m.h5")
    ours = saving.load_model(tmp_path / "m.h5")

    theirs.fit(x, y, **fit)
    ours.fit(x, y, **fit)

    for a, b in zip(theirs.get_weights(), ours.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


# --- the hook ---------------------------------------------------------------------

OLD = {
    "class_name": "Sequential",
    "config": [{"class_name": "Dense", "config": {"output_dim": 2, "name": "d"}}],
}
TODAY = {
    "class_name": "Sequential",
    "config": {
        "name": "s",
        "layers": [
            {"class_name": "InputLayer", "config": {"batch_shape": [None, 3]}},
            {"class_name": "Dense", "config": {"units": 2, "name": "d"}},
        ],
    },
}


def test_older_architectures_are_translated_and_that_is_told(monkeypatch, tmp_path):
    seen = []

    def config(config, version, backend):
        seen.append((config, version, backend))
        return TODAY, ["one note"]

    def training(config, version):
        return {"optimizer": "sgd", "loss": "mse"}, ["two notes"]

    monkeypatch.setattr(Hook, "config", config)
    monkeypatch.setattr(Hook, "training", training)
    kernel = normal(3, 2)
    with h5py.File(tmp_path / "m.h5", "w") as file:
        file.attrs["model_config"] = json.dumps(OLD).encode()
        file.attrs["training_config"] = json.dumps({"loss": "mse"})
        file.attrs["keras_version"] = b"1.2.2"
        arrays = {"d_W": kernel, "d_b": normal(2)}
        write_layers(file.create_group("model_weights"), {"d": arrays})

    model = saving.load_model(tmp_path / "m.h5")

    assert seen == [(OLD, "1.2.2", None)]
    assert saving.conversions(model) == ["one note", "two notes"]
    assert model.compiled
    np.testing.assert_array_equal(model.get_weights()[0], kernel)


@pytest.mark.parametrize("after", [True, False])
def test_shape_of_the_bias_tells_how_a_gru_resets(after, tmp_path):
    theirs = keras.Sequential(
        [keras.layers.Input((5, 3)), keras.layers.GRU(2, reset_after=after)]
    )
    theirs.save(tmp_path / "m.h5")
    with h5py.File(tmp_path / "m.h5", "a") as file:
        config = json.loads(file.attrs["model_config"])
        del config["config"]["layers"][1]["config"]["reset_after"]
        file.attrs["model_config"] = json.dumps(config)

    model = saving.load_model(tmp_path / "m.h5")

    assert model.layers[0].reset_after is after


# --- order and names --------------------------------------------------------------


def two_layers():
    return models.Sequential(
        [layers.Input((3,)), layers.Dense(2, name="a"), layers.Dense(2, name="b")]
    )


def dense(*shape):
    return {"kernel:0": normal(*shape), "bias:0": normal(shape[-1])}


def test_order_decides_and_layers_without_weights_do_not_count(tmp_path):
    saved = {"x": dense(3, 2), "dropout": {}, "y": dense(2, 2)}
    path = weights_file(tmp_path / "w.h5", saved, "2.2.4", "tensorflow")
    model = two_layers()

    model.load_weights(path)

    expected = [*saved["x"].values(), *saved["y"].values()]
    for a, b in zip(model.get_weights(), expected, strict=True):
        np.testing.assert_array_equal(a, b)


def test_by_name_takes_what_has_the_same_name(tmp_path):
    saved = {"b": dense(2, 2), "other": dense(7, 7)}
    path = weights_file(tmp_path / "w.h5", saved, "2.2.4", "tensorflow")
    model = two_layers()
    before = model.get_weights()

    model.load_weights(path, by_name=True)

    np.testing.assert_array_equal(model.get_weights()[0], before[0])
    np.testing.assert_array_equal(model.get_weights()[2], saved["b"]["kernel:0"])


def test_by_name_is_refused_where_there_are_no_names(tmp_path):
    model = two_layers()
    model.save_weights(tmp_path / "w.weights.h5")

    with pytest.raises(SignatureError, match="weights by layer"):
        model.load_weights(tmp_path / "w.weights.h5", by_name=True)


def test_other_number_of_layers_is_said_with_the_nearest_names(tmp_path):
    path = weights_file(tmp_path / "w.h5", {"a_1": dense(3, 2)}, "2.2.4")

    with pytest.raises(FileError, match=r"2 layers with weights.*\n.*'a'.*\n.*'a_1'"):
        two_layers().load_weights(path)


def test_other_shapes_are_refused_or_left_out(tmp_path):
    saved = {"a": dense(3, 2), "b": dense(2, 5)}
    path = weights_file(tmp_path / "w.h5", saved, "2.2.4")
    model = two_layers()
    before = model.get_weights()

    with pytest.raises(FileError, match="2 of another shape"):
        model.load_weights(path)
    np.testing.assert_array_equal(model.get_weights()[0], before[0])
    with pytest.warns(KeryxWarning, match="2 of another shape"):
        model.load_weights(path, skip_mismatch=True)

    np.testing.assert_array_equal(model.get_weights()[0], saved["a"]["kernel:0"])


def test_too_few_arrays_are_missed_by_name(tmp_path):
    saved = {"a": dense(3, 2), "b": {"kernel:0": normal(2, 2)}}
    path = weights_file(tmp_path / "w.h5", saved, "2.2.4")

    with pytest.raises(FileError, match="'b/bias'"):
        two_layers().load_weights(path)


@pytest.mark.parametrize("frozen", [False, True])
def test_models_inside_have_trainable_arrays_first(frozen, tmp_path):
    def make():
        norm = layers.BatchNormalization()
        inner = models.Sequential([layers.Input((3,)), layers.Dense(3), norm,
                                   layers.Dense(3)])  # fmt: skip
        return models.Sequential([layers.Input((3,)), inner])

    model = make()
    kernels = [normal(3, 3), normal(3), normal(3), normal(3), normal(3, 3), normal(3)]
    moving = [normal(3), normal(3)]
    saved = {f"{i}/{n}:0": a for i, (n, a) in enumerate(
        zip(["kernel", "bias", "gamma", "beta", "kernel", "bias", "moving_mean",
             "moving_variance"], [*kernels, *moving], strict=True))}  # fmt: skip
    path = weights_file(tmp_path / "w.h5", {"inner": saved}, "2.2.4", "tensorflow")
    model.trainable = not frozen

    model.load_weights(path)

    expected = [*kernels[:4], *moving, *kernels[4:]]
    for a, b in zip(model.get_weights(), expected, strict=True):
        np.testing.assert_array_equal(a, b)


def test_long_lists_of_names_are_put_together(tmp_path):
    saved = {"a": dense(3, 2), "b": dense(2, 2)}
    path = weights_file(tmp_path / "w.h5", saved, "2.2.4")
    with h5py.File(path, "a") as file:
        del file.attrs["layer_names"]
        file.attrs["layer_names0"] = [b"a"]
        file.attrs["layer_names1"] = [b"b"]
    model = two_layers()

    model.load_weights(path)

    np.testing.assert_array_equal(model.get_weights()[3], saved["b"]["bias:0"])


def test_numbered_layers_of_the_first_keras_are_read(tmp_path):
    kernel, bias = normal(3, 2), normal(2)
    with h5py.File(tmp_path / "w.h5", "w") as file:
        file.attrs["nb_layers"] = 2
        file.create_group("layer_0").attrs["nb_params"] = 0
        group = file.create_group("layer_1")
        group.attrs["nb_params"] = 2
        group["param_0"], group["param_1"] = kernel, bias
    model = built(layers.Dense(2), (3,))

    model.load_weights(tmp_path / "w.h5")

    np.testing.assert_array_equal(model.get_weights()[0], kernel)


# --- layouts of Keras 1 -----------------------------------------------------------


def recurrent_of_keras_1(names, features, units):
    arrays = {}
    for name in names:
        arrays[f"l_W_{name}"] = normal(features, units)
        arrays[f"l_U_{name}"] = normal(units, units)
        arrays[f"l_b_{name}"] = normal(units)
    return arrays


@pytest.mark.parametrize(
    ("layer", "names", "order"),
    [(layers.LSTM, "icfo", "ifco"), (layers.GRU, "zrh", "zrh")],
    ids=["lstm", "gru"],
)
def test_arrays_of_gates_are_joined(layer, names, order, tmp_path):
    arrays = recurrent_of_keras_1(names, 3, 2)
    path = weights_file(tmp_path / "w.h5", {"l": arrays})
    options = {"reset_after": False} if layer is layers.GRU else {}
    model = built(layer(2, **options), (5, 3))

    model.load_weights(path)

    for kind, got in zip("WUb", model.get_weights(), strict=True):
        expected = np.concatenate([arrays[f"l_{kind}_{n}"] for n in order], axis=-1)
        np.testing.assert_array_equal(got, expected)
    assert "arrays of its gates joined into 3" in saving.conversions(model)[0]


def test_arrays_of_gates_are_joined_inside_of_wrappers(tmp_path):
    one, two = (recurrent_of_keras_1("icfo", 3, 2) for _ in range(2))
    arrays = {f"f_{k}": v for k, v in one.items()} | {
        f"b_{k}": v for k, v in two.items()
    }
    path = weights_file(tmp_path / "w.h5", {"l": arrays})
    model = built(layers.Bidirectional(layers.LSTM(2)), (5, 3))

    model.load_weights(path)

    expected = np.concatenate([two[f"l_U_{n}"] for n in "ifco"], axis=-1)
    np.testing.assert_array_equal(model.get_weights()[4], expected)


KERNELS = [
    ("conv1d", layers.Conv1D(4, 3), (9, 2), (3, 1, 2, 4), lambda k: k[:, 0]),
    (
        "older_conv1d", layers.Conv1D(4, 3), (9, 2), (4, 2, 3, 1),
        lambda k: k.transpose(2, 3, 1, 0)[:, 0],
    ),
    (
        "conv2d_channels_first", layers.Conv2D(4, 3, data_format="channels_first"),
        (2, 9, 9), (4, 2, 3, 3), lambda k: k.transpose(2, 3, 1, 0),
    ),
    ("conv2d", layers.Conv2D(4, 3), (9, 9, 2), (3, 3, 2, 4), lambda k: k),
    (
        "conv3d_channels_first", layers.Conv3D(4, 2, data_format="channels_first"),
        (3, 5, 5, 5), (4, 3, 2, 2, 2), lambda k: k.transpose(2, 3, 4, 1, 0),
    ),
    (
        "deconvolution", layers.Conv2DTranspose(4, 3), (5, 5, 2), (3, 3, 2, 4),
        lambda k: k.transpose(0, 1, 3, 2),
    ),
    (
        "square_deconvolution", layers.Conv2DTranspose(2, 3), (5, 5, 2), (3, 3, 2, 2),
        lambda k: k.transpose(0, 1, 3, 2),
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("layer", "inputs", "shape", "change"),
    [case[1:] for case in KERNELS],
    ids=[case[0] for case in KERNELS],
)
def test_kernels_of_keras_1_are_transposed(layer, inputs, shape, change, tmp_path):
    kernel = normal(*shape)
    model = built(type(layer).from_config(layer.get_config()), inputs)
    bias = normal(*model.get_weights()[1].shape)
    path = weights_file(tmp_path / "w.h5", {"c": {"c_W": kernel, "c_b": bias}})

    model.load_weights(path)

    np.testing.assert_array_equal(model.get_weights()[0], change(kernel))


@pytest.mark.parametrize("backend", ["theano", "tensorflow"])
def test_theano_turns_kernels_round(backend, tmp_path):
    kernel = normal(3, 3, 2, 4)
    arrays = {"c/kernel": kernel, "c/bias": normal(4)}
    path = weights_file(tmp_path / "w.h5", {"c": arrays}, "2.1.0", backend)
    model = built(layers.Conv2D(4, 3), (9, 9, 2))

    model.load_weights(path)

    expected = kernel[::-1, ::-1] if backend == "theano" else kernel
    np.testing.assert_array_equal(model.get_weights()[0], expected)
    assert len(saving.conversions(model)) == (backend == "theano")


@pytest.mark.parametrize(
    ("version", "squared"), [("1.0.5", True), ("1.0.6", False), (None, False)]
)
def test_deviation_becomes_a_variance(version, squared, tmp_path):
    deviation = np.abs(normal(3)) + 0.5
    names = ["gamma", "beta", "running_mean", "running_std"]
    arrays = {f"b_{n}": np.ones(3, "float32") for n in names[:3]} | {"b_std": deviation}
    path = weights_file(tmp_path / "w.h5", {"b": arrays}, version)
    model = built(layers.BatchNormalization(epsilon=1e-6), (3,))

    model.load_weights(path)

    # What was divided by is the root of the variance and epsilon today.
    divisor = np.sqrt(model.get_weights()[3] + 1e-6)
    expected = deviation + 1e-6 if squared else np.sqrt(deviation + 1e-6)
    np.testing.assert_allclose(divisor, expected, rtol=1e-6)


def test_rows_of_a_dense_kernel_follow_the_channels(tmp_path):
    x = normal(2, 5, 5, 3)
    first = models.Sequential(
        [
            layers.Input((3, 5, 5)),
            layers.Conv2D(4, 2, data_format="channels_first"),
            layers.Flatten(),
            layers.Dense(2),
        ]
    )
    kernel, bias, rows, last = first.get_weights()
    saved = {
        "c": {"c_W": kernel.transpose(3, 2, 0, 1), "c_b": bias},
        "d": {"d_W": rows, "d_b": last},
    }
    path = weights_file(tmp_path / "w.h5", saved)
    other = models.Sequential(
        [
            layers.Input((5, 5, 3)),
            layers.Conv2D(4, 2),
            layers.Flatten(),
            layers.Dense(2),
        ]
    )

    other.load_weights(path)

    expected = np.asarray(first(x.transpose(0, 3, 1, 2)))
    np.testing.assert_allclose(np.asarray(other(x)), expected, rtol=1e-4, atol=1e-5)
    assert "flattened with the channels last" in saving.conversions(other)[-1]


# --- cuDNN ------------------------------------------------------------------------


def cudnn_layout(weights, gates):
    """A plain layer's arrays as cuDNN has them: what Keras 2 did when it saved."""
    kernel, recurrent, bias = weights

    def each(array, change):
        return np.hstack([change(part) for part in np.hsplit(array, gates)])

    # Its matrix is (units, features); the file has its numbers in that order.
    one = each(kernel, lambda k: k.T.reshape(k.shape))
    two = each(recurrent, lambda k: k.T)
    three = bias.ravel() if gates == 3 else np.concatenate([bias / 2, bias / 2])
    return {"k": one, "r": two, "b": three}


@pytest.mark.parametrize(
    ("layer", "gates"), [(layers.LSTM, 4), (layers.GRU, 3)], ids=["lstm", "gru"]
)
def test_layout_of_cudnn_is_read(layer, gates, tmp_path):
    model = built(layer(2), (5, 3))
    wanted = [normal(*w.shape) for w in model.get_weights()]
    arrays = cudnn_layout(wanted, gates)
    path = weights_file(tmp_path / "w.h5", {"l": arrays}, "2.2.4", "tensorflow")

    model.load_weights(path)

    for a, b in zip(model.get_weights(), wanted, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-6)


# --- state of optimizers ----------------------------------------------------------

SLOTS = {
    "keras 2": ("training/Adam/Variable:0", "{slot}", False),
    "tf.keras": ("Adam/iter:0", "Adam/{layer}/{weight}/{slot}:0", False),
    "tf.keras 2.11": ("iteration:0", "Adam/{slot}/{layer}/{weight}:0", True),
}


@pytest.mark.parametrize("era", list(SLOTS))
def test_state_of_adam_is_restored_in_all_orders(era, tmp_path):
    step, form, mixed = SLOTS[era]
    model = two_layers()
    model.compile("adam", "mse")
    model.save(tmp_path / "m.h5")
    shapes = {(v.path.split("/")[-2], v.name): v.shape for v in model.weights}
    keys = [(p, s) for p in shapes for s in "mv"] if mixed else [
        (p, s) for s in "mv" for p in shapes]  # fmt: skip
    state = {
        form.format(slot=slot, layer=layer, weight=weight)
        + ("" if ":0" in form else f"{layer}{weight}"): normal(*shapes[layer, weight])
        for (layer, weight), slot in keys
    }
    with h5py.File(tmp_path / "m.h5", "a") as file:
        del file["optimizer_weights"]
        write_layers(file.create_group("x"), {"o": {step: np.int64(7), **state}})
        file.move("x/o", "optimizer_weights")
        del file["x"]

    optimizer = saving.load_model(tmp_path / "m.h5").optimizer

    assert int(optimizer.iterations) == 7
    got = [
        slot.numpy()
        for name in ("momentum", "velocity")
        for slot in optimizer._slots[name]
    ]
    by_slot = [v for (_, s), v in zip(keys, state.values(), strict=True) if s == "m"]
    by_slot += [v for (_, s), v in zip(keys, state.values(), strict=True) if s == "v"]
    for a, b in zip(got, by_slot, strict=True):
        np.testing.assert_array_equal(a, b)


def test_other_state_is_left_out_with_a_warning(tmp_path):
    model = two_layers()
    model.compile("adam", "mse")
    model.save(tmp_path / "m.h5")
    with h5py.File(tmp_path / "m.h5", "a") as file:
        file["optimizer_weights"].attrs["weight_names"] = [b"z"]
        file["optimizer_weights/z"] = normal(5)

    with pytest.warns(KeryxWarning, match="starts anew"):
        other = saving.load_model(tmp_path / "m.h5")

    assert int(other.optimizer.iterations) == 0


# --- hostile ----------------------------------------------------------------------


def spoiled(tmp_path, change):
    path = weights_file(
        tmp_path / "w.h5", {"a": dense(3, 2), "b": dense(2, 2)}, "2.2.4"
    )
    with h5py.File(path, "a") as file:
        change(file)
    return path


def references(file):
    del file.attrs["layer_names"]
    kind = h5py.ref_dtype
    file.attrs.create("layer_names", [file["a"].ref], dtype=kind)


def numbers(file):
    file.attrs["layer_names"] = np.arange(3)


def outside(file):
    file["a"].attrs["weight_names"] = [b"../b/kernel:0", b"bias:0"]


def absent(file):
    file.attrs["layer_names"] = [b"a", b"zzz"]


def linked(file):
    del file["a"]
    file["a"] = h5py.ExternalLink("other.h5", "/a")


def bomb(file):
    file.create_dataset(
        "bomb", (2**20, 2**20), "f4", chunks=(64, 64), compression="gzip"
    )


HOSTILE = [
    (references, "values of type object"),
    (numbers, "something else than a list of texts"),
    (outside, "which it lists"),
    (absent, "which it lists"),
    (linked, "a link to another place"),
    (bomb, "bytes in a file of"),
]


@pytest.mark.parametrize(
    ("change", "message"), HOSTILE, ids=[change.__name__ for change, _ in HOSTILE]
)
def test_unusual_files_are_refused_unread(change, message, tmp_path):
    path = spoiled(tmp_path, change)
    model = two_layers()
    before = model.get_weights()

    with pytest.raises(FileError, match=message):
        model.load_weights(path)

    np.testing.assert_array_equal(model.get_weights()[0], before[0])


def test_damage_found_late_changes_nothing(tmp_path):
    saved = {"a": dense(3, 2), "b": dense(2, 2)}
    path = weights_file(tmp_path / "w.h5", saved, "2.2.4")
    with h5py.File(path, "a") as file:
        kernel = file["b/kernel:0"][()]
        del file["b/kernel:0"]
        made = file["b"].create_dataset(
            "kernel:0", data=kernel, chunks=(2, 2), fletcher32=True
        )
        start = made.id.get_chunk_info(0).byte_offset
    with path.open("r+b") as file:
        file.seek(start)
        file.write(b"\xff\xff")
    model = two_layers()
    before = model.get_weights()

    with pytest.raises(FileError, match="damaged data"):
        model.load_weights(path)

    np.testing.assert_array_equal(model.get_weights()[0], before[0])


def test_weights_alone_are_no_model(tmp_path):
    path = weights_file(tmp_path / "w.h5", {"a": dense(3, 2)}, "2.2.4")

    with pytest.raises(FileError, match="weights alone"):
        saving.load_model(path)


@pytest.mark.parametrize(
    "name", ["saved_model.pb", "m.ckpt.index", "m.onnx"], ids=["folder", "ckpt", "onnx"]
)
def test_files_of_other_libraries_are_named(name, tmp_path):
    (tmp_path / name).write_bytes(b"\x08\x01")
    path = tmp_path if name == "saved_model.pb" else tmp_path / name

    with pytest.raises(FileError, match="TensorFlow|ONNX"):
        saving.load_model(path)
