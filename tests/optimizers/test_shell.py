"""The object around the pure functions: variables, settings, files."""

import copy

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from keryx import optimizers
from keryx._core.errors import (
    ArgumentError,
    KeryxWarning,
    ShapeError,
    SignatureError,
    StateError,
    UnknownNameError,
)
from keryx._core.variable import Variable


@pytest.fixture
def variables():
    return [
        Variable(np.ones((2, 2), np.float32), name="kernel", path="dense/kernel"),
        Variable(np.ones(2, np.float32), name="bias", path="dense/bias"),
    ]


@pytest.fixture
def grads():
    return [np.full((2, 2), 0.5, np.float32), np.full(2, -0.25, np.float32)]


def compiled(optimizer):
    """The optimizer's update as a program, and a list that grows as it is traced."""
    traces = []

    def step(state, params, grads):
        traces.append(1)
        return optimizer.update(grads, state, params)

    return jax.jit(step, donate_argnums=0), traces


def advance(optimizer, program, variables, grads):
    params, state = program(
        optimizer.read(), tuple(v.value for v in variables), tuple(grads)
    )
    optimizer.write(state)
    return params


def test_new_settings_take_effect_without_a_new_program(variables, grads):
    optimizer = optimizers.SGD(0.5, momentum=0.25, weight_decay=0.0)
    optimizer.build(variables)
    program, traces = compiled(optimizer)
    advance(optimizer, program, variables, grads)

    optimizer.learning_rate = 1.0
    optimizer.momentum = 0.5
    optimizer.weight_decay = 0.125
    params = advance(optimizer, program, variables, grads)

    # Momentum after the first step is -0.5 g; then 0.5 (-0.5 g) - g = -1.25 g.
    np.testing.assert_allclose(params[1], 1 - 0.125 + 1.25 * 0.25, rtol=1e-6)
    assert len(traces) == 1


def test_apply_compiles_once_whatever_the_rate(variables, grads):
    optimizer = optimizers.Adam(0.5)
    optimizer.apply(grads, variables)
    before = optimizer.__dict__["_compiled"]

    optimizer.learning_rate = 0.25
    optimizer.beta_1 = 0.5
    optimizer.apply(grads, variables)

    assert optimizer.__dict__["_compiled"] is before
    assert before[1]._cache_size() == 1


def test_apply_notices_a_setting_that_changes_the_program(variables, grads):
    optimizer = optimizers.SGD(1.0, momentum=0.5)
    optimizer.apply(grads, variables)

    optimizer.nesterov = True
    optimizer.apply(grads, variables)

    # v₁ = -g, v₂ = -1.5 g; with nesterov the second step is 0.5 v₂ - g = -1.75 g.
    np.testing.assert_allclose(variables[1].numpy(), 1 + 2.75 * 0.25, rtol=1e-6)


def test_a_setting_that_the_run_changed_shows(variables):
    optimizer = optimizers.SGD(0.1, momentum=0.9)
    optimizer.build(variables)

    optimizer.write(optimizer.read().with_hyper(momentum=0.5, learning_rate=0.2))

    assert optimizer.momentum == 0.5
    assert float(optimizer.learning_rate) == np.float32(0.2)


def test_settings_are_shown_as_they_were_given(variables, grads):
    optimizer = optimizers.Adam(0.001, beta_1=0.9, weight_decay=0.004)
    optimizer.apply(grads, variables)
    optimizer.write(optimizer.read())

    config = optimizer.get_config()

    assert config["learning_rate"] == 0.001
    assert config["beta_1"] == 0.9
    assert config["weight_decay"] == 0.004


def test_learning_rate_is_a_variable():
    optimizer = optimizers.SGD(0.5)

    optimizer.learning_rate.assign(0.25)

    assert optimizer.learning_rate.numpy() == 0.25
    assert float(optimizer.learning_rate) == 0.25
    assert optimizer.get_config()["learning_rate"] == 0.25


def test_a_schedule_and_a_number_may_replace_each_other(variables, grads):
    optimizer = optimizers.SGD(0.5)
    optimizer.learning_rate = optimizers.schedules.ExponentialDecay(1.0, 1, 0.5)
    names_with_schedule = [v.name for v in optimizer.variables]
    optimizer.apply(grads, variables)
    rate_of_second_step = float(optimizer.learning_rate)

    optimizer.learning_rate = 0.125

    assert names_with_schedule == ["iteration"]
    assert rate_of_second_step == 0.5
    assert [v.name for v in optimizer.variables] == ["iteration", "learning_rate"]
    assert float(optimizer.learning_rate) == 0.125


def test_a_function_may_give_the_learning_rate(variables, grads):
    optimizer = optimizers.SGD(lambda: 2.0)

    optimizer.apply(grads, variables)

    np.testing.assert_allclose(variables[1].numpy(), [1.5, 1.5])


def test_apply_gradients_counts_and_takes_any_order(variables, grads):
    optimizer = optimizers.SGD(1.0)
    optimizer.build(variables)

    iterations = optimizer.apply_gradients(
        zip(reversed(grads), reversed(variables), strict=True)
    )

    assert int(iterations) == 1
    np.testing.assert_allclose(variables[0].numpy(), np.full((2, 2), 0.5))
    np.testing.assert_allclose(variables[1].numpy(), [1.25, 1.25])


def test_stateless_apply_changes_no_variable(variables, grads):
    optimizer = optimizers.Adam(0.1)
    optimizer.build(variables)
    values = [v.value for v in optimizer.variables]
    pure = jax.jit(optimizer.stateless_apply)

    params, own = pure(values, grads, [v.value for v in variables])

    assert int(optimizer.iterations) == 0
    optimizer.apply(grads, variables)
    for got, want in zip(
        [*params, *own], [*variables, *optimizer.variables], strict=True
    ):
        np.testing.assert_allclose(got, want.numpy(), rtol=1e-6)


def test_variables_left_out_stay_with_a_warning(variables, grads):
    optimizer = optimizers.SGD(1.0, weight_decay=0.5)

    with pytest.warns(KeryxWarning, match="no gradients for dense/bias"):
        optimizer.apply([grads[0], None], variables)

    np.testing.assert_array_equal(variables[1].numpy(), [1, 1])


def test_saved_variables_load_into_an_equal_optimizer(variables, grads):
    first, second = (optimizers.Nadam(0.1) for _ in range(2))
    first.apply(grads, variables)
    store = {}
    first.save_own_variables(store)

    second.build(variables)
    second.load_own_variables(store)

    for got, want in zip(second.variables, first.variables, strict=True):
        np.testing.assert_array_equal(got.numpy(), want.numpy())


def test_a_copy_trains_on_its_own(variables, grads):
    optimizer = optimizers.SGD(0.5, momentum=0.5)
    optimizer.apply(grads, variables)

    twin = copy.deepcopy(optimizer)
    twin.learning_rate = 0.25

    assert float(optimizer.learning_rate) == 0.5
    assert int(twin.iterations) == 1


def test_equal_settings_share_a_program_whatever_their_numbers():
    decay = optimizers.schedules.ExponentialDecay
    same = [optimizers.Adam(0.1, name="a"), optimizers.Adam(0.2, beta_1=0.5)]
    scheduled = [optimizers.Adam(decay(1.0, 2, 0.5)) for _ in range(2)]
    other = optimizers.Adam(0.1, amsgrad=True)

    assert same[0].signature() == same[1].signature()
    assert scheduled[0].signature() == scheduled[1].signature()
    distinct = (same[0], scheduled[0], other, optimizers.Adam(0.1, clipnorm=1.0))
    assert len({optimizer.signature() for optimizer in distinct}) == 4


@pytest.mark.parametrize("identifier", ["adamw", "AdamW", "ADAMW", "adam_w"])
def test_names_are_known_in_any_case(identifier):
    assert type(optimizers.get(identifier)) is optimizers.AdamW


def test_get_returns_optimizers_and_reads_configurations():
    optimizer = optimizers.SGD(0.5)

    assert optimizers.get(optimizer) is optimizer
    assert optimizers.get(optimizers.serialize(optimizer)).get_config() == (
        optimizer.get_config()
    )
    assert optimizers.get(None) is None


def test_an_unknown_name_lists_the_nearest():
    with pytest.raises(UnknownNameError, match="Did you mean 'rmsprop'"):
        optimizers.get("rmspropp")


@pytest.mark.parametrize(
    ("make", "match"),
    [
        (
            lambda: optimizers.SGD(momentum=1.5),
            r"SGD\(momentum=...\)` must be a number in",
        ),
        (lambda: optimizers.SGD("0.1"), "a number, a schedule or a function"),
        (lambda: optimizers.SGD(clipnorm=1.0, clipvalue=1.0), "None when `clipnorm`"),
        (lambda: optimizers.SGD(gradient_accumulation_steps=1), "2 or more"),
        (lambda: optimizers.SGD(ema_momentum=2.0), "ema_momentum"),
        (lambda: optimizers.AdamW(weight_decay=None), "weight_decay"),
        (lambda: optimizers.Lion(beta_1=0.0), r"\(0, 1\]"),
        (lambda: optimizers.Ftrl(learning_rate_power=1.0), "learning_rate_power"),
        (lambda: optimizers.schedules.ExponentialDecay(1.0, 0, 1.0), "positive"),
        (lambda: optimizers.schedules.PiecewiseConstantDecay([1], [1.0]), "2 values"),
        (lambda: optimizers.get(3), "a name, a configuration or an object"),
    ],
)
def test_wrong_arguments_are_named(make, match):
    with pytest.raises(ArgumentError, match=match):
        make()


def test_an_unknown_argument_names_the_nearest():
    with pytest.raises(SignatureError, match="Did you mean 'momentum'"):
        optimizers.SGD(momentun=0.5)


def test_wrong_use_is_explained(variables, grads):
    optimizer = optimizers.SGD()
    with pytest.raises(StateError, match=r"optimizer.build\(trainable_variables\)"):
        optimizer.read()
    with pytest.raises(ArgumentError, match="2 gradients, at least one"):
        optimizer.apply([None, None], variables)
    optimizer.build(variables)
    with pytest.raises(StateError, match="variables that it was built for"):
        optimizer.apply(grads[:1], [Variable(np.ones((2, 2), np.float32))])
    with pytest.raises(ShapeError, match="values of 2 variables"):
        optimizer.set_weights([1])


def test_schedules_read_their_configurations():
    schedule = optimizers.schedules.CosineDecayRestarts(0.5, 10, t_mul=1.0)

    twin = optimizers.schedules.deserialize(optimizers.schedules.serialize(schedule))

    assert twin.get_config() == schedule.get_config()
    assert float(twin(jnp.int32(10))) == 0.5
