"""Calls in old spellings make the objects that today's spelling makes."""

import inspect
from types import SimpleNamespace

import numpy as np
import pytest

from keryx import (
    activations,
    callbacks,
    layers,
    models,
    optimizers,
    regularizers,
    saving,
    utils,
)
from keryx._core.errors import SignatureError
from keryx._core.hook import Hook
from keryx.datasets import imdb
from keryx.dialects import _helpers, _interpreter, _queues, counted, DialectWarning
from keryx.dialects._rules import Drop, Join, names, Value
from keryx.dialects._tables_layers import BY_CLASS, EVERY
from keryx.dialects._tables_training import CALLBACKS, FUNCTIONS, OPTIMIZERS, OTHERS
from keryx.preprocessing import image, text

L = layers
# By old name: a class, its other arguments, the old value; today's name and value.
SAMPLES = {
    "output_dim": (L.Dense, {}, 3, "units", 3),
    "nb_filter": (L.Conv1D, {"kernel_size": 2}, 3, "filters", 3),
    "filter_length": (L.Conv1D, {"filters": 3}, 2, "kernel_size", 2),
    "subsample": (L.Conv2D, {"filters": 3, "kernel_size": 2}, (2, 2), "strides", 2),
    "subsample_length": (
        L.Conv1D, {"filters": 3, "kernel_size": 2}, 2, "strides", 2),
    "border_mode": (
        L.Conv2D, {"filters": 3, "kernel_size": 2}, "same", "padding", "same"),
    "dim_ordering": (
        L.MaxPooling2D, {}, "th", "data_format", "channels_first"),
    "init": (L.Dense, {"units": 3}, "uniform", "kernel_initializer", "uniform"),
    "inner_init": (L.GRU, {"units": 3}, "zero", "recurrent_initializer", "zeros"),
    "forget_bias_init": (L.LSTM, {"units": 3}, "zero", "unit_forget_bias", False),
    "inner_activation": (
        L.LSTM, {"units": 3}, "tanh", "recurrent_activation", "tanh"),
    "W_regularizer": (L.Dense, {"units": 3}, "l2", "kernel_regularizer", "l2"),
    "U_regularizer": (L.GRU, {"units": 3}, "l2", "recurrent_regularizer", "l2"),
    "b_regularizer": (L.Dense, {"units": 3}, "l1", "bias_regularizer", "l1"),
    "W_constraint": (
        L.Dense, {"units": 3}, "max_norm", "kernel_constraint", "max_norm"),
    "U_constraint": (
        L.GRU, {"units": 3}, "non_neg", "recurrent_constraint", "non_neg"),
    "b_constraint": (L.Dense, {"units": 3}, "non_neg", "bias_constraint", "non_neg"),
    "bias": (L.Dense, {"units": 3}, False, "use_bias", False),
    "dropout_W": (L.LSTM, {"units": 3}, 0.5, "dropout", 0.5),
    "dropout_U": (L.LSTM, {"units": 3}, 0.5, "recurrent_dropout", 0.5),
    "beta_init": (L.BatchNormalization, {}, "one", "beta_initializer", "ones"),
    "gamma_init": (L.BatchNormalization, {}, "zero", "gamma_initializer", "zeros"),
    "p": (L.Dropout, {}, 0.3, "rate", 0.3),
    "sigma": (L.GaussianNoise, {}, 0.3, "stddev", 0.3),
    "pool_length": (L.MaxPooling1D, {}, 3, "pool_size", 3),
    "poolsize": (L.MaxPooling2D, {}, (3, 3), "pool_size", 3),
    "stride": (L.MaxPooling1D, {}, 3, "strides", 3),
    "length": (L.UpSampling1D, {}, 3, "size", 3),
    "dims": (L.Reshape, {}, (3, 4), "target_shape", (3, 4)),
    "atrous_rate": (
        L.Conv2D, {"filters": 3, "kernel_size": 2}, (2, 2), "dilation_rate", 2),
    "batch_input_shape": (
        L.Dense, {"units": 3}, (5, 4), "batch_shape", (5, 4)),
}  # fmt: skip
RENAMES = [row for row in EVERY if not isinstance(row, Drop | Join)]
DROPS = [row for row in EVERY if isinstance(row, Drop)]
SHAPED = (L.Dense, {"units": 3})
DROPPED = {
    "fused": (L.BatchNormalization, {}, True),
    "virtual_batch_size": (L.BatchNormalization, {}, None),
    "adjustment": (L.BatchNormalization, {}, None),
    "time_major": (L.LSTM, {"units": 3}, False),
    "ragged": (L.Dense, {"units": 3}, False),
    "dynamic": (L.Dense, {"units": 3}, False),
    "zero_output_for_mask": (*SHAPED, False),
}


def config(thing):
    """The configuration of an object, but for the name that was made up for it."""
    return {k: v for k, v in thing.get_config().items() if k != "name"}


@pytest.mark.parametrize("row", RENAMES, ids=lambda row: row.old)
def test_a_renamed_argument_of_a_layer_is_todays(row):
    cls, others, old, new_name, new = SAMPLES[row.old]

    with pytest.warns(DialectWarning, match=f"{row.old}="):
        made = cls(**others, **{row.old: old})

    modern = cls(**others, **{new_name: new})
    assert config(made) == config(modern)
    assert made._declared_shape == modern._declared_shape


@pytest.mark.parametrize("row", DROPS, ids=lambda row: row.old)
def test_an_argument_that_says_nothing_is_left_out(row):
    cls, others, value = DROPPED.get(row.old, (*SHAPED, "gpu"))

    with pytest.warns(DialectWarning, match=f"`{row.old}` is left out: {row.reason}"):
        made = cls(**others, **{row.old: value})

    assert config(made) == config(cls(**others))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (lambda: L.Convolution2D(8, 3, 5), lambda: L.Conv2D(8, (3, 5))),
        (
            lambda: L.Convolution2D(8, 3, 5, border_mode="same", subsample=(2, 2)),
            lambda: L.Conv2D(8, (3, 5), padding="same", strides=2),
        ),
        (
            lambda: L.Conv2D(8, 3, 3, border_mode="same"),
            lambda: L.Conv2D(8, (3, 3), padding="same"),
        ),
        (
            lambda: L.Convolution2D(8, 3, 3, "he_normal", "relu"),
            lambda: L.Conv2D(8, 3, kernel_initializer="he_normal", activation="relu"),
        ),
        (
            lambda: L.Convolution2D(nb_filter=8, nb_row=3, nb_col=5),
            lambda: L.Conv2D(8, (3, 5)),
        ),
        (lambda: L.Conv2D(32, 1, 3, 5), lambda: L.Conv2D(32, (3, 5))),
        (
            lambda: L.Conv3D(8, 2, 3, 4, subsample=(1, 2, 1)),
            lambda: L.Conv3D(8, (2, 3, 4), strides=(1, 2, 1)),
        ),
        (lambda: L.Convolution3D(8, 2, 3, 4), lambda: L.Conv3D(8, (2, 3, 4))),
        (
            lambda: L.Convolution1D(8, 3, border_mode="valid"),
            lambda: L.Conv1D(8, 3),
        ),
        (
            lambda: L.AtrousConvolution2D(8, 3, 3, atrous_rate=(2, 2)),
            lambda: L.Conv2D(8, 3, dilation_rate=2),
        ),
        (
            lambda: L.Deconvolution2D(8, 3, 3, output_shape=(None, 8, 8, 8)),
            lambda: L.Conv2DTranspose(8, 3),
        ),
        (
            lambda: L.Deconvolution2D(
                4, 3, 3, (None, 16, 16, 4), subsample=(2, 2)
            ),
            lambda: L.Conv2DTranspose(4, 3, strides=2, output_padding=1),
        ),
        (
            lambda: L.Deconvolution2D(
                4, 3, 3, output_shape=(None, 4, 13, 13), subsample=(2, 2),
                border_mode="same", dim_ordering="th",
            ),
            lambda: L.Conv2DTranspose(
                4, 3, strides=2, padding="same", output_padding=0,
                data_format="channels_first",
            ),
        ),
        (
            lambda: L.Deconvolution2D(
                4, 5, 5, output_shape=(None, 14, 14, 4), subsample=(2, 2),
                border_mode="same",
            ),
            lambda: L.Conv2DTranspose(4, 5, strides=2, padding="same"),
        ),
        (
            lambda: L.SeparableConv2D(8, 3, 3, init="one"),
            lambda: L.SeparableConv2D(
                8, 3, depthwise_initializer="ones", pointwise_initializer="ones"
            ),
        ),
        (lambda: L.Dense(784, 128), lambda: L.Dense(128, input_dim=784)),
        (
            lambda: L.Dense(64, "uniform"),
            lambda: L.Dense(64, kernel_initializer="uniform"),
        ),
        (
            lambda: L.Dense(64, "he_normal", "relu"),
            lambda: L.Dense(64, "relu", kernel_initializer="he_normal"),
        ),
        (
            lambda: L.LSTM(8, "glorot_uniform", "orthogonal"),
            lambda: L.LSTM(8),
        ),
        (
            lambda: L.Embedding(1000, 64, "uniform", 80),
            lambda: L.Embedding(1000, 64, input_shape=(80,)),
        ),
        (
            lambda: L.Embedding(1000, 64, input_length=None, dropout=0.0),
            lambda: L.Embedding(1000, 64),
        ),
        (
            lambda: L.BatchNormalization(1e-4),
            lambda: L.BatchNormalization(epsilon=1e-4),
        ),
        (
            lambda: L.BatchNormalization(mode=0, axis=[1]),
            lambda: L.BatchNormalization(axis=1),
        ),
        (lambda: L.Reshape(3, 4), lambda: L.Reshape((3, 4))),
        (lambda: L.Permute(2, 1), lambda: L.Permute((2, 1))),
        (
            lambda: L.ZeroPadding2D({"top_pad": 1, "left_pad": 2}),
            lambda: L.ZeroPadding2D(((1, 0), (2, 0))),
        ),
        (lambda: L.LeakyReLU(alpha=0.1), lambda: L.LeakyReLU(negative_slope=0.1)),
        (
            lambda: L.CuDNNGRU(4),
            lambda: L.GRU(4, recurrent_activation="sigmoid", reset_after=True),
        ),
        (
            lambda: L.TimeDistributedDense(3, name="t").layer,
            lambda: L.Dense(3),
        ),
        (
            lambda: L.Dense(3, batch_size=5, input_shape=(2,)),
            lambda: L.Dense(3, batch_shape=(5, 2)),
        ),
        (
            lambda: regularizers.l1l2(l1=0.1, l2=0.2),
            lambda: regularizers.L1L2(0.1, 0.2),
        ),
        (lambda: regularizers.L2(l=0.1), lambda: regularizers.L2(0.1)),
    ],
    ids=lambda call: "_".join(call.__code__.co_names),
)  # fmt: skip
@pytest.mark.filterwarnings("ignore::keryx.dialects._report.DialectWarning")
def test_a_call_of_another_form_is_todays(old, new):
    made, modern = old(), new()

    assert type(made) is type(modern)
    assert config(made) == config(modern)
    if isinstance(made, L.Layer):
        assert made._declared_shape == modern._declared_shape


@pytest.mark.filterwarnings("ignore::keryx.dialects._report.DialectWarning")
def test_the_shape_of_sequences_is_made_of_length_and_size():
    layer = L.LSTM(4, input_dim=3, input_length=7)

    assert layer._declared_shape == (None, 7, 3)


def test_a_translated_layer_uses_up_one_name():
    utils.clear_session()

    with pytest.warns(DialectWarning, match="uniform"):
        first = L.Dense(64, "uniform")

    assert [first.name, L.Dense(3).name] == ["dense", "dense_1"]


def test_arrays_given_as_weights_are_those_of_the_layer():
    kernel, bias = np.ones((2, 3)), np.arange(3.0)
    with pytest.warns(DialectWarning, match="`weights` is left out"):
        layer = L.Dense(3, weights=[kernel, bias])

    outputs = layer(np.ones((1, 2)))

    np.testing.assert_allclose(outputs, [[2, 3, 4]])
    assert "_build_with" not in vars(layer)


def test_a_call_that_no_era_knew_says_what_is_near():
    with pytest.raises(SignatureError, match="Did you mean 'units'"):
        L.Dense(unit=3)


@pytest.mark.filterwarnings("ignore::keryx.dialects._report.DialectWarning")
def test_what_is_wrong_with_an_old_call_is_said_in_todays_terms():
    with pytest.raises(SignatureError, match="colour"):
        L.Dense(output_dim=3, colour="red")


@pytest.mark.filterwarnings("ignore::keryx.dialects._report.DialectWarning")
def test_a_users_subclass_takes_old_arguments_too():
    class Mine(L.Dense):
        def __init__(self, size, **options):
            super().__init__(output_dim=size, init="zero", **options)

    layer = Mine(3, batch_input_shape=(5, 2))

    assert layer.units == 3
    assert type(layer.kernel_initializer).__name__ == "Zeros"
    assert layer._declared_shape == (5, 2)


@pytest.mark.filterwarnings("ignore::keryx.dialects._report.DialectWarning")
def test_an_initializer_of_keras_1_is_called_with_the_shape_alone():
    layer = L.Dense(2, init=lambda shape, name=None: np.full(shape, 7.0))
    layer(np.ones((1, 3)))

    assert layer.kernel.numpy().tolist() == [[7, 7]] * 3


def test_an_old_name_of_a_class_can_be_derived_from_and_asked_about():
    class Mine(L.Convolution2D):
        pass

    assert issubclass(Mine, L.Conv2D)
    assert isinstance(L.Conv2D(2, 2), L.Convolution2D)
    assert L.Convolution2D.from_config(L.Conv2D(2, 2).get_config()).filters == 2


# --- optimizers, callbacks, others ----------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"lr": 0.2}, {"learning_rate": 0.2}),
        ({"lr": 0.2, "learning_rate": 0.3}, {"learning_rate": 0.2}),
        ({"decay": 0.0}, {}),
        ({"epsilon": None}, {"epsilon": 1e-7}),
        ({"schedule_decay": 0.004}, {}),
        ({"kappa": 1}, {}),
    ],
    ids=lambda given: "_".join(given),
)  # fmt: skip
@pytest.mark.filterwarnings("ignore::keryx.dialects._report.DialectWarning")
def test_an_optimizer_takes_old_arguments(old, new):
    made, modern = optimizers.Nadam(**old), optimizers.Nadam(**new)

    assert made.get_config() == modern.get_config()


@pytest.mark.filterwarnings("ignore::keryx.dialects._report.DialectWarning")
def test_a_new_lr_leaves_the_decay():
    optimizer = optimizers.SGD(lr=0.5, decay=0.25)

    optimizer.lr = 0.1

    assert float(optimizer.lr) == pytest.approx(0.1)
    assert optimizer.decay == 0.25


@pytest.mark.parametrize(
    ("cls", "old", "new"),
    [
        (callbacks.ReduceLROnPlateau, {"epsilon": 0.1}, {"min_delta": 0.1}),
    ],
    ids=["epsilon"],
)
@pytest.mark.filterwarnings("ignore::keryx.dialects._report.DialectWarning")
def test_a_callback_takes_old_arguments(cls, old, new):
    made, modern = cls(**old), cls(**new)

    assert made.min_delta == modern.min_delta


def test_every_old_name_in_the_tables_is_written_once():
    tables = [EVERY, OPTIMIZERS, *BY_CLASS.values(), *FUNCTIONS.values()]
    tables += [*CALLBACKS.values(), *OTHERS.values()]

    for table in tables:
        rows = [(names(row), type(row), row) for row in table]
        assert len({(n, t, r) for n, t, r in rows}) == len(rows)


PLACES = {
    "Tokenizer": text.Tokenizer,
    "Flows": image.ImageDataGenerator,
    **{name: getattr(image, name) for name in (
        "ImageDataGenerator", "Iterator", "NumpyArrayIterator", "DirectoryIterator",
    )},
    **dict.fromkeys(
        (name for name in FUNCTIONS if name.startswith("random_")
         or name in ("img_to_array", "array_to_img", "save_img")), image),
    "relu": activations,
    "Trainable": models.Model,
    "Model": models.Model,
    "Layer": L.Layer,
    "WeightOwner": L.Layer,
    "Optimizer": optimizers.Optimizer,
    "to_categorical": utils,
    "Input": L,
    "load_data": imdb,
    "load_model": saving,
    "save_model": saving,
    "get_test_data": _helpers,
    "SequenceEnqueuer": _queues.SequenceEnqueuer,
    "GeneratorEnqueuer": _queues.GeneratorEnqueuer,
    "plot_model": utils,
}  # fmt: skip
FUNCTION_ROWS = [
    (name, row) for name, rows in FUNCTIONS.items() for row in rows
    if not isinstance(row, Join)
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "row"), FUNCTION_ROWS, ids=lambda v: v if isinstance(v, str) else v[0]
)
def test_a_row_of_a_function_leads_to_a_name_of_today(name, row):
    owner, _, method = name.rpartition(".")
    function = getattr(PLACES[owner or name], method)

    found = inspect.signature(function).parameters.values()
    today = [p.name for p in found if p.kind is not p.VAR_KEYWORD]

    assert function.__wrapped__.__qualname__ == name
    if isinstance(row, Drop):
        assert row.old not in today
    else:
        assert (row.name if isinstance(row, Value) else row.new) in today


def test_a_checkpoint_of_every_second_epoch(tmp_path):
    with pytest.warns(DialectWarning, match="period=2"):
        checkpoint = callbacks.ModelCheckpoint(str(tmp_path / "a.keras"), period=2)
    saved = []
    checkpoint.set_model(
        SimpleNamespace(save=lambda *args, **kwargs: saved.append(checkpoint))
    )

    for epoch in range(4):
        checkpoint.on_epoch_end(epoch, {"val_loss": 1.0})

    assert len(saved) == 2


def test_a_program_in_todays_spelling_translates_nothing():
    before = counted()

    L.Dense(3, kernel_initializer="uniform", input_shape=(2,))
    L.Conv2D(8, 3, 3)
    optimizers.Adam(learning_rate=0.1)

    assert counted() == before
    assert Hook.first is None


def test_renaming_is_pure():
    given = {"output_dim": 3, "init": "uniform"}

    _interpreter.keywords(L.Dense, given)

    assert given == {"output_dim": 3, "init": "uniform"}
