"""Layers over time and space give Keras's numbers, shapes and configurations."""

import functools
import inspect

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest

from keryx import layers
from keryx._graph.pure import purify, Run

FIRST = {"data_format": "channels_first"}
# Sizes of the axes of space by their number; odd, so that strides leave a rest.
SPACE = {1: (7,), 2: (7, 6), 3: (5, 4, 6)}
# Each case is computed once: compiling is all that takes time.
QUICK = {"xla_backend_optimization_level": 0, "xla_llvm_disable_expensive_passes": True}
CONV = [
    ("Conv1D", {"filters": 3, "kernel_size": 2, "strides": 2, "padding": "same"}),
    ("Conv1D", {"filters": 2, "kernel_size": 3, "padding": "causal", "strides": 2}),
    (
        "Conv1D",
        {
            "filters": 4,
            "kernel_size": 3,
            "padding": "causal",
            "dilation_rate": 2,
            "groups": 2,
            **FIRST,
        },
    ),
    ("Conv2D", {"filters": 3, "kernel_size": 3, "activation": "tanh"}),
    (
        "Conv2D",
        {"filters": 2, "kernel_size": (3, 2), "strides": (2, 1), "padding": "same"},
    ),
    (
        "Conv2D",
        {"filters": 2, "kernel_size": 2, "dilation_rate": (2, 3), "use_bias": False},
    ),
    (
        "Conv2D",
        {"filters": 4, "kernel_size": 3, "groups": 2, "padding": "same", **FIRST},
    ),
    ("Conv3D", {"filters": 2, "kernel_size": 2, "strides": 2, **FIRST}),
    ("Conv3D", {"filters": 2, "kernel_size": (1, 3, 2), "padding": "same"}),
]
TRANSPOSE = [
    ("Conv1DTranspose", {"filters": 3, "kernel_size": 3, "strides": 2}),
    (
        "Conv1DTranspose",
        {"filters": 3, "kernel_size": 3, "dilation_rate": 2, "padding": "same"},
    ),
    ("Conv2DTranspose", {"filters": 3, "kernel_size": 2, "strides": 3}),
    (
        "Conv2DTranspose",
        {
            "filters": 2,
            "kernel_size": 3,
            "strides": 2,
            "padding": "same",
            "output_padding": (1, 0),
            **FIRST,
        },
    ),
    (
        "Conv2DTranspose",
        {"filters": 2, "kernel_size": (4, 3), "strides": (2, 1), "padding": "same"},
    ),
    (
        "Conv3DTranspose",
        {"filters": 2, "kernel_size": 3, "strides": 2, "padding": "same"},
    ),
    (
        "Conv3DTranspose",
        {"filters": 2, "kernel_size": 2, "output_padding": 1, "strides": 2},
    ),
]
DEPTHWISE = [
    (
        "DepthwiseConv1D",
        {"kernel_size": 3, "strides": 2, "padding": "same", "depth_multiplier": 2},
    ),
    ("DepthwiseConv1D", {"kernel_size": 3, "dilation_rate": 2, **FIRST}),
    ("DepthwiseConv2D", {"kernel_size": (3, 2), "activation": "relu"}),
    (
        "DepthwiseConv2D",
        {
            "kernel_size": 3,
            "strides": 2,
            "padding": "same",
            "depth_multiplier": 2,
            **FIRST,
        },
    ),
    ("DepthwiseConv2D", {"kernel_size": 2, "dilation_rate": (1, 2)}),
    (
        "SeparableConv1D",
        {"filters": 3, "kernel_size": 3, "strides": 2, "padding": "same", **FIRST},
    ),
    ("SeparableConv1D", {"filters": 3, "kernel_size": 2, "depth_multiplier": 2}),
    (
        "SeparableConv2D",
        {"filters": 3, "kernel_size": 3, "padding": "same", "depth_multiplier": 2},
    ),
    (
        "SeparableConv2D",
        {"filters": 3, "kernel_size": 2, "dilation_rate": 2, "use_bias": False},
    ),
]
POOL = [
    (f"{kind}Pooling{rank}D", options)
    for kind in ("Max", "Average")
    for rank, options in (
        (1, {"pool_size": 2}),
        (1, {"pool_size": 3, "strides": 2, "padding": "same", **FIRST}),
        (2, {"pool_size": (3, 2), "strides": (1, 2), **FIRST}),
        (2, {"pool_size": 3, "strides": 2, "padding": "same"}),
        (3, {"pool_size": 2, "padding": "same"}),
    )
]
GLOBAL = [
    (f"Global{kind}Pooling{rank}D", options)
    for kind in ("Max", "Average")
    for rank, options in ((1, {}), (2, {"keepdims": True, **FIRST}), (3, FIRST))
]
ADAPTIVE = [
    (f"Adaptive{kind}Pooling{rank}D", options)
    for kind in ("Max", "Average")
    for rank, options in (
        (1, {"output_size": 3}),
        (2, {"output_size": (2, 4), **FIRST}),
        (3, {"output_size": 2}),
    )
]
PAD = [
    ("ZeroPadding1D", {"padding": (1, 2), **FIRST}),
    ("ZeroPadding2D", {"padding": 1}),
    ("ZeroPadding2D", {"padding": (1, 2), **FIRST}),
    ("ZeroPadding3D", {"padding": ((1, 2), (0, 1), 2)}),
    ("Cropping1D", {"cropping": (1, 2)}),
    ("Cropping2D", {"cropping": (1, 2)}),
    ("Cropping2D", {"cropping": ((1, 2), (0, 3)), **FIRST}),
    ("Cropping3D", {}),
    ("UpSampling1D", {"size": 3}),
    ("UpSampling2D", {"size": (2, 3), **FIRST}),
    ("UpSampling2D", {"size": (2, 3), "interpolation": "bilinear", **FIRST}),
    ("UpSampling2D", {"size": 2, "interpolation": "bicubic"}),
    ("UpSampling2D", {"size": 2, "interpolation": "lanczos3"}),
    ("UpSampling3D", {"size": (1, 2, 3)}),
]
CASES = [*CONV, *TRANSPOSE, *DEPTHWISE, *POOL, *GLOBAL, *ADAPTIVE, *PAD]
CLASSES = sorted({name for name, _ in CASES})


def shape_of(name, options, space=None):
    """The inputs' shape of a case, with 2 samples of 4 channels."""
    rank = int(name.removesuffix("Transpose")[-2])
    space = space or SPACE[rank]
    first = options.get("data_format") == "channels_first"
    return (2, 4, *space) if first else (2, *space, 4)


def zeros(name):
    """Initializers of all weights for which Keras compiles nothing."""
    arguments = inspect.signature(getattr(layers, name).__init__).parameters
    return {key: "zeros" for key in arguments if key.endswith("_initializer")}


def pair(name, options, shape):
    """Keras's layer and ours, of the same configuration and weights."""
    theirs = getattr(keras.layers, name)(**options, **zeros(name))
    theirs.build(shape)
    rng = np.random.default_rng(0)
    weights = [rng.normal(size=w.shape).astype("float32") for w in theirs.weights]
    theirs.set_weights(weights)
    ours = getattr(layers, name).from_config(theirs.get_config())
    ours.build_from_config({"input_shape": shape})
    ours.set_weights(weights)
    return theirs, ours, weights


def outputs_and_gradients(function, weights, x):
    """The outputs, and the gradients of their sum with unequal weights."""

    @functools.partial(jax.jit, compiler_options=QUICK)
    def run(weights, x):
        def weighted(weights, x):
            y = function(weights, x)
            return jnp.sum(y * jnp.cos(jnp.arange(1.0 * y.size)).reshape(y.shape)), y

        return jax.grad(weighted, (0, 1), has_aux=True)(weights, x)

    gradients, y = run(weights, x)
    return y, gradients


@pytest.mark.parametrize(("name", "options"), CASES, ids=str)
def test_outputs_and_gradients_equal_keras(name, options):
    shape = shape_of(name, options)
    x = np.random.default_rng(1).normal(size=shape).astype("float32")
    theirs, ours, weights = pair(name, options, shape)

    y, gradients = outputs_and_gradients(
        lambda w, x: purify(ours).apply(tuple(w), (), Run(), x).outputs, weights, x
    )

    expected = outputs_and_gradients(
        lambda w, x: theirs.stateless_call(w, [], x)[0], weights, x
    )
    assert y.shape == expected[0].shape
    jax.tree.map(
        lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-5, atol=2e-5),
        (y, gradients),
        expected,
    )


@pytest.mark.parametrize(("name", "options"), CASES, ids=str)
def test_configuration_goes_to_keras_and_back(name, options):
    theirs = getattr(keras.layers, name)(**options, name="a", trainable=False)

    ours = getattr(layers, name).from_config(theirs.get_config())
    back = getattr(keras.layers, name).from_config(ours.get_config())

    assert back.get_config() == theirs.get_config()


@pytest.mark.parametrize(("name", "options"), CASES, ids=str)
def test_symbolic_shapes_equal_keras(name, options):
    shape = shape_of(name, options)
    unknown = shape_of(name, options, (None,) * (len(shape) - 2))
    ours = getattr(layers, name)(**options)
    theirs = functools.partial(getattr(keras.layers, name), **options, **zeros(name))
    if unknown[1:] != shape[1:] and name.startswith("Adaptive"):
        unknown = shape  # Keras cannot tell then

    known = ours(layers.Input(shape[1:])).shape
    open_ = ours(layers.Input(unknown[1:])).shape

    assert known == theirs()(keras.Input(shape[1:])).shape
    assert open_ == theirs()(keras.Input(unknown[1:])).shape


@pytest.mark.parametrize(("name", "options"), [*CONV, *TRANSPOSE, *DEPTHWISE], ids=str)
def test_weights_have_the_names_and_shapes_of_keras(name, options):
    theirs, ours, _ = pair(name, options, shape_of(name, options))

    assert [(w.name, w.shape) for w in ours.weights] == [
        (w.name, w.shape) for w in theirs.weights
    ]


def spread(value, rank):
    """What an integer means where one per axis may be given."""
    if isinstance(value, tuple) and isinstance(value[0], tuple):
        value = value[0]
    if isinstance(value, int) and not isinstance(value, bool):
        return (value,) * rank
    return value


@pytest.mark.parametrize("name", CLASSES)
def test_arguments_are_those_of_keras(name):
    rank = int(name.removesuffix("Transpose")[-2])

    ours, theirs = (
        list(inspect.signature(getattr(place, name).__init__).parameters.values())[:-1]
        for place in (layers, keras.layers)
    )

    assert [p.name for p in ours] == [p.name for p in theirs]
    for own, known in zip(ours, theirs, strict=True):
        if known.default is not known.empty:
            size = 2 if name.startswith(("Zero", "Crop")) else rank
            assert spread(own.default, size) == spread(known.default, size)


@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
@pytest.mark.parametrize("keepdims", [False, True])
def test_masked_mean_equals_keras(data_format, keepdims):
    x = np.random.default_rng(0).normal(size=(2, 5, 5)).astype("float32")
    mask = np.array([[1, 1, 0, 1, 0], [0, 1, 1, 1, 1]], bool)
    options = {"data_format": data_format, "keepdims": keepdims}

    y = layers.GlobalAveragePooling1D(**options)(x, mask=mask)

    expected = keras.layers.GlobalAveragePooling1D(**options)(x, mask=mask)
    np.testing.assert_allclose(y, expected, rtol=1e-5)


@pytest.mark.parametrize("interpolation", ["nearest", "bilinear", "bicubic"])
def test_interpolated_integers_equal_keras(interpolation):
    x = np.array([0, 250, 7, 90], np.uint8).reshape(1, 2, 2, 1)

    y = layers.UpSampling2D(3, interpolation=interpolation)(x)

    expected = keras.layers.UpSampling2D(3, interpolation=interpolation)(x)
    assert str(y.dtype) == str(expected.dtype)
    np.testing.assert_array_equal(y, expected)
