"""`K.function` computes symbolic tensors, with learning phase and updates."""

import numpy as np
import pytest

import keryx
from keryx import layers
from keryx.dialects import backend as K

X = np.random.default_rng(0).normal(size=(5, 4))


@pytest.fixture(autouse=True)
def _own_phase():
    yield
    K.clear_session()


@pytest.fixture
def model():
    return keryx.Sequential(
        [
            layers.Input((4,)),
            layers.Dense(6, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(2),
        ]
    )


def test_a_layers_output_is_the_layers_arithmetic(model):
    layer = model.layers[0]
    get = K.function([layer.input], [layer.output])

    (hidden,) = get([X])

    kernel, bias = layer.get_weights()
    assert isinstance(hidden, np.ndarray)
    np.testing.assert_allclose(hidden, np.maximum(X @ kernel + bias, 0), rtol=1e-5)


def test_the_learning_phase_turns_dropout_on_and_off(model):
    get = K.function(
        [model.layers[0].input, K.learning_phase()],
        [model.layers[0].output, model.layers[1].output],
    )

    before, off = get([X, 0])
    _, on = get([X, 1])
    _, again = get([X, 1])

    np.testing.assert_array_equal(off, before)
    dropped = on == 0
    np.testing.assert_allclose(on[~dropped], 2 * before[~dropped], rtol=1e-6)
    assert (dropped & (before > 0)).any()
    assert (on != again).any()


def test_two_dropouts_of_one_size_draw_apart():
    x = layers.Input((64,))
    y = [layers.Dropout(0.5)(x), layers.Dropout(0.5)(x)]

    a, b = K.function([x, K.learning_phase()], y)([np.ones((1, 64)), 1])

    assert (a != b).any()


def test_a_fixed_learning_phase_is_followed(model):
    K.set_learning_phase(1)
    get = K.function([model.input], [model.layers[1].output])

    assert (get([np.ones((50, 4))])[0] == 0).any()
    assert K.learning_phase() == 1


def test_later_weights_are_seen(model):
    get = K.function([model.input], [model.output])
    get([X])

    model.set_weights([np.ones_like(w) for w in model.get_weights()])

    wanted = 6 * np.maximum(X.sum(1) + 1, 0) + 1
    np.testing.assert_allclose(get([X])[0][:, 0], wanted, rtol=1e-5)


def test_later_rates_are_seen(model):
    get = K.function([model.input, K.learning_phase()], [model.layers[1].output])
    get([X, 1])

    model.layers[1].rate = 0.0

    hidden = K.function([model.input], [model.layers[0].output])([X])[0]
    np.testing.assert_allclose(get([X, 1])[0], hidden, rtol=1e-6)


def test_variables_in_arithmetic_are_seen_anew():
    x, w = K.placeholder((None, 2)), K.variable(1.0)
    get = K.function([x], [w * x, w + K.sum(K.dot(x, K.ones((2, 1))))])
    data = np.float32([[1, 2]])
    get([data])

    K.set_value(w, 3.0)

    product, total = get([data])
    assert product.tolist() == [[3.0, 6.0]]
    assert total.tolist() == 6.0


def test_updates_are_applied_after_the_outputs():
    x, w, v = K.placeholder(()), K.variable(1.0), K.variable(0.0)
    step = K.function([x], [w], updates=[K.update_add(w, x), (v, w * x)])

    first, second = step([2.0])[0], step([2.0])[0]

    assert (first, second) == (1.0, 3.0)
    assert K.batch_get_value([w, v]) == [5.0, 6.0]


def test_an_update_without_inputs_belongs_to_the_function():
    w = K.variable(1.0)
    step = K.function([], [w], updates=[K.update_sub(w, 1.0)])

    step([])
    step([])

    assert K.get_value(w) == -1.0


def test_updates_by_themselves_happen_at_once():
    w = K.variable(1.0)

    K.update(w, 3.0)
    K.moving_average_update(w, 1.0, 0.75)

    assert K.get_value(w) == 2.5


def test_outputs_are_nested_as_asked():
    x = K.placeholder((None,))

    assert K.function([x], x * 2)([[1.0, 2.0]]).tolist() == [2.0, 4.0]


def test_a_graph_may_begin_in_the_middle(model):
    middle, end = model.layers[0].output, model.layers[2].output
    kernel, bias = model.layers[2].get_weights()
    data = np.ones((1, 6), "float32")

    (y,) = K.function([middle], [end])([data])

    np.testing.assert_allclose(y, data @ kernel + bias, rtol=1e-5)


def test_missing_inputs_are_named():
    x, y = K.placeholder((1,), name="first"), K.placeholder((1,), name="second")

    with pytest.raises(RuntimeError, match="also needs 'second'"):
        K.function([x], [x + y])
    with pytest.raises(ValueError, match="a list of 1 arrays"):
        K.function([x], [x])([1, 2])
    with pytest.raises(ValueError, match="symbolic tensors"):
        K.function([np.ones(1)], [x])


def test_eval_and_sessions_compute_values():
    x, w = K.placeholder((2,)), K.variable([1.0, 2.0])
    session = K.get_session()

    assert K.eval(w * 2).tolist() == [2.0, 4.0]
    assert K.eval(K.learning_phase() * w).tolist() == [0.0, 0.0]
    assert session.run(x * w, {x: [3.0, 4.0]}).tolist() == [3.0, 8.0]
    assert [y.tolist() for y in session.run([x, w], {x: [1, 1]})] == [[1, 1], [1, 2]]
    with session.graph.as_default(), K.get_session() as same:
        assert same is session


@pytest.mark.parametrize(("phase", "wanted"), [(0, 2.0), (1, 1.0)], ids=str)
def test_in_train_phase_chooses_by_the_phase(phase, wanted):
    x = K.placeholder(())
    chosen = K.in_train_phase(lambda: x, 2 * x)
    other = K.in_test_phase(2 * x, x)
    switched = K.switch(K.learning_phase(), x, 2 * x)

    get = K.function([x, K.learning_phase()], [chosen, other, switched])

    assert get([1.0, phase]) == [wanted] * 3
    assert K.in_train_phase(1.0, 2.0, training=phase) == wanted
    with K.learning_phase_scope(phase):
        assert K.in_train_phase(lambda: 1.0, lambda: 2.0) == wanted


def test_shapes_that_depend_on_the_batch_can_be_used():
    x = K.placeholder((None, 3, 4))
    shape = K.shape(x)
    outputs = [
        K.reshape(x, (shape[0] * 3, 4)),
        K.reshape(x, K.concatenate([shape[:1], [K.prod(shape[1:])]])),
        K.reshape(x, K.stack([shape[0], -1])),
        K.random_normal(shape=(shape[0], 7)),
        K.zeros((shape[0], 2)),
        K.arange(shape[0]),
        K.tile(K.constant([[1.0]]), K.stack([shape[0], 1])),
        K.one_hot(K.cast(x[:, 0, 0], "int32"), K.int_shape(x)[1]),
    ]

    shapes = [K.int_shape(y) for y in outputs]
    found = K.function([x], outputs)([np.ones((2, 3, 4))])

    assert shapes[:5] == [(None, 4), (None, 12), (None, 12), (None, 7), (None, 2)]
    wanted = [(6, 4), (2, 12), (2, 12), (2, 7), (2, 2), (2,), (2, 1), (2, 3)]
    assert [y.shape for y in found] == wanted


def test_concatenating_a_shape_needs_tensors_or_lists_of_sizes():
    x = K.placeholder((None, 6))

    y = K.reshape(x, K.concatenate([K.shape(x)[:-1], [2, 3]]))

    assert K.int_shape(y) == (None, 2, 3)
