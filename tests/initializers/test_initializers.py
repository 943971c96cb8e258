"""Initializers: seeds, shapes, element types, names, errors."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from keryx import initializers
from keryx._core.errors import ArgumentError, ShapeError, UnknownNameError
from keryx._core.registry import custom_object_scope
from keryx._core.variable import Variable
from keryx.random import make_generator, SeedGenerator, set_random_seed

RANDOM = [
    "random_normal",
    "random_uniform",
    "truncated_normal",
    "orthogonal",
    "variance_scaling",
    "glorot_normal",
    "glorot_uniform",
    "he_normal",
    "he_uniform",
    "lecun_normal",
    "lecun_uniform",
]
FIXED = ["zeros", "ones", "constant", "identity"]


@pytest.mark.parametrize("name", RANDOM)
def test_same_seed_gives_the_same_bits(name):
    make = getattr(initializers, name)
    initializer = make(seed=7)

    first, second = initializer((4, 5)), initializer((4, 5))

    assert first.tobytes() == second.tobytes() == make(seed=7)((4, 5)).tobytes()
    assert first.tobytes() != make(seed=8)((4, 5)).tobytes()


@pytest.mark.parametrize("name", RANDOM)
def test_no_seed_draws_anew_on_each_call(name):
    initializer = initializers.get(name)

    assert initializer((4, 5)).tobytes() != initializer((4, 5)).tobytes()


def test_global_seed_governs_initializers_without_a_seed():
    set_random_seed(3)
    first = initializers.GlorotUniform()((4, 5))
    set_random_seed(3)
    second = initializers.GlorotUniform()((4, 5))

    assert first.tobytes() == second.tobytes()


def test_seed_generator_moves_on_with_each_call():
    def draws():
        initializer = initializers.RandomNormal(seed=SeedGenerator(3))
        return initializer((4,)).tolist(), initializer((4,)).tolist()

    first, second = draws()

    assert first != second
    assert draws() == (first, second)


def test_draw_uses_the_generator_of_the_caller():
    initializer = initializers.HeNormal()

    first = initializer.draw((3, 3), None, make_generator(1))
    second = initializer.draw((3, 3), None, make_generator(1))

    assert first.tobytes() == second.tobytes()


def test_draw_calls_a_class_that_defines_call():
    class Doubled(initializers.Ones):
        def __call__(self, shape, dtype=None):
            return 2 * super().__call__(shape, dtype)

    assert Doubled().draw((2,), None, make_generator(0)).tolist() == [2.0, 2.0]


@pytest.mark.parametrize("name", RANDOM + FIXED)
@pytest.mark.parametrize("dtype", [None, "float16", "bfloat16", "float64"])
def test_values_have_the_shape_and_the_dtype_asked_for(name, dtype):
    values = initializers.get(name)((3, 2), dtype=dtype)

    assert isinstance(values, np.ndarray)
    assert values.shape == (3, 2)
    assert values.dtype == jnp.dtype(dtype or "float32")


@pytest.mark.parametrize("name", ["zeros", "ones", "identity", "constant"])
@pytest.mark.parametrize("dtype", ["int32", "bool", "uint8"])
def test_fixed_values_may_be_integers(name, dtype):
    assert initializers.get(name)((2, 2), dtype).dtype == dtype


@pytest.mark.parametrize("shape", [(), (3,), (0, 2), (2, 3, 4)], ids=str)
def test_glorot_takes_any_shape(shape):
    assert initializers.GlorotUniform()(shape).shape == shape


def test_values_can_be_drawn_inside_a_trace():
    def traced(x):
        return x + Variable(initializers.GlorotUniform(seed=1), (2, 2)).value

    expected = 1 + initializers.GlorotUniform(seed=1)((2, 2))
    np.testing.assert_allclose(jax.jit(traced)(1.0), expected, rtol=1e-6)


@pytest.mark.parametrize(
    ("shape", "axes", "fans"),
    [
        ((), (), (1, 1)),
        ((3,), (), (3, 3)),
        ((3, 4), (), (3, 4)),
        ((5, 5, 3, 8), (), (75, 200)),
        ((2, 3, 5, 7), ([0, 1], [2, 3]), (6, 35)),
        ((2, 3, 5, 7), ([-1], [0]), (7, 2)),
        ((2, 3), ([1], None), (2, 3)),
    ],
    ids=str,
)
def test_fans_count_inputs_and_outputs(shape, axes, fans):
    assert initializers.compute_fans(shape, *axes) == fans


def test_constant_broadcasts_its_value():
    values = initializers.Constant(np.array([1.0, 2.0]))((3, 2))

    assert values.tolist() == [[1.0, 2.0]] * 3


@pytest.mark.parametrize("side", ["real", "imag"])
def test_stft_kernel_is_the_fourier_transform_of_a_frame(side, key):
    frame = np.array(jax.random.normal(key(), (8,)))

    kernel = initializers.STFT(side, window=None)((8, 1, 5))

    spectrum = np.fft.rfft(frame)
    expected = spectrum.real if side == "real" else spectrum.imag
    np.testing.assert_allclose(frame @ kernel[:, 0], expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("name", "cls"),
    [
        ("normal", initializers.RandomNormal),
        ("uniform", initializers.RandomUniform),
        ("one", initializers.Ones),
        ("zero", initializers.Zeros),
        ("glorot_uniform", initializers.GlorotUniform),
        ("GlorotUniform", initializers.GlorotUniform),
        ("Glorot_Uniform", initializers.GlorotUniform),
        ("IdentityInitializer", initializers.Identity),
        ("stft", initializers.STFT),
        (initializers.HeNormal, initializers.HeNormal),
        ({"class_name": "Ones", "config": {}}, initializers.Ones),
        (np.ones(2), initializers.Constant),
        (jnp.ones(2), initializers.Constant),
    ],
    ids=str,
)
def test_get_understands(name, cls):
    assert type(initializers.get(name)) is cls


def test_function_of_the_user_passes_through_get():
    def halves(shape, dtype=None):
        return np.full(shape, 0.5, dtype)

    assert initializers.get(halves) is halves
    with custom_object_scope({"halves": halves}):
        assert initializers.get("halves") is halves
    assert initializers.get(None) is None


@pytest.mark.parametrize(
    "initializer",
    [
        initializers.Constant([1.0, 2.0]),
        initializers.Constant(np.array([1.0, 2.0])),
        initializers.Identity(gain=3.0),
        initializers.RandomUniform(-1.0, 1.0, seed=4),
        initializers.RandomNormal(seed=SeedGenerator(4)),
        initializers.VarianceScaling(2.0, "fan_out", "uniform", 3, [0], [1]),
        initializers.GlorotNormal(seed=3, input_axes=[0], output_axes=[1]),
        initializers.Orthogonal(2.0, seed=3),
    ],
    ids=lambda i: type(i).__name__,
)
def test_serialized_initializer_makes_the_same_values(initializer):
    data = initializers.serialize(initializer)

    again, cloned = initializers.deserialize(data), initializer.clone()

    expected = initializer((2, 2)).tolist()
    assert again((2, 2)).tolist() == cloned((2, 2)).tolist() == expected


def test_window_of_values_survives_the_round_trip():
    stft = initializers.STFT(window=np.array([1.0, 2.0, 3.0]))

    again = initializers.deserialize(initializers.serialize(stft))

    np.testing.assert_array_equal(again((3, 1, 3)), stft((3, 1, 3)))


@pytest.mark.parametrize(
    ("make", "match"),
    [
        (lambda: initializers.VarianceScaling(scale=0), "scale=.*more than 0"),
        (lambda: initializers.VarianceScaling(mode="fan_inn"), "mean 'fan_in'"),
        (lambda: initializers.VarianceScaling(distribution="x"), "distribution="),
        (lambda: initializers.RandomNormal(stddev=-1.0), "stddev="),
        (lambda: initializers.TruncatedNormal(stddev=-1.0), "stddev="),
        (lambda: initializers.RandomUniform(1.0, 0.0), "maxval="),
        (lambda: initializers.RandomNormal(seed="a"), "seed="),
        (lambda: initializers.STFT(side="left"), "side="),
        (lambda: initializers.STFT(window="no_window"), "window="),
        (lambda: initializers.Zeros()((2, None)), "shape="),
        (lambda: initializers.Zeros()((2,), "string"), "dtype=.*numeric"),
        (lambda: initializers.RandomNormal()((2,), "int32"), "dtype=.*float"),
        (lambda: initializers.get(5), "identifier="),
    ],
)
def test_wrong_arguments_are_rejected(make, match):
    with pytest.raises(ArgumentError, match=match):
        make()


@pytest.mark.parametrize(
    ("initializer", "shape"),
    [
        (initializers.Identity(), (2, 2, 2)),
        (initializers.Orthogonal(), (2,)),
        (initializers.STFT(), (4, 2, 3)),
        (initializers.STFT(window=[1.0, 1.0]), (4, 1, 3)),
        (initializers.Constant([1.0, 2.0]), (3, 3)),
    ],
    ids=lambda v: type(v).__name__,
)
def test_weight_of_an_impossible_shape_is_rejected(initializer, shape):
    with pytest.raises(ShapeError, match="expected"):
        initializer(shape)


def test_unknown_name_is_answered_with_the_nearest():
    with pytest.raises(UnknownNameError, match="Did you mean 'he_normal'"):
        initializers.get("he_norml")


def test_class_without_call_says_what_is_missing():
    class Empty(initializers.Initializer):
        pass

    with pytest.raises(NotImplementedError, match="Empty must define"):
        Empty()((2,))
