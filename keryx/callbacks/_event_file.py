"""Event files as TensorBoard reads them: values, tensors and pictures by tag and step.

The package tensorboardX, which is imported here alone and when a file is opened, knows
the format. A value is a tensor with the name of the part of TensorBoard that shows it.
"""

import importlib.util
import io
import os
from pathlib import Path
from typing import Any

import numpy as np

from keryx._core.errors import StateError

PACKAGE = "tensorboardX"
BINS = 30
# TensorBoard shows as many of a stack of pictures.
PICTURES = 3
KINDS = {"float32": "DT_FLOAT", "float64": "DT_DOUBLE", "object": "DT_STRING"}


def need_package(owner: object) -> None:
    """Raises an error if the package that knows the format is not installed."""
    if importlib.util.find_spec(PACKAGE) is None:
        raise StateError(
            f"`{type(owner).__name__}`",
            expected=f"the package {PACKAGE}, which writes files for TensorBoard",
            got="none of that name",
            fix="Install it: `pip install keryx[tensorboard]`.",
        )


def package() -> Any:
    """Returns the package that knows the format."""
    import tensorboardX  # type: ignore[import-untyped]  # it has no types

    return tensorboardX


class EventFile:
    """An event file in a folder, open for writing.

    Args:
        folder: Where; made if it is not there.
    """

    def __init__(self, folder: Path) -> None:
        # The name ends in the second; two files of the same must not become one.
        before = len(list(folder.glob("events.out.tfevents.*")))
        suffix = f".{os.getpid()}.{before}.v2"
        self._writer = package().FileWriter(str(folder), filename_suffix=suffix)

    def scalar(self, tag: str, value: Any, step: int) -> None:
        """Writes a number; of an array each of them, under its position."""
        values = np.asarray(value, np.float32)
        for place, item in np.ndenumerate(values):
            self._write("/".join([tag, *map(str, place)]), item, step, "scalars")

    def histogram(self, tag: str, values: Any, step: int) -> None:
        """Writes how many of some values lie where; those not finite are left out."""
        self._write(tag, buckets(np.asarray(values, np.float64)), step, "histograms")

    def pictures(self, tag: str, stack: Any, step: int) -> None:
        """Writes the first of some grey pictures, `(pictures, height, width)`."""
        _, height, width = stack.shape
        files = [png(picture) for picture in stack[:PICTURES]]
        sizes = [str(width).encode(), str(height).encode()]
        self._write(tag, np.array([*sizes, *files], object), step, "images")

    def text(self, tag: str, text: str, step: int) -> None:
        """Writes a text, which is shown as it is, in letters of one width."""
        lines = "\n".join(f"    {line}" for line in text.splitlines())
        self._write(tag, np.array([lines.encode()], object), step, "text")

    def model(self, config: str) -> None:
        """Writes the configuration of a model, in JSON, for the page of graphs."""
        value = np.array(config.encode(), object)
        self._write("keras", value, 0, "graph_keras_model", b"1")

    def flush(self) -> None:
        """Has on the disk what was written."""
        self._writer.flush()

    def close(self) -> None:
        """Writes what is left and closes the file."""
        self._writer.close()

    def _write(
        self, tag: str, value: Any, step: int, plugin: str, content: bytes = b""
    ) -> None:
        part = {"plugin_name": plugin, "content": content}
        item = {
            "tag": tag,
            "tensor": tensor(np.asarray(value)),
            "metadata": {"plugin_data": part},
        }
        summary = package().proto.summary_pb2.Summary(value=[item])
        self._writer.add_summary(summary, step)


def tensor(array: Any) -> Any:
    """Returns an array of floats or of bytes as a message of TensorFlow's."""
    message = package().proto.tensor_pb2.TensorProto
    shape = {"dim": [{"size": size} for size in array.shape]}
    kind = KINDS[array.dtype.name]
    if kind == "DT_STRING":
        strings = array.ravel().tolist()
        return message(dtype=kind, tensor_shape=shape, string_val=strings)
    little = array.astype(array.dtype.newbyteorder("<")).tobytes()
    return message(dtype=kind, tensor_shape=shape, tensor_content=little)


def buckets(values: Any) -> Any:
    """Returns the buckets of a histogram.

    Example:
        >>> buckets(np.array([0.0, 3.0, 3.0]))[[0, 1, -1]]
        array([[0. , 0.1, 1. ],
               [0.1, 0.2, 0. ],
               [2.9, 3. , 2. ]])

    Returns:
        Lower end, upper end and number of values of each bucket, `(buckets, 3)`.
    """
    values = values[np.isfinite(values)]
    if not values.size:
        return np.zeros((BINS, 3))
    low, high = values.min(), values.max()
    half = high / 2 - low / 2  # the whole may be too large for a float
    if half == 0:  # the last bucket contains its upper end
        counts = np.append(np.zeros(BINS - 1), values.size)
        return np.stack([np.full(BINS, low), np.full(BINS, high), counts], axis=1)
    counts, shares = np.histogram((values / 2 - low / 2) / half, BINS, (0.0, 1.0))
    edges = low * (1 - shares) + high * shares
    return np.stack([edges[:-1], edges[1:], counts], axis=1)


def as_pictures(weight: Any) -> Any:
    """Returns a weight as grey pictures, `None` if it cannot be seen as such.

    Without its axes of size 1, a vector is a column, a matrix a picture that is wider
    than high, and a kernel of three axes one picture for each of its last.

    Example:
        >>> as_pictures(np.ones((3, 2, 1, 8))).shape, as_pictures(np.ones(4)).shape
        ((8, 3, 2), (1, 4, 1))

    Returns:
        `(pictures, height, width)`.
    """
    weight = np.squeeze(weight)
    if weight.ndim == 1:
        return weight[None, :, None]
    if weight.ndim == 2:
        high = weight.shape[0] > weight.shape[1]
        return (weight.T if high else weight)[None]
    return np.moveaxis(weight, -1, 0) if weight.ndim == 3 else None


def png(picture: Any) -> bytes:
    """Returns a PNG file of values, the least of them black, the greatest white."""
    from PIL import Image

    values = np.nan_to_num(np.asarray(picture, np.float64), posinf=0.0, neginf=0.0)
    low, high = values.min(), values.max()
    # Departs from Keras, which shows all weights below 0 in black.
    shades = (values - low) / (high - low or 1.0) * 255
    file = io.BytesIO()
    Image.fromarray(np.rint(shades).astype(np.uint8)).save(file, "PNG")
    return file.getvalue()
