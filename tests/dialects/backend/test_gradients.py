"""`K.gradients` is symbolic: saliency, deep dream, Grad-CAM, neural style."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import keryx
from keryx import layers
from keryx.dialects import backend as K

rng = np.random.default_rng(0)


def draw(*shape):
    return rng.normal(size=shape).astype("float32")


@pytest.fixture
def network():
    image = layers.Input((6, 6, 1))
    maps = layers.Conv2D(2, 3, activation="tanh", name="maps")(image)
    scores = layers.Dense(3, activation="softmax")(layers.Flatten()(maps))
    return keryx.Model(image, scores)


def test_gradients_of_inputs_equal_jaxs():
    x = K.placeholder((None, 3))
    loss = K.sum(K.square(x) * K.sin(x))

    (grad,) = K.gradients(loss, [x])

    data = draw(2, 3)
    wanted = jax.grad(lambda z: jnp.sum(z**2 * jnp.sin(z)))(data)
    assert K.int_shape(grad) == (None, 3)
    np.testing.assert_allclose(K.function([x], [grad])([data])[0], wanted, rtol=1e-5)


def test_gradients_of_weights_and_of_what_lies_between_are_whole():
    x = layers.Input((3,))
    dense = layers.Dense(2)
    y = dense(x)
    loss = K.sum(y**3)

    wanted = [dense.kernel, y, x, dense.bias]
    found = K.function([x], K.gradients(loss, wanted))([data := draw(4, 3)])

    kernel, bias = dense.get_weights()
    slope = 3 * (data @ kernel + bias) ** 2
    np.testing.assert_allclose(found[0], data.T @ slope, rtol=1e-4)
    np.testing.assert_allclose(found[1], slope, rtol=1e-4)
    np.testing.assert_allclose(found[2], slope @ kernel.T, rtol=1e-4)
    np.testing.assert_allclose(found[3], slope.sum(0), rtol=1e-4)


def test_what_a_loss_does_not_need_has_no_gradient():
    x, other = K.placeholder((2,)), K.placeholder((2,))

    found = K.gradients(K.sum(x), [other, K.variable(1.0), x])

    assert found[:2] == [None, None]
    assert K.int_shape(found[2]) == (2,)


def test_gradients_of_gradients_are_second_derivatives():
    x = K.placeholder(())
    first = K.gradients(x**4, x)[0]
    second = K.gradients(first, x)[0]

    assert K.function([x], [first, second])([2.0]) == [32.0, 48.0]


def test_arrays_do_not_know_where_they_come_from():
    with pytest.raises(RuntimeError, match="a loss computed from symbolic tensors"):
        K.gradients(K.sum(K.variable([1.0])), [K.variable(1.0)])


def test_gradients_drop_what_the_way_forward_dropped():
    x = layers.Input((50,))
    y = layers.Dropout(0.5)(x)
    grad = K.gradients(K.sum(y), x)[0]

    out, slope = K.function([x, K.learning_phase()], [y, grad])([np.ones((1, 50)), 1])

    np.testing.assert_array_equal(out, slope)
    assert 0 < (slope == 0).sum() < 50


def test_a_mask_survives_the_way_back():
    words = layers.Input((3,), dtype="int32")
    vectors = layers.Embedding(5, 2, mask_zero=True)(words)
    y = layers.LSTM(2)(vectors)

    (grad,) = K.function([words], K.gradients(K.sum(y), vectors))([[[1, 2, 0]]])

    assert (grad[0, :2] != 0).all()
    assert (grad[0, 2] == 0).all()


def test_deep_dream_climbs(network):
    dream = network.input
    loss = K.variable(0.0)
    activation = network.get_layer("maps").output
    scaling = K.prod(K.cast(K.shape(activation), "float32"))
    loss = loss + 1.5 * K.sum(K.square(activation[:, 1:-1, 1:-1, :])) / scaling
    grads = K.gradients(loss, dream)[0]
    grads /= K.maximum(K.mean(K.abs(grads)), K.epsilon())
    step = K.function([dream], [loss, grads])

    image, losses = 0.1 * draw(1, 6, 6, 1), []
    for _ in range(5):
        value, slope = step([image])
        losses.append(float(value))
        image = image + 0.05 * slope

    assert losses == sorted(losses)
    assert losses[-1] > 2 * losses[0]
    np.testing.assert_allclose(np.abs(slope).mean(), 1, rtol=1e-4)


def test_saliency_equals_finite_differences(network):
    loss = network.output[0, 1]
    grads = K.gradients(loss, network.input)[0]
    grads /= K.sqrt(K.mean(K.square(grads))) + 1e-5
    get = K.function([network.input], [loss, grads])
    image, change = draw(1, 6, 6, 1), draw(1, 6, 6, 1)

    _, slope = get([image])

    up, down = (get([image + sign * 1e-2 * change])[0] for sign in (1, -1))
    raw = K.function([network.input], K.gradients(loss, network.input))([image])[0]
    np.testing.assert_allclose((raw * change).sum(), (up - down) / 2e-2, rtol=2e-2)
    wanted = raw / (np.sqrt((raw**2).mean()) + 1e-5)
    np.testing.assert_allclose(slope, wanted, rtol=1e-4, atol=1e-6)


def test_grad_cam_weighs_maps_by_their_gradients(network):
    score = K.max(network.output, axis=-1)
    maps = network.get_layer("maps").output
    grads = K.gradients(score, maps)[0]
    pooled = K.mean(grads, axis=(0, 1, 2))
    iterate = K.function([network.input], [pooled, maps[0]])
    image = draw(1, 6, 6, 1)

    weights, values = iterate([image])

    kernel, bias = network.layers[-1].get_weights()

    def top(flat):
        return jnp.max(jax.nn.softmax(flat @ kernel + bias))

    slope = jax.grad(top)(values.reshape(-1)).reshape(4, 4, 2)
    np.testing.assert_allclose(weights, slope.mean((0, 1)), rtol=1e-3, atol=1e-7)


def test_neural_style_moves_a_picture_between_two(network):
    def gram(x):
        features = K.batch_flatten(K.permute_dimensions(x, (2, 0, 1)))
        return K.dot(features, K.transpose(features))

    content, style = K.variable(draw(1, 6, 6, 1)), K.variable(draw(1, 6, 6, 1))
    picture = K.placeholder((1, 6, 6, 1))
    together = K.concatenate([content, style, picture], axis=0)
    maps = network.get_layer("maps")(together)
    loss = K.variable(0.0)
    loss = loss + 0.1 * K.sum(K.square(maps[2] - maps[0]))
    loss = loss + K.sum(K.square(gram(maps[1]) - gram(maps[2]))) / 16.0
    get = K.function([picture], [loss, *K.gradients(loss, picture)])
    image = K.get_value(content)

    before, slope = get([image])
    after, _ = get([image - 1e-2 * slope])

    assert slope.shape == (1, 6, 6, 1)
    assert after < before


def test_reinforcement_learning_trains_through_updates():
    state, target = K.placeholder((None, 2)), K.placeholder((None, 1))
    dense = layers.Dense(1, kernel_initializer="zeros")
    loss = K.mean(K.square(dense(state) - target))
    weights = [dense.kernel, dense.bias]
    updates = [
        (w, w - 0.1 * g)
        for w, g in zip(weights, K.gradients(loss, weights), strict=True)
    ]
    train = K.function([state, target], [loss], updates=updates)
    x = draw(20, 2)

    losses = [train([x, x @ [[1.0], [2.0]] + 3])[0] for _ in range(60)]

    assert losses[-1] < 1e-3 * losses[0]
    np.testing.assert_allclose(K.get_value(dense.bias), [3], atol=0.1)
