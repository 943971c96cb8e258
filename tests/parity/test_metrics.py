"""Metrics over uneven batches equal Keras 3's."""

import inspect

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest

from keryx import metrics

RNG = np.random.default_rng(0)
SAMPLES, CLASSES = 11, 3
CUT = 7
REAL = RNG.normal(size=(SAMPLES, CLASSES)).astype("float32")
SCORES = RNG.normal(size=(SAMPLES, CLASSES)).astype("float32")
RATES = RNG.uniform(0.05, 0.95, (SAMPLES, CLASSES)).astype("float32")
BITS = RNG.integers(0, 2, (SAMPLES, CLASSES)).astype("float32")
IDS = RNG.integers(0, CLASSES, SAMPLES).astype("int32")
OTHER_IDS = RNG.integers(0, CLASSES, SAMPLES).astype("int32")
ONE_HOT = np.eye(CLASSES, dtype="float32")[IDS]
BIT, RATE = BITS[:, :1], RATES[:, :1]
WEIGHTS = np.arange(SAMPLES, dtype="float32")

CASES = [
    ("Accuracy", {}, IDS, OTHER_IDS),
    ("BinaryAccuracy", {"threshold": 0.4}, BITS, RATES),
    ("CategoricalAccuracy", {}, ONE_HOT, RATES),
    ("SparseCategoricalAccuracy", {}, IDS, RATES),
    ("SparseCategoricalAccuracy", {"name": "column"}, IDS[:, None], RATES),
    ("TopKCategoricalAccuracy", {"k": 2}, ONE_HOT, RATES),
    ("SparseTopKCategoricalAccuracy", {"k": 2}, IDS, RATES.round(1)),
    ("MeanSquaredError", {}, REAL, SCORES),
    ("RootMeanSquaredError", {}, REAL, SCORES),
    ("MeanAbsoluteError", {}, REAL, SCORES),
    ("MeanAbsolutePercentageError", {}, REAL, SCORES),
    ("MeanSquaredLogarithmicError", {}, RATES, SCORES),
    ("LogCoshError", {}, REAL, SCORES),
    ("CosineSimilarity", {}, REAL, SCORES),
    ("Hinge", {}, BITS, SCORES),
    ("SquaredHinge", {}, BITS, SCORES),
    ("CategoricalHinge", {}, ONE_HOT, SCORES),
    ("KLDivergence", {}, RATES[::-1], RATES),
    ("Poisson", {}, BITS, RATES),
    ("BinaryCrossentropy", {"label_smoothing": 0.1}, BITS, RATES),
    ("BinaryCrossentropy", {"from_logits": True}, BITS, SCORES),
    ("CategoricalCrossentropy", {"from_logits": True}, ONE_HOT, SCORES),
    ("SparseCategoricalCrossentropy", {}, IDS, RATES),
    ("PearsonCorrelation", {}, REAL, SCORES),
    ("ConcordanceCorrelation", {}, REAL, SCORES),
    ("R2Score", {}, REAL, SCORES),
    ("R2Score", {"class_aggregation": None}, REAL, SCORES),
    ("R2Score", {"class_aggregation": "variance_weighted_average"}, REAL, SCORES),
    ("R2Score", {"num_regressors": 2}, REAL, SCORES),
    ("TruePositives", {}, BITS, RATES),
    ("FalsePositives", {"thresholds": [0.2, 0.6]}, BITS, RATES),
    ("TrueNegatives", {"thresholds": 0.3}, BIT, RATE),
    ("FalseNegatives", {}, BIT, RATE),
    ("Precision", {}, BIT, RATE),
    ("Precision", {"thresholds": [0.1, 0.5, 0.99]}, BITS, RATES),
    ("Precision", {"top_k": 2, "class_id": 1}, ONE_HOT, RATES),
    ("Recall", {"class_id": 2}, ONE_HOT, RATES),
    ("Recall", {"top_k": 1, "thresholds": 0.6}, ONE_HOT, RATES),
    ("AUC", {}, BIT, RATE),
    ("AUC", {"curve": "PR"}, BIT, RATE),
    ("AUC", {"curve": "PRGAIN", "num_thresholds": 20}, BITS, RATES),
    ("AUC", {"summation_method": "minoring", "num_thresholds": 20}, BITS, RATES),
    (
        "AUC",
        {"summation_method": "majoring", "curve": "PR", "num_thresholds": 20},
        BITS,
        RATES,
    ),
    ("AUC", {"thresholds": [0.2, 0.7]}, BITS, RATES),
    ("AUC", {"multi_label": True, "num_thresholds": 20}, BITS, RATES),
    ("AUC", {"multi_label": True, "label_weights": [1.0, 2.0, 4.0]}, BITS, RATES),
    ("AUC", {"label_weights": [1.0, 2.0, 4.0], "num_thresholds": 20}, BITS, RATES),
    ("AUC", {"from_logits": True, "num_thresholds": 20}, BITS, SCORES),
    ("SensitivityAtSpecificity", {"specificity": 0.5}, BIT, RATE),
    (
        "SpecificityAtSensitivity",
        {"sensitivity": 0.5, "num_thresholds": 20},
        BITS,
        RATES,
    ),
    (
        "PrecisionAtRecall",
        {"recall": 0.6, "class_id": 1, "num_thresholds": 20},
        ONE_HOT,
        RATES,
    ),
    ("RecallAtPrecision", {"precision": 0.6, "num_thresholds": 20}, BITS, RATES),
    ("RecallAtPrecision", {"precision": 0.5, "num_thresholds": 1}, BITS, RATES),
    ("F1Score", {}, ONE_HOT, RATES),
    ("F1Score", {"average": "micro"}, ONE_HOT, RATES),
    ("F1Score", {"average": "macro", "threshold": 0.5}, BITS, RATES),
    ("F1Score", {"average": "weighted"}, BITS, RATES),
    ("FBetaScore", {"beta": 2.0, "threshold": 0.4}, BITS, RATES),
]
# Keras truncates the weights of these to integers; here they are whole.
OVERLAPS = [
    ("IoU", {"num_classes": 3, "target_class_ids": [0, 2]}, IDS, OTHER_IDS),
    ("BinaryIoU", {"threshold": 0.4}, BIT[:, 0], RATE[:, 0]),
    ("MeanIoU", {"num_classes": 5}, IDS, OTHER_IDS),
    ("MeanIoU", {"num_classes": 3, "ignore_class": 1}, IDS, OTHER_IDS),
    ("MeanIoU", {"num_classes": 3, "sparse_y_pred": False}, IDS, RATES),
    ("OneHotIoU", {"num_classes": 3, "target_class_ids": [1]}, ONE_HOT, RATES),
    ("OneHotMeanIoU", {"num_classes": 3}, ONE_HOT, RATES),
]
ALL = CASES + OVERLAPS
NAMES = [f"{name}-{'-'.join(options)}" for name, options, _, _ in ALL]


@pytest.mark.filterwarnings("ignore:You are passing weight:UserWarning")  # by Keras
@pytest.mark.filterwarnings("ignore:Explicitly requested dtype:UserWarning")
@pytest.mark.parametrize(("name", "options", "y_true", "y_pred"), ALL, ids=NAMES)
def test_metric_over_uneven_batches_equals_keras(name, options, y_true, y_pred):
    metric = getattr(metrics, name)(**options)
    oracle = getattr(keras.metrics, name)(**options)

    metric.build(y_true.shape, y_pred.shape)
    update = jax.jit(metric.update)
    state = update(metric.init(), y_true[:CUT], y_pred[:CUT])
    state = update(state, y_true[CUT:], y_pred[CUT:], WEIGHTS[CUT:])
    result = jax.jit(metric.compute)(state)

    oracle.update_state(y_true[:CUT], y_pred[:CUT])
    oracle.update_state(y_true[CUT:], y_pred[CUT:], WEIGHTS[CUT:])
    np.testing.assert_allclose(result, oracle.result(), rtol=2e-5, atol=1e-6)


@pytest.mark.parametrize("name", sorted({case[0] for case in ALL} | {"Mean", "Sum"}))
def test_signature_is_that_of_keras(name):
    own = inspect.signature(getattr(metrics, name)).parameters.values()

    expected = inspect.signature(getattr(keras.metrics, name)).parameters.values()
    assert [(p.name, p.default) for p in own] == [(p.name, p.default) for p in expected]


@pytest.mark.parametrize(("name", "options", "y_true", "y_pred"), ALL, ids=NAMES)
def test_configurations_are_exchanged_with_keras(name, options, y_true, y_pred):
    own = getattr(metrics, name)(**{"name": "mine", **options})

    there = getattr(keras.metrics, name).from_config(own.get_config())
    back = getattr(metrics, name).from_config(there.get_config())

    assert set(there.get_config()) <= set(own.get_config())
    lost = {"axis"}  # Keras's CosineSimilarity forgets it
    assert {k: v for k, v in back.get_config().items() if k not in lost} == {
        k: v for k, v in own.get_config().items() if k not in lost
    }


def test_ignored_class_does_not_count_as_in_weighted_keras():
    options = {"ignore_class": 1}
    metric = metrics.SparseCategoricalCrossentropy(**options)
    oracle = keras.metrics.SparseCategoricalCrossentropy(**options)

    metric.update_state(IDS, RATES)
    oracle.update_state(IDS, RATES, np.ones(SAMPLES, "float32"))

    np.testing.assert_allclose(metric.result(), oracle.result(), rtol=1e-6)


MEAN_CASES = {
    "samples": (REAL[:, 0], None),
    "several values each": (REAL, None),
    "scalar": (REAL[0, 0], None),
    "weights of samples": (REAL, WEIGHTS),
    "weights of values": (REAL, RATES),
    "weights in a column": (REAL, WEIGHTS[:, None]),
    "column for samples": (REAL[:, 0], WEIGHTS[:, None]),
    "one weight": (REAL, np.float32(2)),
}


@pytest.mark.parametrize("case", MEAN_CASES)
@pytest.mark.parametrize("name", ["Mean", "Sum"])
def test_mean_and_sum_equal_keras(name, case):
    values, weights = MEAN_CASES[case]
    metric, oracle = getattr(metrics, name)(), getattr(keras.metrics, name)()

    for shift in (0, 1):
        metric.update_state(values + shift, weights)
        oracle.update_state(values + shift, weights)

    np.testing.assert_allclose(metric.result(), oracle.result(), rtol=1e-5)


FUNCTIONS = [
    ("binary_accuracy", BITS, RATES, {"threshold": 0.3}),
    ("categorical_accuracy", ONE_HOT, RATES, {}),
    ("sparse_categorical_accuracy", IDS[:, None], RATES, {}),
    ("top_k_categorical_accuracy", ONE_HOT, RATES, {"k": 2}),
    ("sparse_top_k_categorical_accuracy", IDS, np.ones_like(RATES), {"k": 1}),
    ("pearson_correlation", REAL, SCORES, {"axis": 0}),
    ("concordance_correlation", REAL, SCORES, {"axis": 0}),
]


@pytest.mark.parametrize(("name", "y_true", "y_pred", "options"), FUNCTIONS)
def test_function_equals_keras(name, y_true, y_pred, options):
    value = getattr(metrics, name)(y_true, y_pred, **options)

    expected = getattr(keras.metrics, name)(y_true, y_pred, **options)
    np.testing.assert_allclose(value, expected, rtol=1e-5, atol=1e-6)


def test_keras_style_metric_computes_the_same_purely():
    class Share(metrics.Metric):
        def __init__(self, name="share", **kwargs):
            super().__init__(name=name, **kwargs)
            self.hits = self.add_weight(name="hits", initializer="zeros")
            self.seen = self.add_variable((), "zeros", name="seen")

        def update_state(self, y_true, y_pred, sample_weight=None):
            hits = jnp.equal(y_true[:, 0], y_pred[:, 0] > 0.5)
            weights = 1.0 if sample_weight is None else sample_weight
            self.hits.assign_add(jnp.sum(hits * weights))
            self.seen.assign_add(jnp.sum(weights * jnp.ones_like(hits)))

        def result(self):
            return self.hits / self.seen

    metric, oracle = Share(), keras.metrics.BinaryAccuracy()
    update, state = jax.jit(metric.update), metric.init()
    for part in (slice(0, CUT), slice(CUT, None)):
        state = update(state, BIT[part], RATE[part], WEIGHTS[part])
        oracle.update_state(BIT[part], RATE[part], WEIGHTS[part])

    np.testing.assert_allclose(metric.compute(state), oracle.result(), rtol=1e-6)
    assert float(metric.hits.value) == 0
