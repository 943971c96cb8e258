"""Constraints: what they allow, names, errors."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from keryx import constraints
from keryx._core.errors import ArgumentError, UnknownNameError
from keryx._core.variable import Variable

AXES = [0, 1, -1, (0, 1), [0, 2], None]


def norms(w, axis):
    return np.sqrt(np.sum(np.square(w), axis=tuple(np.atleast_1d(axis))))


@pytest.fixture
def w(key):
    return jax.random.normal(key(), (3, 2, 4))


@pytest.mark.parametrize("axis", AXES[:-1], ids=str)
def test_max_norm_shortens_only_what_is_too_long(w, axis):
    projected = constraints.MaxNorm(1.5, axis)(w)

    expected = np.minimum(norms(w, axis), 1.5)
    np.testing.assert_allclose(norms(projected, axis), expected, rtol=1e-5)


@pytest.mark.parametrize("axis", AXES[:-1], ids=str)
def test_min_max_norm_brings_lengths_into_the_interval(w, axis):
    projected = constraints.MinMaxNorm(1.0, 1.5, axis=axis)(w)

    expected = np.clip(norms(w, axis), 1.0, 1.5)
    np.testing.assert_allclose(norms(projected, axis), expected, rtol=1e-5)


def test_min_max_norm_goes_part_of_the_way(w):
    projected = constraints.MinMaxNorm(1.0, 1.5, rate=0.25)(w)

    expected = 0.25 * np.clip(norms(w, 0), 1.0, 1.5) + 0.75 * norms(w, 0)
    np.testing.assert_allclose(norms(projected, 0), expected, rtol=1e-5)


@pytest.mark.parametrize("axis", AXES[:-1], ids=str)
def test_unit_norm_makes_every_vector_one_long(w, axis):
    projected = constraints.UnitNorm(axis)(w)

    np.testing.assert_allclose(norms(projected, axis), 1, rtol=1e-5)


def test_axis_none_is_the_whole_weight(w):
    projected = constraints.UnitNorm(axis=None)(w)

    assert float(jnp.linalg.norm(projected.ravel())) == pytest.approx(1, rel=1e-5)


def test_non_neg_keeps_what_is_positive(w):
    assert constraints.NonNeg()(w).tolist() == np.maximum(w, 0).tolist()


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32"])
@pytest.mark.parametrize("name", ["max_norm", "min_max_norm", "non_neg", "unit_norm"])
def test_zeros_stay_zeros_of_the_same_type(name, dtype):
    projected = constraints.get(name)(jnp.zeros((2, 2), dtype))

    assert projected.dtype == dtype
    assert not np.asarray(projected).any()


def test_large_halves_do_not_overflow():
    projected = constraints.UnitNorm()(jnp.array([[600.0], [800.0]], "float16"))

    np.testing.assert_allclose(projected, [[0.6], [0.8]], rtol=1e-3)


def test_variables_are_accepted():
    assert constraints.NonNeg()(Variable([-1.0, 2.0])).tolist() == [0.0, 2.0]


@pytest.mark.parametrize(
    ("name", "cls"),
    [
        ("max_norm", constraints.MaxNorm),
        ("MinMaxNorm", constraints.MinMaxNorm),
        ("NON_NEG", constraints.NonNeg),
        (constraints.UnitNorm, constraints.UnitNorm),
        ({"class_name": "UnitNorm", "config": {"axis": 1}}, constraints.UnitNorm),
    ],
    ids=str,
)
def test_get_understands(name, cls):
    assert type(constraints.get(name)) is cls


def test_function_of_the_user_passes_through_get():
    assert constraints.get(jnp.abs) is jnp.abs
    assert constraints.get(None) is None


@pytest.mark.parametrize(
    ("make", "match"),
    [
        (lambda: constraints.MaxNorm(-1), "max_value="),
        (lambda: constraints.MinMaxNorm(2.0, 1.0), "max_value=.*min_value"),
        (lambda: constraints.MinMaxNorm(-1.0), "min_value="),
        (lambda: constraints.MinMaxNorm(rate=2.0), "rate="),
        (lambda: constraints.get(3), "identifier="),
    ],
)
def test_wrong_arguments_are_rejected(make, match):
    with pytest.raises(ArgumentError, match=match):
        make()


def test_unknown_name_is_answered_with_the_nearest():
    with pytest.raises(UnknownNameError, match="Did you mean 'MaxNorm'"):
        constraints.get("maxnorm_")
