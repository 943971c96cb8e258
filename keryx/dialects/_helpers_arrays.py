"""Functions on arrays and sizes that modules of older Kerases had."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from keryx._core.errors import ArgumentError, DataError, FileError
from keryx.saving import _h5

Array = np.ndarray[Any, Any]
# Under which name PyTables kept the array of a file, and h5py finds it.
_NAME = "data"


def batch_shuffle(index_array: Any, batch_size: int) -> Array:
    """Shuffles whole batches; the rows that fill none stay at the end.

    Args:
        index_array: Row numbers.
        batch_size: Rows that stay together.
    """
    indices = np.asarray(index_array)
    whole = len(indices) // batch_size * batch_size
    batches = np.random.permutation(indices[:whole].reshape(-1, batch_size))
    return np.concatenate([batches.ravel(), indices[whole:]])


def standardize_input_data(
    data: Any,
    names: Sequence[str],
    shapes: Any = None,
    check_batch_axis: bool = True,
    exception_prefix: str = "",
) -> list[Any]:
    """Returns one array per name; vectors become columns.

    Args:
        data: An array, a list of them, or a dict by name.
        names: Names of the inputs, or of the targets.
        shapes: Their shapes, `None` where they vary.
        check_batch_axis: Whether the first axis counts in `shapes`.
        exception_prefix: What errors call the data.

    Raises:
        DataError: If an array is missing, there are more, or a shape differs.
    """
    where = f"{exception_prefix or 'data'} of {list(names)}"
    arrays = [_column(array) for array in _by_name(data, list(names), where)]
    first = 0 if check_batch_axis else 1
    for name, array, shape in zip(names, arrays, shapes or (), strict=False):
        if array is not None and shape is not None:
            _check_shape(f"{exception_prefix} {name!r}".strip(), array, shape, first)
    return arrays


def _by_name(data: Any, names: list[str], where: str) -> list[Any]:
    if data is None:
        return [None] * len(names)
    if isinstance(data, dict):
        missing = [name for name in names if name not in data]
        if missing:
            raise DataError(
                where, expected=f"an array for {missing[0]!r}", got=f"{sorted(data)}"
            )
        return [data[name] for name in names]
    several = isinstance(data, list) and (len(names) != 1 or np.ndim(data[0]) > 0)
    arrays = list(data) if several else [data]
    if len(arrays) != len(names):
        raise DataError(
            where, expected=f"{len(names)} arrays", got=f"{len(arrays)} of them"
        )
    return arrays


def _column(array: Any) -> Any:
    if array is None:
        return None
    array = np.asarray(array)
    return array[:, None] if array.ndim == 1 else array


def _check_shape(where: str, array: Any, shape: Any, first: int) -> None:
    got = np.shape(array)
    fits = len(got) == len(shape) and all(
        want in (None, size)
        for want, size in zip(shape[first:], got[first:], strict=True)
    )
    if not fits:
        raise DataError(where, expected=f"shape {tuple(shape)}", got=f"{got}")


def convert_kernel(kernel: Any, dim_ordering: str | None = None) -> Array:
    """Flips the axes of space: Theano's kernels to all others', or back.

    Args:
        kernel: Kernel of a convolution over one to three axes.
        dim_ordering: "th" if the axes of space come last, as in Keras 1; else first.

    Raises:
        ArgumentError: If the kernel has another number of axes than 3, 4 or 5.
    """
    array = np.asarray(kernel)
    if not 3 <= array.ndim <= 5:
        raise ArgumentError(
            "convert_kernel", "kernel", expected="of 3 to 5 axes", got=array.shape
        )
    space = range(array.ndim)[2:] if dim_ordering == "th" else range(array.ndim - 2)
    return np.flip(array, tuple(space)).copy()


def binary_logloss(p: Any, y: Any) -> float:
    """Mean crossentropy of probabilities `p` of a yes and answers `y`, 0 or 1."""
    p, y = np.clip(np.asarray(p, float), 1e-15, 1 - 1e-15), np.asarray(y, float)
    return float(-np.mean(y * np.log(p) + (1 - y) * np.log1p(-p)))


def multiclass_logloss(P: Any, Y: Any) -> float:
    """Mean crossentropy of probabilities `(samples, classes)`.

    Args:
        P: Probabilities.
        Y: Class of each sample, counted from 1.
    """
    chosen = np.asarray(P, float)[np.arange(len(Y)), np.asarray(Y) - 1]
    return float(-np.mean(np.log(chosen)))


def deconv_length(
    dim_size: int | None,
    stride_size: int,
    kernel_size: int,
    padding: str,
    output_padding: int | None = None,
    dilation: int = 1,
) -> int | None:
    """Returns the length of a transposed convolution's output.

    Args:
        dim_size: Length of the input.
        stride_size: Steps of the output per step of the input.
        kernel_size: Length of the kernel.
        padding: "valid", "same" or "full".
        output_padding: Steps to add at the end; `None` for as many as fit.
        dilation: Steps between the elements of the kernel.
    """
    if dim_size is None:
        return None
    length = kernel_size + (kernel_size - 1) * (dilation - 1)
    if output_padding is None:
        more = {
            "valid": max(length - stride_size, 0),
            "full": -(stride_size + length - 2),
            "same": 0,
        }
        return dim_size * stride_size + more[padding]
    cut = {"valid": 0, "same": length // 2, "full": length - 1}[padding]
    return (dim_size - 1) * stride_size + length - 2 * cut + output_padding


def save_array(array: Any, name: str) -> None:
    """Writes one array to an HDF5 file, where PyTables put it.

    Args:
        array: The array.
        name: Path of the file.
    """
    with _h5.library().File(name, "w") as file:
        file.create_dataset(_NAME, data=np.asarray(array))


def load_array(name: str) -> Array:
    """Reads the array of a file that `save_array` wrote, of any Keras.

    Raises:
        FileError: If the file is damaged, unsafe, or holds no such array.
    """
    with _h5.opened(name, "load_array") as file:
        found = _h5.datasets(file, "load_array")
        if _NAME not in found:
            raise FileError(
                f"`load_array({name!r})`",
                expected=f"an array {_NAME!r} in the file",
                got=f"{sorted(found)}",
            )
        return np.asarray(_h5.read(found[_NAME], _NAME, "load_array"))
