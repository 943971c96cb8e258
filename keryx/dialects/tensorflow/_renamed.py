"""Functions that `keryx.ops` has under another name, or with other argument names."""

import ast
import functools
import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from keryx import ops
from keryx.dialects.backend._record import exact
from keryx.dialects.tensorflow import _functions
from keryx.dialects.tensorflow._tensor import is_text, text

# TensorFlow 1's names of arguments.
_OLD = {"keep_dims": "keepdims", "reduction_indices": "axis", "dim": "axis"}
_OLD |= {"dimension": "axis", "dims": "axis", "squeeze_dims": "axis"}
# Functions that take text as well: NumPy has them under the same names.
_OF_TEXT = ("expand_dims", "squeeze", "stack")

# Names in `tf` | arguments | name in `keryx.ops`; after a dot, in `_functions`. With a
# star, whole numbers of NumPy's stay with NumPy, so that shapes can be computed with.
# A function is in `tf`; after "math:" in `tf.math` alone, after "+math:" in both.
_ROWS = """
+math:add | x, y | *add
+math:subtract | x, y | *subtract
+math:multiply scalar_mul | x, y | *multiply
math:divide truediv | x, y | true_divide
+math:floordiv | x, y | *floor_divide
+math:floormod mod | x, y | *mod
+math:pow | x, y | *power
+math:maximum | x, y | *maximum
+math:minimum | x, y | *minimum
+math:equal | x, y | equal
+math:not_equal | x, y | not_equal
+math:greater | x, y | greater
+math:greater_equal | x, y | greater_equal
+math:less | x, y | less
+math:less_equal | x, y | less_equal
+math:logical_and | x, y | logical_and
+math:logical_or | x, y | logical_or
math:logical_xor | x, y | logical_xor
+math:logical_not | x | logical_not
+math:atan2 | y, x | arctan2
math:divide_no_nan | x, y | divide_no_nan
math:multiply_no_nan | x, y | .multiply_no_nan
+math:squared_difference | x, y | .squared_difference
math:xlogy | x, y | .xlogy
+math:floor_div | x, y | *floor_divide
+math:abs | x | *abs
+math:negative | x | negative
+math:sign | x | sign
+math:exp | x | exp
math:expm1 | x | expm1
math:log | x | log
math:log1p | x | log1p
+math:sqrt | x | sqrt
math:rsqrt | x | rsqrt
+math:square | x | square
math:reciprocal | x | reciprocal
+math:round | x | round
math:rint | x | round
math:ceil | x | ceil
math:floor | x | floor
+math:sin | x | sin
+math:cos | x | cos
+math:tan | x | tan
+math:asin | x | arcsin
+math:acos | x | arccos
+math:atan | x | arctan
+math:sinh | x | sinh
+math:cosh | x | cosh
+math:tanh | x | tanh
+math:asinh | x | arcsinh
+math:acosh | x | arccosh
+math:atanh | x | arctanh
+math:sigmoid | x | sigmoid
math:softplus | x | softplus
math:erf | x | erf
math:erfc | x | erfc
math:erfinv | x | erfinv
math:is_nan | x | isnan
math:is_inf | x | isinf
math:is_finite | x | isfinite
math:real | input | real
math:imag | input | imag
math:conj | x | conj
math:angle | input | angle
+math:reduce_sum | input_tensor, axis=None, keepdims=False | *sum
+math:reduce_mean | input_tensor, axis=None, keepdims=False | mean
+math:reduce_max | input_tensor, axis=None, keepdims=False | *max
+math:reduce_min | input_tensor, axis=None, keepdims=False | *min
+math:reduce_prod | input_tensor, axis=None, keepdims=False | *prod
+math:reduce_all | input_tensor, axis=None, keepdims=False | all
+math:reduce_any | input_tensor, axis=None, keepdims=False | any
+math:reduce_logsumexp | input_tensor, axis=None, keepdims=False | logsumexp
math:reduce_std | input_tensor, axis=None, keepdims=False | std
math:reduce_variance | input_tensor, axis=None, keepdims=False | var
math:reduce_euclidean_norm | input_tensor, axis=None, keepdims=False | .euclidean
+math:argmax | input, axis=0 | argmax
+math:argmin | input, axis=0 | argmin
+math:cumsum | x, axis=0, exclusive=False, reverse=False | .cumsum
math:cumprod | x, axis=0, exclusive=False, reverse=False | .cumprod
math:count_nonzero | input, axis=None | count_nonzero
math:segment_sum | data, segment_ids, num_segments=None | segment_sum
math:unsorted_segment_sum | data, segment_ids, num_segments | segment_sum
math:segment_max | data, segment_ids, num_segments=None | segment_max
math:top_k | input, k=1, sorted=True | top_k
math:in_top_k | targets, predictions, k | in_top_k
math:bincount | arr, weights=None, minlength=0 | bincount
math:l2_normalize | x, axis=None, epsilon=1e-12 | .l2_normalize
math:confusion_matrix | labels, predictions, num_classes=None | .confusion_matrix
math:lgamma | x | .lgamma
math:digamma | x | .digamma
math:log_sigmoid | x | log_sigmoid
math:softmax | logits, axis=-1 | softmax
math:log_softmax | logits, axis=-1 | log_softmax
math:cross | a, b | cross
expand_dims | input, axis | *expand_dims
squeeze | input, axis=None | *squeeze
transpose | a, perm=None | .transpose
reverse | tensor, axis | flip
roll | input, shift, axis | roll
gather_nd | params, indices, batch_dims=0 | .gather_nd
stack | values, axis=0 | *.stack
concat | values, axis | *.concat
unstack | value, num=None, axis=0 | unstack
searchsorted | sorted_sequence, values, side='left' | searchsorted
sort | values, axis=-1, direction='ASCENDING' | .sort
argsort | values, axis=-1, direction='ASCENDING' | .argsort
where | condition, x=None, y=None | .where
boolean_mask | tensor, mask, axis=None | .boolean_mask
zeros_like | input, dtype=None | .zeros_like
ones_like | input, dtype=None | .ones_like
cast | x, dtype | .cast
saturate_cast | value, dtype | saturate_cast
identity | input | .identity
stop_gradient | input | stop_gradient
size | input | .size
rank | input | .rank
norm | tensor, ord='euclidean', axis=None, keepdims=False | .norm
clip_by_value | t, clip_value_min, clip_value_max | clip
clip_by_norm | t, clip_norm, axes=None | .clip_by_norm
scatter_nd | indices, updates, shape | scatter
tensor_scatter_nd_update | tensor, indices, updates | scatter_update
tensor_scatter_nd_add | tensor, indices, updates | .scatter_add
matmul | a, b, transpose_a=False, transpose_b=False | .matmul
tensordot | a, b, axes | tensordot
+linalg:eye | num_rows, num_columns=None, batch_shape=None, dtype='float32' | .eye
linalg:matvec | a, b | .matvec
linalg:cholesky | input | cholesky
linalg:inv | input | inv
linalg:det | input | det
linalg:logdet | matrix | logdet
linalg:slogdet | input | slogdet
linalg:pinv | a | pinv
linalg:qr | input | qr
linalg:eigh | tensor | eigh
linalg:svd | tensor, full_matrices=False, compute_uv=True | .svd
linalg:solve | matrix, rhs | solve
linalg:lstsq | matrix, rhs | lstsq
linalg:diag | diagonal | .diag
linalg:diag_part | input | .diag_part
linalg:trace | x | .trace
linalg:cross | a, b | cross
linalg:band_part | input, num_lower, num_upper | .band_part
linalg:normalize | tensor, ord='euclidean', axis=None | .normalize
nn:relu | features | relu
nn:relu6 | features | relu6
nn:elu | features | elu
nn:selu | features | selu
nn:gelu | features, approximate=False | gelu
nn:silu swish | features | silu
nn:leaky_relu | features, alpha=0.2 | leaky_relu
nn:sigmoid | x | sigmoid
nn:tanh | x | tanh
nn:softplus | features | softplus
nn:softsign | features | softsign
nn:softmax | logits, axis=-1 | softmax
nn:log_softmax | logits, axis=-1 | log_softmax
nn:l2_normalize | x, axis=None, epsilon=1e-12 | .l2_normalize
nn:top_k | input, k=1, sorted=True | top_k
nn:in_top_k | targets, predictions, k | in_top_k
nn:embedding_lookup | params, ids, max_norm=None | .embedding_lookup
nn:moments | x, axes, shift=None, keepdims=False | .moments
nn:depth_to_space | input, block_size, data_format='NHWC' | .depth_to_space
nn:space_to_depth | input, block_size, data_format='NHWC' | .space_to_depth
"""
# Other names of the same: as in TensorFlow 1, or in another part.
SAME = {
    "div": "math.divide", "mul": "multiply", "sub": "subtract", "neg": "negative",
    "log": "math.log", "floor": "math.floor", "ceil": "math.ceil", "real": "math.real",
    "imag": "math.imag", "rsqrt": "math.rsqrt", "log1p": "math.log1p",
    "expm1": "math.expm1", "cumprod": "math.cumprod", "is_nan": "math.is_nan",
    "logsumexp": "math.reduce_logsumexp", "batch_matmul": "matmul",
    "reduce_logsumexp": "math.reduce_logsumexp", "linalg.matmul": "matmul",
    "linalg.norm": "norm", "linalg.tensordot": "tensordot", "arg_max": "argmax",
    "arg_min": "argmin", "diag_part": "linalg.diag_part", "diag": "linalg.diag",
    "linalg.l2_normalize": "math.l2_normalize", "trace": "linalg.trace",
    "math.add_n": "add_n", "nn.erf": "math.erf", "erf": "math.erf",
    "matrix_inverse": "linalg.inv", "cholesky": "linalg.cholesky",
    "segment_sum": "math.segment_sum", "bincount": "math.bincount",
    "confusion_matrix": "math.confusion_matrix", "nn.swish": "nn.silu",
    "compat.v1.confusion_matrix": "math.confusion_matrix",
    "count_nonzero": "math.count_nonzero", "softmax": "nn.softmax",
    "divide": "math.divide", "truediv": "math.truediv",
}  # fmt: skip


def renamed(name: str, parameters: str, target: Callable[..., Any]) -> Any:
    """Returns a function with TensorFlow's arguments that calls another by position.

    Example:
        >>> total = renamed("reduce_sum", "input_tensor, axis=None", ops.sum)
        >>> float(total(input_tensor=[1.0, 2.0], name="all"))
        3.0

    Args:
        name: Its name.
        parameters: Its arguments, as in a `def`; TensorFlow's `name` comes after them.
        target: Takes them by position, in this order.
    """
    form = inspect.Signature(
        [_parameter(p) for p in f"{parameters}, name=None".split(", ")]
    )

    @functools.wraps(target)
    def call(*args: Any, **kwargs: Any) -> Any:
        for old in _OLD.keys() & kwargs.keys():
            if old not in form.parameters:
                kwargs[_OLD[old]] = kwargs.pop(old)
        bound = form.bind(*args, **kwargs)
        bound.apply_defaults()
        if name in _OF_TEXT and is_text(bound.args[0]):
            return getattr(np, name)(text(bound.args[0]), *bound.args[1:-1])
        return target(*bound.args[:-1])

    call.__name__ = call.__qualname__ = name
    call.__signature__ = form  # type: ignore[attr-defined]
    return call


def _parameter(spelled: str) -> inspect.Parameter:
    name, _, default = spelled.partition("=")
    value = ast.literal_eval(default) if default else inspect.Parameter.empty
    return inspect.Parameter(
        name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=value
    )


@functools.cache
def table() -> dict[str, tuple[str, str]]:
    """Returns path in `tf` → (arguments, target)."""
    found = {}
    for line in _ROWS.strip().splitlines():
        head, parameters, target = (part.strip() for part in line.split("|"))
        where, _, names = head.rpartition(":")
        for name in names.split():
            row = parameters, target
            if where != "":
                found[f"{where.removeprefix('+')}.{name}"] = row
            if where == "" or where.startswith("+"):
                found[name] = row
    return found


@functools.cache
def look_up(path: str) -> Any:
    """Returns a function by its path below `tf`, such as "math.log", or `None`."""
    path = SAME.get(path, path)
    row = table().get(path)
    if row is None:
        return None
    parameters, target = row
    bare = target.removeprefix("*")
    if bare.startswith("."):
        function = getattr(_functions, bare[1:])
    else:
        function = getattr(ops, bare)
    return renamed(path, parameters, exact(function) if target != bare else function)
