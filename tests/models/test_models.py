"""Building models: rows, graphs, subclasses, copies, configurations."""

import threading

import jax
import numpy as np
import pytest

from keryx import ops
from keryx._core.errors import ArgumentError, ShapeError, StateError
from keryx._graph.pure import purify, Run
from keryx.layers import Dense, Flatten, Input, Layer
from keryx.models import clone_model, Model, model_from_json, Sequential

X = np.random.default_rng(0).normal(size=(5, 4)).astype("float32")


def row():
    return Sequential([Input((4,)), Dense(3, "relu"), Dense(2)])


def graph():
    x = Input((4,), name="x")
    shared = Dense(4, "tanh", name="shared")
    return Model(x, Dense(2, name="end")(shared(shared(x))), name="twice")


@pytest.mark.parametrize("make", [row, graph], ids=["row", "graph"])
def test_a_configuration_makes_an_equal_model(make):
    model = make()

    copies = [clone_model(model), model_from_json(model.to_json())]

    for copy in copies:
        copy.set_weights(model.get_weights())
        np.testing.assert_array_equal(
            copy.predict(X, verbose=0), model.predict(X, verbose=0)
        )
        assert [v.shape for v in copy.weights] == [v.shape for v in model.weights]


def test_clone_uses_the_function_given():
    model = graph()

    copy = clone_model(model, clone_function=lambda layer: wider(layer))

    assert copy.get_layer("shared").activation.__name__ == "relu"
    assert copy.output_names == ["end"]


def wider(layer):
    config = layer.get_config()
    if layer.name == "shared":
        config["activation"] = "relu"
    return type(layer).from_config(config)


def test_layers_can_be_added_and_taken_off():
    model = row()
    model.add(Dense(7))
    assert model.output_shape == (None, 7)

    model.pop()

    assert model.output_shape == (None, 2)
    assert len(model.weights) == 4


def test_weights_wait_for_the_shape_of_the_inputs():
    model = Sequential([Flatten(), Dense(2)])
    assert model.weights == []

    model(np.ones((3, 2, 2)))

    assert [v.shape for v in model.weights] == [(4, 2), (2,)]


def test_features_of_a_trained_model():
    model = row()

    features = Model(model.inputs, model.layers[0].output)

    hidden = np.maximum(X @ model.layers[0].kernel.numpy(), 0)
    np.testing.assert_allclose(features.predict(X, verbose=0), hidden, rtol=1e-5)


def test_operations_between_layers_are_part_of_the_graph():
    x = Input((4,))
    model = Model(x, ops.exp(2 * x[:, :2] - 1) + ops.sum(x, axis=1, keepdims=True))

    y = model.predict(X, verbose=0)

    expected = np.exp(2 * X[:, :2] - 1) + X.sum(1, keepdims=True)
    np.testing.assert_allclose(y, expected, rtol=1e-5)


def test_unknown_axes_stay_unknown():
    x = Input((None, 4))

    y = Dense(3)(x)

    assert y.shape == (None, None, 3)
    assert Flatten()(Input((5, 4))).shape == (None, 20)


def test_two_threads_can_trace_one_model():
    model = row()
    pure = purify(model)
    values = [tuple(v.numpy() + i for v in pure.params) for i in range(2)]
    results = {}

    def trace(i):
        run = jax.jit(lambda p, x: pure.apply(p, (), Run(), x).outputs)
        for _ in range(3):
            run = jax.jit(lambda p, x: pure.apply(p, (), Run(), x).outputs)
            results[i] = run(values[i], X)

    threads = [threading.Thread(target=trace, args=(i,)) for i in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    for i in range(2):
        k1, b1, k2, b2 = values[i]
        expected = np.maximum(X @ k1 + b1, 0) @ k2 + b2
        np.testing.assert_allclose(results[i], expected, rtol=1e-4, atol=1e-5)


def test_an_error_in_a_trace_leaves_the_weights_as_they_were():
    class Fails(Layer):
        def build(self, input_shape):
            self.w = self.add_weight((4,), "ones", trainable=False)

        def call(self, inputs):
            self.w.assign(self.w * 2)
            if isinstance(inputs, jax.core.Tracer):
                raise RuntimeError("in the middle")
            return inputs

    layer = Fails()
    layer.build((None, 4))
    layer.built = True
    pure = purify(layer)

    with pytest.raises(RuntimeError, match="in the middle"):
        jax.jit(lambda x: pure.apply((), (np.ones(4),), Run(), x).outputs)(X)

    np.testing.assert_array_equal(layer.w.numpy(), 1.0)


def test_user_layers_may_use_operators_ops_and_arrays():
    class Mixed(Layer):
        def build(self, input_shape):
            self.w = self.add_weight((input_shape[-1], 2), "ones", name="w")

        def call(self, inputs):
            return inputs @ self.w + 2 * self.w[0] + ops.matmul(inputs, self.w)

    model = Sequential([Input((4,)), Mixed()])

    expected = 2 * X.sum(1, keepdims=True) + 2 + np.zeros((5, 2))
    np.testing.assert_allclose(model.predict(X, verbose=0), expected, rtol=1e-4)


def test_setting_too_few_weights_sets_none():
    model = row()
    before = model.get_weights()

    with pytest.raises(ShapeError, match="4 arrays of shapes"):
        model.set_weights([np.zeros((4, 3))])

    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_get_layer_lists_what_there_is():
    with pytest.raises(ArgumentError, match="'shared'"):
        graph().get_layer("missing")


def test_asking_an_unbuilt_model_for_its_shape():
    with pytest.raises(StateError, match=r"Begin with `Input\(shape=\.\.\.\)`"):
        _ = Sequential([Dense(2)]).output_shape
