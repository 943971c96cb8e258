"""Batches of changed pictures from arrays, from folders and from tables."""

import os
from typing import Any

from keryx._core.hook import hooked
from keryx.preprocessing.image._dataframe import DataFrameIterator
from keryx.preprocessing.image._directory import DirectoryIterator
from keryx.preprocessing.image._iterator import NumpyArrayIterator


class Flows:
    """The part of `ImageDataGenerator` that makes iterators."""

    data_format: str
    dtype: str

    @hooked
    def flow(
        self,
        x: Any,
        y: Any = None,
        batch_size: int = 32,
        shuffle: bool = True,
        sample_weight: Any = None,
        seed: int | None = None,
        save_to_dir: str | os.PathLike[str] | None = None,
        save_prefix: str = "",
        save_format: str = "png",
        ignore_class_split: bool = False,
        subset: str | None = None,
    ) -> NumpyArrayIterator:
        """Returns endless batches of changed pictures from an array.

        `model.fit` takes them; `next` and `len` work too.

        Args:
            x: Pictures; or a tuple of them and of further arrays, which stay as they
                are.
            y: Targets; batches are inputs alone if `None`.
            batch_size: Pictures of a batch.
            shuffle: Whether each pass has a random order of its own.
            sample_weight: Weights of the pictures.
            seed: Determines orders and changes.
            save_to_dir: A folder to leave the changed pictures in.
            save_prefix: What the names of their files begin with.
            save_format: Their format.
            ignore_class_split: Whether the two subsets may have different classes.
            subset: "training" or "validation": the part of the pictures that
                `validation_split` leaves, or splits off from their beginning.

        Shapes:
            x: `(samples, height, width, channels)`

        Raises:
            ArgumentError: If an option is unknown.
            DataError: If lengths differ, `x` has no four axes, or a class is in one
                of the two subsets alone.
        """
        return NumpyArrayIterator(
            x,
            y,
            self,
            batch_size=batch_size,
            shuffle=shuffle,
            sample_weight=sample_weight,
            seed=seed,
            data_format=self.data_format,
            save_to_dir=save_to_dir,
            save_prefix=save_prefix,
            save_format=save_format,
            ignore_class_split=ignore_class_split,
            subset=subset,
            dtype=self.dtype,
        )

    @hooked
    def flow_from_directory(
        self,
        directory: str | os.PathLike[str],
        target_size: tuple[int, int] = (256, 256),
        color_mode: str = "rgb",
        classes: Any = None,
        class_mode: str | None = "categorical",
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int | None = None,
        save_to_dir: str | os.PathLike[str] | None = None,
        save_prefix: str = "",
        save_format: str = "png",
        follow_links: bool = False,
        subset: str | None = None,
        interpolation: str = "nearest",
        keep_aspect_ratio: bool = False,
    ) -> DirectoryIterator:
        """Returns endless batches of changed pictures from the folders of a folder.

        Each folder is a class; `class_indices` says which number it has. Says how many
        pictures there are.

        Args:
            directory: The folder that has a folder for each class.
            target_size: Height and width that the pictures get.
            color_mode: "grayscale", "rgb" or "rgba".
            classes: The folders' names, in the order of their numbers; all of them,
                sorted, if `None`.
            class_mode: What the targets are: "categorical" for rows with a single one,
                "sparse" or "binary" for numbers, "input" for the pictures themselves;
                none if `None`.
            batch_size: Pictures of a batch.
            shuffle: Whether each pass has a random order of its own.
            seed: Determines orders and changes.
            save_to_dir: A folder to leave the changed pictures in.
            save_prefix: What the names of their files begin with.
            save_format: Their format.
            follow_links: Whether to enter folders that are links, below those of
                classes.
            subset: "training" or "validation": the part of each class's files that
                `validation_split` leaves, or splits off from their beginning.
            interpolation: How pictures are resized: "nearest", "bilinear", "bicubic",
                "hamming", "box" or "lanczos".
            keep_aspect_ratio: Whether to cut off what is too wide or too high rather
                than to distort.

        Raises:
            ArgumentError: If an option is unknown.
            DataError: If there are not two classes for "binary".
            FileNotFoundError: If there is no such folder.
        """
        return DirectoryIterator(
            directory,
            self,
            target_size=target_size,
            color_mode=color_mode,
            classes=classes,
            class_mode=class_mode,
            batch_size=batch_size,
            shuffle=shuffle,
            seed=seed,
            data_format=self.data_format,
            save_to_dir=save_to_dir,
            save_prefix=save_prefix,
            save_format=save_format,
            follow_links=follow_links,
            subset=subset,
            interpolation=interpolation,
            keep_aspect_ratio=keep_aspect_ratio,
            dtype=self.dtype,
        )

    @hooked
    def flow_from_dataframe(
        self,
        dataframe: Any,
        directory: str | os.PathLike[str] | None = None,
        x_col: str = "filename",
        y_col: Any = "class",
        weight_col: str | None = None,
        target_size: tuple[int, int] = (256, 256),
        color_mode: str = "rgb",
        classes: Any = None,
        class_mode: str | None = "categorical",
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int | None = None,
        save_to_dir: str | os.PathLike[str] | None = None,
        save_prefix: str = "",
        save_format: str = "png",
        subset: str | None = None,
        interpolation: str = "nearest",
        validate_filenames: bool = True,
        keep_aspect_ratio: bool = False,
    ) -> DataFrameIterator:
        """Returns endless batches of changed pictures that a table of pandas lists.

        Says how many pictures there are.

        Args:
            dataframe: The table, one row a picture.
            directory: The folder that the files' names start from; `None` if they are
                whole paths.
            x_col: The column of the files' names.
            y_col: The column of targets; several for "raw" and "multi_output".
            weight_col: The column of weights; none if `None`.
            target_size: Height and width that the pictures get.
            color_mode: "grayscale", "rgb" or "rgba".
            classes: The classes, in the order of their numbers; pictures of others are
                left out. All of them, sorted, if `None`.
            class_mode: What the targets are: "categorical" for rows of ones, one for
                each class that a picture has; "sparse" or "binary" for numbers; "raw"
                for the columns' values, "multi_output" for a list of them; "input" for
                the pictures themselves; none if `None`.
            batch_size: Pictures of a batch.
            shuffle: Whether each pass has a random order of its own.
            seed: Determines orders and changes.
            save_to_dir: A folder to leave the changed pictures in.
            save_prefix: What the names of their files begin with.
            save_format: Their format.
            subset: "training" or "validation": the part of the rows that
                `validation_split` leaves, or splits off from their beginning.
            interpolation: How pictures are resized.
            validate_filenames: Whether to leave out rows without a file, with a
                warning.
            keep_aspect_ratio: Whether to cut off what is too wide or too high rather
                than to distort.

        Raises:
            ArgumentError: If an option is unknown, or there is no such column.
            DataError: If a column is not of names, classes or weights.
        """
        return DataFrameIterator(
            dataframe,
            directory,
            self,
            x_col=x_col,
            y_col=y_col,
            weight_col=weight_col,
            target_size=target_size,
            color_mode=color_mode,
            classes=classes,
            class_mode=class_mode,
            batch_size=batch_size,
            shuffle=shuffle,
            seed=seed,
            data_format=self.data_format,
            save_to_dir=save_to_dir,
            save_prefix=save_prefix,
            save_format=save_format,
            subset=subset,
            interpolation=interpolation,
            keep_aspect_ratio=keep_aspect_ratio,
            dtype=self.dtype,
            validate_filenames=validate_filenames,
        )
