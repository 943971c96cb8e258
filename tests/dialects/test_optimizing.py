"""Optimizers by hand: updates of symbolic losses, `minimize`, slots."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from keryx import layers, models, optimizers
from keryx._core.errors import ArgumentError
from keryx._core.variable import Variable
from keryx.dialects import backend as K, set_era
from keryx.dialects.tensorflow._tape import GradientTape

pytestmark = pytest.mark.filterwarnings("ignore::keryx.dialects._report.DialectWarning")
DRAW = np.random.default_rng(0)
X = DRAW.normal(size=(16, 3)).astype("float32")
Y = X.sum(1, keepdims=True)
FORMS = {
    "loss, params": lambda o, loss, w: o.get_updates(loss, w),
    "params, constraints, loss": lambda o, loss, w: o.get_updates(w, [], loss),
    "by name": lambda o, loss, w: o.get_updates(loss=loss, params=w),
    "by name, of Keras 1": lambda o, loss, w: o.get_updates(
        params=w, constraints={}, loss=loss
    ),
}


@pytest.fixture(autouse=True)
def _no_era():
    yield
    set_era(None)


def problem():
    model = models.Sequential([layers.Input((3,)), layers.Dense(1)])
    model.set_weights([np.full((3, 1), 0.5, "float32"), np.zeros(1, "float32")])
    y = K.placeholder((None, 1))
    return model, y, K.mean(K.square(model.output - y))


@pytest.mark.parametrize("form", list(FORMS))
def test_a_function_with_updates_trains_as_fit_does(form):
    model, y, loss = problem()
    optimizer = optimizers.Adam(0.05)
    updates = FORMS[form](optimizer, loss, model.trainable_weights)
    step = K.function([model.input, y], [loss], updates=updates)
    twin, _, _ = problem()
    twin.compile(optimizers.Adam(0.05), "mse")

    losses = [float(step([X, Y])[0]) for _ in range(4)]

    expected = [twin.train_on_batch(X, Y, return_dict=True) for _ in range(1)]
    twin.fit(X, Y, epochs=3, batch_size=16, verbose=0)
    assert losses[0] == pytest.approx(expected[0]["loss"], rel=1e-5)
    for ours, theirs in zip(model.get_weights(), twin.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4)
    assert int(optimizer.iterations) == 4


def test_a_new_learning_rate_holds_in_a_function_made_before():
    model, y, loss = problem()
    optimizer = optimizers.SGD(0.1)
    updates = optimizer.get_updates(loss, model.trainable_weights)
    step = K.function([model.input, y], [loss], updates=updates)

    K.set_value(optimizer.lr, 0.0)
    step([X, Y])

    np.testing.assert_array_equal(model.get_weights()[0], np.full((3, 1), 0.5))


def test_constraints_of_keras_1_hold():
    model, y, loss = problem()
    kernel = model.trainable_weights[0]
    updates = optimizers.SGD(10.0).get_updates([kernel], {kernel: "non_neg"}, -loss)

    K.function([model.input, y], [loss], updates=updates)([X, Y])

    assert model.get_weights()[0].min() >= 0


@pytest.mark.parametrize("limit", [{}, {"clipvalue": 0.1}, {"clipnorm": 0.1}], ids=str)
def test_gradients_are_limited_as_the_optimizer_says(limit):
    model, y, loss = problem()
    optimizer = optimizers.SGD(1.0, **limit)

    (found, _) = K.function(
        [model.input, y], optimizer.get_gradients(loss, model.trainable_weights)
    )([X, Y])

    full = np.asarray(
        jax.grad(lambda w: jnp.mean((X @ w - Y) ** 2))(np.full((3, 1), 0.5))
    )
    norm = np.linalg.norm(full)
    expected = {
        "": full,
        "clipvalue": np.clip(full, -0.1, 0.1),
        "clipnorm": full * 0.1 / norm,
    }[next(iter(limit), "")]
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_weights_that_the_loss_does_not_need_are_named():
    model, _, loss = problem()
    other = K.variable([1.0], name="other")

    with pytest.raises(ArgumentError, match="other"):
        optimizers.SGD().get_updates(loss, [*model.trainable_weights, other])


def test_a_loss_that_is_an_array_has_no_updates():
    with pytest.raises(ArgumentError, match="symbolic"):
        optimizers.SGD().get_updates(jnp.float32(1.0), [Variable(1.0)])


def test_minimize_descends():
    x = Variable(2.0)
    optimizer = optimizers.SGD(0.1)

    for _ in range(3):
        optimizer.minimize(lambda: x * x, [x])

    assert float(x) == pytest.approx(2.0 * 0.8**3, rel=1e-5)
    assert int(optimizer.iterations) == 3


@pytest.mark.parametrize("given", [lambda x: lambda: [x], lambda x: None])
def test_minimize_finds_the_variables(given):
    x = Variable(2.0)

    optimizers.SGD(0.1).minimize(lambda: x * x, given(x))

    assert float(x) == pytest.approx(1.6)


def test_minimize_takes_a_loss_with_its_tape():
    x = Variable(2.0)
    with GradientTape() as tape:
        loss = x * x

    optimizers.SGD(0.1).minimize(loss, [x], tape=tape)

    assert float(x) == pytest.approx(1.6)
    with pytest.raises(ArgumentError, match="tape"):
        optimizers.SGD().minimize(jnp.float32(1.0), [x])


@pytest.mark.parametrize(
    ("optimizer", "old", "today"),
    [
        (optimizers.Adam, "m", "momentum"),
        (optimizers.Adam, "v", "velocity"),
        (optimizers.Adamax, "v", "norm"),
        (optimizers.RMSprop, "rms", "velocity"),
        (optimizers.Adagrad, "accumulator", "accumulator"),
        (optimizers.Adadelta, "accum_var", "accumulated_delta_var"),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_slots_have_their_old_names(optimizer, old, today):
    one, two = Variable([1.0]), Variable([1.0, 2.0])
    made = optimizer()
    made.build([one, two])

    found = made.get_slot(two, old)

    assert found.shape == (2,)
    assert found.name.endswith(today)
    with pytest.raises(ArgumentError, match="nothing"):
        made.get_slot(one, "nothing")


def test_a_model_says_what_it_is_saved_for():
    model = models.Sequential([layers.Input((3,)), layers.Dense(1)])

    (spec,), names = model.save_spec()
    (fixed,), _ = model.save_spec(dynamic_batch=False)

    assert (list(spec.shape), names) == ([None, 3], {})
    assert list(fixed.shape) == [1, 3]
    assert models.Sequential([layers.Dense(1)]).save_spec() is None
