"""Tensors: JAX's arrays, with the few methods of TensorFlow's that programs call."""

import functools
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax._src.array import ArrayImpl

from keryx import ops
from keryx._core.errors import StateError
from keryx._core.op import find_symbolic, Symbolic
from keryx._core.variable import Variable as PlainVariable
from keryx.dialects.tensorflow._dtypes import as_dtype, narrow, TensorShape

Tensor = jax.Array


class HostTensor(np.ndarray[Any, Any]):
    """What JAX does not hold: text, and shapes, which stay plain numbers in a trace."""

    def numpy(self) -> Any:
        """Returns the values; a single piece of text as such."""
        if self.ndim == 0 and self.dtype == object:
            return self.item()
        return np.asarray(self)

    def get_shape(self) -> TensorShape:
        """Returns the shape."""
        return TensorShape(self.shape)


@functools.cache
def equip() -> None:
    """Gives JAX's arrays `numpy()`, `get_shape()` and `set_shape()`; once."""
    kinds: Any = (ArrayImpl, jax.core.Tracer, Symbolic)
    for kind in kinds:
        kind.get_shape = lambda self: TensorShape(self.shape)
        kind.set_shape = lambda self, shape: None
    kinds[0].numpy = _numpy
    kinds[1].numpy = kinds[2].numpy = _refuse


def _numpy(self: Any) -> Any:
    values = np.asarray(self)
    return values if values.ndim else values[()]


def _refuse(self: Any) -> Any:
    raise StateError(
        "`tensor.numpy()`",
        expected="a tensor with values",
        got="one that stands for values to come, in a compiled function or a graph",
        fix="Compute with `tf` functions here; look at values outside, or with "
        "`tf.print`.",
    )


def text(value: Any) -> HostTensor:
    """Returns text, nested, as an array of byte strings."""
    array = np.asarray(value, dtype=object)
    encoded = [x.encode() if isinstance(x, str) else x for x in array.ravel()]
    result = np.empty(array.shape, object)
    result.ravel()[:] = encoded
    return result.view(HostTensor)


def is_text(value: Any) -> bool:
    """Tells whether a value is text, or an array or a list of it."""
    while isinstance(value, list | tuple) and value:
        value = value[0]
    if isinstance(value, np.ndarray | np.generic):
        first = value.flat[0] if value.dtype == object and value.size else value
        return isinstance(first, str | bytes) or value.dtype.kind in "US"
    return isinstance(value, str | bytes)


def convert_to_tensor(
    value: Any, dtype: Any = None, dtype_hint: Any = None, name: Any = None
) -> Any:
    """Returns a value as a tensor.

    Example:
        >>> convert_to_tensor([1.0, 2.0]).dtype.name, convert_to_tensor("a").numpy()
        ('float32', b'a')

    Args:
        value: Number, nested list, array, variable or text.
        dtype: Element type; the value's own if `None`.
        dtype_hint: Accepted for TensorFlow's sake.
        name: Accepted for TensorFlow's sake.
    """
    if find_symbolic(value) is not None:
        return value if dtype is None else ops.cast(value, as_dtype(dtype).name)
    if is_text(value):
        return text(value)
    if isinstance(value, PlainVariable):
        value = value.value
    if isinstance(value, list | tuple) and any(hasattr(v, "shape") for v in value):
        value = jnp.stack([convert_to_tensor(v) for v in value])
    kind = narrow(dtype)
    if kind is None and not isinstance(value, jax.Array):
        value = np.asarray(value)
        plain = not hasattr(value, "dtype") or value.dtype == np.float64
        kind = np.dtype(np.float32) if plain else narrow(value.dtype)
    return jnp.asarray(value, dtype=kind)


def constant(value: Any, dtype: Any = None, shape: Any = None, name: Any = None) -> Any:
    """Returns a value as a tensor; a single number fills a shape."""
    tensor = convert_to_tensor(value, dtype)
    if shape is None:
        return tensor
    wanted = tuple(int(n) for n in shape)
    if tensor.size == 1:
        return jnp.broadcast_to(tensor.reshape(()), wanted)
    return tensor.reshape(wanted)


def is_tensor(x: Any) -> bool:
    """Tells whether something is a tensor, a variable or a symbolic tensor."""
    return isinstance(x, jax.Array | HostTensor | Symbolic | PlainVariable)


class TensorVariable(PlainVariable):
    """A variable as TensorFlow makes them; see `Variable`."""

    __slots__ = ()

    def __init__(
        self,
        initial_value: Any = None,
        trainable: bool = True,
        validate_shape: bool = True,
        caching_device: Any = None,
        name: str | None = None,
        variable_def: Any = None,
        dtype: Any = None,
        import_scope: Any = None,
        constraint: Any = None,
        synchronization: Any = None,
        aggregation: Any = None,
        shape: Any = None,
        **options: Any,
    ) -> None:
        value = initial_value() if callable(initial_value) else initial_value
        super().__init__(
            convert_to_tensor(value, dtype),
            trainable=trainable,
            autocast=False,
            name=name or "Variable",
            constraint=constraint,
        )

    def assign(self, value: Any, *options: Any, **more: Any) -> Any:
        """Sets the value; returns the variable."""
        super().assign(value)
        return self

    def assign_add(self, value: Any, *options: Any, **more: Any) -> Any:
        """Adds to the value; returns the variable."""
        super().assign_add(value)
        return self

    def assign_sub(self, value: Any, *options: Any, **more: Any) -> Any:
        """Subtracts from the value; returns the variable."""
        super().assign_sub(value)
        return self

    def read_value(self) -> jax.Array:
        """Returns the value."""
        return self.value

    def initialized_value(self) -> jax.Array:
        """Returns the value."""
        return self.value

    def get_shape(self) -> TensorShape:
        """Returns the shape."""
        return TensorShape(self.shape)

    def scatter_nd_update(self, indices: Any, updates: Any, name: Any = None) -> Any:
        """Sets the elements or rows at some indices; returns the variable."""
        return self.assign(ops.scatter_update(self.value, indices, updates))


class SparseTensor:
    """Stands for what is not here, so that programs can ask with `isinstance`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        raise StateError(
            f"tf.{type(self).__name__}",
            expected="a dense tensor",
            got="a sparse or ragged one",
            fix="Pad it, or make it dense.",
        )


class RaggedTensor(SparseTensor):
    """As `SparseTensor`."""


class IndexedSlices(SparseTensor):
    """As `SparseTensor`."""


class _VariableName:
    """`tf.Variable`: makes variables; every variable of keryx is an instance of it."""

    __name__ = "Variable"
    __doc__ = TensorVariable.__doc__

    def __call__(self, *args: Any, **kwargs: Any) -> TensorVariable:
        return TensorVariable(*args, **kwargs)

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type, ...]:
        return (TensorVariable,)

    def __instancecheck__(self, thing: Any) -> bool:
        return isinstance(thing, PlainVariable)


Variable = _VariableName()
