"""`GradientTape` against closed forms and `jax.grad`."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import keryx
import keryx.dialects.tensorflow as tf
from keryx import layers, ops

X = np.array([0.5, 1.5, -2.0], np.float32)


def f(x):
    return jnp.sum(jnp.sin(x) * jax.nn.relu(x) ** 2 + jax.nn.softmax(x)[0])


def test_gradient_equals_jax_grad():
    x = tf.constant(X)

    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)

    np.testing.assert_allclose(tape.gradient(y, x), jax.grad(f)(X), rtol=1e-5)


@pytest.mark.parametrize("turn", range(3))
def test_compiled_gradient_of_a_repeated_block_equals_the_first(turn):
    x = tf.constant(X * (turn + 1))

    with tf.GradientTape() as tape:
        y = tf.reduce_sum(tf.nn.relu(x) ** 3 + 2.0 * x)

    np.testing.assert_allclose(
        tape.gradient(y, x), 3 * np.maximum(x, 0) ** 2 + 2, rtol=1e-5
    )


def test_variables_are_sources_and_gradients_nest_like_them():
    w, b = tf.Variable([2.0, 3.0]), tf.Variable(1.0)

    with tf.GradientTape() as tape:
        y = tf.reduce_sum(w * w) + 5.0 * b
    grads = tape.gradient(y, {"w": w, "rest": [b]})

    assert grads["w"].numpy().tolist() == [4.0, 6.0]
    assert float(grads["rest"][0]) == 5.0


def test_intermediate_results_are_sources_too():
    x = tf.constant(3.0)

    with tf.GradientTape(persistent=True) as tape:
        y = x * x
        z = y * x + y

    assert float(tape.gradient(z, y)) == 4.0  # x + 1, with x held
    dx, dy = tape.gradient(z, [x, y])
    assert (float(dx), float(dy)) == (33.0, 4.0)  # 3 x² + 2 x


def test_several_targets_add_up_and_output_gradients_weigh():
    x = tf.constant([1.0, 2.0])

    with tf.GradientTape(persistent=True) as tape:
        y, z = x * x, 3.0 * x

    assert tape.gradient([y, z], x).numpy().tolist() == [5.0, 7.0]
    weighted = tape.gradient(y, x, output_gradients=tf.constant([1.0, 10.0]))
    assert weighted.numpy().tolist() == [2.0, 40.0]


def test_unconnected_sources_have_no_gradient_or_zeros():
    x, v = tf.constant(1.0), tf.Variable([1.0, 2.0])

    with tf.GradientTape(persistent=True) as tape:
        y = 2.0 * x

    assert tape.gradient(y, v) is None
    zeros = tape.gradient(y, v, unconnected_gradients=tf.UnconnectedGradients.ZERO)
    assert zeros.numpy().tolist() == [0.0, 0.0]
    with pytest.raises(ValueError, match="unconnected_gradients"):
        tape.gradient(y, v, unconnected_gradients="ones")


def test_variables_that_are_not_trainable_have_no_gradient_unless_watched():
    v = tf.Variable(2.0, trainable=False)

    with tf.GradientTape(persistent=True) as tape:
        y = v * v
    assert tape.gradient(y, v) is None

    tape.watch(v)
    assert float(tape.gradient(y, v)) == 4.0


def test_second_gradient_needs_a_persistent_tape():
    x = tf.constant(1.0)
    with tf.GradientTape() as tape:
        y = x * x
    tape.gradient(y, x)

    with pytest.raises(RuntimeError, match="persistent=True"):
        tape.gradient(y, x)


def test_nested_tapes_give_second_derivatives():
    x = tf.constant(X)

    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = tf.reduce_sum(x**3)
        slope = inner.gradient(y, x)
    curvature = outer.gradient(slope, x)

    np.testing.assert_allclose(slope, 3 * X**2, rtol=1e-5)
    np.testing.assert_allclose(curvature, 6 * X, rtol=1e-5)


def test_jacobian_is_that_of_jax():
    x = tf.constant(X)

    with tf.GradientTape() as tape:
        y = tf.nn.softmax(x)

    np.testing.assert_allclose(
        tape.jacobian(y, x), jax.jacrev(jax.nn.softmax)(X), rtol=1e-5, atol=1e-7
    )


def test_batch_jacobian_keeps_samples_apart():
    x = tf.constant([[1.0, 2.0], [3.0, 4.0]])

    with tf.GradientTape() as tape:
        y = tf.stack([x[:, 0] * x[:, 1]], axis=1)

    assert tape.batch_jacobian(y, x).numpy().tolist() == [[[2, 1]], [[4, 3]]]


def test_stop_recording_and_stop_gradient_cut_the_way():
    x = tf.constant(2.0)

    with tf.GradientTape(persistent=True) as tape:
        y = x * tf.stop_gradient(x)
        with tape.stop_recording():
            z = x * x

    assert float(tape.gradient(y, x)) == 2.0
    assert tape.gradient(z, x) is None


def test_watched_variables_are_those_read():
    used, other = tf.Variable(1.0, name="used"), tf.Variable(1.0)

    with tf.GradientTape() as tape:
        used * 2.0
        found = tape.watched_variables()

    assert [v is used for v in found] == [True]
    assert other not in found


def test_tape_works_inside_of_jit_and_leaks_nothing():
    @jax.jit
    def slope(x):
        with tf.GradientTape() as tape:
            y = f(x)
        return tape.gradient(y, x)

    with jax.checking_leaks():
        np.testing.assert_allclose(slope(X), jax.grad(f)(X), rtol=1e-5)


def test_functions_with_gradients_of_their_own_keep_them():
    @tf.custom_gradient
    def odd(x):
        return x * 2.0, lambda dy: dy * 100.0

    x = tf.constant([1.0, 2.0])
    with tf.GradientTape() as tape:
        y = odd(x)

    assert tape.gradient(y, x).numpy().tolist() == [100.0, 100.0]


def test_function_with_its_own_gradient_sees_what_changed():
    v = tf.Variable(2.0, trainable=False)

    @tf.custom_gradient
    def scaled(x):
        return x * v, lambda dy: dy * v

    found = []
    for _ in range(3):
        x = tf.constant(1.0)
        with tf.GradientTape() as tape:
            y = scaled(x)
        found.append((float(y), float(tape.gradient(y, x))))
        v.assign_add(1.0)

    assert found == [(2.0, 2.0), (3.0, 3.0), (4.0, 4.0)]


@pytest.mark.parametrize("turn", range(3))
def test_convolutional_model_has_the_gradient_of_jax(turn):
    keryx.utils.set_random_seed(0)
    model = keryx.Sequential(
        [
            layers.Input((8, 8, 2)),
            layers.Conv2D(3, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(1),
        ]
    )
    x = np.random.default_rng(turn).normal(size=(4, 8, 8, 2)).astype("float32")

    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(model(x) ** 2)
    grads = tape.gradient(loss, model.trainable_variables)

    def pure(values):
        return jnp.mean(model.stateless_call(values, [], x)[0] ** 2)

    expected = jax.grad(pure)([v.value for v in model.trainable_variables])
    for grad, other in zip(grads, expected, strict=True):
        np.testing.assert_allclose(grad, other, rtol=1e-4, atol=1e-5)


def test_gradient_by_an_image_goes_through_a_model():
    dense = layers.Dense(1, kernel_initializer="ones")
    x = tf.convert_to_tensor(np.ones((1, 3), "float32"))

    with tf.GradientTape() as tape:
        tape.watch(x)
        score = dense(x)[:, 0]

    assert tape.gradient(score, x).numpy().tolist() == [[1.0, 1.0, 1.0]]


def test_integers_have_no_gradient():
    n = tf.constant([1, 2])
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(ops.cast(n, "float32"))

    assert tape.gradient(y, n) is None
