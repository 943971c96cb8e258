"""Operations give Keras's numbers, element types, signatures and gradients."""

import functools
import inspect
from functools import partial

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest

from keryx import ops

SUBMODULES = {"image", "linalg", "nn", "numpy"}
NAMES = sorted(
    name for name in vars(keras.ops) if name[0] != "_" and name not in SUBMODULES
)


def floats(*shape, low=-2.0, high=2.0, seed=0):
    generator = np.random.default_rng((seed, *shape))
    return generator.uniform(low, high, shape).astype("float32")


X = floats(3, 4)
Y = floats(3, 4, seed=1)
UNIT = floats(3, 4, low=-0.9, high=0.9)
ABOVE = floats(3, 4, low=1.1, high=3.0)
POSITIVE = floats(3, 4, low=0.1, high=2.0)
INTS = np.array([[3, -1, 2, 0], [5, 5, -7, 1]], "int32")
COUNTS = np.array([[3, 1, 2, 0], [5, 5, 7, 1]], "int32")
SMALL = INTS.astype("int8")
BOOLS = INTS > 1
HOLES = np.where(np.abs(X) < 0.5, np.nan, X).astype("float32")
ODD = np.array([np.nan, np.inf, -np.inf, 0.0, -1.5], "float32")
HALF = X.astype("float16")
CUBE = floats(2, 3, 4)
SQUARE = floats(3, 3)
SPD = (SQUARE @ SQUARE.T + 3 * np.eye(3)).astype("float32")
LOWER = np.tril(SPD)
VECTOR = floats(5)
COMPLEX = (X + 1j * Y).astype("complex64")
IMAGES = floats(2, 4, 4, 4)
QUERY, KEY = floats(2, 3, 4, 5), floats(2, 6, 2, 5)
CLASSES = np.array([2, 0, 3], "int32")
SHARES = (POSITIVE / POSITIVE.sum(-1, keepdims=True)).astype("float32")
HOT = np.eye(4, dtype="float32")[CLASSES]
SIGNAL = floats(2, 20)

FUNCTIONS_OF = [
    (
        "absolute abs fabs negative sign signbit square cbrt exp exp2 expm1 sin cos "
        "tan arctan sinh cosh tanh arcsinh deg2rad rad2deg sinc i0 erf erfc ceil floor "
        "trunc round relu relu6 sigmoid log_sigmoid softplus softsign silu swish selu "
        "hard_sigmoid hard_silu hard_swish hard_tanh tanh_shrink sparse_plus "
        "sparse_sigmoid leaky_relu elu celu gelu glu hard_shrink soft_shrink "
        "squareplus softmax log_softmax isfinite isinf isnan isneginf isposinf isreal "
        "copy real imag conj conjugate angle nan_to_num zeros_like ones_like "
        "sum mean median var std ptp all any amax amin max min prod argmax argmin "
        "average count_nonzero logsumexp cumsum cumprod sort argsort diff ravel flip "
        "fliplr flipud transpose squeeze rot90 trace diagonal tril triu corrcoef "
        "normalize layer_normalization rms_normalization size norm stop_gradient "
        "array convert_to_tensor convert_to_numpy logical_not view",
        X,
    ),
    ("arcsin arccos arctanh erfinv", UNIT),
    ("sqrt log log1p log2 log10 rsqrt reciprocal", POSITIVE),
    ("arccosh", ABOVE),
    ("real imag conj conjugate angle absolute view_as_real", COMPLEX),
    ("bitwise_not bitwise_invert", INTS),
    (
        "nansum nanmean nanmedian nanprod nanvar nanstd nanmax nanmin nanargmax "
        "nanargmin nancumsum nancumprod",
        HOLES,
    ),
    ("isfinite isinf isnan isneginf isposinf nan_to_num sign", ODD),
    (
        "absolute sqrt exp sin ceil floor trunc round square mean sum prod var std "
        "median max argmax cumsum average relu elu gelu softplus selu tanh_shrink "
        "leaky_relu hard_sigmoid count_nonzero sort negative sign "
        "logsumexp clip_0_1",
        INTS,
    ),
    (
        "absolute sqrt ceil square mean sum prod max cumsum all any argmax "
        "logical_not clip_0_1 std",
        BOOLS,
    ),
    ("sum mean square exp cumsum prod", SMALL),
    (
        "exp mean sum var softmax gelu sigmoid logsumexp relu log_softmax "
        "layer_normalization rms_normalization erf",
        HALF,
    ),
    ("unstack nonzero where shape ndim dtype is_tensor", X),
    ("det inv eigh slogdet logdet lu_factor pinv qr matrix_rank cholesky", SPD),
    ("cholesky_inverse", LOWER),
    ("view_as_complex", floats(3, 2)),
    ("bartlett blackman hamming hanning", np.int32(6)),
    ("diag diagflat vander", VECTOR),
]

BINARY = [
    (
        "add subtract multiply divide true_divide floor_divide mod fmod maximum "
        "minimum fmax fmin arctan2 hypot logaddexp logaddexp2 nextafter heaviside "
        "equal not_equal greater greater_equal less less_equal logical_and logical_or "
        "logical_xor divide_no_nan isclose allclose append inner outer vdot kron isin",
        X,
        Y,
    ),
    ("power", POSITIVE, Y),
    (
        "add divide floor_divide mod power maximum gcd lcm bitwise_and bitwise_or "
        "bitwise_xor divide_no_nan equal heaviside arctan2",
        COUNTS,
        COUNTS[::-1] + 1,
    ),
    (
        "left_shift right_shift bitwise_left_shift bitwise_right_shift",
        COUNTS,
        np.int32(2),
    ),
    ("add multiply divide power maximum where_", INTS, X[:2]),
    ("add multiply divide power maximum equal", HALF, 2),
    ("add subtract multiply divide maximum", INTS, 0.5),
    ("add multiply", BOOLS, INTS),
    ("ldexp", X, np.int32(3)),
    ("divide divide_no_nan", X, np.zeros_like(X)),
    ("matmul dot", X, floats(4, 2)),
    ("matmul", SMALL, SMALL.T),
    ("matmul", CUBE, floats(2, 4, 2)),
    ("cross", floats(2, 3), floats(2, 3, seed=1)),
    ("cdist", X, floats(2, 4)),
    ("polar", POSITIVE, X),
    ("searchsorted", np.sort(VECTOR), X.ravel()),
    ("digitize", X, np.array([-1.0, 0.0, 1.0], "float32")),
    ("correlate", VECTOR, VECTOR[:3]),
    ("solve", SPD, X),
    ("solve", SPD, X[:, 0]),
    ("lstsq", SPD, X),
]

# (name, positional arguments, keyword arguments)
CASES = [
    ("all", (X,), {"axis": 0, "keepdims": True}),
    ("sum", (CUBE,), {"axis": (0, 2)}),
    ("max", (X,), {"axis": 1, "initial": 1.0}),
    ("min", (X,), {"axis": [0], "initial": -1.0, "keepdims": True}),
    ("median", (X,), {"axis": 1, "keepdims": True}),
    ("argmax", (X,), {"axis": 1, "keepdims": True}),
    ("prod", (INTS,), {"dtype": "float32", "axis": 0}),
    ("cumsum", (INTS,), {"axis": 1, "dtype": "float32"}),
    ("average", (X,), {"axis": 1, "weights": POSITIVE[0]}),
    ("logsumexp", (X,), {"axis": 0, "keepdims": True}),
    ("quantile", (X, np.float32([0.2, 0.5])), {"axis": 1, "keepdims": True}),
    ("quantile", (X, 0.3), {"method": "nearest"}),
    ("percentile", (X, 30.0), {"axis": 0}),
    ("nanquantile", (HOLES, 0.3), {}),
    ("nanpercentile", (HOLES, 30.0), {"axis": 1}),
    ("trapezoid", (X,), {"dx": 0.5, "axis": 0}),
    ("trapezoid", (X, np.arange(4.0)), {}),
    ("diff", (X,), {"n": 2, "axis": 0}),
    ("trace", (X,), {"offset": 1}),
    ("round", (X, 1), {}),
    ("clip", (X, -1.0, 0.5), {}),
    ("nan_to_num", (ODD,), {"nan": 1.0, "posinf": 2.0, "neginf": 3.0}),
    ("isclose", (X, X + 1e-3), {"atol": 1e-3}),
    ("allclose", (ODD, ODD), {"equal_nan": True}),
    ("arange", (5,), {}),
    ("arange", (1, 2, 0.25), {}),
    ("arange", (3,), {"dtype": "float16"}),
    ("linspace", (0, 4, 3), {}),
    ("linspace", (0, 4, 3), {"dtype": "int32", "endpoint": False}),
    ("linspace", (X[0], X[1], 3), {"axis": 1, "retstep": True}),
    ("logspace", (0, 2, 4), {"base": 2}),
    ("geomspace", (1, 100, 3), {}),
    ("eye", (2, 3, 1), {"dtype": "int32"}),
    ("eye", (2,), {}),
    ("identity", (2,), {}),
    ("tri", (2, 3, 1), {}),
    ("zeros", ((2, 3),), {}),
    ("ones", ((2,),), {"dtype": "bool"}),
    ("full", ((2, 3), 1.5), {}),
    ("full", ((2,), 1), {"dtype": "int32"}),
    ("full_like", (INTS, 7), {}),
    ("zeros_like", (INTS,), {"dtype": "float32"}),
    ("meshgrid", (VECTOR, X[0]), {}),
    ("meshgrid", (VECTOR, X[0]), {"indexing": "ij"}),
    ("vander", (VECTOR,), {"N": 3, "increasing": True}),
    ("kaiser", (6, 2.0), {}),
    ("array", (X,), {"dtype": "int32"}),
    ("reshape", (X, (2, -1)), {}),
    ("transpose", (CUBE, (1, 0, 2)), {}),
    ("swapaxes", (CUBE, 0, 2), {}),
    ("moveaxis", (CUBE, 0, -1), {}),
    ("expand_dims", (X, (0, 2)), {}),
    ("squeeze", (X[None],), {"axis": 0}),
    ("broadcast_to", (X[0], (2, 4)), {}),
    ("flip", (X,), {"axis": 1}),
    ("roll", (X, 2), {"axis": 1}),
    ("rot90", (X,), {"k": 3}),
    ("repeat", (X, 2), {"axis": 0}),
    ("repeat", (VECTOR, np.arange(5)), {}),
    ("tile", (X, (2, 1)), {}),
    ("pad", (X, ((1, 0), (2, 1))), {}),
    ("pad", (X, 1), {"constant_values": 3}),
    ("pad", (X, ((1, 1), (2, 2))), {"mode": "reflect"}),
    ("concatenate", ([X, Y],), {"axis": 1}),
    ("concatenate", ([INTS, X],), {}),
    ("stack", ([X, Y],), {"axis": 1}),
    ("hstack", ([X, Y],), {}),
    ("vstack", ([X, Y],), {}),
    ("dstack", ([X, Y],), {}),
    ("unstack", (X,), {"num": 4, "axis": 1}),
    ("append", (X, Y), {"axis": 1}),
    ("split", (X, 2), {"axis": 1}),
    ("split", (X, [1, 3]), {"axis": 1}),
    ("array_split", (X, 3), {"axis": 1}),
    ("hsplit", (X, 2), {}),
    ("vsplit", (X, 3), {}),
    ("dsplit", (CUBE, 2), {}),
    ("diag", (SQUARE,), {"k": 1}),
    ("diagonal", (CUBE,), {"offset": 1, "axis1": 1, "axis2": 2}),
    ("tril", (X,), {"k": -1}),
    ("triu", (X,), {"k": 1}),
    ("where", (X > 0, X, Y), {}),
    ("where", (X > 0, 1, 0.5), {}),
    ("select", ([X > 1, X > 0], [X, Y]), {"default": 9.0}),
    ("get_item", (X, (slice(None), 1)), {}),
    ("take", (X, [[2, 0], [-1, 1]]), {"axis": 0}),
    ("take", (VECTOR, np.array([9, -9, 1])), {}),
    ("take_along_axis", (X, np.argsort(X, axis=1)), {"axis": 1}),
    ("unravel_index", (np.array([5, 7]), (3, 4)), {}),
    ("argpartition", (VECTOR, 2), {}),
    ("sort", (X,), {"axis": 0}),
    ("top_k", (X, 2), {}),
    ("in_top_k", (CLASSES, X, 2), {}),
    ("searchsorted", (np.arange(4), np.arange(4)), {"side": "right"}),
    ("isin", (INTS, [1, 5]), {"invert": True}),
    ("bincount", (COUNTS[0],), {"minlength": 6}),
    ("bincount", (COUNTS[0],), {"weights": POSITIVE[0]}),
    ("bincount", (COUNTS,), {"minlength": 8}),
    ("histogram", (VECTOR,), {"bins": 3}),
    ("histogram", (VECTOR,), {"bins": 3, "range": (-1.0, 1.0)}),
    ("unique", (COUNTS,), {}),
    (
        "unique",
        (COUNTS,),
        {"return_index": True, "return_inverse": True, "return_counts": True},
    ),
    ("unique", (COUNTS,), {"size": 3}),
    ("tensordot", (CUBE, floats(4, 3)), {"axes": [[2, 1], [0, 1]]}),
    ("tensordot", (CUBE, floats(4, 3)), {"axes": 1}),
    ("einsum", ("bij,jk->bk", CUBE, floats(4, 2)), {}),
    ("einsum", ("ij,kj->ik", SMALL, SMALL), {}),
    ("cross", (floats(3, 2), floats(3, 2, seed=1)), {"axis": 0}),
    ("correlate", (VECTOR, VECTOR[:3]), {"mode": "full"}),
    ("correlate", (COUNTS[0], COUNTS[1, :2]), {"mode": "same"}),
    ("cast", (X, "int32"), {}),
    ("cast", (INTS, "bool"), {}),
    ("cast", (BOOLS, "float16"), {}),
    ("convert_to_tensor", ([1, 2.5],), {}),
    ("convert_to_tensor", (X,), {"dtype": "int32"}),
    ("saturate_cast", (np.float32([300, -5, 1e9]), "uint8"), {}),
    ("saturate_cast", (np.float32([3e9, -3e9]), "int32"), {}),
    ("saturate_cast", (np.float32([1e6]), "float16"), {}),
    ("saturate_cast", (INTS, "uint8"), {}),
    ("saturate_cast", (BOOLS, "int8"), {}),
    ("saturate_cast", (X, "bool"), {}),
    ("view", (X,), {"dtype": "int32"}),
    ("scatter", (np.array([[0], [2], [2]]), X, (4, 4)), {}),
    ("scatter_update", (X, [[0, 1], [2, 2]], [9.0, 8.0]), {}),
    ("scatter_update", (X, [[0, 1], [0, 1]], [9.0, 8.0]), {"reduction": "add"}),
    ("scatter_update", (X, [[0, 1], [2, 2]], [0.1, 0.1]), {"reduction": "max"}),
    ("scatter_update", (X, [[0, 1], [2, 2]], [0.1, 0.1]), {"reduction": "min"}),
    ("scatter_update", (X, [[0, 1], [2, 2]], [3.0, 3.0]), {"reduction": "mul"}),
    ("slice", (X, (1, 1), (2, 2)), {}),
    ("slice", (X, (2, 1), (2, 2)), {}),
    ("slice_update", (X, (1, 1), Y[:2, :2]), {}),
    ("leaky_relu", (X, 0.3), {}),
    ("elu", (X, 0.3), {}),
    ("celu", (X, 0.3), {}),
    ("gelu", (X,), {"approximate": False}),
    ("glu", (X,), {"axis": 1}),
    ("hard_shrink", (X, 1.0), {}),
    ("soft_shrink", (X, 1.0), {}),
    ("squareplus", (X,), {"b": 2}),
    ("threshold", (X, 0.5, -3.0), {}),
    ("softmax", (CUBE,), {"axis": (0, 2)}),
    ("log_softmax", (X,), {"axis": 0}),
    ("one_hot", (CLASSES, 3), {}),
    ("one_hot", (CLASSES, 4), {"axis": 0, "dtype": "int32"}),
    ("multi_hot", (COUNTS, 8), {}),
    ("multi_hot", (CLASSES, 4), {"dtype": "bool"}),
    ("multi_hot", (COUNTS, 8), {"axis": 0}),
    ("normalize", (X,), {"axis": 0, "order": 1}),
    ("normalize", (X,), {"order": 3}),
    ("normalize", (np.zeros_like(X),), {}),
    ("moments", (X, 0), {}),
    ("moments", (X, [0, 1]), {"keepdims": True}),
    ("moments", (HALF * 300, [0, 1]), {}),
    ("batch_normalization", (X, Y[0], POSITIVE[0], 1), {}),
    (
        "batch_normalization",
        (CUBE, Y[0, :3], POSITIVE[0, :3], 1, VECTOR[:3], X[0, :3], 0.1),
        {},
    ),
    ("batch_normalization", (HALF, Y[0], POSITIVE[0], -1), {}),
    ("layer_normalization", (X, X[0], Y[0]), {"epsilon": 0.1}),
    ("layer_normalization", (CUBE, X, Y), {"axis": (1, 2)}),
    ("layer_normalization", (CUBE, VECTOR[:3]), {"axis": 1}),
    ("layer_normalization", (HALF, X[0]), {}),
    ("rms_normalization", (X, Y[0]), {"epsilon": 0.1}),
    ("rms_normalization", (HALF, Y[0]), {}),
    ("binary_crossentropy", (HOT, SHARES), {}),
    ("binary_crossentropy", (HOT, X), {"from_logits": True}),
    ("binary_crossentropy", (HOT, HOT), {}),
    ("binary_crossentropy", (HOT, 1 - HOT), {}),
    ("categorical_crossentropy", (HOT, POSITIVE), {}),
    ("categorical_crossentropy", (HOT, 1 - HOT), {}),
    ("categorical_crossentropy", (HOT, X), {"from_logits": True}),
    ("categorical_crossentropy", (HOT.T, X.T), {"from_logits": True, "axis": 0}),
    ("sparse_categorical_crossentropy", (CLASSES, POSITIVE), {}),
    ("sparse_categorical_crossentropy", (CLASSES[:, None], X), {"from_logits": True}),
    ("sparse_categorical_crossentropy", (np.array([9, -1, 0]), POSITIVE), {}),
    ("psnr", (X, Y, 4.0), {}),
    ("dot_product_attention", (QUERY, KEY, KEY), {}),
    (
        "dot_product_attention",
        (QUERY, QUERY, QUERY, floats(2, 4, 3, 3)),
        {"is_causal": True, "scale": 0.7},
    ),
    (
        "dot_product_attention",
        (QUERY, KEY, KEY),
        {"mask": floats(2, 4, 3, 6) > -1},
    ),
    (
        "ctc_loss",
        (
            np.array([[1, 2], [3, 0]]),
            floats(2, 5, 4),
            np.array([2, 1]),
            np.array([5, 4]),
        ),
        {},
    ),
    (
        "ctc_loss",
        (np.array([[1, 2]]), floats(1, 5, 4), np.array([2]), np.array([5])),
        {"mask_index": 3},
    ),
    ("ctc_decode", (floats(2, 6, 3), np.array([6, 4])), {}),
    (
        "ctc_decode",
        (floats(2, 6, 3), np.array([6, 4])),
        {"merge_repeated": False, "mask_index": 2},
    ),
    (
        "ctc_decode",
        (floats(2, 6, 3), np.array([6, 4])),
        {"strategy": "beam_search", "beam_width": 20, "top_paths": 3},
    ),
    ("depth_to_space", (IMAGES, 2), {}),
    ("depth_to_space", (floats(1, 8, 2, 3), 2), {"data_format": "channels_first"}),
    ("space_to_depth", (IMAGES, 2), {}),
    ("space_to_depth", (floats(1, 3, 4, 2), 2), {"data_format": "channels_first"}),
    ("unfold", (IMAGES, 2), {"stride": 2}),
    ("unfold", (IMAGES, (2, 3)), {"padding": 1, "stride": (2, 1)}),
    ("unfold", (IMAGES, 2), {"dilation": 2}),
    ("fold", (floats(2, 12, 9), 4, 2), {}),
    ("fold", (floats(2, 18, 8), (3, 4), (2, 3)), {"padding": (0, 1)}),
    ("rearrange", (CUBE, "a b c -> (a b) c"), {}),
    ("rearrange", (X, "a (b c) -> c a b"), {"c": 2}),
    ("segment_sum", (X, np.array([0, 0, 2])), {"num_segments": 4}),
    ("segment_prod", (X, np.array([2, 0, 2])), {"num_segments": 4}),
    ("segment_max", (X, np.array([0, 0, 2])), {"num_segments": 4, "sorted": True}),
    ("segment_min", (INTS, np.array([1, 1])), {"num_segments": 2}),
    ("fft", ((X, Y),), {}),
    ("fft2", ((X, Y),), {}),
    ("ifft2", ((X, Y),), {}),
    ("rfft", (X,), {"fft_length": 6}),
    ("rfft", (X,), {}),
    ("irfft", ((X, Y),), {}),
    ("irfft", ((X, Y),), {"fft_length": 5}),
    ("extract_sequences", (CUBE, 2, 1), {}),
    ("stft", (SIGNAL, 6, 2, 8), {}),
    ("stft", (SIGNAL, 6, 2, 8), {"window": "hamming", "center": False}),
    ("stft", (SIGNAL, 5, 2, 8), {"window": None}),
    ("istft", ((floats(2, 6, 5), floats(2, 6, 5, seed=1)), 6, 2, 8), {}),
    (
        "istft",
        ((floats(6, 5), floats(6, 5, seed=1)), 6, 2, 8),
        {"length": 9, "window": "hamming"},
    ),
    ("cholesky", (SPD,), {"upper": True}),
    ("cholesky_inverse", (LOWER.T,), {"upper": True}),
    ("solve_triangular", (LOWER, X), {"lower": True}),
    ("solve_triangular", (LOWER.T, X[:, 0]), {}),
    ("qr", (X,), {"mode": "complete"}),
    ("svd", (X,), {"compute_uv": False}),
    ("svd", (SPD,), {}),
    ("svd", (X,), {"full_matrices": False}),
    ("pinv", (X,), {"rcond": 0.1}),
    ("matrix_rank", (SPD,), {"tol": 5.0}),
    ("norm", (X,), {"ord": 1, "axis": 1, "keepdims": True}),
    ("norm", (X,), {"ord": "nuc"}),
    ("norm", (X,), {"ord": np.inf}),
    ("norm", (CUBE,), {"axis": (1, 2), "ord": 2}),
    ("norm", (INTS,), {}),
    ("jvp", (jnp.sin, (X,), (Y,)), {}),
    ("cond", (np.array(True), lambda: 1.0, lambda: 2.0), {}),
    ("switch", (7, [jnp.sin, jnp.cos], X), {}),
    ("scan", (lambda c, x: (c + x, c * x), X[0], X), {"reverse": True}),
    ("associative_scan", (jnp.add, X), {"axis": 1}),
    (
        "while_loop",
        (lambda i, x: i < 5, lambda i, x: (i + 1, x * 2), (0, X)),
        {"maximum_iterations": 3},
    ),
    ("while_loop", (lambda i: i < 5, lambda i: i + 2, 0), {}),
    ("fori_loop", (1, 4, lambda i, x: x * i, X), {}),
    ("map", (jnp.sum, X), {}),
    ("vectorized_map", (lambda xy: xy[0] @ xy[1], (X, Y)), {}),
]

# Covered elsewhere, with nothing that could be compared (`empty` is anything), or, as
# `sparsemax`, different on purpose.
APART = set(
    [
        "average_pool",
        "max_pool",
        "adaptive_average_pool",
        "adaptive_max_pool",
        "conv",
        "conv_transpose",
        "depthwise_conv",
        "separable_conv",
        "empty",
        "empty_like",
        "vectorize",
        "custom_gradient",
        "eig",
        "sparsemax",
    ]
)
# Arguments for sparse tensors and for quantization, which keryx does not have.
LEFT_OUT = {"sparse", "ragged", "kwargs"}


def expanded():
    """Yields the rows of the three tables in the form of `CASES`."""
    for names, *args in FUNCTIONS_OF + BINARY:
        for name in names.split():
            if name == "clip_0_1":
                yield "clip", (*args, 0, 1), {}
            elif name == "where_":
                yield "where", (args[0] > 0, *args), {}
            else:
                yield name, tuple(args), {}
    yield from CASES


ROWS = list(expanded())
# What cannot be compiled: shapes that depend on values, results that are no arrays.
EAGER = set(
    [
        "nonzero",
        "where",
        "unique",
        "bincount",
        "histogram",
        "repeat",
        "is_tensor",
        "convert_to_numpy",
        "dtype",
        "bartlett",
        "blackman",
        "hamming",
        "hanning",
        "kaiser",
        "rearrange",
    ]
)


def row_id(row):
    name, args, kwargs = row
    shown = [f"{a.dtype}" for a in args if isinstance(a, np.ndarray)]
    return "-".join([name, *shown, *kwargs])


def is_array(leaf):
    return isinstance(leaf, np.ndarray)


def run(module, row):
    name, args, kwargs = row
    return jax.tree.leaves(getattr(module, name)(*args, **kwargs))


def on_arrays(function, rows):
    """Compiles `function(row)` of several rows as one program, and runs it."""
    leaves, tree = jax.tree.flatten(rows)

    def program(arrays):
        filled = iter(arrays)
        inputs = [next(filled) if is_array(leaf) else leaf for leaf in leaves]
        return [function(row) for row in jax.tree.unflatten(tree, inputs)]

    return jax.jit(program)([leaf for leaf in leaves if is_array(leaf)])


@functools.cache
def chunk_of(module, start, size=40):
    return on_arrays(partial(run, module), ROWS[start : start + size])


def outputs(module, index):
    """The results of a row; rows are compiled many at a time, which is faster."""
    name, args, kwargs = ROWS[index]
    if index < FIRST_EAGER:
        start = index - index % 40
        return chunk_of(module, start, min(40, FIRST_EAGER - start))[index - start]
    args, kwargs = jax.tree.map(
        lambda leaf: jnp.asarray(leaf) if is_array(leaf) else leaf, (args, kwargs)
    )
    return run(module, (name, args, kwargs))


ROWS.sort(key=lambda row: row[0] in EAGER)
FIRST_EAGER = sum(row[0] not in EAGER for row in ROWS)


@pytest.mark.parametrize("index", range(len(ROWS)), ids=lambda i: row_id(ROWS[i]))
def test_values_and_types_equal_keras(index):
    expected = outputs(keras.ops, index)

    actual = outputs(ops, index)

    assert len(actual) == len(expected)
    for mine, theirs in zip(actual, expected, strict=True):
        mine, theirs = np.asarray(mine), np.asarray(theirs)
        assert mine.dtype == theirs.dtype
        if theirs.dtype.kind not in "fcV":
            np.testing.assert_array_equal(mine, theirs)
            continue
        tolerance = 2e-3 if theirs.dtype.itemsize == 2 else 1e-5
        np.testing.assert_allclose(mine, theirs, rtol=tolerance, atol=tolerance / 5)


@pytest.mark.parametrize("name", NAMES)
def test_every_name_has_the_signature_of_keras(name):
    expected = inspect.signature(getattr(keras.ops, name)).parameters

    actual = inspect.signature(getattr(ops, name)).parameters

    left_out = () if name == "einsum" else LEFT_OUT
    kept = [p for p in expected.values() if p.name not in left_out]
    assert [(p.name, p.default, p.kind) for p in actual.values()] == [
        (p.name, p.default, p.kind) for p in kept
    ]


@pytest.mark.parametrize("name", sorted(set(NAMES) - APART))
def test_every_name_is_in_the_table(name):
    assert name in {row[0] for row in ROWS}


OF_FIRST = set(
    [
        "relu",
        "relu6",
        "sigmoid",
        "log_sigmoid",
        "softplus",
        "softsign",
        "silu",
        "selu",
        "hard_sigmoid",
        "hard_silu",
        "hard_tanh",
        "tanh_shrink",
        "sparse_plus",
        "sparse_sigmoid",
        "leaky_relu",
        "elu",
        "celu",
        "gelu",
        "glu",
        "hard_shrink",
        "soft_shrink",
        "squareplus",
        "threshold",
        "softmax",
        "log_softmax",
        "normalize",
        "moments",
        "batch_normalization",
        "layer_normalization",
        "rms_normalization",
        "dot_product_attention",
        "logsumexp",
        "sqrt",
        "abs",
        "divide_no_nan",
        "max",
        "clip",
        "cdist",
        "norm",
    ]
)
DIFFERENTIABLE = [
    (row, 0)
    for row in ROWS
    if row[0] in OF_FIRST and row[1][0].dtype == np.float32 and row[1][0].any()
] + [(row, 1) for row in ROWS if row[0].endswith(("crossentropy", "ctc_loss"))]


def slope(module, place, row):
    """Gradient of the results' sum with unequal weights."""
    name, args, kwargs = row

    def total(x):
        inputs = [*args[:place], x, *args[place + 1 :]]
        results = jax.tree.leaves(getattr(module, name)(*inputs, **kwargs))
        return sum(np.sin(np.arange(1.0, y.size + 1)) @ y.ravel() for y in results)

    return jax.grad(total)(args[place])


@functools.cache
def slopes(module, place):
    return on_arrays(
        partial(slope, module, place),
        [row for row, at in DIFFERENTIABLE if at == place],
    )


@pytest.mark.parametrize(
    "index", range(len(DIFFERENTIABLE)), ids=lambda i: row_id(DIFFERENTIABLE[i][0])
)
def test_gradients_equal_keras(index):
    place = DIFFERENTIABLE[index][1]
    before = sum(at != place for _, at in DIFFERENTIABLE[:index])
    expected = slopes(keras.ops, place)[index - before]

    actual = slopes(ops, place)[index - before]

    np.testing.assert_allclose(actual, expected, rtol=2e-5, atol=2e-6)


CORNERED = ["relu", "relu6", "leaky_relu", "elu", "hard_tanh", "hard_sigmoid", "abs"]


@pytest.mark.parametrize("name", [*CORNERED, "max"])
def test_slope_at_the_corner_equals_keras(name):
    corner = jnp.array([0.0, 6.0, -1.0, 1.0, 3.0, -3.0, 6.0])

    def slope_of(module):
        return jax.grad(lambda x: jnp.sum(getattr(module, name)(x)))(corner)

    mine, theirs = slope_of(ops), slope_of(keras.ops)

    np.testing.assert_array_equal(mine, theirs)


@pytest.mark.parametrize("module", ["linalg", "nn", "numpy"])
def test_submodules_have_the_same_objects_as_keras(module):
    names = {name for name in vars(getattr(keras.ops, module)) if name[0] != "_"}

    mine = {name: f for name, f in vars(getattr(ops, module)).items() if name[0] != "_"}

    assert mine == {name: getattr(ops, name) for name in names}
