"""Array functions of `tf` against NumPy and SciPy."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.special

import keryx.dialects.tensorflow as tf
from keryx import Input, Model

A = np.array([[1.5, -2.0, 0.5], [3.0, 4.0, -1.0]], np.float32)
B = np.array([[2.0, 1.0, -0.5], [0.5, 2.0, 3.0]], np.float32)
S = np.array([[2.0, 0.5], [0.5, 1.0]], np.float32)

CASES = {
    "add": (lambda: tf.add(A, B), A + B),
    "math.subtract": (lambda: tf.math.subtract(A, y=B), A - B),
    "divide": (lambda: tf.divide(A, B), A / B),
    "floordiv": (lambda: tf.math.floordiv(7, 2), 3),
    "pow": (lambda: tf.pow(np.abs(A), 2.5), np.abs(A) ** 2.5),
    "atan2": (lambda: tf.math.atan2(A, B), np.arctan2(A, B)),
    "squared_difference": (lambda: tf.math.squared_difference(A, B), (A - B) ** 2),
    "divide_no_nan": (lambda: tf.math.divide_no_nan(A, A * 0), A * 0),
    "xlogy": (lambda: tf.math.xlogy(A * 0, A * 0), A * 0),
    "lgamma": (lambda: tf.math.lgamma(S), scipy.special.gammaln(S)),
    "digamma": (lambda: tf.math.digamma(S), scipy.special.digamma(S)),
    "reduce_sum": (lambda: tf.reduce_sum(A, axis=1, keepdims=True), A.sum(1)[:, None]),
    "reduce_sum_1": (lambda: tf.reduce_sum(A, reduction_indices=1), A.sum(1)),
    "keep_dims": (lambda: tf.reduce_mean(A, 0, keep_dims=True), A.mean(0)[None]),
    "reduce_std": (lambda: tf.math.reduce_std(A, 0), A.std(0)),
    "reduce_logsumexp": (lambda: tf.reduce_logsumexp(A), scipy.special.logsumexp(A)),
    "euclidean": (lambda: tf.math.reduce_euclidean_norm(A, [1]),
                  np.linalg.norm(A, axis=1)),
    "argmax": (lambda: tf.argmax(A), A.argmax(0)),
    "cumsum": (lambda: tf.cumsum(A, 1), A.cumsum(1)),
    "cumsum_exclusive": (
        lambda: tf.cumsum([1, 2, 3], exclusive=True, reverse=True),
        [5, 3, 0],
    ),
    "cumprod": (lambda: tf.math.cumprod(A, axis=1, exclusive=True),
                [[1, 1.5, -3], [1, 3, 12]]),
    "segment_sum": (lambda: tf.math.segment_sum(A[0], [0, 0, 1]), [-0.5, 0.5]),
    "top_k": (lambda: tf.math.top_k(A, 2).values, -np.sort(-A, 1)[:, :2]),
    "l2_normalize": (
        lambda: tf.math.l2_normalize(A, 1),
        A / np.linalg.norm(A, axis=1, keepdims=True),
    ),
    "confusion_matrix": (
        lambda: tf.math.confusion_matrix([0, 1, 1], [0, 1, 0]),
        [[1, 0], [1, 1]],
    ),
    "expand_dims": (lambda: tf.expand_dims(A, dim=0), A[None]),
    "transpose": (lambda: tf.transpose(A, perm=[1, 0]), A.T),
    "reshape": (lambda: tf.reshape(A, [3, -1]), A.reshape(3, 2)),
    "tile": (lambda: tf.tile(A, [2, 1]), np.tile(A, (2, 1))),
    "repeat": (lambda: tf.repeat(A, repeats=[1, 2], axis=0), A[[0, 1, 1]]),
    "slice": (lambda: tf.slice(A, [0, 1], [-1, 2]), A[:, 1:]),
    "pad": (lambda: tf.pad(A, [[1, 0], [0, 2]], constant_values=9),
            np.pad(A, [(1, 0), (0, 2)], constant_values=9)),
    "pad_reflect": (lambda: tf.pad(A, [[0, 0], [1, 1]], "REFLECT"),
                    np.pad(A, [(0, 0), (1, 1)], "reflect")),
    "split": (lambda: tf.split(A, [1, -1], axis=1)[1], A[:, 1:]),
    "split_equal": (lambda: tf.split(A, 2)[1], A[1:]),
    "stack": (lambda: tf.stack([A, B], axis=1), np.stack([A, B], 1)),
    "unstack": (lambda: tf.unstack(A)[1], A[1]),
    "concat": (lambda: tf.concat([A, B], 0), np.concatenate([A, B])),
    "gather": (lambda: tf.gather(A, [2, 0], axis=1), A[:, [2, 0]]),
    "gather_batch": (
        lambda: tf.gather(A, [[2], [0]], batch_dims=1),
        [[0.5], [3.0]],
    ),
    "gather_nd": (lambda: tf.gather_nd(A, [[0, 1], [1, 2]]), [-2.0, -1.0]),
    "where": (lambda: tf.where(A > 0, A, 0.0), np.maximum(A, 0)),
    "where_places": (lambda: tf.where(A < 0), np.argwhere(A < 0)),
    "boolean_mask": (lambda: tf.boolean_mask(A, A > 0), A[A > 0]),
    "sort": (lambda: tf.sort(A, direction="DESCENDING"), -np.sort(-A)),
    "one_hot": (lambda: tf.one_hot([2, 0], 3, on_value=5.0), [[0, 0, 5], [5, 0, 0]]),
    "range": (lambda: tf.range(1, 7, 2), [1, 3, 5]),
    "linspace": (lambda: tf.linspace(0.0, 1.0, 5), np.linspace(0, 1, 5)),
    "fill": (lambda: tf.fill([2, 2], 7.0), np.full((2, 2), 7)),
    "eye": (lambda: tf.eye(2, batch_shape=[3]), np.stack([np.eye(2)] * 3)),
    "zeros_like": (lambda: tf.zeros_like(A, dtype=tf.int32), np.zeros((2, 3))),
    "sequence_mask": (
        lambda: tf.sequence_mask([1, 3], dtype=tf.float32),
        [[1, 0, 0], [1, 1, 1]],
    ),
    "meshgrid": (lambda: tf.meshgrid([1, 2], [3, 4, 5])[1], [[3, 3], [4, 4], [5, 5]]),
    "einsum": (lambda: tf.einsum("ij,kj->ik", A, B), A @ B.T),
    "matmul": (lambda: tf.matmul(A, B, transpose_b=True), A @ B.T),
    "matvec": (lambda: tf.linalg.matvec(A, B[0]), A @ B[0]),
    "norm": (lambda: tf.norm(A), np.linalg.norm(A)),
    "norm_axis": (lambda: tf.norm(A, ord=1, axis=1), np.abs(A).sum(1)),
    "inv": (lambda: tf.linalg.inv(S), np.linalg.inv(S)),
    "cholesky": (lambda: tf.linalg.cholesky(S), np.linalg.cholesky(S)),
    "svd": (lambda: tf.linalg.svd(S)[0], np.linalg.svd(S)[1]),
    "diag": (lambda: tf.linalg.diag([1.0, 2.0]), np.diag([1, 2])),
    "diag_part": (lambda: tf.linalg.diag_part(S), np.diag(S)),
    "band_part": (lambda: tf.linalg.band_part(A, -1, 0), np.tril(A)),
    "clip": (lambda: tf.clip_by_value(A, -1, 2), np.clip(A, -1, 2)),
    "clip_by_norm": (lambda: tf.clip_by_norm(A, 1.0), A / np.linalg.norm(A)),
    "scatter_nd": (lambda: tf.scatter_nd([[1], [3]], [5, 6], [4]), [0, 5, 0, 6]),
    "scatter_add": (lambda: tf.tensor_scatter_nd_add([1.0, 1], [[0], [0]], [2.0, 3]),
                    [6.0, 1.0]),
    "unique": (lambda: tf.unique([4, 2, 4])[1], [0, 1, 0]),
    "rank": (lambda: tf.rank(A), 2),
    "size": (lambda: tf.size(A), 6),
    "cast": (lambda: tf.cast([1.7, -1.7], tf.int32), [1, -1]),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_function_gives_the_value_of_numpy(name):
    made, expected = CASES[name]

    np.testing.assert_allclose(made(), expected, rtol=1e-5, atol=1e-6)


def test_functions_are_recorded_on_symbolic_tensors():
    x = Input((4,))
    y = tf.reduce_sum(tf.square(x), axis=-1, keepdims=True) + tf.cast(1, tf.float32)
    flat = tf.reshape(tf.stack([x, x], axis=1), (tf.shape(x)[0], 8))
    model = Model(x, [y, flat])

    first, second = model.predict(np.ones((3, 4)), verbose=0)

    assert first.tolist() == [[5.0]] * 3
    assert second.shape == (3, 8)


def test_shapes_stay_numbers_in_compiled_functions():
    @jax.jit
    def flat(x):
        size = tf.reduce_prod(tf.shape(x)[1:])
        return tf.reshape(x, tf.stack([tf.shape(x)[0], size]))

    assert flat(jnp.ones((2, 3, 4))).shape == (2, 12)


def test_clip_by_global_norm_scales_all_by_the_same_factor():
    clipped, norm = tf.clip_by_global_norm([tf.constant([3.0]), None, [[4.0]]], 1.0)

    assert float(norm) == 5.0
    np.testing.assert_allclose(clipped[0], [0.6], rtol=1e-6)
    assert clipped[1] is None


def test_missing_name_says_so():
    with pytest.raises(AttributeError, match=r"`tf\.ragged` is not among"):
        tf.ragged  # noqa: B018  # the access is what is tested
    with pytest.raises(AttributeError, match=r"`tf\.math\.bessel_i0` is not among"):
        tf.math.bessel_i0  # noqa: B018  # as above


# --- types and tensors ----------------------------------------------------------------


def test_tensors_answer_numpy_and_get_shape():
    x = tf.constant([[1.0, 2.0]])

    assert isinstance(x, tf.Tensor)
    assert isinstance(x.numpy(), np.ndarray)
    assert isinstance(tf.reduce_sum(x).numpy(), np.float32)
    assert x.get_shape().as_list() == [1, 2]


def test_numpy_in_a_compiled_function_is_refused():
    with pytest.raises(RuntimeError, match=r"tf\.print"):
        jax.jit(lambda x: x.numpy())(jnp.ones(2))


@pytest.mark.parametrize("name", ["float32", "int32", "bool", "bfloat16", "uint8"])
def test_element_types_are_those_of_numpy_and_jax(name):
    kind = getattr(tf, name)

    assert tf.zeros((1,), kind).dtype == kind
    assert kind == name
    assert jnp.zeros(1, kind).dtype.name == name
    assert tf.as_dtype(kind.as_numpy_dtype) == kind


@pytest.mark.parametrize(
    ("value", "dtype"),
    [(1, "int32"), (1.0, "float32"), (True, "bool"), (np.ones(2), "float32")],
    ids=["int", "float", "bool", "float64"],
)
def test_constants_have_the_types_of_tensorflow_in_32_bits(value, dtype):
    assert tf.constant(value).dtype == dtype


def test_constant_fills_a_shape():
    assert tf.constant(3, shape=(2, 2)).tolist() == [[3, 3], [3, 3]]


def test_variable_is_assigned_to_and_chained():
    v = tf.Variable([1.0, 2.0], trainable=False)

    v.assign_add([1.0, 1.0]).assign_sub([0.5, 0.5])

    assert v.numpy().tolist() == [1.5, 2.5]
    assert isinstance(v, tf.Variable)
    assert not v.trainable


def test_tensor_shape_is_a_tuple_that_knows_unknown_sizes():
    shape = tf.TensorShape([None, 3])

    assert shape == (None, 3)
    assert shape.concatenate([4]).as_list() == [None, 3, 4]
    assert shape.num_elements() is None
    assert shape.is_compatible_with((7, 3))
