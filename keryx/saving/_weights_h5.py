"""The weights of a model in one HDF5 file, `.weights.h5`."""

from pathlib import Path
from typing import Any

from keryx._core import files
from keryx.saving import _by_place, _h5, _legacy_h5
from keryx.saving._layout import places
from keryx.saving._restore import Stored

# Where Keras 2.12 to 2.15 have a model's layers.
_OLD_LAYERS = "_layer_checkpoint_dependencies"


def save(model: Any, path: Path) -> None:
    """Writes a model's weights, and its optimizer's state if it is compiled."""
    with files.replacing(path) as part:
        write(model, part)


def write(model: Any, target: Any) -> None:
    """Writes a model's weights to a path or a binary file."""
    with _h5.library().File(target, "w") as file:
        for place in places(model):
            group = file.require_group(place.group)
            name = getattr(place.owner, "name", None)
            if isinstance(name, str) and name:
                group.attrs["name"] = _h5.storable(name)
            _h5.write(group, _by_place.arrays(place))


def load(model: Any, path: Path, *, skip_mismatch: bool = False) -> None:
    """Reads a model's weights, and its optimizer's state if both have one.

    Raises:
        FileError: If an array is missing, of another shape, or belongs nowhere; then
            the model stays as it was.
    """
    read(model, path, str(path), skip_mismatch=skip_mismatch)


def read(
    model: Any,
    source: Any,
    where: str,
    *,
    skip_mismatch: bool = False,
    whole: bool = False,
) -> None:
    """Reads weights from a path or a binary file.

    Args:
        model: The model; nothing of it changes unless everything fits.
        source: Path or binary file.
        where: How messages name it.
        skip_mismatch: Whether to warn, and go on, if something does not fit.
        whole: Whether the model was made from the same file.
    """
    with _h5.opened(source, where) as file:
        stored = contents(file, where)
        _by_place.put_back(
            model, stored, where, skip_mismatch=skip_mismatch, whole=whole
        )


def contents(file: Any, where: str) -> dict[str, Stored]:
    """Returns the arrays of an open file by path, not read yet."""
    found = _h5.datasets(file, where).items()
    return {
        path.replace(_OLD_LAYERS, "layers"): _legacy_h5.stored(item, path, where)
        for path, item in found
    }
