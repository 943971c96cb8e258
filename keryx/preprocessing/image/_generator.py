"""Pictures changed at random and standardized, batch by batch."""

import numbers
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from keryx._core import check, config
from keryx._core.dtypes import standardize_dtype
from keryx._core.errors import ArgumentError, DataError, KeryxWarning, ShapeError
from keryx._core.hook import hooked, missing
from keryx.preprocessing.image import _draws, _statistics
from keryx.preprocessing.image._affine import check_order, MODES
from keryx.preprocessing.image._changes import make_random, pair
from keryx.preprocessing.image._flows import Flows

Array = np.ndarray[Any, Any]
Draw = _draws.Draw
Random = np.random.RandomState


class ImageDataGenerator(Flows):
    """Changes pictures at random and standardizes them, batch by batch.

    For each picture: it is turned, moved, sheared and zoomed in one interpolation, then
    its levels are shifted, it is mirrored, made brighter or darker; then
    `preprocessing_function`, `rescale`, and the standardizations, in the order of the
    arguments but for `featurewise_center`, which comes after those of single samples.

    Departs from Keras 3: `height_shift_range` moves pictures up and down and
    `width_shift_range` sideways, as they say; there, it is the other way round.
    `standardize` leaves its argument as it is.

    Example:
        >>> flow = ImageDataGenerator(rescale=1 / 255, rotation_range=10).flow(
        ...     np.zeros((5, 8, 8, 1)), np.arange(5), batch_size=2, seed=1)
        >>> inputs, targets = next(flow)
        >>> len(flow), inputs.shape, targets.shape
        (3, (2, 8, 8, 1), (2,))

    Args:
        featurewise_center: Whether to subtract the channels' means, which `fit`
            measures.
        samplewise_center: Whether to subtract each picture's mean.
        featurewise_std_normalization: Whether to divide by the channels' deviations,
            which `fit` measures; implies `featurewise_center`.
        samplewise_std_normalization: Whether to divide by each picture's deviation;
            implies `samplewise_center`.
        zca_whitening: Whether to make the levels independent of each other, with a
            matrix that `fit` computes; implies `featurewise_center`, and leaves
            `featurewise_std_normalization` out.
        zca_epsilon: Added to the singular values that whitening divides by.
        rotation_range: The largest angle, in degrees.
        width_shift_range: The largest shift sideways: a part of the width if below one,
            else pixels. An integer stands for whole pixels below it, a list for the
            shifts to choose from.
        height_shift_range: The same up and down.
        brightness_range: The least and the largest factor of brightness.
        shear_range: The largest angle of shear, in degrees.
        zoom_range: The least and the largest factor of zoom, or their distance from 1.
        channel_shift_range: The most to add to all levels of a picture.
        fill_mode: What lies beyond the edges: "nearest", "constant", "reflect", "wrap".
        cval: The value there, if constant.
        horizontal_flip: Whether to mirror every other picture left to right.
        vertical_flip: Whether to mirror every other picture upside down.
        rescale: What to multiply levels by; nothing if `None`.
        preprocessing_function: Applied to each picture; it keeps the shape.
        data_format: Whether channels come last or first; as configured if `None`.
        validation_split: Part of the pictures that is for validation: the first ones.
        interpolation_order: Degree of the spline that interpolates, 0 to 5.
        dtype: Element type of the pictures; as configured if `None`.

    Raises:
        ArgumentError: If an argument is not what it may be.
    """

    # Whether `samplewise_…` is about the channels of each pixel, as in Keras 1.
    per_pixel = False
    __getattr__ = missing

    @hooked
    def __init__(
        self,
        featurewise_center: bool = False,
        samplewise_center: bool = False,
        featurewise_std_normalization: bool = False,
        samplewise_std_normalization: bool = False,
        zca_whitening: bool = False,
        zca_epsilon: float = 1e-6,
        rotation_range: float = 0,
        width_shift_range: float | Sequence[float] = 0.0,
        height_shift_range: float | Sequence[float] = 0.0,
        brightness_range: tuple[float, float] | None = None,
        shear_range: float = 0.0,
        zoom_range: float | tuple[float, float] = 0.0,
        channel_shift_range: float = 0.0,
        fill_mode: str = "nearest",
        cval: float = 0.0,
        horizontal_flip: bool = False,
        vertical_flip: bool = False,
        rescale: float | None = None,
        preprocessing_function: Callable[[Array], Any] | None = None,
        data_format: str | None = None,
        validation_split: float = 0.0,
        interpolation_order: int = 1,
        dtype: Any = None,
    ) -> None:
        self._set_standards(
            (featurewise_center, samplewise_center, zca_whitening),
            (featurewise_std_normalization, samplewise_std_normalization),
        )
        self.zca_epsilon = zca_epsilon
        self.rotation_range = rotation_range
        self.width_shift_range = width_shift_range
        self.height_shift_range = height_shift_range
        self.brightness_range = brightness_range
        if brightness_range is not None:
            self.brightness_range = pair(brightness_range, "brightness_range", self)
        self.shear_range = shear_range
        self.zoom_range = _zoom(zoom_range, self)
        self.channel_shift_range = channel_shift_range
        self.fill_mode = check.one_of(fill_mode, MODES, "fill_mode", self)
        self.cval = cval
        self.horizontal_flip = horizontal_flip
        self.vertical_flip = vertical_flip
        self.rescale = rescale
        self.preprocessing_function = preprocessing_function
        self.data_format = config.standardize_data_format(data_format)
        last = self.data_format == "channels_last"
        self.channel_axis = 3 if last else 1
        self.row_axis, self.col_axis = (1, 2) if last else (2, 3)
        self.validation_split = _split(validation_split, self)
        self.interpolation_order = check_order(
            interpolation_order, "interpolation_order", self
        )
        self.dtype = standardize_dtype(dtype)
        # What `fit` measures; programs set these themselves, too.
        self.mean: Any = None
        self.std: Any = None
        self.zca_whitening_matrix: Any = None

    def _set_standards(
        self, centers: tuple[bool, bool, bool], deviations: tuple[bool, bool]
    ) -> None:
        """Switches on what the standardizations asked for imply."""
        featurewise, samplewise, whitening = centers
        self.featurewise_std_normalization, self.samplewise_std_normalization = (
            deviations
        )
        self.featurewise_center = featurewise or deviations[0] or whitening
        self.samplewise_center = samplewise or deviations[1]
        self.zca_whitening = whitening
        if whitening and deviations[0]:
            warnings.warn(
                "`featurewise_std_normalization` has no part in `zca_whitening`, which "
                "scales by itself: it is left out.",
                KeryxWarning,
                stacklevel=4,
            )
            self.featurewise_std_normalization = False

    def get_random_transform(self, img_shape: Any, seed: int | None = None) -> Draw:
        """Draws how a picture is to be changed.

        Args:
            img_shape: Shape of the picture.
            seed: Determines the draw.

        Returns:
            What `apply_transform` takes.
        """
        return self._draw(tuple(img_shape), make_random(seed))

    def _draw(self, shape: tuple[int, ...], random: Random) -> Draw:
        """Draws how a picture is to be changed, in the order that Keras draws in."""
        draw = _draws.UNCHANGED.copy()
        if self.rotation_range:
            draw["theta"] = random.uniform(-self.rotation_range, self.rotation_range)
        height, width = shape[self.row_axis - 1], shape[self.col_axis - 1]
        draw["ty"] = _draws.draw_shift(self.height_shift_range, height, random)
        draw["tx"] = _draws.draw_shift(self.width_shift_range, width, random)
        if self.shear_range:
            draw["shear"] = random.uniform(-self.shear_range, self.shear_range)
        if self.zoom_range != (1, 1):
            draw["zx"], draw["zy"] = random.uniform(*self.zoom_range, 2)
        draw["flip_horizontal"] = random.random_sample() < 0.5 and self.horizontal_flip
        draw["flip_vertical"] = random.random_sample() < 0.5 and self.vertical_flip
        if self.channel_shift_range:
            draw["channel_shift_intensity"] = random.uniform(
                -self.channel_shift_range, self.channel_shift_range
            )
        if self.brightness_range is not None:
            draw["brightness"] = random.uniform(*self.brightness_range)
        return draw

    def apply_transform(self, x: Any, transform_parameters: Draw) -> Array:
        """Returns a picture changed as told.

        Args:
            x: A picture, as `data_format` says.
            transform_parameters: Any of `theta` and `shear`, in degrees; `tx` and `ty`,
                shifts of the columns and rows in pixels; `zx` and `zy`, their factors
                of zoom; `flip_horizontal` and `flip_vertical`;
                `channel_shift_intensity`; `brightness`.

        Raises:
            ShapeError: If `x` is not one picture with channels.
        """
        x = np.asarray(x)
        if x.ndim != 3:
            raise ShapeError(
                "`apply_transform`",
                expected="one picture, of three axes",
                got=f"shape {x.shape}",
            )
        draw = {**_draws.UNCHANGED, **transform_parameters}
        changed: Array = self._changed(x[None], [draw])[0]
        return changed

    def _changed(self, pictures: Array, draws: Sequence[Draw]) -> Array:
        first = self.data_format == "channels_first"
        if first:
            pictures = pictures.transpose(0, 2, 3, 1)
        pictures = _draws.changed(
            pictures,
            draws,
            mode=self.fill_mode,
            cval=self.cval,
            order=self.interpolation_order,
        )
        return pictures.transpose(0, 3, 1, 2) if first else pictures

    def random_transform(self, x: Any, seed: int | None = None) -> Array:
        """Returns a picture changed at random.

        Args:
            x: A picture, as `data_format` says.
            seed: Determines the change.

        Raises:
            ShapeError: If `x` is not one picture with channels.
        """
        return self.apply_transform(x, self.get_random_transform(np.shape(x), seed))

    def standardize(self, x: Any) -> Array:
        """Returns a picture standardized as the generator's arguments say.

        Departs from Keras: `x` stays as it is.

        Args:
            x: A picture, as `data_format` says; or several, but for
                `preprocessing_function`.
        """
        if self.preprocessing_function is not None:
            x = self.preprocessing_function(x)
        x = np.asarray(x)
        if self.rescale:
            x = x * self.rescale
        if self.samplewise_center:
            x = _statistics.centred_each(x, self._samples)
        if self.samplewise_std_normalization:
            x = _statistics.scaled_each(x, self._samples)
        return _statistics.standardized(x, self)

    @property
    def _samples(self) -> Any:
        """The axes of one sample's statistics."""
        return self.channel_axis - 4 if self.per_pixel else (-3, -2, -1)

    @hooked
    def fit(
        self, x: Any, augment: bool = False, rounds: int = 1, seed: int | None = None
    ) -> None:
        """Measures what `featurewise_…` and `zca_whitening` need.

        Args:
            x: Pictures that are like those to come.
            augment: Whether to measure pictures changed at random.
            rounds: How often each of them is changed for that.
            seed: Determines the changes.

        Shapes:
            x: `(samples, height, width, channels)`, or as `data_format` says

        Raises:
            ArgumentError: If `rounds` is not a positive integer.
            DataError: If `x` has no four axes.
        """
        x = np.array(x, self.dtype)
        if x.ndim != 4:
            raise DataError(
                "`ImageDataGenerator.fit`",
                expected="pictures: an array of 4 axes, the first counting pictures",
                got=f"shape {x.shape}",
            )
        if self.rescale:
            x *= self.rescale
        if augment:
            x = self._rounds(x, rounds, make_random(seed))
        measured = _statistics.measure(
            x,
            self.channel_axis,
            mean=self.featurewise_center,
            std=self.featurewise_std_normalization,
            whiten=self.zca_epsilon if self.zca_whitening else None,
        )
        self.mean, self.std, self.zca_whitening_matrix = measured

    def _rounds(self, x: Array, rounds: int, random: Random) -> Array:
        """Returns all pictures, changed at random several times."""
        check.positive_int(rounds, "rounds", "fit")
        return np.concatenate(
            [
                self._changed(x, [self._draw(x.shape[1:], random) for _ in x])
                for _ in range(rounds)
            ]
        )

    def change_batch(self, x: Array, random: Random) -> Array:
        """Returns pictures changed at random and standardized.

        Pictures take the quick way all together, unless a subclass has its own
        `random_transform`, `get_random_transform`, `apply_transform` or `standardize`.

        Args:
            x: Pictures, of floating point numbers.
            random: What to draw from.
        """
        own = [name for name in _ONE_BY_ONE if self._has_own(name)]
        if own or not len(x):
            return np.stack([self._change(picture, random) for picture in x] or [x])
        x = self._changed(x, [self._draw(x.shape[1:], random) for _ in x])
        if self.preprocessing_function is not None:
            return np.stack([self.standardize(picture) for picture in x])
        return self.standardize(x)

    def _has_own(self, name: str) -> bool:
        theirs = getattr(type(self), name) is not getattr(ImageDataGenerator, name)
        return theirs or name in vars(self)

    def _change(self, picture: Array, random: Random) -> Array:
        """Changes one picture by the methods that a subclass may have written."""
        if self._has_own("random_transform"):
            return self.standardize(self.random_transform(picture))
        if self._has_own("get_random_transform"):
            draw = self.get_random_transform(picture.shape)
        else:
            draw = self._draw(picture.shape, random)
        return self.standardize(self.apply_transform(picture, draw))


_ONE_BY_ONE = (
    "random_transform", "get_random_transform", "apply_transform", "standardize",
)  # fmt: skip


def _zoom(value: Any, owner: object) -> tuple[float, float]:
    """Returns the least and the largest factor of zoom."""
    if isinstance(value, numbers.Real):
        return 1 - float(value), 1 + float(value)
    return pair(value, "zoom_range", owner)


def _split(value: float, owner: object) -> float:
    """Returns the part of pictures for validation."""
    if not 0 <= value < 1:
        raise ArgumentError(
            owner, "validation_split", expected="a number from 0 to below 1", got=value
        )
    return value
