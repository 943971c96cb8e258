"""Regularizers: penalties by hand, names, errors."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from keryx import regularizers
from keryx._core.errors import ArgumentError, ShapeError, UnknownNameError
from keryx._core.variable import Variable

W = np.array([[1.0, -2.0, 0.5], [0.0, 3.0, -1.0]], np.float32)


@pytest.mark.parametrize(
    ("regularizer", "penalty"),
    [
        (regularizers.L1(), 0.075),
        (regularizers.L1(2.0), 15.0),
        (regularizers.L2(), 0.1525),
        (regularizers.L2(2.0), 30.5),
        (regularizers.L1L2(), 0.0),
        (regularizers.L1L2(2.0, 2.0), 45.5),
    ],
    ids=lambda v: type(v).__name__,
)
@pytest.mark.parametrize("make", [np.array, jnp.array, Variable])
def test_penalty_is_the_weighted_sum(regularizer, penalty, make):
    assert float(regularizer(make(W))) == pytest.approx(penalty, rel=1e-6)


@pytest.mark.parametrize("mode", ["rows", "columns", "ROWS"])
def test_orthogonal_penalty_is_the_mean_cosine_of_the_pairs(mode, key):
    x = np.array(jax.random.normal(key(), (4, 3)))

    penalty = regularizers.OrthogonalRegularizer(0.5, mode)(x)

    rows = x.T if mode == "columns" else x
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    cosines = abs(unit @ unit.T)[np.triu_indices(len(rows), 1)]
    assert float(penalty) == pytest.approx(0.5 * cosines.mean(), rel=1e-5)


def test_one_row_has_no_orthogonal_penalty():
    assert float(regularizers.OrthogonalRegularizer()(jnp.ones((1, 3)))) == 0


def test_row_of_zeros_takes_no_part_in_the_orthogonal_penalty():
    x = jnp.array([[0.0, 0.0], [3.0, 4.0]])

    slope = jax.grad(regularizers.OrthogonalRegularizer())(x)

    assert slope.tolist() == [[0.0, 0.0], [0.0, 0.0]]


def test_strength_of_zero_ignores_what_overflows():
    assert np.isfinite(regularizers.L1L2(l1=1.0, l2=0.0)(jnp.array([1e30])))


@pytest.mark.parametrize(
    ("name", "cls"),
    [
        ("l1", regularizers.L1),
        ("L2", regularizers.L2),
        ("L1L2", regularizers.L1L2),
        ("orthogonal_regularizer", regularizers.OrthogonalRegularizer),
        (regularizers.L2, regularizers.L2),
        ({"class_name": "L2", "config": {"l2": 0.1}}, regularizers.L2),
    ],
    ids=str,
)
def test_get_understands(name, cls):
    assert type(regularizers.get(name)) is cls


def test_function_of_the_user_passes_through_get():
    def largest(w):
        return jnp.max(w)

    assert regularizers.get(largest) is largest
    assert regularizers.get(None) is None


@pytest.mark.parametrize("strength", [-0.1, float("nan"), float("inf"), "much"])
@pytest.mark.parametrize(
    "make",
    [
        regularizers.L1,
        regularizers.L2,
        regularizers.L1L2,
        regularizers.OrthogonalRegularizer,
    ],
)
def test_strength_that_is_not_a_finite_positive_number_is_rejected(make, strength):
    with pytest.raises(ArgumentError, match="finite number >= 0"):
        make(strength)


def test_unknown_mode_and_name_are_rejected():
    with pytest.raises(ArgumentError, match="one of 'rows', 'columns'"):
        regularizers.OrthogonalRegularizer(mode="diagonals")
    with pytest.raises(UnknownNameError, match="Regularizer 'l3' is not known"):
        regularizers.get("l3")


def test_orthogonal_penalty_needs_a_matrix():
    with pytest.raises(ShapeError, match="two axes"):
        regularizers.OrthogonalRegularizer()(jnp.ones(3))
