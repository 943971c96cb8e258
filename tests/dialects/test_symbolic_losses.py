"""Losses and metrics that use symbolic tensors see their values in the run."""

import jax.numpy as jnp
import numpy as np
import pytest

from keryx import layers, models, ops
from keryx._core.errors import StateError
from keryx.dialects import backend as K

pytestmark = pytest.mark.filterwarnings("ignore::keryx.dialects._report.DialectWarning")
X = np.linspace(-1, 1, 24, dtype="float32").reshape(8, 3)
KERNEL = np.array([[1.0, -1], [0.5, 2], [0, 1]], "float32")


def parts():
    """Input, a hidden tensor, and an output of a small graph."""
    start = layers.Input((3,))
    hidden = layers.Dense(2, use_bias=False, name="h")(start)
    return start, hidden, layers.Dense(3, use_bias=False, name="o")(hidden)


def settled(model):
    model.get_layer("h").set_weights([KERNEL])
    model.get_layer("o").set_weights([KERNEL.T])
    return model


def expected_loss(x=X):
    hidden = x @ KERNEL
    return np.mean((hidden @ KERNEL.T - x) ** 2) + np.mean(hidden**2)


def by_closure(start, hidden, output):
    model = settled(models.Model(start, output))

    def loss(y_true, y_pred):
        error = K.mean(K.square(y_pred - y_true), axis=-1)
        return error + K.mean(K.square(hidden), axis=-1)

    model.compile("sgd", loss)
    return model


def by_add_loss(start, hidden, output):
    model = settled(models.Model(start, output))
    error = ops.mean(ops.square(output - start))
    model.add_loss(error + ops.mean(ops.square(hidden)))
    model.compile("sgd")
    return model


def by_layer(start, hidden, output):
    class Both(layers.Layer):
        def call(self, inputs):
            x, y = inputs
            error = K.mean(K.square(y - x), axis=-1)
            kept = K.mean(K.square(hidden), axis=-1)
            self.add_loss(K.mean(error + kept), inputs=inputs)
            return y

    model = settled(models.Model(start, Both()([start, output])))
    model.compile("sgd", loss=None)
    return model


WAYS = [by_closure, by_add_loss, by_layer]


@pytest.mark.parametrize("make", WAYS, ids=lambda f: f.__name__)
def test_the_loss_is_that_of_the_batch(make):
    model = make(*parts())

    targets = X if make is by_closure else None

    assert model.evaluate(X, targets, verbose=0) == pytest.approx(
        expected_loss(), rel=1e-5
    )


@pytest.mark.parametrize("make", WAYS, ids=lambda f: f.__name__)
def test_gradients_flow_through_the_symbolic_tensor(make):
    model = make(*parts())
    model.optimizer.learning_rate = 1.0

    model.train_on_batch(X, X if make is by_closure else None)

    hidden = X @ KERNEL
    error = hidden @ KERNEL.T - X
    above = 2 * error @ KERNEL / error.size + 2 * hidden / hidden.size
    step = KERNEL - model.get_layer("h").get_weights()[0]
    np.testing.assert_allclose(step, X.T @ above, rtol=1e-4, atol=1e-6)


def test_prediction_does_not_mind():
    model = by_layer(*parts())

    found = model.predict(X, verbose=0)

    np.testing.assert_allclose(found, X @ KERNEL @ KERNEL.T, rtol=1e-5, atol=1e-6)


def test_a_metric_may_use_a_symbolic_tensor_too():
    start, hidden, output = parts()
    model = settled(models.Model(start, output))

    def size(y_true, y_pred):
        return K.mean(K.square(hidden))

    model.compile("sgd", "mse", metrics=[size])

    found = model.evaluate(X, X, verbose=0, return_dict=True)
    assert found["size"] == pytest.approx(np.mean((X @ KERNEL) ** 2), rel=1e-5)


def test_values_put_into_the_logs():
    class Size(layers.Layer):
        def call(self, inputs):
            self.add_metric(K.mean(inputs), name="inner", aggregation="mean")
            return inputs

    start, hidden, output = parts()
    model = settled(models.Model(start, Size()(output)))
    model.add_metric(K.mean(hidden), name="outer")
    model.compile("sgd", "mse", metrics=["mae"])

    found = model.evaluate(X, X, batch_size=4, verbose=0, return_dict=True)

    assert list(found) == ["loss", "mae", "outer", "inner"]
    assert found["outer"] == pytest.approx(np.mean(X @ KERNEL), abs=1e-6)
    assert found["inner"] == pytest.approx(np.mean(X @ KERNEL @ KERNEL.T), abs=1e-6)


@pytest.mark.parametrize("array", [jnp.ones(3), np.ones(3, "float32"), np.float32(2)],
                         ids=["jax", "numpy", "scalar"])  # fmt: skip
def test_arrays_may_stand_left_of_a_symbolic_tensor(array):
    start = layers.Input((3,))

    model = models.Model(start, array * start + array)

    found = model.predict(X, verbose=0)
    np.testing.assert_allclose(found, np.asarray(array) * (X + 1), rtol=1e-6)


@pytest.mark.parametrize("name", ["sin", "asarray", "sum"])
def test_functions_of_jax_numpy_refuse_them(name):
    with pytest.raises(StateError, match="`keryx.ops`"):
        getattr(jnp, name)(layers.Input((3,)))


def test_what_needs_another_input_has_no_value():
    start, _, output = parts()
    other = layers.Input((3,))
    model = models.Model(start, output)
    model.add_loss(ops.mean(other))
    model.compile("sgd")

    with pytest.raises(StateError, match="the end of a run"):
        model.evaluate(X, verbose=0)
