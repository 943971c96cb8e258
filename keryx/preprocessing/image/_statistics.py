"""Levels of pictures, standardized one by one or by what was measured of many."""

import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from keryx._core.errors import KeryxWarning

Array = np.ndarray[Any, Any]

EPSILON = 1e-6  # added to deviations


class Measured(NamedTuple):
    """What was measured of many pictures.

    Attributes:
        mean: Means of the channels, which broadcast to a picture; or `None`.
        std: Deviations of the channels, likewise.
        whitening: A matrix that makes levels independent, `(features, features)`.
    """

    mean: Array | None = None
    std: Array | None = None
    whitening: Array | None = None


def centred_each(x: Any, axis: Any) -> Array:
    """Subtracts each picture's mean."""
    centred: Array = x - x.mean(axis, keepdims=True)
    return centred


def scaled_each(x: Any, axis: Any) -> Array:
    """Divides by each picture's deviation."""
    scaled: Array = x / (x.std(axis, keepdims=True) + EPSILON)
    return scaled


def whitened(x: Array, matrix: Array) -> Array:
    """Multiplies each picture, all levels in a row, by a matrix."""
    rows = x.reshape(-1, matrix.shape[0])
    return (rows @ matrix).reshape(x.shape)


def _scaled(x: Array, std: Array) -> Array:
    return x / (std + EPSILON)


# What was measured: the setting that needs it, and what is done with it.
_MEASURED: dict[str, tuple[str, Callable[[Array, Array], Array]]] = {
    "mean": ("featurewise_center", np.subtract),
    "std": ("featurewise_std_normalization", _scaled),
    "zca_whitening_matrix": ("zca_whitening", whitened),
}


def standardized(x: Any, settings: Any) -> Array:
    """Returns pictures standardized by what was measured of many.

    Args:
        x: A picture, or several.
        settings: The settings that ask for it, and `mean`, `std` and
            `zca_whitening_matrix`, where they were measured.
    """
    standard: Array = x
    for name, (wanted, step) in _MEASURED.items():
        known = getattr(settings, name)
        if getattr(settings, wanted) and known is None:
            _warn_unfitted(wanted)
        elif getattr(settings, wanted):
            dtype = np.result_type(standard, np.float32)
            standard = step(standard, np.asarray(known, dtype))
    return standard


def _warn_unfitted(setting: str) -> None:
    warnings.warn(
        f"`ImageDataGenerator({setting}=True)` has measured no pictures yet, and "
        "leaves them as they are. Call its `fit(pictures)` first.",
        KeryxWarning,
        stacklevel=4,
    )


def measure(
    x: Array, channel_axis: int, *, mean: bool, std: bool, whiten: float | None
) -> Measured:
    """Returns what `ImageDataGenerator.fit` keeps of pictures.

        x = U s Vᵀ      of centred pictures, one a column
        whitening = U diag(√n / (s + ε)) Uᵀ

    Args:
        x: Pictures, the batch first.
        channel_axis: The axis of channels.
        mean: Whether to measure means.
        std: Whether to measure deviations.
        whiten: ε; `None` for no whitening.
    """
    others = tuple(axis for axis in range(4) if axis != channel_axis)
    means = deviations = matrix = None
    if mean:
        means = x.mean(others, keepdims=True)[0]
        x = x - means
    if std:
        deviations = x.std(others, keepdims=True)[0]
        x = x / (deviations + EPSILON)
    if whiten is not None:
        rows = x.reshape(len(x), -1)
        u, s, _ = np.linalg.svd(rows.T, full_matrices=False)
        matrix = (u * (np.sqrt(len(rows)) / (s + whiten))) @ u.T
    return Measured(means, deviations, matrix)
