"""Activations: their formulas, their names, and what they accept."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import special

from keryx import activations
from keryx._core.errors import ArgumentError, ShapeError, UnknownNameError
from keryx._core.registry import custom_object_scope
from keryx._core.variable import Variable

X = np.linspace(-8, 8, 161)


def logistic(x):
    return special.expit(x)


FORMULAS = {
    "celu": lambda x: np.where(x > 0, x, np.expm1(x)),
    "elu": lambda x: np.where(x > 0, x, np.expm1(x)),
    "exponential": np.exp,
    "gelu": lambda x: x * special.ndtr(x),
    "hard_shrink": lambda x: x * (abs(x) > 0.5),
    "hard_sigmoid": lambda x: np.clip(x / 6 + 0.5, 0, 1),
    "hard_silu": lambda x: x * np.clip(x / 6 + 0.5, 0, 1),
    "hard_tanh": lambda x: np.clip(x, -1, 1),
    "leaky_relu": lambda x: np.where(x > 0, x, 0.2 * x),
    "linear": lambda x: x,
    "log_sigmoid": lambda x: np.log(logistic(x)),
    "mish": lambda x: x * np.tanh(np.log1p(np.exp(x))),
    "relu": lambda x: np.maximum(x, 0),
    "relu6": lambda x: np.clip(x, 0, 6),
    "selu": lambda x: (
        1.0507009873554805 * np.where(x > 0, x, 1.6732632423543772 * np.expm1(x))
    ),
    "sigmoid": logistic,
    "silu": lambda x: x * logistic(x),
    "soft_shrink": lambda x: np.sign(x) * np.maximum(abs(x) - 0.5, 0),
    "softmax": special.softmax,
    "log_softmax": special.log_softmax,
    "softplus": lambda x: np.logaddexp(x, 0),
    "softsign": lambda x: x / (1 + abs(x)),
    "sparse_plus": lambda x: np.where(abs(x) < 1, (x + 1) ** 2 / 4, np.maximum(x, 0)),
    "sparse_sigmoid": lambda x: np.clip((x + 1) / 2, 0, 1),
    "squareplus": lambda x: (x + np.sqrt(x**2 + 4)) / 2,
    "tanh": np.tanh,
    "tanh_shrink": lambda x: x - np.tanh(x),
}


@pytest.mark.parametrize("name", FORMULAS)
def test_activation_has_the_values_of_its_formula(name):
    y = activations.get(name)(X.astype("float32"))

    np.testing.assert_allclose(y, FORMULAS[name](X), rtol=1e-5, atol=1e-6)


def test_relu_is_leaky_below_its_threshold_and_capped():
    y = activations.relu([-3.0, 0.5, 1.5, 9.0], 0.1, max_value=5, threshold=1.0)

    np.testing.assert_allclose(y, [-0.4, -0.05, 1.5, 5.0], rtol=1e-6)


def test_glu_gates_along_the_given_axis(key):
    x = jax.random.normal(key(), (4, 3))

    y = activations.glu(x, axis=0)

    np.testing.assert_allclose(y, x[:2] * logistic(x[2:]), rtol=1e-5)


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_probabilities_may_sum_to_one_over_several_axes(name, key):
    x = jax.random.normal(key(), (2, 3, 4))

    y = activations.get(name)(x, axis=[0, -1])

    expected = getattr(special, name)(x, axis=(0, -1))
    np.testing.assert_allclose(y, expected, rtol=1e-5, atol=1e-6)


def projection_on_the_simplex(scores):
    """Solves `sum(max(scores - tau, 0)) = 1` for `tau` by bisection."""
    low, high = scores.min() - 1, scores.max()
    for _ in range(80):
        tau = (low + high) / 2
        low, high = (tau, high) if np.maximum(scores - tau, 0).sum() > 1 else (low, tau)
    return np.maximum(scores - tau, 0)


@pytest.mark.parametrize(
    "scores",
    [[0.1, 0.2, 0.3], [5.0, 5.0, 5.0], [1.0, 2.0, 1.9], [1e4, 1e4 - 0.5, 0.0], [7.0]],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_sparsemax_is_the_nearest_point_of_the_simplex(scores):
    y = activations.sparsemax(scores)

    expected = projection_on_the_simplex(np.array(scores))
    np.testing.assert_allclose(y, expected, rtol=1e-5, atol=1e-6)


def test_sparsemax_works_along_any_axis(key):
    x = jax.random.normal(key(), (3, 2))

    y = activations.sparsemax(x, axis=0)

    expected = [projection_on_the_simplex(column) for column in np.float64(x).T]
    np.testing.assert_allclose(y.T, expected, rtol=1e-5, atol=1e-6)


def test_sparsemax_jacobian_shares_among_what_is_not_zero():
    jacobian = jax.jacobian(activations.sparsemax)(jnp.array([1.0, 0.7, -1.0]))

    expected = [[0.5, -0.5, 0.0], [-0.5, 0.5, 0.0], [0.0, 0.0, 0.0]]
    np.testing.assert_allclose(jacobian, expected, atol=1e-6)


def test_squareplus_keeps_its_digits_far_below_zero():
    y = activations.squareplus([-1000.0, -1e6])

    np.testing.assert_allclose(y, [0.000999999, 1e-6], rtol=1e-5)


@pytest.mark.parametrize("name", sorted(set(FORMULAS) - {"exponential"}))
def test_gradient_is_finite_far_from_zero(name):
    function = activations.get(name)

    slope = jax.grad(lambda x: jnp.sum(function(x)))(jnp.array([-1e4, 0.0, 1e4]))

    assert np.isfinite(slope).all()


@pytest.mark.parametrize("name", ["relu", "hard_shrink", "soft_shrink", "sparsemax"])
def test_nan_is_not_hidden(name):
    assert np.isnan(activations.get(name)([np.nan, 1.0])[0])


@pytest.mark.parametrize("name", ["relu", "gelu", "softmax", "squareplus", "sparsemax"])
@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_half_precision_stays_half(name, dtype):
    assert activations.get(name)(jnp.ones(2, dtype)).dtype == dtype


def test_variables_and_keywords_are_accepted():
    x = Variable([-1.0, 2.0])

    assert activations.relu(x=x).tolist() == [0.0, 2.0]


@pytest.mark.parametrize("name", ["sigmoid", "silu", "softmax", "squareplus"])
def test_integers_become_floats(name):
    function = activations.get(name)

    np.testing.assert_allclose(
        function(np.array([0, 3])), function([0.0, 3.0]), rtol=1e-6
    )


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("swish", activations.silu),
        ("hard_swish", activations.hard_silu),
        ("ReLU", activations.relu),
        (None, activations.linear),
        (activations.elu, activations.elu),
        (jnp.sin, jnp.sin),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_get_understands(name, function):
    assert activations.get(name) is function


def test_aliases_are_the_functions_themselves():
    assert activations.swish is activations.silu
    assert activations.hard_swish is activations.hard_silu


@pytest.mark.parametrize("name", [*FORMULAS, "glu", "sparsemax", "threshold"])
def test_activation_serializes_to_its_name_and_back(name):
    function = getattr(activations, name)

    assert activations.serialize(function) == name
    assert activations.deserialize(name) is function
    assert activations.get({"class_name": "function", "config": name}) is function


def test_custom_function_is_found_by_name():
    def cubed(x):
        return x**3

    assert activations.deserialize("cubed", {"cubed": cubed}) is cubed
    with custom_object_scope({"cubed": cubed}):
        assert activations.get("cubed") is cubed


def test_unknown_name_is_answered_with_the_nearest():
    with pytest.raises(UnknownNameError, match="Did you mean 'softmax'"):
        activations.get("sofmax")


def test_number_is_no_activation():
    with pytest.raises(ArgumentError, match="got 5"):
        activations.get(5)


def test_class_of_a_layer_is_not_taken_for_the_function():
    with pytest.raises(UnknownNameError, match="'NoSuchLayer'"):
        activations.get({"class_name": "NoSuchLayer", "config": {}})


def test_glu_of_an_odd_axis_is_an_error():
    with pytest.raises(ShapeError, match="even number"):
        activations.glu(jnp.ones((2, 3)))
