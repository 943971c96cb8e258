"""Losses and their gradients equal Keras 3's."""

import inspect

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest

from keryx import losses

RNG = np.random.default_rng(0)
BATCH, CLASSES = 5, 3
REAL = RNG.normal(size=(BATCH, CLASSES)).astype("float32")
SCORES = RNG.normal(size=(BATCH, CLASSES)).astype("float32")
RATES = RNG.uniform(0.05, 0.95, (BATCH, CLASSES)).astype("float32")
BITS = RNG.integers(0, 2, (BATCH, CLASSES)).astype("float32")
IDS = RNG.integers(0, CLASSES, BATCH)
ONE_HOT = np.eye(CLASSES, dtype="float32")[IDS]
UNITS = SCORES / np.linalg.norm(SCORES, axis=-1, keepdims=True)
LABELS = np.array([[1, 2], [2, 0], [1, 1], [2, 2], [1, 0]])
FRAMES = RNG.normal(size=(BATCH, 6, CLASSES)).astype("float32")

FUNCTIONS = [
    ("mean_squared_error", REAL, SCORES, {}),
    ("mean_absolute_error", REAL, SCORES, {}),
    ("mean_absolute_percentage_error", REAL, SCORES, {}),
    ("mean_squared_logarithmic_error", REAL, RATES, {}),
    ("huber", REAL, SCORES, {}),
    ("huber", REAL, SCORES, {"delta": 0.3}),
    ("log_cosh", REAL, 3 * SCORES, {}),
    ("cosine_similarity", REAL, SCORES, {}),
    ("cosine_similarity", REAL, SCORES, {"axis": 0}),
    ("hinge", BITS, SCORES, {}),
    ("hinge", 2 * BITS - 1, SCORES, {}),
    ("squared_hinge", BITS, SCORES, {}),
    ("categorical_hinge", ONE_HOT, SCORES, {}),
    ("binary_crossentropy", BITS, RATES, {}),
    ("binary_crossentropy", BITS, SCORES, {"from_logits": True}),
    ("binary_crossentropy", BITS, RATES, {"label_smoothing": 0.2, "axis": 0}),
    ("binary_focal_crossentropy", BITS, RATES, {}),
    ("binary_focal_crossentropy", BITS, SCORES, {"from_logits": True, "gamma": 1.5}),
    (
        "binary_focal_crossentropy",
        BITS,
        RATES,
        {"apply_class_balancing": True, "alpha": 0.4, "label_smoothing": 0.1},
    ),
    ("categorical_crossentropy", ONE_HOT, RATES, {}),
    ("categorical_crossentropy", ONE_HOT, SCORES, {"from_logits": True}),
    ("categorical_crossentropy", ONE_HOT, RATES, {"label_smoothing": 0.1}),
    ("categorical_crossentropy", ONE_HOT, RATES, {"axis": 0}),
    ("categorical_focal_crossentropy", ONE_HOT, RATES, {"gamma": 3.0}),
    ("categorical_focal_crossentropy", ONE_HOT, RATES, {"alpha": [0.1, 0.5, 0.9]}),
    (
        "categorical_focal_crossentropy",
        ONE_HOT,
        SCORES,
        {"from_logits": True, "label_smoothing": 0.1},
    ),
    ("sparse_categorical_crossentropy", IDS, RATES, {}),
    ("sparse_categorical_crossentropy", IDS[:, None], SCORES, {"from_logits": True}),
    ("sparse_categorical_crossentropy", IDS, RATES, {"ignore_class": 1}),
    ("categorical_generalized_cross_entropy", IDS, RATES, {"q": 0.7}),
    ("kl_divergence", RATES[::-1], RATES, {}),
    ("poisson", BITS, RATES, {}),
    ("dice", BITS, RATES, {}),
    ("dice", BITS, RATES, {"axis": 1}),
    ("tversky", BITS, RATES, {"alpha": 0.3, "beta": 0.8}),
    ("tversky", BITS, RATES, {"axis": (1,)}),
    ("circle", IDS, UNITS, {}),
    ("circle", IDS, UNITS, {"remove_diagonal": False, "gamma": 8, "margin": 0.2}),
    (
        "circle",
        IDS,
        UNITS,
        {"ref_labels": IDS[:3], "ref_embeddings": UNITS[:3], "remove_diagonal": False},
    ),
    ("ctc", LABELS, FRAMES, {}),
]
NAMES = [f"{name}-{'-'.join(options)}" for name, _, _, options in FUNCTIONS]


@pytest.mark.parametrize(("name", "y_true", "y_pred", "options"), FUNCTIONS, ids=NAMES)
def test_function_and_gradient_equal_keras(name, y_true, y_pred, options):
    def both(library):
        function = getattr(library, name)
        loss, pullback = jax.vjp(
            lambda y: function(y_true, y, **options), jnp.asarray(y_pred)
        )
        return loss, pullback(jnp.ones_like(loss))[0]

    value, gradient = both(losses)

    expected, expected_gradient = both(keras.losses)
    np.testing.assert_allclose(value, expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(gradient, expected_gradient, rtol=1e-4, atol=1e-6)


CLASS_DATA = {
    "MeanSquaredError": (REAL, SCORES),
    "MeanAbsoluteError": (REAL, SCORES),
    "MeanAbsolutePercentageError": (REAL, SCORES),
    "MeanSquaredLogarithmicError": (REAL, RATES),
    "Huber": (REAL, SCORES),
    "LogCosh": (REAL, SCORES),
    "CosineSimilarity": (REAL, SCORES),
    "Hinge": (BITS, SCORES),
    "SquaredHinge": (BITS, SCORES),
    "CategoricalHinge": (ONE_HOT, SCORES),
    "BinaryCrossentropy": (BITS, RATES),
    "BinaryFocalCrossentropy": (BITS, RATES),
    "CategoricalCrossentropy": (ONE_HOT, RATES),
    "CategoricalFocalCrossentropy": (ONE_HOT, RATES),
    "CategoricalGeneralizedCrossEntropy": (IDS, RATES),
    "SparseCategoricalCrossentropy": (IDS, RATES),
    "KLDivergence": (RATES[::-1], RATES),
    "Poisson": (BITS, RATES),
    "Dice": (BITS, RATES),
    "Tversky": (BITS, RATES),
    "Circle": (IDS, UNITS),
    "CTC": (LABELS, FRAMES),
}


@pytest.mark.parametrize("name", CLASS_DATA)
def test_class_equals_keras_with_weights(name):
    y_true, y_pred = CLASS_DATA[name]
    weights = np.linspace(0.5, 2.0, BATCH, dtype="float32")

    loss = getattr(losses, name)()(y_true, y_pred, weights)

    expected = getattr(keras.losses, name)()(y_true, y_pred, weights)
    np.testing.assert_allclose(loss, expected, rtol=1e-5)


@pytest.mark.parametrize("name", CLASS_DATA)
def test_signature_is_that_of_keras(name):
    own = inspect.signature(getattr(losses, name)).parameters.values()

    expected = inspect.signature(getattr(keras.losses, name)).parameters.values()
    assert [(p.name, p.default) for p in own] == [(p.name, p.default) for p in expected]


@pytest.mark.parametrize("name", CLASS_DATA)
def test_configurations_are_exchanged_with_keras(name):
    own_class, keras_class = getattr(losses, name), getattr(keras.losses, name)
    own = own_class(reduction="sum", name="mine")

    there = keras_class.from_config(own.get_config())
    back = own_class.from_config(there.get_config())

    assert set(there.get_config()) <= set(own.get_config())
    assert back.get_config() == own.get_config()


REDUCTIONS = ["sum_over_batch_size", "mean", "sum", "mean_with_sample_weight", None]
WEIGHTS = {
    "none": None,
    "samples": np.array([[1.0], [3.0]]),
    "steps": np.array([[1.0, 0.0, 2.0], [0.5, 1.0, 4.0]]),
    "steps of one": np.array([[[1.0], [0.0], [2.0]], [[0.5], [1.0], [4.0]]]),
}


@pytest.mark.parametrize("masked", [True, False])
@pytest.mark.parametrize("weights", WEIGHTS)
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_reduction_of_weighted_and_masked_losses_equals_keras(
    reduction, weights, masked
):
    y_true, y_pred = np.zeros((2, 3, 2), "float32"), RNG.random((2, 3, 2)).astype("f")
    mask = np.array([[True, True, False], [False, True, True]]) if masked else None
    carrier = jnp.asarray(y_pred)
    if masked:
        carrier._keras_mask = jnp.asarray(mask)

    loss = losses.MeanSquaredError(reduction)(
        y_true, y_pred, WEIGHTS[weights], mask=mask
    )

    expected = keras.losses.MeanSquaredError(reduction)(
        y_true, carrier, WEIGHTS[weights]
    )
    np.testing.assert_allclose(loss, expected, rtol=1e-5)


@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_ignored_class_does_not_count(reduction):
    options = {"ignore_class": 1, "reduction": reduction}

    loss = losses.SparseCategoricalCrossentropy(**options)(IDS[:, None], RATES)

    expected = keras.losses.SparseCategoricalCrossentropy(**options)(
        IDS[:, None], RATES
    )
    np.testing.assert_allclose(loss, expected, rtol=1e-5)


@pytest.mark.parametrize(
    ("target_shape", "output_shape"), [((4,), (4, 1)), ((4, 1), (4,)), ((4,), (4,))]
)
def test_last_axis_of_size_one_may_be_missing(target_shape, output_shape):
    y_true, y_pred = np.arange(4.0), np.arange(4.0)[::-1] / 3

    loss = losses.MeanSquaredError()(
        y_true.reshape(target_shape), y_pred.reshape(output_shape)
    )

    expected = keras.losses.MeanSquaredError()(
        y_true.reshape(target_shape), y_pred.reshape(output_shape)
    )
    np.testing.assert_allclose(loss, expected, rtol=1e-6)


def test_keras_style_loss_of_a_user_equals_keras():
    def scaled(y_true, y_pred):
        return 3 * jnp.mean(jnp.square(y_true - y_pred), axis=-1)

    loss = losses.as_loss(scaled)(REAL, SCORES, np.arange(BATCH))

    wrapper = keras.src.losses.losses.LossFunctionWrapper
    expected = wrapper(scaled)(REAL, SCORES, np.arange(BATCH))
    np.testing.assert_allclose(loss, expected, rtol=1e-5)
