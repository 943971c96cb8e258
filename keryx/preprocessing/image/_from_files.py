"""What iterators over picture files have in common."""

import os
from collections.abc import Sequence
from typing import Any

import numpy as np

from keryx._core import check, config
from keryx.callbacks._screen import say
from keryx.preprocessing.image._arrays import img_to_array
from keryx.preprocessing.image._files import (
    check_size,
    COLORS,
    INTERPOLATIONS,
    load_img,
)
from keryx.preprocessing.image._iterator import Iterator, Random, Saving, SUBSETS

Array = np.ndarray[Any, Any]

_CHANNELS = {"grayscale": 1, "rgb": 3, "rgba": 4}


class BatchFromFilesMixin(Iterator):
    """Batches whose pictures are read from files as they are needed.

    A subclass has `filepaths`, `labels`, `sample_weight`, `class_mode`, `class_indices`
    and `dtype`.
    """

    filenames: list[str]
    classes: Any
    class_indices: dict[str, int]
    class_mode: str | None
    dtype: str

    def set_processing_attrs(
        self,
        image_data_generator: Any,
        target_size: tuple[int, int],
        color_mode: str,
        data_format: str | None,
        save_to_dir: str | os.PathLike[str] | None,
        save_prefix: str,
        save_format: str,
        subset: str | None,
        interpolation: str,
        keep_aspect_ratio: bool,
    ) -> None:
        """Notes how pictures are read and changed.

        Raises:
            ArgumentError: If an option is unknown.
        """
        self.image_data_generator = image_data_generator
        self.target_size = check_size(target_size, self)
        self.keep_aspect_ratio = keep_aspect_ratio
        self.color_mode = check.one_of(color_mode, tuple(COLORS), "color_mode", self)
        self.data_format = config.standardize_data_format(data_format)
        channels = (_CHANNELS[self.color_mode],)
        last = self.data_format == "channels_last"
        size = self.target_size
        self.image_shape = size + channels if last else channels + size
        self.save_to_dir, self.save_prefix = save_to_dir, save_prefix
        self.save_format = save_format
        saved = (save_to_dir, save_prefix, save_format)
        self._saving = Saving(*saved, self.data_format, self)
        self.interpolation = check.one_of(
            interpolation, INTERPOLATIONS, "interpolation", self
        )
        split = 0.0
        if subset is not None:
            subset = check.one_of(subset, SUBSETS, "subset", self)
            split = image_data_generator.validation_split
        self.subset = subset
        self.split = (0.0, split) if subset == "validation" else (split, 1.0)

    @property
    def filepaths(self) -> list[str]:
        """Paths of the pictures."""
        raise NotImplementedError

    @property
    def labels(self) -> Any:
        """Targets: numbers of classes, or values."""
        raise NotImplementedError

    @property
    def sample_weight(self) -> Array | None:
        """Weights of the pictures, or `None`."""
        raise NotImplementedError

    def part(self, count: int) -> slice:
        """Returns which of `count` things are in the subset."""
        low, high = self.split
        return slice(int(low * count), int(high * count))

    def found(self, count: int, what: str, classes: int | None) -> None:
        """Says how many pictures there are."""
        if config.is_interactive_logging_enabled():
            tail = "" if classes is None else f" belonging to {classes} classes"
            say(f"Found {count} {what}{tail}.")

    def _batch(self, rows: Array, random: Random) -> Any:
        paths = self.filepaths
        read = np.zeros((len(rows), *self.image_shape), self.dtype)
        for i, row in enumerate(rows):
            read[i] = self._read(paths[row])
        pictures = self.image_data_generator.change_batch(read, random)
        pictures = pictures.astype(self.dtype, copy=False)
        self._saving.save(pictures, rows, random)
        if self.class_mode is None:
            return pictures
        targets = self._targets_of(pictures, rows)
        if self.sample_weight is None:
            return pictures, targets
        return pictures, targets, self.sample_weight[rows]

    def _read(self, path: str) -> Array:
        picture = load_img(
            path,
            color_mode=self.color_mode,
            target_size=self.target_size,
            interpolation=self.interpolation,
            keep_aspect_ratio=self.keep_aspect_ratio,
        )
        return img_to_array(picture, self.data_format, self.dtype)

    def _targets_of(self, pictures: Array, rows: Array) -> Any:
        labels = self.labels
        if self.class_mode == "input":
            return pictures.copy()
        if self.class_mode in ("binary", "sparse"):
            return np.asarray(labels)[rows].astype(self.dtype)
        if self.class_mode == "categorical":
            return self._ones([labels[row] for row in rows])
        if self.class_mode == "multi_output":
            return [output[rows] for output in labels]
        return labels[rows]

    def _ones(self, labels: Sequence[Any]) -> Array:
        """Returns classes, one or several for each picture, as rows of ones."""
        ones = np.zeros((len(labels), len(self.class_indices)), self.dtype)
        for row, label in zip(ones, labels, strict=True):
            row[label] = 1
        return ones
