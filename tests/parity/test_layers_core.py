"""Layers give Keras's numbers, forward and backward, and understand its files."""

import inspect

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest

from keryx import layers
from keryx._core import serial
from keryx._graph.pure import purify, Run

F, S, I = (3, 4), (3, 5, 4), (3, 4, 4, 6)
EINSUM = "...x,xy->...y"
# Class, arguments, shapes of the inputs (a list for several), and whether in training.
CASES = [
    ("Activation", {"activation": "tanh"}, F, False),
    ("ActivityRegularization", {"l1": 0.1, "l2": 0.2}, F, True),
    ("Add", {}, [F, F, F], False),
    ("Add", {}, [F, S], False),
    ("Add", {}, [F, (3, 1)], False),
    ("AlphaDropout", {"rate": 0.5}, F, False),
    ("Average", {}, [F, F, F], False),
    ("BatchNormalization", {}, F, False),
    ("BatchNormalization", {}, F, True),
    ("BatchNormalization", {}, I, True),
    ("BatchNormalization", {"axis": 1, "momentum": 0.9, "scale": False}, I, True),
    ("BatchNormalization", {"epsilon": 0.1, "center": False}, S, True),
    ("BatchNormalization", {"trainable": False}, F, True),
    ("Concatenate", {}, [F, (3, 2)], False),
    ("Concatenate", {"axis": 1}, [S, (3, 2, 4)], False),
    ("Dot", {"axes": 1}, [F, F], False),
    ("Dot", {"axes": (1, 2)}, [(3, 4, 2), (3, 5, 4)], False),
    ("Dot", {"axes": -1, "normalize": True}, [S, (3, 2, 4)], False),
    ("Dot", {"axes": [2, 1]}, [S, F], False),
    ("Dropout", {"rate": 0.5}, F, False),
    ("ELU", {"alpha": 0.5}, F, False),
    ("EinsumDense", {"equation": "ab,bc->ac", "output_shape": 5}, F, False),
    (
        "EinsumDense",
        {"equation": "abc,cd->abd", "output_shape": (None, 6), "bias_axes": "d"},
        S,
        False,
    ),
    (
        "EinsumDense",
        {"equation": "abc,bcd->ad", "output_shape": 2, "bias_axes": "d"},
        S,
        False,
    ),
    (
        "EinsumDense",
        {"equation": "abc,cde->abde", "output_shape": (None, 2, 3), "bias_axes": "de"},
        S,
        False,
    ),
    (
        "EinsumDense",
        {"equation": EINSUM, "output_shape": 2, "bias_axes": "y"},
        S,
        False,
    ),
    (
        "EinsumDense",
        {
            "equation": "ab...,bc->ac...",
            "output_shape": 2,
            "bias_axes": "c",
            "activation": "relu",
        },
        S,
        False,
    ),
    ("Flatten", {}, S, False),
    ("Flatten", {}, (3,), False),
    ("Flatten", {"data_format": "channels_first"}, S, False),
    ("GaussianDropout", {"rate": 0.5}, F, False),
    ("GaussianNoise", {"stddev": 0.5}, F, False),
    ("GroupNormalization", {"groups": 2}, I, False),
    ("GroupNormalization", {"groups": -1, "axis": 1, "epsilon": 0.1}, I, False),
    ("GroupNormalization", {"groups": 1, "center": False}, S, False),
    ("Identity", {}, F, False),
    ("LayerNormalization", {}, S, False),
    ("LayerNormalization", {"axis": [1, 2], "epsilon": 0.1}, S, False),
    ("LayerNormalization", {"axis": 1, "scale": False}, S, False),
    ("LayerNormalization", {"rms_scaling": True}, S, False),
    ("LeakyReLU", {"negative_slope": 0.1}, F, False),
    ("Masking", {"mask_value": 0.5}, S, False),
    ("Maximum", {}, [F, F, F], False),
    ("Minimum", {}, [F, F], False),
    ("Multiply", {}, [S, F], False),
    ("PReLU", {}, S, False),
    ("PReLU", {"shared_axes": [1]}, S, False),
    ("Permute", {"dims": (3, 1, 2)}, I, False),
    ("RMSNormalization", {}, S, False),
    ("RMSNormalization", {"axis": [1, 2]}, S, False),
    ("ReLU", {}, F, False),
    ("ReLU", {"max_value": 1.0, "negative_slope": 0.1, "threshold": 0.3}, F, False),
    ("RepeatVector", {"n": 3}, F, False),
    ("Reshape", {"target_shape": (2, 2)}, F, False),
    ("Reshape", {"target_shape": (-1, 10)}, S, False),
    ("Softmax", {}, F, False),
    ("Softmax", {"axis": (1, 2)}, S, False),
    ("SpatialDropout1D", {"rate": 0.5}, S, False),
    ("SpatialDropout2D", {"rate": 0.5}, I, False),
    ("Subtract", {}, [F, F], False),
    ("UnitNormalization", {}, S, False),
    ("UnitNormalization", {"axis": [1, 2]}, S, False),
]
NAMES = sorted({case[0] for case in CASES} | {"Embedding", "Lambda", "Wrapper"})
NAMES += ["SpatialDropout3D", "SpectralNormalization"]
MERGES = ["add", "average", "concatenate", "maximum", "minimum", "multiply", "subtract"]


def drawn(shapes, seed=0):
    """Normal numbers of a shape, or of each of several."""
    rng = np.random.default_rng(seed)
    if isinstance(shapes, list):
        return [rng.normal(size=s).astype("float32") for s in shapes]
    return rng.normal(size=shapes).astype("float32")


def pair(name, options, x):
    """Our layer and Keras's, with the same weights, none of them zero or one."""
    ours, theirs = (
        getattr(layers, name)(**options),
        getattr(keras.layers, name)(**options),
    )
    shape = [a.shape for a in x] if isinstance(x, list) else x.shape
    ours.build_from_config({"input_shape": shape})
    theirs.build(shape)
    values = [np.abs(drawn(w.shape, i)) + 0.5 for i, w in enumerate(theirs.weights)]
    ours.set_weights(values), theirs.set_weights(values)
    return ours, theirs


def weighted(outputs):
    """A sum of the outputs in which each has its own weight."""
    return jnp.sum(outputs * jnp.cos(jnp.arange(outputs.size)).reshape(outputs.shape))


def answers(function, params, x):
    """Outputs and state, and the gradients of a sum of the outputs."""

    def cost(params, x):
        outputs, state = function(params, x)
        return weighted(outputs), (outputs, state)

    grads, (outputs, state) = jax.jit(jax.grad(cost, (0, 1), has_aux=True))(params, x)
    return outputs, state, grads


def close(ours, theirs, rtol=1e-5):
    assert jax.tree.structure(ours) == jax.tree.structure(theirs)
    for a, b in zip(jax.tree.leaves(ours), jax.tree.leaves(theirs), strict=True):
        assert a.dtype == b.dtype
        np.testing.assert_allclose(a, b, rtol=rtol, atol=rtol)


@pytest.mark.parametrize(("name", "options", "shapes", "training"), CASES, ids=str)
@pytest.mark.filterwarnings("ignore:You passed `rms_scaling")
def test_outputs_state_and_gradients_equal_keras(name, options, shapes, training):
    x = drawn(shapes)
    ours, theirs = pair(name, options, x)
    pure = purify(ours)
    buffers = [v.value for v in pure.buffers]

    def run_ours(params, x):
        result = pure.apply(params, buffers, Run(training=training), x)
        kept = zip(pure.buffers, result.buffers, strict=True)
        return result.outputs, [b for v, b in kept if "seed" not in v.name]

    def run_theirs(params, x):
        rest = [v.value for v in theirs.non_trainable_variables]
        if "training" in inspect.signature(theirs.call).parameters:
            outputs, rest = theirs.stateless_call(params, rest, x, training=training)
        else:
            outputs, rest = theirs.stateless_call(params, rest, x)
        kept = zip(theirs.non_trainable_variables, rest, strict=True)
        return outputs, [b for v, b in kept if "seed" not in v.name]

    mine = answers(run_ours, [v.value for v in pure.params], x)
    hers = answers(run_theirs, [v.value for v in theirs.trainable_variables], x)

    close(mine, hers)


@pytest.mark.parametrize(("name", "options", "shapes", "training"), CASES, ids=str)
@pytest.mark.filterwarnings("ignore:You passed `rms_scaling")
def test_symbolic_shape_is_the_real_one_and_configurations_go_both_ways(
    name, options, shapes, training
):
    del training
    several = isinstance(shapes, list)
    x = drawn(shapes)
    ours, theirs = (
        getattr(layers, name)(**options),
        getattr(keras.layers, name)(**options),
    )
    symbols = [layers.Input(s[1:]) for s in (shapes if several else [shapes])]

    inferred = ours(symbols if several else symbols[0])
    real = jax.eval_shape(ours, x)

    assert inferred.shape == (None, *real.shape[1:])
    assert inferred.dtype == str(real.dtype)
    assert config_of(layers, ours, type(theirs).from_config) == config_of(
        keras.layers, theirs, type(ours).from_config
    )


def config_of(package, layer, other):
    """A layer's own settings; the other library must take the whole configuration."""
    config = layer.get_config()
    again = other(config).get_config()
    ours, theirs = (again, config) if package is keras.layers else (config, again)
    assert set(ours) == set(theirs) - {"quantization_config"}
    given = {k: ours[k] for k in ours if not isinstance(ours[k], dict) and k != "name"}
    assert given == {k: theirs[k] for k in given}
    return given


@pytest.mark.parametrize("name", NAMES)
def test_arguments_are_those_of_keras(name):
    def own(cls):
        return [
            (p.name, p.default)
            for p in inspect.signature(cls.__init__).parameters.values()
            if p.kind is p.POSITIONAL_OR_KEYWORD and p.name not in left_out
        ]

    left_out = ("lora_rank", "lora_alpha", "quantization_config")
    left_out += ("gptq_unpacked_column_size",)
    assert own(getattr(layers, name)) == own(getattr(keras.layers, name))


@pytest.mark.parametrize("name", MERGES)
def test_functions_of_merging_equal_keras(name):
    x = drawn([F, F])

    np.testing.assert_allclose(
        getattr(layers, name)(x), getattr(keras.layers, name)(x), rtol=1e-6
    )


def test_embedding_equals_keras_forward_and_backward():
    ids = np.array([[0, 3, 3], [4, 1, 0]])
    ours, theirs = pair("Embedding", {"input_dim": 5, "output_dim": 2}, ids)
    pure = purify(ours)

    def run_ours(params, ids):
        return weighted(pure.apply(params, (), Run(), ids).outputs)

    def run_theirs(params, ids):
        return weighted(theirs.stateless_call(params, [], ids)[0])

    tables = [ours.embeddings.value]
    close(
        jax.value_and_grad(run_ours)(tables, ids),
        jax.value_and_grad(run_theirs)(tables, ids),
    )


def test_embedding_in_a_compiled_run_treats_wild_ids_as_keras_does():
    ids = np.array([[0.0, 4.7, -1.0, 5.0]], "float32")
    ours, theirs = pair("Embedding", {"input_dim": 5, "output_dim": 2}, np.array([[1]]))
    compiled = jax.jit(
        lambda x: purify(ours).apply((ours.embeddings.value,), (), Run(), x)
    )

    np.testing.assert_array_equal(compiled(ids).outputs, theirs(ids))


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "float16"])
@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("BatchNormalization", {}),
        ("Dropout", {"rate": 0.5}),
        ("EinsumDense", {"equation": EINSUM, "output_shape": 2, "bias_axes": "y"}),
        ("GroupNormalization", {"groups": 2}),
        ("LayerNormalization", {}),
        ("PReLU", {}),
        ("RMSNormalization", {}),
        ("Softmax", {}),
        ("UnitNormalization", {}),
    ],
    ids=str,
)
def test_half_precision_has_the_types_of_keras(name, options, policy):
    x = drawn(S)
    ours, theirs = pair(name, {**options, "dtype": policy}, x)

    y, expected = ours(x, training=True), theirs(x, training=True)

    assert y.dtype == expected.dtype
    assert [w.dtype for w in ours.weights] == [w.dtype for w in theirs.weights]
    if name != "Dropout":
        a, b = np.asarray(y, "float32"), np.asarray(expected, "float32")
        np.testing.assert_allclose(a, b, rtol=2e-2, atol=2e-2)


@pytest.mark.parametrize("power_iterations", [1, 3])
def test_spectral_normalization_equals_keras_forward_and_backward(power_iterations):
    x = drawn(F)
    ours = layers.SpectralNormalization(layers.Dense(2, name="a"), power_iterations)
    theirs = keras.layers.SpectralNormalization(
        keras.layers.Dense(2, name="a"), power_iterations
    )
    ours(x), theirs(x)
    ours.set_weights([w.value for w in theirs.weights])
    pure = purify(ours)
    params = [v.value for v in pure.params]
    buffers = [v.value for v in pure.buffers]

    def run_ours(params, x):
        result = pure.apply(params, buffers, Run(training=True), x)
        return result.outputs, list(result.buffers)

    def run_theirs(params, x):
        return theirs.stateless_call(params, buffers, x, training=True)

    close(answers(run_ours, params, x), answers(run_theirs, params, x))
    assert [w.path.split("/", 1)[1] for w in ours.weights] == [
        w.path.split("/", 1)[1] for w in theirs.weights
    ]


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("Dropout", {"rate": 0.25, "noise_shape": (None, 1), "seed": 3}),
        ("Embedding", {"input_dim": 5, "output_dim": 2, "mask_zero": True}),
        ("SpatialDropout3D", {"rate": 0.5, "data_format": "channels_first"}),
        ("GaussianNoise", {"stddev": 0.5, "seed": 3}),
        ("Softmax", {"axis": [1, 2]}),
    ],
    ids=str,
)
def test_configurations_go_both_ways(name, options):
    ours = getattr(layers, name)(**options)
    theirs = getattr(keras.layers, name)(**options)

    assert config_of(layers, ours, type(theirs).from_config) == config_of(
        keras.layers, theirs, type(ours).from_config
    )


def test_wrapper_takes_the_configuration_of_keras():
    theirs = keras.layers.SpectralNormalization(keras.layers.Dense(3, name="inner"))
    theirs.build((None, 4))

    ours = serial.deserialize(keras.saving.serialize_keras_object(theirs))

    assert ours.layer.units == 3
    assert [w.shape for w in ours.weights] == [w.shape for w in theirs.weights]


def test_wrapper_gives_a_configuration_that_keras_takes():
    ours = layers.SpectralNormalization(layers.Dense(3, name="inner"))

    theirs = keras.layers.SpectralNormalization.from_config(ours.get_config())

    assert theirs.layer.units == 3
    assert theirs.layer.name == "inner"
