"""Parts of `tf.keras` that today's Keras has no more."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.stats

from keryx import constraints, layers, metrics, models
from keryx._core.errors import ArgumentError, DataError, ShapeError, StateError
from keryx.dialects import legacy_module

pytestmark = pytest.mark.filterwarnings("ignore::keryx.dialects._report.DialectWarning")
DRAW = np.random.default_rng(0)
X = DRAW.normal(size=(8, 3)).astype("float32")
Y = DRAW.normal(size=(8, 1)).astype("float32")


# --- constraints and metrics ----------------------------------------------------------


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5])
def test_radial_kernels_are_the_same_on_each_ring(size):
    w = DRAW.normal(size=(size, size, 2, 3)).astype("float32")
    project = constraints.RadialConstraint()

    found = np.asarray(project(w))

    i, j = np.indices((size, size)) - (size - 1) / 2
    ring = np.maximum(abs(i), abs(j))
    for radius in np.unique(ring):
        values = found[ring == radius]
        assert (values == values[0]).all()
    outer = w[-1, -1] if size != 2 else w[0, 0]
    np.testing.assert_array_equal(found[-1, -1], outer)
    np.testing.assert_array_equal(project(found), found)


@pytest.mark.parametrize("shape", [(3, 3), (2, 3, 1, 1)], ids=str)
def test_kernels_that_are_no_squares_have_no_rings(shape):
    with pytest.raises(ShapeError, match="size, size"):
        constraints.RadialConstraint()(np.ones(shape))


def test_mean_tensor_averages_each_element_over_updates():
    metric = metrics.MeanTensor()

    metric.update_state([0.0, 1.0, 2.0, 3.0])
    metric.update_state([4.0, 5.0, 6.0, 7.0], sample_weight=[1.0, 0.2, 0.5, 0.0])

    expected = np.array([4.0, 2.0, 5.0, 3.0]) / [2.0, 1.2, 1.5, 1.0]
    np.testing.assert_allclose(metric.result(), expected, rtol=1e-6)
    np.testing.assert_allclose(metric.count.numpy(), [2.0, 1.2, 1.5, 1.0])
    metric.reset_state()
    np.testing.assert_array_equal(metric.result(), np.zeros(4))


def test_mean_tensor_knows_its_shape():
    with pytest.raises(ShapeError, match=r"\(2,\)"):
        metrics.MeanTensor(shape=(2,)).update_state([1.0, 2.0, 3.0])


def test_mean_tensor_is_a_pure_function_as_well():
    metric = metrics.MeanTensor(shape=(2,))
    update = jax.jit(metric.update)

    state = update(update(metric.init(), jnp.array([0.0, 1.0])), jnp.array([2.0, 5.0]))

    assert metric.compute(state).tolist() == [1.0, 3.0]


def test_relative_errors_are_shares_of_the_normalizer():
    metric = metrics.MeanRelativeError(normalizer=[1.0, 2.0, 0.0])

    metric.update_state([[1.0, 3.0, 2.0]], [[2.0, 4.0, 6.0]])

    assert float(metric.result()) == pytest.approx((1 + 0.5 + 0) / 3)
    again = metrics.MeanRelativeError.from_config(metric.get_config())
    assert again.normalizer == [1.0, 2.0, 0.0]


# --- layers ---------------------------------------------------------------------------


def test_random_features_are_cosines():
    layer = layers.RandomFourierFeatures(5, scale=2.0)

    found = layer(X)

    kernel, bias = layer.unscaled_kernel.numpy(), layer.bias.numpy()
    np.testing.assert_allclose(found, np.cos(X @ kernel / 2 + bias), atol=1e-5)
    assert layer.trainable_weights == []


@pytest.mark.parametrize(
    ("name", "law"), [("gaussian", scipy.stats.norm), ("laplacian", scipy.stats.cauchy)]
)
def test_random_features_are_drawn_from_the_kernels_transform(name, law):
    layer = layers.RandomFourierFeatures(1000, kernel_initializer=name)
    layer(X)

    found = layer.unscaled_kernel.numpy().ravel()

    assert scipy.stats.kstest(found, law.cdf).pvalue > 1e-3


def test_products_of_random_features_approximate_the_gaussian_kernel():
    layer = layers.RandomFourierFeatures(20000, scale=1.5)

    features = np.asarray(layer(X)) * np.sqrt(2 / 20000)

    distances = ((X[:, None] - X[None]) ** 2).sum(-1)
    expected = np.exp(-distances / (2 * 1.5**2))
    np.testing.assert_allclose(features @ features.T, expected, atol=0.05)


def test_the_cell_of_a_convolutional_memory_is_the_layers():
    arrays = DRAW.normal(size=(1, 2, 4, 4, 1)).astype("float32")
    layer = layers.ConvLSTM2D(2, 3, padding="same")
    expected = layer(arrays)
    cell = layers.ConvLSTM2DCell(2, 3, padding="same")
    loop = layers.RNN(cell)
    loop(arrays)
    loop.set_weights(layer.get_weights())

    np.testing.assert_allclose(loop(arrays), expected, rtol=1e-5, atol=1e-6)
    again = type(cell).from_config(cell.get_config())
    assert (again.filters, again.kernel_size) == (2, (3, 3))


# --- models ---------------------------------------------------------------------------


def test_a_linear_model_adds_what_each_input_gives():
    model = models.LinearModel(2, activation="relu", kernel_initializer="normal")

    found = model.predict([X, Y], verbose=0)

    bias, *kernels = (
        w.numpy() for w in sorted(model.weights, key=lambda w: len(w.shape))
    )
    kernels.sort(key=lambda k: -len(k))
    expected = np.maximum(X @ kernels[0] + Y @ kernels[1] + bias, 0)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


def test_a_wide_and_deep_model_trains_both_parts():
    deep = models.Sequential([layers.Dense(4, "tanh"), layers.Dense(1)])
    model = models.WideDeepModel(models.LinearModel(), deep)
    model.compile(["adam"], "mse")

    history = model.fit([X, X], Y, epochs=5, verbose=0).history["loss"]

    assert history[-1] < history[0]
    expected = model.linear_model.predict(X, verbose=0) + deep.predict(X, verbose=0)
    np.testing.assert_allclose(model.predict([X, X], verbose=0), expected, rtol=1e-5)
    with pytest.raises(ArgumentError, match="one, for both"):
        model.compile(["sgd", "adam"], "mse")


def sharp(**kwargs):
    inner = models.Sequential([layers.Input((3,)), layers.Dense(1)])
    inner.set_weights([np.ones((3, 1), "float32"), np.zeros(1, "float32")])
    model = models.SharpnessAwareMinimization(inner, **kwargs)
    model.compile("sgd", "mse")
    return model, inner


def sharp_gradient(weights, x, y, rho):
    def loss(w):
        return jnp.mean((x @ w[0] + w[1] - y) ** 2)

    grads = jax.grad(loss)(weights)
    norm = jnp.sqrt(sum(jnp.sum(g**2) for g in grads))
    return jax.grad(loss)(
        [w + rho * g / norm for w, g in zip(weights, grads, strict=True)]
    )


@pytest.mark.parametrize("splits", [None, 2])
def test_a_sharp_step_follows_the_gradient_uphill(splits):
    model, inner = sharp(rho=0.3, num_batch_splits=splits)
    before = inner.get_weights()

    model.train_on_batch(X, Y)

    parts = np.split(X, splits or 1), np.split(Y, splits or 1)
    found = [sharp_gradient(before, x, y, 0.3) for x, y in zip(*parts, strict=True)]
    for i, weight in enumerate(inner.get_weights()):
        grad = np.mean([g[i] for g in found], axis=0)
        np.testing.assert_allclose(weight, before[i] - 0.01 * grad, rtol=1e-5)


def test_batches_that_cannot_be_cut_are_refused():
    model, _ = sharp(num_batch_splits=3)

    with pytest.raises(DataError, match="3 equal parts"):
        model.train_on_batch(X, Y)


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("experimental", "SequenceFeatures"),
        ("experimental", "SidecarEvaluator"),
        ("estimator", "model_to_estimator"),
        ("layers", "DenseFeatures"),
        ("utils.experimental", "DatasetCreator"),
    ],
)
def test_what_needs_tensorflow_says_so_when_used(module, name):
    found = getattr(legacy_module(f"keras.{module}"), name)

    with pytest.raises(StateError, match=name):
        found()
