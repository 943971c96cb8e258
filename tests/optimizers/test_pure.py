"""`init` and `update`: pure functions that compile once and map over members."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from keryx import optimizers
from keryx.optimizers import OptState, ParamInfo

EVERY = [
    optimizers.SGD(0.1, momentum=0.9, nesterov=True),
    optimizers.RMSprop(0.01, momentum=0.5, centered=True),
    optimizers.Adam(0.01, amsgrad=True, clipnorm=1.0),
    optimizers.AdamW(0.01, use_ema=True),
    optimizers.Adagrad(0.01),
    optimizers.Adadelta(0.1),
    optimizers.Adamax(0.01),
    optimizers.Nadam(0.01, gradient_accumulation_steps=2),
    optimizers.Ftrl(0.01),
    optimizers.Lion(0.01),
    optimizers.Lamb(0.01),
    optimizers.Adafactor(0.01),
]
NAMES = [type(optimizer).__name__ for optimizer in EVERY]


@pytest.fixture
def params(key):
    return (jax.random.normal(key(), (3, 2)), jax.random.normal(key(), (2,)))


@pytest.fixture
def grads(key):
    return (jax.random.normal(key(), (4, 3, 2)), jax.random.normal(key(), (4, 2)))


def run(optimizer, state, params, grads):
    """Updates once with each of the gradients, in one compiled loop."""

    def step(carry, grads):
        params, state = carry
        return optimizer.update(grads, state, params), None

    (params, state), _ = jax.lax.scan(step, (params, state), grads)
    return params, state


def assert_close(got, want):
    for a, b in zip(jax.tree.leaves(got), jax.tree.leaves(want), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("optimizer", EVERY, ids=NAMES)
def test_members_with_rates_of_their_own_equal_runs_of_their_own(
    optimizer, params, grads
):
    rates = jnp.array([0.01, 0.1])
    state = optimizer.init(params)
    axes = OptState(None, dict.fromkeys(state.hyper) | {"learning_rate": 0}, None, None)
    run_members = jax.jit(
        jax.vmap(lambda s: run(optimizer, s, params, grads)[0], in_axes=(axes,))
    )
    alone = jax.jit(lambda s: run(optimizer, s, params, grads)[0])

    members = run_members(state.with_hyper(learning_rate=rates))

    for i, rate in enumerate(rates):
        expected = alone(state.with_hyper(learning_rate=rate))
        assert_close([p[i] for p in members], expected)


@pytest.mark.parametrize("optimizer", EVERY, ids=NAMES)
def test_parameters_and_state_keep_their_types(optimizer, params):
    half = tuple(p.astype(jnp.bfloat16) for p in params)
    state = optimizer.init(half)

    new, after = optimizer.update(half, state, half)

    types = jax.tree.map(lambda a: (a.shape, a.dtype), (half, state))
    assert jax.tree.map(lambda a: (a.shape, a.dtype), (new, after)) == types


def test_half_precision_is_updated_in_single_precision():
    # In bfloat16 the running mean of squares would not move: 1 - 0.999 is 0 there.
    optimizer = optimizers.Adam(0.5, beta_2=0.999)
    params = (jnp.ones(1, jnp.bfloat16),)

    new, _ = optimizer.update((4 * params[0],), optimizer.init(params), params)

    np.testing.assert_allclose(np.float32(new[0]), [0.5], rtol=1e-2)


@pytest.mark.parametrize("optimizer", EVERY, ids=NAMES)
def test_every_array_of_the_state_may_be_donated(optimizer, params, grads):
    state = optimizer.init(params)
    gradients = tuple(g[0] for g in grads)
    buffers = [leaf.unsafe_buffer_pointer() for leaf in jax.tree.leaves(state)]
    assert len(set(buffers)) == len(buffers)
    expected = optimizer.update(gradients, state, params)
    step = jax.jit(
        lambda s, p: optimizer.update(gradients, s, p), donate_argnums=(0, 1)
    )

    got = step(state, tuple(jnp.copy(p) for p in params))

    assert state.step.is_deleted()
    assert_close(got[0], expected[0])


def test_accumulated_gradients_act_as_their_mean(params, grads):
    gathering = optimizers.SGD(0.1, momentum=0.9, gradient_accumulation_steps=4)
    plain = optimizers.SGD(0.1, momentum=0.9)
    mean = tuple(g.mean(axis=0) for g in grads)

    got, state = run(gathering, gathering.init(params), params, grads)

    assert_close(got, plain.update(mean, plain.init(params), params)[0])
    assert all(float(jnp.abs(a).max()) == 0 for a in state.extra["accumulated"])


def test_a_missing_gradient_leaves_parameter_and_slots_alone(params):
    optimizer = optimizers.Adam(
        0.1, weight_decay=0.1, global_clipnorm=1.0, gradient_accumulation_steps=2
    )
    state = optimizer.init(params)
    new = params

    for _ in range(2):
        new, state = optimizer.update((params[0], None), state, new)

    np.testing.assert_array_equal(new[1], params[1])
    np.testing.assert_array_equal(state.slots["momentum"][1], jnp.zeros(2))
    assert not np.allclose(new[0], params[0])


def test_constraints_and_exceptions_from_decay_come_with_infos(params):
    optimizer = optimizers.SGD(1.0, weight_decay=0.5)
    infos = (ParamInfo("a", decay=False), ParamInfo("b", constraint=jnp.abs))
    zeros = tuple(jnp.zeros_like(p) for p in params)

    new, _ = optimizer.update(zeros, optimizer.init(params), params, infos)

    np.testing.assert_array_equal(new[0], params[0])
    np.testing.assert_allclose(new[1], jnp.abs(params[1]) / 2, rtol=1e-6)


def test_ftrl_sets_weights_to_zero_exactly(params):
    optimizer = optimizers.Ftrl(0.1, l1_regularization_strength=100.0)

    new, _ = optimizer.update(params, optimizer.init(params), params)

    np.testing.assert_array_equal(new[0], np.zeros((3, 2)))


def test_first_step_of_adam_is_the_learning_rate(params):
    optimizer = optimizers.Adam(0.25)

    new, _ = optimizer.update(params, optimizer.init(params), params)

    expected = params[0] - 0.25 * np.sign(params[0])
    np.testing.assert_allclose(new[0], expected, rtol=1e-5, atol=1e-5)


def test_a_schedule_sees_every_gradient():
    rate = optimizers.schedules.PiecewiseConstantDecay([0], [1.0, 10.0])
    optimizer = optimizers.SGD(rate, gradient_accumulation_steps=2)
    params = (jnp.zeros(1),)
    state = optimizer.init(params)

    for _ in range(2):
        params, state = optimizer.update((jnp.ones(1),), state, params)

    np.testing.assert_allclose(params[0], [-10.0], rtol=1e-6)


def test_a_class_without_a_rule_says_so(params):
    class Nothing(optimizers.Optimizer):
        pass

    optimizer = Nothing(0.1)

    with pytest.raises(NotImplementedError, match="neither `rule` nor `update_step`"):
        optimizer.update(params, optimizer.init(params), params)
