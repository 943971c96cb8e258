"""A named slot for one array."""

import operator
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from keryx._core import budget, scope, stamp
from keryx._core.dtypes import is_float, standardize_dtype
from keryx._core.errors import ShapeError, StateError
from keryx._core.hook import missing
from keryx._core.place import blank, placed


class Variable:
    """Holds one array of a layer, an optimizer or a metric.

    Inside a run made by `purify` the value travels in the scope, so that `assign`
    changes the run's state and not this object. Outside, it is a concrete array.

    Example:
        >>> v = Variable([1.0, 2.0], name="v")
        >>> v.assign_add([1.0, 1.0]).tolist()
        [2.0, 3.0]
        >>> (v * 2).tolist()
        [4.0, 6.0]

    Args:
        initializer: The first value, or a function `(shape, dtype) -> value`.
        shape: Shape of the array; needed when `initializer` is a function.
        dtype: Element type; `None` takes the value's, or the default float type.
        trainable: Whether gradient descent may change it.
        autocast: Whether layers of a lower precision read it in theirs.
        name: Last part of its path.
        path: Full path, such as `"dense/kernel"`; the name alone if `None`.
        regularizer: Penalty of its value, added to the loss.
        constraint: Projection applied after each update.
        aggregation: Accepted for Keras's sake; there is one copy of each variable.
        synchronization: As `aggregation`.
    """

    __slots__ = (
        "__weakref__",
        "_lent",
        "_value",
        "autocast",
        "born_trainable",
        "constraint",
        "name",
        "overwrite_with_gradient",
        "path",
        "regularizer",
        "_trainable",
    )
    __getattr__ = missing

    def __init__(
        self,
        initializer: Any,
        shape: tuple[int, ...] | None = None,
        dtype: Any = None,
        trainable: bool = True,
        autocast: bool = True,
        aggregation: str = "none",
        synchronization: str = "auto",
        name: str | None = None,
        *,
        path: str | None = None,
        regularizer: Callable[[Any], Any] | None = None,
        constraint: Callable[[Any], Any] | None = None,
    ) -> None:
        # Evaluated now even inside a trace: a weight made on a layer's first call is
        # a concrete array like any other.
        with jax.ensure_compile_time_eval():
            value = initializer
            if callable(initializer):
                dtype = standardize_dtype(dtype)
                budget.spend(shape, dtype)
                value = initializer(shape, dtype=dtype)
            elif dtype is None:
                dtype = getattr(initializer, "dtype", None)
            if initializer is not blank:
                value = placed(value, standardize_dtype(dtype))
            self._value: jax.Array = value
        self._lent = False
        self.name = name or "variable"
        self.path = path or self.name
        self._trainable = self.born_trainable = bool(trainable)
        self.autocast = autocast
        self.regularizer = regularizer
        self.constraint = constraint
        self.overwrite_with_gradient = False
        if shape is not None and tuple(shape) != self._value.shape:
            raise ShapeError(
                f"variable {self.path!r}",
                expected=f"an initial value of shape {tuple(shape)}",
                got=f"one of shape {self._value.shape}",
            )

    @property
    def value(self) -> jax.Array:
        """The array: the run's inside a run, the variable's own outside."""
        here = scope.current()
        if here is None:
            self._lent = True
            return self._value
        value = here.values.get(id(self))
        if value is None:
            self._lent = True
            value = self._value
        if here.cast and self.autocast and is_float(value.dtype):
            value = value.astype(here.cast)
        return value

    @property
    def trainable(self) -> bool:
        """Whether gradient descent may change it."""
        return self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        stamp.changed()
        self._trainable = bool(value)

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the array."""
        return tuple(self._value.shape)

    @property
    def dtype(self) -> str:
        """Name of the element type."""
        return str(self._value.dtype)

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return int(self._value.ndim)

    @property
    def size(self) -> int:
        """Number of elements."""
        return int(self._value.size)

    def numpy(self) -> np.ndarray[Any, Any]:
        """Returns a copy of the value in the host's memory."""
        lent = self._lent
        copy = np.array(self.value)
        self._lent = lent
        return copy

    def assign(self, value: Any) -> jax.Array:
        """Sets the value, cast to this variable's element type.

        Returns:
            The new value.

        Raises:
            ShapeError: If the shapes differ.
            StateError: If the value is a traced one and no run of the model owns it.
        """
        value = value.value if isinstance(value, Variable) else value
        # A copy: training donates the buffer, and the caller may still hold the array.
        array = placed(value, self._value.dtype)
        if array.shape != self._value.shape:
            raise ShapeError(
                f"variable {self.path!r}",
                expected=f"a value of shape {self._value.shape}",
                got=f"one of shape {array.shape}",
            )
        here = scope.current()
        if here is not None and (id(self) in here.values or here.abstract):
            here.values[id(self)] = array
        elif isinstance(array, jax.core.Tracer):
            raise StateError(
                f"variable {self.path!r}",
                expected="to be assigned outside of a trace or by its own layer",
                got="a traced value",
                fix="Make it an attribute of the layer, so that the model finds it.",
            )
        else:
            self.adopt(array)
            self._lent = True
        return array

    def assign_add(self, value: Any) -> jax.Array:
        """Adds to the value, and returns it."""
        return self.assign(self.value + _array(value))

    def assign_sub(self, value: Any) -> jax.Array:
        """Subtracts from the value, and returns it."""
        return self.assign(self.value - _array(value))

    def adopt(self, array: jax.Array) -> None:
        """Takes `array` itself, uncopied and unchecked: for the engine."""
        self._value = array
        self._lent = False

    def release(self) -> jax.Array:
        """Returns an array that may be donated: a copy if a caller holds this one."""
        if self._lent:
            self._value = placed(self._value)
            self._lent = False
        return self._value

    def __jax_array__(self) -> jax.Array:
        return self.value

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        return self.numpy() if dtype is None else self.numpy().astype(dtype)

    def __getitem__(self, index: Any) -> jax.Array:
        return self.value[index]

    def __len__(self) -> int:
        return len(self._value)

    def __float__(self) -> float:
        return float(self.value)

    def __int__(self) -> int:
        return int(self.value)

    def __bool__(self) -> bool:
        return bool(self.value)

    def __neg__(self) -> jax.Array:
        return -self.value

    def __abs__(self) -> jax.Array:
        return abs(self.value)

    def __invert__(self) -> jax.Array:
        return ~self.value

    def __repr__(self) -> str:
        kind = "trainable" if self.trainable else "not trainable"
        return f"<Variable path={self.path}, shape={self.shape}, {self.dtype}, {kind}>"

    def __hash__(self) -> int:
        return id(self)


def _array(value: Any) -> Any:
    return value.value if isinstance(value, Variable) else jnp.asarray(value)


def _forward(function: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    def method(self: Variable, other: Any) -> Any:
        if isinstance(other, Variable):
            other = other.value
        elif hasattr(other, "record"):
            # A symbolic tensor notes the operation, and with it this variable.
            return NotImplemented
        return function(self.value, other)

    return method


def _reflected(function: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    def method(self: Variable, other: Any) -> Any:
        return function(other, self.value)

    return method


for _name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul"):
    setattr(Variable, f"__{_name}__", _forward(getattr(operator, _name)))
    setattr(Variable, f"__r{_name}__", _reflected(getattr(operator, _name)))
for _name in ("lt", "le", "gt", "ge", "and_", "or_", "xor"):
    setattr(Variable, f"__{_name.rstrip('_')}__", _forward(getattr(operator, _name)))
