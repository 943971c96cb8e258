"""Models that write their own `train_step` or `compute_loss`."""

import jax
import jax.numpy as jnp
import numpy as np

from keryx import metrics
from keryx.layers import Dense, Dropout
from keryx.models import Model

RNG = np.random.default_rng(0)
X = RNG.normal(size=(24, 3)).astype("float32")
Y = X[:, :1] * 2


class Plain(Model):
    def __init__(self):
        super().__init__()
        self.dense = Dense(1, kernel_initializer="ones")
        self.dropout = Dropout(0.0)

    def call(self, inputs, training=None):
        return self.dropout(self.dense(inputs), training=training)


class Stepping(Plain):
    """A step of its own, in the form of Keras 3 on JAX."""

    def __init__(self):
        super().__init__()
        self.tracker = metrics.Mean(name="loss")

    @property
    def metrics(self):
        return [self.tracker]

    def train_step(self, state, data):
        trainable, others, optimizer, tracked = state
        x, y = data

        def cost(trainable):
            y_pred, updates = self.stateless_call(trainable, others, x, training=True)
            return jnp.mean((y - y_pred) ** 2), updates

        (loss, others), grads = jax.value_and_grad(cost, has_aux=True)(trainable)
        trainable, optimizer = self.optimizer.stateless_apply(
            optimizer, grads, trainable
        )
        tracked = self.tracker.stateless_update_state(tracked, loss)
        logs = {"loss": self.tracker.stateless_result(tracked)}
        return logs, (trainable, others, optimizer, tracked)


class Absolute(Plain):
    """A loss of its own."""

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None):
        return jnp.mean(jnp.abs(y - y_pred))


def fitted(model, **options):
    model.compile(optimizer="sgd", **options)
    history = model.fit(X, Y, batch_size=8, epochs=3, shuffle=False, verbose=0)
    return history.history["loss"], model.get_weights()


def test_a_step_written_out_equals_the_built_in_one():
    losses, weights = fitted(Stepping())

    expected, wanted = fitted(Plain(), loss="mse")

    np.testing.assert_allclose(losses, expected, rtol=1e-5)
    for a, b in zip(weights, wanted, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5)


def test_a_loss_written_out_equals_the_built_in_one():
    losses, _ = fitted(Absolute())

    expected, _ = fitted(Plain(), loss="mae")

    np.testing.assert_allclose(losses, expected, rtol=1e-5)


def test_a_loss_may_be_built_on_the_compiled_one():
    class Doubled(Plain):
        def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None):
            return 2 * super().compute_loss(x, y, y_pred, sample_weight)

    losses, _ = fitted(Doubled(), loss="mse")

    model = Plain()
    model.compile("sgd", "mse")
    first = model.fit(X, Y, batch_size=24, verbose=0).history["loss"][0]
    doubled = Doubled()
    doubled.compile("sgd", "mse")
    second = doubled.fit(X, Y, batch_size=24, verbose=0).history["loss"][0]
    np.testing.assert_allclose(second, 2 * first, rtol=1e-5)
    assert losses[-1] < losses[0]
