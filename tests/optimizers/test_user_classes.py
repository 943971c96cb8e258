"""Optimizers that users wrote for Keras, and those of optax."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from keryx import optimizers
from keryx._core.errors import ArgumentError, FileError, StateError
from keryx._core.registry import register_keras_serializable
from keryx._core.variable import Variable


@register_keras_serializable("tests")
class MySGD(optimizers.Optimizer):
    """Momentum, as the documentation of Keras teaches to write it."""

    def __init__(self, learning_rate=0.1, momentum=0.9, name="my_sgd", **kwargs):
        super().__init__(learning_rate=learning_rate, name=name, **kwargs)
        self.momentum = momentum

    def build(self, variables):
        super().build(variables)
        self.moments = []
        for variable in variables:
            self.moments.append(
                self.add_variable_from_reference(variable, name="momentum")
            )
        self.calls = Variable(0.0, name="calls")

    def update_step(self, gradient, variable, learning_rate):
        m = self.moments[self._get_variable_index(variable)]
        self.assign(m, m * self.momentum - gradient * learning_rate)
        self.assign_add(variable, m)
        self.assign_add(self.calls, 1.0)

    def get_config(self):
        return {**super().get_config(), "momentum": self.momentum}


class Halved(optimizers.Adam):
    """Extends a library's optimizer step by step."""

    def update_step(self, gradient, variable, learning_rate):
        super().update_step(gradient, variable, learning_rate * 0.5)


class Centred(optimizers.SGD):
    """Changes all gradients before they are applied."""

    def apply(self, grads, trainable_variables=None):
        super().apply([g - jnp.mean(g) for g in grads], trainable_variables)


@pytest.fixture
def grads(key):
    return [
        (jax.random.normal(key(), (3, 2)), jax.random.normal(key(), (2,)))
        for _ in range(4)
    ]


def new_variables():
    return [
        Variable(np.full((3, 2), 0.5, np.float32), name="kernel"),
        Variable(np.ones(2, np.float32), name="bias"),
    ]


def by_apply(optimizer, grads):
    """Updates variables one call at a time."""
    variables = new_variables()
    for gradients in grads:
        optimizer.apply(list(gradients), variables)
    return [v.numpy() for v in variables]


def by_program(optimizer, grads):
    """Updates arrays in one compiled loop, as the engine does."""
    variables = new_variables()
    optimizer.build(variables)
    stacked = jax.tree.map(lambda *g: jnp.stack(g), *grads)

    @jax.jit
    def run(state, params):
        def step(carry, grads):
            return optimizer.update(grads, carry[1], carry[0]), None

        return jax.lax.scan(step, (params, state), stacked)[0]

    params, state = run(optimizer.read(), tuple(v.release() for v in variables))
    optimizer.write(state)
    return params


PAIRS = [
    (lambda: MySGD(0.1, 0.5), lambda: optimizers.SGD(0.1, momentum=0.5)),
    (
        lambda: MySGD(0.1, 0.5, clipnorm=0.5, use_ema=True, weight_decay=0.1),
        lambda: optimizers.SGD(
            0.1, momentum=0.5, clipnorm=0.5, use_ema=True, weight_decay=0.1
        ),
    ),
    (
        lambda: MySGD(0.1, 0.5, gradient_accumulation_steps=2),
        lambda: optimizers.SGD(0.1, momentum=0.5, gradient_accumulation_steps=2),
    ),
    (lambda: Halved(0.1, amsgrad=True), lambda: optimizers.Adam(0.05, amsgrad=True)),
    (
        lambda: Halved(optimizers.schedules.ExponentialDecay(0.2, 2, 0.5)),
        lambda: optimizers.Adam(optimizers.schedules.ExponentialDecay(0.1, 2, 0.5)),
    ),
]


@pytest.mark.parametrize("run", [by_apply, by_program])
@pytest.mark.parametrize(("mine", "known"), PAIRS)
def test_a_users_optimizer_equals_the_one_it_imitates(mine, known, run, grads):
    got, want = run(mine(), grads), by_apply(known(), grads)

    for a, b in zip(got, want, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("run", [by_apply, by_program])
def test_an_overridden_apply_is_used(run, grads):
    centred = [tuple(g - jnp.mean(g) for g in pair) for pair in grads]

    got, want = run(Centred(0.1), grads), by_apply(optimizers.SGD(0.1), centred)

    for a, b in zip(got, want, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("make", [MySGD, Centred], ids=str)
def test_rates_of_a_users_optimizer_map_over_members(make, grads):
    optimizer, variables = make(0.1), new_variables()
    optimizer.build(variables)
    params = tuple(v.value for v in variables)
    state = optimizer.init(params)

    def step(rate):
        hyper = state.hyper | {"learning_rate": rate}
        return optimizer.update(grads[0], state._replace(hyper=hyper), params)[0]

    members = jax.vmap(step)(jnp.array([0.1, 0.2]))

    for i, rate in enumerate([0.1, 0.2]):
        for got, want in zip(members, step(jnp.float32(rate)), strict=True):
            np.testing.assert_allclose(got[i], want, rtol=1e-6)


def test_variables_of_a_users_optimizer_travel_in_the_state(grads):
    optimizer = MySGD(0.1)

    by_program(optimizer, grads)

    names = [v.name for v in optimizer.variables]
    assert names == [
        *("iteration", "learning_rate", "kernel_momentum", "bias_momentum", "calls")
    ]
    assert float(optimizer.calls) == 8
    assert int(optimizer.iterations) == 4


def test_configuration_of_a_users_optimizer_makes_an_equal_one():
    optimizer = MySGD(0.25, 0.5, clipnorm=2.0)

    twin = optimizers.deserialize(optimizers.serialize(optimizer))

    assert (twin.momentum, twin.clipnorm, float(twin.learning_rate)) == (0.5, 2.0, 0.25)
    assert twin.get_config() == optimizer.get_config()


def test_a_users_optimizer_has_to_be_built_first(grads):
    with pytest.raises(StateError, match="optimizer.build"):
        MySGD().init(grads[0])


def test_several_slots_are_made_at_once():
    optimizer, variables = MySGD(), new_variables()

    means, squares = optimizer.add_optimizer_variables(
        variables, ["mean", "square"], ["zeros", "ones"]
    )

    assert [v.name for v in means] == ["kernel_mean", "bias_mean"]
    np.testing.assert_array_equal(squares[1].numpy(), [1, 1])


OPTAX = [
    lambda: optax.adam(0.1),
    lambda: optax.chain(optax.clip_by_global_norm(0.5), optax.sgd(0.1, momentum=0.9)),
    lambda: optax.adamw(optax.cosine_decay_schedule(0.1, 4)),
]


@pytest.mark.parametrize("run", [by_apply, by_program])
@pytest.mark.parametrize("make", OPTAX)
def test_an_optax_transformation_gives_optaxs_numbers(make, run, grads):
    transformation = make()
    want = tuple(v.value for v in new_variables())
    state = transformation.init(want)
    for gradients in grads:
        steps, state = transformation.update(gradients, state, want)
        want = optax.apply_updates(want, steps)

    got = run(optimizers.get(make()), grads)

    for a, b in zip(got, want, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("optimizer", "rate"),
    [
        (optimizers.Optax(optax.scale_by_adam(), 0.1), 0.1),
        (optimizers.Optax(optax.adam(1.0)), 1.0),
    ],
)
def test_the_learning_rate_scales_optaxs_steps(optimizer, rate, grads):
    assert float(optimizer.learning_rate) == np.float32(rate)
    optimizer.learning_rate = 0.2

    got = by_program(optimizer, grads)

    want = by_apply(optimizers.Optax(optax.adam(0.2)), grads)
    np.testing.assert_allclose(got[0], want[0], rtol=1e-5, atol=1e-6)


def test_optax_leaves_variables_without_gradients_alone(grads):
    optimizer, params = optimizers.Optax(optax.sgd(0.1)), grads[0]

    new, _ = optimizer.update((grads[1][0], None), optimizer.init(params), params)

    np.testing.assert_array_equal(new[1], params[1])


def test_what_optax_cannot_do_is_explained():
    with pytest.raises(ArgumentError, match="Call the function that makes it"):
        optimizers.Optax(optax.adam)
    with pytest.raises(FileError, match="without its optimizer"):
        optimizers.serialize(optimizers.Optax(optax.adam(0.1)))
