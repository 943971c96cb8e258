"""Optimizers and schedules give Keras 3's numbers."""

import inspect

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest

from keryx import optimizers
from keryx._core.variable import Variable

# Keras's own `Variable.__array__` does not take NumPy 2's `copy`.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation")

SHAPES = {"dense/kernel": (3, 2), "dense/bias": (2,)}
SCHEDULE = ("PolynomialDecay", {"initial_learning_rate": 0.1, "decay_steps": 8})

CASES = [
    ("SGD", {}),
    ("SGD", {"momentum": 0.9}),
    ("SGD", {"momentum": 0.9, "nesterov": True, "weight_decay": 0.1}),
    ("RMSprop", {}),
    ("RMSprop", {"momentum": 0.5, "centered": True, "epsilon": 0.1}),
    ("Adam", {}),
    ("Adam", {"amsgrad": True, "epsilon": 0.1, "beta_1": 0.5}),
    ("AdamW", {}),
    ("Adagrad", {}),
    ("Adagrad", {"initial_accumulator_value": 0.5, "epsilon": 0.1}),
    ("Adadelta", {}),
    ("Adadelta", {"rho": 0.5, "epsilon": 0.1}),
    ("Adamax", {}),
    ("Nadam", {}),
    ("Ftrl", {}),
    (
        "Ftrl",
        {
            "learning_rate_power": -0.7,
            "l1_regularization_strength": 0.1,
            "l2_regularization_strength": 0.2,
            "l2_shrinkage_regularization_strength": 0.3,
            "beta": 0.4,
        },
    ),
    ("Lion", {}),
    ("Lamb", {}),
    ("Lamb", {"weight_decay": 0.1}),
    ("Adafactor", {}),
    ("Adafactor", {"relative_step": False, "clip_threshold": 0.5}),
    # What every optimizer can do.
    ("Adam", {"clipnorm": 0.5}),
    ("Adam", {"clipvalue": 0.2}),
    ("SGD", {"global_clipnorm": 0.5, "momentum": 0.5}),
    ("SGD", {"loss_scale_factor": 8.0}),
    ("Adam", {"weight_decay": 0.1, "use_ema": True, "ema_momentum": 0.5}),
    ("SGD", {"use_ema": True, "ema_momentum": 0.5, "ema_overwrite_frequency": 3}),
    ("Adam", {"gradient_accumulation_steps": 3, "clipnorm": 0.5}),
    ("Nadam", {"gradient_accumulation_steps": 2}),
    (
        "SGD",
        {
            "gradient_accumulation_steps": 2,
            "use_ema": True,
            "ema_momentum": 0.5,
            "ema_overwrite_frequency": 3,
            "weight_decay": 0.1,
        },
    ),
]
IDS = [f"{name}-{'-'.join(settings)}" for name, settings in CASES]


def random_arrays(seed):
    generator = np.random.default_rng(seed)
    return [generator.normal(size=s).astype("float32") for s in SHAPES.values()]


def keras_variables(constraint=None):
    return [
        keras.Variable(value, name=path.split("/")[1])
        for path, value in zip(SHAPES, random_arrays(0), strict=True)
    ]


def our_variables():
    return [
        Variable(value, name=path.split("/")[1])
        for path, value in zip(SHAPES, random_arrays(0), strict=True)
    ]


def assert_equal_updates(ours, theirs, updates=10, constraint=None):
    """Feeds both the same gradients; every variable has to agree at the end."""
    variables, expected = our_variables(), keras_variables()
    if constraint:
        variables[0].constraint = lambda w: jnp.maximum(w, 0)
        expected[0].constraint = lambda w: keras.ops.maximum(w, 0)
    for seed in range(1, updates + 1):
        grads = random_arrays(seed)
        ours.apply(grads, variables)
        theirs.apply([jnp.asarray(g) for g in grads], expected)
    for got, want in zip(variables, expected, strict=True):
        np.testing.assert_allclose(got, np.asarray(want.value), rtol=1e-5, atol=1e-6)
    return variables, expected


def pair(name, settings):
    settings = {"learning_rate": 0.05, **settings}
    return getattr(optimizers, name)(**settings), getattr(keras.optimizers, name)(
        **settings
    )


@pytest.mark.parametrize(("name", "settings"), CASES, ids=IDS)
def test_ten_updates_equal_those_of_keras(name, settings):
    ours, theirs = pair(name, settings)

    assert_equal_updates(ours, theirs)

    for got, want in zip(ours.variables, theirs.variables, strict=True):
        np.testing.assert_allclose(got, np.asarray(want.value), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", ["SGD", "Adam", "Adafactor"])
def test_updates_with_a_schedule_and_a_constraint_equal_those_of_keras(name):
    kind, settings = SCHEDULE
    ours = getattr(optimizers, name)(getattr(optimizers.schedules, kind)(**settings))
    schedule = getattr(keras.optimizers.schedules, kind)(**settings)
    theirs = getattr(keras.optimizers, name)(schedule)

    assert_equal_updates(ours, theirs, constraint=True)


def test_final_averages_equal_those_of_keras():
    ours, theirs = pair("SGD", {"use_ema": True, "ema_momentum": 0.9})
    variables, expected = assert_equal_updates(ours, theirs)

    ours.finalize_variable_values(variables)
    theirs.finalize_variable_values(expected)

    for got, want in zip(variables, expected, strict=True):
        np.testing.assert_allclose(got, np.asarray(want.value), rtol=1e-5, atol=1e-6)


def test_weight_decay_leaves_out_what_keras_leaves_out():
    ours, theirs = pair("AdamW", {"weight_decay": 0.5})
    for optimizer in (ours, theirs):
        optimizer.exclude_from_weight_decay(var_names=["b.as$"])

    assert_equal_updates(ours, theirs)


def test_scaled_loss_equals_that_of_keras():
    ours, theirs = pair("SGD", {"loss_scale_factor": 8.0})

    assert ours.scale_loss(3.0) == theirs.scale_loss(3.0) == 24.0


@pytest.mark.parametrize(("name", "settings"), CASES, ids=IDS)
def test_variables_have_the_order_and_names_of_keras(name, settings):
    ours, theirs = pair(name, settings)

    ours.build(our_variables())
    theirs.build(keras_variables())

    own_names = {"Adafactor", "Nadam"}  # Keras leaves some of theirs without a name
    assert [v.shape for v in ours.variables] == [v.shape for v in theirs.variables]
    if name not in own_names:
        assert [v.name for v in ours.variables] == [v.name for v in theirs.variables]


def test_variables_saved_by_keras_load():
    ours, theirs = pair("Adam", {"amsgrad": True, "gradient_accumulation_steps": 2})
    theirs.build(keras_variables())
    theirs.apply([jnp.asarray(g) for g in random_arrays(1)])
    store = {str(i): np.asarray(v.value) for i, v in enumerate(theirs.variables)}
    ours.build(our_variables())

    ours.load_own_variables(store)

    for got, want in zip(ours.variables, theirs.variables, strict=True):
        np.testing.assert_array_equal(got, np.asarray(want.value))


@pytest.mark.parametrize(("name", "settings"), CASES, ids=IDS)
def test_keras_and_keryx_take_each_others_configurations(name, settings):
    ours, theirs = pair(name, settings)

    there = getattr(keras.optimizers, name).from_config(ours.get_config())
    back = getattr(optimizers, name).from_config(theirs.get_config())

    assert set(ours.get_config()) == set(theirs.get_config())
    assert {**there.get_config(), "name": ""} == {**theirs.get_config(), "name": ""}
    rate = {"name": "", "learning_rate": 0.05}
    assert back.get_config() | rate == ours.get_config() | rate


def test_keras_reads_an_optimizer_with_a_schedule():
    rate = optimizers.schedules.CosineDecay(0.1, 10, warmup_target=0.2, warmup_steps=3)

    there = keras.optimizers.deserialize(
        optimizers.serialize(optimizers.Adam(rate, beta_1=0.5))
    )
    back = optimizers.deserialize(keras.optimizers.serialize(there))

    assert there.beta_1 == 0.5
    assert there.get_config()["learning_rate"] == back.get_config()["learning_rate"]
    np.testing.assert_allclose(back.learning_rate, 0.1, rtol=1e-6)


@pytest.mark.parametrize("name", sorted({name for name, _ in CASES} | {"Optimizer"}))
def test_signatures_equal_those_of_keras(name):
    def arguments(module):
        signature = inspect.signature(getattr(module, name).__init__)
        pairs = [(p.name, p.default) for p in signature.parameters.values()]
        return [pair for pair in pairs if pair[0] != "kwargs"]

    assert arguments(optimizers) == arguments(keras.optimizers)


SCHEDULES = [
    ("ExponentialDecay", (0.1, 5, 0.9)),
    ("ExponentialDecay", (0.1, 5, 0.9, True)),
    ("InverseTimeDecay", (0.1, 5, 0.9)),
    ("InverseTimeDecay", (0.1, 5, 0.9, True)),
    ("PolynomialDecay", (0.1, 7)),
    ("PolynomialDecay", (0.1, 7, 0.01, 2.0, True)),
    ("PiecewiseConstantDecay", ([3, 6], [0.1, 0.01, 0.001])),
    ("CosineDecay", (0.1, 10)),
    ("CosineDecay", (0.1, 10, 0.05, "named", 0.3, 4)),
    ("CosineDecayRestarts", (0.1, 5)),
    ("CosineDecayRestarts", (0.1, 5, 1.0, 0.5, 0.1)),
    ("CosineDecayRestarts", (0.1, 4, 3.0, 0.5)),
]


@pytest.mark.parametrize(("name", "args"), SCHEDULES, ids=str)
def test_schedules_equal_those_of_keras(name, args):
    ours = getattr(optimizers.schedules, name)(*args)
    theirs = getattr(keras.optimizers.schedules, name)(*args)
    steps = [0, 1, 3, 4, 5, 7, 8, 10, 14, 16, 23]

    got = jax.jit(jax.vmap(ours))(jnp.array(steps))

    want = [float(theirs(step)) for step in steps]
    np.testing.assert_allclose(got, want, rtol=2e-5, atol=1e-7)
    assert ours.get_config() == theirs.get_config()


@pytest.mark.parametrize("name", sorted({name for name, _ in SCHEDULES}))
def test_signatures_of_schedules_equal_those_of_keras(name):
    ours, theirs = (
        inspect.signature(getattr(module.schedules, name).__init__).parameters
        for module in (optimizers, keras.optimizers)
    )

    assert [(p.name, p.default) for p in ours.values()] == [
        (p.name, p.default) for p in theirs.values()
    ]
