"""Convolution and pooling give Keras 3's numbers, forward and backward."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest

from keryx.ops import _conv as convolutions, _pool as pools

CONV = {
    "rank 1": ("conv", (2, 9, 2), [(3, 2, 4)], (2, "same")),
    "dilated": ("conv", (2, 8, 2), [(3, 2, 4)], (1, "same", None, 2)),
    "rank 2": ("conv", (2, 6, 5, 3), [(3, 2, 3, 4)], ((1, 2), "valid")),
    "groups": ("conv", (2, 6, 5, 4), [(3, 3, 2, 6)], (1, "same")),
    "rank 3": ("conv", (1, 4, 5, 3, 2), [(2, 3, 2, 2, 3)], (2, "same")),
    "depthwise": ("depthwise_conv", (2, 6, 5, 3), [(3, 2, 3, 2)], (2, "same")),
    "depthwise, dilated": (
        "depthwise_conv",
        (2, 8, 3),
        [(3, 3, 2)],
        (1, "valid", None, 2),
    ),
    "separable": (
        "separable_conv",
        (2, 6, 5, 3),
        [(3, 2, 3, 2), (1, 1, 6, 4)],
        (2, "same"),
    ),
    "transpose": ("conv_transpose", (2, 4, 3, 3), [(3, 2, 2, 3)], (2, "same")),
}


@pytest.mark.parametrize("name", CONV)
def test_convolutions_and_gradients_equal_those_of_keras(name):
    function, inputs, kernels, options = CONV[name]
    rng = np.random.default_rng(0)
    shapes = inputs, *kernels
    arrays = [jnp.asarray(rng.normal(scale=0.5, size=s), jnp.float32) for s in shapes]

    def run(module):
        def loss(arrays):
            y = getattr(module, function)(*arrays, *options)
            return jnp.sum(jnp.sin(y)), y

        return jax.jit(jax.grad(loss, has_aux=True))(arrays)

    found, expected = run(convolutions), run(keras.ops)

    for one, other in zip(*map(jax.tree.leaves, (found, expected)), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("more", [None, 0, 1])
@pytest.mark.parametrize("stride", [1, 2, 3])
def test_transposed_sizes_and_crops_equal_those_of_keras(stride, more, padding):
    x = jnp.arange(1.0, 4.0).reshape(1, 3, 1)

    for taps, dilation in ((1, 1), (3, 1), (4, 1), (2, 2)):
        kernel = jnp.arange(1.0, taps + 1).reshape(taps, 1, 1)
        args = (x, kernel, stride, padding, more, None, dilation)
        found = convolutions.conv_transpose(*args)
        np.testing.assert_allclose(found, keras.ops.conv_transpose(*args), rtol=1e-6)


POOL = {
    "max": ("max_pool", (2, 7, 5, 3), (2, 2)),
    "max, overlapping": ("max_pool", (2, 7, 5, 3), (3, (2, 1), "same")),
    "max, rank 3": ("max_pool", (1, 4, 5, 3, 2), (2, 1, "valid")),
    "average": ("average_pool", (2, 7, 5, 3), (2, 2)),
    "average, same": ("average_pool", (2, 7, 5, 3), (3, 2, "same")),
    "adaptive average": ("adaptive_average_pool", (2, 7, 5, 3), ((3, 2),)),
    "adaptive max": ("adaptive_max_pool", (2, 7, 5, 3), ((4, 6),)),
}


@pytest.mark.parametrize("name", POOL)
def test_pools_and_gradients_equal_those_of_keras(name):
    function, shape, options = POOL[name]
    x = jnp.asarray(np.random.default_rng(0).normal(size=shape), jnp.float32)

    def run(module):
        def loss(x):
            y = getattr(module, function)(x, *options)
            return jnp.sum(jnp.sin(y)), y

        return jax.jit(jax.grad(loss, has_aux=True))(x)

    for one, other in zip(run(pools), run(keras.ops), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)
