"""What users call data, as trees of arrays with one row a sample."""

import warnings
from typing import Any

import jax
import numpy as np

from keryx._core import tree
from keryx._core.dtypes import default_float, is_float
from keryx._core.errors import DataError, KeryxWarning
from keryx._engine.state import Batch

Tree = Any


def is_array(value: Any) -> bool:
    """Tells whether `value` is an array of some library, or a table with columns."""
    return hasattr(value, "__array__") and hasattr(value, "shape")


def is_arrays(value: Any) -> bool:
    """Tells whether `value` is data in memory, rather than a stream of batches."""
    if value is None or is_array(value) or isinstance(value, dict):
        return True
    return isinstance(value, list | tuple) and (
        not value or all(is_array(v) or _is_numbers(v) for v in value)
    )


def _is_numbers(value: Any) -> bool:
    while isinstance(value, list | tuple) and value:
        value = value[0]
    return isinstance(value, int | float | np.generic | list | tuple)


def host_tree(value: Any, where: str) -> Tree:
    """Returns nested arrays as NumPy's or JAX's, floats in the default float type.

    Raises:
        DataError: If something is not made of numbers.
    """
    if value is None:
        return None
    if isinstance(value, dict):
        return {
            key: host_tree(item, f"{where}[{key!r}]") for key, item in value.items()
        }
    if isinstance(value, list | tuple) and any(is_array(item) for item in value):
        return [host_tree(item, f"{where}[{i}]") for i, item in enumerate(value)]
    return host(value, where)


def host(value: Any, where: str) -> Any:
    """Returns one array as NumPy's or JAX's, floats in the default float type."""
    if isinstance(value, jax.Array):
        array: Any = value
    else:
        try:
            array = np.asarray(_detached(value))
        except ValueError:  # NumPy's word for rows of different lengths
            array = np.asarray(value, dtype=object)
        if array.dtype == object:
            array = _numeric(array, where)
    if array.dtype.kind in "USOM":
        raise DataError(
            where,
            expected="numbers",
            got=f"elements of type {array.dtype}",
            fix="Encode text and dates as numbers first, e.g. with a `StringLookup` "
            "layer or `pandas.get_dummies`.",
        )
    kind = default_float(array)
    return array if array.dtype == kind else array.astype(kind)


def _detached(value: Any) -> Any:
    """Returns a PyTorch tensor's plain form; anything else as it is."""
    if hasattr(value, "detach") and hasattr(value, "cpu"):
        return value.detach().cpu().numpy()
    return value


def _numeric(array: np.ndarray[Any, Any], where: str) -> np.ndarray[Any, Any]:
    """Turns an array of Python objects into numbers, if they are."""
    try:
        return array.astype(np.float64)
    except (TypeError, ValueError) as error:
        got = "rows of different lengths"
        if array.ndim > 1 or not hasattr(array.flat[0], "__len__"):
            got = f"objects such as {type(array.flat[0]).__name__}"
        raise DataError(
            where,
            expected="numbers in a rectangular array",
            got=got,
            fix="Pad sequences with `keryx.utils.pad_sequences`; encode text first.",
        ) from error


def rows(data: Tree) -> int:
    """Returns the number of rows of the first array, 0 without one."""
    found = [leaf for leaf in tree.leaves(data) if leaf is not None]
    return int(found[0].shape[0]) if found and found[0].ndim else 0


def check(x: Tree, y: Tree, weight: Tree, where: str) -> int:
    """Checks that data in memory fits together; returns its number of rows.

    Raises:
        DataError: If it is empty, or arrays differ in their number of rows.
    """
    named = [("x", x), ("y", y), ("sample_weight", weight)]
    counts: dict[str, int] = {}
    for name, part in named:
        for i, leaf in enumerate(a for a in tree.leaves(part) if a is not None):
            label = f"{name}[{i}]" if tree.is_nested(part) else name
            if leaf.ndim == 0:
                raise DataError(where, expected=f"an array as {label}", got="a number")
            counts[label] = int(leaf.shape[0])
    if not counts or max(counts.values()) == 0:
        raise DataError(
            where,
            expected="at least one sample",
            got="no rows" if counts else "no data",
            fix="Look at the shape of `x`: its first axis counts the samples.",
        )
    if len(set(counts.values())) > 1:
        raise DataError(
            where,
            expected="as many rows in every array",
            got=", ".join(f"{name} with {count}" for name, count in counts.items()),
            fix="Row i of `y` belongs to row i of `x`: cut or reload one of them.",
        )
    return next(iter(counts.values()))


def check_finite(data: Tree, where: str) -> None:
    """Warns of NaN and infinity in data that are in the host's memory."""
    for leaf in tree.leaves(data):
        if not isinstance(leaf, np.ndarray) or not is_float(leaf.dtype):
            continue
        with np.errstate(all="ignore"):
            total = leaf.sum(dtype=np.float32)
        if not np.isfinite(total) and not np.isfinite(leaf).all():
            bad = int((~np.isfinite(leaf)).sum())
            warnings.warn(
                f"{where}: expected finite numbers, but got {bad} that are NaN or "
                "infinite.\nThe loss will be NaN too. Drop or fill them first, e.g. "
                "with `numpy.nan_to_num`.",
                KeryxWarning,
                stacklevel=2,
            )


# Up to this size a program takes NumPy's arrays faster than JAX makes its own of them.
SMALL = 2**16


def on_device(batch: Batch) -> Batch:
    """Returns the same data as compiled programs take it."""

    def moved(array: Any) -> Any:
        if isinstance(array, np.ndarray) and array.nbytes <= SMALL:
            kind = jax.dtypes.canonicalize_dtype(array.dtype)
            return array if array.dtype == kind else array.astype(kind)
        return jax.device_put(array)

    found: Batch = jax.tree.map(moved, batch)
    return found


def unpack(item: Any, where: str) -> Batch:
    """Returns what a stream yielded as a batch: `x`, `(x, y)` or `(x, y, weight)`.

    Raises:
        DataError: If it is a tuple of another length.
    """
    if isinstance(item, Batch):
        return item
    if isinstance(item, list) and len(item) in (2, 3):
        item = tuple(item)
    if not isinstance(item, tuple):
        item = (item,)
    if not 1 <= len(item) <= 3:
        raise DataError(
            where,
            expected="batches `x`, `(x, y)` or `(x, y, sample_weight)`",
            got=f"a tuple of {len(item)}",
        )
    names = ("x", "y", "sample_weight")
    return Batch(
        *(host_tree(p, f"{where}: {n}") for n, p in zip(names, item, strict=False))
    )


def split(batch: Batch, fraction: float, where: str) -> tuple[Batch, Batch]:
    """Cuts off the last `fraction` of the rows.

    Raises:
        DataError: If one of the two parts would be empty.
    """
    count = rows(batch)
    cut = int(np.floor(count * (1.0 - fraction)))
    if not 0 < cut < count:
        raise DataError(
            where,
            expected="a `validation_split` that leaves rows on both sides",
            got=f"{fraction} of {count} rows",
        )
    first: Batch = jax.tree.map(lambda a: a[:cut], batch)
    last: Batch = jax.tree.map(lambda a: a[cut:], batch)
    return first, last
