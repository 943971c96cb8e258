"""Functions give NumPy's numbers: at once, compiled, and on symbolic tensors."""

import jax
import numpy as np
import pytest
from scipy import special

from keryx.dialects import backend as K

rng = np.random.default_rng(0)
A = rng.normal(size=(2, 3)).astype("float32")
B = rng.normal(size=(2, 3)).astype("float32")
C = rng.normal(size=(2, 3, 4)).astype("float32")
P = special.softmax(A, axis=-1)
Y = np.eye(3, dtype="float32")[[0, 2]]
IMAGE = rng.normal(size=(1, 2, 3, 2)).astype("float32")
E = 1e-7


def relu(x, alpha, top, threshold):
    below = alpha * (x - threshold)
    return np.where(x >= top, top, np.where(x >= threshold, x, below))


def padded(x, *pairs):
    return np.pad(x, pairs)


# name, arrays, other arguments, what NumPy makes of the arrays
CASES = [
    ("square", [A], {}, lambda x: x**2),
    ("abs", [A], {}, np.abs),
    ("sqrt", [A], {}, lambda x: np.sqrt(np.maximum(x, 0))),
    ("exp", [A], {}, np.exp),
    ("log", [P], {}, np.log),
    ("round", [np.float32([0.5, 1.5, -2.5])], {}, lambda x: np.float32([0, 2, -2])),
    ("sign", [A], {}, np.sign),
    ("pow", [P], {"a": 3}, lambda x: x**3),
    ("clip", [A], {"min_value": -0.1, "max_value": 0.1}, lambda x: x.clip(-0.1, 0.1)),
    ("sin", [A], {}, np.sin),
    ("cos", [A], {}, np.cos),
    ("equal", [A, A], {}, np.equal),
    ("not_equal", [A, B], {}, np.not_equal),
    ("greater", [A, B], {}, np.greater),
    ("greater_equal", [A, A], {}, np.greater_equal),
    ("less", [A, B], {}, np.less),
    ("lesser", [A, B], {}, np.less),
    ("less_equal", [A, A], {}, np.less_equal),
    ("lesser_equal", [A, B], {}, np.less_equal),
    ("maximum", [A, B], {}, np.maximum),
    ("minimum", [A, B], {}, np.minimum),
    ("max", [A], {"axis": 1, "keepdims": True}, lambda x: x.max(1, keepdims=True)),
    ("min", [A], {}, np.min),
    ("sum", [C], {"axis": (1, 2)}, lambda x: x.sum((1, 2))),
    ("prod", [A], {"axis": 0}, lambda x: x.prod(0)),
    ("mean", [A], {"axis": -1}, lambda x: x.mean(-1)),
    ("mean", [Y.astype(bool)], {}, lambda x: x.mean(dtype="float32")),
    ("var", [A], {"axis": 1}, lambda x: x.var(1)),
    ("std", [A], {"axis": 1}, lambda x: x.std(1)),
    ("any", [Y], {"axis": 0}, lambda x: np.any(x, 0)),
    ("all", [Y], {"axis": 1}, lambda x: np.all(x, 1)),
    ("argmax", [A], {}, lambda x: x.argmax(-1)),
    ("argmin", [C], {}, lambda x: x.argmin(-1)),
    ("cumsum", [A], {"axis": 1}, lambda x: x.cumsum(1)),
    ("cumprod", [A], {}, lambda x: x.cumprod(0)),
    ("logsumexp", [A], {"axis": 1}, lambda x: special.logsumexp(x, 1)),
    ("dot", [A, C[0]], {}, np.dot),
    ("dot", [C, rng.normal(size=(5, 4, 6)).astype("float32")], {}, np.dot),
    ("batch_dot", [A, B], {}, lambda x, y: (x * y).sum(1, keepdims=True)),
    ("batch_dot", [C, C], {"axes": 1}, lambda x, y: np.einsum("bij,bik->bjk", x, y)),
    ("batch_dot", [C, C], {"axes": (2, 2)}, lambda x, y: x @ y.swapaxes(1, 2)),
    ("batch_dot", [A, C], {"axes": (1, 1)}, lambda x, y: np.einsum("bi,bij->bj", x, y)),
    ("batch_dot", [C, C.swapaxes(1, 2)], {}, np.matmul),
    ("transpose", [C], {}, np.transpose),
    ("gather", [A, np.int32([1, 0, 1])], {}, lambda x, i: x[i]),
    ("cast", [A], {"dtype": "int32"}, lambda x: x.astype("int32")),
    ("reshape", [A], {"shape": (3, -1)}, lambda x: x.reshape(3, 2)),
    ("permute_dimensions", [C], {"pattern": (0, 2, 1)}, lambda x: x.swapaxes(1, 2)),
    ("flatten", [C], {}, np.ravel),
    ("batch_flatten", [C], {}, lambda x: x.reshape(2, -1)),
    ("expand_dims", [A], {}, lambda x: x[..., None]),
    ("squeeze", [A[:1]], {"axis": 0}, lambda x: x[0]),
    ("repeat_elements", [A], {"rep": 2, "axis": 1}, lambda x: x.repeat(2, 1)),
    ("repeat", [A], {"n": 2}, lambda x: np.stack([x, x], 1)),
    ("tile", [A], {"n": (1, 2)}, lambda x: np.tile(x, (1, 2))),
    ("one_hot", [np.int32([0, 2])], {"num_classes": 3}, lambda i: Y),
    ("reverse", [A], {"axes": 1}, lambda x: x[:, ::-1]),
    ("slice", [C], {"start": (0, 1, 1), "size": (1, -1, 2)}, lambda x: x[:1, 1:, 1:3]),
    (
        "resize_images",
        [IMAGE],
        {"height_factor": 2, "width_factor": 3, "data_format": "channels_last"},
        lambda x: x.repeat(2, 1).repeat(3, 2),
    ),
    (
        "resize_volumes",
        [IMAGE[:, None]],
        {"depth_factor": 2, "height_factor": 1, "width_factor": 1},
        lambda x: x.repeat(2, 1),
    ),
    ("temporal_padding", [C], {}, lambda x: padded(x, (0, 0), (1, 1), (0, 0))),
    (
        "spatial_2d_padding",
        [IMAGE],
        {"padding": ((1, 0), (0, 2)), "data_format": "channels_first"},
        lambda x: padded(x, (0, 0), (0, 0), (1, 0), (0, 2)),
    ),
    (
        "spatial_3d_padding",
        [IMAGE[None]],
        {"padding": (1, 0, 0)},
        lambda x: padded(x, (0, 0), (1, 1), (0, 0), (0, 0), (0, 0)),
    ),
    ("zeros_like", [A], {}, np.zeros_like),
    ("ones_like", [A], {}, np.ones_like),
    ("identity", [A], {}, lambda x: x),
    ("stop_gradient", [A], {}, lambda x: x),
    (
        "relu",
        [A],
        {"alpha": 0.1, "max_value": 0.4, "threshold": 0.2},
        lambda x: relu(x, 0.1, 0.4, 0.2),
    ),
    ("elu", [A], {"alpha": 2.0}, lambda x: np.where(x > 0, x, 2 * np.expm1(x))),
    ("softmax", [A], {}, lambda x: P),
    ("softplus", [A], {}, lambda x: np.log1p(np.exp(x))),
    ("softsign", [A], {}, lambda x: x / (1 + abs(x))),
    ("sigmoid", [A], {}, special.expit),
    ("hard_sigmoid", [4 * A], {}, lambda x: np.clip(0.2 * x + 0.5, 0, 1)),
    ("tanh", [A], {}, np.tanh),
    (
        "l2_normalize",
        [A],
        {"axis": 1},
        lambda x: x / np.linalg.norm(x, axis=1, keepdims=True),
    ),
    ("in_top_k", [P, np.int32([0, 2])], {"k": 3}, lambda p, t: np.array([True, True])),
    ("categorical_crossentropy", [Y, P], {}, lambda y, p: -(y * np.log(p)).sum(-1)),
    (
        "sparse_categorical_crossentropy",
        [np.int32([0, 2]), A],
        {"from_logits": True},
        lambda y, x: -np.log(P[[0, 1], y]),
    ),
    (
        "binary_crossentropy",
        [Y, P],
        {},
        lambda y, p: -(y * np.log(p) + (1 - y) * np.log(1 - p)),
    ),
    (
        "batch_normalization",
        [A, A.mean(0), A.var(0), B[0], B[1]],
        {"epsilon": 0.1},
        lambda x, m, v, beta, gamma: (x - m) / np.sqrt(v + 0.1) * gamma + beta,
    ),
    ("bias_add", [IMAGE, B[0, :2]], {}, lambda x, b: x + b),
]
IDS = [f"{i}-{case[0]}" for i, case in enumerate(CASES)]


@pytest.mark.parametrize(("name", "arrays", "options", "expected"), CASES, ids=IDS)
@pytest.mark.parametrize("way", ["at once", "compiled", "symbolic"])
def test_numbers_equal_numpys(way, name, arrays, options, expected):
    def call(*given):
        return getattr(K, name)(*given, **options)

    if way == "symbolic":
        shapes = [(None, *x.shape[1:]) for x in arrays]
        # An axis that is taken away, or that products run over, must be known.
        if name in ("squeeze", "dot", "gather", "in_top_k", "tile", "bias_add"):
            shapes = [x.shape for x in arrays]
        if name in ("batch_normalization", "reshape", "slice", "round", "one_hot"):
            shapes = [x.shape for x in arrays]
        pairs = zip(shapes, arrays, strict=True)
        starts = [K.placeholder(shape, dtype=x.dtype.name) for shape, x in pairs]
        outputs = K.function(starts, [call(*starts)])(arrays)[0]
    else:
        outputs = (jax.jit(call) if way == "compiled" else call)(*arrays)

    wanted = expected(*arrays)
    assert outputs.shape == wanted.shape
    assert np.asarray(outputs).dtype.kind == wanted.dtype.kind
    np.testing.assert_allclose(outputs, wanted, rtol=2e-5, atol=1e-6)


def test_concatenate_and_stack_join_lists():
    x = K.placeholder((2, 3))

    joined = K.function([x], [K.concatenate([x, B]), K.stack([x, B]), K.pack([x, x])])

    for got, wanted in zip(
        joined([A]),
        [np.hstack([A, B]), np.stack([A, B]), np.stack([A, A])],
        strict=True,
    ):
        np.testing.assert_array_equal(got, wanted)


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [((4,), [0, 1, 2, 3]), ((1, 4), [1, 2, 3]), ((5, 0, -2), [5, 3, 1])],
    ids=str,
)
def test_arange_counts(arguments, wanted):
    assert K.arange(*arguments).tolist() == wanted


def test_constant_repeats_its_last_value():
    assert K.constant([1, 2], shape=(2, 2)).tolist() == [[1.0, 2.0], [2.0, 2.0]]


def test_bilinear_enlargement_mixes_neighbours():
    x = np.float32([[0, 4]])[None, ..., None]

    wide = K.resize_images(x, 1, 2, "channels_last", "bilinear")

    np.testing.assert_allclose(wide[0, 0, :, 0], [0, 1, 3, 4], atol=1e-6)


def test_normalizing_in_training_uses_the_batchs_statistics():
    normed, mean, var = K.normalize_batch_in_training(A, B[0], B[1], [0], 0.1)

    wanted = (A - A.mean(0)) / np.sqrt(A.var(0) + 0.1) * B[0] + B[1]
    np.testing.assert_allclose(normed, wanted, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(mean, A.mean(0), rtol=1e-5)
    np.testing.assert_allclose(var, A.var(0), rtol=1e-5)


def test_batch_dot_refuses_axes_that_do_not_agree():
    with pytest.raises(ValueError, match=r"two batches that agree"):
        K.batch_dot(A, C, axes=(1, 2))


def test_dropout_scales_what_it_keeps():
    kept = np.asarray(K.dropout(np.ones((400,), "float32"), 0.25, seed=1))

    assert set(np.unique(kept.round(4))) == {0.0, np.float32(1.3333)}
    assert 0.6 < (kept > 0).mean() < 0.9


@pytest.mark.parametrize(
    ("draw", "mean", "spread"),
    [
        (lambda s: K.random_normal(s, 2.0, 0.5, seed=1), 2.0, 0.5),
        (lambda s: K.random_uniform(s, -1.0, 1.0, seed=1), 0.0, 3**-0.5),
        (lambda s: K.random_binomial(s, 0.3, seed=1), 0.3, 0.21**0.5),
        (lambda s: K.random_bernoulli(s, 0.5, seed=1), 0.5, 0.5),
        (lambda s: K.truncated_normal(s, 0.0, 1.0, seed=1), 0.0, 0.8796),
    ],
    ids=["normal", "uniform", "binomial", "bernoulli", "truncated"],
)
def test_random_numbers_have_the_mean_and_spread_asked_for(draw, mean, spread):
    x = np.asarray(draw((100, 100)))

    assert abs(x.mean() - mean) < 0.03
    assert abs(x.std() - spread) < 0.03
