"""`H5Dict`: an HDF5 file, a group of it, or a dict, used in one way."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from keryx._core.errors import ArgumentError, StateError
from keryx.saving import _h5

MAX_ATTRIBUTE = 64_512  # bytes of one list, which the format limits
MODES = ("r", "w", "a")


class H5Dict:
    """A dict whose arrays, texts and dicts within it lie in an HDF5 file.

    Arrays become datasets; numbers, texts and lists of them attributes; a key that is
    not there is a new group.

    Args:
        path: Path of the file; or an open group of h5py's, or a dict, used in place.
        mode: "r" reads, "w" writes anew, "a" adds.

    Raises:
        ArgumentError: If `mode` is none of these.
    """

    def __init__(self, path: Any, mode: str = "a") -> None:
        if mode not in MODES:
            raise ArgumentError(self, "mode", expected=f"one of {MODES}", got=mode)
        self.read_only = mode == "r"
        self._owned = isinstance(path, str | Path)
        self.data: Any = _h5.library().File(path, mode) if self._owned else path
        self._is_file = not isinstance(self.data, dict)
        if self._is_file:
            self.read_only = self.data.file.mode == "r"

    @staticmethod
    def is_supported_type(path: Any) -> bool:
        """Tells whether an object can be used in place of a path."""
        kinds = (str, Path, dict, _h5.library().Group)
        return isinstance(path, kinds)

    def __setitem__(self, attr: str, val: Any) -> None:
        if self.read_only:
            raise self._error("to be open for writing", f"a change of {attr!r}")
        if not self._is_file:
            self.data[attr] = val
        elif attr in self:
            raise self._error("a new key", f"{attr!r}, which it has")
        elif isinstance(val, dict):
            self[attr].update(val)
        elif np.ndim(val) and hasattr(val, "shape"):
            _h5.write(self.data, {attr: val})
        else:
            self._set_attribute(attr, val)

    def _set_attribute(self, name: str, value: Any) -> None:
        """Writes a number or a text, or a list of them, in pieces if it is long."""
        if not isinstance(value, list | tuple):
            self.data.attrs[name] = value
            return
        texts = any(isinstance(item, str) for item in value)
        items = [v.encode() if isinstance(v, str) else v for v in value]
        array = np.array(items, "S") if texts else np.asarray(items)
        pieces = max(-(-array.nbytes // MAX_ATTRIBUTE), 1)
        if pieces == 1:
            self.data.attrs[name] = array
        else:
            for number, piece in enumerate(np.array_split(array, pieces)):
                self.data.attrs[f"{name}{number}"] = piece

    def __getitem__(self, attr: str) -> Any:
        if attr in self:
            return self._found(attr)
        if self.read_only:
            raise self._error("a key that it has", repr(attr))
        inner: Any = {} if not self._is_file else self.data.create_group(attr)
        if not self._is_file:
            self.data[attr] = inner
        return H5Dict(inner)

    def _found(self, name: str) -> Any:
        if not self._is_file:
            value = self.data[name]
            return H5Dict(value) if isinstance(value, dict) else value
        if name in self.data.attrs:
            return _plain(self.data.attrs[name])
        if f"{name}0" in self.data.attrs:
            return [item for part in self._pieces(name) for item in _plain(part)]
        value = self.data[name]
        if isinstance(value, _h5.library().Dataset):
            return _h5.read(value, name, "H5Dict")
        return H5Dict(value)

    def _pieces(self, name: str) -> Iterator[Any]:
        number = 0
        while (part := f"{name}{number}") in self.data.attrs:
            yield self.data.attrs[part]
            number += 1

    def __contains__(self, key: object) -> bool:
        if not self._is_file:
            return key in self.data
        attributes = self.data.attrs
        return key in self.data or key in attributes or f"{key}0" in attributes

    def __len__(self) -> int:
        return len(self.data)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.data)

    def get(self, key: str, default: Any = None) -> Any:
        """Returns the value of a key, or something else if there is none."""
        if key not in self:
            return default
        return self[key]

    def update(self, *args: Any, **kwargs: Any) -> None:
        """Sets several keys, as a dict does."""
        given: Mapping[str, Any] | Iterable[Any] = dict(*args, **kwargs)
        for key, value in dict(given).items():
            self[key] = value

    def flush(self) -> None:
        """Writes what is in memory to the file."""
        if self._is_file:
            self.data.file.flush()

    def close(self) -> None:
        """Closes the file, if it was opened here."""
        if self._owned:
            self.data.close()

    def __enter__(self) -> "H5Dict":
        return self

    def __exit__(self, *error: Any) -> None:
        self.close()

    def _error(self, expected: str, got: str) -> StateError:
        return StateError("H5Dict", expected=expected, got=got)


def _plain(value: Any) -> Any:
    """Returns an attribute as Python has it: texts for bytes."""
    if isinstance(value, np.ndarray):
        return [_plain(item) for item in value.tolist()]
    return value.decode() if isinstance(value, bytes) else value


h5dict = H5Dict
