"""Variables, constants, placeholders, and what is known of them."""

import functools
import math
from collections.abc import Iterable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from keryx import config, ops, random
from keryx._core import scope
from keryx._core.dtypes import standardize_dtype
from keryx._core.errors import ArgumentError
from keryx._core.op import op, Symbolic
from keryx._core.variable import Variable
from keryx.dialects.backend import _config
from keryx.dialects.backend._function import eval
from keryx.dialects.backend._legacy import legacy
from keryx.dialects.backend._record import exact, SHAPE, sized, sizes
from keryx.dialects.backend._session import refuse_sparse
from keryx.layers import Input


def variable(
    value: Any, dtype: Any = None, name: str | None = None, constraint: Any = None
) -> Variable:
    """Returns a variable that holds `value`, in the default float type unless told.

    Example:
        >>> variable([1, 2]).numpy()
        array([1., 2.], dtype=float32)
    """
    value = value.value if isinstance(value, Variable) else to_dense(value)
    kind = dtype or config.floatx()
    return Variable(value, dtype=kind, name=name, constraint=constraint)


def constant(
    value: Any, dtype: Any = None, shape: Any = None, name: str | None = None
) -> Any:
    """Returns fixed values: NumPy's, which leave operators to symbolic tensors.

    One value, or fewer than `shape` asks for, are repeated: the last one.
    """
    array = np.asarray(value, dtype or config.floatx())
    if shape is None:
        return array
    missing = math.prod(shape) - array.size
    return np.pad(array.reshape(-1), (0, missing), mode="edge").reshape(shape)


def placeholder(
    shape: Any = None,
    ndim: int | None = None,
    dtype: Any = None,
    sparse: bool = False,
    name: str | None = None,
) -> Any:
    """Returns a symbolic tensor that nothing computes: an input of `function`.

    Args:
        shape: Axis sizes, the batch included; `None` for those that may vary.
        ndim: Number of axes of unknown size, in place of `shape`.
        dtype: Element type; the default float type if `None`.
        sparse: Must be false.
        name: Name.

    Raises:
        StateError: If `sparse` is true.
    """
    if sparse:
        refuse_sparse("placeholder")
    if shape is None:
        shape = (None,) * (ndim or 0)
    name = name or f"placeholder_{_config.get_uid('placeholder')}"
    return Input(batch_shape=tuple(shape), dtype=dtype or config.floatx(), name=name)


def is_placeholder(x: Any) -> bool:
    """Tells whether `x` is a symbolic tensor that nothing computes."""
    node: Any = getattr(x, "node", None)
    return isinstance(x, Symbolic) and (node is None or not node.inputs())


def is_variable(x: Any) -> bool:
    """Tells whether `x` is a variable."""
    return isinstance(x, Variable)


def is_keras_tensor(x: Any) -> bool:
    """Tells whether `x` is a symbolic tensor, as `Input(...)` and layers return."""
    return isinstance(x, Symbolic)


def is_tensor(x: Any) -> bool:
    """Tells whether `x` is an array of JAX, a variable or a symbolic tensor."""
    return isinstance(x, jax.Array | Variable | Symbolic)


def is_sparse(tensor: Any) -> bool:
    """Tells whether `tensor` is a sparse matrix (of SciPy: there are no others)."""
    return hasattr(tensor, "toarray")


def to_dense(tensor: Any) -> Any:
    """Returns a sparse matrix as an array, and everything else as it is."""
    return tensor.toarray() if is_sparse(tensor) else tensor


# --- shapes ---------------------------------------------------------------------


def _shape(x: Any) -> Any:
    return np.asarray(np.shape(x), np.int32)


_shape.__name__ = SHAPE
_sizes_of = op(_shape)


def shape(x: Any) -> Any:
    """Returns the sizes of the axes as a tensor, for `reshape` and `random_normal`."""
    return _sizes_of(x)


def int_shape(x: Any) -> tuple[int | None, ...]:
    """Returns the sizes of the axes; `None` for an unknown one.

    Example:
        >>> int_shape(placeholder((None, 3)))
        (None, 3)
    """
    return ops.shape(x)


def get_variable_shape(x: Any) -> tuple[int | None, ...]:
    """Returns the shape of a variable."""
    return int_shape(x)


def ndim(x: Any) -> int:
    """Returns the number of axes."""
    return len(int_shape(x))


@exact
def size(x: Any, name: str | None = None) -> Any:
    """Returns the number of elements as a tensor."""
    return np.asarray(np.size(x), np.int32)


def dtype(x: Any) -> str:
    """Returns the name of the element type."""
    return standardize_dtype(x.dtype if hasattr(x, "dtype") else np.asarray(x).dtype)


def count_params(x: Any) -> int:
    """Returns the number of elements of a variable."""
    return math.prod(size or 0 for size in int_shape(x))


# --- values -----------------------------------------------------------------------


def get_value(x: Any) -> Any:
    """Returns the value of a variable or tensor as NumPy's; numbers as they are."""
    return eval(x) if is_tensor(x) else x


def set_value(x: Any, value: Any) -> None:
    """Sets the value of a variable.

    Raises:
        ArgumentError: If `x` is none.
    """
    if not hasattr(x, "assign"):
        raise ArgumentError(
            "set_value",
            "x",
            expected="a variable",
            got=type(x).__name__,
            fix="Assign the attribute itself, as `optimizer.learning_rate = 0.1`.",
        )
    x.assign(np.asarray(value))


def batch_get_value(ops: Iterable[Any]) -> list[Any]:
    """Returns the values of several variables."""
    return [get_value(x) for x in ops]


def batch_set_value(tuples: Iterable[tuple[Any, Any]]) -> None:
    """Sets several variables, given as pairs `(variable, value)`."""
    for x, value in tuples:
        set_value(x, value)


# --- filled arrays ----------------------------------------------------------------


def _slot(value: Any, name: str | None) -> Any:
    """Returns a variable; inside a run, where it could not last, the array.

    A layer's `build` is no run, although it may take place in one.
    """
    here = scope.current()
    if here is not None and not here.building:
        return value
    return Variable(value, dtype=value.dtype, name=name)


@sized("shape")
def _filled(shape: Any, value: float, dtype: Any, name: str | None) -> Any:
    here = scope.current()
    made = functools.partial(ops.full, sizes(shape), value, dtype or config.floatx())
    if here is None or not here.building:
        return _slot(made(), name)
    with jax.ensure_compile_time_eval():
        return _slot(made(), name)


def zeros(shape: Any, dtype: Any = None, name: str | None = None) -> Any:
    """Returns a variable of zeros; an array if sizes are symbolic, or inside a call."""
    return _filled(shape, 0, dtype, name)


def ones(shape: Any, dtype: Any = None, name: str | None = None) -> Any:
    """Returns a variable of ones; an array if sizes are symbolic, or inside a call."""
    return _filled(shape, 1, dtype, name)


def eye(size: Any, dtype: Any = None, name: str | None = None) -> Any:
    """Returns a variable with ones on its diagonal."""
    rows, columns = size if isinstance(size, list | tuple) else (size, size)
    return _slot(ops.eye(int(rows), int(columns), dtype=dtype or config.floatx()), name)


@op
def zeros_like(x: Any, dtype: Any = None, name: str | None = None) -> Any:
    """Returns zeros in the shape and type of `x`."""
    return ops.zeros_like(x, dtype)


@op
def ones_like(x: Any, dtype: Any = None, name: str | None = None) -> Any:
    """Returns ones in the shape and type of `x`."""
    return ops.ones_like(x, dtype)


@op
def identity(x: Any, name: str | None = None) -> Any:
    """Returns `x` under a new identity."""
    return jnp.asarray(x)


def random_uniform_variable(
    shape: Any,
    low: float,
    high: float,
    dtype: Any = None,
    name: str | None = None,
    seed: Any = None,
) -> Variable:
    """Returns a variable of numbers from `low` to `high`, all equally likely."""
    kind = dtype or config.floatx()
    return variable(random.uniform(sizes(shape), low, high, kind, seed), kind, name)


@legacy(std="scale")
def random_normal_variable(
    shape: Any,
    mean: float,
    scale: float,
    dtype: Any = None,
    name: str | None = None,
    seed: Any = None,
) -> Variable:
    """Returns a variable of numbers from a normal distribution.

    Args:
        shape: Shape.
        mean: Mean.
        scale: Standard deviation.
        dtype: Float type.
        name: Name.
        seed: An integer, or `None`.
    """
    kind = dtype or config.floatx()
    return variable(random.normal(sizes(shape), mean, scale, kind, seed), kind, name)


@op
def print_tensor(x: Any, message: str = "") -> Any:
    """Prints `message` and the values whenever `x` is computed; returns `x`."""
    jax.debug.callback(lambda values: print(f"{message}{values}"), x)
    return x
