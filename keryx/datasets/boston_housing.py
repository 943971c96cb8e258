"""Prices of houses in the suburbs of Boston around 1970."""

import os

from keryx._core.hook import hooked
from keryx.datasets import _kept, _npz

DIGEST = "f553886a1f8d56431e820c5b82552d9d95cfcb96d1e678153f8839538947dff5"


@hooked
def load_data(
    path: str | os.PathLike[str] = "boston_housing.npz",
    test_split: float = 0.2,
    seed: int = 113,
) -> _kept.Split:
    """Returns the median prices of houses in 506 districts, and 13 facts about each.

    One of the facts is made from the share of Black inhabitants, on the assumption that
    it moves prices: know that before you use the data for more than an exercise.
    `california_housing` has no such column.

    Example:
        >>> (x_train, y_train), (x_test, y_test) = load_data()  # doctest: +SKIP
        >>> x_train.shape, x_test.shape  # doctest: +SKIP
        ((404, 13), (102, 13))

    Args:
        path: Name of the kept file; or the absolute path of a file of your own.
        test_split: Share of the rows that are for testing.
        seed: Seed of the order of rows.

    Shapes:
        x: `(n, 13)`, float64
        y: `(n,)`, float64, in thousands of dollars

    Returns:
        `(x_train, y_train), (x_test, y_test)`.

    Raises:
        ArgumentError: If `test_split` is not in [0, 1).
        FileError: If the file cannot be had, or is damaged.

    Source:
        Harrison and Rubinfeld, "Hedonic housing prices and the demand for clean air",
        Journal of Environmental Economics and Management 5 (1978).
    """
    _kept.check_split(test_split, "load_data")
    file = _kept.kept_file(path, "boston_housing.npz", DIGEST)
    x, y = _npz.load(file, ("x", "y"))
    _kept.check_pair(file, x, y, rank=2)
    return _kept.split(x, y, test_split, seed, "load_data")
