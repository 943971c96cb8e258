"""Pictures in folders, one folder a class."""

import os
from typing import Any

import numpy as np

from keryx._core import check
from keryx._core.dtypes import standardize_dtype
from keryx._core.errors import DataError
from keryx._core.hook import hooked
from keryx.preprocessing.image._files import ENDINGS
from keryx.preprocessing.image._from_files import BatchFromFilesMixin
from keryx.preprocessing.image._iterator import Iterator

Array = np.ndarray[Any, Any]

MODES = ("categorical", "binary", "sparse", "input", None)


class DirectoryIterator(BatchFromFilesMixin):
    """Batches of the pictures in the folders of a folder, each of them a class.

    Made by `ImageDataGenerator.flow_from_directory`, which says what the options mean.

    Args:
        directory: The folder that has a folder for each class.
        image_data_generator: What changes the pictures.
        target_size: Height and width that the pictures get.
        color_mode: "grayscale", "rgb" or "rgba".
        classes: The folders' names, in the order of their numbers; all if `None`.
        class_mode: What the targets are.
        batch_size: Pictures of a batch.
        shuffle: Whether each pass has a random order of its own.
        seed: Determines orders and changes.
        data_format: Whether channels come last or first; as configured if `None`.
        save_to_dir: A folder to leave the changed pictures in.
        save_prefix: What the names of their files begin with.
        save_format: Their format.
        follow_links: Whether to enter folders that are links, below those of classes.
        subset: "training" or "validation".
        interpolation: How pictures are resized.
        keep_aspect_ratio: Whether to cut off rather than to distort.
        dtype: Element type of the pictures; as configured if `None`.

    Raises:
        ArgumentError: If an option is unknown.
        DataError: If there are not two classes for "binary".
        FileNotFoundError: If there is no such folder.
    """

    allowed_class_modes = frozenset(MODES)

    @hooked
    def __init__(
        self,
        directory: str | os.PathLike[str],
        image_data_generator: Any,
        target_size: tuple[int, int] = (256, 256),
        color_mode: str = "rgb",
        classes: Any = None,
        class_mode: str | None = "categorical",
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int | None = None,
        data_format: str | None = None,
        save_to_dir: str | os.PathLike[str] | None = None,
        save_prefix: str = "",
        save_format: str = "png",
        follow_links: bool = False,
        subset: str | None = None,
        interpolation: str = "nearest",
        keep_aspect_ratio: bool = False,
        dtype: Any = None,
    ) -> None:
        self.set_processing_attrs(
            image_data_generator, target_size, color_mode, data_format, save_to_dir,
            save_prefix, save_format, subset, interpolation, keep_aspect_ratio,
        )  # fmt: skip
        self.directory = directory
        self.dtype = standardize_dtype(dtype)
        self.class_mode = check.one_of(class_mode, MODES, "class_mode", self)
        folders = list(classes) if classes else _folders(directory)
        self.num_classes = len(folders)
        if self.class_mode == "binary" and self.num_classes > 2:
            raise DataError(
                '`flow_from_directory(class_mode="binary")`',
                expected="folders of two classes",
                got=f"{self.num_classes}",
            )
        self.class_indices = {name: i for i, name in enumerate(folders)}
        self.filenames, numbers = [], []
        for number, folder in enumerate(folders):
            files = _files(directory, folder, follow_links)
            files = files[self.part(len(files))]
            self.filenames += files
            numbers += [number] * len(files)
        self.classes = np.array(numbers, "int32")
        self.samples = len(self.filenames)
        self._filepaths = [os.path.join(directory, name) for name in self.filenames]
        self.found(self.samples, "images", self.num_classes)
        Iterator.__init__(self, self.samples, batch_size, shuffle, seed)

    @property
    def filepaths(self) -> list[str]:
        """Paths of the pictures."""
        return self._filepaths

    @property
    def labels(self) -> Array:
        """Numbers of the pictures' classes."""
        labels: Array = self.classes
        return labels

    @property
    def sample_weight(self) -> None:
        """None: folders hold no weights."""
        return


def _folders(directory: str | os.PathLike[str]) -> list[str]:
    """Returns the names of the folders in a folder, in order."""
    return sorted(entry.name for entry in os.scandir(directory) if entry.is_dir())


def _files(
    directory: str | os.PathLike[str], folder: str, follow_links: bool
) -> list[str]:
    """Returns the pictures in a folder of `directory` and those below, in order.

    The folder counts even if it is a link itself: the user put it there by name.
    """
    root = os.path.join(directory, folder)
    seen = {os.path.realpath(root)}
    files = []
    for place, below, names in os.walk(root, followlinks=follow_links):
        # A link to a folder further up would lead round in circles.
        below[:] = [name for name in below if _is_new(os.path.join(place, name), seen)]
        files += [
            (place, os.path.relpath(os.path.join(place, name), directory))
            for name in names
            if name.lower().endswith(ENDINGS)
        ]
    return [name for _, name in sorted(files)]


def _is_new(path: str, seen: set[str]) -> bool:
    real = os.path.realpath(path)
    known = real in seen
    seen.add(real)
    return not known
