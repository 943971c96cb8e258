"""Architectures in the words of Keras 1, 2 and tf.keras become models of today."""

import numpy as np
import pytest

from keryx import layers
from keryx._core import serial
from keryx._core.errors import FileError, UnknownNameError
from keryx._core.hook import Hook
from keryx.dialects import translate_config, translate_training

ZEROS = {"class_name": "Zeros", "config": {}}
GLOROT = {
    "class_name": "VarianceScaling",
    "config": {
        "scale": 1.0, "mode": "fan_avg", "distribution": "uniform", "seed": None,
    },
}  # fmt: skip


def model_of(config, version):
    made, notes = translate_config(config, version)
    return serial.deserialize(made), notes


def k1(class_name, **config):
    return {"class_name": class_name, "config": {"trainable": True, **config}}


def k1_dense(name, units, **config):
    return k1(
        "Dense",
        name=name,
        output_dim=units,
        init="glorot_uniform",
        activation="relu",
        W_regularizer={"name": "WeightRegularizer", "l1": 0.0, "l2": 0.01},
        b_regularizer=None,
        activity_regularizer=None,
        W_constraint={"name": "MaxNorm", "m": 3, "axis": 0},
        b_constraint=None,
        bias=True,
        **config,
    )


def k2_dense(name, units, **config):
    return {
        "class_name": "Dense",
        "config": {
            "name": name, "trainable": True, "units": units, "activation": "relu",
            "use_bias": True, "kernel_initializer": GLOROT, "bias_initializer": ZEROS,
            "kernel_regularizer": None, "bias_regularizer": None,
            "activity_regularizer": None, "kernel_constraint": None,
            "bias_constraint": None, **config,
        },
    }  # fmt: skip


def tensor(*place):
    return [[*place]]


# --- Sequential -----------------------------------------------------------------------


def test_a_sequential_of_keras_1():
    convolution = k1(
        "Convolution2D", name="convolution2d_1", nb_filter=4, nb_row=3, nb_col=2,
        init="he_normal", activation="linear", border_mode="same", subsample=[2, 1],
        dim_ordering="tf", W_regularizer=None, b_regularizer=None,
        activity_regularizer=None, W_constraint=None, b_constraint=None, bias=True,
        batch_input_shape=[None, 8, 8, 3], input_dtype="float32",
    )  # fmt: skip
    config = {
        "class_name": "Sequential",
        "keras_version": "1.2.2",
        "config": [
            convolution,
            k1("MaxPooling2D", name="maxpooling2d_1", pool_size=[2, 2],
               strides=[2, 2], border_mode="valid", dim_ordering="tf"),
            k1("Dropout", name="dropout_1", p=0.25),
            k1("Flatten", name="flatten_1"),
            k1_dense("dense_1", 5, input_dim=16),
        ],
    }  # fmt: skip

    model, notes = model_of(config, None)

    assert model.input_shape == (None, 8, 8, 3)
    assert [layer.name for layer in model.layers] == [
        "convolution2d_1", "maxpooling2d_1", "dropout_1", "flatten_1", "dense_1",
    ]  # fmt: skip
    first, pool, dropout, _, dense = model.layers
    assert first.kernel.shape == (3, 2, 3, 4)
    assert (first.strides, first.padding) == ((2, 1), "same")
    assert first.data_format == pool.data_format == "channels_last"
    assert dropout.rate == 0.25
    assert dense.kernel_regularizer.l2 == 0.01
    assert dense.kernel_constraint.max_value == 3
    assert "`Convolution2D` is `Conv2D` today." in notes


def test_a_sequential_of_keras_2_is_a_list():
    rows = [k2_dense("a", 3, batch_input_shape=[None, 4]), k2_dense("b", 2)]

    model, notes = model_of({"class_name": "Sequential", "config": rows}, "2.1.5")

    assert model.input_shape == (None, 4)
    assert model.output_shape == (None, 2)
    assert notes == []


def test_a_sequential_of_tf_keras_has_its_input_among_the_layers():
    start = {
        "class_name": "InputLayer",
        "config": {
            "batch_input_shape": [None, 4], "dtype": "float32", "sparse": False,
            "ragged": False, "name": "dense_input",
        },
    }  # fmt: skip
    inner = {"name": "seq", "layers": [start, k2_dense("dense", 3, dtype="float32")]}

    model, _ = model_of({"class_name": "Sequential", "config": inner}, "2.7.0")

    assert (model.name, model.input_names) == ("seq", ["dense_input"])
    assert model.count_params() == 15


def test_wrapped_layers_are_translated_inside():
    lstm = k1(
        "LSTM", name="lstm_1", output_dim=3, init="glorot_uniform",
        inner_init="orthogonal", forget_bias_init="one", activation="tanh",
        inner_activation="hard_sigmoid", W_regularizer=None, U_regularizer=None,
        b_regularizer=None, dropout_W=0.0, dropout_U=0.0, return_sequences=True,
        go_backwards=False, stateful=False, unroll=False, consume_less="cpu",
        input_dim=2, input_length=5,
    )  # fmt: skip
    rows = [
        k1("Bidirectional", name="bidirectional_1", merge_mode="sum", layer=lstm,
           batch_input_shape=[None, 5, 2]),
        k1("TimeDistributed", name="timedistributed_1", layer=k1_dense("dense_1", 4)),
        k1("TimeDistributedDense", name="tdd", output_dim=2, init="uniform",
           activation="linear", bias=True),
    ]  # fmt: skip

    model, notes = model_of({"class_name": "Sequential", "config": rows}, "1.2.2")

    both, steps, last = model.layers
    assert model.output_shape == (None, 5, 2)
    assert both.forward_layer.recurrent_activation(np.float32(1.0)) == pytest.approx(
        0.7
    )
    assert type(steps.layer) is type(last.layer) is layers.Dense
    assert any("slope 0.2" in note for note in notes)


# --- defaults -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("1.0.5", (1e-6, 0.9)),
        ("1.0.7", (1e-6, 0.99)),
        ("1.1.2", (1e-5, 0.99)),
        ("2.1.5", (1e-3, 0.99)),
    ],
)
def test_batch_normalization_has_the_defaults_of_its_version(version, expected):
    row = k1("BatchNormalization", name="b", mode=0, axis=-1)

    layer, _ = model_of(row, version)

    assert (layer.epsilon, layer.momentum) == expected


@pytest.mark.parametrize(
    ("version", "gate", "reset_after"),
    [
        ("2.1.5", "hard_sigmoid_02", False),
        ("2.2.4-tf", "hard_sigmoid_02", False),
        ("2.3.1", "sigmoid", False),
        ("2.4.0", "sigmoid", True),
    ],
)
def test_a_gru_has_the_defaults_of_its_version(version, gate, reset_after):
    layer, _ = model_of({"class_name": "GRU", "config": {"units": 2}}, version)

    assert layer.recurrent_activation.__name__ == gate
    assert layer.reset_after is reset_after


def test_what_a_file_says_goes_before_its_versions_default():
    config = {"units": 2, "recurrent_activation": "sigmoid", "reset_after": True}

    layer, notes = model_of({"class_name": "GRU", "config": config}, "2.1.5")

    assert layer.recurrent_activation.__name__ == "sigmoid"
    assert layer.reset_after is True
    assert notes == []


def test_the_old_hard_sigmoid_survives_saving():
    config = {"units": 2, "recurrent_activation": "hard_sigmoid"}
    layer, _ = model_of({"class_name": "LSTM", "config": config}, "2.2.0")

    again = serial.deserialize(serial.serialize(layer))

    x = np.float32([-3.0, -1.0, 0.0, 2.0, 3.0])
    expected = np.clip(0.2 * x + 0.5, 0, 1)
    np.testing.assert_allclose(again.recurrent_activation(x), expected, rtol=1e-6)


# --- graphs ---------------------------------------------------------------------------


def start(name, shape):
    config = {
        "batch_input_shape": [None, *shape], "input_dtype": "float32",
        "dtype": "float32", "sparse": False, "name": name,
    }  # fmt: skip
    return {"class_name": "InputLayer", "name": name, "config": config,
            "inbound_nodes": []}  # fmt: skip


def called(row, *calls):
    return {**row, "name": row["config"]["name"], "inbound_nodes": list(calls)}


def graph(rows, inputs, outputs, class_name="Model"):
    return {
        "class_name": class_name,
        "config": {
            "name": "model_1",
            "layers": rows,
            "input_layers": [[name, 0, 0] for name in inputs],
            "output_layers": outputs,
        },
    }


@pytest.mark.parametrize(
    ("mode", "today"),
    [
        ("sum", "Add"),
        ("mul", "Multiply"),
        ("ave", "Average"),
        ("max", "Maximum"),
        ("concat", "Concatenate"),
        ("dot", "Dot"),
        ("cos", "MergeCosine"),
    ],
)
def test_a_merge_of_keras_1_is_the_layer_of_its_mode(mode, today):
    join = k1("Merge", name="merge_1", mode=mode, mode_type="raw", concat_axis=-1,
              dot_axes=-1, output_shape=None, output_shape_type="raw")  # fmt: skip
    rows = [
        start("a", [3]),
        start("b", [3]),
        called(join, [["a", 0, 0], ["b", 0, 0]]),
    ]

    model, _ = model_of(graph(rows, "ab", [["merge_1", 0, 0]]), "1.2.0")

    assert type(model.get_layer("merge_1")).__name__ == today


def test_a_shared_layer_of_keras_1_is_called_twice():
    shared = called(k1_dense("shared", 2), tensor("a", 0, 0), tensor("b", 0, 0))
    rows = [start("a", [3]), start("b", [3]), shared]
    ends = [["shared", 0, 0], ["shared", 1, 0]]

    model, _ = model_of(graph(rows, "ab", ends), "1.2.0")
    one, two = model.predict([np.ones((1, 3)), np.zeros((1, 3))], verbose=0)

    assert model.count_params() == 8
    assert np.all(two == 0)
    assert one.shape == (1, 2)


def test_a_graph_of_keras_2_keeps_the_arguments_of_calls():
    drop = {"class_name": "Dropout", "config": {"name": "drop", "rate": 0.99}}
    rows = [
        start("a", [400]),
        called(drop, [["a", 0, 0, {"training": True}]]),
    ]

    model, _ = model_of(graph(rows, "a", [["drop", 0, 0]]), "2.1.5")

    assert np.mean(model.predict(np.ones((1, 400)), verbose=0) == 0) > 0.5


def test_tensors_among_the_keyword_arguments_of_tf_keras_are_found():
    attend = {"class_name": "LSTM", "config": {"name": "lstm", "units": 2}}
    rows = [
        start("x", [4, 3]),
        start("h", [2]),
        start("c", [2]),
        called(attend, [["x", 0, 0,
                         {"initial_state": [["h", 0, 0], ["c", 0, 0]]}]]),
    ]  # fmt: skip

    model, _ = model_of(graph(rows, "xhc", [["lstm", 0, 0]], "Functional"), "2.7.0")

    assert model.output_shape if hasattr(model, "output_shape") else True
    assert model.predict(
        [np.ones((1, 4, 3)), np.ones((1, 2)), np.ones((1, 2))], verbose=0
    ).shape == (1, 2)


@pytest.mark.parametrize("first", [0, 1], ids=["keras", "tf_keras"])
def test_a_model_within_a_model_is_counted_from_either_number(first):
    inner = graph(
        [start("i", [3]), called(k2_dense("d", 2), [["i", 0, 0, {}]])],
        ["i"],
        [["d", 0, 0]],
    )
    inner["config"]["name"] = "inner"
    rows = [
        start("a", [3]),
        called(inner, [["a", 0, 0, {}]]),
        called(k2_dense("e", 1), [["inner", first, 0, {}]]),
    ]

    model, _ = model_of(graph(rows, "a", [["inner", first, 0], ["e", 0, 0]]), "2.3.0")

    shapes = [y.shape for y in model.predict(np.ones((5, 3)), verbose=0)]
    assert shapes == [(5, 2), (5, 1)]


def test_branches_of_a_merge_within_a_sequential_are_inputs():
    branch = {
        "class_name": "Sequential",
        "config": [k1_dense("left", 2, batch_input_shape=[None, 3])],
    }
    other = {
        "class_name": "Sequential",
        "config": [k1_dense("right", 2, batch_input_shape=[None, 4])],
    }
    join = {"class_name": "Merge", "config": {
        "name": "merge_1", "mode": "concat", "mode_type": "raw", "concat_axis": -1,
        "dot_axes": -1, "layers": [branch, other]}}  # fmt: skip
    config = {"class_name": "Sequential", "config": [join, k1_dense("out", 1)]}

    model, _ = model_of(config, "1.2.2")

    assert model.input_shape == [(None, 3), (None, 4)]
    assert model.count_params() == (3 * 2 + 2) + (4 * 2 + 2) + (4 + 1)


# --- what is left alone ---------------------------------------------------------------


def test_a_class_of_the_users_is_left_as_it_is():
    row = {"class_name": "Mine", "config": {"nb_filter": 3}}

    assert translate_config(row, "1.2.2") == (row, [])


def test_a_class_that_nobody_knows_is_an_error_of_loading():
    made, _ = translate_config({"class_name": "Mine", "config": {}}, "2.1.5")

    with pytest.raises(UnknownNameError, match="Mine"):
        serial.deserialize(made)


def test_code_in_a_file_is_not_run():
    config = {
        "name": "f", "function": ["4wEAAAA=", None, None], "function_type": "lambda",
    }  # fmt: skip
    made, _ = translate_config({"class_name": "Lambda", "config": config}, "2.1.5")

    with pytest.raises(FileError, match="never run from a file"):
        serial.deserialize(made)


def test_a_function_of_the_caller_takes_the_place_of_code():
    config = {
        "name": "f", "function": ["4wEAAAA=", None, None], "function_type": "lambda",
        "output_shape": None, "output_shape_type": "raw", "arguments": {},
    }  # fmt: skip
    made, _ = translate_config({"class_name": "Lambda", "config": config}, "2.1.5")

    layer = serial.deserialize(made, {"f": np.negative})

    assert layer(np.ones(2)).tolist() == [-1, -1]


def test_keras_3_is_left_as_it_is():
    config = serial.serialize(layers.Dense(3))

    assert translate_config(config, None) == (config, [])
    assert translate_config(config, "3.8.0") == (config, [])


def test_the_configuration_is_not_changed_in_place():
    row = k1_dense("d", 2, batch_input_shape=[None, 3])
    before = repr(row)

    translate_config({"class_name": "Sequential", "config": [row]}, "1.2.2")

    assert repr(row) == before


def test_the_names_in_one_of_keras_0():
    row = {"name": "Dense", "custom_name": "first", "output_dim": 3, "init": "uniform"}

    layer, _ = model_of(row, "0.3.3")

    assert (layer.name, layer.units) == ("first", 3)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (k1("Embedding", input_dim=9, output_dim=2, init="uniform", input_length=5,
            mask_zero=True, dropout=0.0, W_regularizer=None, W_constraint=None,
            activity_regularizer=None), {"input_dim": 9, "mask_zero": True}),
        (k1("MaxPooling1D", pool_length=3, stride=2, border_mode="valid"),
         {"pool_size": (3,), "strides": (2,)}),
        (k1("MaxoutDense", output_dim=3, nb_feature=2, init="zero", bias=True,
            W_regularizer=None, input_dim=4), {"output_dim": 3, "nb_feature": 2}),
        (k1("ThresholdedReLU", theta=0.5), {"theta": 0.5}),
        (k1("LeakyReLU", alpha=0.1), {"negative_slope": 0.1}),
        (k1("ZeroPadding2D", padding=[1, 2], dim_ordering="th"),
         {"data_format": "channels_first"}),
        (k1("GaussianNoise", sigma=0.1), {"stddev": 0.1}),
        (k1("CuDNNGRU", units=3), {"units": 3}),
        (k1("BatchNormalizationV1", axis=[3], fused=True, renorm=False), {"axis": 3}),
    ],
    ids=lambda value: value.get("class_name", ""),
)  # fmt: skip
def test_layers_one_by_one(row, expected):
    layer, _ = model_of(row, "2.1.5" if "units" in row["config"] else "1.2.2")

    config = layer.get_config()
    assert {name: config[name] for name in expected} == expected


def test_saving_reaches_it_through_the_hook():
    made, _ = Hook.config(k1_dense("d", 2), "1.2.2", "theano")

    assert made["config"]["units"] == 2


# --- compile --------------------------------------------------------------------------


def test_the_settings_of_compile_of_keras_2():
    config = {
        "optimizer_config": {
            "class_name": "SGD",
            "config": {"lr": 0.5, "momentum": 0.9, "decay": 0.1, "nesterov": True},
        },
        "loss": {"out": "kullback_leibler_divergence"},
        "metrics": {"out": "accuracy"},
        "sample_weight_mode": "temporal",
        "loss_weights": None,
    }

    made, notes = translate_training(config, "2.1.5")

    optimizer = serial.deserialize(made["optimizer"])
    optimizer.iterations.assign(10)
    assert float(optimizer.learning_rate) == pytest.approx(0.5 / 2)
    assert optimizer.nesterov is True
    assert made["loss"] == {"out": "kl_divergence"}
    assert made["metrics"] == {"out": "accuracy"}
    assert len(notes) == 2


def test_metrics_of_tf_keras_are_objects_in_lists():
    wrapped = {
        "class_name": "MeanMetricWrapper",
        "config": {"name": "acc", "dtype": "float32", "fn": "categorical_accuracy"},
    }
    adam = {"class_name": "Adam", "config": {"learning_rate": 0.1, "clipnorm": 2.0}}
    config = {"loss": "mse", "metrics": [[wrapped]], "optimizer_config": adam}

    made, _ = translate_training(config, "2.7.0")

    metric = serial.deserialize(made["metrics"])[0]
    assert (type(metric).__name__, metric.name) == ("CategoricalAccuracy", "acc")
    assert serial.deserialize(made["optimizer"]).clipnorm == 2.0


def test_clipnorm_of_keras_2_was_the_norm_of_all_gradients():
    config = {"optimizer_config": {
        "class_name": "Adam", "config": {"lr": 0.1, "clipnorm": 2.0}}}  # fmt: skip

    made, _ = translate_training(config, "2.2.4")

    assert serial.deserialize(made["optimizer"]).global_clipnorm == 2.0


def test_an_optimizer_of_tensorflow_is_left_out():
    config = {"optimizer_config": {"class_name": "TFOptimizer", "config": {}}}

    made, notes = translate_training(config, "2.1.5")

    assert "optimizer" not in made
    assert "TFOptimizer" in notes[0]
