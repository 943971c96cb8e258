"""What metrics promise: scikit-learn's numbers, pure functions, exact counts."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import sklearn.metrics as oracle
from scipy import stats

from keryx import metrics
from keryx._core.errors import ArgumentError, DataError, StateError
from keryx.metrics._state import MeanState

RNG = np.random.default_rng(1)
BITS = RNG.integers(0, 2, 200)
RATES = np.clip(0.3 * BITS + 0.7 * RNG.random(200), 0, 1).astype("float32")
WEIGHTS = RNG.random(200).astype("float32")
IDS = RNG.integers(0, 4, 200)
SCORES = RNG.random((200, 4)).astype("float32")
REAL = (RNG.normal(size=200) + 1000).astype("float32")
GUESS = (REAL + RNG.normal(size=200) / 2).astype("float32")
CALLS, CHOICES = RATES > 0.5, SCORES.argmax(-1)
ROWS = np.eye(4, dtype="float32")[IDS]

SKLEARN = {
    "Precision": (metrics.Precision(), BITS, RATES, oracle.precision_score, CALLS),
    "Recall": (metrics.Recall(), BITS, RATES, oracle.recall_score, CALLS),
    "BinaryAccuracy": (
        metrics.BinaryAccuracy(),
        BITS,
        RATES,
        oracle.accuracy_score,
        CALLS,
    ),
    "SparseCategoricalAccuracy": (
        metrics.SparseCategoricalAccuracy(),
        IDS,
        SCORES,
        oracle.accuracy_score,
        CHOICES,
    ),
    "MeanAbsoluteError": (
        metrics.MeanAbsoluteError(),
        REAL,
        GUESS,
        oracle.mean_absolute_error,
        GUESS,
    ),
    "RootMeanSquaredError": (
        metrics.RootMeanSquaredError(),
        REAL,
        GUESS,
        oracle.root_mean_squared_error,
        GUESS,
    ),
    "R2Score": (metrics.R2Score(), REAL, GUESS, oracle.r2_score, GUESS),
    "BinaryCrossentropy": (
        metrics.BinaryCrossentropy(),
        BITS,
        RATES,
        oracle.log_loss,
        RATES.clip(1e-7, 1 - 1e-7).astype(float),
    ),
}


@pytest.mark.parametrize("weighted", [False, True], ids=["plain", "weighted"])
@pytest.mark.parametrize("name", SKLEARN)
def test_metric_over_uneven_batches_equals_scikit_learn(name, weighted):
    metric, y_true, y_pred, score, answer = SKLEARN[name]
    weights = WEIGHTS if weighted else None
    metric.reset_state()

    for part in (slice(0, 30), slice(30, 31), slice(31, 200)):
        metric.update_state(
            y_true[part, None],
            y_pred[part] if y_pred.ndim > 1 else y_pred[part, None],
            weights[part] if weighted else None,
        )

    expected = score(y_true, answer, sample_weight=weights)
    np.testing.assert_allclose(metric.result(), expected, rtol=1e-4)


@pytest.mark.parametrize(
    ("curve", "area"),
    [("ROC", oracle.roc_auc_score), ("PR", oracle.average_precision_score)],
)
def test_area_approaches_that_of_scikit_learn(curve, area):
    metric = metrics.AUC(num_thresholds=2000, curve=curve)

    result = metric(BITS, RATES, WEIGHTS)

    expected = area(BITS, RATES, sample_weight=WEIGHTS)
    np.testing.assert_allclose(result, expected, rtol=5e-3)


@pytest.mark.parametrize("average", [None, "micro", "macro", "weighted"])
def test_f1_score_equals_scikit_learn(average):
    result = metrics.F1Score(average=average)(ROWS, SCORES)

    expected = oracle.f1_score(IDS, CHOICES, average=average)
    np.testing.assert_allclose(result, expected, rtol=1e-5)


def test_mean_iou_equals_the_jaccard_score_of_scikit_learn():
    result = metrics.MeanIoU(4, sparse_y_pred=False)(IDS, SCORES)

    expected = oracle.jaccard_score(IDS, CHOICES, average="macro")
    np.testing.assert_allclose(result, expected, rtol=1e-5)


def test_pearson_correlation_equals_scipy():
    y_true, y_pred = BITS - RATES, RATES * RATES

    result = metrics.PearsonCorrelation(axis=0)(y_true[:, None], y_pred[:, None])

    expected = stats.pearsonr(y_true, y_pred).statistic
    np.testing.assert_allclose(result, expected, rtol=1e-4)


SHELLS = {
    "Mean": (lambda: metrics.Mean(), (SCORES,)),
    "Sum": (lambda: metrics.Sum(), (SCORES,)),
    "mse": (lambda: metrics.MeanSquaredError(), (REAL, GUESS)),
    "AUC": (lambda: metrics.AUC(num_thresholds=5), (BITS, RATES)),
    "F1Score": (lambda: metrics.F1Score(), (ROWS, SCORES)),
    "R2Score": (lambda: metrics.R2Score(), (REAL, GUESS)),
    "MeanIoU": (lambda: metrics.MeanIoU(4), (IDS, CHOICES)),
}


@pytest.mark.parametrize("name", SHELLS)
def test_pure_functions_and_keras_methods_agree(name):
    make, arrays = SHELLS[name]
    pure, shell = make(), make()
    pure.build(arrays[0].shape, arrays[-1].shape)

    state = jax.jit(pure.update)(pure.init(), *arrays, sample_weight=WEIGHTS)
    shell.update_state(*arrays, sample_weight=WEIGHTS)
    values = shell.stateless_reset_state()
    values = shell.stateless_update_state(values, *arrays, sample_weight=WEIGHTS)

    np.testing.assert_allclose(pure.compute(state), shell.result(), rtol=1e-5)
    np.testing.assert_allclose(shell.stateless_result(values), shell.result())


@pytest.mark.parametrize("name", SHELLS)
def test_reset_forgets_everything(name):
    make, arrays = SHELLS[name]
    metric = make()
    first = np.asarray(metric(*arrays))

    metric.reset_state()

    assert all(float(jnp.sum(v.value)) == 0 for v in metric.variables)
    np.testing.assert_array_equal(metric(*arrays), first)


def test_metric_of_a_population_is_that_of_each_member():
    metric = metrics.BinaryAccuracy()
    predictions = jnp.asarray(RNG.random((3, 20, 1)), jnp.float32)

    states = jax.vmap(metric.update, in_axes=(None, None, 0))(
        metric.init(), BITS[:20, None], predictions
    )

    each = [metrics.BinaryAccuracy()(BITS[:20, None], y) for y in predictions]
    np.testing.assert_allclose(jax.vmap(metric.compute)(states), each)


def test_counts_stay_exact_beyond_the_integers_of_float32():
    # From 2²⁴ on, a plain float32 swallows each further single sample.
    def add(state, _):
        return state.add(jnp.ones((100, 1))), None

    start = MeanState.zero()._replace(
        weight=MeanState.zero().weight._replace(sum=jnp.float32(2**24)),
        total=MeanState.zero().total._replace(sum=jnp.float32(2**24)),
    )
    odd = jax.jit(lambda s: s.add(jnp.ones((3, 1)), jnp.array([1.0, 0.0, 0.0])))
    state, _ = jax.lax.scan(add, odd(start), length=10)

    exact = np.float64(state.weight.sum) + np.float64(state.weight.rest)
    assert exact == 2**24 + 1 + 1000


class Spread(metrics.Metric):
    """A metric as users write it: variables, `assign`, other metrics inside."""

    def __init__(self, name="spread", **kwargs):
        super().__init__(name=name, **kwargs)
        self.low = self.add_weight(name="low", initializer="ones")
        self.parts = {"recall": metrics.Recall(), "mean": metrics.Mean()}

    def update_state(self, y_true, y_pred, sample_weight=None):
        self.low.assign(jnp.minimum(self.low.value, jnp.min(y_pred)))
        self.parts["recall"].update_state(y_true, y_pred, sample_weight)
        self.parts["mean"].update_state(y_pred)

    def result(self):
        return {
            "low": self.low,
            "recall": self.parts["recall"].result(),
            "mean": self.parts["mean"].result(),
        }


def test_users_metric_runs_purely_under_jit_and_scan():
    metric = Spread()
    y_true, y_pred = BITS.reshape(4, 50), RATES.reshape(4, 50)

    state, _ = jax.jit(
        lambda state: jax.lax.scan(
            lambda s, batch: (metric.update(s, *batch), None), state, (y_true, y_pred)
        )
    )(metric.init())
    result = metric.compute(state)

    expected = {"low": RATES.min(), "mean": RATES.mean()}
    expected["recall"] = oracle.recall_score(BITS, CALLS)
    assert {k: round(float(v), 5) for k, v in result.items()} == {
        k: round(float(v), 5) for k, v in expected.items()
    }
    assert float(metric.low.value) == 1.0  # the metric itself was not touched


def test_users_subclass_of_our_metric_computes_what_it_says():
    class Rounded(metrics.Mean):
        def update_state(self, y_true, y_pred, sample_weight=None):
            super().update_state(jnp.round(y_pred), sample_weight)

        def result(self):
            return 100 * super().result()

    metric = Rounded()
    state = jax.jit(metric.update)(metric.init(), BITS, RATES)

    expected = 100 * np.round(RATES).mean()
    np.testing.assert_allclose(metric.compute(state), expected, rtol=1e-5)
    np.testing.assert_allclose(metric(BITS, RATES), expected, rtol=1e-5)


def test_metric_that_is_written_in_neither_way_says_so():
    class Empty(metrics.Metric):
        pass

    with pytest.raises(StateError, match="`update_state` and `result`, or"):
        Empty().update_state(1.0)


def test_metric_of_unknown_width_asks_to_be_built():
    with pytest.raises(StateError, match="metric.build"):
        metrics.F1Score().init()


def test_metric_refuses_to_broadcast():
    with pytest.raises(DataError, match=r"got \(4, 3\) and \(4, 1\)"):
        metrics.BinaryAccuracy()(np.zeros((4, 3)), np.zeros((4, 1)))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: metrics.AUC(curve="LIFT"), "curve=...\\).*'ROC'"),
        (lambda: metrics.AUC(num_thresholds=1), "num_thresholds"),
        (lambda: metrics.Precision(thresholds=2.0), "thresholds"),
        (lambda: metrics.Precision(top_k=0), "top_k"),
        (lambda: metrics.Recall(class_id=-1), "class_id"),
        (lambda: metrics.F1Score(average="mean"), "average=...\\).*'macro'"),
        (lambda: metrics.FBetaScore(beta=0.0), "beta"),
        (lambda: metrics.IoU(2, [2]), "target_class_ids"),
        (lambda: metrics.PrecisionAtRecall(1.5), "recall"),
        (lambda: metrics.R2Score("mean"), "class_aggregation"),
    ],
)
def test_wrong_arguments_are_named(make, message):
    with pytest.raises(ArgumentError, match=message):
        make()


RESOLVED = [
    ("accuracy", (None, 1), (None, 1), "BinaryAccuracy"),
    ("acc", (None,), (None, 1), "BinaryAccuracy"),
    ("acc", (None,), (None, 10), "SparseCategoricalAccuracy"),
    ("accuracy", (None, 1), (None, 10), "SparseCategoricalAccuracy"),
    ("accuracy", (None, 10), (None, 10), "CategoricalAccuracy"),
    ("accuracy", (None, 4, 4), (None, 4, 4, 3), "SparseCategoricalAccuracy"),
    ("accuracy", (None, 4, 4, 1), (None, 4, 4, 1), "BinaryAccuracy"),
    ("ce", (None,), (None, 10), "SparseCategoricalCrossentropy"),
    ("crossentropy", (None, 1), (None, 1), "BinaryCrossentropy"),
    ("crossentropy", (None, 3), (None, 3), "CategoricalCrossentropy"),
    ("mse", (None, 3), (None, 3), "MeanSquaredError"),
    ("AUC", (None, 1), (None, 1), "AUC"),
    ("huber", (None, 1), (None, 1), "MeanMetricWrapper"),
]


@pytest.mark.parametrize(("name", "y_shape", "output_shape", "kind"), RESOLVED)
def test_name_means_what_the_shapes_say(name, y_shape, output_shape, kind):
    metric = metrics.as_metric(name, y_shape=y_shape, output_shape=output_shape)

    assert type(metric).__name__ == kind
    assert metric.name == name


def test_loss_decides_where_shapes_are_not_known():
    metric = metrics.as_metric("acc", loss_name="sparse_categorical_crossentropy")

    assert isinstance(metric, metrics.SparseCategoricalAccuracy)


def test_function_becomes_a_mean_under_its_own_name():
    def largest(y_true, y_pred):
        return jnp.max(y_pred, axis=-1)

    metric = metrics.as_metric(largest, y_shape=(None, 4), output_shape=(None, 4))

    assert metric.name == "largest"
    np.testing.assert_allclose(metric(ROWS, SCORES), SCORES.max(-1).mean(), rtol=1e-5)


def test_as_metric_builds_what_depends_on_the_outputs():
    metric = metrics.as_metric("f1_score", y_shape=(None, 4), output_shape=(None, 4))

    state = metric.update(metric.init(), ROWS, SCORES)

    assert metric.compute(state).shape == (4,)


@pytest.mark.parametrize("name", sorted(metrics._registry.GENERAL))
def test_name_is_kept_in_the_configuration(name):
    metric = metrics.as_metric(name, y_shape=(None,), output_shape=(None, 3))

    back = metrics.deserialize(metrics.serialize(metric))

    assert type(back) is type(metric)
    assert back.name == name


def test_wrapper_survives_serialization():
    metric = metrics.MeanMetricWrapper(metrics.binary_accuracy, "mine", threshold=0.2)

    back = metrics.deserialize(metrics.serialize(metric))

    assert back.get_config() == metric.get_config()
    assert back.fn is metrics.binary_accuracy
