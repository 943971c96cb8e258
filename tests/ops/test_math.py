"""Transforms, segments, patches, patterns of axes, and linear algebra."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import signal as scipy_signal

from keryx import ops
from keryx._core.errors import ArgumentError, ShapeError

SIGNAL = np.sin(np.arange(40) ** 1.3).astype("float32")


@pytest.mark.parametrize("window", ["hann", "hamming"])
def test_stft_equals_scipy(window):
    *_, expected = scipy_signal.stft(
        SIGNAL, window=window, nperseg=8, noverlap=6, boundary=None, padded=False
    )
    scale = scipy_signal.get_window(window, 8).sum()

    real, imaginary = ops.stft(SIGNAL, 8, 2, 8, window=window, center=False)

    np.testing.assert_allclose(real + 1j * imaginary, expected.T * scale, atol=1e-5)


@pytest.mark.parametrize("window", ["hann", "hamming", None, np.ones(6, "float32")])
def test_istft_is_the_inverse_of_stft(window):
    transform = ops.stft(SIGNAL, 6, 2, 8, window=window)

    back = ops.istft(transform, 6, 2, 8, window=window)

    np.testing.assert_allclose(back, SIGNAL, atol=1e-5)


def test_stft_refuses_a_window_of_another_length():
    with pytest.raises(ShapeError, match=r"expected a window \(6,\)"):
        ops.stft(SIGNAL, 6, 2, 8, window=np.ones(5))


def test_irfft_is_the_inverse_of_rfft():
    back = ops.irfft(ops.rfft(SIGNAL))

    np.testing.assert_allclose(back, SIGNAL, atol=1e-5)


def test_segments_are_counted_where_their_number_is_not_given():
    assert ops.segment_sum([1, 2, 3], [0, 2, 2]).tolist() == [1, 0, 5]


def test_segment_ids_have_one_axis():
    with pytest.raises(
        ShapeError, match="segment_max: expected `segment_ids` with one"
    ):
        ops.segment_max([[1, 2]], [[0, 1]])


def test_bincount_of_a_batch_counts_each_row():
    x = np.array([[0, 2, 2], [1, 1, 0]])
    weights = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], "float32")
    expected = [np.bincount(r, w, 4) for r, w in zip(x, weights, strict=True)]

    np.testing.assert_allclose(ops.bincount(x, weights, minlength=4), expected)


def test_bincount_of_a_compiled_function_has_the_least_length():
    counts = jax.jit(lambda x: ops.bincount(x, minlength=3))(jnp.array([0, 2, 2, 7]))

    assert counts.tolist() == [1, 0, 2]


@pytest.mark.parametrize("target", [-1, 3])
def test_target_that_is_no_class_is_not_in_the_top_k(target):
    assert not ops.in_top_k([target], [[0.1, 0.2, 0.7]], k=3)[0]


PATTERNS = [
    ("a ... -> (... a)", lambda x: np.moveaxis(x, 0, -1).ravel()),
    ("a b c -> c (a b)", lambda x: x.transpose(2, 0, 1).reshape(4, 6)),
    ("a ... -> ... a", lambda x: np.moveaxis(x, 0, -1)),
    ("a b c -> a 1 b c", lambda x: x[:, None]),
]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    PATTERNS,
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_rearrange_does_what_the_pattern_says(pattern, expected):
    x = np.arange(24).reshape(2, 3, 4)

    np.testing.assert_array_equal(ops.rearrange(x, pattern), expected(x))


def test_rearrange_splits_an_axis_with_the_last_name_running_fastest():
    x = np.arange(24).reshape(2, 3, 4)
    expected = x.reshape(2, 3, 2, 2).transpose(3, 1, 0, 2).reshape(6, 2, 2)

    y = ops.rearrange(x, "a b (c d) -> (d b) a c", d=2)

    np.testing.assert_array_equal(y, expected)


@pytest.mark.parametrize(
    "pattern", ["a b -> a", "a a -> a a", "a b c", "a -> a", "(a d) b -> a d b"]
)
def test_rearrange_refuses_patterns_that_do_not_fit(pattern):
    with pytest.raises(ArgumentError, match="`rearrange.pattern=....` must be"):
        ops.rearrange(np.zeros((3, 4)), pattern)


@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
def test_space_to_depth_is_undone_by_depth_to_space(data_format):
    x = np.arange(2 * 4 * 4 * 4.0).reshape(2, 4, 4, 4)

    folded = ops.space_to_depth(x, 2, data_format)

    np.testing.assert_array_equal(ops.depth_to_space(folded, 2, data_format), x)


def test_fold_is_the_transpose_of_unfold(key):
    x = np.array(jax.random.normal(key(), (1, 2, 5, 4)))
    columns = np.array(ops.unfold(x, (2, 3), padding=1, stride=(2, 1)))
    y = np.cos(np.arange(columns.size, dtype="float32")).reshape(columns.shape)

    folded = np.array(ops.fold(y, (5, 4), (2, 3), padding=1, stride=(2, 1)))

    np.testing.assert_allclose(np.vdot(columns, y), np.vdot(x, folded), rtol=1e-4)


def test_eigenvectors_are_only_stretched():
    x = np.array([[0.0, 1.0], [-2.0, 3.0]], "float32")

    values, vectors = ops.eig(x)

    np.testing.assert_allclose(x @ vectors, vectors * values, atol=1e-5)


def test_cholesky_of_a_matrix_that_is_not_positive_is_nan():
    assert np.isnan(ops.cholesky(-np.eye(2))).any()


@pytest.mark.parametrize("upper", [True, False])
def test_cholesky_inverse_is_the_inverse_of_the_product(upper):
    x = np.array([[4.0, 1.0], [1.0, 3.0]], "float32")

    inverse = ops.cholesky_inverse(ops.cholesky(x, upper), upper)

    np.testing.assert_allclose(inverse, np.linalg.inv(x), rtol=1e-5)


def test_qr_refuses_an_unknown_mode():
    with pytest.raises(ArgumentError, match="one of 'reduced', 'complete'"):
        ops.qr(np.eye(2), mode="raw")
