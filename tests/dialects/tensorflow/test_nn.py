"""`tf.nn` against closed forms and SciPy."""

import numpy as np
import pytest
import scipy.signal
import scipy.special

import keryx.dialects.tensorflow as tf

X = np.array([[1.0, -2.0, 30.0], [0.0, 0.5, -40.0]], np.float32)
Z = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]], np.float32)


def sigmoid_loss(x, z, weight=1.0):
    p = scipy.special.expit(x.astype(float))
    q = scipy.special.expit(-x.astype(float))
    return -weight * scipy.special.xlogy(z, p) - scipy.special.xlogy(1 - z, q)


def test_sigmoid_cross_entropy():
    y = tf.nn.sigmoid_cross_entropy_with_logits(labels=Z, logits=X)

    np.testing.assert_allclose(y, sigmoid_loss(X, Z), rtol=1e-5, atol=1e-6)


def test_weighted_cross_entropy():
    y = tf.nn.weighted_cross_entropy_with_logits(Z, X, 3.0)

    np.testing.assert_allclose(y, sigmoid_loss(X, Z, 3.0), rtol=1e-5, atol=1e-6)


def test_softmax_cross_entropy_of_shares_equals_that_of_classes():
    expected = scipy.special.logsumexp(X, 1) - X[[0, 1], [0, 1]]

    dense = tf.nn.softmax_cross_entropy_with_logits(labels=Z, logits=X)
    sparse = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=[0, 1], logits=X)

    np.testing.assert_allclose(dense, expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(sparse, expected, rtol=1e-5, atol=1e-6)


ACTIVATIONS = {
    "relu": np.maximum(X, 0),
    "leaky_relu": np.where(X > 0, X, 0.2 * X),
    "softmax": scipy.special.softmax(X, -1),
    "sigmoid": scipy.special.expit(X),
    "elu": np.where(X > 0, X, np.expm1(X)),
    "softplus": np.logaddexp(X, 0),
    "silu": X * scipy.special.expit(X),
    "gelu": X * scipy.special.ndtr(X),
}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activation(name):
    y = getattr(tf.nn, name)(X)

    np.testing.assert_allclose(y, ACTIVATIONS[name], rtol=1e-5, atol=1e-6)


def test_conv2d_is_the_correlation_of_scipy(key):
    x = np.random.default_rng(0).normal(size=(1, 6, 5, 1)).astype("float32")
    w = np.random.default_rng(1).normal(size=(3, 3, 1, 1)).astype("float32")
    expected = scipy.signal.correlate2d(x[0, ..., 0], w[..., 0, 0], "valid")

    y = tf.nn.conv2d(x, w, strides=[1, 1, 1, 1], padding="VALID")

    np.testing.assert_allclose(y[0, ..., 0], expected, rtol=1e-4, atol=1e-5)


def test_conv2d_transpose_is_the_adjoint_of_conv2d():
    source = np.random.default_rng(0)
    x = source.normal(size=(2, 8, 8, 3)).astype("float32")
    y = source.normal(size=(2, 4, 4, 5)).astype("float32")
    w = source.normal(size=(3, 3, 3, 5)).astype("float32")

    forward = tf.nn.conv2d(x, w, strides=2, padding="SAME")
    back = tf.nn.conv2d_transpose(y, w, tf.shape(x), strides=[1, 2, 2, 1])

    np.testing.assert_allclose((forward * y).sum(), (back * x).sum(), rtol=1e-3)


def test_pools_take_the_greatest_and_the_mean():
    x = np.arange(16.0, dtype="float32").reshape(1, 4, 4, 1)
    cut = x.reshape(2, 2, 2, 2)

    top = tf.nn.max_pool2d(x, ksize=2, strides=2, padding="VALID")
    mean = tf.nn.avg_pool(x, [1, 2, 2, 1], [1, 2, 2, 1], "VALID")

    np.testing.assert_allclose(top.reshape(2, 2), cut.max((1, 3)))
    np.testing.assert_allclose(mean.reshape(2, 2), cut.mean((1, 3)))


def test_moments_and_batch_normalization():
    mean, variance = tf.nn.moments(X, axes=[0])
    y = tf.nn.batch_normalization(X, mean, variance, 1.0, 2.0, 1e-3)

    np.testing.assert_allclose(mean, X.mean(0), rtol=1e-6)
    expected = 2 * (X - X.mean(0)) / np.sqrt(X.var(0) + 1e-3) + 1
    np.testing.assert_allclose(y, expected, rtol=1e-4, atol=1e-4)


def test_dropout_zeroes_a_share_and_keeps_the_mean():
    tf.random.set_seed(1)

    y = tf.nn.dropout(tf.ones((100, 100)), rate=0.25).numpy()

    assert set(np.unique(y).round(4)) == {0.0, np.float32(1.3333)}
    assert abs((y == 0).mean() - 0.25) < 0.02


def test_embedding_lookup_takes_rows():
    table = np.arange(6.0).reshape(3, 2)

    y = tf.nn.embedding_lookup(table, [[2], [0]])

    assert y.tolist() == [[[4.0, 5.0]], [[0.0, 1.0]]]


def test_bias_add_knows_both_layouts():
    x = np.zeros((1, 2, 3, 4), "float32")

    assert tf.nn.bias_add(x, np.arange(4.0))[0, 0, 0].tolist() == [0, 1, 2, 3]
    first = tf.nn.bias_add(x, np.arange(2.0), data_format="NCHW")
    assert first[0, :, 0, 0].tolist() == [0, 1]
