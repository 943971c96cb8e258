"""Layers, losses and metrics written with the backend train as any other."""

import numpy as np
import pytest

import keryx
from keryx import layers, optimizers
from keryx.dialects import backend as K

rng = np.random.default_rng(0)
X = rng.normal(size=(32, 3)).astype("float32")
Y = X @ np.float32([[1.0], [2.0], [3.0]])


class MyDense(layers.Layer):
    def __init__(self, units, **options):
        super().__init__(**options)
        self.units = units

    def build(self, input_shape):
        shape = (input_shape[1], self.units)
        self.kernel = self.add_weight(name="kernel", shape=shape, initializer="zeros")
        super().build(input_shape)

    def call(self, x):
        return K.dot(x, self.kernel)

    def compute_output_shape(self, input_shape):
        return (input_shape[0], self.units)


class Noise(layers.Layer):
    """Gaussian noise, in training only."""

    def call(self, inputs):
        def noised():
            return inputs + K.random_normal(shape=K.shape(inputs), mean=0.0, stddev=1.0)

        return K.in_train_phase(noised, inputs)


class Counter(layers.Layer):
    """Counts the batches it sees."""

    def build(self, input_shape):
        self.count = self.add_weight((), "zeros", trainable=False)

    def call(self, inputs):
        K.update_add(self.count, 1.0)
        return inputs


def squares(y_true, y_pred):
    return K.mean(K.square(y_pred - y_true), axis=-1)


def root(y_true, y_pred):
    return K.sqrt(K.mean(K.square(y_pred - y_true)))


def test_a_custom_layer_loss_and_metric_train():
    model = keryx.Sequential([layers.Input((3,)), MyDense(1)])
    model.compile(optimizers.SGD(0.1), loss=squares, metrics=[root])

    history = model.fit(X, Y, epochs=30, batch_size=32, verbose=0).history

    np.testing.assert_allclose(history["loss"][0], (Y**2).mean(), rtol=1e-5)
    roots = np.sqrt(history["loss"])
    np.testing.assert_allclose(history["root"], roots, rtol=1e-4)
    np.testing.assert_allclose(model.get_weights()[0], [[1], [2], [3]], atol=0.2)


def test_one_step_is_that_of_the_gradient():
    model = keryx.Sequential([layers.Input((3,)), MyDense(1)])
    model.compile(optimizers.SGD(0.1), loss=squares)

    model.train_on_batch(X, Y)

    wanted = 0.1 * 2 * X.T @ Y / len(X)
    np.testing.assert_allclose(model.get_weights()[0], wanted, rtol=1e-4)


def test_a_lambda_computes_with_the_backend():
    x = layers.Input((3,))
    y = layers.Lambda(lambda t: K.l2_normalize(K.concatenate([t, t]), axis=-1))(x)

    got = keryx.Model(x, y).predict(X, verbose=0)

    twice = np.hstack([X, X])
    wanted = twice / np.linalg.norm(twice, axis=-1, keepdims=True)
    np.testing.assert_allclose(got, wanted, rtol=1e-5)


def test_functions_of_the_backend_may_stand_between_layers():
    x = layers.Input((3,))
    model = keryx.Model(x, K.sum(layers.Activation("relu")(x), axis=1, keepdims=True))

    got = model.predict(X, verbose=0)

    np.testing.assert_allclose(got, np.maximum(X, 0).sum(1, keepdims=True), rtol=1e-5)


def test_a_layer_follows_the_training_flag():
    x = layers.Input((3,))
    model = keryx.Model(x, Noise()(x))

    trained = K.function([x, K.learning_phase()], [model.output])([X, 1])[0]

    np.testing.assert_array_equal(model.predict(X, verbose=0), X)
    assert 0.7 < (trained - X).std() < 1.3
    assert np.asarray(model(X, training=True) != X).all()


def test_an_update_in_a_call_changes_the_layer():
    layer = Counter()
    model = keryx.Sequential([layers.Input((3,)), layer, layers.Dense(1)])
    model.compile("sgd", "mse")

    model.fit(X, Y, batch_size=8, epochs=2, verbose=0)

    assert K.get_value(layer.count) == 8


def test_the_optimizers_rate_can_be_read_and_set():
    model = keryx.Sequential([layers.Input((3,)), layers.Dense(1)])
    model.compile(optimizers.SGD(0.5), "mse")

    K.set_value(model.optimizer.learning_rate, 0.25)

    assert K.get_value(model.optimizer.learning_rate) == np.float32(0.25)
    assert K.get_value(3) == 3
    with pytest.raises(ValueError, match="a variable"):
        K.set_value(3, 4)


def test_a_variational_loss_uses_tensors_of_the_graph():
    x = layers.Input((3,))
    mean = layers.Dense(2)(x)

    def sample(z):
        return z + K.random_normal(shape=(K.shape(z)[0], K.int_shape(z)[1]), stddev=0.1)

    model = keryx.Model(x, layers.Dense(3)(layers.Lambda(sample)(mean)))
    model.compile("adam", squares)

    losses = model.fit(X, X, epochs=20, verbose=0).history["loss"]

    assert losses[-1] < losses[0]
