"""Random arrays have the distribution they are named after, and follow the seed."""

import inspect

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest
from scipy import stats

from keryx import random
from keryx._core.errors import ArgumentError, ShapeError

MANY = (20_000,)
# Mean and variance in closed form.
MOMENTS = [
    ("normal", (MANY, 2.0, 3.0), stats.norm(2, 3)),
    ("truncated_normal", (MANY, 1.0, 2.0), stats.truncnorm(-2, 2, 1, 2)),
    ("uniform", (MANY, -1.0, 3.0), stats.uniform(-1, 4)),
    ("gamma", (MANY, 2.5), stats.gamma(2.5)),
    ("beta", (MANY, 2.0, 3.0), stats.beta(2, 3)),
    ("binomial", (MANY, 10.0, 0.3), stats.binom(10, 0.3)),
    ("randint", (MANY, -2, 5), stats.randint(-2, 5)),
]
SHAPED = [*MOMENTS, ("categorical", (np.zeros((3, 4)), 50), None)]
NAMES = [name for name in dir(keras.random) if name[0].islower() and name[0] != "_"]


@pytest.mark.parametrize(("name", "args", "law"), MOMENTS, ids=lambda x: str(x)[:9])
def test_mean_and_variance_are_those_of_the_distribution(name, args, law):
    x = np.asarray(getattr(random, name)(*args, seed=1), float)

    # Five standard errors of each.
    error = law.std() / np.sqrt(x.size)
    kurtosis = float(law.stats(moments="k")) + 3
    spread = law.var() * np.sqrt((kurtosis - 1) / x.size)
    assert abs(x.mean() - law.mean()) < 5 * error
    assert abs(x.var() - law.var()) < 5 * spread


@pytest.mark.parametrize(("name", "args", "law"), MOMENTS[:5], ids=lambda x: str(x)[:9])
def test_draws_follow_the_distribution_function(name, args, law):
    x = getattr(random, name)(*args, seed=2)

    assert stats.kstest(np.asarray(x), law.cdf).pvalue > 1e-4


@pytest.mark.parametrize(("name", "args", "law"), SHAPED, ids=lambda x: str(x)[:9])
def test_an_integer_is_one_seed_and_a_generator_many(name, args, law):
    draw = getattr(random, name)
    first, again = draw(*args, seed=3), draw(*args, seed=3)
    source = random.SeedGenerator(3)

    one, two = draw(*args, seed=source), draw(*args, seed=source)

    np.testing.assert_array_equal(first, again)
    assert (one != two).any()


def test_draws_without_a_seed_follow_from_the_global_one():
    random.set_random_seed(5)
    first, second = random.normal((4,)), random.normal((4,))

    random.set_random_seed(5)
    again = random.normal((4,))

    np.testing.assert_array_equal(first, again)
    assert (first != second).any()


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32"])
@pytest.mark.parametrize(("name", "args", "law"), MOMENTS[:6], ids=lambda x: str(x)[:9])
def test_draws_have_the_float_type_asked_for(name, args, law, dtype):
    x = jax.eval_shape(lambda: getattr(random, name)(*args, dtype=dtype, seed=1))

    assert x.dtype == dtype


@pytest.mark.parametrize(("name", "args", "law"), MOMENTS[:6], ids=lambda x: str(x)[:9])
def test_distributions_of_real_numbers_refuse_integer_types(name, args, law):
    with pytest.raises(
        ArgumentError, match=f"`{name}.dtype=....` must be a float type"
    ):
        getattr(random, name)(*args, dtype="int32")


def test_randint_refuses_float_types():
    with pytest.raises(ArgumentError, match="must be an integer type"):
        random.randint((2,), 0, 5, dtype="float32")


def test_truncated_normal_stays_within_two_deviations():
    x = random.truncated_normal(MANY, 1.0, 3.0, seed=1)

    assert -5 <= x.min() < -4.9
    assert 6.9 < x.max() <= 7


def test_categorical_draws_classes_with_their_probabilities():
    p = np.array([[0.1, 0.2, 0.7], [0.5, 0.5, 0.0]])
    with np.errstate(divide="ignore"):
        logits = np.log(p)

    classes = random.categorical(logits, 20_000, seed=1)

    shares = [np.bincount(row, minlength=3) / 20_000 for row in classes]
    np.testing.assert_allclose(shares, p, atol=0.02)


def test_categorical_refuses_logits_without_a_batch():
    with pytest.raises(
        ShapeError, match=r"expected logits of shape \(batch, classes\)"
    ):
        random.categorical(jnp.zeros(3), 2)


def test_shuffle_moves_whole_slices():
    x = np.arange(40).reshape(20, 2)

    y = np.asarray(random.shuffle(x, seed=1))

    assert (y != x).any()
    np.testing.assert_array_equal(y[y[:, 0].argsort()], x)


def test_shuffle_along_another_axis_keeps_the_first():
    x = np.arange(40).reshape(2, 20)

    y = np.asarray(random.shuffle(x, axis=1, seed=1))

    np.testing.assert_array_equal(y[1] - y[0], np.full(20, 20))


@pytest.mark.parametrize("rate", [0.0, 0.25, 1.0])
def test_dropout_keeps_the_mean_and_drops_at_the_rate(rate):
    y = np.asarray(random.dropout(jnp.ones(MANY), rate, seed=1))

    assert set(np.unique(y)) <= {np.float32(0), np.float32(1 / (1 - rate or 1))}
    assert abs((y == 0).mean() - rate) < 0.02


@pytest.mark.parametrize("noise_shape", [(6, 1), (None, 1)])
def test_dropout_drops_together_along_axes_of_size_one(noise_shape):
    y = np.asarray(random.dropout(jnp.ones((6, 9)), 0.5, noise_shape, seed=1))

    assert (y == y[:, :1]).all()


@pytest.mark.parametrize("rate", [-0.1, 1.1])
def test_dropout_refuses_a_rate_that_is_no_share(rate):
    with pytest.raises(ArgumentError, match="`dropout.rate=....` must be a number in"):
        random.dropout(jnp.ones(2), rate)


@pytest.mark.parametrize("name", NAMES)
def test_every_draw_has_the_signature_of_keras(name):
    mine, theirs = (
        inspect.signature(getattr(module, name)).parameters.values()
        for module in (random, keras.random)
    )

    assert [(p.name, p.default) for p in mine] == [(p.name, p.default) for p in theirs]
