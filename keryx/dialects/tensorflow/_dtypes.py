"""Element types under TensorFlow's names."""

from typing import Any

import jax
import numpy as np

from keryx._core.dtypes import KNOWN as KNOWN, standardize_dtype


class DType:
    """An element type: NumPy, JAX and keryx take it wherever they take one.

    Example:
        >>> kind = DType("float32")
        >>> kind == "float32", np.zeros(2, kind).dtype == kind, kind.is_floating
        (True, True, True)

    Args:
        name: Its name, as in "int32".
    """

    def __init__(self, name: str) -> None:
        self.name = name

    @property
    def dtype(self) -> np.dtype[Any]:
        """NumPy's type; text is an array of objects."""
        return np.dtype(object if self.name == "string" else jax.numpy.dtype(self.name))

    @property
    def as_numpy_dtype(self) -> Any:
        """NumPy's class of such numbers."""
        return self.dtype.type

    @property
    def is_floating(self) -> bool:
        """Whether it is a type of real numbers."""
        return "float" in self.name

    @property
    def is_integer(self) -> bool:
        """Whether it is a type of whole numbers."""
        return "int" in self.name

    @property
    def is_complex(self) -> bool:
        """Whether it is a type of complex numbers."""
        return "complex" in self.name

    @property
    def is_bool(self) -> bool:
        """Whether it is the type of truth values."""
        return self.name == "bool"

    @property
    def base_dtype(self) -> "DType":
        """The type itself."""
        return self

    @property
    def size(self) -> int:
        """Bytes of one number."""
        return int(self.dtype.itemsize)

    @property
    def min(self) -> Any:
        """Least number."""
        return _limits(self.dtype).min

    @property
    def max(self) -> Any:
        """Greatest number."""
        return _limits(self.dtype).max

    def __eq__(self, other: object) -> bool:
        try:
            return other is not None and as_dtype(other).name == self.name
        except (TypeError, ValueError):
            return False

    def __hash__(self) -> int:
        return hash(self.name)

    def __str__(self) -> str:
        return f"<dtype: {self.name!r}>"

    def __repr__(self) -> str:
        return f"tf.{self.name}"


def _limits(dtype: np.dtype[Any]) -> Any:
    finfo: Any = jax.numpy.finfo
    return np.iinfo(dtype) if np.issubdtype(dtype, np.integer) else finfo(dtype)


def as_dtype(value: Any) -> DType:
    """Returns an element type from a name, a type of NumPy or a type of Python."""
    if isinstance(value, DType):
        return value
    if value in (str, bytes) or getattr(value, "kind", "") in ("U", "S", "O"):
        return DType("string")
    return DType(standardize_dtype(value))


def narrow(dtype: Any) -> Any:
    """Returns what JAX computes with in place of a type: 64 bits become 32.

    Departs from TensorFlow: unless JAX is told to use 64 bits.
    """
    if dtype is None:
        return None
    return jax.dtypes.canonicalize_dtype(as_dtype(dtype).dtype)


class Dimension(int):
    """A size that also answers to TensorFlow 1's `.value`."""

    @property
    def value(self) -> int:
        """The size."""
        return int(self)


class TensorShape(tuple[Any, ...]):
    """A shape: a tuple of sizes, `None` where they are not known.

    Example:
        >>> TensorShape([None, 3]).as_list()
        [None, 3]
    """

    def __new__(cls, dims: Any = ()) -> "TensorShape":
        sizes = [dims] if isinstance(dims, int | np.integer) else dims or ()
        return super().__new__(
            cls, (None if n is None else Dimension(n) for n in sizes)
        )

    @property
    def rank(self) -> int:
        """Number of axes."""
        return len(self)

    @property
    def ndims(self) -> int:
        """Number of axes."""
        return len(self)

    @property
    def dims(self) -> list[Any]:
        """The sizes."""
        return list(self)

    def as_list(self) -> list[int | None]:
        """Returns the sizes as a list."""
        return [None if n is None else int(n) for n in self]

    def num_elements(self) -> int | None:
        """Returns the product of the sizes, or `None` if one is not known."""
        return None if None in self else int(np.prod(self, dtype=np.int64))

    def is_fully_defined(self) -> bool:
        """Tells whether all sizes are known."""
        return None not in self

    def concatenate(self, other: Any) -> "TensorShape":
        """Returns the sizes of both."""
        return TensorShape((*self, *TensorShape(other)))

    def is_compatible_with(self, other: Any) -> bool:
        """Tells whether a tensor may have both shapes."""
        sizes = TensorShape(other)
        return len(self) == len(sizes) and all(
            None in pair or pair[0] == pair[1] for pair in zip(self, sizes, strict=True)
        )


class TensorSpec:
    """Shape and element type of a tensor.

    Args:
        shape: Sizes, `None` where they vary.
        dtype: Element type.
        name: Name.
    """

    def __init__(self, shape: Any, dtype: Any = "float32", name: Any = None) -> None:
        self.shape = TensorShape(shape)
        self.dtype = as_dtype(dtype)
        self.name = name

    @classmethod
    def from_tensor(cls, tensor: Any, name: Any = None) -> "TensorSpec":
        """Returns the spec of a tensor."""
        return cls(tensor.shape, tensor.dtype, name)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, TensorSpec)
            and self.shape == other.shape
            and self.dtype == other.dtype
        )

    def __hash__(self) -> int:
        return hash((self.shape, self.dtype))

    def __repr__(self) -> str:
        sizes = ", ".join(str(n) for n in self.shape.as_list())
        return f"TensorSpec(shape=({sizes}), dtype=tf.{self.dtype.name})"
