"""Training as the guides of Keras write it: loops and steps with a tape."""

import jax
import numpy as np
import pytest

import keryx
import keryx.dialects.tensorflow as tf
from keryx import layers, losses, metrics, Model, optimizers

SOURCE = np.random.default_rng(0)
X = SOURCE.normal(size=(48, 4)).astype("float32")
Y = (X @ np.array([[1.0], [-2.0], [0.5], [0.0]]) + 1).astype("float32")


def linear():
    return keryx.Sequential(
        [layers.Input((4,)), layers.Dense(1, kernel_initializer="zeros")]
    )


@pytest.mark.parametrize(
    "decorate", [lambda f: f, tf.function], ids=["plain", "function"]
)
def test_loop_of_the_guide_equals_fit(decorate):
    model, other = linear(), linear()
    optimizer, loss_fn = optimizers.SGD(0.1), losses.MeanSquaredError()
    metric = metrics.MeanSquaredError()

    @decorate
    def train_step(x, y):
        with tf.GradientTape() as tape:
            value = loss_fn(y, model(x, training=True))
        grads = tape.gradient(value, model.trainable_weights)
        optimizer.apply_gradients(zip(grads, model.trainable_weights, strict=True))
        metric.update_state(y, model(x))
        return value

    for _ in range(2):
        for x, y in tf.data.Dataset.from_tensor_slices((X, Y)).batch(16):
            last = train_step(x, y)
    other.compile(optimizers.SGD(0.1), "mse")
    other.fit(X, Y, batch_size=16, epochs=2, shuffle=False, verbose=0)

    assert last.numpy().shape == ()
    assert metric.result().numpy() > 0
    for one, two in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_allclose(one, two, rtol=1e-5, atol=1e-6)


class WithTape(Model):
    """A model of the guide: its `train_step` has one argument."""

    def __init__(self):
        super().__init__()
        self.dense = layers.Dense(1, kernel_initializer="zeros")
        self.seen = metrics.Mean(name="loss")

    def call(self, inputs):
        return self.dense(inputs)

    @property
    def metrics(self):
        return [self.seen]

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(self(x, training=True) - y))
        grads = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(
            zip(grads, self.trainable_variables, strict=True)
        )
        self.seen.update_state(loss)
        return {"loss": self.seen.result()}


def test_train_step_with_a_tape_equals_fit():
    model, other = WithTape(), linear()

    model.compile(optimizers.SGD(0.1))
    history = model.fit(X, Y, batch_size=16, epochs=2, shuffle=False, verbose=0).history
    other.compile(optimizers.SGD(0.1), "mse")
    expected = other.fit(
        X, Y, batch_size=16, epochs=2, shuffle=False, verbose=0
    ).history

    np.testing.assert_allclose(history["loss"], expected["loss"], rtol=1e-5)
    np.testing.assert_allclose(
        model.dense.kernel.numpy(), other.layers[0].kernel.numpy(), rtol=1e-5
    )


class Gan(Model):
    """A small WGAN-GP in the manner of Keras's example."""

    def __init__(self):
        super().__init__()
        self.critic = keryx.Sequential(
            [layers.Input((2,)), layers.Dense(8, activation="tanh"), layers.Dense(1)]
        )
        self.generator = keryx.Sequential([layers.Input((3,)), layers.Dense(2)])
        self.d_optimizer = optimizers.Adam(0.01)
        self.g_optimizer = optimizers.Adam(0.01)

    def gradient_penalty(self, real, fake):
        alpha = tf.random.uniform([tf.shape(real)[0], 1], 0.0, 1.0)
        mixed = real + alpha * (fake - real)
        with tf.GradientTape() as tape:
            tape.watch(mixed)
            score = self.critic(mixed, training=True)
        grads = tape.gradient(score, [mixed])[0]
        norm = tf.sqrt(tf.reduce_sum(tf.square(grads), axis=1))
        return tf.reduce_mean((norm - 1.0) ** 2)


def test_gradient_penalty_reaches_the_critics_weights():
    keryx.utils.set_random_seed(0)
    model = Gan()
    real, fake = tf.constant(X[:, :2]), tf.constant(X[:, 2:])

    with tf.GradientTape() as tape:
        tf.random.set_seed(3)
        penalty = model.gradient_penalty(real, fake)
    grads = tape.gradient(penalty, model.critic.trainable_variables)

    def pure(values):
        tf.random.set_seed(3)
        alpha = tf.random.uniform([48, 1], 0.0, 1.0)
        mixed = real + alpha * (fake - real)
        score = lambda x: model.critic.stateless_call(values, [], x)[0].sum()
        norm = (jax.grad(score)(mixed) ** 2).sum(1) ** 0.5
        return ((norm - 1) ** 2).mean()

    expected = jax.grad(pure)([v.value for v in model.critic.trainable_variables])
    assert grads[-1] is None  # the last bias moves every score alike
    for grad, other in zip(grads[:-1], expected[:-1], strict=True):
        np.testing.assert_allclose(grad, other, rtol=1e-4, atol=1e-6)


def test_two_tapes_at_once_train_two_networks():
    generator, critic = layers.Dense(2), layers.Dense(1)
    optimizer_g, optimizer_d = optimizers.SGD(0.1), optimizers.SGD(0.1)
    noise = tf.random.normal([8, 3])
    generator.build((8, 3))
    before = generator.kernel.numpy()

    with tf.GradientTape() as tape_g, tf.GradientTape() as tape_d:
        score = critic(generator(noise))
        loss_g, loss_d = -tf.reduce_mean(score), tf.reduce_mean(score)
    grads_g = tape_g.gradient(loss_g, generator.trainable_variables)
    grads_d = tape_d.gradient(loss_d, critic.trainable_variables)
    optimizer_g.apply_gradients(
        zip(grads_g, generator.trainable_variables, strict=True)
    )
    optimizer_d.apply_gradients(zip(grads_d, critic.trainable_variables, strict=True))

    moved = generator.kernel.numpy() - before
    np.testing.assert_allclose(moved, -0.1 * grads_g[0], rtol=1e-4, atol=1e-7)


def test_state_changes_in_the_block_do_not_leak():
    norm, drop = layers.BatchNormalization(momentum=0.5), layers.Dropout(0.5)
    x = tf.constant(X)

    with tf.GradientTape() as tape:
        y = tf.reduce_sum(drop(norm(x, training=True), training=True))
    tape.gradient(y, norm.trainable_variables)

    np.testing.assert_allclose(
        norm.moving_mean.numpy(), X.mean(0) / 2, rtol=1e-4, atol=1e-6
    )


def test_assigned_tf_variable_of_a_layer_is_trained_in_fit():
    class Scale(layers.Layer):
        def __init__(self):
            super().__init__()
            self.factor = tf.Variable(1.0)
            self.calls = tf.Variable(0.0, trainable=False)

        def call(self, inputs):
            self.calls.assign_add(1.0)
            return self.factor * inputs

    layer = Scale()
    model = keryx.Sequential([layers.Input((4,)), layer, layers.Dense(1)])
    model.compile("sgd", "mse")

    model.fit(X, Y, batch_size=16, epochs=1, verbose=0)

    assert layer.calls.numpy() == 3.0
    assert layer.factor.numpy() != 1.0


def test_losses_of_tf_functions_train_a_model():
    model = linear()
    model.compile("sgd", lambda y, p: tf.reduce_mean(tf.square(y - p), axis=-1))

    first, *_, last = model.fit(X, Y, epochs=5, verbose=0).history["loss"]

    assert last < first
