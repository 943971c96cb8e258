"""Prices of houses in California in 1990."""

import os

from keryx._core import check
from keryx.datasets import _kept, _npz

DIGEST = "1a2e3a52e0398de6463aebe6f4a8da34fb21fbb6b934cf88c3425e766f2a1a6f"
SMALL = 600


def load_data(
    version: str = "large",
    path: str | os.PathLike[str] = "california_housing.npz",
    test_split: float = 0.2,
    seed: int = 113,
) -> _kept.Split:
    """Returns the median prices of houses in 20640 blocks, and some facts about each.

    Example:
        >>> (x_train, y_train), (x_test, y_test) = load_data("small")  # doctest: +SKIP
        >>> len(x_train), len(x_test)  # doctest: +SKIP
        (480, 120)

    Args:
        version: "large" for all, "small" for the first 600.
        path: Name of the kept file; or the absolute path of a file of your own.
        test_split: Share of the rows that are for testing.
        seed: Seed of the order of rows.

    Shapes:
        x: `(n, features)`: place, age of the houses, rooms, bedrooms, inhabitants,
            households, income
        y: `(n,)`, in dollars

    Returns:
        `(x_train, y_train), (x_test, y_test)`.

    Raises:
        ArgumentError: If `version` is neither, or `test_split` is not in [0, 1).
        FileError: If the file cannot be had, or is damaged.

    Source:
        Pace and Barry, "Sparse Spatial Autoregressions", Statistics and Probability
        Letters 33 (1997).
    """
    version = check.one_of(version, ("small", "large"), "version", "load_data")
    _kept.check_split(test_split, "load_data")
    file = _kept.kept_file(path, "california_housing.npz", DIGEST)
    x, y = _npz.load(file, ("x", "y"))
    _kept.check_pair(file, x, y, rank=2)
    rows = slice(SMALL if version == "small" else None)
    return _kept.split(x[rows], y[rows], test_split, seed, "load_data")
