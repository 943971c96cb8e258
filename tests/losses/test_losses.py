"""What losses promise beyond Keras's numbers."""

import functools

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from keryx import losses
from keryx._core.errors import ArgumentError, DataError, UnknownNameError

ELEMENTWISE = [
    "mean_squared_error",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "mean_squared_logarithmic_error",
    "huber",
    "log_cosh",
    "cosine_similarity",
    "hinge",
    "squared_hinge",
    "categorical_hinge",
    "binary_crossentropy",
    "binary_focal_crossentropy",
    "categorical_crossentropy",
    "categorical_focal_crossentropy",
    "kl_divergence",
    "poisson",
    "dice",
    "tversky",
]


@pytest.mark.parametrize("name", ELEMENTWISE)
@pytest.mark.parametrize(
    "shapes",
    [((10, 768), (10, 1)), ((3,), (3, 3))],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_shapes_that_would_be_broadcast_are_refused(name, shapes):
    y_true, y_pred = (jnp.zeros(shape) for shape in shapes)

    with pytest.raises(DataError, match=f"{name}: expected targets and predictions of"):
        getattr(losses, name)(y_true, y_pred)


def test_broadcasting_is_refused_while_tracing():
    step = jax.jit(jax.grad(lambda y: losses.MeanSquaredError()(jnp.zeros((4, 3)), y)))

    with pytest.raises(DataError, match=r"got \(4, 3\) and \(4, 1\)"):
        step(jnp.zeros((4, 1)))


def test_sparse_crossentropy_of_one_hot_targets_names_the_other_loss():
    with pytest.raises(DataError, match="CategoricalCrossentropy"):
        losses.sparse_categorical_crossentropy(jnp.eye(3), jnp.ones((3, 3)))


@pytest.mark.parametrize("logit", [-200.0, 0.0, 200.0])
@pytest.mark.parametrize(
    "name", ["binary_crossentropy", "binary_focal_crossentropy", "log_cosh"]
)
def test_gradient_is_finite_for_extreme_scores(name, logit):
    options = {} if name == "log_cosh" else {"from_logits": True}

    gradient = jax.grad(
        lambda y: getattr(losses, name)(jnp.ones((1, 1)), y, **options).sum()
    )(jnp.full((1, 1), logit))

    assert np.isfinite(gradient).all()


@pytest.mark.parametrize("probability", [0.0, 1.0])
@pytest.mark.parametrize(
    "name", ["binary_crossentropy", "kl_divergence", "poisson", "mean_squared_error"]
)
def test_loss_is_finite_for_certain_predictions(name, probability):
    loss = getattr(losses, name)(jnp.ones((1, 2)), jnp.full((1, 2), probability))

    assert np.isfinite(loss).all()


def test_crossentropies_of_logits_equal_those_of_optax():
    logits = jnp.asarray(np.random.default_rng(0).normal(size=(4, 3)), jnp.float32)
    ids = jnp.array([0, 2, 1, 1])

    sparse = losses.sparse_categorical_crossentropy(ids, logits, from_logits=True)
    dense = losses.categorical_crossentropy(jnp.eye(3)[ids], logits, from_logits=True)

    expected = optax.softmax_cross_entropy_with_integer_labels(logits, ids)
    np.testing.assert_allclose(sparse, expected, rtol=1e-6)
    np.testing.assert_allclose(dense, expected, rtol=1e-6)


def test_sparse_crossentropy_takes_classes_on_any_axis():
    scores = jnp.asarray(np.random.default_rng(0).normal(size=(2, 3, 5)), jnp.float32)
    ids = jnp.arange(10).reshape(2, 5) % 3

    loss = losses.sparse_categorical_crossentropy(ids, scores, True, axis=1)

    last = losses.sparse_categorical_crossentropy(ids, scores.swapaxes(1, 2), True)
    np.testing.assert_allclose(loss, last, rtol=1e-6)


def test_generalized_crossentropy_means_the_same_by_ids_and_by_rows():
    scores, ids = jnp.array([[0.2, 0.8], [0.6, 0.4]]), jnp.array([1, 1])

    by_ids = losses.categorical_generalized_cross_entropy(ids[:, None], scores, 0.5)
    by_rows = losses.categorical_generalized_cross_entropy(jnp.eye(2)[ids], scores, 0.5)

    np.testing.assert_allclose(by_ids, [2 - 2 * 0.8**0.5, 2 - 2 * 0.4**0.5], rtol=1e-6)
    np.testing.assert_allclose(by_rows, by_ids, rtol=1e-6)


def test_class_ids_survive_a_computation_in_sixteen_bits():
    ids, scores = jnp.array([257]), jnp.zeros((1, 300)).at[0, 257].set(10.0)

    loss = losses.SparseCategoricalCrossentropy(True, dtype="bfloat16")(ids, scores)

    assert float(loss) < 0.1


def test_mixed_precision_outputs_are_reduced_in_float32():
    loss = losses.MeanSquaredError()(jnp.zeros((4, 1)), jnp.ones((4, 1), jnp.bfloat16))

    assert loss.dtype == jnp.float32


def test_weights_of_samples_fit_losses_of_time_steps():
    loss = losses.MeanSquaredError()(
        jnp.zeros((2, 2, 1)), jnp.ones((2, 2, 1)), jnp.array([0.0, 4.0])
    )

    assert float(loss) == 2.0


def test_weights_that_fit_nothing_are_refused():
    with pytest.raises(DataError, match=r"sample_weight: .*\(4,\).*got \(3,\)"):
        losses.MeanSquaredError()(jnp.zeros((4, 1)), jnp.ones((4, 1)), jnp.ones(3))


def test_targets_of_several_outputs_reach_a_users_loss():
    class Joint(losses.Loss):
        def call(self, y_true, y_pred):
            return jnp.abs(y_true["a"] - y_pred["a"]) + y_pred["b"]

    loss = Joint()({"a": np.array([1, 2])}, {"a": jnp.zeros(2), "b": jnp.ones(2)})

    assert float(loss) == 2.5


def test_fully_masked_batch_has_no_loss():
    loss = losses.MeanSquaredError()(
        jnp.zeros((2, 1)), jnp.ones((2, 1)), mask=jnp.zeros(2, bool)
    )

    assert float(loss) == 0.0


@pytest.mark.parametrize(
    ("identifier", "kind"),
    [
        ("mse", "MeanSquaredError"),
        ("MSE", "MeanSquaredError"),
        ("kld", "KLDivergence"),
        ("MeanAbsoluteError", "MeanAbsoluteError"),
        (losses.huber, "Huber"),
        (losses.Hinge, "Hinge"),
        ({"class_name": "Huber", "config": {"delta": 2.0}}, "Huber"),
        ("categorical_generalized_cross_entropy", "CategoricalGeneralizedCrossEntropy"),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_as_loss_makes_an_object_of_every_form(identifier, kind):
    assert type(losses.as_loss(identifier)).__name__ == kind


def test_as_loss_names_a_loss_by_its_function():
    assert losses.as_loss("huber").name == "huber"
    partial = functools.partial(losses.huber, delta=2.0)
    assert losses.as_loss(partial).name == "huber"


def test_as_loss_leaves_an_object_as_it_is():
    loss = losses.Huber(2.0)

    assert losses.as_loss(loss) is loss


def test_unknown_name_suggests_the_nearest():
    with pytest.raises(UnknownNameError, match="Did you mean 'mean_squared_error'"):
        losses.get("mean_square_error")


def test_unknown_reduction_is_refused():
    with pytest.raises(ArgumentError, match="reduction=...\\).*sum_over_batch_size"):
        losses.MeanSquaredError("average")


@pytest.mark.parametrize("make", losses._registry.CLASS_OF.values())
def test_loss_survives_serialization(make):
    loss = make(reduction="sum", name="mine")

    back = losses.deserialize(losses.serialize(loss))

    assert type(back) is make
    assert back.get_config() == loss.get_config()


@pytest.mark.parametrize("function", losses._registry.CLASS_OF)
def test_function_is_serialized_as_its_name(function):
    assert losses.serialize(function) == function.__name__
    assert losses.deserialize(function.__name__) is function


def test_function_loss_survives_serialization():
    loss = losses.FunctionLoss(losses.huber, "sum", "mine", delta=3.0)

    back = losses.deserialize(losses.serialize(loss))

    assert back.get_config() == loss.get_config()
    np.testing.assert_allclose(back(np.zeros((2, 1)), np.ones((2, 1))), 1.0)
